"""The models of a random life, each in several variants, and what DuckDB alone says that an environment must show.

`built` makes a version of the workspace from nothing: plain tables and views in an empty database.  Incremental tables are
replayed: each of their days by the texts of the logic that wrote it.  Tables that keep history are replayed run by run: what
the source held at that moment, by the logic that the table then had.  Nothing of Headwater runs here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import duckdb

DAY = timedelta(days=1)
FIRST_DAY = datetime(2024, 1, 1)
Texts = dict[str, str]
Shown = tuple[list[str], list[tuple[object, ...]]]
"""Names of columns, and the rows, sorted."""
Replay = Sequence[tuple[date, Texts]]
"""Each day that an incremental table holds, with the texts of the workspace whose logic wrote it."""
States = tuple[tuple[int, str, datetime], ...]
"""What `raw.states` holds: id, state, when it changed."""
History = Sequence[tuple[datetime, States, Texts]]
"""Each run that a table with history has seen: when, what the source held, and the texts of the logic."""

_BETWEEN = "FROM stg.a WHERE day BETWEEN @start_date AND @end_date GROUP BY day, kind"
_OF_KIND = "FROM stg.a WHERE day BETWEEN @start_date AND @end_date GROUP BY kind"
VARIANTS: dict[str, tuple[str, list[str]]] = {
    "stg.a": (
        "FULL",
        [
            "SELECT id, day, amount, kind FROM raw.events WHERE amount >= 0",
            "/* the same */ SELECT e.id, e.day, e.amount, e.kind FROM raw.events AS e WHERE 0 <= e.amount",
            "SELECT id, day, amount, kind, amount * 2 AS twice FROM raw.events WHERE amount >= 0",
            "SELECT id, day, amount, kind FROM raw.events WHERE amount >= 10",
            "SELECT id, day, amount + 1 AS amount, kind FROM raw.events WHERE amount >= 0",
            "SELECT kind, id, day, amount FROM raw.events WHERE amount >= 0",
        ],
    ),
    "stg.v1": (
        "VIEW",
        ["SELECT * FROM stg.a", "SELECT *, id % 3 AS third FROM stg.a", "SELECT * EXCLUDE (kind) FROM stg.a"],
    ),
    "stg.v2": (
        "VIEW",
        ["SELECT * FROM stg.v1", "SELECT DISTINCT * FROM stg.v1", "SELECT x.* FROM stg.v1 AS x WHERE x.id > 3"],
    ),
    "stg.v3": ("VIEW", ["SELECT * FROM stg.v2", "SELECT COUNT(*) AS n FROM (SELECT DISTINCT * FROM stg.v2) AS d"]),
    "mart.b": (
        "FULL",
        [
            "SELECT day, SUM(amount) AS total, COUNT(*) AS n FROM stg.v2 GROUP BY day",
            "WITH d AS (SELECT * FROM stg.v2) SELECT day, SUM(amount) AS total, COUNT(*) AS n FROM d GROUP BY 1",
            "SELECT day, SUM(amount) AS total, COUNT(*) AS n FROM stg.v2 GROUP BY day HAVING COUNT(*) > 1",
        ],
    ),
    "mart.c": ("FULL", ["SELECT id, kind FROM stg.a", "SELECT id, UPPER(kind) AS kind FROM stg.a"]),
    "mart.d": (
        "EMBEDDED",
        ["SELECT id, amount FROM stg.v2 WHERE id % 2 = 0", "SELECT id, amount FROM stg.v2 WHERE id % 3 = 0"],
    ),
    "mart.e": (
        "FULL",
        [
            "SELECT COUNT(*) AS n, MAX(amount) AS m FROM mart.d",
            "SELECT MIN(id) AS n, MAX(amount) AS m FROM mart.d AS z",
        ],
    ),
    "mart.u": (
        "FULL",
        ["SELECT * FROM stg.v1 UNION SELECT * FROM stg.a", "SELECT * FROM stg.v1 UNION ALL SELECT * FROM stg.v1"],
    ),
    "mart.i": (
        "INCREMENTAL_BY_TIME_RANGE (time_column day, batch_size 2)",
        [
            f"SELECT day, kind, CAST(SUM(amount) AS BIGINT) AS total {_BETWEEN}",
            f"SELECT day, kind, COUNT(*) AS total {_BETWEEN}",
        ],
    ),
    "mart.j": (
        "FULL",
        ["SELECT SUM(total) AS s FROM mart.i", "SELECT kind, SUM(total) AS s FROM mart.i GROUP BY kind"],
    ),
    "mart.f": (
        "INCREMENTAL_BY_TIME_RANGE (time_column day, forward_only true, on_destructive_change allow)",
        [
            f"SELECT day, kind, CAST(SUM(amount) AS BIGINT) AS total {_BETWEEN}",
            f"SELECT day, kind, CAST(SUM(amount) AS BIGINT) AS total, COUNT(*) AS n {_BETWEEN}",
            f"SELECT day, kind, CAST(MAX(amount) AS BIGINT) AS total {_BETWEEN}",
            f"SELECT day, kind, COUNT(*) AS n {_BETWEEN}",
        ],
    ),
    "mart.g": ("VIEW", ["SELECT * FROM mart.f", "SELECT day, COUNT(*) AS kinds FROM mart.f GROUP BY day"]),
    "mart.k": (
        "INCREMENTAL_BY_UNIQUE_KEY (unique_key kind, batch_size 1)",
        [
            f"SELECT day, kind, CAST(SUM(amount) AS BIGINT) AS total {_BETWEEN}",
            f"SELECT day, kind, COUNT(*) AS total {_BETWEEN}",
        ],
    ),
    "mart.m": (
        "INCREMENTAL_BY_UNIQUE_KEY (unique_key kind, when_matched (WHEN MATCHED THEN UPDATE SET total = target.total + source.total))",
        [
            f"SELECT kind, CAST(SUM(amount) AS BIGINT) AS total {_OF_KIND}",
            f"SELECT kind, CAST(SUM(amount * 2) AS BIGINT) AS total {_OF_KIND}",
        ],
    ),
    "mart.n": ("FULL", ["SELECT COUNT(*) AS n, MAX(total) AS most FROM mart.m", "SELECT SUM(total) AS n FROM mart.m"]),
    "mart.s": (
        "SCD_TYPE_2_BY_COLUMN (unique_key id, columns (state), invalidate_hard_deletes true, on_destructive_change allow)",
        [
            "SELECT id, state FROM raw.states",
            "SELECT id, state, LENGTH(state) AS size FROM raw.states",
            "SELECT id, UPPER(state) AS state FROM raw.states",
        ],
    ),
    "mart.t": (
        "SCD_TYPE_2_BY_TIME (unique_key id, updated_at_name changed, forward_only false)",
        [
            "SELECT id, state, changed FROM raw.states",
            "SELECT id, state, changed FROM raw.states WHERE id > 1",
            "SELECT id, state || '!' AS state, changed FROM raw.states",
        ],
    ),
    "mart.w": ("VIEW", ["SELECT * FROM mart.s", "SELECT id, state FROM mart.s WHERE valid_to IS NULL"]),
    "mart.h": (
        "FULL",
        [
            "SELECT w.id, COUNT(*) AS n FROM mart.w AS w JOIN mart.t AS t ON t.id = w.id GROUP BY w.id",
            "SELECT id, state FROM mart.t WHERE valid_to IS NULL",
        ],
    ),
}
"""Kind and variants by model, upstream first."""
KEYED = tuple(name for name, (kind, _) in VARIANTS.items() if kind.startswith("INCREMENTAL_BY_UNIQUE_KEY"))
REMEMBERING = tuple(name for name, (kind, _) in VARIANTS.items() if kind.startswith("SCD_TYPE_2"))
INCREMENTAL = tuple(name for name, (kind, _) in VARIANTS.items() if kind.startswith("INCREMENTAL"))


def fill_sources(connection: duckdb.DuckDBPyConnection, rows: Sequence[str]) -> None:
    """The source table, with these rows (each a VALUES item)."""
    connection.execute(
        "CREATE SCHEMA raw; CREATE TABLE raw.events (id INTEGER, day DATE, amount INTEGER, kind VARCHAR)"
    )
    if rows:
        connection.execute(f"INSERT INTO raw.events VALUES {', '.join(rows)}")


def hold_states(connection: duckdb.DuckDBPyConnection, states: States) -> None:
    """The source of the tables with history holds these rows and no others."""
    connection.execute("CREATE OR REPLACE TABLE raw.states (id INTEGER, state VARCHAR, changed TIMESTAMP)")
    for row in states:
        connection.execute("INSERT INTO raw.states VALUES (?, ?, ?)", row)


def built(
    texts: Texts, rows: Sequence[str], replays: Mapping[str, Replay], histories: Mapping[str, History]
) -> dict[str, Shown]:
    """What every model that has a view shows, built from nothing."""
    with duckdb.connect() as connection:
        fill_sources(connection, rows)
        connection.execute("CREATE SCHEMA stg; CREATE SCHEMA mart")
        found: dict[str, Shown] = {}
        for model, (kind, _variants) in VARIANTS.items():
            if model in histories:
                _remember(connection, model, texts[model], histories[model])
            elif model in KEYED:
                _merge(connection, model, texts[model], replays[model])
            elif model in replays:
                _replay(connection, model, texts[model], replays[model])
            else:
                what = "VIEW" if kind in ("VIEW", "EMBEDDED") else "TABLE"
                connection.execute(f"CREATE {what} {model} AS {texts[model]}")
            if kind != "EMBEDDED":
                found[model] = shown_by(connection, model)
        return found


def shown_by(connection: duckdb.DuckDBPyConnection, relation: str) -> Shown:
    """What a table or view shows."""
    cursor = connection.execute(f"SELECT * FROM {relation}")
    return [column[0] for column in cursor.description], sorted(cursor.fetchall(), key=repr)


def _replay(connection: duckdb.DuckDBPyConnection, model: str, query: str, replay: Replay) -> None:
    """The table with its version's columns: those that a day's logic does not give are NULL on that day."""
    connection.execute(f"CREATE TABLE {model} AS SELECT * FROM ({_of_day(query, FIRST_DAY.date())}) AS d LIMIT 0")
    wanted = set(shown_by(connection, model)[0])
    for day, texts in replay:
        written = _of_day(texts[model].replace("FROM stg.a", f"FROM ({texts['stg.a']}) AS a"), day)
        given = {row[0] for row in connection.execute(f"DESCRIBE {written}").fetchall()}
        names = ", ".join(sorted(wanted & given))
        connection.execute(f"INSERT INTO {model} BY NAME SELECT {names} FROM ({written}) AS d")


def _merge(connection: duckdb.DuckDBPyConnection, model: str, query: str, replay: Replay) -> None:
    """A table of keys: day by day a row takes the place of the one with its key, or adds to it."""
    connection.execute(f"CREATE TABLE {model} AS SELECT * FROM ({_of_day(query, FIRST_DAY.date())}) AS d LIMIT 0")
    names, _ = shown_by(connection, model)
    kept: dict[object, dict[str, object]] = {}
    for day, texts in replay:
        written = _of_day(texts[model].replace("FROM stg.a", f"FROM ({texts['stg.a']}) AS a"), day)
        cursor = connection.execute(written)
        columns = [column[0] for column in cursor.description]
        for row in (dict(zip(columns, values, strict=True)) for values in cursor.fetchall()):
            old = kept.get(row["kind"])
            if old is not None and "when_matched" in VARIANTS[model][0]:
                row["total"] += old["total"]
            kept[row["kind"]] = row
    _fill(connection, model, names, list(kept.values()))


def _remember(connection: duckdb.DuckDBPyConnection, model: str, query: str, history: History) -> None:
    """A table with history: what SQLMesh's documentation says of one run, row by row."""
    hold_states(connection, history[-1][1])
    ends = "CAST(NULL AS TIMESTAMP) AS valid_from, CAST(NULL AS TIMESTAMP) AS valid_to"
    connection.execute(f"CREATE TABLE {model} AS SELECT *, {ends} FROM ({query}) AS d LIMIT 0")
    names, _ = shown_by(connection, model)
    kept: list[dict[str, object]] = []
    for moment, states, texts in history:
        hold_states(connection, states)
        cursor = connection.execute(texts[model])
        columns = [column[0] for column in cursor.description]
        _take_in(kept, [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()], moment, VARIANTS[model][0])
    _fill(connection, model, names, kept)


def _take_in(kept: list[dict[str, object]], rows: list[dict[str, object]], moment: datetime, kind: str) -> None:
    by_time = "BY_TIME" in kind
    for row in rows:
        mine = [old for old in kept if old["id"] == row["id"]]
        at = row["changed"] if by_time else moment
        still = next((old for old in mine if old["valid_to"] is None), None)
        if still is not None:
            if row["changed"] <= still["changed"] if by_time else row["state"] == still["state"]:
                continue
            still["valid_to"] = max(still["valid_from"], at)
        since = max([at, *(old["valid_to"] for old in mine)]) if mine else datetime(1970, 1, 1)
        kept.append({**row, "valid_from": since, "valid_to": None})
    if "invalidate_hard_deletes true" in kind:
        there = {row["id"] for row in rows}
        for old in kept:
            if old["valid_to"] is None and old["id"] not in there:
                old["valid_to"] = max(old["valid_from"], moment)


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, names: list[str], rows: Sequence[Mapping[str, object]]
) -> None:
    for row in rows:
        places = ", ".join("?" for _ in names)
        connection.execute(f"INSERT INTO {table} VALUES ({places})", [row.get(name) for name in names])


def _of_day(query: str, day: date) -> str:
    return query.replace("@start_date", f"DATE '{day}'").replace("@end_date", f"DATE '{day}'")
