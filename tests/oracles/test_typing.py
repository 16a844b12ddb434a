"""Whole models typed character by character, in the demo and in sushi: nothing breaks, and no other file is blamed.

At every step: no exception, spans inside the text, a bounded time; from the end of the header on, while the typed query has
errors, no other file has more than after the last version of it that was whole (before that there is no such model, and its
readers rightly say so; a whole prefix of the query truly lacks columns).  Every 23rd character by default; `EVERY=1` for all.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from lsp_server.analysis import checks
from lsp_server.project.workspace import Project, open_workspace
from tests.inputs import sqlmesh_examples

DEMO = Path(__file__).parents[2] / "demo_workspace"
EVERY = int(os.environ.get("EVERY", "23"))


def errors(project: Project, path: str) -> set[tuple[str, str]]:
    """(code, message) of a file's errors."""
    return {(p.code, p.message) for p in checks.check(project.graph, path) if p.severity == "error"}


@pytest.mark.parametrize("source", [lambda: DEMO, lambda: sqlmesh_examples() / "sushi"], ids=["demo", "sushi"])
def test_typing(source: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_CACHE", "off")
    root = tmp_path / "workspace"
    shutil.copytree(source(), root)  # type: ignore[operator]
    project = open_workspace(root)
    graph = project.graph
    checks.install(graph)
    project.stabilise()
    paths = [path for path in graph.paths() if path.endswith(".sql") and graph.models_in(path)]
    before = {path: errors(project, path) for path in graph.paths()}
    steps, slowest, took = 0, 0.0, 0.0
    for path in paths:
        text = graph.text(path) or ""
        file = graph.file(path)
        good: dict[str, set[tuple[str, str]]] = {}
        header_end = file.header.span.end + 1 if file is not None and file.header is not None else 0
        readers = sorted({graph.model(n).path for m in graph.models_in(path) for n in graph.readers(m.name)} - {path})  # type: ignore[union-attr]
        for end in [*range(0, len(text), EVERY), len(text)]:
            typed = text[:end]
            started = time.perf_counter()
            project.set_buffer(path, typed)
            project.stabilise([path])
            spent = time.perf_counter() - started
            steps, took, slowest = steps + 1, took + spent, max(slowest, spent)
            own = checks.check(graph, path)
            assert all(0 <= p.span.start <= p.span.end <= len(typed) for p in own), (path, end)
            if end <= header_end:
                continue
            if not any(graph.stale(m.name) for m in graph.models_in(path)):
                good = {reader: errors(project, reader) for reader in readers}
            for reader in readers:
                assert errors(project, reader) <= good.get(reader, before[reader]), (path, end, reader)
        assert errors(project, path) == before[path]
    project.close()
    print(f"{steps} steps in {len(paths)} models: mean {took / steps * 1000:.1f} ms, slowest {slowest * 1000:.0f} ms")
    assert slowest < 5
