"""Plans as values: which table each model gets, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from lsp_server.cli.environments import show_outcome
from lsp_server.environments.commands import Outcome
from lsp_server.plan.definitions import definition_keys, reach
from lsp_server.plan.forward import Wish
from lsp_server.plan.garbage import garbage
from lsp_server.plan.moving import plan_promote, plan_rollback
from lsp_server.plan.names import Relation
from lsp_server.plan.placing import plan_apply
from lsp_server.plan.states import Environment, Placement, Snapshot, World
from lsp_server.plan.steps import Plan, plan_json
from lsp_server.plan.versions import Kind, ModelVersion, WorkspaceVersion, topological
from tests.versions import model, workspace

NOW = datetime(2024, 1, 5, 10)
DAY = timedelta(days=1)
A, A2, A3 = (model("s.a", f"SELECT {n} AS i", columns="i") for n in (1, 2, 3))
B = model("s.b", "SELECT i FROM s.a", columns="i", fingerprint="b1")
V = model("s.v", "SELECT i FROM s.a", "VIEW")


def snapshot(of: ModelVersion, **more: object) -> Snapshot:
    values = {"as_of": NOW.replace(hour=0), "executed_at": NOW, "created_at": NOW, "rows": 7, **more}
    relation = Relation("headwater__s", f"{of.table}_{of.fingerprint}")
    return Snapshot(of.name, of.fingerprint, of.fingerprint, relation, of.kind.name, of.identity, **values)  # type: ignore[arg-type]


def world(environments: dict[str, tuple[ModelVersion, ...]], extra: tuple[Snapshot, ...] = (), **more: object) -> World:
    found = {m.identity: m for models in environments.values() for m in models}
    snapshots = [snapshot(m) for m in found.values() if m.holds_data] + list(extra)
    placed = {
        name: Environment(
            name, 1, {m.name: Placement(m.identity, m.fingerprint if m.holds_data else "") for m in models}, at=NOW
        )
        for name, models in environments.items()
    }
    return World(placed, {s.key: s for s in snapshots}, found, **more)  # type: ignore[arg-type]


def actions(plan: Plan) -> dict[str, str]:
    return {step.model: step.action for step in plan.steps}


def apply(version: WorkspaceVersion, state: World, name: str = "prod", now: datetime = NOW) -> Plan:
    return plan_apply(version, state, name, Wish(now=now))


def test_order_is_upstream_first_and_a_cycle_comes_last() -> None:
    assert topological({"c": ("b",), "b": ("a",), "a": (), "x": ("y",), "y": ("x",)}) == ("a", "b", "c", "x", "y")


def test_the_same_data_is_shared_and_a_view_is_defined_anew() -> None:
    plan = apply(workspace(A2, B, V), world({"prod": (A, B, V)}), "dev")
    assert actions(plan) == {"s.a": "build", "s.b": "reuse", "s.v": "view"}
    reasons = {step.model: step.reason for step in plan.steps}
    assert reasons["s.b"] == "the same data as in prod"
    assert plan_json(plan)["summary"] == {"build": 1, "reuse": 1, "view": 1}


def test_an_unused_table_is_taken_only_while_it_is_as_fresh_as_the_rest() -> None:
    fresh, old = snapshot(A2), snapshot(A2, as_of=NOW - 3 * DAY)
    assert actions(apply(workspace(A2), world({"prod": (A,)}, (fresh,)))) == {"s.a": "reuse"}
    assert actions(apply(workspace(A2), world({"prod": (A,)}, (old,)))) == {"s.a": "build"}


def test_a_lost_table_and_a_preview_are_never_taken() -> None:
    state = world({"prod": (A,)}, lost=frozenset({("s.a", A.fingerprint)}))
    plan = apply(workspace(A), state)
    assert actions(plan) == {"s.a": "build"} and plan.steps[0].reason == "its table was dropped by somebody else"
    preview = snapshot(A2, preview=True)
    assert actions(apply(workspace(A2), world({"prod": (A,)}, (preview,)))) == {"s.a": "build"}


def test_refusals_come_before_anything_else_and_name_the_model() -> None:
    wrong = model("s.p", "SELECT 1 AS x", "INCREMENTAL_BY_PARTITION", cron="61 * * * *")
    lookup = model("s.i", "SELECT 1 AS x", Kind("INCREMENTAL_BY_TIME_RANGE"), start="soon")
    broken = model("s.z", "SELECT", problems=("there is no query",))
    plan = apply(workspace(wrong, lookup, broken), World(), "Bad name")
    assert not plan.steps
    assert {r.code for r in plan.refusals} == {"environment-name", "kind", "start", "broken-model"}


def test_a_removed_model_is_removed_and_its_reader_stops_it() -> None:
    assert actions(apply(workspace(A), world({"prod": (A, B)}))) == {"s.a": "reuse", "s.b": "remove"}
    assert apply(workspace(B), world({"prod": (A, B)})).refusals[0].code == "broken-contract"


def test_a_promotion_is_set_against_the_target_as_it_was() -> None:
    state = world({"prod": (A, B), "dev": (A2, B)})
    refused = plan_promote(state, "dev", "prod", Wish(now=NOW))
    assert refused.refusals[0].code == "moved"
    dev = state.environments["dev"]
    dev.bases["prod"] = state.environments["prod"].etag
    plan = plan_promote(state, "dev", "prod", Wish(now=NOW))
    assert not plan.refusals and not plan.writing and actions(plan) == {"s.a": "promote", "s.b": "keep"}


def test_applying_after_prod_moved_on_says_what_a_promotion_would_change_back() -> None:
    """As after a rollback, or when somebody else has promoted: applying accepts it, and must not do so in silence."""
    state = world({"prod": (A, B), "dev": (A2, B)})
    prod, dev = state.environments["prod"], state.environments["dev"]
    dev.bases["prod"] = prod.etag
    assert apply(workspace(A2, B), state, "dev").notes == ()
    moved = Environment("prod", 2, {**prod.models, "s.a": Placement(A3.identity, "t")}, action="rollback to version 1")
    after = World({"prod": moved, "dev": dev}, state.snapshots, {**state.versions, A3.identity: A3}, {"prod": (prod,)})
    assert apply(workspace(A2, B), after, "dev").notes == (
        "prod has moved on since dev was set against it (rollback to version 1): "
        "these files have s.a otherwise, and promoting dev would change that back",
    )
    assert apply(workspace(A3, B), after, "dev").notes == ()


def test_a_plan_that_is_refused_tells_nothing_of_readers() -> None:
    """What a broken model would show is not known: every column of its readers would look changed."""
    added = model("s.c", "SELECT 1 AS i", columns="i")
    assert [n.model for n in apply(workspace(A, B, added), world({"prod": (A, B)})).readers] == ["s.c"]
    broken = model("s.b", "SELECT x FROM s.a", columns="i", fingerprint="b2", problems=('There is no column "x".',))
    plan = apply(workspace(A, broken, added), world({"prod": (A, B)}))
    assert plan.readers == () and [r.code for r in plan.refusals] == ["broken-model"]


def test_a_table_that_is_shown_anew_is_listed_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is computed, and readers notice all the same: it is no "as it is"."""
    plan = apply(workspace(A2, B), world({"prod": (A, B), "dev": (A2, B)}))
    assert [step.model for step in plan.shown_anew] == ["s.a"] and not plan.changes
    show_outcome(Outcome(plan), "text")
    printed = capsys.readouterr().out
    assert "the same data as in dev" in printed
    assert "0 to do, 1 shown from tables that are there, 1 as it is" in printed


def test_a_table_that_is_rebuilt_for_its_order_names_who_needs_that() -> None:
    ordered = msgspec.structs.replace(A, fingerprint="with order")
    version = msgspec.structs.replace(workspace(ordered, B), order_readers={"s.a": ("s.b",)})
    (step,) = apply(version, world({"prod": (A, B)})).writing
    assert step.reason == "its text is the same, and s.b depends on the order of its rows"


def test_promotion_does_not_take_data_back_in_time() -> None:
    older = snapshot(A2, as_of=NOW - 2 * DAY)
    state = world({"prod": (A,), "dev": (A2,)}, (older,))
    state.environments["dev"].bases["prod"] = state.environments["prod"].etag
    assert plan_promote(state, "dev", "prod", Wish(now=NOW)).refusals[0].code == "stale"
    assert not plan_promote(state, "dev", "prod", Wish(now=NOW), allow_stale=True).refusals


def test_rolling_back_twice_goes_further_back() -> None:
    versions = [Environment("prod", n, {"s.a": Placement(A.identity, f"t{n}")}) for n in (1, 2, 3)]
    tables = {("s.a", f"t{n}"): snapshot(A) for n in (1, 2, 3)}
    state = World({"prod": versions[2]}, tables, {A.identity: A}, {"prod": (versions[0], versions[1])})
    first = plan_rollback(state, "prod")
    assert first.placements["s.a"].snapshot == "t2" and first.restored == 2
    back = Environment("prod", 4, first.placements, restored=2)
    state = World({"prod": back}, tables, {A.identity: A}, {"prod": tuple(versions)})
    assert plan_rollback(state, "prod").placements["s.a"].snapshot == "t1"


def test_garbage_is_what_neither_an_environment_nor_its_history_shows() -> None:
    unused, recent = snapshot(A2, unused_since=NOW - 8 * DAY), snapshot(B, unused_since=NOW - DAY)
    state = world({"prod": (A,)}, (unused, recent))
    found = garbage(state, {}, NOW)
    assert [s.key for s in found.snapshots] == [unused.key] and [s.key for s, _ in found.waiting] == [recent.key]
    kept = World(
        state.environments,
        state.snapshots,
        state.versions,
        {"prod": (Environment("prod", 0, {"s.a": Placement("", A2.fingerprint)}),)},
    )
    assert not garbage(kept, {("prod", 0): NOW}, NOW).snapshots
    assert garbage(kept, {("prod", 0): NOW - 8 * DAY}, NOW).past == (("prod", 0),)


def test_a_view_s_definition_follows_the_tables_below_it() -> None:
    over = model("s.w", "SELECT i FROM s.v", "VIEW")
    models = {m.name: m for m in (A, V, over)}
    assert reach(over, models).inlined == ("s.v",) and reach(over, models).tables == ("s.a",)
    one = definition_keys(models, {"s.a": Placement("", "t1")})
    two = definition_keys(models, {"s.a": Placement("", "t2")})
    assert one["s.w"] != two["s.w"] and one == definition_keys(models, {"s.a": Placement("x", "t1")})
