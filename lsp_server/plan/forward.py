"""Forward-only changes: the table stays, new logic holds for new intervals.

`prod` keeps its table (evolved additively); its identity becomes the list of (start, logic).  Any other environment gets a
preview table, which is never promoted.  Tables of models downstream hash the identity of what they read (the *salt*).
Where old intervals are computed anew (`effective_from`) or a type changes, the table is forked first: readers of the old
version, and a run that fails, never see half of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from lsp_server.plan import schedule
from lsp_server.plan.intervals import EPOCH, Interval, add_units, floor_unit, merge, read_moment
from lsp_server.plan.names import PROD, physical_table
from lsp_server.plan.states import LogicSpan, Snapshot, World
from lsp_server.plan.steps import EVOLVE, FORK, PREVIEW, REUSE, STAYS, Refusal, Step, step_on
from lsp_server.plan.versions import ModelVersion, digest

Salt = tuple[tuple[str, str], ...]
"""(model, what its table holds) of every table upstream that is more than its fingerprint says."""
PREVIEW_UNITS = 7


class Wish(msgspec.Struct, frozen=True):
    """What a plan asks of forward-only models."""

    now: datetime
    limit: int = 0
    forward_only: bool = False
    effective_from: str = ""
    allow_destructive: bool = False


def salt_of(model: ModelVersion, salts: Mapping[str, Salt]) -> Salt:
    """What the tables upstream of a model hold beyond their fingerprints."""
    return tuple(sorted({pair for up in model.upstreams for pair in salts.get(up, ())}))


def add_table(salt: Salt, snapshot: Snapshot) -> Salt:
    """The salt that readers of this table get."""
    if not snapshot.preview and not snapshot.logic:
        return salt
    return tuple(sorted({*salt, (snapshot.model, f"preview {snapshot.id}" if snapshot.preview else snapshot.identity)}))


def salted(fingerprint: str, salt: Salt) -> str:
    """The identity of a table whose model has this fingerprint and that is computed from tables with this salt."""
    return digest(fingerprint, *(part for pair in salt for part in pair)) if salt else fingerprint


def applies(model: ModelVersion, forward_only: bool) -> bool:
    """Whether a change of this model keeps the table."""
    return (model.has_intervals or model.keeps_history) and (model.kind.forward_only or forward_only)


def last_logic(snapshot: Snapshot) -> str:
    """The logic that new intervals of a table are computed by."""
    return snapshot.logic[-1].fingerprint if snapshot.logic else snapshot.fingerprint


def place(
    model: ModelVersion, identity: str, base: Snapshot, environment: str, world: World, wish: Wish
) -> tuple[Snapshot, Step] | Refusal:
    """Where a forward-only model stands in an environment, given `prod`'s table."""
    if last_logic(base) == identity:
        return base, step_on(base, REUSE, STAYS)
    if refusal := destructive(model, base, wish) or _cannot_follow(model, base, world):
        return refusal
    if environment != PROD:
        return _preview(model, identity, environment, base, world, wish)
    return _evolve(model, identity, base, world, wish)


def destructive(model: ModelVersion, base: Snapshot, wish: Wish) -> Refusal | None:
    """A refusal when readers would lose a column, or find another type in it."""
    if wish.allow_destructive or model.kind.allow_destructive:
        return None
    new = {column.name.casefold(): column.type for column in model.columns}
    lost = [column.name for column in base.columns if column.name.casefold() not in new]
    if not lost:
        return None
    return Refusal(
        "destructive",
        f"{model.name} is forward-only and would lose {', '.join(lost)}",
        model.name,
        "keep the column, or allow it with on_destructive_change allow or --allow-destructive",
    )


def _cannot_follow(model: ModelVersion, base: Snapshot, world: World) -> Refusal | None:
    """A refusal when the rows that a table keeps would no longer fit those that the new logic brings."""
    old = world.versions.get(base.version)
    if old is None or not model.keeps_history or _shape(old) == _shape(model):
        return None
    return other_history(model, "keeps history by another key, or says in other columns since when a row holds")


def other_history(model: ModelVersion, what: str) -> Refusal:
    """The rows that a table with history keeps would not go on as those that the model now makes."""
    return Refusal(
        "forward-only",
        f"{model.name} {what}",
        model.name,
        "change that back, or write forward_only false in its kind: a new table then begins, without its history",
    )


def _shape(model: ModelVersion) -> tuple[object, ...]:
    kind = model.kind
    return (kind.unique_key, kind.valid_from.casefold(), kind.valid_to.casefold(), kind.validity_type)


def _preview(
    model: ModelVersion, identity: str, environment: str, base: Snapshot, world: World, wish: Wish
) -> tuple[Snapshot, Step]:
    preview_id = f"preview_{digest(identity, environment)[:16]}"
    existing = world.snapshots.get((model.name, preview_id))
    if existing is not None and existing.key not in world.lost:
        return existing, step_on(existing, REUSE, "the preview that is there")
    relation = physical_table(model, preview_id, wish.limit)
    snapshot = Snapshot(model.name, preview_id, identity, relation, model.kind.name, model.identity, preview=True)
    reason = "forward-only: a preview of the new logic, never promoted"
    if not model.has_intervals:
        return snapshot, Step(model.name, PREVIEW, reason, preview_id, relation)
    unit = schedule.unit(model)
    complete = schedule.complete(model, wish.now)
    end = min(complete, held_until(base) or complete)
    start = effective_from(model, wish) or add_units(end, unit, -PREVIEW_UNITS)
    wanted = (Interval(start, end),) if start < end else ()
    return snapshot, Step(model.name, PREVIEW, reason, preview_id, relation, wanted)


def _evolve(
    model: ModelVersion, identity: str, base: Snapshot, world: World, wish: Wish
) -> tuple[Snapshot, Step] | Refusal:
    if model.has_intervals:
        held = held_until(base) or EPOCH
        since = effective_from(model, wish) or held
    else:
        held = since = max(wish.now, base.executed_at)
    if since < held and not model.kind.time_column:
        return Refusal(
            "forward-only",
            f"{model.name} is merged by key: of what it holds, no part can be computed anew",
            model.name,
            "leave out --effective-from, and the new logic holds from now on",
        )
    before = base.logic or (LogicSpan(EPOCH, base.fingerprint),)
    logic = (*(span for span in before if span.start < since), LogicSpan(since, identity))
    if since >= held:
        evolved = msgspec.structs.replace(base, logic=logic, version=model.identity, partial=None)
        reason = f"forward-only: the table stays, the new logic holds from {since:%Y-%m-%d %H:%M}"
        return evolved, step_on(base, EVOLVE, reason, logic=logic)
    fork_id = f"{base.id.split('_')[0]}_{digest(*(f'{s.start} {s.fingerprint}' for s in logic))[:8]}"
    relation = physical_table(model, fork_id, wish.limit)
    kept = merge(Interval(i.start, min(i.end, since)) for i in base.intervals)
    forked = msgspec.structs.replace(
        base,
        id=fork_id,
        relation=relation,
        logic=logic,
        version=model.identity,
        intervals=kept,
        partial=None,
        unused_since=None,
    )
    reason = f"forward-only, effective from {since:%Y-%m-%d}: a copy, with the new logic from there"
    wanted = tuple(Interval(max(i.start, since), i.end) for i in base.intervals if i.end > since)
    return forked, step_on(forked, FORK, reason, wanted, source=base.id, logic=logic)


def effective_from(model: ModelVersion, wish: Wish) -> datetime | None:
    """From when on the new logic holds, as the start of a unit; None: from the end of what the table has."""
    text = wish.effective_from or model.effective_from
    return floor_unit(read_moment(text, wish.now), schedule.unit(model)) if text else None


def held_until(snapshot: Snapshot) -> datetime | None:
    """The end of the last interval that a table has."""
    return max((interval.end for interval in snapshot.intervals), default=None)
