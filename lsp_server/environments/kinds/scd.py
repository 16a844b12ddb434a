"""SCD_TYPE_2: every version that a row has had, with the time from which and to which it held.

BY_TIME: a row changed when its `updated_at` is later.  BY_COLUMN: when one of the compared columns differs; it then changed
when the run looked, or when its `updated_at_name` says.  An open row has no `valid_to`.  As in SQLMesh, the first version of a
key is valid from 1970; one that comes back after it was gone, from when it changed, and never from before it was gone.
"""

from __future__ import annotations

from lsp_server.environments.kinds.base import STAGED, Job, WholeKind
from lsp_server.environments.rendering import type_of
from lsp_server.plan.intervals import EPOCH
from lsp_server.semantics.facts import Column


class SlowlyChanging(WholeKind):
    def __init__(self, by_time: bool) -> None:
        self.by_time = by_time

    def create(self, job: Job) -> None:
        session, kind = job.session, job.model.kind
        dated = f"SELECT *, {self._first(job, '_first')} AS {session.quote(kind.valid_from)}"
        dated += f", CAST(NULL AS {self._type(job)}) AS {session.quote(kind.valid_to)}"
        job.session.create_table(job.target, f"{dated} FROM ({self._one_row_a_key(job)}) AS _first")

    def refresh(self, job: Job) -> None:
        job.stage(self._one_row_a_key(job))
        job.check_types(_staged(job))
        self._close_changed(job)
        if job.model.kind.invalidate_hard_deletes:
            self._close_deleted(job)
        self._insert_new(job)
        job.drop_staged()

    def _one_row_a_key(self, job: Job) -> str:
        """Of several rows with one key the latest, where the model has a column that tells."""
        keys, column = ", ".join(job.keys("_new")), self._time_column(job)
        latest = f" ORDER BY {keys}, _new.{job.session.quote(column)} DESC NULLS LAST" if column else ""
        return f"SELECT DISTINCT ON ({keys}) * FROM ({job.query()}\n) AS _new{latest}"

    def _close_changed(self, job: Job) -> None:
        session, start, to = job.session, *(job.session.quote(n) for n in _validity(job))
        session.run(
            f"UPDATE {session.name(job.target)} AS t SET {to} = GREATEST(t.{start}, {self._changed_at(job)}) FROM temp.{STAGED} AS n "
            f"WHERE t.{to} IS NULL AND {_alike(job)} AND ({self._differs(job)})"
        )

    def _close_deleted(self, job: Job) -> None:
        session, start, to = job.session, *(job.session.quote(n) for n in _validity(job))
        session.run(
            f"UPDATE {session.name(job.target)} AS t SET {to} = GREATEST(t.{start}, {self._now(job)}) WHERE t.{to} IS NULL AND NOT EXISTS "
            f"(SELECT 1 FROM temp.{STAGED} AS n WHERE {_alike(job)})"
        )

    def _insert_new(self, job: Job) -> None:
        session, start, to = job.session, *(job.session.quote(n) for n in _validity(job))
        own = [column.name for column in _staged(job) if not _is_validity(job, column.name)]
        table = session.name(job.target)
        last = f"(SELECT MAX(t.{to}) FROM {table} AS t WHERE {_alike(job)})"
        since = (
            f"CASE WHEN {last} IS NULL THEN {self._first(job, 'n')} ELSE GREATEST({last}, {self._changed_at(job)}) END"
        )
        session.run(
            f"INSERT INTO {table} ({session.quoted(own)}, {start}, {to}) "
            f"SELECT {session.quoted(own)}, {since}, NULL FROM temp.{STAGED} AS n "
            f"WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{to} IS NULL AND {_alike(job)})"
        )

    def _differs(self, job: Job) -> str:
        session, kind = job.session, job.model.kind
        if self.by_time:
            column = session.quote(kind.updated_at)
            return f"n.{column} > t.{column} OR (t.{column} IS NULL AND n.{column} IS NOT NULL)"
        keys = {key.casefold() for key in kind.unique_key}
        names = kind.compared or tuple(
            name
            for name in (column.name for column in _staged(job))
            if not _is_validity(job, name)
            and name.casefold() not in keys
            and name.casefold() != kind.changed_at.casefold()
        )
        return " OR ".join(f"n.{session.quote(n)} IS DISTINCT FROM t.{session.quote(n)}" for n in names) or "FALSE"

    def _time_column(self, job: Job) -> str:
        return job.model.kind.updated_at if self.by_time else job.model.kind.changed_at

    def _changed_at(self, job: Job) -> str:
        """When the new version of row `n` begins to hold."""
        column = self._time_column(job)
        if not column:
            return self._now(job)
        moment = f"CAST(n.{job.session.quote(column)} AS {self._type(job)})"
        return moment if self.by_time else f"COALESCE({moment}, {self._now(job)})"

    def _first(self, job: Job, row: str) -> str:
        """From when on the first version of a key holds."""
        kind, ever = job.model.kind, f"CAST('{EPOCH.isoformat(sep=' ')}' AS {self._type(job)})"
        if self.by_time and kind.updated_at_as_valid_from:
            return f"COALESCE(CAST({row}.{job.session.quote(kind.updated_at)} AS {self._type(job)}), {ever})"
        if not self.by_time and kind.execution_time_as_valid_from:
            return self._now(job)
        return ever

    def _now(self, job: Job) -> str:
        return f"CAST('{job.now.isoformat(sep=' ')}' AS {self._type(job)})"

    def _type(self, job: Job) -> str:
        return type_of(job.model, job.model.kind.validity_type, job.session)


def _alike(job: Job) -> str:
    """The table's row `t` and the new row `n` have one key; NULL is a key too."""
    pairs = zip(job.keys("t"), job.keys("n"), strict=True)
    return " AND ".join(f"{old} IS NOT DISTINCT FROM {new}" for old, new in pairs)


def _staged(job: Job) -> tuple[Column, ...]:
    """The new rows' columns; a table that outlived a change may have more."""
    return job.session.describe(f"SELECT * FROM temp.{job.session.quote(STAGED)}")


def _validity(job: Job) -> tuple[str, str]:
    return job.model.kind.valid_from, job.model.kind.valid_to


def _is_validity(job: Job, column: str) -> bool:
    return column.casefold() in {name.casefold() for name in _validity(job)}
