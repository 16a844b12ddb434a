"""Intervals on DuckDB: coarse time columns, parts of intervals, time zones, ends, and the statements around each batch."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.plan.versions import Kind, ModelVersion
from tests.oracles.environments.bench import Bench
from tests.versions import model, workspace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2024, 1, 3, 5, 30)
RANGE = "BETWEEN __hw_var('start_ts') AND __hw_var('end_ts')"
COARSE = {
    "CAST(moment AS DATE)": ("", "day"),
    "strftime(moment, '%Y-%m-%d')": ("%Y-%m-%d", "day"),
    "CAST(strftime(moment, '%Y%m%d') AS INTEGER)": ("%Y%m%d", "day"),
    "strftime(moment, '%Y-%m')": ("%Y-%m", "month"),
    "strftime(moment, '%Y-%m-%d %H')": ("%Y-%m-%d %H", "hour"),
    "CAST(epoch(moment) AS BIGINT)": ("%s", ""),
    "moment": ("", ""),
    "CAST(moment AS TIMESTAMPTZ)": ("", ""),
    "CAST(moment AS TIMESTAMP_NS)": ("", ""),
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.sql("CREATE TABLE raw.events (id INTEGER, moment TIMESTAMP)")
    bench.sql(
        "INSERT INTO raw.events SELECT range, TIMESTAMP '2024-01-01' + INTERVAL (range * 10) MINUTE FROM range(1000)"
    )
    return bench


def hourly(slot: str = "moment", format_: str = "", query: str = "", **more: object) -> ModelVersion:
    kind = more.pop("kind", None) or Kind("INCREMENTAL_BY_TIME_RANGE", time_column="slot", time_format=format_)
    query = query or f"SELECT {slot} AS slot, COUNT(*) AS n FROM raw.events WHERE moment {RANGE} GROUP BY ALL"
    words = {"columns": "slot n", "start": "2024-01-01", "cron": "@hourly", **more}
    return model("shop.h", query, kind, **words)  # type: ignore[arg-type]


def run(bench: Bench, now: datetime) -> list[str]:
    plan = commands.run(bench.engine, "prod", Call(now=now)).plan
    return [str(i) for step in plan.steps for i in step.intervals]


def expected(bench: Bench, slot: str, until: datetime) -> list[tuple[object, ...]]:
    return bench.sql(
        f"SELECT {slot} AS slot, COUNT(*) AS n FROM raw.events WHERE moment < TIMESTAMP '{until}' GROUP BY ALL ORDER BY ALL"
    )


def test_texts_that_say_more_than_their_format_are_kept(bench: Bench) -> None:
    query = f"SELECT strftime(moment, '%Y-%m-%d %H:%M') AS slot, 1 AS n FROM raw.events WHERE moment {RANGE}"
    bench.apply(workspace(hourly(query=query, cron="@daily")), now=NOW)
    run(bench, NOW + DAY)
    assert bench.sql("SELECT COUNT(*), COUNT(DISTINCT slot) FROM shop.h") == [(432, 432)]


@pytest.mark.parametrize("slot", COARSE)
@pytest.mark.parametrize("batch", [0, 5])
def test_a_time_column_that_is_coarser_than_the_intervals_loses_nothing(bench: Bench, slot: str, batch: int) -> None:
    """Late rows, batches that end within a day, and hours that come one by one."""
    kind = Kind(
        "INCREMENTAL_BY_TIME_RANGE", time_column="slot", time_format=COARSE[slot][0], batch_size=batch, lookback=3
    )
    bench.apply(workspace(hourly(slot, kind=kind)), now=NOW)
    shown = "SELECT * FROM shop.h ORDER BY ALL"
    assert bench.sql(shown) == expected(bench, slot, NOW.replace(minute=0))
    for hour in range(1, 22, 4):
        now = NOW + hour * HOUR
        bench.sql(f"INSERT INTO raw.events VALUES ({hour}, TIMESTAMP '{now - 4 * HOUR}')")
        run(bench, now)
        assert bench.sql(shown) == expected(bench, slot, now.replace(minute=0))


def test_the_last_nanosecond_of_an_interval_belongs_to_it(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.fine AS SELECT TIMESTAMP_NS '2024-01-01 23:59:59.999999999' AS slot")
    query = "SELECT slot, 1 AS n FROM raw.fine WHERE slot < __hw_var('end_ts')::TIMESTAMP + INTERVAL 1 MICROSECOND"
    bench.apply(workspace(hourly(query=query, cron="@daily")), now=NOW)
    assert bench.sql("SELECT COUNT(*) FROM shop.h") == [(1,)]


def test_a_part_of_an_interval_is_shown_and_written_again_until_the_interval_is_over(bench: Bench) -> None:
    words = {"interval_unit": "day", "allow_partials": True}
    bench.apply(workspace(hourly(**words), model("shop.total", "SELECT SUM(n) AS s FROM shop.h", columns="s")), now=NOW)
    shown = "SELECT * FROM shop.h ORDER BY ALL"
    assert bench.sql(shown) == expected(bench, "moment", NOW.replace(minute=0))
    assert run(bench, NOW) == [], "the cron has not ticked"
    assert run(bench, NOW + 2 * HOUR) == ["2024-01-03 00:00 to 2024-01-03 07:00"]
    assert bench.sql(shown) == expected(bench, "moment", datetime(2024, 1, 3, 7))
    bench.sql("INSERT INTO raw.events VALUES (0, TIMESTAMP '2024-01-03 01:00:00.5')")
    assert run(bench, NOW + DAY) == ["2024-01-03 00:00 to 2024-01-04 05:00"]
    assert bench.sql(shown) == expected(bench, "moment", datetime(2024, 1, 4, 5))


def test_parts_flow_into_readers_that_allow_them_and_into_no_others(bench: Bench) -> None:
    words = {"interval_unit": "day", "allow_partials": True}
    query = f"SELECT slot, n FROM shop.h WHERE slot {RANGE}"
    whole = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="slot")
    with_parts = model("shop.parts", query, whole, columns="slot n", start="2024-01-01", cron="@hourly", **words)
    without = model("shop.wholes", query, whole, columns="slot n", start="2024-01-01")
    bench.apply(workspace(hourly(**words), with_parts, without), now=NOW)
    assert bench.sql("SELECT MAX(slot) FROM shop.parts") == [(datetime(2024, 1, 3, 4, 50),)]
    assert bench.sql("SELECT MAX(slot) FROM shop.wholes") == [(datetime(2024, 1, 2, 23, 50),)]
    run(bench, NOW + DAY)
    assert bench.sql("SELECT MAX(slot) FROM shop.parts") == [(datetime(2024, 1, 4, 4, 50),)]
    assert bench.sql("SELECT MAX(slot) FROM shop.wholes") == [(datetime(2024, 1, 3, 23, 50),)]


def test_a_model_that_ends_has_its_last_day_and_no_more(bench: Bench) -> None:
    ended = hourly(end="2024-01-02", cron="0 5 * * *")
    reader = model(
        "shop.after",
        f"SELECT moment AS slot, 1 AS n FROM raw.events, (SELECT MAX(slot) FROM shop.h) WHERE moment {RANGE}",
        Kind("INCREMENTAL_BY_TIME_RANGE", time_column="slot"),
        columns="slot n",
        start="2024-01-01",
    )
    bench.apply(workspace(ended, reader), now=NOW + DAY)
    assert bench.sql("SELECT MAX(slot) FROM shop.h") == [(datetime(2024, 1, 2, 23, 50),)]
    assert run(bench, NOW + 2 * DAY) == ["2024-01-04"], "only its reader goes on"


def test_a_cron_in_a_time_zone_runs_when_that_clock_says(bench: Bench) -> None:
    bench.apply(workspace(hourly(cron="@daily", cron_tz="America/New_York")), now=datetime(2024, 1, 3, 4))
    assert bench.sql("SELECT MAX(slot) FROM shop.h") == [(datetime(2024, 1, 1, 23, 50),)]
    assert run(bench, datetime(2024, 1, 3, 5)) == ["2024-01-02"]


def test_statements_stand_around_each_batch_with_its_times(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.log (what VARCHAR, n BIGINT)")
    kind = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="slot", batch_size=1)
    query = f"SELECT moment AS slot, twice(1) AS n FROM raw.events WHERE moment {RANGE}"
    noted = hourly(
        query=query,
        kind=kind,
        cron="@daily",
        pre=(
            "CREATE TEMPORARY MACRO twice(x) AS x * 2",
            "INSERT INTO raw.log VALUES ('pre ' || __hw_var('start_ds'), 0)",
        ),
        post=("INSERT INTO raw.log SELECT 'post ' || __hw_var('end_ds'), COUNT(*) FROM __hw_var('this_model')",),
    )
    bench.apply(workspace(noted), now=NOW)
    assert bench.sql("FROM raw.log") == [
        ("pre 2024-01-01", 0),
        ("post 2024-01-01", 144),
        ("pre 2024-01-02", 0),
        ("post 2024-01-02", 288),
    ]
