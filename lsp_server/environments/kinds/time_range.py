"""INCREMENTAL_BY_TIME_RANGE: a sum of intervals, each written by delete and insert, so that writing one twice is writing it once.

A time column may be coarser than the intervals (a DATE in a model that runs by the hour).  What can be deleted is then a whole
day, so the whole day is read and written again, as far as the table has it.
"""

from __future__ import annotations

import re
from datetime import datetime

from lsp_server.environments.engines.base import Session
from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.kinds.base import IntervalKind, Job
from lsp_server.environments.rendering import time_literal
from lsp_server.plan.intervals import Interval, add_units, floor_unit
from lsp_server.semantics.facts import Column

_COARSE = (("hour", "HI"), ("day", "djxDF"), ("month", "mbB"))


class TimeRange(IntervalKind):
    def write(self, job: Job, interval: Interval) -> None:
        column = time_column(job)
        interval = widened(job, interval, column)
        condition = within(job, interval, column)
        query = job.query(interval)
        columns = job.session.describe(query)
        job.check_types(columns)
        names = [column.name for column in columns]
        job.session.delete(job.target, condition)
        job.session.insert(job.target, names, f"SELECT * FROM ({query}\n) AS _interval WHERE {condition}")


def time_column(job: Job) -> Column:
    """The table's column that intervals go by."""
    wanted = job.model.kind.time_column.casefold()
    found = next((c for c in job.session.columns(job.target) if c.name.casefold() == wanted), None)
    if found is None:
        raise BuildFailed(
            f"{job.model.name}: its query has no column {job.model.kind.time_column}, which is its time_column",
            "add the column, or name another time_column",
            job.model.name,
        )
    return found


def widened(job: Job, interval: Interval, column: Column) -> Interval:
    """The interval, from and to where the time column can tell rows apart; its end only as far as the table already has rows."""
    grain = grain_of(column.type, job.model.kind.time_format)
    if not grain:
        return interval
    held = max((held.end for held in job.snapshot.intervals), default=interval.end)
    return Interval(floor_unit(interval.start, grain), max(interval.end, min(_ceiling(interval.end, grain), held)))


def grain_of(type_: str, format_: str) -> str:
    """The unit that a time column's values tell apart; "" where it tells any two intervals apart.

    >>> grain_of("DATE", ""), grain_of("TIMESTAMP", ""), grain_of("VARCHAR", "%Y-%m-%d %H"), grain_of("INTEGER", "%Y%m")
    ('day', '', 'hour', 'month')
    """
    if type_.upper() == "DATE":
        return "day"
    if type_.upper().startswith("TIMESTAMP"):
        return ""
    directives = set(re.findall(r"%-?(\w)", format_ or "%Y-%m-%d"))
    if directives & set("MSsfcXTRL"):
        return ""
    return next((unit for unit, letters in _COARSE if directives & set(letters)), "year")


def within(job: Job, interval: Interval, column: Column) -> str:
    """The condition that a row belongs to the interval."""
    return between(job.session, column, job.model.kind.time_format, interval)


def between(session: Session, column: Column, format_: str, interval: Interval) -> str:
    """The same for any relation that has the time column."""
    name = session.quote(column.name)
    end = _ceiling(interval.end, grain_of(column.type, format_))
    return (
        f"{name} >= {time_literal(interval.start, format_, column.type)} "
        f"AND {name} < {time_literal(end, format_, column.type)}"
    )


def _ceiling(moment: datetime, grain: str) -> datetime:
    """The first moment from here on that the time column tells from those before it."""
    floor = floor_unit(moment, grain) if grain else moment
    return floor if floor == moment else add_units(floor, grain, 1)
