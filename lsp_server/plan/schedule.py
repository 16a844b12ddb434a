"""When a model may run, and for what: its header's cron, cron_tz, interval_unit, start, end and allow_partials read together.

As in SQLMesh the time zone decides only when the cron ticks; intervals are units of UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from lsp_server.plan.intervals import (
    EPOCH,
    UNITS,
    cron_problem,
    floor_unit,
    last_tick,
    read_moment,
    unit_of,
    zone_problem,
)
from lsp_server.plan.versions import ModelVersion


def unit(model: ModelVersion) -> str:
    """What the model's intervals are counted in."""
    return model.interval_unit or unit_of(model.cron)


def tick(model: ModelVersion, now: datetime) -> datetime:
    """The latest tick of the model's cron."""
    return last_tick(model.cron, now, model.cron_tz)


def complete(model: ModelVersion, now: datetime) -> datetime:
    """Up to where the model can have whole intervals at `now`: the last whole unit before its last tick, and its end."""
    return floor_unit(until(model, now), unit(model))


def until(model: ModelVersion, now: datetime) -> datetime:
    """Up to where it can have data at all."""
    return min(tick(model, now), end_of(model, now) or datetime.max)


def due(model: ModelVersion, as_of: datetime, now: datetime) -> bool:
    """Whether a table that is computed as a whole is to be computed anew."""
    return tick(model, now) > as_of and as_of < (end_of(model, now) or datetime.max)


def start_of(model: ModelVersion, now: datetime) -> datetime | None:
    """The start that the header gives, as the start of an interval; None when it gives none."""
    return floor_unit(read_moment(model.start, now), unit(model)) if model.start else None


def end_of(model: ModelVersion, now: datetime) -> datetime | None:
    """The moment after the last that the header's end lets in (a day is meant as a whole); None when it gives none."""
    if not model.end:
        return None
    moment = read_moment(model.end, now)
    return moment + timedelta(days=1) if moment == floor_unit(moment, "day") else moment


def problems(model: ModelVersion) -> list[tuple[str, str, str]]:
    """(code, what is wrong, what helps) of the words that say when the model runs."""
    if problem := cron_problem(model.cron):
        return [("cron", problem, "mend the cron expression")]
    if problem := zone_problem(model.cron_tz):
        return [("cron", problem, "mend cron_tz")]
    if model.interval_unit and model.interval_unit not in UNITS:
        return [("cron", f"interval_unit {model.interval_unit!r} is none of {', '.join(UNITS)}", "choose one of them")]
    found = []
    for word, read in (("start", start_of), ("end", end_of)):
        try:
            read(model, EPOCH)
        except ValueError as error:
            found.append((word, f"{word} {error}", f"mend the {word}"))
    if not sorts_as_time(model.kind.time_format):
        told = f"its time_column's format {model.kind.time_format} does not sort as time does"
        found.append(("kind", told, "write the year first, as in %Y-%m-%d"))
    if model.has_intervals and (problem := _unit_problem(model)):
        found.append(("cron", problem, "choose a shorter interval_unit, or set allow_partials true if it is meant"))
    return found


@lru_cache(maxsize=256)
def sorts_as_time(format_: str) -> bool:
    """Whether later moments never stand before earlier ones in this format: intervals are ranges of the time column.

    >>> sorts_as_time("%Y%m%d"), sorts_as_time("%Y-%m-%d %H:%M"), sorts_as_time("%d/%m/%Y"), sorts_as_time("%I:%M")
    (True, True, False, False)
    """
    if format_ in ("", "%s"):
        return True
    moments = [datetime(2019, 1, 1) + timedelta(hours=37 * n, minutes=7 * n) for n in range(800)]
    texts = [moment.strftime(format_) for moment in moments]
    return texts == sorted(texts)


def _unit_problem(model: ModelVersion) -> str | None:
    """A cron that ticks within an interval finds nothing new at most of its ticks, unless parts of intervals are let in."""
    if not model.interval_unit or model.allow_partials:
        return None
    if UNITS.index(model.interval_unit) >= UNITS.index(unit_of(model.cron)):
        return None
    return f"cron {model.cron!r} ticks oftener than its interval_unit {model.interval_unit} ends"
