"""Every refactoring that is offered anywhere in the demo and in sushi leaves every model's meaning as it was.

The witness is the fingerprint, which other oracles hold against DuckDB; the text after each action must bind without a problem.
Two things a fingerprint cannot tell, and the unit tests of actions ask DuckDB instead: a model of its own is another relation, and a
value that hangs on an order without a total one (NTILE over ties) may differ with every plan.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from lsp_server.analysis.meanings import meaning, observe
from lsp_server.graph.graph import Graph
from lsp_server.ide.actions import Action
from lsp_server.ide.refactorings import refactorings
from lsp_server.project.cache import Cache
from lsp_server.project.files import Disk
from lsp_server.project.workspace import Project
from lsp_server.text.spans import Span, TextEdit, apply_edits
from tests import inputs

ROOT = Path(__file__).parents[2]
EXPECTED = {"demo": {"refactor.rewrite", "refactor.inline", "refactor.extract"}, "sushi": {"refactor.rewrite"}}
CHANGES_TYPES = "Cast "


@pytest.fixture(params=list(EXPECTED))
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Project]:
    source = ROOT / "demo_workspace" if request.param == "demo" else inputs.sqlmesh_examples() / "sushi"
    shutil.copytree(source, tmp_path / "w", ignore=shutil.ignore_patterns("*.duckdb*", "__pycache__"))
    project = Project(tmp_path / "w", Disk(tmp_path / "w"), Cache(None))
    observe(project.graph)
    project.load()
    project.stabilise()
    return request.param, project


def test_refactorings_keep_the_meaning(workspace: tuple[str, Project]) -> None:
    name, project = workspace
    tried: Counter[str] = Counter()
    for path in [path for path in project.graph.paths() if path.endswith(".sql")]:
        for action in offered(project, path):
            check(project, path, action)
            tried[action.kind] += 1
    assert EXPECTED[name] <= tried.keys(), tried


def offered(project: Project, path: str) -> list[Action]:
    """One of each: every cursor place that names something, every title once in a file."""
    found: dict[str, Action] = {}
    for model in project.graph.models_in(path):
        bound = project.graph.bound(model.name)
        places = [*bound.places.references, *bound.places.scopes] if bound is not None else []
        for place in places:
            span = place.span
            for action in refactorings(project.graph, path, Span(span.start, span.start)):
                found.setdefault(action.title, action)
    return [action for action in found.values() if not action.title.startswith(CHANGES_TYPES)]


def check(project: Project, path: str, action: Action) -> None:
    graph = project.graph
    names = [model.name for model in graph.models_in(path)]
    before = {name: graph.get(meaning, name) for name in names}
    problems = [(p.code, p.message) for p in graph.problems(path)]
    texts = {edit.path: graph.text(edit.path) or "" for edit in action.edits}
    for each, text in texts.items():
        graph.set_file(each, apply_edits(text, [TextEdit(e.span, e.text) for e in action.edits if e.path == each]))
    graph.stabilise()
    said = f"{path}: {action.title}\n{graph.text(path)}"
    assert [(p.code, p.message) for p in graph.problems(path)] == problems, said
    for name in names:
        now, was = graph.get(meaning, name), before[name]
        assert now is not None, said
        assert was is not None, said
        assert [column for column, _ in now.columns] == [column for column, _ in was.columns], said
        if not (action.creates or was.cannot_be_analysed or _is_opaque(graph, name)):
            assert now.rows == was.rows, said
            assert now.columns == was.columns or was.reads_order, said
    for each, text in texts.items():
        graph.set_file(each, None if each in action.creates else text)
    graph.stabilise()


def _is_opaque(graph: Graph, name: str) -> bool:
    """Whether a Python macro stands in the query: what it gives is not known, so not that it is the same either."""
    bound = graph.bound(name)
    return bound is not None and b"opaque" in bound.facts.query
