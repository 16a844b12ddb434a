"""The commands on a real DuckDB file, over versions made by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from lsp_server.environments import commands, comparing, shapes
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import EnvironmentProblem, Moved, Refused
from lsp_server.plan.steps import Plan
from tests.oracles.environments.bench import A2, FIRST, NOW, SECOND, A, B, Bench, C, V
from tests.versions import audit, model, workspace


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def actions(plan: Plan) -> dict[str, str]:
    return {step.model: step.action for step in plan.steps}


def test_the_four_steps(bench: Bench) -> None:
    bench.apply(FIRST)
    built = bench.tables()
    mirror = commands.create(bench.engine, "dev", call=Call(now=NOW)).plan
    assert not mirror.writing and bench.tables() == built and bench.total("shop__dev") == 1225
    assert actions(bench.apply(SECOND, "dev")) == {
        "shop.a": "build",
        "shop.b": "build",
        "shop.c": "reuse",
        "shop.v": "view",
    }
    assert (bench.total("shop__dev"), bench.total()) == (1770, 1225)
    both = bench.tables()
    commands.promote(bench.engine, "dev", call=Call(now=NOW))
    assert bench.total() == 1770 and bench.tables() == both
    assert bench.sql("SELECT COUNT(*) FROM shop.v") == [(60,)]
    commands.rollback(bench.engine, "prod", call=Call(now=NOW))
    assert bench.total() == 1225 and bench.tables() == both


def test_a_view_is_over_its_own_environment_s_tables_and_gc_takes_none_of_them(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND, "dev")
    later = NOW + timedelta(days=40)
    commands.gc(bench.engine, Call(now=later), timedelta(0))
    assert bench.sql("SELECT * FROM shop.v LIMIT 1") == [(0,)]
    assert bench.sql("SELECT * FROM shop__dev.v LIMIT 1") == [(0, 0)]


def test_applying_twice_does_nothing_twice(bench: Bench) -> None:
    bench.apply(FIRST)
    again = bench.apply(FIRST)
    assert not again.writing and not again.moves and not again.changes


def test_gc_waits_for_the_time_to_live_and_for_rollback(bench: Bench) -> None:
    bench.apply(FIRST)
    before = bench.tables()
    bench.apply(SECOND)
    commands.gc(bench.engine, Call(now=NOW + timedelta(days=6)))
    assert before < bench.tables()
    commands.gc(bench.engine, Call(now=NOW + timedelta(days=8)))
    assert len(bench.tables()) == 3 and bench.total() == 1770
    with pytest.raises(Refused, match="has no earlier version"):
        commands.rollback(bench.engine, "prod")


def test_drop_leaves_tables_to_gc_and_prod_cannot_be_dropped(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND, "dev")
    commands.drop(bench.engine, "dev", Call(now=NOW))
    assert bench.sql("SELECT COUNT(*) FROM duckdb_schemas() WHERE schema_name = 'shop__dev'") == [(0,)]
    assert len(bench.tables()) == 5
    with pytest.raises(Refused, match="prod cannot be dropped"):
        commands.drop(bench.engine, "prod")


def test_whoever_promotes_second_is_told_what_moved(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND, "one")
    third = workspace(model("shop.c", "SELECT 2 AS one", columns="one"), A, V, B)
    bench.apply(third, "two")
    commands.promote(bench.engine, "one", call=Call(now=NOW))
    with pytest.raises(Moved, match=r"prod has moved on since two was set against it: shop\.a, shop\.b"):
        commands.promote(bench.engine, "two", call=Call(now=NOW))
    assert bench.total() == 1770
    bench.apply(third, "two")
    commands.promote(bench.engine, "two", call=Call(now=NOW))
    assert bench.total() == 1225


def test_a_plan_that_was_shown_holds_only_while_nothing_moves(bench: Bench) -> None:
    bench.apply(FIRST)
    shown = commands.plan(bench.engine, SECOND, "prod", Call(now=NOW)).plan
    bench.apply(workspace(A, V, B))
    with pytest.raises(Moved):
        bench.apply(SECOND, etag=shown.etag)
    assert bench.total() == 1225


def test_the_contract_names_the_reader_and_the_column(bench: Bench) -> None:
    reader = model("shop.reader", "SELECT k FROM shop.a", columns="k", reads=(("shop.a", "k"),))
    bench.apply(workspace(A2, reader))
    with pytest.raises(Refused, match=r"shop\.reader reads shop\.a\.k, which would no longer exist"):
        bench.apply(workspace(A, reader))
    with pytest.raises(Refused, match=r"shop\.reader reads shop\.a, which would no longer exist"):
        bench.apply(workspace(reader))


def test_a_failing_model_leaves_everything_as_it_was_and_is_not_done_again(bench: Bench) -> None:
    bench.apply(FIRST)
    broken = model("shop.b", "SELECT CAST('x' AS INTEGER) AS total FROM shop.v", columns="total")
    with pytest.raises(EnvironmentProblem, match=r"shop\.b: Conversion Error"):
        bench.apply(workspace(A2, V, broken, C))
    assert bench.total() == 1225 and bench.sql("SELECT COUNT(*) FROM shop.v") == [(50,)]
    mended = bench.apply(SECOND)
    assert actions(mended)["shop.a"] == "reuse" and bench.total() == 1770


def test_what_is_not_ours_is_not_touched(bench: Bench) -> None:
    bench.sql("CREATE SCHEMA shop; CREATE TABLE shop.b AS SELECT 7 AS total")
    with pytest.raises(EnvironmentProblem, match=r"table shop\.b exists, and Headwater did not make it"):
        bench.apply(FIRST)
    assert bench.total() == 7
    bench.sql("CREATE SCHEMA shop__dev")
    with pytest.raises(EnvironmentProblem, match="schema shop__dev exists"):
        bench.apply(FIRST, "dev")


def test_a_view_that_somebody_altered_stops_a_move(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.sql("CREATE OR REPLACE VIEW shop.b AS SELECT 8 AS total")
    with pytest.raises(EnvironmentProblem, match=r"view shop\.b was changed by somebody else.*DROP VIEW shop\.b"):
        bench.apply(SECOND)
    assert bench.total() == 8
    bench.sql("DROP VIEW shop.b")
    bench.apply(SECOND)
    assert bench.total() == 1770


def test_a_table_that_somebody_dropped_is_built_anew(bench: Bench) -> None:
    bench.apply(FIRST)
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    bench.sql(f'DROP TABLE headwater__shop."shop__c__{C.fingerprint}"')
    with pytest.raises(EnvironmentProblem, match=r"the table of shop\.c .* was dropped by somebody else"):
        commands.create(bench.engine, "other", call=Call(now=NOW))
    assert actions(bench.apply(FIRST))["shop.c"] == "build"
    assert bench.sql("SELECT one FROM shop.c") == [(1,)]


def test_kinds_that_are_not_supported_are_refused_by_name_before_anything_runs(bench: Bench) -> None:
    with pytest.raises(Refused, match="kind INCREMENTAL_BY_PARTITION is not supported yet"):
        bench.apply(workspace(A, model("shop.p", "SELECT 1 AS x", "INCREMENTAL_BY_PARTITION")))
    assert bench.tables() == set()


def test_a_reader_outside_the_workspace_counts_too(bench: Bench) -> None:
    bench.apply(SECOND)
    bench.sql(
        "CREATE SCHEMA desk; CREATE VIEW desk.mine AS SELECT k FROM shop.v; CREATE VIEW desk.other AS SELECT i FROM shop.v"
    )
    with pytest.raises(EnvironmentProblem, match=r"view desk\.mine, which somebody else made, would no longer resolve"):
        bench.apply(FIRST)
    assert bench.total() == 1770 and bench.sql("SELECT COUNT(k) FROM desk.mine") == [(60,)]
    bench.sql("DROP VIEW desk.mine")
    bench.apply(FIRST)
    assert bench.sql("SELECT COUNT(i) FROM desk.other") == [(50,)]


def test_a_view_that_somebody_altered_is_told_also_when_there_is_nothing_to_do(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.sql("CREATE OR REPLACE VIEW shop.b AS SELECT 8 AS total")
    (refusal,) = commands.plan(bench.engine, FIRST, "prod", Call(now=NOW)).plan.refusals
    assert (refusal.code, refusal.message) == (
        "foreign",
        "view shop.b was changed by somebody else since Headwater made it",
    )
    bench.apply(SECOND, "dev")
    for doing in (
        lambda: bench.apply(FIRST),
        lambda: commands.promote(bench.engine, "dev", call=Call(now=NOW)),
        lambda: commands.rollback(bench.engine, "prod", call=Call(now=NOW, allow_stale=True)),
    ):
        with pytest.raises(EnvironmentProblem):
            doing()
    assert bench.total() == 8
    bench.sql("DROP VIEW shop.b")
    bench.apply(FIRST)
    assert bench.total() == 1225


def test_a_plan_says_what_readers_will_notice_and_what_it_costs(bench: Bench) -> None:
    first = commands.plan(bench.engine, FIRST, "prod", Call(now=NOW)).plan
    assert first.readers == () and first.notes == ("environment prod does not exist yet: apply creates it",)
    bench.apply(FIRST)
    planned = commands.plan(bench.engine, workspace(A2, V, B), "prod", Call(now=NOW)).plan
    steps = {step.model: step for step in planned.steps}
    assert steps["shop.a"].rows == 50
    assert [notice.model for notice in planned.readers if notice.what == "the view goes"] == ["shop.c"]


def test_gc_says_which_versions_can_no_longer_be_returned_to(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND)
    listed = commands.gc(bench.engine, Call(now=NOW + timedelta(hours=1), dry_run=True), timedelta(0)).plan
    assert listed.notes[1:] == ("prod can no longer be rolled back to version 1",)
    assert not commands.gc(bench.engine, Call(now=NOW + timedelta(hours=1), dry_run=True)).plan.notes[1:]


def test_an_author_s_own_statements_leave_nothing_behind_in_the_process(bench: Bench, tmp_path: Path) -> None:
    """Instances are lent again: what a pre-statement attaches or sets must not meet the next step."""
    attach = f"ATTACH '{tmp_path / 'side.duckdb'}' AS side"
    for number in range(3):
        wild = model("shop.w", f"SELECT {number} AS n", columns="n", pre=(attach, "SET threads = 1"))
        bench.apply(workspace(wild), now=NOW + timedelta(days=number))
        assert bench.sql("SELECT n FROM shop.w") == [(number,)]


def test_moments_with_a_time_zone_are_shown(bench: Bench) -> None:
    """In differences and in an audit's sample; DuckDB needs a package more to make them Python's."""
    query = "SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AS t, {} AS i"
    bench.apply(workspace(model("shop.t", query.format(1), columns="t i", grain=("t",))))
    other = model("shop.t", query.format(2), columns="t i", grain=("t",))
    bench.apply(workspace(other), "dev")
    (found,) = comparing.diff(bench.engine, "dev", "prod").models
    assert found.samples[0].after == {"t": "2024-01-01 00:00:00+00", "i": "2"}
    wrong = msgspec.structs.replace(other, audits=(audit("none", "SELECT * FROM __hw_var('this_model')"),))
    with pytest.raises(EnvironmentProblem, match=r"found 1 row, for example \(2024-01-01 00:00:00\+00, 2\)"):
        bench.apply(workspace(wrong), "dev")


def test_what_cannot_be_compared_is_told(bench: Bench) -> None:
    nowhere = DuckDB(bench.path.with_name("none.duckdb"))
    with pytest.raises(EnvironmentProblem, match="there is no environment dev"):
        comparing.diff(nowhere, "dev", "prod")
    bench.apply(FIRST)
    bench.apply(SECOND, "dev")
    table = next(name for name in bench.tables() if name.startswith(f"shop__a__{A2.fingerprint}"))
    bench.sql(f"DROP TABLE headwater__shop.{table}")
    with pytest.raises(
        EnvironmentProblem, match=r"the table of shop\.a in dev .* was dropped.*headwater env apply dev"
    ):
        comparing.diff(bench.engine, "dev", "prod")
    world = commands.read_world(bench.engine)
    shown = shapes.show_json(world, world.environments["dev"], 0)["models"]
    assert [entry["lost"] for entry in shown if "lost" in entry] == [True, False, False]  # type: ignore[attr-defined]


def test_a_moment_that_is_none_is_told_before_anything_runs(bench: Bench) -> None:
    with pytest.raises(EnvironmentProblem, match="effective from: 'soon' is no date"):
        bench.apply(FIRST, effective_from="soon")
