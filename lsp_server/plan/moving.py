"""Plans that compute nothing: create, promote, rollback, drop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lsp_server.plan import forward
from lsp_server.plan.contracts import broken_reads, orphaned_readers
from lsp_server.plan.definitions import definition_keys
from lsp_server.plan.intervals import covers
from lsp_server.plan.names import PROD, environment_problem
from lsp_server.plan.notices import notices
from lsp_server.plan.outside import altered_views
from lsp_server.plan.reasons import names, why
from lsp_server.plan.states import Environment, Placement, Snapshot, World
from lsp_server.plan.steps import (
    EVOLVE,
    KEEP,
    PROMOTE,
    REMOVE,
    REUSE,
    VIEW,
    Plan,
    Refusal,
    Step,
    absent,
    step_on,
)
from lsp_server.plan.versions import HISTORY_KINDS, ModelVersion, topological

_OR_ALLOW = "brings it up to date, or allow it with --allow-stale"


def plan_create(world: World, name: str, source: str) -> Plan:
    """A mirror of `source`: views only."""
    refusals: list[Refusal] = []
    if problem := environment_problem(name):
        refusals.append(Refusal("environment-name", problem))
    if name in world.environments:
        refusals.append(
            Refusal("exists", f"environment {name} exists", way=f"headwater env apply {name} brings it up to date")
        )
    origin = world.environments.get(source)
    if origin is None:
        refusals.append(absent(source, world.environments))
        return Plan("create", name, "", (), refusals=tuple(refusals))
    return Plan(
        "create",
        name,
        "",
        tuple(_mirrored(world, origin)),
        placements=dict(origin.models),
        bases=_bases_from(world, origin),
        refusals=tuple(refusals),
        source=source,
        source_etag=origin.etag,
    )


def _mirrored(world: World, origin: Environment) -> Iterable[Step]:
    for name, model in sorted(world.models_of(origin).items()):
        snapshot = world.snapshot_of(origin, name)
        if snapshot is not None:
            yield step_on(snapshot, REUSE, f"the table of {origin.name}")
        elif model.kind.name == "VIEW":
            yield Step(name, VIEW, f"a view over the tables of {origin.name}")


def _bases_from(world: World, origin: Environment) -> dict[str, str]:
    """A mirror of `prod` is set against everything as it is; a mirror of another environment, against what that one was."""
    if origin.name == PROD:
        return {e.name: e.etag for e in world.environments.values()}
    return {**origin.bases, origin.name: origin.etag}


def _bases_of_promoted(world: World, origin: Environment, goal: Environment | None) -> dict[str, str]:
    """What is promoted knows of others what it knew before, whatever the target knew that it replaces.

    Where it was set against the target as it is, it was set against whoever shows the same.
    """
    bases = _bases_from(world, origin)
    if goal is None:
        return bases
    if origin.bases.get(goal.name) == goal.etag:
        bases |= {e.name: e.etag for e in world.environments.values() if e.models == goal.models}
    return {name: etag for name, etag in bases.items() if name != goal.name}


def plan_promote(world: World, source: str, target: str, options: forward.Wish, allow_stale: bool = False) -> Plan:
    """Point `target`'s views at `source`'s snapshots."""
    origin, goal = world.environments.get(source), world.environments.get(target)
    refusals = _promotion_refused(world, source, target)
    if refusals or origin is None:
        return Plan("promote", target, goal.etag if goal else "", (), refusals=tuple(refusals), source=source)
    placements, evolving, tables, found = _promoted(world, origin, target, options)
    refusals += found
    before = world.models_of(goal) if goal else {}
    after = {name: world.versions[p.version] for name, p in placements.items()}
    refusals += [*altered_views(world, target), *broken_reads(after), *orphaned_readers(before, after)]
    if goal and not allow_stale:
        refusals += stale(world, goal.models, placements, f"headwater env run {source} {_OR_ALLOW}")
    steps = [*evolving, *moves(world, goal, placements, source, {step.model for step in evolving})]
    return Plan(
        "promote",
        target,
        goal.etag if goal else "",
        tuple(steps),
        placements=placements,
        tables=tuple(tables),
        bases=_bases_of_promoted(world, origin, goal),
        refusals=tuple(refusals),
        readers=notices(before, after),
        source=source,
        source_etag=origin.etag,
        moves=goal is None or goal.models != placements,
    )


def _promotion_refused(world: World, source: str, target: str) -> list[Refusal]:
    if problem := environment_problem(target):
        return [Refusal("environment-name", problem)]
    if source == target:
        return [Refusal("usage", f"{source} cannot be promoted into itself")]
    if source not in world.environments:
        return [absent(source, world.environments)]
    goal, origin = world.environments.get(target), world.environments[source]
    if goal is None or origin.bases.get(target) == goal.etag or goal.models == origin.models:
        return []
    moved = moved_models(world, goal, origin.bases.get(target, ""))
    if moved == []:
        return []
    what = f": {names(moved)}" if moved else ""
    return [
        Refusal(
            "moved",
            f"{target} has moved on since {source} was set against it{what}",
            way=f"take those changes into the workspace, then headwater env apply {source}, and promote again",
        )
    ]


def moved_models(world: World, goal: Environment, base_etag: str) -> list[str] | None:
    """Models that stand elsewhere in `goal` than when its etag was `base_etag`; None if that version is not retained."""
    past = next((e for e in world.history.get(goal.name, ()) if e.etag == base_etag), None)
    if past is None:
        return None
    return sorted(n for n in {*past.models, *goal.models} if past.models.get(n) != goal.models.get(n))


def _promoted(
    world: World, origin: Environment, target: str, options: forward.Wish
) -> tuple[dict[str, Placement], list[Step], list[Snapshot], list[Refusal]]:
    """The placements to take over; previews give way to the target's own table, with the new logic from now on."""
    placements = dict(origin.models)
    steps: list[Step] = []
    tables: list[Snapshot] = []
    refusals: list[Refusal] = []
    models = world.models_of(origin)
    previewed: dict[str, str] = {}
    for name in topological({n: m.upstreams for n, m in models.items()}):
        snapshot = world.snapshot_of(origin, name)
        tainted = next((previewed[up] for up in models[name].upstreams if up in previewed), "")
        if snapshot is not None and snapshot.preview:
            previewed[name] = name
            placed = _take_forward(world, models[name], snapshot, target, options)
            if isinstance(placed, Refusal):
                refusals.append(placed)
            else:
                placements[name] = Placement(models[name].identity, placed[0].id)
                tables.append(placed[0])
                steps.append(placed[1])
        elif tainted:
            previewed[name] = tainted
            if snapshot is not None:
                refusals.append(_from_preview(name, tainted, target))
    return placements, steps, tables, refusals


def _take_forward(
    world: World, model: ModelVersion, preview: Snapshot, target: str, options: forward.Wish
) -> tuple[Snapshot, Step] | Refusal:
    goal = world.environments.get(target)
    base = world.snapshot_of(goal, model.name) if goal else None
    if target != PROD or base is None:
        return Refusal(
            "preview",
            f"{model.name} is a preview in this environment, and a preview is never promoted",
            model.name,
            f"headwater env apply {target}",
        )
    placed = forward.place(model, preview.fingerprint, base, PROD, world, options)
    if not isinstance(placed, Refusal) and placed[1].action not in (EVOLVE, REUSE):
        return Refusal(
            "preview",
            f"{model.name} computes old intervals anew, which a promotion does not do",
            model.name,
            f"headwater env apply {target}",
        )
    return placed


def _from_preview(name: str, preview: str, target: str) -> Refusal:
    return Refusal(
        "preview",
        f"{name} was built from the preview of {preview}, which is never promoted",
        name,
        f"headwater env apply {target} builds it from the real table",
    )


def stale(world: World, before: Mapping[str, Placement], after: Mapping[str, Placement], way: str) -> list[Refusal]:
    """Models whose data would go back in time: intervals missing, or an older refresh than what is replaced."""
    refusals: list[Refusal] = []
    for name in sorted(set(before) & set(after)):
        old = world.snapshots.get((name, before[name].snapshot))
        new = world.snapshots.get((name, after[name].snapshot))
        if old is None or new is None or old.id == new.id or old.kind != new.kind or new.kind == "SEED":
            continue
        helps = way
        if old.intervals and not covers(new.intervals, old.intervals):
            what = "lacks intervals that the one in use has"
        elif old.kind in HISTORY_KINDS and old.identity == new.identity:
            what = "is a copy, which has not seen all that the one in use has"
            helps = f"applying its files again {_OR_ALLOW}"
        elif new.as_of < old.as_of:
            what = f"has data as of {new.as_of:%Y-%m-%d %H:%M}, the one in use as of {old.as_of:%Y-%m-%d %H:%M}"
        else:
            continue
        refusals.append(
            Refusal(
                "stale",
                f"{name}: the table {what}",
                name,
                helps,
            )
        )
    return refusals


def moves(
    world: World, goal: Environment | None, placements: Mapping[str, Placement], source: str, done: set[str]
) -> list[Step]:
    """One step for each model: what readers of `goal` will notice."""
    models = {name: world.versions[p.version] for name, p in placements.items()}
    before = definition_keys(world.models_of(goal), goal.models) if goal else {}
    after = definition_keys(models, placements)
    steps: list[Step] = []
    for name, model in sorted(models.items()):
        if name in done or not (model.holds_data or model.kind.name == "VIEW"):
            continue
        steps.append(_move(world, goal, model, placements[name], source, before.get(name) == after.get(name)))
    gone = sorted(set(goal.models) - set(models)) if goal else []
    return steps + [Step(name, REMOVE, f"not in {source}") for name in gone]


def _move(
    world: World, goal: Environment | None, model: ModelVersion, placement: Placement, source: str, same: bool
) -> Step:
    old = world.version_of(goal, model.name) if goal else None
    snapshot = world.snapshots.get((model.name, placement.snapshot))
    if snapshot is None:
        if old is not None and same:
            return Step(model.name, KEEP, "a view, the same over the same tables")
        return Step(
            model.name, VIEW, "new view" if old is None else "a view, defined anew over the tables it now stands on"
        )
    if goal and goal.models.get(model.name, Placement("")).snapshot == snapshot.id:
        return step_on(snapshot, KEEP, "the same table")
    return step_on(snapshot, PROMOTE, f"{why(old, model, [])}: the table that {source} has")


def plan_rollback(world: World, name: str, number: int | None = None, allow_stale: bool = False) -> Plan:
    """Back to the version before (before the one that a former rollback brought back), or to version `number`."""
    environment = world.environments.get(name)
    if environment is None:
        return Plan("rollback", name, "", (), refusals=(absent(name, world.environments),))
    past = _version_to_return_to(world, environment, number)
    if past is None:
        wanted = f"version {number}" if number is not None else "earlier version"
        refusal = Refusal(
            "not-found",
            f"{name} has no {wanted} to return to",
            way=f"headwater env history {name} lists them, and --version names one",
        )
        return Plan("rollback", name, environment.etag, (), refusals=(refusal,))
    refusals = [*altered_views(world, name), *_rollback_refused(world, environment, past)]
    if refusals:
        return Plan("rollback", name, environment.etag, (), refusals=tuple(refusals))
    before, after = world.models_of(environment), world.models_of(past)
    refusals += [*broken_reads(after), *orphaned_readers(before, after)]
    if not allow_stale:
        way = f"go back all the same with --allow-stale; headwater env run {name} then brings it up to date"
        refusals += stale(world, environment.models, past.models, way)
    steps = moves(world, environment, past.models, f"version {past.number}", set()) if not refusals else []
    return Plan(
        "rollback",
        name,
        environment.etag,
        tuple(steps),
        placements=dict(past.models),
        bases=dict(past.bases),  # it knows of the others what it knew then
        refusals=tuple(refusals),
        readers=notices(before, after),
        source=f"version {past.number}",
        restored=past.restored or past.number,
    )


def _version_to_return_to(world: World, environment: Environment, number: int | None) -> Environment | None:
    history = world.history.get(environment.name, ())
    if number is not None:
        return next((e for e in history if e.number == number), None)
    limit = environment.restored or environment.number
    earlier = [e for e in history if e.number < limit and e.models != environment.models]
    return max(earlier, key=lambda e: e.number, default=None)


def _rollback_refused(world: World, environment: Environment, past: Environment) -> list[Refusal]:
    refusals: list[Refusal] = []
    for name, placement in sorted(past.models.items()):
        if not placement.snapshot:
            continue
        key = (name, placement.snapshot)
        snapshot = world.snapshots.get(key)
        if snapshot is None or key in world.lost or placement.version not in world.versions:
            refusals.append(
                Refusal(
                    "lost", f"the table of {name} in version {past.number} is gone", name, "apply its files instead"
                )
            )
            continue
        now = environment.models.get(name)
        crossed = snapshot.logic and snapshot.version != placement.version
        if crossed and now and now.snapshot == placement.snapshot and now.version != placement.version:
            refusals.append(
                Refusal(
                    "forward-only",
                    f"{name} was changed forward-only since version {past.number}: its table holds rows of the new logic",
                    name,
                    "change the model back and apply it, forward-only",
                )
            )
    return refusals


def plan_drop(world: World, name: str) -> Plan:
    """Remove an environment's views; its tables stay until `gc`."""
    environment = world.environments.get(name)
    refusals: list[Refusal] = []
    if name == PROD:
        refusals.append(Refusal("prod", "prod cannot be dropped", way="promote into it, or roll it back"))
    elif environment is None:
        refusals.append(absent(name, world.environments))
    models = world.models_of(environment) if environment else {}
    steps = tuple(
        Step(model, REMOVE, "the view goes, the table stays until gc" if version.holds_data else "the view goes")
        for model, version in sorted(models.items())
        if version.holds_data or version.kind.name == "VIEW"
    )
    return Plan("drop", name, environment.etag if environment else "", steps, refusals=tuple(refusals))
