"""What the syntax layer leaves where nothing is known: no second complaint, and no interface that claims to be complete."""

from __future__ import annotations

import pytest

from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Column, Interface
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query

KNOWN = {"o": Interface((Column("a", "INTEGER"), Column("b", "INTEGER")))}


def bound(sql: str) -> Bound:
    """A query over `o (a, b)`, with two Python macros."""
    context = MacroContext("duckdb", python_macros=frozenset({"some", "columns_of"}))
    return bind(parse_query(read_model(sql, "duckdb"), context), "duckdb", KNOWN.get)


@pytest.mark.parametrize(
    "sql", ["SELECT a, o. FROM o", "SELECT a + FROM o", "SELECT a b c d FROM o", "SELECT * FROM o WHERE o."]
)
def test_what_is_not_typed_yet_is_no_unknown_column(sql: str) -> None:
    assert bound(sql).places.problems == ()


def test_a_macro_that_is_not_executed_may_make_any_columns() -> None:
    interface = bound("SELECT @columns_of(a), b FROM o").facts.interface
    assert not interface.complete
    assert [column.name for column in interface.columns] == ["@columns_of(a)", "b"]


def test_with_an_alias_it_makes_one() -> None:
    facts = bound("SELECT @some(a) AS x, b FROM o").facts
    assert facts.interface.complete
    assert [(edge.column, edge.subtype) for edge in facts.edges[0]] == [("a", "TRANSFORMATION")]
