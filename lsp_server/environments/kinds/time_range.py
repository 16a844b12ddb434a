"""INCREMENTAL_BY_TIME_RANGE: a sum of intervals, each written by delete and insert, so that writing one twice is writing it once."""

from __future__ import annotations

from datetime import timedelta

from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.kinds.base import Job, KindModule
from lsp_server.environments.rendering import time_literal
from lsp_server.plan.intervals import Interval
from lsp_server.semantics.facts import Column


class TimeRange(KindModule):
    def create(self, job: Job) -> None:
        job.session.create_empty(job.target, job.query())

    def refresh(self, job: Job) -> None:
        """Whatever is missing comes as intervals."""

    def write(self, job: Job, interval: Interval) -> None:
        condition = within(job, interval, time_column(job))
        query = job.query(interval)
        names = [column.name for column in job.session.describe(query)]
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


def within(job: Job, interval: Interval, column: Column) -> str:
    """The condition that a row belongs to the interval (ends inclusive to the microsecond, as `@end_ts` is)."""
    format_ = job.model.kind.time_format
    first = time_literal(interval.start, format_, column.type)
    last = time_literal(interval.end - timedelta(microseconds=1), format_, column.type)
    return f"{job.session.quote(column.name)} BETWEEN {first} AND {last}"
