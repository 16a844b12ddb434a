"""The benchmark in small: what holds on any machine, however busy it is.

Which queries run after an edit is exact. Times are CPU times of one thread, taken in turns, with slack; the bars themselves
are `make bench`'s.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.graph import queries
from lsp_server.project.cache import FOLDER_VARIABLE
from tests.bench.desk import Desk
from tests.bench.generate import PROBE, Shape, write
from tests.bench.limit import analysis_limit
from tests.bench.typing_person import Stroke, session

SMALL, LARGE = 40, 240
TYPED = "models/probe/typed.sql"


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Desk]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, "off")
        found = {}
        for models in (SMALL, LARGE):
            folder = tmp_path_factory.mktemp(f"models-{models}")
            write(folder, Shape(models, readers=models // 5))
            found[models] = Desk(folder, TYPED)
        yield found


def test_an_edit_runs_the_same_queries_at_any_size(desks: dict[int, Desk]) -> None:
    ran: dict[int, list[Counter[str]]] = {}
    for models, desk in desks.items():
        engine = desk.project.graph.engine
        desk.type_once()  # what came out of worker processes was found by its key: the first edit lets go of those
        ran[models] = []
        for stroke in session(PROBE):
            noted: list[str] = []
            engine.clock = _Names(noted)
            desk.type(stroke)
            engine.clock = None
            ran[models].append(Counter(noted))
    assert ran[SMALL] == ran[LARGE]
    assert max(sum(found.values()) for found in ran[LARGE]) < 25


class _Names:
    """An engine's clock that only notes what ran."""

    def __init__(self, noted: list[str]) -> None:
        self._noted = noted

    def begin(self) -> float:
        return 0.0

    def end(self, name: str, began: float) -> None:
        self._noted.append(name)


def test_a_keystroke_costs_the_same_at_any_size_and_little_above_the_limit(
    desks: dict[int, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.bench.limit.time.perf_counter", time.thread_time)
    limit: list[float] = []
    typed: dict[int, list[float]] = {models: [] for models in desks}
    for _ in range(2):
        limit += analysis_limit(PROBE, 40)
        for models, desk in desks.items():
            typed[models] += desk.type_once()
    small, large = (statistics.median(typed[models]) for models in (SMALL, LARGE))
    assert large / small < 1.5, (small, large)
    assert large / statistics.median(limit) < 3.5, (large, limit)


def test_the_edited_file_is_published_before_its_readers_are_analysed(desks: dict[int, Desk]) -> None:
    desk = desks[LARGE]
    root = str(Path(desk.project.root) / "models/hub/root.sql")
    top = Desk.__new__(Desk)
    top.__dict__.update(desk.__dict__)
    text = Path(root).read_text()
    top.uri = Path(root).as_uri()
    top.document = type(desk.document)(top.uri, 1, text)
    top.world.set_document(top.document)
    top.finish()
    line = text[: text.index("AS tax")].count("\n")
    column = len(text.splitlines()[line])
    desk.heard.published.clear()
    top.type(Stroke(line, column, line, column, "es"))
    readers = len(desk.project.graph.readers("hub.root"))
    published = desk.heard.published
    assert readers > LARGE // 10
    assert published[0] == top.uri
    assert published[1] == desk.uri  # open, hence before the other readers
    assert len(set(published)) > readers


def test_the_edited_file_waits_for_no_reader(desks: dict[int, Desk]) -> None:
    """A verdict names who reads a column that is gone: from what is known of the readers, not by analysing hundreds of them first."""
    desk = desks[LARGE]
    project, path = desk.project, "models/hub/root.sql"
    text = (Path(project.root) / path).read_text()
    renamed = text.replace("AS tax", "AS taxes")
    assert ") AS quantity" in text, "else nothing asks who reads a column that stays"
    for changed in (renamed, renamed.replace(") AS quantity", ") + 1 AS quantity"), text):
        project.set_text(path, changed)
        assert project.settle_file(path, lambda: False)
        project.graph.engine.executed.clear()
        project.impacts.glance(project.graph, path)
        computed = {key for query, key in project.graph.engine.executed if query in ("bound", "result", "facts")}
        assert computed <= {"hub.root"}
        desk.finish()
    project.release_text(path)
    desk.finish()


def test_a_comparison_after_a_wide_edit_binds_nothing_anew_and_can_be_stopped(desks: dict[int, Desk]) -> None:
    desk = desks[LARGE]
    project, path = desk.project, "models/hub/root.sql"
    text = (Path(project.root) / path).read_text()
    project.set_text(path, text.replace("AS tax", "AS taxes"))
    assert project.settle(lambda: False)
    project.graph.engine.forget(queries.bound)
    project.graph.engine.executed.clear()
    stops = 0
    while not project.compare(iter([False] * 10 + [True]).__next__):
        stops += 1
        assert not project.is_settled()
    assert stops > 3
    assert not [key for query, key in project.graph.engine.executed if query == "bound"]
    assert project.impact is not None and len(project.impact.models) > LARGE // 10
    project.release_text(path)
    desk.finish()
