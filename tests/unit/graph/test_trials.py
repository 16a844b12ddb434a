"""A text tried twice is bound once, as long as nothing that it saw has changed; and its tree is gone at once."""

import gc
from typing import Any

import pytest
from sqlglot import exp

from lsp_server.graph import trials
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.queries import Macros

TRIED = "MODEL (name s.m); SELECT b.__x FROM s.base AS b"
FILES = {
    "models/base.sql": "MODEL (name s.base); SELECT 1 AS id",
    "models/m.sql": "MODEL (name s.m); SELECT b. FROM s.base AS b",
    "models/other.sql": "MODEL (name s.other); SELECT 1 AS id",
}


@pytest.fixture
def graph() -> Graph:
    found = Graph()
    for path, text in FILES.items():
        found.set_file(path, text)
    found.stabilise()
    return found


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed."""
    made: list[str] = []
    parse = trials.parse_query

    def noted(*arguments: Any) -> Any:
        made.append(arguments[0].text)
        return parse(*arguments)

    monkeypatch.setattr(trials, "parse_query", noted)
    return made


def columns(graph: Graph) -> list[str]:
    bound = graph.trial("models/m.sql", TRIED)
    assert bound is not None
    return [column.name for column in bound.places.scopes[0].sources[0].interface.columns]


def test_one_text_is_tried_once(graph: Graph, parsed: list[str]) -> None:
    assert columns(graph) == columns(graph) == ["id"]
    graph.set_file("models/other.sql", FILES["models/other.sql"].replace("1", "2"))
    graph.set_file("models/m.sql", FILES["models/m.sql"].replace("b.", "b.i"))
    graph.stabilise()
    assert columns(graph) == ["id"]
    assert len(parsed) == 1
    graph.trial("models/m.sql", TRIED.replace("__x", "id"))
    assert len(parsed) == 2


def test_what_it_saw_has_changed(graph: Graph, parsed: list[str]) -> None:
    columns(graph)
    graph.set_file("models/base.sql", FILES["models/base.sql"].replace("id", "id, 2 AS more"))
    graph.stabilise()
    assert columns(graph) == ["id", "more"]
    graph.set_config(Config(variables={"a": 1}))
    columns(graph)
    graph.set_macros(Macros(python=frozenset({"f"})))
    columns(graph)
    graph.set_file("models/m.sql", FILES["models/m.sql"].replace("s.m)", "s.m, dialect snowflake)"))
    graph.trial("models/m.sql", TRIED)
    assert len(parsed) == 5


def test_its_tree_needs_no_collector(graph: Graph) -> None:
    gc.collect()
    gc.disable()
    try:
        before = nodes()
        columns(graph)
        assert nodes() == before
    finally:
        gc.enable()


def nodes() -> int:
    return sum(isinstance(each, exp.Expression) for each in gc.get_objects())
