"""Cold indexing with real worker processes gives what one process gives, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from lsp_server.analysis import checks, meanings
from lsp_server.project import indexing, loading
from lsp_server.project.cache import Cache
from lsp_server.project.files import Disk
from lsp_server.project.workspace import Project
from tests.bench.generate import Shape, workspace

MODELS = int(os.environ.get("N", "90"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("generated")
    for path, text in workspace(Shape(MODELS, MODELS // 5)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def started(root: Path, cache: Path | None = None) -> Project:
    project = Project(root, Disk(root), Cache(cache))
    checks.install(project.graph)
    meanings.observe(project.graph)
    project.load()
    return project


def outcome(project: Project) -> dict[str, object]:
    graph = project.graph
    facts = {n: (graph.facts(n), graph.upstreams(n), graph.get(meanings.meaning, n)) for n in graph.models()}
    return {**facts, **{path: checks.check(graph, path) for path in graph.paths()}}


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, object]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "MANY", 10**9)
        project = started(root)
        project.stabilise()
        return outcome(project)


def test_workers_give_what_one_process_gives_and_the_cache_too(
    root: Path, expected: dict[str, object], tmp_path: Path
) -> None:
    cold = started(root, tmp_path / "w.facts")
    cold.stabilise()
    assert outcome(cold) == expected
    warm = started(root, tmp_path / "w.facts")
    warm.stabilise()
    ran = [key for query, key in warm.graph.engine.executed if query == "bound" and str(key).startswith("layer")]
    assert ran == []
    assert outcome(warm) == expected


def test_the_file_that_somebody_waits_for_comes_first(root: Path, expected: dict[str, object]) -> None:
    project = started(root)
    path = "models/probe/typed.sql"
    assert project.stabilise([path], rest=False)
    assert not project.is_stable()
    assert checks.check(project.graph, path) == expected[path]
    project.stabilise()
    assert project.is_stable()
    assert outcome(project) == expected


def test_killed_workers_are_replaced(root: Path, expected: dict[str, object]) -> None:
    project = started(root)
    kills = 0

    def kill_one() -> bool:
        nonlocal kills
        indexer = project._loading._indexer
        if indexer is not None and indexer._workers and kills < 2:
            worker = next(iter(indexer._workers.values()))
            os.kill(worker.process.pid, signal.SIGKILL)
            kills += 1
        return False

    project.stabilise(cancelled=kill_one)
    assert kills == 2
    assert outcome(project) == expected


def test_cancelled_indexing_goes_on_where_it_was(root: Path, expected: dict[str, object]) -> None:
    project = started(root)
    asked = iter(range(10**9))
    assert not project.stabilise(cancelled=lambda: next(asked) > 5)
    while not project.stabilise(cancelled=lambda: next(asked) % 40 == 0):
        pass
    assert outcome(project) == expected
    project.close()


def test_a_file_that_takes_too_long_is_given_up_and_the_rest_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    columns = ", ".join(f"{i} + {i} AS column_{i}" for i in range(3_000))
    (tmp_path / "models" / "large.sql").write_text(f"MODEL (name s.large); SELECT {columns}")
    (tmp_path / "models" / "small.sql").write_text("MODEL (name s.small); SELECT 1 AS x")
    project = started(tmp_path)
    monkeypatch.setattr(indexing, "DEADLINE", 0.1)
    project.stabilise()
    assert [problem.code for problem in checks.check(project.graph, "models/large.sql")] == ["analysis-given-up"]
    assert checks.check(project.graph, "models/small.sql") == ()
    assert project.is_stable()
    monkeypatch.undo()
    again = started(tmp_path)
    again.stabilise()
    interface = again.graph.interface("s.large")
    assert interface is not None
    assert len(interface.columns) == 3_000
