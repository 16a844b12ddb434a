"""The state store: snapshots, environments with their history, audits passed, what we made, and what we were doing.

It lives in schema `_headwater` of the same database, so it moves in one transaction with the views.  Every record is JSON
with a checksum; one that does not hold is named, with the way back.  A `State` belongs to an open session and caches nothing.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from lsp_server.environments import migrations
from lsp_server.environments.engines.base import CatalogEntry, Row, Session
from lsp_server.environments.errors import BuildFailed, StateCorrupt
from lsp_server.environments.migrations import check_version, migrate, version_of
from lsp_server.plan.names import STATE_SCHEMA, Relation
from lsp_server.plan.states import Environment, Snapshot, World
from lsp_server.plan.versions import ModelVersion, digest

_BULK = 500
"""Rows of one INSERT."""

Record = TypeVar("Record", Snapshot, Environment, ModelVersion)


class Made(msgspec.Struct, frozen=True):
    """A schema ("" as name), table or view that we made.

    For a view, `definition` is its text as the catalog gave it back, `query` what we gave, and `key` names what it shows:
    views with one key have one query.
    """

    kind: str
    relation: Relation
    owner: str = ""
    definition: str = ""
    key: str = ""
    query: str = ""

    def altered(self, entry: CatalogEntry) -> bool:
        """Whether a view of ours, as the catalog has it now, is not what we made."""
        return not entry.is_view or entry.definition != self.definition


class Operation(msgspec.Struct, frozen=True):
    """One line of the journal.  `outcome` is "" while it runs (or when its process died)."""

    id: str
    operation: str
    environment: str
    host: str
    process: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    detail: str


class State:
    """Reads and writes through one session; whoever calls decides about transactions."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # ---- reading

    def exists(self) -> bool:
        """Whether there is a state; refuses one that is newer than this program."""
        found = version_of(self.session)
        check_version(self.session, found)
        return found > 0

    def outdated(self) -> bool:
        """Whether a migration has to run before it can be read."""
        return 0 < version_of(self.session) < len(migrations.MIGRATIONS)

    def prepare(self) -> None:
        """Make the state, or bring it up to date."""
        migrate(self.session)

    def world(self) -> World:
        """Everything, as one value."""
        if not self.exists():
            return World()
        snapshots = self.snapshots()
        catalog = self.session.catalog()
        lost = frozenset(key for key, snapshot in snapshots.items() if snapshot.relation.key not in catalog)
        history: dict[str, list[Environment]] = {}
        for past in self._records("history", ("name", "number"), Environment):
            history.setdefault(past.name, []).append(past)
        environments = {record.name: record for record in self._records("environments", ("name",), Environment)}
        versions = self._rows("versions", ("identity",))
        views = [(item, catalog.get(item.relation.key)) for item in self.made().values() if item.kind == "view"]
        world = World(
            environments=environments,
            snapshots=snapshots,
            versions={key: self._decode("versions", key, body, check, ModelVersion) for key, body, check in versions},
            history={name: tuple(sorted(past, key=lambda e: e.number)) for name, past in history.items()},
            lost=lost,
            incomplete=frozenset(item.owner for item, entry in views if entry is None),
            altered=frozenset(
                (item.owner, item.relation, entry.is_view) for item, entry in views if entry and item.altered(entry)
            ),
        )
        self._check(world)
        return world

    def _rows(self, table: str, keys: tuple[str, ...]) -> list[tuple[str, str, str]]:
        """(key, body, checksum) of a table of records."""
        try:
            rows = self.session.run(f"SELECT {', '.join(keys)}, body, checksum FROM {self._table(table)}")
        except BuildFailed as error:
            raise StateCorrupt(
                f"{STATE_SCHEMA}.{table} cannot be read: {error.message}", "put a copy of the database back"
            ) from error
        return [(" ".join(str(part) for part in row[:-2]), str(row[-2]), str(row[-1])) for row in rows]

    def _records(self, table: str, keys: tuple[str, ...], type_: type[Record]) -> list[Record]:
        return [self._decode(table, key, body, check, type_) for key, body, check in self._rows(table, keys)]

    def _decode(self, table: str, key: str, body: str, check: str, type_: type[Record]) -> Record:
        way = (
            "put a copy of the database back; or delete that row of "
            f"{STATE_SCHEMA}.{table} in a DuckDB terminal, and `headwater env apply` makes anew what is missing"
        )
        if digest(body) != check:
            raise StateCorrupt(f"the record of {key} in {STATE_SCHEMA}.{table} was changed by somebody else", way)
        try:
            return msgspec.json.decode(body, type=type_)
        except msgspec.MsgspecError as error:
            raise StateCorrupt(f"the record of {key} in {STATE_SCHEMA}.{table} cannot be read: {error}", way) from error

    def snapshots(self) -> dict[tuple[str, str], Snapshot]:
        """All of their records, by key."""
        return {record.key: record for record in self._records("snapshots", ("model", "id"), Snapshot)}

    def snapshot(self, model: str, id_: str) -> Snapshot | None:
        """One snapshot's record."""
        rows = self.session.run(
            f"SELECT body, checksum FROM {self._table('snapshots')} WHERE model = ? AND id = ?", [model, id_]
        )
        return self._decode("snapshots", f"{model} {id_}", str(rows[0][0]), str(rows[0][1]), Snapshot) if rows else None

    def _check(self, world: World) -> None:
        """What environments refer to must be there."""
        for environment in world.environments.values():
            for model, placement in environment.models.items():
                if placement.version not in world.versions:
                    raise StateCorrupt(
                        f"environment {environment.name}: the state has lost the version of {model} that it shows",
                        "put a copy of the database back",
                    )

    def made(self) -> dict[tuple[str, str], Made]:
        """Everything that we made, by folded name; schemas by (name, "")."""
        rows = self.session.run(
            f"SELECT kind, schema_name, object_name, owner, definition, key, query FROM {self._table('objects')}"
        )
        found = [
            Made(str(kind), Relation(str(schema), str(name)), *(str(part) for part in rest))
            for kind, schema, name, *rest in rows
        ]
        return {item.relation.key: item for item in found}

    def is_made(self, relation: Relation) -> bool:
        """Whether we made this."""
        rows = self.session.run(
            f"SELECT schema_name, object_name FROM {self._table('objects')} "
            "WHERE lower(schema_name) = lower(?) AND lower(object_name) = lower(?)",
            [relation.schema, relation.name],
        )
        return any(Relation(str(schema), str(name)).key == relation.key for schema, name in rows)

    def passed(self) -> set[tuple[str, str, str]]:
        """(model, subject, audit fingerprint) of every recorded pass."""
        return {
            (str(m), str(s), str(a))
            for m, s, a in self.session.run(f"SELECT model, subject, audit FROM {self._table('audits')}")
        }

    def journal(self) -> list[Operation]:
        """All operations, oldest first."""
        rows = self.session.run(
            "SELECT id, operation, environment, host, process, started_at, finished_at, outcome, detail "
            f"FROM {self._table('journal')} ORDER BY started_at, id"
        )
        return [msgspec.convert(_operation(row), Operation) for row in rows]

    # ---- writing

    def put_versions(self, versions: Iterable[ModelVersion]) -> None:
        """Those that are not there yet."""
        known = {key for key, _, _ in self._rows("versions", ("identity",))}
        new = {version.identity: version for version in versions if version.identity not in known}
        bodies = ((identity, version.name, _encode(version)) for identity, version in new.items())
        self._insert("versions", [(identity, name, body, digest(body)) for identity, name, body in bodies])

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """New, or in the place of the one with the same key."""
        self.put_snapshots([snapshot])

    def put_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """The same of many: two statements for some hundreds."""
        latest = list({snapshot.key: snapshot for snapshot in snapshots}.values())
        for start in range(0, len(latest), _BULK):
            some = latest[start : start + _BULK]
            keys = [part for snapshot in some for part in snapshot.key]
            places = ", ".join(["(?, ?)"] * len(some))
            self.session.run(f"DELETE FROM {self._table('snapshots')} WHERE (model, id) IN ({places})", keys)
            bodies = [(*snapshot.key, _encode(snapshot)) for snapshot in some]
            self._insert("snapshots", [(model, id_, body, digest(body)) for model, id_, body in bodies])

    def drop_snapshot(self, snapshot: Snapshot) -> None:
        """Forget it (not its table)."""
        self.session.run(
            f"DELETE FROM {self._table('snapshots')} WHERE model = ? AND id = ?", [snapshot.model, snapshot.id]
        )

    def put_environment(self, environment: Environment, replaced: Environment | None) -> None:
        """The environment's new version; the one it replaces goes to the history."""
        self.session.run(f"DELETE FROM {self._table('environments')} WHERE name = ?", [environment.name])
        body = _encode(environment)
        self.session.run(
            f"INSERT INTO {self._table('environments')} VALUES (?, ?, ?, ?)",
            [environment.name, environment.number, body, digest(body)],
        )
        if replaced is not None and replaced.number != environment.number:
            body = _encode(replaced)
            self.session.run(
                f"INSERT INTO {self._table('history')} VALUES (?, ?, ?, ?, ?)",
                [replaced.name, replaced.number, body, digest(body), environment.at],
            )

    def drop_environment(self, name: str) -> None:
        """The environment with its history."""
        for table in ("environments", "history"):
            self.session.run(f"DELETE FROM {self._table(table)} WHERE name = ?", [name])

    def drop_past(self, name: str, number: int) -> None:
        """One version of a history."""
        self.session.run(f"DELETE FROM {self._table('history')} WHERE name = ? AND number = ?", [name, number])

    def drop_versions(self, identities: Iterable[str]) -> None:
        """Model versions that nothing refers to."""
        for identity in identities:
            self.session.run(f"DELETE FROM {self._table('versions')} WHERE identity = ?", [identity])

    def replaced_at(self) -> dict[tuple[str, int], datetime]:
        """When each version of a history was replaced."""
        rows = self.session.run(f"SELECT name, number, replaced_at FROM {self._table('history')}")
        return {(str(name), int(str(number))): at for name, number, at in rows if isinstance(at, datetime)}

    def put_made(self, made: Made) -> None:
        """We made this."""
        self.forget(made.relation)
        self._insert_made([made])

    def put_views(self, owner: str, views: Sequence[Made]) -> None:
        """All views of one environment, in the place of what was recorded of them: two statements, however many there are."""
        self.session.run(f"DELETE FROM {self._table('objects')} WHERE kind = 'view' AND owner = ?", [owner])
        self._insert_made(views)

    def _insert_made(self, made: Sequence[Made]) -> None:
        rows = [(m.kind, m.relation.schema, m.relation.name, m.owner, m.definition, m.key, m.query) for m in made]
        self._insert("objects", rows)

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        """Some hundreds in one statement."""
        for start in range(0, len(rows), _BULK):
            some = rows[start : start + _BULK]
            row = f"({', '.join('?' * len(some[0]))})"
            places = ", ".join([row] * len(some))
            self.session.run(
                f"INSERT INTO {self._table(table)} VALUES {places}", [part for values in some for part in values]
            )

    def forget(self, relation: Relation) -> None:
        """It is gone, or no longer ours."""
        self.session.run(
            f"DELETE FROM {self._table('objects')} WHERE schema_name = ? AND object_name = ?",
            [relation.schema, relation.name],
        )

    def put_pass(self, model: str, subject: str, audit: str, at: datetime) -> None:
        """An audit passed on this data."""
        self.session.run(f"INSERT INTO {self._table('audits')} VALUES (?, ?, ?, ?)", [model, subject, audit, at])

    def drop_passes(self, model: str, subject: str) -> None:
        """Its data is gone."""
        self.session.run(
            f"DELETE FROM {self._table('audits')} WHERE model = ? AND starts_with(subject, ?)", [model, subject]
        )

    def begin(self, operation: str, environment: str, at: datetime) -> str:
        """Write down that an operation begins; its id."""
        id_ = uuid.uuid4().hex
        self.session.run(
            f"INSERT INTO {self._table('journal')} VALUES (?, ?, ?, ?, ?, ?, NULL, '', '')",
            [id_, operation, environment, socket.gethostname(), os.getpid(), at],
        )
        return id_

    def finish(self, id_: str, at: datetime, outcome: str, detail: str = "") -> None:
        """Write down how it ended."""
        self.session.run(
            f"UPDATE {self._table('journal')} SET finished_at = ?, outcome = ?, detail = ? WHERE id = ?",
            [at, outcome, detail, id_],
        )

    def _table(self, name: str) -> str:
        return self.session.name(Relation(STATE_SCHEMA, name))


def _encode(record: Snapshot | Environment | ModelVersion) -> str:
    return msgspec.json.encode(record).decode()


def _operation(row: Row) -> dict[str, object]:
    return dict(zip(Operation.__struct_fields__, row, strict=True))
