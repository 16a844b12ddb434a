"""Tables that keep history, and tables merged by key, when their models change: what they hold cannot be computed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import Moved, Refused
from lsp_server.plan.versions import Kind, ModelVersion, WorkspaceVersion
from tests.oracles.environments.bench import Bench
from tests.versions import model, workspace

DAY = timedelta(days=1)
NOW = datetime(2024, 1, 5, 10)
HISTORY = Kind("SCD_TYPE_2_BY_COLUMN", unique_key=("id",), compared=("state",), forward_only=True)
COUNTED = model("shop.n", "SELECT COUNT(*) AS n FROM shop.s", columns="n", fingerprint="n1")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.sql("CREATE TABLE raw.states AS SELECT 1 AS id, 'a' AS state")
    return bench


def states(query: str = "SELECT id, state FROM raw.states", more: str = "", kind: Kind = HISTORY) -> ModelVersion:
    return model("shop.s", query, kind, columns=f"id state {more} valid_from valid_to")


LOUD = states("SELECT id, UPPER(state) AS state, 7 AS size FROM raw.states", "size")


def history(bench: Bench, view: str = "shop.s") -> list[tuple[object, ...]]:
    return bench.sql(
        f"SELECT state, strftime(valid_from, '%m-%d'), strftime(valid_to, '%m-%d') FROM {view} ORDER BY ALL"
    )


def day(bench: Bench, number: int, state: str = "", name: str = "prod") -> None:
    if state:
        bench.sql(f"UPDATE raw.states SET state = '{state}'")
    commands.run(bench.engine, name, Call(now=NOW + number * DAY))


def test_a_change_keeps_the_history_and_the_new_logic_holds_from_the_next_run(bench: Bench) -> None:
    bench.apply(workspace(states()), now=NOW)
    day(bench, 1, "b")
    assert [s.action for s in bench.apply(workspace(LOUD), "dev", now=NOW + DAY).steps] == ["preview"]
    assert history(bench, "shop__dev.s") == [("B", "01-01", None)]
    plan = commands.promote(bench.engine, "dev", call=Call(now=NOW + DAY)).plan
    assert [step.action for step in plan.steps] == ["evolve"]
    assert history(bench) == [("a", "01-01", "01-06"), ("b", "01-06", None)]
    day(bench, 2)
    assert history(bench) == [("B", "01-07", None), ("a", "01-01", "01-06"), ("b", "01-06", "01-07")]
    assert bench.sql("SELECT size FROM shop.s ORDER BY valid_from") == [(None,), (None,), (7,)]


def test_a_change_upstream_does_not_begin_the_history_anew(bench: Bench) -> None:
    bench.apply(workspace(states(), COUNTED), now=NOW)
    day(bench, 1, "b")
    upstream = states("SELECT id, state FROM raw.states WHERE true")
    later = model("shop.n", COUNTED.query, columns="n", fingerprint="n2")
    steps = bench.apply(workspace(upstream, later), now=NOW + DAY).steps
    assert {step.model: step.action for step in steps} == {"shop.s": "evolve", "shop.n": "build"}
    assert bench.sql("SELECT n FROM shop.n") == [(2,)]


def test_another_key_is_refused(bench: Bench) -> None:
    bench.apply(workspace(states()), now=NOW)
    other = Kind("SCD_TYPE_2_BY_COLUMN", unique_key=("state",), compared=("id",), forward_only=True)
    with pytest.raises(Refused, match=r"shop\.s keeps history by another key.*forward_only false"):
        bench.apply(workspace(states(kind=other)), now=NOW)
    anew = Kind("SCD_TYPE_2_BY_COLUMN", unique_key=("state",), compared=("id",))
    assert [step.action for step in bench.apply(workspace(states(kind=anew)), now=NOW).steps] == ["build"]


def test_a_copy_that_missed_a_run_is_not_promoted(bench: Bench) -> None:
    """`dev` ran first and went on with a copy; `prod` then saw a state that the copy never did."""
    found = workspace(states(), COUNTED)
    bench.apply(found, now=NOW)
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    day(bench, 1, name="dev")
    day(bench, 1, "b")
    day(bench, 2, "c")
    day(bench, 2, name="dev")
    assert len(history(bench)) == 3 and len(history(bench, "shop__dev.s")) == 2
    with pytest.raises(Refused, match=r"shop\.s: the table is a copy, which has not seen all"):
        commands.promote(bench.engine, "dev", call=Call(now=NOW + 2 * DAY))
    bench.apply(found, "dev", now=NOW + 2 * DAY)
    assert len(history(bench, "shop__dev.s")) == 3
    assert bench.sql("SELECT n FROM shop__dev.n") == [(3,)], "what was counted in the copy is counted anew"
    commands.promote(bench.engine, "dev", call=Call(now=NOW + 2 * DAY))


def test_what_reads_a_history_is_not_shared_with_who_has_another(bench: Bench) -> None:
    """Two tables of one logic hold other rows, so a table that was computed from one does not stand beside the other."""
    anew = Kind("SCD_TYPE_2_BY_COLUMN", unique_key=("id",), compared=("state",))
    old, new = states(kind=anew), states("SELECT id, state || '' AS state FROM raw.states", kind=anew)
    bench.apply(workspace(old), now=NOW)
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    day(bench, 1, name="dev")
    day(bench, 1, "b", name="prod")
    again = model("shop.again", "SELECT n FROM shop.n", columns="n", fingerprint="again1")
    for version, name in ((old, "dev"), (old, "prod"), (new, "dev")):
        bench.apply(workspace(version, COUNTED, again), name, now=NOW + DAY)
        schema = "shop" if name == "prod" else "shop__dev"
        seen = bench.sql(f"SELECT COUNT(*) FROM {schema}.s")
        assert bench.sql(f"SELECT n FROM {schema}.n") == bench.sql(f"SELECT n FROM {schema}.again") == seen


def test_a_part_of_what_was_merged_by_key_is_not_merged_again(bench: Bench) -> None:
    """It would count twice what `when_matched` adds up, and leave keys that the new logic does not give."""
    bench.sql(
        "CREATE TABLE raw.facts AS SELECT DATE '2024-01-01' + CAST(range AS INTEGER) AS d, 1 AS id FROM range(30)"
    )
    kind = Kind(
        "INCREMENTAL_BY_UNIQUE_KEY",
        unique_key=("id",),
        forward_only=True,
        when_matched="WHEN MATCHED THEN UPDATE SET n = target.n + source.n",
    )
    window = "WHERE d BETWEEN __hw_var('start_date') AND __hw_var('end_date') GROUP BY id"
    one, two = (
        workspace(
            model(
                "shop.k", f"SELECT id, SUM({n}) AS n FROM raw.facts {window}", kind, columns="id n", start="2024-01-01"
            )
        )
        for n in (1, 2)
    )
    bench.apply(one, now=NOW)
    with pytest.raises(Refused, match=r"shop\.k is merged by key.*Leave out --effective-from"):
        bench.apply(two, now=NOW, effective_from="2024-01-03")
    assert [step.action for step in bench.apply(two, now=NOW).steps] == ["evolve"]
    day(bench, 1)
    assert bench.sql("SELECT n FROM shop.k") == [(6,)]


def test_a_model_that_comes_back_goes_on_with_its_history(bench: Bench) -> None:
    """Its table is there until it is collected; a new one would begin without what it has seen."""
    bench.apply(workspace(states()), now=NOW)
    day(bench, 1, "b")
    bench.apply(workspace(), now=NOW + DAY)
    bench.sql("UPDATE raw.states SET state = 'c'")
    steps = bench.apply(workspace(states()), now=NOW + 2 * DAY).steps
    assert [(step.action, step.reason) for step in steps] == [
        ("refresh", "an earlier build of the same logic: its history goes on")
    ]
    assert history(bench) == [("a", "01-01", "01-06"), ("b", "01-06", "01-07"), ("c", "01-07", None)]


# ---- another process writes between the plan and its first step


def meanwhile(doing: Callable[[], object]) -> Callable[[object], None]:
    """A listener that does it once, when the plan has been made and its first step is to begin."""
    waiting = [doing]

    def listener(_progress: object) -> None:
        while waiting:
            waiting.pop()()

    return listener


def added_up(bench: Bench, factor: int = 1) -> WorkspaceVersion:
    kind = Kind(
        "INCREMENTAL_BY_UNIQUE_KEY",
        unique_key=("id",),
        forward_only=True,
        when_matched="WHEN MATCHED THEN UPDATE SET n = target.n + source.n",
    )
    bench.sql(
        "CREATE OR REPLACE TABLE raw.facts AS SELECT DATE '2024-01-01' + CAST(range AS INTEGER) AS d, 1 AS id FROM range(30)"
    )
    window = "WHERE d BETWEEN __hw_var('start_date') AND __hw_var('end_date') GROUP BY id"
    query = f"SELECT id, SUM({factor}) AS n FROM raw.facts {window}"
    return workspace(model("shop.k", query, kind, columns="id n", start="2024-01-01"))


def test_a_copy_is_made_of_what_was_planned(bench: Bench) -> None:
    """`prod` merged one more day meanwhile: the copy would have it without knowing, and merge it again."""
    bench.apply(added_up(bench), now=NOW)
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    call = Call(now=NOW + DAY, listener=meanwhile(lambda: day(bench, 1)))
    with pytest.raises(Moved, match=r"the table of shop\.k was written by another process meanwhile"):
        commands.run(bench.engine, "dev", call)
    day(bench, 2, name="dev")
    assert bench.sql("SELECT n FROM shop__dev.k") == [(6,)]


def test_new_logic_holds_from_where_the_table_ends(bench: Bench) -> None:
    """A day that the old logic wrote meanwhile would be recorded as the new logic's."""
    bench.apply(added_up(bench), now=NOW)
    changed = added_up(bench, 2)
    with pytest.raises(Moved, match="written by another process"):
        bench.apply(changed, now=NOW, listener=meanwhile(lambda: day(bench, 1)))
    bench.apply(added_up(bench, 2), now=NOW + DAY)
    world = commands.read_world(bench.engine)
    snapshot = world.snapshot_of(world.environments["prod"], "shop.k")
    assert snapshot and snapshot.logic[-1].start == datetime(2024, 1, 6)
