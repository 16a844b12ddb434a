"""One function a command, the same for the editor and the terminal.

Each makes its plan from the state as it is, and carries it out only when `dry_run` is false.  `etag`: the environment's as the
caller saw it; if it has moved on since, the command is refused.  `listener` hears of progress, `cancel` stops it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from lsp_server.environments.building import Building
from lsp_server.environments.engines.base import Engine, Session
from lsp_server.environments.errors import EnvironmentProblem, Moved, NotFound, Refused, Wrong
from lsp_server.environments.faults import reached
from lsp_server.environments.moving import drop as drop_views
from lsp_server.environments.moving import move
from lsp_server.environments.ownership import foreign_readers
from lsp_server.environments.progress import Cancel, Listener, Meter, Progress, silent
from lsp_server.environments.state import State
from lsp_server.plan.forward import Wish
from lsp_server.plan.garbage import garbage, plan_gc
from lsp_server.plan.intervals import read_moment
from lsp_server.plan.moving import plan_create, plan_drop, plan_promote, plan_rollback
from lsp_server.plan.names import PROD, Relation
from lsp_server.plan.placing import plan_apply
from lsp_server.plan.running import plan_run
from lsp_server.plan.states import Environment, World
from lsp_server.plan.steps import Plan, absent
from lsp_server.plan.versions import WorkspaceVersion


class Call(msgspec.Struct, frozen=True):
    """What all commands take."""

    dry_run: bool = False
    etag: str | None = None
    """None: whatever it is."""
    now: datetime | None = None
    """The execution time (naive UTC)."""
    listener: Listener = silent
    cancel: Cancel | None = None
    forward_only: bool = False
    effective_from: str = ""
    allow_destructive: bool = False
    allow_stale: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What a command did, or would do."""

    plan: Plan
    environment: Environment | None = None
    """As it is afterwards; None after a dry run and where nothing moved."""
    warnings: tuple[str, ...] = ()

    @property
    def etag(self) -> str:
        """The environment's, after the command."""
        return self.environment.etag if self.environment else self.plan.etag


def clock() -> datetime:
    """Now, as plans count it."""
    return datetime.now(UTC).replace(tzinfo=None)


# ---- looking


def read_world(engine: Engine, cancel: Cancel | None = None) -> World:
    """What the state holds; nothing, where there is no database yet.  Writes nothing but a migration that is due."""
    if not engine.exists():
        return World()
    with engine.session(write=False, cancel=cancel) as session:
        state = State(session)
        if not state.outdated():
            return state.world()
    with engine.session(cancel=cancel) as session:
        state = State(session)
        state.prepare()
        return state.world()


def list_environments(engine: Engine) -> list[Environment]:
    """All environments: `prod` first, then by name."""
    environments = read_world(engine).environments.values()
    return sorted(environments, key=lambda e: (e.name != PROD, e.name))


def history(engine: Engine, name: str) -> list[Environment]:
    """All retained versions of an environment, the newest first."""
    world = read_world(engine)
    current = find(world, name)
    return [current, *reversed(world.history.get(name, ()))]


def find(world: World, name: str) -> Environment:
    """The environment, or `NotFound` with the names that there are."""
    if name not in world.environments:
        raise NotFound.of(absent(name, world.environments))
    return world.environments[name]


def check_lost(world: World, environment: Environment) -> None:
    """A problem when somebody else dropped a table that the environment shows."""
    for model in sorted(environment.models):
        snapshot = world.snapshot_of(environment, model)
        if snapshot is not None and snapshot.key in world.lost:
            raise EnvironmentProblem(
                f"the table of {model} in {environment.name} ({snapshot.relation}) was dropped by somebody else",
                f"headwater env apply {environment.name} builds it anew",
                model,
            )


# ---- changing


def plan(engine: Engine, version: WorkspaceVersion, name: str, call: Call | None = None) -> Outcome:
    """What `apply` would do."""
    return apply(engine, version, name, msgspec.structs.replace(call or Call(), dry_run=True))


def apply(engine: Engine, version: WorkspaceVersion, name: str, call: Call | None = None) -> Outcome:
    """Make the environment what the workspace says, creating it if need be."""
    call = call or Call()
    return _carry_out(engine, call, lambda world, wish: plan_apply(version, world, name, wish))


def run(engine: Engine, name: str, call: Call | None = None) -> Outcome:
    """Compute new intervals, and tables whose cron has ticked."""
    return _carry_out(engine, call or Call(), lambda world, wish: plan_run(world, name, wish))


def create(engine: Engine, name: str, source: str = PROD, call: Call | None = None) -> Outcome:
    """A mirror of `source`: views only, nothing is computed."""
    return _at_once(engine, call or Call(), lambda world, _wish: plan_create(world, name, source))


def promote(engine: Engine, name: str, target: str = PROD, call: Call | None = None) -> Outcome:
    """Point `target`'s views at this environment's snapshots; nothing is computed."""
    call = call or Call()
    return _at_once(engine, call, lambda world, wish: plan_promote(world, name, target, wish, call.allow_stale))


def rollback(engine: Engine, name: str, number: int | None = None, call: Call | None = None) -> Outcome:
    """Return an environment to its previous version, or to version `number`."""
    call = call or Call()
    return _at_once(engine, call, lambda world, _wish: plan_rollback(world, name, number, call.allow_stale))


def drop(engine: Engine, name: str, call: Call | None = None) -> Outcome:
    """Remove an environment's views; `prod` is refused."""
    call = call or Call()
    planned = _planned(engine, call, lambda world, _wish: plan_drop(world, name))
    if call.dry_run:
        return Outcome(planned)
    with engine.session(cancel=call.cancel, listener=call.listener) as session, session.transaction():
        state = State(session)
        began = state.begin("drop", name, call.now or clock())
        drop_views(session, planned, state.world(), call.now or clock())
        state.finish(began, call.now or clock(), "done")
    reached("drop: after commit")
    _tell(call, f"{name}: its views are gone")
    return Outcome(planned)


def gc(engine: Engine, call: Call | None = None, ttl: timedelta | None = None) -> Outcome:
    """List what nothing refers to any more and whose time is over; delete it unless it is a dry run."""
    call = call or Call(dry_run=True)
    if not engine.exists():
        return Outcome(Plan("gc", "", "", ()))
    now = call.now or clock()
    with engine.session(write=not call.dry_run, cancel=call.cancel, listener=call.listener) as session:
        state = State(session)
        if not state.exists():
            return Outcome(Plan("gc", "", "", ()))
        if call.dry_run:
            return Outcome(plan_gc(garbage(state.world(), state.replaced_at(), now, ttl)))
        with session.transaction():
            planned = _collect(session, state, now, ttl)
    reached("gc: after commit")
    _tell(call, "collected")
    return Outcome(planned)


def _collect(session: Session, state: State, now: datetime, ttl: timedelta | None) -> Plan:
    began = state.begin("gc", "", now)
    found = garbage(state.world(), state.replaced_at(), now, ttl)
    for name, number in found.past:
        state.drop_past(name, number)
    made = state.made()
    for snapshot in found.snapshots:
        if snapshot.relation.key in made:
            session.drop_table(snapshot.relation)
            state.forget(snapshot.relation)
        state.drop_snapshot(snapshot)
        state.drop_passes(snapshot.model, f"{snapshot.id}/")
        reached("gc: table dropped")
    state.drop_versions(found.versions)
    state.finish(began, now, "done")
    return plan_gc(found)


# ---- how a plan is carried out

Planning = Callable[[World, Wish], Plan]


def _wish(engine: Engine, call: Call) -> Wish:
    now = call.now or clock()
    try:
        read_moment(call.effective_from or "now", now)
    except ValueError as error:
        raise Wrong(f"effective from: {error}") from None
    return Wish(
        now=now,
        limit=engine.identifier_limit,
        forward_only=call.forward_only,
        effective_from=call.effective_from,
        allow_destructive=call.allow_destructive,
    )


def _planned(engine: Engine, call: Call, planning: Planning) -> Plan:
    """The plan for the state as it is; `Refused` and `Moved` where it cannot be carried out."""
    made = planning(read_world(engine, call.cancel), _wish(engine, call))
    return made if call.dry_run else _sound(made, call)


def _sound(made: Plan, call: Call) -> Plan:
    """The plan, if it can be carried out and its environment is as the caller saw it."""
    if made.refusals:
        first = made.refusals[0]
        raise Moved(first.message, first.way) if first.code == "moved" else Refused(made.refusals)
    if call.etag is not None and call.etag != made.etag:
        raise Moved(f"{made.environment} has moved on since you looked at it", "plan again to see what is new")
    return made


def _at_once(engine: Engine, call: Call, planning: Planning) -> Outcome:
    """A plan that computes nothing: made and carried out in one transaction."""
    if call.dry_run or not engine.exists():
        return Outcome(_planned(engine, call, planning))
    wish = _wish(engine, call)
    with engine.session(cancel=call.cancel, listener=call.listener) as session:
        state = State(session)
        state.prepare()
        named = _under_its_name(engine, state.world())
        if named is engine:
            readers = foreign_readers(session, state)
            with session.transaction():
                world = state.world()
                outcome = _transact(engine, session, _sound(planning(world, wish), call), world, wish, readers)
    if named is not engine:
        return _at_once(named, call, planning)
    if outcome.plan.writing:
        return _carry_out(engine, call, planning)
    reached("move: after commit")
    _tell(call, f"{outcome.plan.environment}: {'its views have moved' if outcome.plan.moves else 'nothing to move'}")
    return outcome


def _tell(call: Call, what: str) -> None:
    """The one step of what is done in one transaction is done."""
    call.listener(Progress(1, 1, what))


def _transact(
    engine: Engine, session: Session, made: Plan, world: World, wish: Wish, readers: frozenset[Relation]
) -> Outcome:
    """Inside a transaction: the move, if the plan computes nothing."""
    if made.writing:
        return Outcome(made)
    state = State(session)
    began = state.begin(made.operation, made.environment, wish.now)
    environment = world.environments.get(made.environment)
    if made.moves:
        environment = move(session, made, world, wish.now, engine.identifier_limit, readers)
    state.finish(began, wish.now, "done")
    return Outcome(made, environment)


def _carry_out(engine: Engine, call: Call, planning: Planning) -> Outcome:
    """A plan that computes: its tables one by one, then the move."""
    made = _planned(engine, call, planning)
    if call.dry_run:
        return Outcome(made)
    wish = _wish(engine, call)
    engine = _under_its_name(engine, World(versions=made.versions))
    world, began = _begin(engine, made, wish.now, call)
    try:
        meter = Meter(len(made.writing) + 1, call.listener)
        warnings = _build(engine, made, world, wish.now, call, meter)
        meter.say(f"{made.environment}: {'its views move' if made.moves else 'what was written is recorded'}")
        environment = _move(engine, made, began, wish, call)
        meter.finish(f"{made.environment}: {'its views have moved' if made.moves else 'recorded'}")
        return Outcome(made, environment, warnings)
    except EnvironmentProblem as error:
        _write_down(engine, began, wish.now, error)
        raise


def _under_its_name(engine: Engine, world: World) -> Engine:
    """Views whose queries name the database's catalog are made where it has that name."""
    catalogs = {version.catalog for version in world.versions.values() if version.catalog}
    return engine.named(catalogs.pop()) if len(catalogs) == 1 else engine


def _begin(engine: Engine, made: Plan, now: datetime, call: Call) -> tuple[World, str]:
    """The state is prepared, and the journal says what begins."""
    with engine.session(cancel=call.cancel, listener=call.listener) as session:
        state = State(session)
        state.prepare()
        with session.transaction():
            began = state.begin(made.operation, made.environment, now)
            if made.writing:
                state.put_versions(made.versions.values())
        reached("begin: after commit")
        return state.world(), began


def _build(engine: Engine, made: Plan, world: World, now: datetime, call: Call, meter: Meter) -> tuple[str, ...]:
    """Write what the plan writes, and audit what has no recorded pass; the audits that warned."""
    building = Building(engine, made, world, now, meter, call.cancel or Cancel())
    building.all()
    return tuple(warned.sentence for warned in building.warnings)


def _move(engine: Engine, made: Plan, began: str, wish: Wish, call: Call) -> Environment | None:
    """One transaction: nobody moved the environment meanwhile, its views move, its record moves, the journal says so."""
    with engine.session(cancel=call.cancel, listener=call.listener) as session:
        state = State(session)
        readers = foreign_readers(session, state)
        with session.transaction():
            _measure(session, state, made)
            world = state.world()
            environment = world.environments.get(made.environment)
            if made.moves:
                environment = move(session, made, world, wish.now, engine.identifier_limit, readers)
            elif environment is not None and environment.bases != made.bases:
                environment = msgspec.structs.replace(environment, bases=made.bases)
                state.put_environment(environment, None)
            state.finish(began, wish.now, "done")
        reached("move: after commit")
    return environment


def _measure(session: Session, state: State, made: Plan) -> None:
    """The sizes of the tables that were written, which the next plan shows (only now: they are on the disk)."""
    there = state.snapshots()
    written = [there[planned.key] for planned in made.tables if planned.key in there]
    state.put_snapshots([msgspec.structs.replace(one, bytes=session.size(one.relation)) for one in written])


def _write_down(engine: Engine, began: str, now: datetime, error: EnvironmentProblem) -> None:
    """The journal gets the outcome, where the database can still be written; the error itself matters more."""
    try:
        with engine.session() as session:
            State(session).finish(began, now, error.code, error.message)
    except EnvironmentProblem as second:
        error.add_note(f"The journal could not be written either: {second.message}")
