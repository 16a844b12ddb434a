"""DuckDB itself says what type a call, an operator, a CASE or a COALESCE has: over every function of its catalogue and pairs of types.

A fresh sample each time; `N=10000` takes them all.
"""

from __future__ import annotations

import os
import random
from itertools import product

import duckdb

from tests.generate.duckdb_catalog import rows
from tests.oracles.test_interfaces import Database, Tally

N = int(os.environ.get("N", "600"))

KINDS = """tinyint smallint int bigint hugeint utinyint usmallint uinteger ubigint uhugeint float double decimal(10,2) decimal(20,5)
    decimal(38,10) decimal(4,4) varchar date timestamp timestamptz interval time boolean""".split()  # noqa: SIM905  a list of words reads better
COLUMNS = [f"c{i}" for i in range(len(KINDS))]
LITERALS = ["1", "1.5", "'1'", "300", "1e3", "NULL", "interval 1 day", "date '2020-01-01'"]
FUNCTIONS = """sum avg min max median mode stddev product first list count mad round floor ceil abs sign sqrt trunc greatest hash length
    upper""".split()  # noqa: SIM905

ARGUMENTS = {
    "INTEGER": "a", "BIGINT": "b", "VARCHAR": "s", "DATE": "d", "TIMESTAMP": "ts", "INTERVAL": "iv", "DOUBLE": "f", "FLOAT": "fl",
    "DECIMAL": "dc", "BOOLEAN": "bo", "BLOB": "bl", "INTEGER[]": "l", "VARCHAR[]": "ls", "STRUCT": "st", "MAP": "m", "MAP(K, V)": "m",
    "JSON": "j", "UUID": "u", "TIME": "ti", "BIT": "bi", "HUGEINT": "hu", "T[]": "l", "ANY[]": "l", "LIST": "l", "T[][]": "ll",
    "ARRAY": "ar", "FLOAT[ANY]": "fa", "K": "s", "V": "a", "LAMBDA": "lambda x: x",
}  # fmt: skip
"""A column for a parameter's type."""
TABLE = """CREATE TABLE t (a int, b bigint, s varchar, d date, ts timestamp, iv interval, f double, fl float, dc decimal(10,2), bo boolean,
    bl blob, l int[], ls varchar[], ll int[][], st struct(x int, y varchar), m map(varchar, int), j json, u uuid, ti time, bi bit,
    ar int[3], fa float[3], hu hugeint)"""


def calls() -> list[str]:
    """A call of every overload of every function, with several types where a parameter takes any."""
    found = set()
    for name, kind, parameters, varargs, *_ in rows():
        if kind in ("scalar", "aggregate", "macro"):
            every = (*parameters, *([varargs] if varargs else []))
            for any_ in ("a", "s", "dc", "d", "l"):
                given = [any_ if p in ("ANY", "T") else ARGUMENTS.get(p, f"CAST(NULL AS {p})") for p in every]
                found.add(f"SELECT {name}({', '.join(given)}) AS c FROM t")
    return sorted(found)


def combinations() -> list[str]:
    """Operators over pairs of types and over literals, CASE, COALESCE, and functions that compute with numbers."""
    pairs = [f"{a} {o} {b}" for o in ("+", "-", "*", "/", "//", "%", "||", "&") for a, b in product(COLUMNS, COLUMNS)]
    pairs += [f"CASE WHEN true THEN {a} ELSE {b} END" for a, b in product(COLUMNS, COLUMNS)]
    pairs += [f"coalesce({a}, {b})" for a, b in product(COLUMNS, LITERALS)]
    pairs += [f"{a} {o} {b}" for o in "+-*/%" for a, b in product(COLUMNS, LITERALS)]
    pairs += [f"{f}({a})" for f, a in product(FUNCTIONS, COLUMNS)]
    return [f"SELECT {text} AS c FROM t" for text in pairs]


def compared(database: Database, texts: list[str]) -> Tally:
    """Ours against DuckDB's, for those that DuckDB takes."""
    tally = Tally()
    random.Random(os.environ.get("SEED", "3")).shuffle(texts)
    for sql in texts[:N]:
        try:
            expected = database.describe(sql)
        except duckdb.Error:
            continue
        tally.compare(sql, database.bind(sql), expected)
    return tally


def test_every_function_of_the_catalogue() -> None:
    tally = compared(Database([TABLE]), calls())
    assert tally.columns > N / 2
    tally.check(0.12)  # those of the engine's own use are left out of our table


def test_combinations_of_types() -> None:
    table = ", ".join(f"{column} {kind}" for column, kind in zip(COLUMNS, KINDS, strict=True))
    tally = compared(Database([f"CREATE TABLE t ({table})"]), combinations())
    assert tally.columns > N / 4
    tally.check(0.12)
