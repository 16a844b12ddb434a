"""No error in SQL that is right: what DuckDB's own parser accepts, and what sqlglot's tests hold to be valid in eleven dialects."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from lsp_server.syntax.macro_types import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from tests.inputs import sqlglot_fixtures

QUERIES = Path(__file__).parent / "data" / "duckdb_queries.sql"
DIALECTS = "duckdb postgres snowflake bigquery databricks spark redshift trino clickhouse tsql mysql".split()  # noqa: SIM905

ENGINE = duckdb.connect()
ALLOWED = {
    "WITH FUNCTION": "a function's body, with semicolons of its own, inside a query (Trino)",
    "a:select": "a keyword as a key of a path, without quotes (Snowflake)",
    '@"my': "a staged file whose name has quoted parts (Snowflake)",
    ", ,": "an argument left out (Snowflake)",
}
"""What is still told as an error though it is none, and what it is."""


def errors(sql: str, dialect: str) -> list[str]:
    """Messages of the errors of a text that holds one query."""
    file = read_model(sql, dialect)
    problems = (*file.problems, *parse_query(file, MacroContext(dialect)).problems)
    return [problem.message for problem in problems if problem.severity == "error"]


def accepted(sql: str) -> bool:
    """Whether DuckDB's parser takes the text for one statement."""
    try:
        return len(ENGINE.extract_statements(sql)) == 1
    except duckdb.Error:
        return False


def test_queries_that_duckdb_accepts_have_no_error() -> None:
    queries = [line for line in QUERIES.read_text(encoding="utf-8").splitlines() if not line.startswith("--")]
    assert len(queries) > 200
    for query in queries:
        assert accepted(query), query
        assert errors(query, "duckdb") == [], query


def test_examples_of_duckdbs_functions_have_no_error() -> None:
    rows = duckdb.sql("SELECT DISTINCT unnest(examples) FROM duckdb_functions()").fetchall()
    texts = {
        f"SELECT {text.rstrip('; ')}" for (text,) in rows if not text.lower().startswith(("select", "from", "with"))
    }
    valid = [text for text in sorted(texts) if accepted(text)]
    assert len(valid) > 400
    wrong = {text: found for text in valid if (found := errors(text, "duckdb"))}
    assert wrong == {}


def valid_in(dialect: str) -> Iterator[str]:
    """Queries that sqlglot's tests of the dialect parse and write again."""
    path = sqlglot_fixtures().parent / "dialects" / f"test_{dialect}.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="validate_identity"), args=[ast.Constant(value=str(sql)), *_]):
                yield sql


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_sqlglots_tests_hold_to_be_valid_has_no_error(dialect: str) -> None:
    queries = [
        sql
        for sql in sorted(set(valid_in(dialect)))
        if sql.lstrip("( ").upper().startswith(("SELECT", "WITH", "FROM")) and ";" not in sql
    ]
    assert len(queries) > 25, dialect
    wrong = {
        sql: found for sql in queries if (found := errors(sql, dialect)) and not any(part in sql for part in ALLOWED)
    }
    assert wrong == {}
