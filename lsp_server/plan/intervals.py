"""Time: cron, interval units, and the stretches of time that a table does not hold yet.

Times are naive UTC. An interval is half open, `[start, end)`. As in SQLMesh a cron expression only says *when* a model may
run; its intervals are whole units (hours, days, months, ...) that follow from how often the cron ticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

if TYPE_CHECKING:
    from croniter import croniter

EPOCH = datetime(1970, 1, 1)
_ANCHOR = datetime(2023, 12, 28, 12)
_UNITS: tuple[tuple[str, timedelta], ...] = (
    ("year", timedelta(days=365)),
    ("month", timedelta(days=28)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("half_hour", timedelta(minutes=30)),
    ("quarter_hour", timedelta(minutes=15)),
    ("five_minute", timedelta(minutes=5)),
)
_SHIFT = timedelta(hours=3)
"""No clock is put forward or back by more."""
UNITS = tuple(name for name, _ in _UNITS)
"""Longest first."""
_AGO = re.compile(r"\s*(\d+)\s+(minute|hour|day|week|month|year)s?\s+ago\s*\Z", re.IGNORECASE)


class Interval(msgspec.Struct, frozen=True, order=True, array_like=True):
    """`[start, end)`."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        """Whole days as people say them, the last one included."""
        if self.start.time() != self.end.time() or self.start.time() != EPOCH.time():
            first, last = f"{self.start:%Y-%m-%d %H:%M}", f"{self.end:%Y-%m-%d %H:%M}"
        else:
            first, last = f"{self.start:%Y-%m-%d}", f"{self.end - timedelta(days=1):%Y-%m-%d}"
        if self.start == EPOCH:
            return f"everything up to {last}"
        return first if first == last else f"{first} to {last}"


def _ticks(cron: str, start: datetime) -> croniter:
    """The cron's ticks around a moment."""
    from croniter import croniter  # a start for which nobody asks for a cron does not wait for it

    return croniter(cron, start)


@lru_cache(maxsize=1024)
def cron_problem(cron: str) -> str | None:
    """Why this is no cron expression; None if it is one."""
    try:
        _ticks(cron, EPOCH)
    except ValueError as error:  # croniter's own are such
        return f"cron {cron!r}: {error}"
    return None


@lru_cache(maxsize=1024)
def unit_of(cron: str) -> str:
    """The interval unit of a cron expression: how far apart its closest ticks are, rounded down to a unit."""
    ticks = _ticks(cron, _ANCHOR)
    moments = [ticks.get_next(datetime) for _ in range(12)]
    closest = min(later - earlier for earlier, later in pairwise(moments))
    return next((unit for unit, length in _UNITS if closest >= length), "five_minute")


def floor_unit(moment: datetime, unit: str) -> datetime:
    """The start of the unit that `moment` is in."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "year":
        return day.replace(month=1, day=1)
    if unit == "month":
        return day.replace(day=1)
    if unit == "day":
        return day
    if unit == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    minutes = {"half_hour": 30, "quarter_hour": 15, "five_minute": 5}[unit]
    return moment.replace(minute=moment.minute - moment.minute % minutes, second=0, microsecond=0)


def add_units(moment: datetime, unit: str, count: int) -> datetime:
    """`count` units after `moment`, which is the start of a unit."""
    if unit in ("year", "month"):
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
        return moment.replace(year=months // 12, month=months % 12 + 1)
    return moment + dict(_UNITS)[unit] * count


@lru_cache(maxsize=4096)
def last_tick(cron: str, now: datetime, zone: str = "") -> datetime:
    """The latest tick of the cron that is not after `now`; `zone`: whose clock the cron goes by (UTC if "")."""
    if zone:
        return _last_tick_in(cron, now, ZoneInfo(zone))
    tick: datetime = _ticks(cron, now + timedelta(microseconds=1)).get_prev(datetime)
    if tick > now:
        tick = _ticks(cron, now).get_prev(datetime)
    return tick


def _last_tick_in(cron: str, now: datetime, zone: ZoneInfo) -> datetime:
    """In an hour that a clock shows twice, a cron for every hour ticks twice, one that names its hours once.

    What falls into an hour that the clock leaves out ticks when that has gone by.
    """
    every_hour = cron == "@hourly" or cron.split()[1:2] in (["*"], ["*/1"])
    folds = (0, 1) if every_hour else (0,)
    local = now.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    ticks = _ticks(cron, local + _SHIFT)
    found: list[datetime] = []
    while True:
        tick: datetime = ticks.get_prev(datetime)
        moments = (tick.replace(tzinfo=zone, fold=fold).astimezone(UTC).replace(tzinfo=None) for fold in folds)
        found += [moment for moment in moments if moment <= now]
        if found and tick < local - _SHIFT:
            return max(found)


def zone_problem(zone: str) -> str | None:
    """Why this is no time zone; None if it is one, or ""."""
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"cron_tz {zone!r} is no time zone: write it like Europe/Berlin"
    return None


def read_moment(text: str, now: datetime) -> datetime:
    """A date, a timestamp, or "3 days ago" (as in SQLMesh's headers); raises ValueError with a sentence."""
    stripped = text.strip().strip("'\"")
    if ago := _AGO.match(stripped):
        count, unit = int(ago[1]), ago[2].lower()
        if unit == "week":
            return now - timedelta(weeks=count)
        if unit == "minute":
            return now - timedelta(minutes=count)
        whole = floor_unit(now, unit) if unit in ("month", "year") else now
        return add_units(whole, unit, -count)
    if stripped.lower() in ("now", "today"):
        return now if stripped.lower() == "now" else floor_unit(now, "day")
    if stripped.lower() == "yesterday":
        return floor_unit(now, "day") - timedelta(days=1)
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError:
        raise ValueError(f"{text!r} is no date: write it like 2024-01-31") from None
    return moment if moment.tzinfo is None else (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted, overlapping and touching ones joined."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if interval.start >= interval.end:
            continue
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return tuple(merged)


def subtract(wanted: Interval, have: Iterable[Interval]) -> tuple[Interval, ...]:
    """What of `wanted` is not in `have`."""
    missing: list[Interval] = []
    at = wanted.start
    for interval in merge(have):
        if interval.end <= at or interval.start >= wanted.end:
            continue
        if interval.start > at:
            missing.append(Interval(at, interval.start))
        at = max(at, interval.end)
    if at < wanted.end:
        missing.append(Interval(at, wanted.end))
    return tuple(missing)


def covers(have: Iterable[Interval], wanted: Iterable[Interval]) -> bool:
    """Whether everything in `wanted` is in `have`."""
    held = merge(have)
    return all(not subtract(interval, held) for interval in wanted)


def batches(missing: Iterable[Interval], unit: str, size: int) -> tuple[Interval, ...]:
    """The missing intervals cut into pieces of at most `size` units (0: not cut), oldest first."""
    if not size:
        return tuple(missing)
    pieces: list[Interval] = []
    for interval in missing:
        at = interval.start
        while at < interval.end:
            end = min(add_units(at, unit, size), interval.end)
            pieces.append(Interval(at, end))
            at = end
    return tuple(pieces)


def look_back(missing: tuple[Interval, ...], unit: str, lookback: int, start: datetime) -> tuple[Interval, ...]:
    """The missing intervals, each begun `lookback` units earlier (never before `start`): late rows are read again."""
    if not lookback:
        return missing
    return merge(Interval(max(start, add_units(i.start, unit, -lookback)), i.end) for i in missing)
