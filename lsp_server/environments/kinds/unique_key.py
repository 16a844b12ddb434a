"""INCREMENTAL_BY_UNIQUE_KEY: rows of the query replace those with the same key; the others stay.

Keys that are NULL are one key.  Of several new rows with one key one is taken.  `when_matched` and `merge_filter` say what else
a MERGE does with a row that is there, as in SQLMesh: a row that the filter keeps from matching is inserted beside the old one.
"""

from __future__ import annotations

from lsp_server.environments.kinds.base import STAGED, IntervalKind, Job
from lsp_server.environments.rendering import merge_of, variables_for
from lsp_server.plan.intervals import Interval


class UniqueKey(IntervalKind):
    def write(self, job: Job, interval: Interval) -> None:
        session, rows = job.session, f"temp.{job.session.quote(STAGED)}"
        job.stage(f"SELECT DISTINCT ON ({', '.join(job.keys('_new'))}) * FROM ({job.query(interval)}\n) AS _new")
        columns = session.describe(f"SELECT * FROM {rows}")
        job.check_types(columns)
        names = [column.name for column in columns]
        pairs = zip(job.keys("target"), job.keys("source"), strict=True)
        alike = " AND ".join(f"{old} IS NOT DISTINCT FROM {new}" for old, new in pairs)
        whens, condition = merge_of(job.model, session, variables_for(session, job.now, interval, job.target))
        if whens or condition:
            session.merge(job.target, names, rows, f"{alike} AND ({condition})" if condition else alike, whens)
        else:
            session.delete_alike(job.target, rows, alike)
            session.insert(job.target, names, f"SELECT * FROM {rows}")
        job.drop_staged()
