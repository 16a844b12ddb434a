"""Each kind on DuckDB: what it holds after days go by."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import EnvironmentProblem, Refused
from lsp_server.plan.versions import Kind, ModelVersion, WorkspaceVersion
from tests.oracles.environments.bench import Bench
from tests.versions import model, workspace

DAY = timedelta(days=1)
NOW = datetime(2024, 1, 5, 10)
DAILY = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day")
RANGE = "BETWEEN __hw_var('start_date') AND __hw_var('end_date')"
QUERY = f"SELECT day, SUM(n) AS total FROM raw.facts WHERE day {RANGE} GROUP BY day"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.sql(
        "CREATE TABLE raw.facts AS SELECT DATE '2024-01-01' + CAST(range AS INTEGER) AS day, 1 AS n FROM range(30)"
    )
    return bench


def daily(query: str = QUERY, kind: Kind = DAILY, fingerprint: str = "", **more: object) -> ModelVersion:
    return model("shop.daily", query, kind, fingerprint, **{"start": "2024-01-01", "columns": "day total", **more})


def days(bench: Bench, view: str = "shop.daily") -> list[tuple[object, object]]:
    return [(d.day, total) for d, total in bench.sql(f"SELECT day, total FROM {view} ORDER BY day")]  # type: ignore[attr-defined]


def run(bench: Bench, name: str = "prod", now: datetime = NOW) -> dict[str, tuple[str, list[str]]]:
    plan = commands.run(bench.engine, name, Call(now=now)).plan
    return {step.model: (step.action, [str(i) for i in step.intervals]) for step in plan.steps}


def apply(bench: Bench, version: WorkspaceVersion, name: str = "prod", **call: object) -> dict[str, str]:
    plan = bench.apply(version, name, **{"now": NOW, **call})
    return {step.model: step.action for step in plan.steps}


def test_only_missing_intervals_run(bench: Bench) -> None:
    apply(bench, workspace(daily()))
    assert days(bench) == [(1, 1), (2, 1), (3, 1), (4, 1)]
    assert run(bench) == {"shop.daily": ("reuse", [])}
    bench.sql("UPDATE raw.facts SET n = 5")
    assert run(bench, now=NOW + DAY) == {"shop.daily": ("backfill", ["2024-01-05"])}
    assert days(bench) == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 5)]


def test_lookback_reads_late_rows_again(bench: Bench) -> None:
    apply(bench, workspace(daily(kind=Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day", lookback=2))))
    bench.sql("UPDATE raw.facts SET n = 5")
    assert run(bench, now=NOW + DAY) == {"shop.daily": ("backfill", ["2024-01-03 to 2024-01-05"])}
    assert days(bench) == [(1, 1), (2, 1), (3, 5), (4, 5), (5, 5)]


def test_a_reader_s_intervals_end_where_its_upstream_s_do(bench: Bench) -> None:
    weekly = daily(cron="@weekly")
    reader = model(
        "shop.reader",
        f"SELECT day, total FROM shop.daily WHERE day {RANGE}",
        DAILY,
        columns="day total",
        start="2024-01-01",
    )
    now = datetime(2024, 1, 10)
    bench.apply(workspace(weekly, reader), now=now)
    assert [d for d, _ in days(bench, "shop.reader")] == [1, 2, 3, 4, 5, 6]


def test_another_environment_forks_what_prod_shows_before_it_writes(bench: Bench) -> None:
    apply(bench, workspace(daily()))
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    assert run(bench, "dev", NOW + DAY) == {"shop.daily": ("fork", ["2024-01-05"])}
    assert len(days(bench)) == 4 and len(days(bench, "shop__dev.daily")) == 5
    with pytest.raises(Refused, match=r"shop\.daily: the table lacks intervals"):
        run(bench, "prod", NOW + 2 * DAY)
        commands.promote(bench.engine, "dev", call=Call(now=NOW + 2 * DAY))


def test_a_clock_that_stands_before_the_data_makes_no_new_table(bench: Bench) -> None:
    """It would end then: `prod` would lose the days that it has."""
    apply(bench, workspace(daily()))
    changed = workspace(daily(QUERY.replace("SUM(n)", "SUM(n) * 2")))
    with pytest.raises(Refused, match=r"the clock says 2023-12-01 00:00, and shop\.daily has data up to 2024-01-05"):
        apply(bench, changed, now=datetime(2023, 12, 1))
    apply(bench, changed)
    assert days(bench) == [(1, 2), (2, 2), (3, 2), (4, 2)]


def test_time_columns_of_other_types(bench: Bench) -> None:
    text = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day", time_format="%Y%m%d")
    query = f"SELECT strftime(day, '%Y%m%d') AS day, n AS total FROM raw.facts WHERE day {RANGE}"
    apply(bench, workspace(daily(query, text)))
    assert bench.sql("SELECT COUNT(*), MIN(day), MAX(day) FROM shop.daily") == [(4, "20240101", "20240104")]
    hourly = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="moment", batch_size=24)
    query = "SELECT CAST(day AS TIMESTAMP) + INTERVAL 30 MINUTE AS moment FROM raw.facts WHERE moment BETWEEN __hw_var('start_ts') AND __hw_var('end_ts')"
    apply(
        bench,
        workspace(
            model("shop.hourly", query, hourly, columns="moment", start="2024-01-01", cron="@hourly"),
            daily(QUERY, text),
        ),
    )
    assert bench.sql("SELECT COUNT(*) FROM shop.hourly") == [(5,)]


def test_a_killed_backfill_goes_on_where_it_was(bench: Bench) -> None:
    batched = daily(kind=Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day", batch_size=1))
    bench.sql("UPDATE raw.facts SET n = NULL WHERE day = DATE '2024-01-03'")
    failing = daily(
        f"SELECT day, CASE WHEN n IS NULL THEN error('no number') ELSE n END AS total FROM raw.facts WHERE day {RANGE}",
        batched.kind,
    )
    with pytest.raises(EnvironmentProblem, match="no number"):
        apply(bench, workspace(failing))
    bench.sql("UPDATE raw.facts SET n = 1")
    plan = bench.apply(workspace(failing), now=NOW)
    assert [(s.action, [str(i) for i in s.intervals]) for s in plan.steps] == [
        ("backfill", ["2024-01-03 to 2024-01-04"])
    ]
    assert len(days(bench)) == 4


def test_unique_key_merges(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.states AS SELECT 1 AS id, 'a' AS state UNION ALL SELECT NULL, 'n'")
    kind = Kind("INCREMENTAL_BY_UNIQUE_KEY", unique_key=("id",))
    apply(bench, workspace(model("shop.states", "SELECT id, state FROM raw.states", kind, columns="id state")))
    bench.sql("DELETE FROM raw.states; INSERT INTO raw.states VALUES (1, 'b'), (2, 'c'), (NULL, 'm')")
    assert run(bench, now=NOW + DAY) == {"shop.states": ("backfill", ["2024-01-05"])}
    assert bench.sql("SELECT id, state FROM shop.states ORDER BY ALL") == [(1, "b"), (2, "c"), (None, "m")]
    bench.sql("DELETE FROM raw.states")
    run(bench, now=NOW + 2 * DAY)
    assert len(bench.sql("SELECT * FROM shop.states")) == 3


def history(bench: Bench) -> list[tuple[object, ...]]:
    return bench.sql(
        "SELECT id, state, strftime(valid_from, '%m-%d'), strftime(valid_to, '%m-%d') FROM shop.states ORDER BY ALL"
    )


def test_slowly_changing_by_time(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.states AS SELECT 1 AS id, 'a' AS state, TIMESTAMP '2024-01-02' AS updated_at")
    bench.sql("INSERT INTO raw.states VALUES (2, 'x', TIMESTAMP '2024-01-02')")
    kind = Kind("SCD_TYPE_2_BY_TIME", unique_key=("id",), invalidate_hard_deletes=True)
    query = "SELECT id, state, updated_at FROM raw.states"
    apply(bench, workspace(model("shop.states", query, kind, columns="id state updated_at valid_from valid_to")))
    assert history(bench) == [(1, "a", "01-01", None), (2, "x", "01-01", None)]
    bench.sql(
        "UPDATE raw.states SET state = 'b', updated_at = TIMESTAMP '2024-01-05' WHERE id = 1; DELETE FROM raw.states WHERE id = 2"
    )
    run(bench, now=NOW + DAY)
    assert history(bench) == [(1, "a", "01-01", "01-05"), (1, "b", "01-05", None), (2, "x", "01-01", "01-06")]
    run(bench, now=NOW + 2 * DAY)
    assert len(history(bench)) == 3
    bench.sql("INSERT INTO raw.states VALUES (2, 'y', TIMESTAMP '2024-01-03')")
    run(bench, now=NOW + 3 * DAY)
    assert history(bench)[2:] == [(2, "x", "01-01", "01-06"), (2, "y", "01-06", None)]


def test_slowly_changing_by_column(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.states AS SELECT 1 AS id, 'a' AS state, 0 AS noise")
    kind = Kind("SCD_TYPE_2_BY_COLUMN", unique_key=("id",), compared=("state",))
    query = "SELECT id, state, noise FROM raw.states"
    apply(bench, workspace(model("shop.states", query, kind, columns="id state noise valid_from valid_to")))
    bench.sql("UPDATE raw.states SET noise = 1")
    run(bench, now=NOW + DAY)
    assert history(bench) == [(1, "a", "01-01", None)]
    bench.sql("UPDATE raw.states SET state = NULL")
    run(bench, now=NOW + 2 * DAY)
    assert history(bench) == [(1, "a", "01-01", "01-07"), (1, None, "01-07", None)]


def test_seeds_read_csv(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "it's.csv").write_text("id;name\n007;x\n008;\n")
    kind = Kind("SEED", seed_path=str(tmp_path / "it's.csv"), seed_options=(("delimiter", ";"),))
    seed = model("shop.plans", "", kind, "s1", declared=(("id", "TEXT"), ("name", "TEXT")), columns="id name")
    apply(bench, workspace(seed))
    assert bench.sql("SELECT * FROM shop.plans ORDER BY id") == [("007", "x"), ("008", None)]


def test_statements_run_in_order(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.log (what VARCHAR)")
    logged = model(
        "shop.logged",
        "SELECT COUNT(*) AS n FROM raw.log",
        columns="n",
        pre=("INSERT INTO raw.log VALUES ('pre 1')", "INSERT INTO raw.log VALUES ('pre 2')"),
        post=("INSERT INTO raw.log SELECT 'post ' || n FROM __hw_var('this_model')",),
        on_view=("INSERT INTO raw.log SELECT 'view ' || n FROM __hw_var('this_model')",),
    )
    apply(bench, workspace(logged))
    assert [row[0] for row in bench.sql("SELECT what FROM raw.log")] == ["pre 1", "pre 2", "post 2", "view 2"]


# ---- forward-only

KEPT = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day", forward_only=True)
DOUBLED = f"SELECT day, SUM(n) * 10 AS total, 'new' AS logic FROM raw.facts WHERE day {RANGE} GROUP BY day"


def test_forward_only_keeps_the_table_and_new_logic_holds_for_new_intervals(bench: Bench) -> None:
    apply(bench, workspace(daily(kind=KEPT)))
    tables = bench.tables()
    changed = workspace(daily(DOUBLED, KEPT, columns="day total logic"))
    assert apply(bench, changed, "dev") == {"shop.daily": "preview"}
    assert days(bench, "shop__dev.daily") == [(1, 10), (2, 10), (3, 10), (4, 10)]
    assert days(bench) == [(1, 1), (2, 1), (3, 1), (4, 1)]
    plan = commands.promote(bench.engine, "dev", call=Call(now=NOW)).plan
    assert [step.action for step in plan.steps] == ["evolve"]
    assert len(bench.tables()) == len(tables) + 1, "the preview is there, and no other table"
    assert days(bench) == [(1, 1), (2, 1), (3, 1), (4, 1)]
    run(bench, now=NOW + DAY)
    assert bench.sql("SELECT total, logic FROM shop.daily WHERE day >= DATE '2024-01-04' ORDER BY day") == [
        (1, None),
        (10, "new"),
    ]
    with pytest.raises(Refused, match=r"shop\.daily was changed forward-only since version 1"):
        commands.rollback(bench.engine, "prod", call=Call(now=NOW + DAY))


def test_a_preview_is_never_promoted_nor_what_was_built_from_it(bench: Bench) -> None:
    reader = model("shop.reader", "SELECT SUM(total) AS s FROM shop.daily", columns="s", fingerprint="r1")
    apply(bench, workspace(daily(kind=KEPT), reader))
    again = model("shop.reader", reader.query, columns="s", fingerprint="r2")
    changed = workspace(daily(DOUBLED, KEPT, columns="day total logic"), again)
    apply(bench, changed, "dev")
    with pytest.raises(
        Refused, match=r"shop\.reader was built from the preview of shop\.daily.*headwater env apply prod"
    ):
        commands.promote(bench.engine, "dev", call=Call(now=NOW))
    assert apply(bench, changed) == {"shop.daily": "evolve", "shop.reader": "build"}
    assert bench.sql("SELECT s FROM shop.reader") == [(4,)]


def test_a_destructive_change_is_refused_unless_allowed(bench: Bench) -> None:
    apply(bench, workspace(daily(DOUBLED, KEPT, columns="day total logic")))
    narrower = workspace(daily(kind=KEPT))
    with pytest.raises(Refused, match="is forward-only and would lose logic"):
        apply(bench, narrower)
    apply(bench, narrower, allow_destructive=True)
    assert [c[0] for c in bench.sql("DESCRIBE shop.daily")] == ["day", "total"]
    run(bench, now=NOW + DAY)
    assert days(bench) == [(1, 10), (2, 10), (3, 10), (4, 10), (5, 1)]


def test_effective_from_computes_old_intervals_anew_in_a_copy(bench: Bench) -> None:
    apply(bench, workspace(daily(kind=KEPT)))
    changed = workspace(daily(DOUBLED, KEPT, columns="day total logic"))
    assert apply(bench, changed, effective_from="2024-01-03") == {"shop.daily": "fork"}
    assert days(bench) == [(1, 1), (2, 1), (3, 10), (4, 10)]
    commands.rollback(bench.engine, "prod", call=Call(now=NOW))
    assert days(bench) == [(1, 1), (2, 1), (3, 1), (4, 1)]


def test_a_whole_plan_can_be_forward_only(bench: Bench) -> None:
    apply(bench, workspace(daily()))
    assert apply(bench, workspace(daily(DOUBLED, columns="day total logic")), forward_only=True) == {
        "shop.daily": "evolve"
    }
    assert days(bench) == [(1, 1), (2, 1), (3, 1), (4, 1)]


def test_a_copy_of_a_table_that_went_on_forward_only_goes_on_by_its_environment_s_logic(bench: Bench) -> None:
    """And is recorded so: else it would count as the same data as `prod`'s table, and be shown in its place."""
    apply(bench, workspace(daily(kind=KEPT)))
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    apply(bench, workspace(daily(QUERY.replace("SUM(n)", "SUM(n) * 2"), KEPT)))
    run(bench, now=NOW + DAY)
    assert run(bench, "dev", NOW + 2 * DAY) == {"shop.daily": ("fork", ["2024-01-06"])}
    run(bench, now=NOW + 2 * DAY)
    assert days(bench)[4:] == [(5, 2), (6, 2)] and days(bench, "shop__dev.daily")[4:] == [(5, 2), (6, 1)]
    world = commands.read_world(bench.engine)
    one, two = (world.snapshot_of(world.environments[name], "shop.daily") for name in ("prod", "dev"))
    assert one and two and one.identity != two.identity
    assert [span.start.day for span in two.logic] == [1, 5, 6]


def test_a_star_over_a_table_that_was_widened_takes_in_nothing(bench: Bench) -> None:
    star = model("shop.star", "SELECT * FROM shop.daily", "VIEW", "v1")
    apply(bench, workspace(daily(kind=KEPT), star))
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    apply(bench, workspace(daily(DOUBLED, KEPT, columns="day total logic"), star))
    assert [c[0] for c in bench.sql("DESCRIBE shop.star")] == ["day", "total", "logic"]
    commands.create(bench.engine, "later", "dev", call=Call(now=NOW))
    assert [c[0] for c in bench.sql("DESCRIBE shop__later.star")] == ["day", "total"]


def test_a_value_that_the_table_would_change_is_refused(bench: Bench) -> None:
    """DuckDB would write 2 for 1.75, and a day for a moment."""
    apply(bench, workspace(daily(kind=KEPT)))
    changed = workspace(daily(QUERY.replace("SUM(n)", "SUM(n) * CAST(1.75 AS DOUBLE)"), KEPT))
    with pytest.raises(EnvironmentProblem, match=r"shop\.daily: total is DOUBLE in the query and HUGEINT in the table"):
        apply(bench, changed)
    assert run(bench, now=NOW + DAY) == {"shop.daily": ("backfill", ["2024-01-05"])}
    bench.sql("ALTER TABLE raw.facts ALTER n TYPE DOUBLE; UPDATE raw.facts SET n = 0.5")
    with pytest.raises(EnvironmentProblem, match="total is DOUBLE in the query"):
        run(bench, now=NOW + 2 * DAY)
    assert days(bench)[-1] == (5, 1)


def test_a_source_that_lost_a_column_breaks_no_view(bench: Bench) -> None:
    bench.sql("CREATE TABLE raw.wide AS SELECT 1 AS a, 2 AS b")
    found = workspace(
        model("shop.wide", "SELECT * FROM raw.wide"),
        model("shop.seen", "SELECT * FROM shop.wide", "VIEW"),
        model("shop.read", "SELECT * FROM shop.seen"),
    )
    apply(bench, found)
    bench.sql("ALTER TABLE raw.wide DROP COLUMN b")
    with pytest.raises(EnvironmentProblem, match=r"shop\.wide: its query no longer gives b, which views show"):
        run(bench, now=NOW + DAY)
    for view in ("wide", "seen", "read"):
        assert bench.sql(f"SELECT a, b FROM shop.{view}") == [(1, 2)]
    bench.sql("ALTER TABLE raw.wide ADD COLUMN b INTEGER; ALTER TABLE raw.wide ADD COLUMN c INTEGER")
    run(bench, now=NOW + DAY)
    assert bench.sql("SELECT * FROM shop.seen") == [(1, None)]


def test_lambdas_with_an_arrow_run_on_a_duckdb_that_refuses_them(bench: Bench) -> None:
    query = "SELECT list_transform([1, 2], x -> x + 1) AS a, list_reduce([1, 2, 3], (x, y) -> x + y) AS b"
    apply(bench, workspace(model("shop.lists", query, Kind("FULL"), columns="a b")))
    assert bench.sql("SELECT * FROM shop.lists") == [([2, 3], 6)]
