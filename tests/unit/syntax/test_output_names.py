"""Names of projections, without the engine: the oracle test asks DuckDB for the same and more."""

from __future__ import annotations

import pytest
from sqlglot import exp

from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.output_names import OutputNames
from lsp_server.syntax.query import parse_query


def names(sql: str, dialect: str = "duckdb") -> tuple[str, ...]:
    """The output names of the outermost SELECT."""
    parsed = parse_query(read_model(sql, dialect))
    assert isinstance(parsed.tree, exp.Select)
    return OutputNames(parsed).of(parsed.tree)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT COUNT(*), COUNT(1), Sum( a ) FROM t", ("count_star()", "count(1)", "sum(a)")),
        ("SELECT IFNULL(a, 0), a+1, a::int FROM t", ("COALESCE(a, 0)", "(a + 1)", "CAST(a AS INTEGER)")),
        ("SELECT CASE WHEN a THEN 1 END FROM t", ("CASE  WHEN (a) THEN (1) ELSE NULL END",)),
        ("SELECT (SELECT max(x) FROM u), y AS z, t.* FROM t", ("(SELECT max(x) FROM u)", "z", "")),
        ("SELECT (SELECT x), x FROM t", ("(SELECT x)", "x")),
        ("SELECT NULL, TRUE", ("NULL", "true")),
        (
            "SELECT DISTINCT a IS DISTINCT FROM b, EXTRACT(year FROM d), FROM t",
            ("(a IS DISTINCT FROM b)", "date_part('YEAR', d)"),
        ),
        ("WITH c AS (SELECT a + 1 FROM t) SELECT b * 2 FROM c", ("(b * 2)",)),
        ('SELECT "Big Name", year(d) FROM t', ("Big Name", '"year"(d)')),
    ],
)
def test_duckdb(sql: str, expected: tuple[str, ...]) -> None:
    assert names(sql) == expected


def test_every_select_of_a_union_and_a_cte_is_told_apart() -> None:
    parsed = parse_query(
        read_model("WITH c AS (SELECT a+1 FROM t) SELECT b+2 FROM c UNION ALL SELECT b+3 FROM c", "duckdb")
    )
    found = OutputNames(parsed)
    assert parsed.tree is not None
    assert {found.of(select) for select in parsed.tree.find_all(exp.Select)} == {
        ("(a + 1)",),
        ("(b + 2)",),
        ("(b + 3)",),
    }


def test_other_dialects() -> None:
    assert names("SELECT count(*), a, a + 1, b::int FROM t", "postgres") == ("count", "a", "?column?", "b")
    assert names("SELECT 1, 'x'::text, Ab::int, upper(c), case when a then 1 end FROM t", "redshift") == (
        "?column?",
        "text",
        "ab",
        "upper",
        "case",
    )
    assert names("SELECT count(*), a, cast(a as int64), b.c FROM t", "bigquery") == ("f0_", "a", "f2_", "c")
    assert names("SELECT a, a + 1, 1 FROM t", "trino") == ("a", "_col1", "_col2")
    assert names("SELECT a, COUNT(*),  a +1 FROM t", "mysql") == ("a", "COUNT(*)", "a +1")
