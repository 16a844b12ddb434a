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
    decimal(38,10) decimal(18,2) decimal(17,0) decimal(4,4) varchar date timestamp timestamptz interval time boolean""".split()  # noqa: SIM905  a list of words reads better
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


NESTED = """
    struct_insert(st, q := 1)
    struct_update(st, x := 'b')
    struct_update(st, z := 'b')
    struct_concat(st, {'z': 1})
    {}
    {'a': 1}
    map_from_entries([(s, a)])
    map_from_entries([{'k': s, 'v': a}])
    map_concat(m, m)
    m['k']
    map_entries(m)[1].key
    row(a, s)[1]
    (a, s)[2]
    list_zip(l, ls)
    list_zip(l, ls, true)
    list_zip(l, l)[1][1]
    [(1, 2), (3, 4.5)]
    regexp_extract(s, '(a)(b)', ['x', 'y'])
    regexp_extract(s, 'a', 1)
    date_part(['year', 'epoch'], ts)
    date_part('epoch', ts)
    epoch_ms(ts)
    epoch_ms(d)
    epoch_ms(b)
    epoch_ms(iv)
    approx_quantile(dc, 0.5)
    approx_quantile(f, [0.1])
    split_part(s, 'a', 1)
    array_to_string(l, ',')
    list_append(l, 1)
    list_append(l, 1.5)
    list_reduce(l, lambda x, y: x + y)
    ar[1:2]
    j[0]
    j['a']
    bl || bl
    repeat(bl, 2)
    union_value(n := 1)
    NULL::UNION(a INT, b VARCHAR)
    union_value(n := 1).n
    generate_subscripts(l, 1)
    json_object('a', a)
    CASE WHEN bo THEN {'a': 1, 'b': 'x'} WHEN a = 1 THEN {'d': 1} ELSE {'b': 'y', 'c': 2} END
    CASE WHEN bo THEN {'a': 1} END
    if(bo, {'a': 1}, {'b': 2})
    coalesce(st, {'x': 1.5}, {'n': 1})
    [{'a': 1}, {'b': 2}, {'A': 3}]
    CASE WHEN bo THEN (1, 2) ELSE (1.5, 3) END
    ifnull({'a': {'x': 1}}, {'a': {'y': 2}})
    greatest({'a': 1}, {'b': 2})
    [{'a': 1}] || [{'b': 2}]
"""
"""Structs, tuples, maps and unions, and functions whose type hangs on how they are called."""


def test_nested_types() -> None:
    database, tally = Database([TABLE]), Tally()
    for text in NESTED.strip().splitlines():
        sql = f"SELECT {text} AS c FROM t"
        tally.compare(sql, database.bind(sql), database.describe(sql))
    for sql in (
        "SELECT {'a': 1} AS c UNION ALL SELECT {'b': 2}",
        "SELECT * FROM (SUMMARIZE t)",
        "SELECT s.q50, count FROM (SUMMARIZE SELECT a FROM t) AS s",
        "WITH x AS (SELECT a FROM t) SELECT * FROM (DESCRIBE FROM x)",
    ):
        tally.compare(sql, database.bind(sql), database.describe(sql))
    tally.check(0)


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


def test_the_rest_of_a_division_of_decimals_by_the_widest_integers() -> None:
    """38 digits are a decimal, with some behind the point they are not."""
    decimals, widest = ("decimal(17,0)", "decimal(10,2)", "decimal(38,0)", "decimal(4,4)"), ("hugeint", "uhugeint")
    pairs = [pair for a, b in product(decimals, widest) for pair in ((a, b), (b, a))]
    tally = compared(Database([]), [f"SELECT NULL::{a} % NULL::{b} AS c" for a, b in pairs])
    assert tally.columns == len(pairs)
    tally.check(0)
