"""INCREMENTAL_BY_UNIQUE_KEY: rows of the query replace those with the same key; the others stay."""

from __future__ import annotations

from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.kinds.base import Job, KindModule
from lsp_server.environments.rendering import expression_of
from lsp_server.plan.intervals import Interval


class UniqueKey(KindModule):
    def create(self, job: Job) -> None:
        keys = ", ".join(keys_of(job))
        job.session.create_table(job.target, f"SELECT DISTINCT ON ({keys}) * FROM ({job.query()}\n) AS _new")

    def refresh(self, job: Job) -> None:
        session, keys = job.session, keys_of(job)
        since = Interval(job.snapshot.as_of, job.now) if job.snapshot.as_of < job.now else None
        staged = job.staged(f"SELECT DISTINCT ON ({', '.join(keys)}) * FROM ({job.query(since)}\n) AS _new")
        row = f"({', '.join(keys)},)" if len(keys) == 1 else f"({', '.join(keys)})"
        names = [column.name for column in session.columns(job.target)]
        table = f"temp.{session.quote(staged.name)}"
        # A row value compares NULL keys as equal, as DISTINCT ON does.
        session.delete(
            job.target,
            f"EXISTS (SELECT 1 FROM (SELECT {row} AS k FROM {table}) AS n WHERE n.k IS NOT DISTINCT FROM {row})",
        )
        session.insert(job.target, names, f"SELECT * FROM {table}")
        job.drop_staged()


def keys_of(job: Job) -> list[str]:
    """The key's expressions, for the engine."""
    keys = [expression_of(job.model, key, job.session) for key in job.model.kind.unique_key]
    if not keys:
        raise BuildFailed(f"{job.model.name}: {job.model.kind.name} needs a unique_key", "add it", job.model.name)
    return keys
