"""DuckDB itself says what a query yields: `DESCRIBE` against our interfaces, names, order and types.

TPC-H, TPC-DS, the demo workspace, a list of expressions with every construct, and generated queries (`N=5000` for a long run).
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import sqlglot

from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Column, Interface
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from tests.inputs import sqlglot_fixtures
from tests.oracles.constructs import queries
from tests.oracles.generated import Schema

EXPRESSIONS = (Path(__file__).parent / "data" / "duckdb_expressions.txt").read_text(encoding="utf-8").splitlines()
QUERIES = (Path(__file__).parent / "data" / "duckdb_queries.txt").read_text(encoding="utf-8").splitlines()
DEMO = Path(__file__).parents[2] / "demo_workspace"
TABLE = """CREATE TABLE t (a int, b int, s varchar, d date, ts timestamp, l int[], st struct(x int, y varchar), m map(varchar, int),
    f double, bo boolean, "Big Name" int, j json)"""


TABLES = [
    TABLE,
    "CREATE TABLE t1 (id INT, k INT, s VARCHAR, l INT[], st STRUCT(f INT, g VARCHAR), m MAP(VARCHAR, INT))",
    "CREATE TABLE t2 AS FROM t1",
]


class Tally:
    """How many columns were compared, and what was wrong."""

    def __init__(self) -> None:
        self.columns = 0
        self.unknown: list[tuple[str, str]] = []
        self.unknown_columns: list[tuple[str, str]] = []
        """(query, column)"""
        self.wrong: list[tuple[str, object, object]] = []

    def compare(self, sql: str, bound: Bound, expected: list[tuple[str, str]]) -> None:
        """One query: names and order must be equal, types equal or declared unknown."""
        self.add(sql, [(c.name, c.type) for c in bound.facts.interface.columns], expected)

    def add(self, sql: str, found: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
        self.columns += len(expected)
        if [n for n, _ in found] != [n for n, _ in expected]:
            self.wrong.append((sql, [n for n, _ in found], [n for n, _ in expected]))
            return
        for (name, ours), (_, theirs) in zip(found, expected, strict=True):
            if ours == "UNKNOWN":
                self.unknown_columns.append((sql, name))
                self.unknown.append((sql if len(sql) < 80 else name, theirs))
            elif ours != theirs and f'"{ours}"' != theirs:
                self.wrong.append((sql, f"{name} {ours}", theirs))

    def check(self, unknown_share: float) -> None:
        share = len(self.unknown) / max(self.columns, 1)
        print(f"{self.columns} columns, {len(self.unknown)} of unknown type ({share:.2%}), {len(self.wrong)} wrong")
        assert not self.wrong, self.wrong[:10]
        assert share <= unknown_share, self.unknown[:40]


class Database:
    """A DuckDB with tables, and the interfaces that it describes."""

    def __init__(self, ddl: list[str]) -> None:
        self.connection = duckdb.connect()
        for statement in ddl:
            self.connection.execute(statement)
        self.known: dict[str, Interface] = {}

    def interface(self, name: str) -> Interface | None:
        if name not in self.known:
            self.known[name] = Interface(tuple(Column(n, t) for n, t in self.describe(f"FROM {name}")))
        return self.known[name]

    def describe(self, sql: str) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self.connection.execute(f"DESCRIBE {sql}").fetchall()]

    def bind(self, sql: str) -> Bound:
        return bind(parse_query(read_model(sql, "duckdb")), "duckdb", self.interface)


def benchmark(name: str, constant: str) -> tuple[Database, list[str]]:
    """A TPC benchmark of sqlglot's fixtures: its schema in DuckDB and its queries."""
    helpers = ast.parse((sqlglot_fixtures().parent / "helpers.py").read_text(encoding="utf-8"))
    schema = next(
        ast.literal_eval(node.value)
        for node in helpers.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == constant
    )
    ddl = [f"CREATE TABLE {table} ({', '.join(map(column_ddl, columns.items()))})" for table, columns in schema.items()]
    text = (sqlglot_fixtures() / "optimizer" / name / f"{name}.sql").read_text(encoding="utf-8")
    statements = [part.strip() for part in text.split(";") if part.strip()]
    return Database(ddl), statements[::2]


def column_ddl(column: tuple[str, str]) -> str:
    """A column of the fixtures' schema, in DuckDB's spelling."""
    if column[0] == "d_date":
        return "d_date DATE"  # TPC-DS's own type; the fixtures have text, with which DuckDB refuses some of the queries
    return f"{column[0]} {sqlglot.exp.DataType.build(column[1]).sql('duckdb')}"


def without_comments(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.strip().startswith(("--", "#")))


@pytest.mark.parametrize(("name", "constant", "count"), [("tpc-h", "TPCH_SCHEMA", 22), ("tpc-ds", "TPCDS_SCHEMA", 99)])
def test_benchmarks(name: str, constant: str, count: int) -> None:
    database, statements = benchmark(name, constant)
    tally = Tally()
    assert len(statements) >= count
    for sql in map(without_comments, statements):
        bound = database.bind(sql)
        tally.compare(sql, bound, database.describe(sql))
        assert not bound.places.problems, (sql, bound.places.problems)
    tally.check(0.02)


NOT_PARSED = frozenset({"@a", "@ a + 1", "x'00'", "a::union(a int)", "a !"})
"""What sqlglot's parser does not take for what it is: macros of SQLMesh, a blob, a union type, a postfix operator."""


def test_every_construct() -> None:
    database = Database(TABLES)
    tally = Tally()
    for sql in [f"SELECT {expression} FROM t" for expression in EXPRESSIONS if expression not in NOT_PARSED] + QUERIES:
        bound = database.bind(sql)
        tally.compare(sql, bound, database.describe(sql))
        assert not bound.places.problems, (sql, bound.places.problems)
    tally.check(0.02)


def test_demo_workspace(tmp_path: Path) -> None:
    """Every model of the demo, built by DuckDB: its views against the interfaces of the lineage command."""
    root = tmp_path / "demo"
    shutil.copytree(DEMO, root)
    headwater("env", "apply", "prod", "--workspace", str(root), "--yes")
    models = json.loads(headwater("lineage", str(root), "--format", "json"))["models"]
    tally, built = Tally(), 0
    with duckdb.connect(str(root / "bikeshare.duckdb"), read_only=True) as connection:
        names = {
            f"{a}.{b}"
            for a, b in connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
        }
        for model in models:
            if model["model"] not in names:
                continue  # EMBEDDED models have no view
            built += 1
            expected = [(r[0], r[1]) for r in connection.execute(f"DESCRIBE {model['model']}").fetchall()]
            tally.add(model["model"], [(c["name"], c["type"]) for c in model["columns"]], expected)
    assert built >= 25
    tally.check(0.02)


def headwater(*arguments: str) -> str:
    """What the command line prints."""
    done = subprocess.run([sys.executable, "-m", "lsp_server", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_generated_queries() -> None:
    rng = random.Random(int(os.environ.get("SEED", "7")))
    tally, refused = Tally(), []
    for _ in range(5):
        schema = Schema(rng)
        database = Database(schema.ddl())
        for sql in queries(rng, schema, int(os.environ.get("N", "500")) // 5):
            try:
                expected = database.describe(sql)
            except duckdb.BinderException as error:
                refused.append((sql, str(error)))
                continue
            bound = database.bind(sql)
            tally.compare(sql, bound, expected)
            assert not bound.places.problems, (sql, bound.places.problems)
    assert len(refused) <= 5 + tally.columns // 100, refused[:3]  # the generator is to make queries that DuckDB takes
    tally.check(0.02)


TABLES_OF_THE_FIXTURES = [
    "CREATE TABLE x (a INT, b INT)",
    "CREATE TABLE y (b INT, c INT)",
    "CREATE TABLE z (b INT, c INT)",
    "CREATE TABLE w (d VARCHAR, e VARCHAR)",
    "CREATE TABLE temporal (d TIMESTAMP, t TIMESTAMP)",
    "CREATE TABLE t_bool (a BOOLEAN)",
    "CREATE TABLE n (m INT)",
]


def test_queries_of_the_optimizer() -> None:
    """sqlglot's own cases for resolving names: every one that DuckDB takes."""
    database = Database(TABLES_OF_THE_FIXTURES)
    text = (sqlglot_fixtures() / "optimizer" / "qualify_columns.sql").read_text(encoding="utf-8")
    tally, taken = Tally(), 0
    for block in [part.strip() for part in re.split(r";\s*\n", text) if part.strip()][::2]:
        if re.search(r"# dialect:\s*(?!duckdb)", block):
            continue
        sql = without_comments(block)
        try:
            expected = database.describe(sql)
        except duckdb.Error:
            continue
        taken += 1
        bound = database.bind(sql)
        tally.compare(sql, bound, expected)
        assert not bound.places.problems, (sql, bound.places.problems)
    assert taken > 150
    tally.check(0.02)
