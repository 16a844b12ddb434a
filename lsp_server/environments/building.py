"""Carrying out the steps of a plan that write data: each in its own transaction, with its record.

A table and the record of it are committed together, so a killed run leaves finished tables that the next plan reuses, and
nothing half-made.  A table that the environment already shows is written, and audited, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec

from lsp_server.environments.audits import running as audits
from lsp_server.environments.engines.base import Engine, Session
from lsp_server.environments.errors import AuditFailed, Cancelled, EnvironmentProblem, Moved
from lsp_server.environments.faults import reached
from lsp_server.environments.holding import Held
from lsp_server.environments.kinds import BY_INTERVAL, WHOLE, Job
from lsp_server.environments.kinds.fitting import check_kept
from lsp_server.environments.ownership import own_schema, table_in_the_way
from lsp_server.environments.progress import Cancel, Meter
from lsp_server.environments.rendering import Scene, own_statement, variables_for
from lsp_server.environments.state import Made, State
from lsp_server.plan import schedule
from lsp_server.plan.definitions import reach
from lsp_server.plan.intervals import Interval, batches, covers, floor_unit, merge
from lsp_server.plan.states import Snapshot, World, referring
from lsp_server.plan.steps import BACKFILL, EVOLVE, FORK, REFRESH, Plan, Step
from lsp_server.plan.versions import AuditCall, ModelVersion, StandaloneAudit

OWNER = "snapshots"
"""What physical schemas and tables are recorded under."""


class Building:
    """One plan's writing steps and audits."""

    def __init__(self, engine: Engine, plan: Plan, world: World, now: datetime, meter: Meter, cancel: Cancel) -> None:
        self.plan, self.world, self.now = plan, world, now
        self.meter, self.cancel = meter, cancel
        self.held = Held(engine, cancel, meter.listener)
        versions = {**world.versions, **plan.versions}
        self.models: dict[str, ModelVersion] = {name: versions[p.version] for name, p in plan.placements.items()}
        self.snapshots = {**world.snapshots, **{s.key: s for s in plan.tables}}
        self.scene = Scene(self.models, plan.placements, self.snapshots)
        """The environment as its models will see it, what has been written meanwhile included."""
        self.steps = {step.model: step for step in plan.writing}
        self.waiting: set[str] = set()
        """Models whose tables are still to be written."""
        self.warnings: list[audits.Warned] = []
        self.checked: set[tuple[str, str]] = set()
        """(model, audit fingerprint) of audits that were run: once they are, nothing that they see is still to come."""

    def all(self) -> None:
        """Every step, upstream first, each followed by its model's audits; those that read a table still to come, after it."""
        try:
            self._all()
        finally:
            self.held.close()

    def _all(self) -> None:
        order = audits.order_of(self.models)
        self.waiting = set(self.steps)
        for name in order:
            self.waiting.discard(name)
            step = self.steps.get(name)
            if (
                step is not None
                and self.world.snapshots.get((name, step.snapshot))
                and self._shown(name, step.snapshot)
            ):
                self._in_place(step)
            elif step is not None:
                self._write(step)
                self._audit(name)
            else:
                self._audit(name)
        for name in order:
            if any(call.reads for call in self.models[name].audits):
                self._audit(name)
        for standalone in self.plan.audits:
            self._audit_alone(standalone)

    def _shown(self, model: str, snapshot: str) -> bool:
        return bool(referring(self.world.environments.values(), (model, snapshot)))

    def _in_place(self, step: Step) -> None:
        """A table that people read: all of the step and its audits, or nothing."""
        model = self.models[step.model]
        self.meter.say(f"{step.action} {step.model}", step.model)
        with self._session() as session, self._named(model):
            state = State(session)
            with session.transaction():
                snapshot, left = self._begin(session, state, step, self._pieces(model, step))
                for piece in left:
                    snapshot = self._interval(session, state, model, snapshot, piece)
                for audit in self._outstanding(model, state):
                    self._check(session, state, model, audit)
                for reader, audit in self._seen_through(step.model, state):
                    self._check(session, state, reader, audit)
                reached("write: before commit")
        reached("write: after commit")
        self.meter.finish(f"{step.action} {step.model}: {_counted(snapshot.rows)}", step.model, snapshot.rows)

    def _write(self, step: Step) -> None:
        """A table that nobody reads yet: batch by batch, the file released between."""
        model = self.models[step.model]
        self.meter.say(f"{step.action} {step.model}", step.model)
        pieces = self._pieces(model, step)
        with self._session() as session, self._named(model):
            state = State(session)
            reached("build: before transaction")
            with session.transaction():
                snapshot, left = self._begin(session, state, step, pieces)
                reached("build: before commit")
        reached("build: after commit")
        for number, piece in enumerate(left, len(pieces) - len(left) + 1):
            self.cancel.check()
            self.meter.say(f"{step.action} {step.model}: {piece} ({number} of {len(pieces)})", step.model)
            with self._session() as session, self._named(model), session.transaction():
                snapshot = self._interval(session, State(session), model, snapshot, piece)
                reached("interval: before commit")
            reached("interval: after commit")
        self.meter.finish(f"{step.action} {step.model}: {_counted(snapshot.rows)}", step.model, snapshot.rows)

    def _written_meanwhile(self, session: Session, state: State, step: Step) -> Snapshot | None:
        """The same table, when another process has written it since the plan was made."""
        if step.action == EVOLVE:
            return None
        found = state.snapshot(step.model, step.snapshot)
        before = self.world.snapshots.get((step.model, step.snapshot))
        if found is None or not session.is_there(found.relation):
            return None
        if before is not None and before.data_version == found.data_version:
            return None
        if step.action == REFRESH and schedule.due(self.models[step.model], found.as_of, self.now):
            return None
        self.snapshots[found.key] = found
        return found

    def _pieces(self, model: ModelVersion, step: Step) -> tuple[Interval, ...]:
        return batches(step.intervals, schedule.unit(model), model.kind.batch_size) if model.has_intervals else ()

    def _begin(
        self, session: Session, state: State, step: Step, pieces: tuple[Interval, ...]
    ) -> tuple[Snapshot, tuple[Interval, ...]]:
        """The step with the first of its intervals, and the intervals that are left; the snapshot's record is written with it.

        As in SQLMesh the model's statements stand around each batch: the first makes what the query needs, for the table too.
        """
        if (found := self._written_meanwhile(session, state, step)) is not None:
            return found, tuple(piece for piece in pieces if not self._done_meanwhile(found, piece))
        model = self.models[step.model]
        snapshot = self.snapshots[(step.model, step.snapshot)]
        if step.action == REFRESH:
            snapshot = state.snapshot(*snapshot.key) or snapshot  # written by another process, and due all the same
        job = Job(model, snapshot, self.scene, session, self.now)
        if step.action == EVOLVE:
            self._add_columns(job)
            return snapshot, ()
        first = pieces[0] if pieces else None
        own_schema(session, state, snapshot.relation.schema, OWNER)
        self._statements(job, model.pre, first)
        if step.action not in (BACKFILL, REFRESH):
            self._make(job, state, step)
        elif model.kind.name in WHOLE:
            WHOLE[model.kind.name].refresh(job)
            check_kept(model.name, session.columns(snapshot.relation), snapshot.columns)
        if first is not None:
            snapshot = _holding(model, snapshot, first)
            BY_INTERVAL[model.kind.name].write(job, first)
        self._statements(job, model.post, first)
        return self._record(session, state, model, snapshot), pieces[1:]

    def _make(self, job: Job, state: State, step: Step) -> None:
        """The step's table, which is not there yet."""
        session, relation = job.session, job.target
        table_in_the_way(session, state, relation)
        session.drop_table(relation)  # ours, and without a record: somebody deleted that
        if step.action == FORK:
            source = self.world.snapshots[(step.model, step.source)]
            check_unwritten(state, source)
            session.create_table(relation, f"SELECT * FROM {session.name(source.relation)}")
            self._add_columns(job)
            if job.model.kind.name in WHOLE:
                WHOLE[job.model.kind.name].refresh(job)
        else:
            (BY_INTERVAL.get(job.model.kind.name) or WHOLE[job.model.kind.name]).create(job)
        state.put_made(Made("table", relation, OWNER))

    def _add_columns(self, job: Job) -> None:
        """What the model's interface has and its table lacks; the types are those that the engine gives the query."""
        session = job.session
        there = {column.name.casefold() for column in session.columns(job.target)}
        if self.steps[job.model.name].logic:
            columns = session.describe(job.query())
            job.check_types(columns)
            for column in columns:
                if column.name.casefold() not in there:
                    session.add_column(job.target, column)

    def _interval(
        self, session: Session, state: State, model: ModelVersion, snapshot: Snapshot, interval: Interval
    ) -> Snapshot:
        """One more interval, unless another process wrote it since the plan was made: to merge rows twice may be to count twice."""
        current = state.snapshot(*snapshot.key)
        if current is not None and current.data_version != snapshot.data_version:
            self.snapshots[current.key] = snapshot = current
            if self._done_meanwhile(current, interval):
                return current
        job = Job(model, snapshot, self.scene, session, self.now)
        self._statements(job, model.pre, interval)
        BY_INTERVAL[model.kind.name].write(job, interval)
        self._statements(job, model.post, interval)
        return self._record(session, state, model, _holding(model, snapshot, interval))

    def _done_meanwhile(self, current: Snapshot, interval: Interval) -> bool:
        before = self.world.snapshots.get(current.key)
        return covers(current.intervals, (interval,)) and not covers(before.intervals if before else (), (interval,))

    def _record(self, session: Session, state: State, model: ModelVersion, snapshot: Snapshot) -> Snapshot:
        known = self.world.snapshots.get(snapshot.key)
        written = msgspec.structs.replace(
            snapshot,
            columns=session.columns(snapshot.relation),
            rows=session.count(snapshot.relation),
            as_of=schedule.tick(model, self.now),
            executed_at=self.now,
            created_at=known.created_at if known else self.now,
            data_version=snapshot.data_version + 1,
            upstreams={up: self.plan.placements[up].snapshot for up in reach(model, self.models).tables},
        )
        state.put_snapshot(written)
        self.snapshots[written.key] = written
        return written

    def _statements(self, job: Job, statements: tuple[str, ...], interval: Interval | None) -> None:
        variables = variables_for(job.session, self.now, interval, job.target)
        for statement in statements:
            job.session.run_foreign(own_statement(job.model, statement, job.scene, job.session, variables))

    # ---- audits

    def _audit(self, name: str) -> None:
        """The model's audits that have not passed on its data."""
        model = self.models[name]
        if not model.audits or not (model.holds_data or model.kind.name == "VIEW"):
            return
        with self._session() as session, self._named(model):
            state = State(session)
            for audit in self._outstanding(model, state):
                self.meter.say(f"audit {audit.name} of {name}", name)
                with session.transaction():
                    self._check(session, state, model, audit)
                reached("audit: after pass")

    def _outstanding(self, model: ModelVersion, state: State) -> list[AuditCall]:
        """The audits without a recorded pass whose tables are there."""
        found = audits.outstanding(model, self.scene, state.passed())
        found = [audit for audit in found if (model.name, audit.fingerprint) not in self.checked]
        return [audit for audit in found if not self.waiting & audits.tables_read(audit, self.models)]

    def _seen_through(self, written: str, state: State) -> Iterator[tuple[ModelVersion, AuditCall]]:
        """The audits of other models that see this table and no table still to come: of views over it, and those that read it beside."""
        for model in self.models.values():
            if not model.audits or model.name == written or model.name in self.waiting:
                continue
            below = reach(model, self.models).tables if model.kind.name == "VIEW" else ()
            for audit in self._outstanding(model, state):
                tables = {*below, *audits.tables_read(audit, self.models)}
                if written in tables and not tables & self.waiting:
                    yield model, audit

    def _audit_alone(self, audit: StandaloneAudit) -> None:
        """An audit that belongs to no model, on all tables as the environment will have them."""
        model, subject = audits.standalone(audit, self.scene)
        call = audit.call
        with self._session() as session, self._named(model):
            state = State(session)
            if (model.name, subject.key, call.fingerprint) in state.passed():
                return
            self.meter.say(f"audit {call.name}")
            with session.transaction():
                warned = audits.check(model, call, subject, self.scene, session, variables_for(session, self.now))
                if warned is not None:
                    self.warnings.append(warned)
                elif subject.lasting:
                    state.put_pass(model.name, subject.key, call.fingerprint, self.now)
            reached("audit: after pass")

    def _check(self, session: Session, state: State, model: ModelVersion, audit: AuditCall) -> None:
        self.checked.add((model.name, audit.fingerprint))
        variables = variables_for(session, self.now)
        subject = audits.subject_of(model, audit, self.scene, session, variables)
        warned = audits.check(model, audit, subject, self.scene, session, variables)
        if warned is not None:
            self.warnings.append(warned)
        elif subject.lasting:
            state.put_pass(model.name, subject.key, audit.fingerprint, self.now)

    # ---- the database, a step at a time

    def _session(self) -> AbstractContextManager[Session]:
        return self.held.step()

    def _named(self, model: ModelVersion) -> _Named:
        return _Named(model.name)


def _holding(model: ModelVersion, snapshot: Snapshot, interval: Interval) -> Snapshot:
    """The snapshot with one interval more; of an interval that is not over only a part."""
    end = floor_unit(interval.end, schedule.unit(model))
    held = merge((*snapshot.intervals, Interval(interval.start, end)))
    part = Interval(end, interval.end) if end < interval.end else snapshot.partial
    kept = part if part is not None and part.start >= end else None
    return msgspec.structs.replace(snapshot, intervals=held, partial=kept)


def _counted(rows: int) -> str:
    return f"{rows} row{'' if rows == 1 else 's'}"


def check_unwritten(state: State, planned: Snapshot) -> None:
    """Raise when a table is no longer what the plan took it for: which intervals it has, by which logic."""
    found = state.snapshot(*planned.key)
    if found is not None and found.data_version != planned.data_version:
        raise Moved(
            f"the table of {planned.model} was written by another process meanwhile", "run it again", planned.model
        )


class _Named:
    """Says which model it was when a statement fails."""

    def __init__(self, model: str) -> None:
        self.model = model

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, EnvironmentProblem) or isinstance(error, (AuditFailed, Cancelled)) or error.model:
            return
        way = error.way or "the environment is as it was, and finished tables are kept: mend the model and apply again"
        raise type(error)(f"{self.model}: {error.message}", way, self.model) from error
