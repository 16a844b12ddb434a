"""A plan: the steps that take an environment from what it is to what it shall be, each with its reason.

Plans are values: they are made without a database, shown before they run, and carried out by `environments/apply.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from lsp_server.plan.intervals import Interval
from lsp_server.plan.names import PROD, Relation, environment_problem
from lsp_server.plan.notices import Notice
from lsp_server.plan.states import LogicSpan, Placement, Snapshot
from lsp_server.plan.versions import ModelVersion, StandaloneAudit

BUILD, BACKFILL, REFRESH, FORK, PREVIEW, EVOLVE = "build", "backfill", "refresh", "fork", "preview", "evolve"
"""Steps that write data: a new table; missing intervals of one; a table computed anew; a copy of one that `prod` owns, then
extended; a look at a forward-only change; an additive change of a table that stays."""
REUSE, VIEW, REMOVE, PROMOTE, KEEP, DELETE = "reuse", "view", "remove", "promote", "keep", "delete"
"""Steps that write none."""
WRITING = (BUILD, BACKFILL, REFRESH, FORK, PREVIEW, EVOLVE)
STAYS = "its data did not change"
"""Why an environment goes on showing a table."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happens to one model. `snapshot` is the id of the table concerned, `source` the one that a fork copies."""

    model: str
    action: str
    reason: str
    snapshot: str = ""
    relation: Relation | None = None
    intervals: tuple[Interval, ...] = ()
    source: str = ""
    rows: int | None = None
    bytes: int | None = None
    logic: tuple[LogicSpan, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether the step computes or copies data."""
        return self.action in WRITING


def step_on(
    snapshot: Snapshot,
    action: str,
    reason: str,
    intervals: tuple[Interval, ...] = (),
    *,
    source: str = "",
    logic: tuple[LogicSpan, ...] = (),
    like: Snapshot | None = None,
) -> Step:
    """A step on one table.  What it costs is told by the table's own size, or by that of the one that it is `like`."""
    known = like or snapshot
    return Step(
        snapshot.model,
        action,
        reason,
        snapshot.id,
        snapshot.relation,
        intervals,
        source,
        known.rows,
        known.bytes or None,
        logic,
    )


class Refusal(msgspec.Struct, frozen=True, order=True):
    """Why a plan cannot be carried out. `way` says what helps; `code` is for machines."""

    code: str
    message: str
    model: str = ""
    way: str = ""


def absent(name: str, there: Iterable[str]) -> Refusal:
    """The refusal of a name that no environment has: every command says it the same."""
    if problem := environment_problem(name):
        return Refusal("environment-name", problem)
    known = sorted(there)
    way = "headwater env list shows them" if known and name != PROD else f"headwater env apply {name} builds it"
    return Refusal("not-found", f"there is no environment {name} (there is: {', '.join(known) or 'none yet'})", way=way)


class Plan(msgspec.Struct, frozen=True):
    """The steps, the placements that they lead to, and what must still be true when they are carried out.

    `etag` is the environment's at planning ("" when it did not exist): moving its views compares and sets.
    `moves`: whether the environment's record changes at all (a `run` in place moves nothing).
    """

    operation: str
    environment: str
    etag: str
    steps: tuple[Step, ...]
    placements: dict[str, Placement] = msgspec.field(default_factory=dict)
    versions: dict[str, ModelVersion] = msgspec.field(default_factory=dict)
    audits: tuple[StandaloneAudit, ...] = ()
    """Those that belong to no model; a model's own are in its version."""
    tables: tuple[Snapshot, ...] = ()
    """The snapshots that the writing steps make or change, as far as a plan can know them."""
    bases: dict[str, str] = msgspec.field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    readers: tuple[Notice, ...] = ()
    """What those who query the environment will notice."""
    source: str = ""
    source_etag: str = ""
    restored: int = 0
    moves: bool = True

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that are more than "it stays as it is"."""
        return tuple(step for step in self.steps if step.action not in (REUSE, KEEP))

    @property
    def shown_anew(self) -> tuple[Step, ...]:
        """Of an application, the steps that show another table than before without computing one: readers may notice them."""
        reused = self.steps if self.operation == "apply" else ()
        return tuple(step for step in reused if step.action == REUSE and step.reason != STAYS)

    @property
    def writing(self) -> tuple[Step, ...]:
        """The steps that compute or copy data, in the order they run."""
        return tuple(step for step in self.steps if step.writes)

    @property
    def reused(self) -> int:
        """Tables that are shown and neither computed nor copied, whether they were shown before or are now moved to."""
        return sum(1 for step in self.steps if step.snapshot and not step.writes and step.action != DELETE)

    def summary(self) -> dict[str, int]:
        """How many steps of each action."""
        return dict(sorted(Counter(step.action for step in self.steps).items()))


def plan_json(plan: Plan) -> dict[str, object]:
    """The shape of DESIGN section 6, with keys added."""
    return {
        "version": 1,
        "operation": plan.operation,
        "environment": plan.environment,
        "etag": plan.etag,
        "summary": plan.summary(),
        "steps": [step_json(step) for step in sorted(plan.steps, key=lambda step: step.model)],
        "refusals": [
            {"code": r.code, "model": r.model, "message": r.message, "way": r.way} for r in sorted(plan.refusals)
        ],
        "notes": list(plan.notes),
        "readers": [{"model": notice.model, "what": notice.what} for notice in plan.readers],
    }


def step_json(step: Step) -> dict[str, object]:
    """One step of `plan_json`."""
    shown: dict[str, object] = {"model": step.model, "action": step.action, "reason": step.reason}
    if step.relation is not None:
        shown["table"] = str(step.relation)
    if step.intervals:
        shown["intervals"] = [[i.start.isoformat(), i.end.isoformat()] for i in step.intervals]
    if step.rows is not None:
        shown["rows"] = step.rows
    if step.bytes is not None:
        shown["bytes"] = step.bytes
    return shown
