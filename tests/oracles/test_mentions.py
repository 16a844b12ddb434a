"""A column that no word of a query names does not matter to it (`semantics.mentions`): it may come, go, move or change its type.

The binder's word that a query `looks_at_all` columns or not is held against the binder itself over other interfaces, and against
DuckDB over other tables.  `N=2000` for a long run, and with it `SEED=` for other queries.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import duckdb
import msgspec
import pytest

from lsp_server.analysis import fingerprints, meanings
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.semantics import ir
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Column, Interface
from lsp_server.semantics.mentions import Mentions, pack, part, unpack
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query
from tests.oracles.constructs import queries as made_of_constructs
from tests.oracles.generated import Schema as Generated
from tests.oracles.test_interfaces import (
    EXPRESSIONS,
    NOT_PARSED,
    QUERIES,
    TABLES,
    Database,
    benchmark,
    without_comments,
)
from tests.oracles.wild import Schema, Wild

N = int(os.environ.get("N", "150"))
SEED = os.environ.get("SEED", "5") if "N" in os.environ else "5"
NEW = ("hw_new", "HW Other", "hw_third")
TYPES = ("INTEGER", "VARCHAR", "STRUCT(a INTEGER)", "DATE")


def corpus(name: str) -> Iterator[tuple[Database, list[str]]]:
    """Tables, and queries over them."""
    rng = random.Random(SEED)
    if name == "expressions":
        yield Database(TABLES), [f"SELECT {each} FROM t" for each in EXPRESSIONS if each not in NOT_PARSED] + QUERIES
    elif name == "wild":
        found = [Wild(random.Random(f"{SEED}.{number}")) for number in range(N)]
        yield Database(Schema().ddl()), [wild.query(number % 4)[0] for number, wild in enumerate(found)]
    elif name == "constructs":
        for _ in range(3):
            schema = Generated(rng)
            yield Database(schema.ddl()), list(made_of_constructs(rng, schema, N // 2))
    else:
        database, statements = benchmark(name, f"{name.replace('-', '').upper()}_SCHEMA")
        yield database, [without_comments(sql) for sql in statements]


class Changing:
    """Tables of which the columns that a text does not name have changed."""

    def __init__(self, database: Database, parsed: ParsedQuery, rng: random.Random) -> None:
        self.database = database
        self.named = unpack(pack(parsed.tokens))
        self.rng = rng
        self.known: dict[str, Interface | None] = {}

    def interface(self, name: str) -> Interface | None:
        if name not in self.known:
            found = self.database.interface(name)
            self.known[name] = found and Interface(tuple(self._changed(found)))
        return self.known[name]

    def _changed(self, found: Interface) -> Iterator[Column]:
        named = set(part(found, self.named).columns)
        for column in found.columns:
            if self.rng.random() < 0.3:
                yield Column(f"hw_{self.rng.randrange(10**6)}", self.rng.choice(TYPES))
            if column in named:
                yield column
            elif self.rng.random() < 0.4:
                yield Column(column.name, self.rng.choice(TYPES))
        yield from (Column(name, self.rng.choice(TYPES)) for name in NEW)


def said(bound: Bound) -> tuple[object, ...]:
    """All that is known of the query: its form with the columns of models by name instead of number, and where its names stand."""
    facts = bound.facts
    query = ir.unpack(facts.query)
    names = {at: source.columns for at, source in enumerate(query.sources) if source.kind == "model"}
    scopes = _by_name(msgspec.to_builtins(query.scopes), names)
    sources = [
        msgspec.structs.replace(source, columns=(), types=()) if source.kind == "model" else source
        for source in query.sources
    ]
    form = scopes, _by_name(msgspec.to_builtins(sources), names), query.dialect, query.refused
    return (
        facts.interface,
        facts.edges,
        facts.rows,
        facts.rows_from,
        form,
        bound.places.references,
        bound.places.clauses,
    )


def _by_name(form: object, names: dict[int, tuple[str, ...]]) -> object:
    if not isinstance(form, list | tuple):
        return form
    if form and form[0] == "col" and form[1] in names:
        return ("col", form[1], names[form[1]][form[2]], form[3:])
    return [_by_name(part_, names) for part_ in form]


def meaning(bound: Bound, upstream: fingerprints.Upstream) -> Meaning:
    return fingerprints.meaning(ir.unpack(bound.facts.query), upstream)


def of_tables(database: Database, bound: Bound, named: Mentions | None) -> dict[str, Meaning | None]:
    """Meanings for the tables, as if models had made them, the first column a key; of all columns, or of those that are named."""
    found: dict[str, Meaning | None] = {}
    for source in ir.unpack(bound.facts.query).sources:
        known = database.interface(source.model) if source.kind == "model" else None
        columns = tuple((column.name.lower(), f"{at:032x}") for at, column in enumerate(known.columns if known else ()))
        if columns:
            whole = Meaning("1" * 32, "2" * 32, columns, table="3" * 32, keys=((columns[0][0],),))
            found[source.model] = whole if named is None else meanings.seen_part(whole, named)
    return found


@pytest.mark.parametrize("name", ["expressions", "wild", "constructs", "tpch", "tpc-ds"])
def test_binder_and_meanings_are_the_same_over_other_columns(name: str) -> None:
    rng = random.Random(SEED)
    narrow = total = 0
    for database, statements in corpus("tpc-h" if name == "tpch" else name):
        for sql in statements:
            parsed = parse_query(read_model(sql, "duckdb"))
            try:
                whole = bind(parsed, "duckdb", database.interface)
            except duckdb.Error:
                continue
            total += 1
            named = unpack(pack(parsed.tokens))
            narrow += not whole.looks_at_all

            def named_of(table: str, database: Database = database, named: frozenset[int] = named) -> Interface | None:
                found = database.interface(table)
                return found and part(found, named)

            less = bind(parsed, "duckdb", named_of)
            assert less.looks_at_all == whole.looks_at_all, sql
            if whole.looks_at_all:
                continue
            assert said(less) == said(whole), sql
            tables, parts = of_tables(database, less, None), of_tables(database, less, named)
            assert meaning(less, parts.get) == meaning(less, tables.get), sql
            for _ in range(3):
                changed = bind(parsed, "duckdb", Changing(database, parsed, rng).interface)
                assert not changed.looks_at_all, sql
                assert said(changed) == said(whole), sql
    print(f"{name}: {total} queries, {narrow} do not look at all columns")
    assert narrow > 0.2 * total


@pytest.mark.parametrize("name", ["expressions", "wild", "constructs"])
def test_duckdb_says_the_same_over_other_columns(name: str) -> None:
    """Without the columns that the text does not name, with others, DuckDB describes the same result, or refuses both."""
    rng = random.Random(SEED)
    compared = total = 0
    for database, statements in corpus(name):
        connection = database.connection
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for sql in statements:
            parsed = parse_query(read_model(sql, "duckdb"))
            try:
                before = database.describe(sql)
            except duckdb.Error:
                continue
            total += 1
            if bind(parsed, "duckdb", database.interface).looks_at_all:
                continue
            named = unpack(pack(parsed.tokens))
            connection.execute("BEGIN")
            for table in tables:
                found = database.interface(table)
                assert found is not None
                kept = part(found, named).columns
                for new in NEW:
                    connection.execute(f'ALTER TABLE "{table}" ADD COLUMN "{new}" {rng.choice(TYPES)}')
                for column in found.columns:
                    if column not in kept:
                        connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column.name}"')
            try:
                assert database.describe(sql) == before, sql
            finally:
                connection.execute("ROLLBACK")
            compared += 1
    print(f"{name}: {compared} of {total} queries")
    assert compared > 0.2 * total
