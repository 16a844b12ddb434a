"""The moment an environment moves: all its views and its record in one transaction, or nothing of it.

Views are defined anew over the snapshots of the placements; what was there and is not ours, or was changed since, stops it.
"""

from __future__ import annotations

from datetime import datetime
from getpass import getuser

import msgspec

from lsp_server.environments.building import check_unwritten
from lsp_server.environments.engines.base import Session
from lsp_server.environments.errors import BuildFailed, EnvironmentProblem, Moved
from lsp_server.environments.faults import reached
from lsp_server.environments.ownership import (
    drop_empty_schemas,
    own_schema,
    refuse_broken_readers,
    view_in_the_way,
    views_of,
)
from lsp_server.environments.rendering import Scene, query_of, statement_of, variables_for
from lsp_server.environments.state import Made, State
from lsp_server.plan.definitions import definition_key, reach
from lsp_server.plan.names import Relation, virtual_view
from lsp_server.plan.states import Environment, Snapshot, World, referred
from lsp_server.plan.steps import EVOLVE, Plan
from lsp_server.plan.versions import ModelVersion, digest


def move(
    session: Session, plan: Plan, world: World, now: datetime, limit: int, readers: frozenset[Relation]
) -> Environment:
    """Take the environment to the plan's placements, inside a transaction that the caller opened.

    `world` is what the state holds now, in this transaction; the plan may be older, which its etag tells.
    `readers` are views of others that resolved before it (asked then: a failing statement ends a transaction).
    """
    state = State(session)
    current = world.environments.get(plan.environment)
    check_etag(plan, current, world)
    check_tables(session, plan, world)
    state.put_versions(plan.versions.values())
    after = Environment(
        name=plan.environment,
        number=(current.number if current else last_number(world, plan.environment)) + 1,
        models=plan.placements,
        bases=plan.bases,
        action=plan.operation
        + (f" {'to' if plan.operation == 'rollback' else 'from'} {plan.source}" if plan.source else ""),
        at=now,
        by=_whoever(),
        restored=plan.restored,
    )
    evolved = _evolve(session, state, plan)
    world = msgspec.structs.replace(world, snapshots={**world.snapshots, **evolved})
    define_views(session, state, plan, world, now, limit)
    refuse_broken_readers(session, readers)
    reached("move: views defined")
    state.put_environment(after, current)
    _tell_source(state, plan, world, after)
    _mark_unused(state, world, plan, after, now)
    reached("move: before commit")
    return after


def last_number(world: World, name: str) -> int:
    """Numbers go on after an environment was dropped and made again with its history kept."""
    return max((past.number for past in world.history.get(name, ())), default=0)


def check_etag(plan: Plan, current: Environment | None, world: World) -> None:
    """Compare and set."""
    found = current.etag if current else ""
    if found == plan.etag:
        return
    if current is None:
        raise Moved(f"environment {plan.environment} was dropped meanwhile", "plan again")
    past = next((e for e in world.history.get(plan.environment, ()) if e.etag == plan.etag), None)
    models = sorted(
        name
        for name in {*current.models, *(past.models if past else {})}
        if past is None or past.models.get(name) != current.models.get(name)
    )
    shown = ", ".join(models[:5]) + (f" and {len(models) - 5} more" if len(models) > 5 else "")
    raise Moved(
        f"{plan.environment} has moved on since this was planned ({current.action} by {current.by}: {shown})",
        "plan again to take that in",
    )


def check_tables(session: Session, plan: Plan, world: World) -> None:
    """Every table that the views will name is there."""
    catalog = session.catalog()
    for model, placement in sorted(plan.placements.items()):
        snapshot = world.snapshots.get((model, placement.snapshot))
        if not placement.snapshot or (snapshot is not None and snapshot.relation.key in catalog):
            continue
        if snapshot is None:
            raise Moved(f"the table of {model} was collected meanwhile", "plan again")
        raise EnvironmentProblem(
            f"the table of {model} ({snapshot.relation}) was dropped by somebody else",
            "headwater env apply builds it anew",
            model,
        )


def define_views(session: Session, state: State, plan: Plan, world: World, now: datetime, limit: int) -> None:
    """The environment's views as the placements have them; views of models that are gone are dropped.

    A view that shows what it showed is left alone; what another environment shows already has its query ready.
    """
    name = plan.environment
    versions = {**world.versions, **plan.versions}
    models = {model: versions[p.version] for model, p in plan.placements.items()}
    scene = Scene(models, plan.placements, world.snapshots)
    wanted = {model: virtual_view(version, name, limit) for model, version in models.items() if _shows(version)}
    for schema in sorted({relation.schema for relation in wanted.values()}):
        own_schema(session, state, schema, name)
    catalog, made = session.catalog(), state.made()
    known = {item.key: item.query for item in made.values() if item.key}
    views: list[Made] = []
    for model, relation in sorted(wanted.items()):
        view_in_the_way(relation, name, catalog, made)
        key = view_key(models[model], scene)
        before = made.get(relation.key)
        if before is not None and before.key == key and relation.key in catalog:
            views.append(before)
            continue
        query = known.get(key) or _view_query(session, models[model], scene, now)
        _create(session, model, relation, query)
        views.append(Made("view", relation, name, "", key, query))
    _drop_others(session, state, name, {relation.key for relation in wanted.values()})
    _remember(session, state, name, views)
    _after_views(session, scene, wanted, now)


def _shows(version: ModelVersion) -> bool:
    return version.holds_data or version.kind.name == "VIEW"


def view_key(model: ModelVersion, scene: Scene) -> str:
    """What a view shows: the same key, the same query."""
    snapshot = scene.snapshot(model.name)
    if snapshot is not None:
        return digest("table", str(snapshot.relation), *_columns(model, snapshot))
    parts = []
    for name in sorted(reach(model, scene.models).tables):
        table = scene.snapshot(name)
        if table is not None and table.logic:
            # One table, widened in place: an environment that was there before still shows its narrower version.
            parts += [table.identity, *_columns(scene.models[name], table)]
    return digest(definition_key(model, scene.models, scene.placements), *parts)


def _columns(model: ModelVersion, snapshot: Snapshot) -> list[str]:
    if snapshot.logic and model.complete:
        return list(model.column_names)
    return [column.name for column in snapshot.columns]


def _view_query(session: Session, model: ModelVersion, scene: Scene, now: datetime) -> str:
    """A view's body, its columns named one by one in their order."""
    snapshot = scene.snapshot(model.name)
    if snapshot is not None:
        return f"SELECT {session.quoted(_columns(model, snapshot))} FROM {session.name(snapshot.relation)}"
    try:
        query = query_of(model, scene, session, variables_for(session, now))
        columns = [column.name for column in session.describe(query)]
    except BuildFailed as error:
        raise _failed(model.name, error) from error
    return f"SELECT {session.quoted(columns)} FROM ({query}\n) AS _view"


def _create(session: Session, model: str, relation: Relation, query: str) -> None:
    try:
        session.create_view(relation, query)
    except BuildFailed as error:
        raise _failed(model, error) from error


def _failed(model: str, error: BuildFailed) -> BuildFailed:
    message = error.message if error.message.startswith(f"{model}:") else f"{model}: {error.message}"
    return BuildFailed(message, "mend the model; no view was moved", model)


def _drop_others(session: Session, state: State, name: str, keep: set[tuple[str, str]]) -> None:
    catalog, made = session.catalog(), state.made()
    for item in views_of(name, made):
        if item.relation.key in keep:
            continue
        view_in_the_way(item.relation, name, catalog, made)
        session.drop_view(item.relation)
        state.forget(item.relation)
    drop_empty_schemas(session, state, name)


def _remember(session: Session, state: State, name: str, views: list[Made]) -> None:
    """What the catalog now says of our views: another text later means that somebody changed one."""
    catalog = session.catalog()
    state.put_views(
        name, [msgspec.structs.replace(view, definition=catalog[view.relation.key].definition) for view in views]
    )


def _after_views(session: Session, scene: Scene, wanted: dict[str, Relation], now: datetime) -> None:
    for name, relation in sorted(wanted.items()):
        model = scene.models[name]
        for statement in model.on_view:
            session.run_foreign(
                statement_of(model, statement, scene, session, variables_for(session, now, None, relation), relation)
            )


def _evolve(session: Session, state: State, plan: Plan) -> dict[tuple[str, str], Snapshot]:
    """Tables that stay get the logic that holds from now on."""
    evolved: dict[tuple[str, str], Snapshot] = {}
    logics = {(step.model, step.snapshot): step.logic for step in plan.steps if step.action == EVOLVE}
    for snapshot in plan.tables:
        if snapshot.key in logics:
            check_unwritten(state, snapshot)
            current = state.snapshot(*snapshot.key) or snapshot
            columns = session.columns(snapshot.relation)
            new = msgspec.structs.replace(
                current, logic=logics[snapshot.key], version=snapshot.version, columns=columns, partial=None
            )
            state.put_snapshot(new)
            evolved[new.key] = new
    return evolved


def _tell_source(state: State, plan: Plan, world: World, after: Environment) -> None:
    """What was promoted is set against what it has become."""
    source = world.environments.get(plan.source)
    if plan.operation == "promote" and source is not None:
        bases = {**source.bases, after.name: after.etag}
        state.put_environment(msgspec.structs.replace(source, bases=bases), None)


def _mark_unused(state: State, world: World, plan: Plan, after: Environment | None, now: datetime) -> None:
    """From when on nothing shows a snapshot: its time-to-live begins."""
    others = [e for e in world.environments.values() if e.name != plan.environment]
    before = referred(world.environments.values())
    used = referred([*others, after] if after else others)
    changed = before ^ used
    there = state.snapshots() if changed else {}
    state.put_snapshots(
        [
            msgspec.structs.replace(there[key], unused_since=None if key in used else now)
            for key in sorted(changed & there.keys())
        ]
    )


def drop(session: Session, plan: Plan, world: World, now: datetime) -> None:
    """Remove an environment: its views, its record; its tables stay until they are collected."""
    state = State(session)
    check_etag(plan, world.environments.get(plan.environment), world)
    _drop_others(session, state, plan.environment, set())
    state.drop_environment(plan.environment)
    _mark_unused(state, world, plan, None, now)
    reached("drop: before commit")


def _whoever() -> str:
    try:
        return getuser()
    except (OSError, KeyError):  # no user database entry, as in some containers
        return "unknown"
