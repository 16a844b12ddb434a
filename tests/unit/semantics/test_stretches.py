"""A clause's place is all of its text, also of what the tree gives no position: keywords, CASE, CAST, brackets."""

import pytest

from lsp_server.semantics.binder import bind
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query


def clauses(sql: str) -> dict[str, str]:
    bound = bind(parse_query(read_model(sql, "duckdb")), "duckdb", lambda name: None)
    last = max(scope for scope, _ in bound.places.clauses)
    return {clause: sql[slice(*span)] for (scope, clause), span in bound.places.clauses.items() if scope == last}


@pytest.mark.parametrize(
    "item",
    [
        "max(a.price)",
        "CASE WHEN a.x THEN 1 ELSE a.y END AS z",
        "CAST(a.x AS INT)",
        "a.x::INT AS i",
        "current_date AS d",
        "EXTRACT(year FROM a.d) AS y",
        "(a.x + 1) * 2",
        "NOT a.x AS n",
        "a.x IS NOT DISTINCT FROM a.y AS same",
        "sum(a.x) FILTER (WHERE a.y > 1) OVER (PARTITION BY a.z ORDER BY a.w) AS s",
        "[a.x, 2][1]",
        "{'k': a.x}",
    ],
)
@pytest.mark.parametrize(
    "around", ["SELECT 1, {}, 2 FROM t AS a", "SELECT DISTINCT ON (a.q) {} FROM t AS a", "SELECT {}"]
)
def test_a_projection_is_all_of_its_text(item: str, around: str) -> None:
    sql = around.format(item)
    assert item in {text for clause, text in clauses(sql).items() if clause.startswith("column:")}


def test_conditions_are_all_of_their_text() -> None:
    found = clauses(
        "SELECT a.g FROM t AS a WHERE CASE WHEN a.x THEN a.y END = 1 AND NOT a.z GROUP BY a.g "
        "HAVING NOT max(a.x) > 1 ORDER BY a.g"
    )
    assert found["where"] == "CASE WHEN a.x THEN a.y END = 1 AND NOT a.z"
    assert found["having"] == "NOT max(a.x) > 1"
