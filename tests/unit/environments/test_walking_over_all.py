"""What environments need to know of all models is read without keeping it: the files in use stay in memory, and no tree is left over."""

import gc
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from lsp_server.environments import workspace_versions
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph

COUNT = 120
"""More than stay in memory."""
MODEL = """\
MODEL (name s.m{0}, audits (small));
SET VARIABLE a = 1;
SELECT @EVAL(1 + {0}) AS id FROM s.m{1} AS up;
DROP TABLE IF EXISTS t;
"""
AUDIT = "AUDIT (name small); SELECT * FROM @this_model WHERE id > 1"


def graph_of(config: Config) -> Graph:
    graph = Graph()
    graph.set_config(config)
    graph.set_file("models/m0.sql", "MODEL (name s.m0); SELECT 1 AS id")
    for number in range(1, COUNT):
        graph.set_file(f"models/m{number}.sql", MODEL.format(number, number - 1))
    graph.set_file("audits/small.sql", AUDIT)
    graph.stabilise()
    return graph


@pytest.mark.parametrize("catalog", ["", "home"])
def test_nothing_of_it_is_kept(catalog: str) -> None:
    graph = graph_of(Config(default_catalog=catalog))
    workspace_version(graph, Path())  # what is made once
    graph.engine.executed.clear()
    gc.collect()
    gc.disable()
    try:
        before = nodes()
        version = workspace_version(graph, Path())
        assert nodes() == before
    finally:
        gc.enable()
    assert {query for query, _ in graph.engine.executed} & {"parsed", "bound", "model_file"} == set()
    last = version.models[f"s.m{COUNT - 1}"]
    assert (last.query, last.problems) == (f"SELECT {COUNT} AS id FROM s.m{COUNT - 2} AS up", ())
    assert (last.pre, last.post) == (("SET VARIABLE a = 1",), ("DROP TABLE IF EXISTS t",))


@pytest.mark.parametrize(
    ("catalog", "table", "named"),
    [
        ("home", "home.s.m0", "home"),
        ("home", '"HOME".s.m0', "home"),
        ("my home", '"my home".s.m0', "my home"),
        ("home", "s.m0 AS home", ""),
        ("home", "s.m0", ""),
    ],
)
def test_the_catalog_that_a_query_names(catalog: str, table: str, named: str) -> None:
    graph = graph_of(Config(default_catalog=catalog))
    graph.set_file("models/n.sql", f"MODEL (name s.n); SELECT 1 AS id FROM {table}")
    graph.stabilise()
    assert workspace_version(graph, Path()).models["s.n"].catalog == named


def test_only_a_query_that_may_name_the_catalog_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(Config(default_catalog="home"))
    graph.set_file("models/n.sql", "MODEL (name s.n); SELECT 1 AS id FROM home.s.m0")
    graph.stabilise()
    parsed: list[str] = []
    parse = workspace_versions.parse_query

    def noted(source: Any, context: Any) -> Any:
        parsed.append(source.text)
        return parse(source, context)

    monkeypatch.setattr(workspace_versions, "parse_query", noted)
    workspace_version(graph, Path())
    statements = ("SET VARIABLE", "DROP TABLE")
    assert [text for text in parsed if not text.strip().startswith(statements)] == [graph.text("models/n.sql")]


def nodes() -> int:
    return sum(isinstance(each, exp.Expression) for each in gc.get_objects())


def test_a_model_without_a_query_says_so() -> None:
    graph = graph_of(Config())
    graph.set_file("models/none.sql", "MODEL (name s.none);")
    graph.set_file("models/left.sql", "MODEL (name s.left); SELECT 1 AS id FROM s.right")
    graph.set_file("models/right.sql", "MODEL (name s.right); SELECT 1 AS id FROM s.left")
    graph.stabilise()
    models = workspace_version(graph, Path()).models
    assert "it has no query" in models["s.none"].problems
    assert models["s.left"].problems == ("it reads itself: s.left -> s.right -> s.left",)
