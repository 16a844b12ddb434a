"""In which order things are told: the edited file's problems first, a long list of touched models when there is a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp_server.analysis.impact import baseline
from lsp_server.plan.states import World as Environments
from lsp_server.server import publishing
from lsp_server.server.documents import Document
from lsp_server.server.impacts import Reading
from lsp_server.server.uris import to_uri
from lsp_server.server.world import World

ROOT = "MODEL (name s.root);\nSELECT 1 AS a"
READERS = 8


class Client:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.capabilities: Any = None

    def publish(self, uri: str, _version: int | None, _problems: list[Any]) -> None:
        self.told.append(uri.rsplit("/", 1)[-1])

    def notify(self, method: str, _params: Any) -> None:
        self.told.append(method)

    def refresh(self) -> None: ...

    def show(self, *_: Any) -> None: ...


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A root with readers, compared with itself, and the root in an editor."""
    from lsprotocol import types

    monkeypatch.setattr(publishing, "MANY", 3)
    (tmp_path / "models").mkdir()
    (tmp_path / "headwater.toml").write_text("")
    (tmp_path / "models/root.sql").write_text(ROOT)
    for at in range(READERS):
        (tmp_path / f"models/r{at}.sql").write_text(f"MODEL (name s.r{at});\nSELECT a FROM s.root")
    client = Client()
    client.capabilities = types.ClientCapabilities()
    world = World(client)  # type: ignore[arg-type]
    world.workspace.set_folders([to_uri(str(tmp_path))])
    (project,) = world.workspace.every()
    project.settle(lambda: False)
    project.take_reading(Reading(baseline(project.graph, "x"), Environments()))
    project.wants_baseline = False
    assert not world.background(lambda: False)
    return world


def type_root(world: World, text: str, version: int) -> list[str]:
    """Edit the root, let the background work until the file is published; what was told."""
    (project,) = world.workspace.every()
    uri = to_uri(str(Path(project.root) / "models/root.sql"))
    client: Any = world.client
    client.told.clear()
    world.set_document(Document(uri, version, text))
    world.background(lambda: bool(client.told))
    return list(client.told)


def test_a_long_list_of_touched_models_waits_behind_the_next_keystroke(world: World) -> None:
    client: Any = world.client
    assert type_root(world, ROOT.replace("1", "2"), 1)[0] == "root.sql"
    world.background(lambda: False)
    assert client.told[-1] == "headwater/impactChanged"
    assert type_root(world, ROOT.replace("1", "3"), 2) == ["root.sql"]
    assert type_root(world, ROOT.replace("1", "4"), 3) == ["root.sql"]
    world.background(lambda: False)
    assert client.told.count("headwater/impactChanged") == 1


def test_it_does_not_wait_for_readers_that_take_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = world.client
    monkeypatch.setattr(publishing, "PAUSE", 0.0)
    type_root(world, ROOT.replace("1", "2"), 1)
    world.background(lambda: False)
    type_root(world, ROOT.replace("a", "b"), 2)
    client.told.clear()
    world.background(lambda: "headwater/impactChanged" in client.told)
    (project,) = world.workspace.every()
    assert client.told[-1] == "headwater/impactChanged"
    assert not project.graph.is_stable()


@pytest.mark.parametrize("part", ["settle", "settle_files"])
def test_a_round_stopped_when_all_is_analysed_and_nothing_compared_is_not_ready(world: World, part: str) -> None:
    (project,) = world.workspace.every()
    world.background(lambda: False)
    project.set_text("models/root.sql", ROOT.replace("1", "2"))
    if part == "settle":
        project.settle(project.workspace.is_stable)
    else:
        project.settle_files(project.graph.paths(), project.workspace.is_stable)
    assert project.workspace.is_stable()
    project.take_changed()
    assert not project.is_settled()
    world.background(lambda: False)
    assert project.is_settled()


def test_what_keeps_the_house_in_order_does_a_step_and_goes_when_a_job_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lane lets background work go on for a while although a job waits: this need not."""
    (project,) = world.workspace.every()
    steps: list[bool] = []

    def catch_up(stop: Callable[[], bool]) -> bool:
        steps.append(stop())
        return steps[-1]

    monkeypatch.setattr(project.workspace, "catch_up", catch_up)
    world.waits = lambda: True
    assert world.background(lambda: False), "more is left"
    world.waits = lambda: False
    world.background(lambda: False)
    assert steps == [True, False]
