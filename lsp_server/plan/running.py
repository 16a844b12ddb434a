"""The plan of a run: what an environment's tables lack at this moment, by the clock and the models' cron.

A run takes the versions that the environment shows, not the files.  It writes into the environment's own tables; a table
that `prod` shows is written by `prod` alone, so that another environment that needs more gets its own copy first.
"""

from __future__ import annotations

import msgspec

from lsp_server.plan import forward, schedule
from lsp_server.plan.coverage import Coverage, coverage_of, held_by, wanted_by
from lsp_server.plan.definitions import definition_keys
from lsp_server.plan.forward import Wish
from lsp_server.plan.intervals import Interval, look_back
from lsp_server.plan.names import PROD, physical_table
from lsp_server.plan.placing import free_id, lacking
from lsp_server.plan.states import Environment, LogicSpan, Placement, Snapshot, World
from lsp_server.plan.steps import BACKFILL, BUILD, FORK, REFRESH, REUSE, VIEW, Plan, Refusal, Step, absent, step_on
from lsp_server.plan.versions import ModelVersion, WorkspaceVersion


def plan_run(world: World, name: str, options: Wish) -> Plan:
    """New intervals, and tables computed anew whose cron has ticked."""
    environment = world.environments.get(name)
    if environment is None:
        return Plan("run", name, "", (), refusals=(absent(name, world.environments),))
    running = _Running(world, environment, options)
    running.all()
    return Plan(
        "run",
        name,
        environment.etag,
        tuple(running.steps),
        placements=running.placements,
        versions={p.version: world.versions[p.version] for p in environment.models.values()},
        bases=dict(environment.bases),
        refusals=tuple(running.refusals),
        tables=tuple(running.tables),
        moves=running.placements != environment.models,
    )


class _Running:
    def __init__(self, world: World, environment: Environment, options: Wish) -> None:
        self.world, self.environment, self.options = world, environment, options
        self.models = world.models_of(environment)
        self.placements = dict(environment.models)
        self.coverage: dict[str, Coverage] = {}
        self.salts: dict[str, forward.Salt] = {}
        self.steps: list[Step] = []
        self.tables: list[Snapshot] = []
        self.refusals: list[Refusal] = []

    def all(self) -> None:
        for name in WorkspaceVersion(self.models).order():
            model = self.models[name]
            self.salts[name] = forward.salt_of(model, self.salts)
            snapshot = self.world.snapshot_of(self.environment, name)
            if snapshot is None or snapshot.key in self.world.lost:
                if model.holds_data:
                    self._lost(name)
                self.coverage[name] = coverage_of(model, (), self.coverage, self.options.now)
                continue
            step = self._step(model, snapshot)
            self.steps.append(step)
            self.salts[name] = forward.add_table(self.salts[name], snapshot)
            held = (*held_by(snapshot), *step.intervals)
            self.coverage[name] = coverage_of(model, held, self.coverage, self.options.now)
        self._views()

    def _lost(self, name: str) -> None:
        self.refusals.append(
            Refusal(
                "lost",
                f"the table of {name} was dropped by somebody else",
                name,
                f"headwater env apply {self.environment.name} builds it anew",
            )
        )

    def _step(self, model: ModelVersion, snapshot: Snapshot) -> Step:
        if model.has_intervals:
            missing = self._missing(model, snapshot)
            if missing:
                return self._write(model, snapshot, BACKFILL, "new intervals", missing)
        elif model.kind.name != "SEED" and schedule.due(model, snapshot.as_of, self.options.now):
            return self._write(
                model, snapshot, REFRESH, f"its cron has ticked since {snapshot.as_of:%Y-%m-%d %H:%M}", ()
            )
        return step_on(snapshot, REUSE, "nothing new to compute")

    def _missing(self, model: ModelVersion, snapshot: Snapshot) -> tuple[Interval, ...]:
        wanted = wanted_by(model, snapshot.intervals, self.coverage, self.options.now)
        missing = lacking(snapshot, wanted) if wanted else ()
        if wanted and snapshot.preview:
            missing = tuple(i for i in missing if not snapshot.intervals or i.start >= snapshot.intervals[-1].end)
        return look_back(missing, schedule.unit(model), model.kind.lookback, wanted.start) if wanted else ()

    def _write(
        self, model: ModelVersion, snapshot: Snapshot, action: str, reason: str, intervals: tuple[Interval, ...]
    ) -> Step:
        logic = self._logic_from_now_on(model, snapshot, intervals)
        others = self.world.belongs_to_prod(snapshot.key) or logic != snapshot.logic
        if self.environment.name == PROD or not others:
            self.tables.append(snapshot)
            return step_on(snapshot, action, reason, intervals)
        fork_id = free_id(self.world, model.name, snapshot.id.split("_")[0])
        relation = physical_table(model, fork_id, self.options.limit)
        copy = msgspec.structs.replace(snapshot, id=fork_id, relation=relation, unused_since=None, logic=logic)
        self.tables.append(copy)
        self.placements[model.name] = Placement(self.placements[model.name].version, fork_id)
        if model.kind.name == "FULL":
            return step_on(copy, BUILD, f"{reason}; prod's table stays as it is")
        reason = f"{reason}, in a copy: prod's table is written by prod alone"
        return step_on(copy, FORK, reason, intervals, source=snapshot.id)

    def _logic_from_now_on(
        self, model: ModelVersion, snapshot: Snapshot, intervals: tuple[Interval, ...]
    ) -> tuple[LogicSpan, ...]:
        """Where `prod` took a table on by a new logic (forward-only), another environment goes on by its own, in a copy."""
        own = forward.salted(model.fingerprint, self.salts[model.name])
        if not snapshot.logic or forward.last_logic(snapshot) == own:
            return snapshot.logic
        since = min((interval.start for interval in intervals), default=self.options.now)
        return (*(span for span in snapshot.logic if span.start < since), LogicSpan(since, own))

    def _views(self) -> None:
        before = definition_keys(self.models, self.environment.models)
        after = definition_keys(self.models, self.placements)
        self.steps += [
            Step(name, VIEW, "a view, defined anew over this environment's tables")
            for name in sorted(after)
            if after[name] != before.get(name)
        ]
