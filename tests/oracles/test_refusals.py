"""DuckDB itself says which queries it refuses: valid queries, and after them one edit of a table that they read.

No finding that DuckDB would not confirm; and names, widths and groups that it refuses are found (types only in part).
"""

from __future__ import annotations

import os
import random
import re

import duckdb

from tests.oracles.constructs import queries
from tests.oracles.generated import SQL_TYPES, Columns, Schema
from tests.oracles.test_interfaces import Database

N = int(os.environ.get("N", "300"))
EARLIER = ["a1", "n", "v", "g", "c3", "al1", "q", "e", "b1"]
"""Names that the generated queries use themselves."""
BY_TYPE = re.compile(
    r"No function matches|Cannot (mix|compare|combine|unpivot|deduce)|UNNEST|LIST argument|LATERAL reference|empty set|find key|Cannot extract"
)
"""What only a type tells, which we follow in part, and what nobody's edit brings about."""


def edited(rng: random.Random, schema: Schema, table: str) -> dict[str, Columns]:
    """The schema with a column of one table added, removed, renamed or of another type."""
    tables = dict(schema.tables)
    columns = list(tables[table])
    place = rng.randrange(len(columns))
    kind = rng.choice(["add", "remove", "rename", "retype"])
    if kind == "add":
        taken = {name for name, _ in columns}
        names = EARLIER + [name for others in tables.values() for name, _ in others if name not in taken]
        columns.insert(place, (rng.choice(names), rng.choice(list(SQL_TYPES))))
    elif kind == "remove":
        columns.pop(place)
    elif kind == "rename":
        columns[place] = ("renamed", columns[place][1])
    else:
        columns[place] = (columns[place][0], rng.choice(list(SQL_TYPES)))
    tables[table] = columns
    return tables


def test_what_duckdb_refuses_after_an_edit() -> None:
    rng = random.Random(os.environ.get("SEED", "3"))
    confirmed, false, missed = 0, [], []
    for _ in range(max(N // 60, 1)):
        schema = Schema(rng)
        texts = list(queries(rng, schema, 60))
        table = rng.choice(list(schema.tables))
        database = Database(
            [
                f"CREATE TABLE {name} ({', '.join(f'{column} {SQL_TYPES[kind]}' for column, kind in columns)})"
                for name, columns in edited(rng, schema, table).items()
            ]
        )
        for sql in texts:
            refused, reason = outcome(database, sql)
            found = [f"{p.code}: {p.message}" for p in database.bind(sql).places.problems]
            confirmed += bool(refused and found)
            if found and not refused:
                false.append((sql, found))
            if refused and not found and not BY_TYPE.search(reason):
                missed.append((sql, reason))
    print(f"{confirmed} refusals told, {len(false)} false, {len(missed)} missed")
    assert not false, false[:3]
    assert not missed, missed[:3]


def outcome(database: Database, sql: str) -> tuple[bool, str]:
    """Whether DuckDB refuses a query, and why."""
    try:
        database.describe(sql)
    except duckdb.Error as error:
        return True, str(error)
    return False, ""
