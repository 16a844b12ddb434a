"""DuckDB itself says what it calls a projection without an alias: `DESCRIBE` against our spelling.

Three inputs: a list with every construct, TPC-H and TPC-DS, and generated expressions (`N=20000` for a long run).
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from lsp_server.graph.graph import Graph
from lsp_server.syntax.duckdb_lexer import UnknownSpelling
from lsp_server.syntax.duckdb_text import spell
from lsp_server.syntax.duckdb_words import KEYWORDS, RESERVED
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.names import needs_quotes
from lsp_server.syntax.output_names import OutputNames
from lsp_server.syntax.query import parse_query
from lsp_server.syntax.tokens import scan
from tests.inputs import sqlglot_fixtures

EXPRESSIONS = (Path(__file__).parent / "data" / "duckdb_expressions.txt").read_text(encoding="utf-8").splitlines()
TABLE = """create table t(a int, b int, s varchar, d date, ts timestamp, l int[], st struct(x int, y varchar), m map(varchar, int),
    f double, bo boolean, "Big Name" int, j json)"""


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """A database with one table that has a column of every kind."""
    made = duckdb.connect()
    made.execute(TABLE)
    return made


def described(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """DuckDB's names of a query's columns."""
    return [row[0] for row in connection.execute(f"describe {query}").fetchall()]


def test_every_construct_is_named_as_duckdb_names_it(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = []
    for expression in EXPRESSIONS:
        expected = described(connection, f"select {expression} from t")
        found = spell(scan(expression, "duckdb").tokens, expression)
        if expected != [found]:
            wrong.append((expression, expected, found))
    assert not wrong
    assert len(EXPRESSIONS) > 500


def test_keywords_are_those_of_the_installed_duckdb(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("select keyword_name from duckdb_keywords()").fetchall()
    assert {row[0] for row in rows} == KEYWORDS


WHERE_A_NAME_STANDS = (
    'select {} from (select 1 as "{}") as t',
    'select t.{} from (select 1 as "{}") as t',
    'select {}.a from (select 1 as a) as "{}"',
    "select 1 as {}",
    "with {} as (select 1 as a) select a from {}",
    'select sum(1) from (select 1 as "{}") as t group by {}',
    'select 1 as one from (select 1 as "{}") as t order by {}',
)


def test_reserved_words_are_those_that_the_installed_duckdb_refuses_as_names(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    refused = {word for word in KEYWORDS for query in WHERE_A_NAME_STANDS if _is_refused(connection, query, word)}
    assert refused == RESERVED
    assert {word for word in KEYWORDS if needs_quotes(word, "duckdb")} >= refused


@pytest.mark.parametrize("word", sorted(word for word in KEYWORDS if not needs_quotes(word, "duckdb")))
def test_what_is_not_quoted_is_read_as_a_name(word: str) -> None:
    graph = Graph()
    inner = f"SELECT {word}, t.{word} AS b, SUM({word}) OVER (ORDER BY {word}) AS c FROM (SELECT 1 AS {word}) AS t WHERE {word} > 0"
    graph.set_file(
        "models/a.sql",
        f"MODEL (name a, dialect duckdb);\nWITH {word} AS ({inner}) SELECT {word}.{word}, b, c FROM {word}",
    )
    graph.stabilise()
    assert [problem.message for problem in graph.problems("models/a.sql")] == []
    interface = graph.interface("a")
    assert interface is not None
    assert [column.name for column in interface.columns] == [word, "b", "c"]


def _is_refused(connection: duckdb.DuckDBPyConnection, query: str, word: str) -> bool:
    try:
        connection.execute(query.replace('"{}"', f'"{word}"').replace("{}", word))
    except duckdb.ParserException:
        return True
    except duckdb.BinderException:  # `default` is a value of its own
        return False
    return False


NUMBERS = [
    "a",
    "b",
    "f",
    "1",
    "2.5",
    "(a)",
    "t.a",
    "-1",
    '"Big Name"',
    "count(*)",
    "sum(a)",
    "abs(b)",
    "case when bo then a else b end",
]
STRINGS = ["s", "'x'", "upper(s)", "s::varchar", "cast(a as varchar)", "substring(s from 1 for 2)", "trim(s)"]
TRUTHS = [
    "bo",
    "a = b",
    "s like 'x%'",
    "a is null",
    "a between 1 and b",
    "a in (1, 2)",
    "s not like 'y'",
    "b not in (3)",
    "true",
]


def generated(rng: random.Random, depth: int, kind: str) -> str:
    """A random expression of a kind."""
    if depth == 0:
        return rng.choice({"number": NUMBERS, "string": STRINGS, "truth": TRUTHS}[kind])
    one, two = generated(rng, depth - 1, kind), generated(rng, depth - 1, kind)
    if rng.random() < 0.2:
        return f"({one})"
    if kind == "number":
        operator = rng.choice(["+", "-", "*", "/", "%", "//", "**"])
        shapes = [
            f"{one} {operator} {two}",
            f"- {one}",
            f"coalesce({one}, {two})",
            f"({one})::int",
            f"greatest({one},{two})",
        ]
    elif kind == "string":
        shapes = [
            f"{one} || {two}",
            f"concat({one}, {two})",
            f"case when {generated(rng, depth - 1, 'truth')} then {one} else {two} end",
        ]
    else:
        number = generated(rng, depth - 1, "number")
        word, comparison = rng.choice(["and", "or"]), rng.choice(["<", ">=", "<>", "="])
        shapes = [
            f"{one} {word} {two}",
            f"not {one}",
            f"({number}) {comparison} {number}",
            f"{one} and {two} or {one}",
            f"{number} is not null",
        ]
    return rng.choice(shapes)


def test_generated_expressions(connection: duckdb.DuckDBPyConnection) -> None:
    seed = int(os.environ.get("SEED", "7"))
    rng = random.Random(seed)
    checked, wrong = 0, []
    for _ in range(int(os.environ.get("N", "300"))):
        expression = generated(rng, rng.randint(1, 4), rng.choice(["number", "string", "truth"]))
        try:
            expected = described(connection, f"select {expression} from t group by all")
        except duckdb.Error:
            continue
        checked += 1
        found = spell(scan(expression, "duckdb").tokens, expression)
        if expected != [found]:
            wrong.append((expression, expected, found))
    print(f"seed {seed}: {checked} expressions named, {len(wrong)} differ")
    assert not wrong
    assert checked > 100


@pytest.mark.parametrize("suite", ["tpc-h", "tpc-ds"])
def test_queries_of_tpc(suite: str) -> None:
    folder = sqlglot_fixtures() / "optimizer" / suite
    made = duckdb.connect()
    for table in sorted(folder.glob("*.csv.gz")):
        made.execute(f"create table {table.name[:-7]} as select * from read_csv('{table}', delim='|', header=true)")
    statements = (folder / f"{suite}.sql").read_text(encoding="utf-8").split(";")[::2]
    checked = 0
    for statement in statements:
        query = "\n".join(line for line in statement.splitlines() if not line.startswith("#"))
        if not query.strip():
            continue
        try:
            expected = described(made, query)
        except duckdb.Error:
            continue  # the fixture's sniffed types do not fit some queries
        parsed = parse_query(read_model(query, "duckdb"))
        assert not parsed.problems
        tree = parsed.tree
        while not isinstance(tree, exp.Select):
            tree = tree.this
        names = OutputNames(parsed).of(tree)
        if "" in names:
            continue
        assert [name.lower() for name in names] == [name.lower() for name in expected]
        checked += 1
    assert checked >= {"tpc-h": 20, "tpc-ds": 80}[suite]


def test_unknown_syntax_is_said_not_guessed() -> None:
    with pytest.raises(UnknownSpelling):
        spell(scan("array(select 1)", "duckdb").tokens, "array(select 1)")


UNREAD = {"4!"}
"""Valid in DuckDB, not in sqlglot: reported as a syntax error."""


def test_examples_of_all_functions(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("select examples from duckdb_functions() where examples is not null").fetchall()
    checked = 0
    for example in sorted({example for row in rows for example in row[0] if example} - UNREAD):
        try:
            expected = described(connection, f"select {example}")
        except duckdb.Error:
            continue  # an example of an aggregate over a table that is not here
        parsed = parse_query(read_model(f"select {example}", "duckdb"))
        assert parsed.problems == (), example
        assert isinstance(parsed.tree, exp.Select)
        names = OutputNames(parsed).of(parsed.tree)
        if "" not in names:
            assert list(names) == expected
            checked += 1
    assert checked > 400
