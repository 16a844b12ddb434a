"""Until when a model's data is complete, for itself and for its readers.

An interval is written only from upstream snapshots that are recorded complete for what it reads, so a reader's intervals
end where those of its upstream models end, seen through views.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from lsp_server.plan.intervals import (
    EPOCH,
    Interval,
    add_units,
    complete_until,
    floor_unit,
    merge,
    read_moment,
    unit_of,
)
from lsp_server.plan.versions import ModelVersion


class Coverage(msgspec.Struct, frozen=True):
    """`start`: first moment that readers can expect (None: not a matter of time); `end`: complete up to here (None: no limit)."""

    start: datetime | None = None
    end: datetime | None = None


def span_of(model: ModelVersion, now: datetime) -> datetime | None:
    """The start that the header gives, as the start of an interval; None when it gives none."""
    return floor_unit(read_moment(model.start, now), unit_of(model.cron)) if model.start else None


def through_upstreams(model: ModelVersion, coverage: Mapping[str, Coverage]) -> Coverage:
    """The tightest end and the earliest start among the models that this one reads."""
    read = [coverage[up] for up in model.upstreams if up in coverage]
    ends = [c.end for c in read if c.end is not None]
    starts = [c.start for c in read if c.start is not None]
    return Coverage(min(starts, default=None), min(ends, default=None))


def coverage_of(
    model: ModelVersion, held: tuple[Interval, ...], coverage: Mapping[str, Coverage], now: datetime
) -> Coverage:
    """What readers can expect of a model whose table holds (or will hold) these intervals."""
    if model.has_intervals:
        merged = merge(held)
        if not merged:
            start = span_of(model, now) or EPOCH
            return Coverage(start, start)
        return Coverage(merged[0].start, merged[0].end)
    return Coverage() if model.holds_data else through_upstreams(model, coverage)


def wanted_by(
    model: ModelVersion, held: tuple[Interval, ...], coverage: Mapping[str, Coverage], now: datetime
) -> Interval | None:
    """The stretch of time that the model's table should hold at `now`; None while nothing is complete yet."""
    unit = unit_of(model.cron)
    above = through_upstreams(model, coverage)
    end = complete_until(model.cron, now)
    if above.end is not None:
        end = min(end, floor_unit(above.end, unit))
    start = span_of(model, now)
    if start is None:
        start = floor_unit(above.start, unit) if above.start is not None else add_units(end, unit, -1)
        start = min([start, *(interval.start for interval in held)])
    return Interval(start, end) if start < end else None
