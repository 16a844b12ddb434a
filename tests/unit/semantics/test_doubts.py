"""What an engine may refuse is what DuckDB refuses, and what it takes is not doubted."""

from __future__ import annotations

import duckdb
import pytest

from lsp_server.semantics import ir
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Column, Interface
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query

COLUMNS = {
    "i": "INTEGER",
    "n": "DECIMAL(9,2)",
    "f": "DOUBLE",
    "s": "VARCHAR",
    "d": "DATE",
    "l": "INTEGER[]",
    "b": "BOOLEAN",
    "v": "INTERVAL",
}
TAKEN = [
    "sum(i)",
    "avg(d)",
    "sum(b)",
    "upper(s)",
    "round(n, 2)",
    "i + 1",
    "i - '1'",
    "d - i",
    "d - 1",
    "d + v",
    "l || l",
    "s || i",
    "s LIKE 'a%'",
    "year(d)",
    "sum(NULL)",
    "max(l)",
    "sum(i) OVER ()",
    "sum(i) FILTER (b)",
    "damerau_levenshtein(s, 'x')",
    "count(l)",
    "mode(l)",
    "abs(f)",
]
REFUSED = {"sum(l)": "sum(LIST)", "sum(s)": "sum(VARCHAR)", "upper(i)": "upper(INTEGER)", "s - 1": "VARCHAR - INTEGER", "i || l": "INTEGER || LIST",
           "i LIKE 'a'": "INTEGER LIKE VARCHAR", "year(i)": "year(INTEGER)", "sum(l) OVER ()": "sum(LIST)", "damerau_levenshtein(i, s)": "damerau_levenshtein(INTEGER, VARCHAR)",
           "abs(d)": "abs(DATE)", "sum(l) FILTER (b)": "sum(LIST)"}  # fmt: skip


def doubts(expression: str, dialect: str = "duckdb") -> tuple[str, ...]:
    text = f"MODEL (name m, dialect {dialect});\nSELECT {expression} AS x FROM t"
    parsed = parse_query(read_model(text, dialect), MacroContext(dialect=dialect))
    table = Interface(tuple(Column(name, kind) for name, kind in COLUMNS.items()))
    return ir.unpack(bind(parsed, dialect, {"t": table}.get).facts.query).doubts


def takes(expression: str) -> bool:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    try:
        connection.execute(f"PREPARE p AS SELECT {expression} FROM t")
    except duckdb.Error:
        return False
    return True


@pytest.mark.parametrize("expression", TAKEN)
def test_what_is_taken_is_not_doubted(expression: str) -> None:
    assert (takes(expression), doubts(expression)) == (True, ())


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_refused_is_doubted(expression: str) -> None:
    assert (takes(expression), doubts(expression)) == (False, (REFUSED[expression],))


def test_of_other_engines_nothing_is_known() -> None:
    assert doubts("upper(i)", "postgres") == ()
    assert doubts("s - 1", "postgres") == ()
