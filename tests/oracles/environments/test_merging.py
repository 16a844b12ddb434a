"""INCREMENTAL_BY_UNIQUE_KEY against a replay in plain Python: keys, windows, batches, `when_matched`, `merge_filter`."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands, faults
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.plan.versions import Kind, ModelVersion
from lsp_server.semantics.facts import Column, Interface
from tests.oracles.environments.bench import Bench
from tests.versions import model, workspace

DAY = timedelta(days=1)
FIRST = datetime(2024, 1, 1)
NOW = datetime(2024, 1, 5, 10)
RANGE = "BETWEEN __hw_var('start_ts') AND __hw_var('end_ts')"
QUERY = f"SELECT id, n, moment FROM raw.changes WHERE moment {RANGE}"
ADD = "(WHEN MATCHED AND source.n < 0 THEN DELETE WHEN MATCHED THEN UPDATE SET target.n = target.n + source.n, moment = source.moment)"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.sql("CREATE TABLE raw.changes (id INTEGER, n INTEGER, moment TIMESTAMP)")
    return bench


def keyed(
    query: str = QUERY, *, start: str = "2024-01-01", columns: str = "id n moment", **kind: object
) -> ModelVersion:
    named = {"unique_key": ("id",), **kind}
    return model("shop.k", query, Kind("INCREMENTAL_BY_UNIQUE_KEY", **named), start=start, columns=columns)  # type: ignore[arg-type]


def rows(bench: Bench) -> list[tuple[object, ...]]:
    return bench.sql("SELECT id, n FROM shop.k ORDER BY ALL")


def run(bench: Bench, now: datetime) -> list[str]:
    plan = commands.run(bench.engine, "prod", Call(now=now)).plan
    return [str(i) for step in plan.steps for i in step.intervals]


def change(bench: Bench, id_: object, n: int, at: datetime) -> None:
    shown = "NULL" if id_ is None else id_
    bench.sql(f"INSERT INTO raw.changes VALUES ({shown}, {n}, TIMESTAMP '{at}')")


@pytest.mark.parametrize("seed", range(6))
def test_a_random_life_of_a_table_of_keys(bench: Bench, seed: int) -> None:
    """The oracle knows only what SQLMesh's words mean: each whole day is merged once, in order, new rows in the old ones' place
    or by `when_matched`."""
    rng = random.Random(seed)
    batch, adding, lookback = rng.choice([0, 1, 2]), rng.random() < 0.5, rng.choice([0, 0, 2])
    if adding:
        lookback = 0  # days that are read again would be added again
    version = workspace(keyed(batch_size=batch, when_matched=ADD if adding else "", lookback=lookback))
    table: dict[object, int] = {}
    log: list[tuple[object, int, datetime]] = []
    before: set[object] = set()
    done, now = FIRST, NOW
    for turn in range(8):
        for _ in range(6):
            moment = done + timedelta(hours=rng.randint(0, 23), microseconds=rng.choice([0, 999_999]))
            if lookback and done > FIRST + DAY and rng.random() < 0.3:
                moment -= DAY
            entry = (rng.choice([1, 2, 3, None]), rng.randint(-3, 9), moment)
            near = [e for e in log if e[0] == entry[0] and abs(e[2] - moment) < (max(batch, 1) + lookback) * DAY]
            if not near:  # which of two rows of one batch counts is nobody's promise
                log.append(entry)
                change(bench, *entry)
        if turn:
            run(bench, now)
        else:
            bench.apply(version, now=now)
        until = now.replace(hour=0)
        start = max(FIRST, done - lookback * DAY)
        while start < until:
            end = min(start + batch * DAY, until) if batch else until
            for id_, n, _ in (e for e in log if start <= e[2] < end):
                table[id_] = table[id_] + n if adding and id_ in table and n >= 0 else n
                if adding and n < 0 and id_ in before:
                    del table[id_]
            start, before = end, set(table)
        done, now = until, now + DAY
        assert rows(bench) == sorted(table.items(), key=lambda r: (r[0] is None, r[0])), (seed, turn)


def test_several_rows_of_one_key_in_a_batch_leave_one(bench: Bench) -> None:
    for n in (1, 2, 3):
        change(bench, 7, n, FIRST)
        change(bench, None, n, FIRST)
    bench.apply(workspace(keyed()), now=NOW)
    assert [r[0] for r in rows(bench)] == [7, None]
    change(bench, None, 9, NOW)
    run(bench, NOW + DAY)
    assert [r[0] for r in rows(bench)] == [7, None] and rows(bench)[1][1] == 9


@pytest.mark.parametrize("name", ["k", "source", "target", "_new", "id"])
def test_a_key_may_have_any_name(bench: Bench, name: str) -> None:
    change(bench, 1, 1, FIRST)
    change(bench, 2, 2, FIRST)
    query = f'SELECT id AS "{name}", n FROM raw.changes WHERE moment {RANGE}'
    bench.apply(workspace(keyed(query, columns=f"{name} n", unique_key=(f'"{name}"',))), now=NOW)
    change(bench, 1, 5, NOW)
    run(bench, NOW + DAY)
    assert bench.sql("SELECT * FROM shop.k ORDER BY ALL") == [(1, 5), (2, 2)]


def test_a_key_may_be_an_expression(bench: Bench) -> None:
    key = ("COALESCE(id, 0)", "n % 2")
    for id_, n in ((None, 1), (0, 3), (0, 2)):
        change(bench, id_, n, FIRST)
    bench.apply(workspace(keyed(unique_key=key)), now=NOW)
    assert len(rows(bench)) == 2
    change(bench, None, 4, NOW)
    run(bench, NOW + DAY)
    assert [n for _, n in rows(bench)][1:] == [4] and len(rows(bench)) == 2


def test_late_rows_are_read_again_as_far_as_the_lookback(bench: Bench) -> None:
    bench.apply(workspace(keyed(lookback=2)), now=NOW)
    change(bench, 1, 1, datetime(2024, 1, 3))
    change(bench, 2, 2, datetime(2024, 1, 2, 23, 59))
    assert run(bench, NOW + DAY) == ["2024-01-03 to 2024-01-05"]
    assert rows(bench) == [(1, 1)]


def test_a_merge_filter_stands_beside_the_key(bench: Bench) -> None:
    """A row that it keeps from matching is new, as in SQLMesh."""
    change(bench, 1, 1, datetime(2024, 1, 1))
    change(bench, 2, 2, datetime(2024, 1, 4))
    bench.apply(workspace(keyed(merge_filter="target.moment >= @start_date - INTERVAL 2 DAY")), now=NOW)
    change(bench, 1, 10, NOW)
    change(bench, 2, 20, NOW)
    run(bench, NOW + DAY)
    assert rows(bench) == [(1, 1), (1, 10), (2, 20)]


def test_rows_are_merged_once_when_two_runs_meet(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one comes while ours has written the first of two tables, and writes both."""
    first = model("shop.a", QUERY, keyed().kind, "a1", start="2024-01-01", columns="id n moment")
    bench.apply(workspace(first, keyed(when_matched=ADD)), now=NOW)
    change(bench, 1, 1, NOW)
    run(bench, NOW + DAY)
    change(bench, 1, 10, NOW + DAY)
    points: list[str] = []

    def another(point: str) -> None:
        if point == "write: after commit" and point not in points:
            points.append(point)
            run(bench, NOW + 2 * DAY)

    monkeypatch.setattr(faults, "_observers", [another])
    run(bench, NOW + 2 * DAY)
    assert points and rows(bench) == [(1, 11)]


def test_a_run_that_fails_merges_nothing_twice(bench: Bench) -> None:
    query = (
        f"SELECT id, CASE WHEN n = 99 THEN error('99!') ELSE n END AS n, moment FROM raw.changes WHERE moment {RANGE}"
    )
    bench.apply(workspace(keyed(query, when_matched=ADD, batch_size=1)), now=NOW)
    for number, n in enumerate((1, 10, 99)):
        change(bench, 1, n, NOW + number * DAY)
    with pytest.raises(BuildFailed, match="99!"):
        run(bench, NOW + 3 * DAY)
    bench.sql("UPDATE raw.changes SET n = 100 WHERE n = 99")
    run(bench, NOW + 3 * DAY)
    assert rows(bench) == [(1, 111)]


def of_header(kind: str, **config: object) -> ModelVersion:
    graph = Graph()
    graph.set_config(Config(**config))  # type: ignore[arg-type]
    columns = (Column("id", "INTEGER"), Column("n", "INTEGER"), Column("moment", "TIMESTAMP"))
    graph.set_tables("sources", {"raw.changes": Interface(columns)})
    query = "SELECT id, n, moment FROM raw.changes WHERE moment BETWEEN @start_ts AND @end_ts"
    graph.set_file("models/k.sql", f"MODEL (name shop.k, start '2024-01-01', kind {kind});\n{query}\n")
    graph.stabilise()
    return workspace_version(graph, Path("/")).models["shop.k"]


def test_the_words_come_from_the_header(bench: Bench) -> None:
    clauses = "(WHEN MATCHED AND source.n < @floor THEN DELETE WHEN MATCHED THEN UPDATE SET target.n = GREATEST(source.n, target.n))"
    read = of_header(
        f"INCREMENTAL_BY_UNIQUE_KEY (unique_key id, when_matched {clauses}, merge_filter target.n < 1000)",
        variables={"floor": 0},
    )
    assert read.problems == () and read.kind.unsupported == ()
    change(bench, 1, 5, FIRST)
    change(bench, 2, 5, FIRST)
    bench.apply(workspace(read), now=NOW)
    change(bench, 1, 3, NOW)
    change(bench, 2, -1, NOW)
    run(bench, NOW + DAY)
    assert rows(bench) == [(1, 5)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("when_matched (WHEN NOT MATCHED THEN INSERT (id) VALUES (1))", "may hold WHEN MATCHED clauses only"),
        ("when_matched (WHEN MATCHED BY SOURCE THEN DELETE)", "may hold WHEN MATCHED clauses only"),
        ("when_matched (UPDATE SET n = 1)", "its when_matched"),
        ("when_matched (WHEN MATCHED THEN DELETE; DROP TABLE x)", "its when_matched"),
        ("merge_filter target.n > @mine()", "its merge_filter: `@mine`"),
    ],
)
def test_what_is_no_clause_of_a_merge_is_refused_before_anything_runs(words: str, told: str) -> None:
    read = of_header(f"INCREMENTAL_BY_UNIQUE_KEY (unique_key id, {words})")
    assert any(told in problem for problem in read.problems), read.problems
