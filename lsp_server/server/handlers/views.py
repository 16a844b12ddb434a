"""What the views of an extension ask for: environments, plans, rows, comparisons.  All on the database lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from lsprotocol import types

from lsp_server.environments import commands, comparing, previewing
from lsp_server.environments.commands import Call
from lsp_server.environments.comparing import ModelDiff
from lsp_server.environments.engines.base import Engine
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.progress import Cancel
from lsp_server.environments.site import engine_of
from lsp_server.graph import queries
from lsp_server.plan.names import PROD
from lsp_server.plan.states import World as State
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.server import protocol, uris
from lsp_server.server.dispatch import Refused, Token
from lsp_server.server.handlers.environments import summary
from lsp_server.server.projects import Project
from lsp_server.server.session import Session
from lsp_server.server.versions import Asked, awaited
from lsp_server.server.world import World
from lsp_server.syntax.execution import RenderError, cte_query
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query

T = TypeVar("T")


def _said(work: Callable[[], T]) -> T:
    """Problems of environments are answers, not crashes."""
    try:
        return work()
    except EnvironmentProblem as problem:
        raise Refused(str(problem)) from problem


def _project(world: World, workspace: str) -> Project:
    found = _named(world, workspace)
    found.settle(lambda: False)
    return found


def _named(world: World, workspace: str) -> Project:
    found = world.projects_named(workspace)
    if not found:
        raise Refused(f"there is no open workspace {workspace}" if workspace else "no workspace is open")
    return found[0]


# -- environments and plans


def environments(session: Session, params: protocol.WorkspaceParams, _: Token) -> protocol.Environments:
    """All environments of a project, and how they stand to the files and to `prod`."""
    project, version = _for_environments(session, params.workspace)
    root = uris.to_uri(project.root)
    try:
        engine = engine_of(project.workspace.config, project.workspace.root)
        state: State = session.on_database(lambda: commands.read_world(engine)).result()
    except EnvironmentProblem as problem:
        return protocol.Environments(workspace=root, environments=[], problem=str(problem))
    names = sorted(state.environments, key=lambda name: (name != PROD, name))
    return protocol.Environments(workspace=root, environments=[_environment(state, name, version) for name in names])


def _for_environments(session: Session, workspace: str) -> tuple[Project, WorkspaceVersion]:
    def ask(world: World) -> tuple[Project, Asked]:
        project = _named(world, workspace)
        return project, project.versions.ask()

    project, asked = session.on_analysis(ask).result()
    return project, awaited(session, project.versions, asked)


def _environment(state: State, name: str, version: WorkspaceVersion) -> protocol.Environment:
    found = state.environments[name]
    models, prod = state.models_of(found), state.environments.get(PROD)
    shown = prod.models if prod is not None else {}
    differs = sorted(m for m in {*found.models, *shown} if found.models.get(m) != shown.get(m)) if name != PROD else []
    prints = {model: made.fingerprint for model, made in models.items()}
    current = prints == {model: made.fingerprint for model, made in version.models.items()}
    return protocol.Environment(
        name=name,
        etag=found.etag,
        updated=found.at.isoformat(),
        models=len(found.models),
        differs=differs,
        state="current" if current else "behind",
    )


def plan(session: Session, params: protocol.PlanParams, _: Token) -> protocol.Plan:
    """What `apply` or `promote` would do."""
    project, version = _for_environments(session, params.workspace)

    def look() -> commands.Outcome:
        engine = engine_of(project.workspace.config, project.workspace.root)
        call = Call(dry_run=True)
        if params.command == "promote":
            return commands.promote(engine, params.name, params.to, call)
        return commands.apply(engine, version, params.name, call)

    made = _said(lambda: session.on_database(look).result()).plan
    impact = project.impact
    categories = {name: found.category for name, found in impact.models.items()} if impact is not None else {}
    paths = {name: model.path for name, model in version.models.items() if model.path}
    steps = [
        protocol.PlanStep(
            model=step.model,
            action=step.action,
            reason=step.reason,
            category=categories.get(step.model, ""),
            uri=uris.to_uri(project.absolute(paths[step.model])) if step.model in paths else "",
        )
        for step in made.steps
    ]
    return protocol.Plan(
        workspace=uris.to_uri(project.root),
        environment=made.environment,
        etag=made.etag,
        steps=steps,
        summary=summary(made),
        refused=[refusal.message for refusal in made.refusals],
    )


# -- rows


class _Wanted(msgspec.Struct, frozen=True):
    """What to look at, as values."""

    engine: Engine
    project: Project
    asked: Asked
    query: str
    dialect: str
    upstreams: tuple[str, ...]


def preview(session: Session, params: protocol.PreviewParams, token: Token) -> protocol.Data:
    """Rows of a model, a CTE or a selection, with unsaved edits; nothing is stored."""
    if not session.settings.trusted:
        raise Refused("this workspace is not trusted: nothing runs its SQL")
    wanted = session.on_analysis(lambda world: _said(lambda: _wanted(world, params))).result()
    version = awaited(session, wanted.project.versions, wanted.asked)
    cancel = Cancel()
    token.on_cancel(cancel.cancel)
    limit = max(1, min(params.limit, 10_000))

    def work() -> previewing.Look:
        return previewing.preview(
            wanted.engine,
            version,
            params.environment,
            wanted.query,
            wanted.dialect,
            wanted.upstreams,
            limit,
            cancel,
        )

    look = _said(lambda: session.on_database(work).result())
    return protocol.Data(
        columns=[protocol.DataColumn(name=column.name, type=column.type) for column in look.columns],
        rows=look.rows,
        truncated=look.truncated,
        sql=look.sql,
        milliseconds=look.milliseconds,
    )


def _wanted(world: World, params: protocol.PreviewParams) -> _Wanted:
    place = world.whole(params.text_document.uri) if params.text_document is not None else None
    project = place.project if place is not None else _project(world, params.workspace)
    project.settle(lambda: False)
    graph = project.graph
    name = params.model or next((model.name for model in graph.models_in(place.path)), "") if place else params.model
    model = graph.model(name)
    if model is None:
        raise Refused(f"there is no model {name}" if name else "this file defines no model")
    engine = engine_of(project.workspace.config, project.workspace.root)
    context = queries.context(graph.engine, model)
    if place is not None and params.start is not None and params.end is not None:
        span = place.ruler.span(types.Range(_position(params.start), _position(params.end)))
        text = (graph.text(place.path) or "")[span.start : span.end]
        query = _text(parse_query(read_model(text, model.dialect), context))
        if not query.strip():
            raise Refused("the selection is no query")
        return _Wanted(engine, project, project.versions.ask(), query, model.dialect, tuple(graph.upstreams(name)))
    if params.cte:
        parsed = graph.get(queries.parsed, name)
        try:
            query = cte_query(_text(parsed), model.dialect, params.cte)
        except RenderError as error:
            raise Refused(str(error)) from error
        return _Wanted(engine, project, project.versions.ask(), query, model.dialect, tuple(graph.upstreams(name)))
    query = "SELECT * FROM " + ".".join(f'"{part}"' for part in name.split("."))
    return _Wanted(engine, project, project.versions.ask(), query, "duckdb", (name,))


def _position(at: protocol.Position) -> types.Position:
    return types.Position(at.line, at.character)


def _text(parsed: ParsedQuery | None) -> str:
    return parsed.text[slice(*parsed.extent)] if parsed is not None and parsed.tree is not None else ""


# -- comparisons


def compare(session: Session, params: protocol.CompareParams, _: Token) -> protocol.Comparison:
    """One model in two environments: rows by key, differences by column, samples."""
    project = session.on_analysis(lambda world: _project(world, params.workspace)).result()

    def work() -> comparing.Diff:
        engine = engine_of(project.workspace.config, project.workspace.root)
        return comparing.diff(engine, params.to, params.from_, max(0, min(params.limit, 200)))

    found = _said(lambda: session.on_database(work).result())
    one = next((each for each in found.models if each.model == params.model), None)
    if one is None:
        return _same(params)
    return _comparison(one)


def _same(params: protocol.CompareParams) -> protocol.Comparison:
    note = f"{params.model} is the same table in {params.from_} and {params.to}"
    return protocol.Comparison(
        model=params.model, key=[], rows_from=0, rows_to=0, only_from=0, only_to=0, changed=0, note=note
    )


def _comparison(one: ModelDiff) -> protocol.Comparison:
    rows = one.rows
    differing: dict[str, list[list[object]]] = {}
    for sample in one.samples:
        if sample.before is None or sample.after is None or rows is None:
            continue
        key: list[object] = [sample.after.get(name) for name in rows.key]
        for column in sample.after:
            old, new = sample.before.get(column), sample.after.get(column)
            if old != new:
                differing.setdefault(column, []).append([*key, old, new])
    return protocol.Comparison(
        model=one.model,
        key=list(rows.key) if rows is not None else [],
        rows_from=rows.before if rows is not None else 0,
        rows_to=rows.after if rows is not None else 0,
        only_from=rows.removed if rows is not None else 0,
        only_to=rows.added if rows is not None else 0,
        changed=(rows.changed or 0) if rows is not None else 0,
        added_columns=list(one.added),
        removed_columns=list(one.removed),
        columns=[
            protocol.ColumnDifference(column=name, rows=count, samples=differing.get(name, []))
            for name, count in (rows.by_column if rows is not None else {}).items()
        ],
        note=one.reason or one.change,
    )
