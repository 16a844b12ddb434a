"""Code actions in broken text: whatever is offered can be applied, and a refactoring adds no error.

Demo and sushi with a token taken out, doubled, mistyped, or all behind it cut off; every action at every word.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from lsp_server.graph.graph import Graph
from lsp_server.ide.actions import Action
from lsp_server.ide.fixes import fix_all, quick_fixes
from lsp_server.ide.refactorings import refactorings
from lsp_server.project.cache import Cache
from lsp_server.project.files import Disk
from lsp_server.project.workspace import Project
from lsp_server.text.spans import Span, TextEdit, apply_edits
from tests import inputs

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"\w+|[^\w\s]")
VARIANTS = 150


@pytest.fixture(params=["demo", "sushi"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Graph:
    source = ROOT / "demo_workspace" if request.param == "demo" else inputs.sqlmesh_examples() / "sushi"
    shutil.copytree(source, tmp_path / "w", ignore=shutil.ignore_patterns("*.duckdb*", "__pycache__"))
    project = Project(tmp_path / "w", Disk(tmp_path / "w"), Cache(None))
    project.load()
    project.stabilise()
    return project.graph


def damaged(text: str, dice: random.Random) -> str:
    words = list(WORD.finditer(text))
    one, other = dice.choice(words), dice.choice(words)
    return dice.choice(
        [
            text[: one.start()] + text[one.end() :],
            text[: one.start()] + text[one.start() + 1 :],
            text[: one.start()] + other[0] + " " + text[one.start() :],
            text[: one.start()] + text[min(len(text), one.start() + 100) :],
            text[: one.end()],
        ]
    )


def test_actions_in_broken_text(graph: Graph) -> None:
    dice = random.Random(1)
    paths = [path for path in graph.paths() if path.endswith(".sql") and graph.models_in(path)]
    tried: Counter[str] = Counter()
    for _ in range(VARIANTS):
        path = dice.choice(paths)
        good = graph.text(path) or ""
        graph.set_file(path, damaged(good, dice))
        graph.stabilise()
        actions = offered(graph, path)
        for action in dice.sample(actions, min(5, len(actions))):
            check(graph, path, action)
            tried[action.kind] += 1
        graph.set_file(path, good)
        graph.stabilise()
    assert tried["quickfix"] > 5
    assert tried["refactor.rewrite"] > 5


def offered(graph: Graph, path: str) -> list[Action]:
    text, problems = graph.text(path) or "", graph.problems(path)
    found: dict[object, Action] = {}
    for word in WORD.finditer(text):
        cursor = Span(word.start(), word.start())
        for action in [*quick_fixes(graph, path, problems, cursor), *refactorings(graph, path, cursor)]:
            found.setdefault((action.title, action.edits), action)
    everything = fix_all(graph, path, problems)
    return [*found.values(), *([everything] if everything is not None else [])]


def check(graph: Graph, path: str, action: Action) -> None:
    before = errors(graph)
    texts = {edit.path: graph.text(edit.path) or "" for edit in action.edits}
    for each, text in texts.items():
        graph.set_file(each, apply_edits(text, [TextEdit(e.span, e.text) for e in action.edits if e.path == each]))
    graph.stabilise()
    if action.kind.startswith("refactor."):
        added = errors(graph) - before
        assert not added or sum(errors(graph).values()) <= sum(before.values()), f"{action}\n{added}\n{texts[path]}"
    for each, text in texts.items():
        graph.set_file(each, None if each in action.creates else text)
    graph.stabilise()


def errors(graph: Graph) -> Counter[tuple[str, str, str]]:
    return Counter(
        (p.code, p.message, path) for path in graph.paths() for p in graph.problems(path) if p.severity == "error"
    )
