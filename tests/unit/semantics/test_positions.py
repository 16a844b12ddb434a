"""Columns that are named by their place, in the dialect that DuckDB does not judge (for that one see duckdb_queries.txt)."""

from __future__ import annotations

import pytest

from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Column, Interface
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query

TABLE = Interface((Column("id", "NUMBER"), Column("k", "NUMBER"), Column("s", "TEXT")))


def bound(sql: str) -> Bound:
    parsed = parse_query(read_model(sql, "snowflake"), MacroContext(dialect="snowflake"))
    return bind(parsed, "snowflake", lambda name: TABLE)


@pytest.mark.parametrize(("sql", "upstream"), [
    ("SELECT $2 AS a FROM t1", {("T1", "k")}),
    ("SELECT t.$3 AS a FROM t1 AS t", {("T1", "s")}),
    ("SELECT b.$1 AS a FROM t1 AS a JOIN t2 AS b ON a.id = b.id", {("T2", "id")}),
    ("SELECT $9 AS a FROM t1", {("T1", "id"), ("T1", "k"), ("T1", "s")}),
])  # fmt: skip
def test_a_place_names_a_column_and_depends_on_all_before_it(sql: str, upstream: set[tuple[str, str]]) -> None:
    found = bound(sql)
    assert {(edge.model, edge.column) for edge in found.facts.edges[0] if edge.type == "DIRECT"} == upstream
    assert found.looks_at_all
