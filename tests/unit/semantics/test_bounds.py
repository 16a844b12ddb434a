"""Large and odd queries: an answer, never an exception, and a relational form that does not nest without bound."""

from __future__ import annotations

import time

import msgspec
import pytest

from lsp_server.semantics import ir
from lsp_server.syntax import output_names
from lsp_server.syntax.duckdb_text import spell
from lsp_server.syntax.tokens import Token
from tests.unit.semantics.helper import bound, names

LONG = {
    "and": "SELECT id FROM orders WHERE " + " AND ".join(f"id <> {i}" for i in range(500)),
    "plus": "SELECT " + " + ".join(["id"] * 500) + " AS x FROM orders",
    "union": " UNION ALL ".join(["SELECT id FROM orders"] * 200),
    "ctes": "WITH c0 AS (SELECT * FROM orders)" + "".join(f", c{i} AS (SELECT * FROM c{i - 1})" for i in range(1, 200)) + " SELECT * FROM c199",
    "subqueries": "SELECT id FROM " + "(SELECT * FROM " * 60 + "orders" + ")" * 60,
    "case": "SELECT " + "CASE WHEN id = 1 THEN 2 ELSE " * 60 + "3" + " END" * 60 + " AS x FROM orders",
    "columns": "SELECT " + ", ".join(f"id + {i} AS c{i}" for i in range(500)) + " FROM orders",
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_queries_have_an_answer(name: str) -> None:
    started = time.perf_counter()
    result = bound(LONG[name])
    assert time.perf_counter() - started < 5
    assert not result.places.problems
    query = ir.unpack(result.facts.query)
    assert msgspec.json.encode(query)
    assert {edge.model for edges in result.facts.edges for edge in edges} == {"orders"}


def nested(kind: str, levels: int) -> str:
    """A query of so many levels, whose only column comes from `orders.id`."""
    before, inside, after = {
        "derived": ("SELECT id FROM (", "SELECT id FROM orders", ") AS x"),
        "with": ("SELECT id FROM (WITH c AS (SELECT id FROM orders) ", "SELECT id FROM c", ") AS x"),
        "scalar": ("SELECT (", "SELECT id FROM orders LIMIT 1", ") AS id"),
        "in": ("SELECT id FROM orders WHERE id IN (", "SELECT id FROM orders", ")"),
        "case": ("SELECT CASE WHEN id > 1 THEN (", "SELECT id FROM orders LIMIT 1", ") END AS id FROM orders"),
    }[kind]
    return before * levels + inside + after * levels


@pytest.mark.parametrize(("kind", "levels"), [("derived", 65), ("with", 65), ("scalar", 25), ("in", 45), ("case", 22)])
def test_deep_nesting_is_followed(kind: str, levels: int) -> None:
    result = bound(nested(kind, levels))
    assert result.places.problems == ()
    assert {(edge.model, edge.column) for edge in result.facts.edges[0]} == {("orders", "id")}
    assert result.facts.interface.columns[0].type == "INTEGER"


@pytest.mark.parametrize("kind", ["derived", "with", "scalar", "in", "case"])
@pytest.mark.parametrize("levels", [80, 140])
def test_what_is_nested_too_deeply_is_said_to_be(kind: str, levels: int) -> None:
    result = bound(nested(kind, min(levels, 70 if kind == "case" else levels)))
    assert [problem.code for problem in result.places.problems] == ["not-analysed"]


@pytest.mark.parametrize("sql", ["SELECT r.id, r.name, q", "SELECT id, name, (SELECT other)"])
def test_a_query_without_from_is_told_of_it_once(sql: str) -> None:
    [problem] = bound(sql).places.problems
    assert problem.message.endswith(": the query has no FROM.")


def test_what_is_not_typed_yet_is_no_column() -> None:
    facts = bound("SELECT id, o. FROM orders AS o WHERE o.id = AND id > ").facts
    assert {edge.column for edges in (*facts.edges, facts.rows) for edge in edges} == {"id"}


@pytest.mark.parametrize(
    "sql",
    ["", "SELECT", "SELECT FROM", "WITH a AS (SELECT 1", "SELECT * FROM (", "SELECT a. FROM orders", "GROUP BY 1", "SELECT CASE WHEN",
     "SELECT * FROM orders WHERE id IN (", "SELECT count(", "DESCRIBE orders", "DROP TABLE orders", "SELECT 1 UNION", "WITH", "((("],
)  # fmt: skip
def test_half_typed_text_never_raises(sql: str) -> None:
    facts = bound(sql).facts
    assert len(facts.edges) == len(facts.interface.columns)


def test_each_name_is_spelled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of all projections for each of them made 400 unaliased columns cost three seconds."""
    spelt: list[str] = []

    def counted(tokens: list[Token], text: str) -> str:
        spelt.append(text)
        return spell(tokens, text)

    monkeypatch.setattr(output_names, "spell", counted)
    assert len(names(f"SELECT {', '.join(f'id + {i}' for i in range(50))} FROM orders")) == 50
    assert len(spelt) == 50
