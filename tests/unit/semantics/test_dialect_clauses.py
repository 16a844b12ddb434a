"""Clauses that one dialect alone has: their names are no errors, and lineage goes through them."""

from __future__ import annotations

import pytest

from lsp_server.analysis import checks
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph

SOURCE = "SELECT 1 AS id, 'a' AS status, 2 AS amount"


def lineage(dialect: str, query: str) -> tuple[dict[str, set[str]], list[str]]:
    """The columns that each output column comes from (names in lower case), and what is said of the query."""
    graph = Graph()
    graph.set_config(Config(dialect=dialect))
    graph.set_file("models/t.sql", f"MODEL (name raw.t, kind FULL);\n{SOURCE}")
    graph.set_file("models/q.sql", f"MODEL (name shop.q, kind FULL);\n{query}")
    graph.stabilise()
    name = graph.models_in("models/q.sql")[0].name
    facts = graph.facts(name)
    assert facts is not None
    found = {
        column.name.lower(): {edge.column.lower() for edge in edges}
        for column, edges in zip(facts.interface.columns, facts.edges, strict=True)
    }
    return found, [problem.message for problem in checks.check(graph, "models/q.sql")]


@pytest.mark.parametrize(
    ("dialect", "query", "expected"),
    [
        ("clickhouse", "SELECT id, amount FROM raw.t FINAL", {"id": {"id"}, "amount": {"amount"}}),
        ("clickhouse", "SELECT o.id FROM raw.t AS o FINAL PREWHERE o.status = 'a'", {"id": {"id"}}),
        (
            "clickhouse",
            "WITH (SELECT MAX(amount) FROM raw.t) AS most, 10 AS ten SELECT id / most AS share, ten FROM raw.t",
            {"share": {"id", "amount"}, "ten": set()},
        ),
        ("clickhouse", "SELECT status FROM raw.t AS a JOIN raw.t AS b ON a.id = b.id", {"status": {"status"}}),
        (
            "databricks",
            "SELECT k, v FROM (SELECT stack(2, 'a', amount, 'b', id) AS (k, v) FROM raw.t)",
            {"k": {"amount", "id"}, "v": {"amount", "id"}},
        ),
        ("spark", "SELECT posexplode(array(id)) AS (place, item) FROM raw.t", {"place": {"id"}, "item": {"id"}}),
        ("spark", "SELECT /*+ BROADCAST(o), COALESCE(3) */ o.id FROM raw.t AS o", {"id": {"id"}}),
        (
            "snowflake",
            "SELECT id, first_amount FROM raw.t MATCH_RECOGNIZE (PARTITION BY id ORDER BY status MEASURES FIRST(amount) AS first_amount"
            " ONE ROW PER MATCH PATTERN (x y+) DEFINE y AS amount > LAG(amount))",
            {},
        ),
    ],
)
def test_clauses_of_one_dialect(dialect: str, query: str, expected: dict[str, set[str]]) -> None:
    assert lineage(dialect, query) == (expected, [])
