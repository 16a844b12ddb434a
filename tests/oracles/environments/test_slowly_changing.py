"""SCD_TYPE_2 against a replay in plain Python: late, deleted, re-inserted rows, NULLs, a clock that jumps."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.plan.intervals import EPOCH
from lsp_server.plan.versions import Kind, ModelVersion
from lsp_server.semantics.facts import Column, Interface
from tests.oracles.environments.bench import Bench
from tests.versions import model, workspace

DAY = timedelta(days=1)
NOW = datetime(2024, 1, 5, 10)
Row = tuple[int | None, str | None, datetime | None]
Kept = list[object]
"""id, state, changed, valid_from, valid_to"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.sql("CREATE TABLE raw.states (id INTEGER, state VARCHAR, changed TIMESTAMP)")
    return bench


def fill(bench: Bench, rows: list[Row]) -> None:
    """The source holds these rows and no others."""
    with duckdb.connect(str(bench.path)) as connection:
        connection.execute("DELETE FROM raw.states")
        for row in rows:
            connection.execute("INSERT INTO raw.states VALUES (?, ?, ?)", row)


def states(name: str, **kind: object) -> ModelVersion:
    kind = {"unique_key": ("id",), "updated_at": "changed", **kind}
    columns = "id state changed valid_from valid_to"
    return model("shop.s", "SELECT id, state, changed FROM raw.states", Kind(name, **kind), columns=columns)  # type: ignore[arg-type]


def look(bench: Bench, version: ModelVersion, now: datetime, first: bool) -> None:
    if first:
        bench.apply(workspace(version), now=now)
    else:
        commands.run(bench.engine, "prod", Call(now=now))


def take_in(table: list[Kept], rows: list[Row], now: datetime, kind: Kind) -> None:
    """What SQLMesh's documentation says of one run, row by row."""
    by_time = kind.name == "SCD_TYPE_2_BY_TIME"
    for id_, state, changed in rows:
        mine = [kept for kept in table if kept[0] == id_]
        open_ = next((kept for kept in mine if kept[4] is None), None)
        at = changed if by_time else now if not kind.changed_at else changed or now
        if open_ is not None:
            was = open_[2]
            if by_time:
                differs = changed is not None and (was is None or changed > was)  # type: ignore[operator]
            else:
                differs = state != open_[1] or (not kind.changed_at and changed != was)
            if not differs:
                continue
            open_[4] = max(open_[3], at)  # type: ignore[type-var]
        ended = [kept[4] for kept in mine]
        if ended:
            since = max([*ended, *([at] if at else [])])  # type: ignore[type-var]
        elif by_time:
            since = (changed or EPOCH) if kind.updated_at_as_valid_from else EPOCH
        else:
            since = now if kind.execution_time_as_valid_from else EPOCH
        table.append([id_, state, changed, since, None])
    if kind.invalidate_hard_deletes:
        there = {row[0] for row in rows}
        for kept in table:
            if kept[4] is None and kept[0] not in there:
                kept[4] = max(kept[3], now)  # type: ignore[type-var]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ["SCD_TYPE_2_BY_TIME", "SCD_TYPE_2_BY_COLUMN"])
def test_a_random_life_of_a_slowly_changing_table(bench: Bench, name: str, seed: int) -> None:
    rng = random.Random(seed)
    version = states(
        name,
        invalidate_hard_deletes=rng.random() < 0.6,
        updated_at_as_valid_from=rng.random() < 0.5,
        execution_time_as_valid_from=rng.random() < 0.5,
        changed_at="changed" if name.endswith("COLUMN") and rng.random() < 0.5 else "",
    )
    table: list[Kept] = []
    now = NOW
    for turn in range(7):
        rows: list[Row] = [
            (
                id_,
                rng.choice(["a", "b", None]),
                rng.choice([None, NOW, now, now - DAY, now - 30 * DAY, now - timedelta(hours=rng.randint(1, 90))]),
            )
            for id_ in (1, 2, 3, None)
            if rng.random() < 0.7
        ]
        fill(bench, rows)
        look(bench, version, now, first=not turn)
        take_in(table, rows, now, version.kind)
        shown = bench.sql("SELECT id, state, changed, valid_from, valid_to FROM shop.s")
        assert sorted(shown, key=repr) == sorted(map(tuple, table), key=repr), (seed, turn)
        assert all(row[4] is None or row[3] <= row[4] for row in shown), "a time that ends before it begins"  # type: ignore[operator]
        now += DAY * rng.choice([1, 1, 2])


def test_of_several_rows_with_one_key_the_latest_counts(bench: Bench) -> None:
    fill(bench, [(1, "old", NOW - DAY), (1, "new", NOW), (1, "none", None)])
    version = states("SCD_TYPE_2_BY_TIME")
    look(bench, version, NOW, first=True)
    assert bench.sql("SELECT state FROM shop.s") == [("new",)]
    fill(bench, [(1, "newest", NOW + 2 * DAY), (1, "newer", NOW + DAY)])
    look(bench, version, NOW + 3 * DAY, first=False)
    assert bench.sql("SELECT state, valid_to FROM shop.s ORDER BY valid_from") == [
        ("new", NOW + 2 * DAY),
        ("newest", None),
    ]


def test_a_key_may_be_an_expression(bench: Bench) -> None:
    """It names a column that the table and the new rows both have."""
    version = states("SCD_TYPE_2_BY_COLUMN", unique_key=("COALESCE(id, 0)",), compared=("state",))
    fill(bench, [(None, "a", NOW), (1, "a", NOW)])
    look(bench, version, NOW, first=True)
    fill(bench, [(None, "b", NOW), (1, "a", NOW)])
    look(bench, version, NOW + DAY, first=False)
    assert sorted(bench.sql("SELECT id, state, valid_to IS NULL FROM shop.s"), key=repr) == [
        (1, "a", True),
        (None, "a", False),
        (None, "b", True),
    ]


def test_the_former_name_is_by_time() -> None:
    graph = Graph()
    graph.set_config(Config())
    graph.set_file("models/s.sql", "MODEL (name shop.s, kind SCD_TYPE_2 (unique_key id));\nSELECT 1 AS id\n")
    graph.stabilise()
    assert workspace_version(graph, Path("/")).models["shop.s"].kind.name == "SCD_TYPE_2_BY_TIME"


def test_the_words_come_from_the_header(bench: Bench) -> None:
    graph = Graph()
    graph.set_config(Config())
    columns = (Column("id", "INTEGER"), Column("state", "VARCHAR"), Column("changed", "TIMESTAMP"))
    graph.set_tables("sources", {"raw.states": Interface(columns)})
    kind = "SCD_TYPE_2_BY_COLUMN (unique_key id, columns (state), updated_at_name changed, time_data_type DATE)"
    graph.set_file("models/s.sql", f"MODEL (name shop.s, kind {kind});\nSELECT id, state, changed FROM raw.states\n")
    graph.stabilise()
    version = workspace_version(graph, Path("/")).models["shop.s"]
    fill(bench, [(1, "a", NOW - 3 * DAY)])
    look(bench, version, NOW, first=True)
    fill(bench, [(1, "b", NOW - 2 * DAY)])
    look(bench, version, NOW + DAY, first=False)
    closed = (NOW - 2 * DAY).date()
    assert bench.sql("SELECT state, valid_from, valid_to FROM shop.s ORDER BY valid_from") == [
        ("a", EPOCH.date(), closed),
        ("b", closed, None),
    ]
    assert [c.type for c in version.columns[-2:]] == ["DATE", "DATE"]


def test_another_kind_of_history_does_not_begin_anew_in_silence(bench: Bench) -> None:
    """No query brings back what a table with history holds: another such kind is refused, the end of history is told."""
    by_column = Kind("SCD_TYPE_2_BY_COLUMN", unique_key=("id",), compared=("a",), forward_only=True)
    by_time = Kind("SCD_TYPE_2_BY_TIME", unique_key=("id",), updated_at="at", forward_only=True)
    query = "SELECT i AS id, 1 AS a, TIMESTAMP '2024-01-01' AS at FROM raw.numbers WHERE i < 3"
    bench.apply(workspace(model("shop.s", query, by_column, columns="id a at")))
    other = model("shop.s", query, by_time, columns="id a at")
    with pytest.raises(
        EnvironmentProblem, match=r"is SCD_TYPE_2_BY_TIME, and its table has history as SCD_TYPE_2_BY_COLUMN"
    ):
        bench.apply(workspace(other))
    anew = msgspec.structs.replace(by_time, forward_only=False)
    assert bench.apply(workspace(model("shop.s", query, anew, columns="id a at"))).notes == ()
    ended = (
        "shop.s keeps no history any more: a rollback returns to what its table holds of it, until gc deletes that",
    )
    assert bench.apply(workspace(model("shop.s", query, columns="id a at")), dry_run=True).notes == ended
    assert bench.apply(workspace(model("shop.x", "SELECT 1 AS i", columns="i"))).notes == ended
