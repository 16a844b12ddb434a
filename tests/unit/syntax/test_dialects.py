"""Eleven dialects: their syntax reads without an error; quoting, case folding and the parts of names."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.semantics.binder import bind
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.names import fold, model_name, quote, quote_path, split_name, table_key
from lsp_server.syntax.query import parse_query

FOLDER = Path(__file__).parent / "dialects"
DIALECTS = "duckdb postgres snowflake bigquery databricks spark redshift trino clickhouse tsql mysql".split()  # noqa: SIM905


@pytest.mark.parametrize("dialect", DIALECTS)
def test_valid_queries_have_no_error(dialect: str) -> None:
    text = (FOLDER / f"{dialect}.sql").read_text(encoding="utf-8")
    queries = [line.removesuffix(";") for line in text.splitlines() if line and not line.startswith("--")]
    assert len(queries) >= 8
    for query in queries:
        parsed = parse_query(read_model(query, dialect), MacroContext(dialect))
        assert [problem for problem in parsed.problems if problem.severity == "error"] == [], query
        assert parsed.tree is not None, query


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_table_has_its_place(dialect: str) -> None:
    query = f"WITH c AS (SELECT 1 AS a) SELECT a FROM c JOIN s.t USING (a) JOIN {quote('S x', dialect)}.{quote('T', dialect)} AS u USING (a)"
    first, second = parse_query(read_model(query, dialect)).tables
    assert query[first.span.start : first.span.end] == "s.t"
    assert query[second.span.start : second.span.end] == f"{quote('S x', dialect)}.{quote('T', dialect)}"
    assert (second.parts, second.quoted) == (("S x", "T"), (True, True))


@pytest.mark.parametrize(
    ("dialect", "plain", "quoted", "table", "quoted_table"),
    [
        ("duckdb", "ab", "ab", "ab", "ab"),
        ("postgres", "ab", "Ab", "ab", "Ab"),
        ("snowflake", "AB", "Ab", "AB", "Ab"),
        ("bigquery", "ab", "ab", "Ab", "Ab"),
        ("databricks", "ab", "ab", "ab", "ab"),
        ("spark", "ab", "ab", "ab", "ab"),
        ("redshift", "ab", "ab", "ab", "ab"),
        ("trino", "ab", "ab", "ab", "ab"),
        ("clickhouse", "Ab", "Ab", "Ab", "Ab"),
        ("tsql", "ab", "ab", "ab", "ab"),
        ("mysql", "ab", "ab", "Ab", "Ab"),
    ],
)
def test_case_folding(dialect: str, plain: str, quoted: str, table: str, quoted_table: str) -> None:
    assert fold("Ab", False, dialect) == plain
    assert fold("Ab", True, dialect) == quoted
    assert fold("Ab", False, dialect, table=True) == table
    assert fold("Ab", True, dialect, table=True) == quoted_table


@pytest.mark.parametrize(
    ("dialect", "mark"),
    [("duckdb", '""'), ("postgres", '""'), ("snowflake", '""'), ("redshift", '""'), ("trino", '""'), ("clickhouse", '""'),
     ("bigquery", "``"), ("databricks", "``"), ("spark", "``"), ("mysql", "``"), ("tsql", "[]")],
)  # fmt: skip
def test_quoting(dialect: str, mark: str) -> None:
    assert quote("a b", dialect) == f"{mark[0]}a b{mark[1]}"
    assert quote_path("s.t", dialect) == f"{mark[0]}s{mark[1]}.{mark[0]}t{mark[1]}"
    assert quote("select", dialect, always=False) == f"{mark[0]}select{mark[1]}"
    plain = "AB" if dialect == "snowflake" else "ab"
    assert quote(plain, dialect, always=False) == plain


@pytest.mark.parametrize("name", ['we"ird', "back`tick", "brack]et", "a.b", "é", "2x", "select"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_quoted_name_is_read_back_as_it_was(name: str, dialect: str) -> None:
    if dialect == "bigquery" and "." in name:
        return  # quoting a dot in BigQuery quotes a path
    assert split_name(f"s.{quote(name, dialect)}", dialect)[-1] == (name, True)


def test_parts_of_names() -> None:
    assert model_name("Cat.Shop.Orders", "duckdb") == "cat.shop.orders"
    assert model_name('cat."Shop".orders', "snowflake") == "CAT.Shop.ORDERS"
    assert model_name("`proj-x.ds.T`", "bigquery") == "proj-x.ds.T"
    assert model_name("[My db].dbo.[T x]", "tsql") == "my db.dbo.t x"
    assert table_key(("p.d.t",), (True,), "bigquery") == "p.d.t"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_half_typed_queries_keep_their_tables_and_conditions(dialect: str) -> None:
    name = quote("Ef g", dialect)
    text = f"SELECT Ab, t.{name}, COUNT( FROM c.s.T AS t WHERE Ab = AND {name} > 1 GROUP BY"
    parsed = parse_query(read_model(text, dialect))
    assert [text[problem.span.start : problem.span.end] for problem in parsed.problems] == ["(", "AND", "GROUP BY"]
    assert [table.parts for table in parsed.tables] == [("c", "s", "T")]
    assert parsed.tree is not None
    assert parsed.tree.sql(dialect).endswith(f"WHERE Ab = __hw_missing AND {name} > 1")


COLUMNS = {
    "duckdb": "Ab Ef count_star() (Ab + 1)",
    "postgres": "ab Ef count ?column?",
    "snowflake": "AB Ef _col_2 _col_3",
    "bigquery": "ab ef f2_ f3_",
    "databricks": "ab ef _col_2 _col_3",
    "spark": "ab ef _col_2 _col_3",
    "redshift": "ab ef count ?column?",
    "trino": "ab ef _col2 _col3",
    "clickhouse": "Ab Ef _col_2 _col_3",
    "tsql": "ab ef _col_2 _col_3",
    "mysql": "ab ef COUNT(*) Ab + 1",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_of_columns_and_tables_are_folded_and_given_as_the_dialect_does(dialect: str) -> None:
    text = f"SELECT Ab, t.{quote('Ef', dialect)}, COUNT(*), Ab + 1 FROM C.s.T AS t"
    bound = bind(parse_query(read_model(text, dialect)), dialect, lambda _name: None)
    assert " ".join(column.name for column in bound.facts.interface.columns) == COLUMNS[dialect]
    [source] = {edge.model for edges in bound.facts.edges for edge in edges}
    assert source == ".".join(fold(part, False, dialect, table=True) for part in ("C", "s", "T"))


def test_a_model_may_have_its_own_dialect() -> None:
    file = read_model("MODEL (name a.b, dialect bigquery); SELECT `x y` FROM `p.d.t`", "duckdb")
    assert file.dialect == "bigquery"
    assert parse_query(file).problems == ()


def test_a_staged_file_of_snowflake_is_no_macro() -> None:
    parsed = parse_query(read_model("SELECT $1 FROM @stage/path (FILE_FORMAT => 'f')", "snowflake"))
    assert parsed.problems == ()
