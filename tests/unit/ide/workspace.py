"""A graph over a fixture, and short words for what the tests of editor features say again and again."""

from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span, TextEdit, apply_edits
from tests.unit import fixture

CHECKED = ("models/", "audits/")


def graph_of(files: dict[str, str]) -> Graph:
    graph = Graph()
    graph.set_config(Config(dialect="duckdb"))
    for path, text in files.items():
        graph.set_file(path, text)
    graph.stabilise()
    return graph


def opened(text: str) -> tuple[Graph, fixture.Fixture]:
    """The graph of a fixture, and the fixture."""
    parsed = fixture.parse(text)
    return graph_of(parsed.files), parsed


def edited(files: dict[str, str], edits: list[tuple[str, Span, str]]) -> dict[str, str]:
    """The files after edits (path, span, new text)."""
    after = dict(files)
    for path in {path for path, _, _ in edits}:
        mine = [TextEdit(span, text) for where, span, text in edits if where == path]
        after[path] = apply_edits(files[path], mine)
    return after


def errors(graph: Graph) -> list[Problem]:
    return [problem for path in graph.paths() for problem in graph.problems(path) if problem.severity == "error"]
