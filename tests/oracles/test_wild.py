"""Queries that put constructs together at random (`wild.py`), against DuckDB: it says which are valid, what they yield, and what depends on what.

`N=2000` for a long run, and with it `SEED=` for other queries.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import duckdb

from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from tests.oracles.test_interfaces import Database, Tally
from tests.oracles.test_perturbation import World, missing
from tests.oracles.wild import Schema, Wild

N = int(os.environ.get("N", "120"))
SEED = os.environ.get("SEED", "5") if "N" in os.environ else "5"
UNSPELT = ("ARRAY(",)
"""What DuckDB writes out as a query of its own where it has no name."""


def queries() -> Iterator[str]:
    for number in range(N):
        rng = random.Random(f"{SEED}.{number}")
        yield Wild(rng).query(rng.randint(0, 3))[0]


def bound(database: Database, sql: str) -> tuple[Bound, list[str]]:
    """The query, and the errors that are told of it."""
    parsed = parse_query(read_model(sql, "duckdb"))
    found = bind(parsed, "duckdb", database.interface)
    problems = (*parsed.problems, *found.places.problems)
    return found, [problem.message for problem in problems if problem.severity == "error"]


def test_no_false_error_and_the_interface_that_duckdb_describes() -> None:
    database, tally, refused = Database(Schema().ddl()), Tally(), 0
    false: list[tuple[str, list[str]]] = []
    for sql in queries():
        try:
            expected = database.describe(sql)
        except duckdb.Error:
            refused += 1
            continue
        found, errors = bound(database, sql)
        if errors:
            false.append((sql, errors))
        elif not any(word in sql for word in UNSPELT):
            tally.compare(sql, found, expected)
    print(f"{N} queries, {refused} refused by DuckDB, {len(false)} with a false error")
    assert refused < 0.4 * N
    assert not false, sorted(false, key=lambda case: len(case[0]))[:5]
    tally.check(0.05)


def test_no_edge_is_missing() -> None:
    """A source column whose values change what a query yields is upstream of it."""
    world = World(random.Random(SEED), Schema(), 1)
    ran, failures = 0, []
    for sql in queries():
        lost = missing(world, sql)
        ran += lost is not None
        if lost:
            failures.append((sql, lost))
    print(f"{ran} queries ran, {len(failures)} with a missing edge")
    assert ran > 0.4 * N
    assert not failures, sorted(failures, key=lambda case: len(case[0]))[:5]
