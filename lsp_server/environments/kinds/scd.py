"""SCD_TYPE_2: every version that a row has had, with the time from which and to which it held.

BY_TIME: a row changed when its `updated_at` is later.  BY_COLUMN: when one of the compared columns differs; it then changed
when the run looked.  An open row has no `valid_to`.  As in SQLMesh, the first version of a key is valid from 1970.
"""

from __future__ import annotations

from lsp_server.environments.kinds.base import Job, KindModule
from lsp_server.environments.kinds.unique_key import keys_of
from lsp_server.plan.intervals import EPOCH

_KEY = "_hw_key"


class SlowlyChanging(KindModule):
    def __init__(self, by_time: bool) -> None:
        self.by_time = by_time

    def create(self, job: Job) -> None:
        session, kind = job.session, job.model.kind
        dated = f"SELECT *, {self._first(job)} AS {session.quote(kind.valid_from)}"
        dated += f", CAST(NULL AS TIMESTAMP) AS {session.quote(kind.valid_to)}"
        keys = ", ".join(keys_of(job))
        job.session.create_table(
            job.target, f"{dated} FROM (SELECT DISTINCT ON ({keys}) * FROM ({job.query()}\n) AS _new) AS _first"
        )

    def refresh(self, job: Job) -> None:
        keys = ", ".join(keys_of(job))
        self._stage(job, keys)
        self._close_changed(job, keys)
        if job.model.kind.invalidate_hard_deletes:
            self._close_deleted(job, keys)
        self._insert_new(job, keys)
        job.drop_staged()

    def _stage(self, job: Job, keys: str) -> None:
        key = job.session.quote(_KEY)
        job.staged(f"SELECT DISTINCT ON ({keys}) *, ROW({keys}) AS {key} FROM ({job.query()}\n) AS _new")

    def _close_changed(self, job: Job, keys: str) -> None:
        session, kind = job.session, job.model.kind
        to, at = session.quote(kind.valid_to), self._changed_at(job)
        session.run(
            f"UPDATE {session.name(job.target)} AS t SET {to} = {at} FROM temp._hw_staged AS n "
            f"WHERE t.{to} IS NULL AND ROW({self._of('t', job)}) IS NOT DISTINCT FROM n.{session.quote(_KEY)} AND ({self._differs(job)})"
        )

    def _close_deleted(self, job: Job, keys: str) -> None:
        session = job.session
        to = session.quote(job.model.kind.valid_to)
        session.run(
            f"UPDATE {session.name(job.target)} AS t SET {to} = {self._now(job)} WHERE t.{to} IS NULL AND NOT EXISTS "
            f"(SELECT 1 FROM temp._hw_staged AS n WHERE ROW({self._of('t', job)}) IS NOT DISTINCT FROM n.{session.quote(_KEY)})"
        )

    def _insert_new(self, job: Job, keys: str) -> None:
        session, kind = job.session, job.model.kind
        start, to, key = session.quote(kind.valid_from), session.quote(kind.valid_to), session.quote(_KEY)
        own = [c.name for c in session.columns(job.target) if c.name not in (kind.valid_from, kind.valid_to)]
        same = f"ROW({self._of('t', job)}) IS NOT DISTINCT FROM n.{key}"
        table = session.name(job.target)
        last = f"(SELECT MAX(t.{to}) FROM {table} AS t WHERE {same})"
        since = f"CASE WHEN {last} IS NULL THEN {self._first(job)} ELSE GREATEST({last}, {self._changed_at(job)}) END"
        session.run(
            f"INSERT INTO {table} ({session.quoted(own)}, {start}, {to}) "
            f"SELECT {session.quoted(own)}, {since}, NULL FROM temp._hw_staged AS n "
            f"WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{to} IS NULL AND {same})"
        )

    def _of(self, alias: str, job: Job) -> str:
        """The key's expressions over one alias: keys are columns, or expressions over the target alone."""
        session = job.session
        names = {c.name.casefold() for c in session.columns(job.target)}
        keys = []
        for key in keys_of(job):
            plain = key.strip('"')
            keys.append(f"{alias}.{session.quote(plain)}" if plain.casefold() in names else key)
        return ", ".join(keys)

    def _differs(self, job: Job) -> str:
        session, kind = job.session, job.model.kind
        if self.by_time:
            column = session.quote(kind.updated_at)
            return f"n.{column} > t.{column}"
        names = kind.compared or tuple(
            c.name
            for c in session.columns(job.target)
            if c.name not in (kind.valid_from, kind.valid_to) and c.name not in kind.unique_key
        )
        return " OR ".join(f"n.{session.quote(n)} IS DISTINCT FROM t.{session.quote(n)}" for n in names) or "FALSE"

    def _changed_at(self, job: Job) -> str:
        """When the new version of row `n` begins to hold."""
        return (
            f"CAST(n.{job.session.quote(job.model.kind.updated_at)} AS TIMESTAMP)" if self.by_time else self._now(job)
        )

    def _first(self, job: Job) -> str:
        """From when on the first version of a key holds."""
        kind = job.model.kind
        if self.by_time and kind.updated_at_as_valid_from:
            return f"CAST({job.session.quote(kind.updated_at)} AS TIMESTAMP)"
        if not self.by_time and kind.execution_time_as_valid_from:
            return self._now(job)
        return f"CAST('{EPOCH.isoformat(sep=' ')}' AS TIMESTAMP)"

    def _now(self, job: Job) -> str:
        return f"CAST('{job.now.isoformat(sep=' ')}' AS TIMESTAMP)"
