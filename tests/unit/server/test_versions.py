"""What environments need of all models is read in slices, and is that of the moment in which it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from lsp_server.server import versions
from lsp_server.server.projects import Project
from lsp_server.server.versions import awaited
from lsp_server.server.workers import Lane
from tests.unit.server.test_projects import projects

COUNT = 40


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "models").mkdir()
    (tmp_path / "headwater.toml").write_text("")
    for at in range(COUNT):
        (tmp_path / f"models/m{at}.sql").write_text(f"MODEL (name s.m{at});\nSELECT {at} AS a")
    (found,) = projects(tmp_path).every()
    return found


def after(times: int) -> Callable[[], bool]:
    """Stops when it is asked more often."""
    asked = count()
    return lambda: next(asked) >= times


def test_it_is_read_a_slice_at_a_time_and_stops_wherever_it_is_told(project: Project) -> None:
    project.settle(lambda: False)
    asked = project.versions.ask()
    slices = 0
    while not project.versions.go_on(asked, after(5)):
        slices += 1
        assert asked.version is None
    assert asked.version is not None
    assert len(asked.version.models) == COUNT
    assert slices > COUNT / 5


@pytest.mark.parametrize("change", ["set_text", "saved", "release_text", "files_changed"])
@pytest.mark.parametrize("slices", [0, 1, 5])
def test_what_is_typed_or_saved_later_is_not_part_of_it(project: Project, change: str, slices: int) -> None:
    old, new = "MODEL (name s.m7);\nSELECT 'before' AS a", "MODEL (name s.m7);\nSELECT 'after' AS a"
    path = Path(project.root) / "models/m7.sql"
    if change in ("saved", "release_text"):
        path.write_text(new)
        project.set_text("models/m7.sql", old)
    else:
        path.write_text(old)
        project.files_changed(["models/m7.sql"])
    project.settle(lambda: False)
    asked = project.versions.ask()
    for _ in range(slices):
        project.versions.go_on(asked, after(5))
    path.write_text(new)
    if change == "set_text":
        project.set_text("models/m7.sql", new)
    elif change == "files_changed":
        project.files_changed(["models/m7.sql"])
    elif change == "saved":
        path.write_text(old)
        project.saved("models/m7.sql")
    else:
        project.release_text("models/m7.sql")
    while not project.versions.go_on(asked, after(5)):
        pass
    assert asked.version is not None
    assert asked.version.models["s.m7"].query == "SELECT 'before' AS a"
    later = project.versions.ask()
    while not project.versions.go_on(later, lambda: False):
        pass
    assert later.version is not None
    assert later.version.models["s.m7"].query == (
        "SELECT 'before' AS a" if change == "saved" else "SELECT 'after' AS a"
    )


def test_who_asks_something_else_meanwhile_is_answered_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.settle(lambda: False)
    monkeypatch.setattr(versions, "SLICE", 0.001)
    lane, order = Lane("test"), []

    class Session:
        """Another question follows the first slice."""

        def on_analysis(self, work: Any) -> Any:
            slice_ = lane.submit(lambda: work(None))
            if not order:
                order.append("asked")
                lane.submit(lambda: order.append("hover"))
            return slice_

    lane.start()
    try:
        asked = project.versions.ask()
        awaited(Session(), project.versions, asked)  # type: ignore[arg-type]
        lane.submit(lambda: order.append("version")).result(10)
    finally:
        lane.close()
    assert order == ["asked", "hover", "version"]
