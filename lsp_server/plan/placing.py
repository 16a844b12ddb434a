"""Workspace version x state -> plan: which table each model of an environment gets, and what must be computed for it.

A model that holds data is placed on a table whose identity is its fingerprint; if there is none that is fit, a step makes
one. Downstream of a table with more than one logic (forward-only, `plan/forward.py`) the identity takes in what that table
holds. VIEW and EMBEDDED models are placed on no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from lsp_server.plan import forward, schedule
from lsp_server.plan.contracts import broken_reads, orphaned_readers
from lsp_server.plan.coverage import Coverage, coverage_of, held_by, wanted_by
from lsp_server.plan.definitions import definition_keys, reach
from lsp_server.plan.intervals import EPOCH, Interval, subtract
from lsp_server.plan.moving import moved_models
from lsp_server.plan.names import PROD, environment_problem, name_problems, physical_table
from lsp_server.plan.notices import notices
from lsp_server.plan.outside import altered_views
from lsp_server.plan.reasons import names, why
from lsp_server.plan.states import Environment, Placement, Snapshot, World
from lsp_server.plan.steps import (
    BACKFILL,
    BUILD,
    KEEP,
    REFRESH,
    REMOVE,
    REUSE,
    STAYS,
    VIEW,
    Plan,
    Refusal,
    Step,
    step_on,
)
from lsp_server.plan.versions import HISTORY_KINDS, SUPPORTED_KINDS, ModelVersion, WorkspaceVersion

Options = forward.Wish
"""How a plan is made: the moment, the engine's longest identifier, and what is asked of forward-only models."""


def plan_apply(version: WorkspaceVersion, world: World, name: str, options: Options) -> Plan:
    """The plan that makes environment `name` what the workspace says."""
    environment = world.environments.get(name)
    refusals = refused(version, name, options)
    before = world.models_of(environment) if environment else {}
    noticed = notices(before, version.models) if not refusals else ()  # of a model that is broken, nothing is known
    prod = world.environments.get(PROD)
    known = {**(world.models_of(prod) if prod else {}), **before}  # what is missing here would go there by a promotion
    refusals += (*unread(known, version), *altered_views(world, name), *orphaned_readers(before, version.models))
    planner = _Placing(version, world, name, options)
    if not refusals:
        planner.place_all()
    steps = (*planner.steps, *removals(environment, version))
    return Plan(
        operation="apply",
        environment=name,
        etag=environment.etag if environment else "",
        steps=steps,
        placements=planner.placements,
        versions={model.identity: model for model in version.models.values()},
        audits=version.audits,
        tables=tuple(planner.tables),
        bases={e.name: e.etag for e in world.environments.values() if e.name != name},
        refusals=(*refusals, *planner.refusals),
        notes=tuple(_notes(world, name, version)),
        readers=noticed,
        moves=environment is None or environment.models != planner.placements or name in world.incomplete,
    )


def _notes(world: World, name: str, version: WorkspaceVersion) -> Iterable[str]:
    environment, prod = world.environments.get(name), world.environments.get(PROD)
    if environment is not None and prod is not None:
        yield from _moved_on(world, environment, prod, version)
    if environment is not None:
        yield from _histories_that_end(world, environment, version)
    if name in world.incomplete:
        yield "views that somebody dropped are made again"
    if name not in world.environments and not environment_problem(name):
        yield f"environment {name} does not exist yet: apply creates it"


def _moved_on(world: World, environment: Environment, prod: Environment, version: WorkspaceVersion) -> Iterable[str]:
    """Applying sets the environment against `prod` as it is now; whoever then promotes should know what that takes back."""
    base = environment.bases.get(PROD, prod.etag)
    moved = (moved_models(world, prod, base) or []) if base != prod.etag else []
    shown = world.models_of(prod)
    otherwise = [
        n for n in moved if (n in shown) != (n in version.models) or _other(shown.get(n), version.models.get(n))
    ]
    if otherwise:
        yield (
            f"{PROD} has moved on since {environment.name} was set against it ({prod.action}): these files have "
            f"{names(otherwise)} otherwise, and promoting {environment.name} would change that back"
        )


def _histories_that_end(world: World, environment: Environment, version: WorkspaceVersion) -> Iterable[str]:
    """No query brings back what such a table holds."""
    for name in sorted(environment.models):
        held, model = world.snapshot_of(environment, name), version.models.get(name)
        if held is not None and held.kind in HISTORY_KINDS and (model is None or not model.keeps_history):
            yield f"{name} keeps no history any more: a rollback returns to what its table holds of it, until gc deletes that"


def _other(one: ModelVersion | None, two: ModelVersion | None) -> bool:
    return one is not None and two is not None and one.fingerprint != two.fingerprint


def refused(version: WorkspaceVersion, name: str, options: Options) -> tuple[Refusal, ...]:
    """What makes a plan impossible before it is made."""
    refusals: list[Refusal] = []
    if problem := environment_problem(name):
        refusals.append(Refusal("environment-name", problem))
    refusals += [Refusal("name", problem) for problem in name_problems(version.models.values(), options.limit)]
    for model in version.models.values():
        refusals += model_refusals(model)
    refusals += [Refusal("configuration", problem, way="mend it") for problem in version.wrong]
    refusals += [
        Refusal("configuration", f"{word} is not supported yet", way="remove it") for word in version.unsupported
    ]
    refusals += [
        Refusal("audit", f"audit {audit.call.name}: {audit.problem}", way="mend the audit")
        for audit in version.audits
        if audit.problem
    ]
    if not any(r.code == "broken-model" for r in refusals):
        refusals += broken_reads(version.models)
    return tuple(sorted(refusals))


def model_refusals(model: ModelVersion) -> list[Refusal]:
    """Why this model cannot be built: broken text, a kind or setting that nothing here carries out, a senseless cron."""
    found = [
        Refusal("broken-model", f"{model.name}: {problem}", model.name, "mend the model") for problem in model.problems
    ]
    if model.kind.name not in SUPPORTED_KINDS:
        found.append(
            Refusal(
                "kind", f"{model.name}: kind {model.kind.name} is not supported yet", model.name, "choose another kind"
            )
        )
    found += [
        Refusal("kind", f"{model.name}: {setting} is not supported yet", model.name, "remove it")
        for setting in model.kind.unsupported
    ]
    if model.holds_data:
        found += [
            Refusal(code, f"{model.name}: {what}", model.name, way) for code, what, way in schedule.problems(model)
        ]
    found += [
        Refusal("kind", f"{model.name}: {model.kind.name} needs {what}", model.name, "add it")
        for what in _needs(model)
        if not model.problems
    ]
    return found


def _needs(model: ModelVersion) -> Iterable[str]:
    """What the header does not give."""
    kind = model.kind
    if kind.name == "INCREMENTAL_BY_TIME_RANGE" and not kind.time_column:
        yield "a time_column"
    if kind.name in ("INCREMENTAL_BY_UNIQUE_KEY", "SCD_TYPE_2_BY_TIME", "SCD_TYPE_2_BY_COLUMN") and not kind.unique_key:
        yield "a unique_key"
    if kind.name == "INCREMENTAL_BY_UNIQUE_KEY" and kind.batch_size and not model.start:
        yield "a start for its batch_size"


def unread(known: Mapping[str, ModelVersion], version: WorkspaceVersion) -> tuple[Refusal, ...]:
    """A refusal for each model that seems to be gone and whose file is there: nobody has deleted it."""
    found = []
    for name, model in sorted(known.items()):
        places = [
            place for place in version.unread if model.path and (model.path == place or _lies_in(model.path, place))
        ]
        if name not in version.models and places:
            what = f"{name}: no model can be read from {model.path}: {version.unread[places[0]]}"
            found.append(Refusal("unread", what.rstrip("."), name, "mend the file, or delete it if the model shall go"))
    return tuple(found)


def _lies_in(path: str, folder: str) -> bool:
    return folder.endswith("/") and path.startswith(folder)


def removals(environment: Environment | None, version: WorkspaceVersion) -> tuple[Step, ...]:
    """Models that the environment has and the workspace no longer has."""
    if environment is None:
        return ()
    return tuple(
        Step(name, REMOVE, "no longer in the workspace")
        for name in sorted(environment.models)
        if name not in version.models
    )


class _Placing:
    """One pass over the models, upstream first."""

    def __init__(self, version: WorkspaceVersion, world: World, name: str, options: Options) -> None:
        self.version, self.world, self.name, self.options = version, world, name, options
        self.environment = world.environments.get(name)
        self.prod = world.environments.get(PROD)
        self.placements: dict[str, Placement] = {}
        self.steps: list[Step] = []
        self.tables: list[Snapshot] = []
        self.refusals: list[Refusal] = []
        self.coverage: dict[str, Coverage] = {}
        self.salts: dict[str, forward.Salt] = {}
        self.changed: set[str] = set()
        self.with_history: set[str] = set()
        """Models that keep history, and all that is computed from them."""
        self.tables_of = fit_tables(world)
        self.data_time = data_time(world, self.environment or self.prod, options.now)

    def place_all(self) -> None:
        for name in self.version.order():
            model = self.version.models[name]
            self.salts[name] = forward.salt_of(model, self.salts)
            if model.keeps_history or self.with_history.intersection(model.upstreams):
                self.with_history.add(name)
            if model.holds_data:
                self._place_table(model)
            else:
                self.placements[name] = Placement(model.identity)
                self.coverage[name] = coverage_of(model, (), self.coverage, self.options.now)
        self._define_views()

    def _place_table(self, model: ModelVersion) -> None:
        identity = forward.salted(model.fingerprint, self.salts[model.name])
        if forward.applies(model, self.options.forward_only) and (placed := self._place_forward(model, identity)):
            self._take(model, *placed)
            return
        found = self._fit(model, identity)
        if found is None:
            self._take(model, *self._new_table(model, identity))
        else:
            self._take(model, found, self._reuse(model, found))

    def _take(self, model: ModelVersion, snapshot: Snapshot, step: Step) -> None:
        """Record where the model now stands, for itself and for those that read it."""
        self.placements[model.name] = Placement(model.identity, snapshot.id)
        held = (*held_by(snapshot), *step.intervals)
        self.coverage[model.name] = coverage_of(model, held, self.coverage, self.options.now)
        self.salts[model.name] = forward.add_table(self.salts[model.name], snapshot)
        current = self._current(model.name)
        if current is None or current.identity != snapshot.identity:
            self.changed.add(model.name)
        self.steps.append(step)
        if step.writes:
            self.tables.append(snapshot)

    def _place_forward(self, model: ModelVersion, identity: str) -> tuple[Snapshot, Step] | None:
        base = self.world.snapshot_of(self.prod, model.name) if self.prod else None
        if base is None or base.key in self.world.lost:
            return None
        if base.kind != model.kind.name:
            if base.kind in HISTORY_KINDS and model.keeps_history:
                self.refusals.append(
                    forward.other_history(model, f"is {model.kind.name}, and its table has history as {base.kind}")
                )
            return None
        placed = forward.place(model, identity, base, self.name, self.world, self.options)
        if isinstance(placed, Refusal):
            self.refusals.append(placed)
            return None
        return placed

    def _current(self, name: str) -> Snapshot | None:
        """The table that the environment shows the model by now."""
        return self.world.snapshot_of(self.environment, name) if self.environment else None

    def _fit(self, model: ModelVersion, identity: str) -> Snapshot | None:
        """The best table that there is: the environment's own, then prod's, then the freshest that is fresh enough."""
        candidates = [c for c in self.tables_of.get((model.name, identity), ()) if self._stands_on(model, c)]
        shown = [
            owner.models[model.name].snapshot
            for owner in (self.environment, self.prod)
            if owner and model.name in owner.models
        ]
        matches = [match for id_ in shown for match in candidates if match.id == id_]
        if matches and model.keeps_history:
            return max(
                reversed(matches), key=lambda c: c.as_of
            )  # a copy is given up for prod's table, which has seen all
        if matches:
            return matches[0]
        goes_on = model.kind.name == "SEED" or model.has_intervals or model.keeps_history
        tick = EPOCH if goes_on else schedule.tick(model, self.data_time)
        fresh = [c for c in candidates if c.as_of >= tick]
        return max(fresh, key=lambda c: (c.as_of, c.executed_at, c.id), default=None)

    def _stands_on(self, model: ModelVersion, found: Snapshot) -> bool:
        """Whether a table was computed from the very tables that the environment has of models with a history behind them.

        Two such tables hold one logic and yet other rows: what each has seen.
        """
        tables = reach(model, self.version.models).tables
        return all(found.upstreams.get(up) == self.placements[up].snapshot for up in tables if up in self.with_history)

    def _new_table(self, model: ModelVersion, identity: str) -> tuple[Snapshot, Step]:
        shown = self.environment or self.prod
        old = self.world.version_of(shown, model.name) if shown else None
        current = self._current(model.name)
        if current and current.key in self.world.lost:
            reason = "its table was dropped by somebody else"
        else:
            changed = [up for up in model.upstreams if up in self.changed]
            reason = why(old, model, changed, self.version.order_readers.get(model.name, ()))
        if current and (held := forward.held_until(current)) and held > self.options.now:
            self._clock_is_behind(model.name, held)
        snapshot_id = free_id(self.world, model.name, identity)
        relation = physical_table(model, snapshot_id, self.options.limit)
        snapshot = Snapshot(model.name, snapshot_id, identity, relation, model.kind.name, model.identity)
        wanted = self._missing(model, snapshot)
        replaced = self.world.snapshot_of(shown, model.name) if shown else None
        if replaced is None:
            return snapshot, Step(model.name, BUILD, reason, snapshot_id, relation, wanted)
        return snapshot, step_on(snapshot, BUILD, reason, wanted, like=replaced)

    def _clock_is_behind(self, name: str, held: datetime) -> None:
        """A new table would end at this moment, and take the environment back in time."""
        said = f"{self.options.now:%Y-%m-%d %H:%M}, and {name} has data up to {held:%Y-%m-%d %H:%M} already"
        self.refusals.append(
            Refusal("clock", f"the clock says {said}", name, "set the clock right, or say the moment with --now")
        )

    def _reuse(self, model: ModelVersion, found: Snapshot) -> Step:
        own = self.environment and self.environment.models.get(model.name)
        if own and own.snapshot == found.id:
            return step_on(found, REUSE, STAYS)
        owners = [name for name in self.world.referring(found.key) if name != self.name]
        if PROD not in owners and (missing := self._missing(model, found)):
            return step_on(found, BACKFILL, "an earlier build of the same logic lacks intervals", missing)
        if PROD not in owners and model.keeps_history and schedule.due(model, found.as_of, self.options.now):
            return step_on(found, REFRESH, "an earlier build of the same logic: its history goes on")
        reason = f"the same data as in {names(sorted(owners))}" if owners else "built before, not in use since"
        return step_on(found, REUSE, reason)

    def _missing(self, model: ModelVersion, snapshot: Snapshot) -> tuple[Interval, ...]:
        if not model.has_intervals:
            return ()
        wanted = wanted_by(model, snapshot.intervals, self.coverage, self.options.now)
        return lacking(snapshot, wanted) if wanted else ()

    def _define_views(self) -> None:
        before = (
            definition_keys(self.world.models_of(self.environment), self.environment.models) if self.environment else {}
        )
        after = definition_keys(self.version.models, self.placements)
        for name in self.version.order():
            model = self.version.models[name]
            if model.kind.name != "VIEW":
                continue
            if before.get(name) == after[name]:
                self.steps.append(Step(name, KEEP, "a view, the same over the same tables"))
            else:
                old = self.world.version_of(self.environment, name) if self.environment else None
                reason = "new view" if old is None else "a view, defined anew over this environment's tables"
                self.steps.append(Step(name, VIEW, reason))


def lacking(snapshot: Snapshot, wanted: Interval) -> tuple[Interval, ...]:
    """What a table lacks of what is wanted.  Of an interval that is not over, nothing as long as it would get no more."""
    part = snapshot.partial
    if part is not None and part.end >= wanted.end:
        wanted = Interval(wanted.start, max(wanted.start, part.start))
    return subtract(wanted, snapshot.intervals)


def fit_tables(world: World) -> dict[tuple[str, str], list[Snapshot]]:
    """Snapshots whose table is there and is no preview, by model and by what it holds."""
    found: dict[tuple[str, str], list[Snapshot]] = {}
    for key, snapshot in sorted(world.snapshots.items()):
        if not snapshot.preview and key not in world.lost:
            found.setdefault((snapshot.model, snapshot.identity), []).append(snapshot)
    return found


def data_time(world: World, environment: Environment | None, now: datetime) -> datetime:
    """When the environment's data was last computed: older tables than that are not fit to stand beside it."""
    if environment is None:
        return now
    moments = [s.executed_at for name in environment.models if (s := world.snapshot_of(environment, name)) is not None]
    return max(moments, default=now)


def free_id(world: World, model: str, identity: str) -> str:
    """An id for a new table: the fingerprint, numbered when the state already has tables of it (lost ones are made anew)."""
    number, snapshot_id = 1, identity
    while (model, snapshot_id) in world.snapshots and (model, snapshot_id) not in world.lost:
        number += 1
        snapshot_id = f"{identity}_{number}"
    return snapshot_id
