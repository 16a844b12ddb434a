"""Cold indexing with real worker processes gives what one process gives, whatever happens to the workers."""

from __future__ import annotations

import os
import shutil
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


@pytest.fixture
def branches(root: Path, tmp_path: Path) -> tuple[Path, list[str]]:
    """A copy of the workspace, and the models that another branch changes: enough of them for workers."""
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    paths = [path.relative_to(copy).as_posix() for path in sorted(copy.rglob("layer_*/*.sql"))]
    assert len(paths) > loading.MANY
    return copy, paths


def check_out(root: Path, paths: list[str]) -> None:
    for path in paths:
        text = (root / path).read_text()
        (root / path).write_text(text.replace("  r.happened_at,\n", "  r.happened_at,\n  r.amount + 1 AS more,\n"))


def test_after_a_checkout_the_workers_know_what_did_not_change(branches: tuple[Path, list[str]]) -> None:
    root, paths = branches
    project = started(root)
    project.stabilise()
    check_out(root, paths)
    project.refresh(paths)
    project.stabilise()
    fresh = started(root)
    fresh.stabilise()
    assert outcome(project) == outcome(fresh)


def test_what_is_told_twice_is_indexed_once(branches: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the client, and by the server's own watcher."""
    root, paths = branches
    project = started(root)
    project.stabilise()
    processes: list[int] = []
    start = indexing._Worker.__init__
    monkeypatch.setattr(
        indexing._Worker, "__init__", lambda self, number, *rest: processes.append(number) or start(self, number, *rest)
    )
    check_out(root, paths)
    project.refresh(paths)
    began = list(processes)
    assert began, "they load their code while it is found out what the files read"
    project.refresh(paths)
    project.stabilise()
    assert processes == began
    assert project.is_stable()


def test_workers_that_nobody_needs_are_ended(branches: tuple[Path, list[str]]) -> None:
    """The facts cache knows the other branch already."""
    root, paths = branches
    cache = root / "w.facts"
    project = started(root, cache)
    project.stabilise()
    former = {path: (root / path).read_text() for path in paths}
    check_out(root, paths)
    project.refresh(paths)
    project.stabilise()
    for path, text in former.items():
        (root / path).write_text(text)
    project.refresh(paths)
    assert project._loading._workers is None
    assert not project._loading.active
    project.stabilise()
    project.close()


def test_a_branch_left_while_it_is_indexed_leaves_nothing_behind(branches: tuple[Path, list[str]]) -> None:
    """Its texts wait for their workers when those of the other branch, which the cache knows, are already there."""
    root, paths = branches
    project = started(root, root / "w.facts")
    project.stabilise()
    before, former = outcome(project), {path: (root / path).read_text() for path in paths}
    check_out(root, paths)
    project.refresh(paths)
    assert not project.stabilise(cancelled=lambda: project._loading._indexer is not None)
    for path, text in former.items():
        (root / path).write_text(text)
    project.refresh(paths)
    assert project._loading._indexer is None, "its workers have nothing to do any more"
    project.stabilise()
    assert outcome(project) == before
    assert {path: project.graph.text(path) for path in paths} == former
