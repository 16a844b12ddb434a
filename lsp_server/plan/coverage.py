"""Until when a model's data is complete, for itself and for its readers.

An interval is written only from upstream snapshots that are recorded complete for what it reads, so a reader's intervals
end where those of its upstream models end, seen through views.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from lsp_server.plan import schedule
from lsp_server.plan.intervals import EPOCH, Interval, add_units, floor_unit, merge
from lsp_server.plan.states import Snapshot
from lsp_server.plan.versions import ModelVersion


class Coverage(msgspec.Struct, frozen=True):
    """What readers of a model can expect.

    `start`: the first moment (None: not a matter of time); `end`: complete up to here, and `reach`: rows of a part of an interval
    (`allow_partials`) up to here (None: no limit).
    """

    start: datetime | None = None
    end: datetime | None = None
    reach: datetime | None = None


def held_by(snapshot: Snapshot) -> tuple[Interval, ...]:
    """What a table has, the part of an interval at its end included."""
    if snapshot.partial is None:
        return snapshot.intervals
    return merge((*snapshot.intervals, snapshot.partial))


def through_upstreams(model: ModelVersion, coverage: Mapping[str, Coverage]) -> Coverage:
    """The tightest end and the earliest start among the models that this one reads."""
    read = [coverage[up] for up in model.upstreams if up in coverage]
    ends = [c.end for c in read if c.end is not None]
    reaches = [c.reach for c in read if c.reach is not None]
    starts = [c.start for c in read if c.start is not None]
    return Coverage(min(starts, default=None), min(ends, default=None), min(reaches, default=None))


def coverage_of(
    model: ModelVersion, held: tuple[Interval, ...], coverage: Mapping[str, Coverage], now: datetime
) -> Coverage:
    """What readers can expect of a model whose table holds (or will hold) these intervals."""
    if not model.has_intervals:
        return Coverage() if model.holds_data else through_upstreams(model, coverage)
    merged = merge(held)
    start = merged[0].start if merged else schedule.start_of(model, now) or EPOCH
    reach = merged[0].end if merged else start
    end = max(start, floor_unit(reach, schedule.unit(model)))
    last = schedule.end_of(model, now)
    if last is not None and end >= floor_unit(last, schedule.unit(model)):
        return Coverage(_first(model, start))  # nothing comes after it: it is complete for good
    return Coverage(_first(model, start), end, reach)


def _first(model: ModelVersion, start: datetime) -> datetime | None:
    """A table of keys has no first moment of its own where its header gives none."""
    return start if model.start or model.kind.time_column else None


def wanted_by(
    model: ModelVersion, held: tuple[Interval, ...], coverage: Mapping[str, Coverage], now: datetime
) -> Interval | None:
    """The stretch of time that the model's table should hold at `now`; None while nothing is complete yet."""
    unit = schedule.unit(model)
    above = through_upstreams(model, coverage)
    if model.allow_partials:
        end = min(schedule.until(model, now), above.reach or datetime.max)
    else:
        end = min(schedule.complete(model, now), floor_unit(above.end, unit) if above.end else datetime.max)
    start = schedule.start_of(model, now)
    if start is None:
        start = _start_by_itself(model, above, end)
        start = min([start, *(interval.start for interval in held)])
    return Interval(start, end) if start < end else None


def _start_by_itself(model: ModelVersion, above: Coverage, end: datetime) -> datetime:
    """Where the header gives no start: the upstream models'; else the last unit, or for a table of keys everything."""
    unit = schedule.unit(model)
    if above.start is not None:
        return floor_unit(above.start, unit)
    return add_units(floor_unit(end, unit), unit, -1) if model.kind.time_column else EPOCH
