"""The tables of schema `_headwater`, version by version.

A migration is a list of statements; `STATE` stands for the quoted schema.  They run in one transaction, so a state is never
between two versions.  A state of a newer Headwater is refused, not guessed at.
"""

from __future__ import annotations

from lsp_server.environments.engines.base import Session
from lsp_server.environments.errors import StateCorrupt
from lsp_server.plan.names import STATE_SCHEMA, Relation

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE STATE.versions (identity VARCHAR, model VARCHAR, body VARCHAR, checksum VARCHAR)",
        "CREATE TABLE STATE.snapshots (model VARCHAR, id VARCHAR, body VARCHAR, checksum VARCHAR)",
        "CREATE TABLE STATE.environments (name VARCHAR, number BIGINT, body VARCHAR, checksum VARCHAR)",
        "CREATE TABLE STATE.history (name VARCHAR, number BIGINT, body VARCHAR, checksum VARCHAR, replaced_at TIMESTAMP)",
        "CREATE TABLE STATE.audits (model VARCHAR, subject VARCHAR, audit VARCHAR, passed_at TIMESTAMP)",
        "CREATE TABLE STATE.objects (kind VARCHAR, schema_name VARCHAR, object_name VARCHAR, owner VARCHAR, definition VARCHAR)",
        "CREATE TABLE STATE.journal (id VARCHAR, operation VARCHAR, environment VARCHAR, host VARCHAR, process BIGINT, "
        "started_at TIMESTAMP, finished_at TIMESTAMP, outcome VARCHAR, detail VARCHAR)",
    ),
    (
        "ALTER TABLE STATE.objects ADD COLUMN key VARCHAR DEFAULT ''",
        "ALTER TABLE STATE.objects ADD COLUMN query VARCHAR DEFAULT ''",
    ),
)
"""`MIGRATIONS[n]` leads from version n to version n + 1."""

_META = Relation(STATE_SCHEMA, "meta")


def version_of(session: Session) -> int:
    """The state's version; 0 when there is none."""
    if _META.key not in session.catalog():
        return 0
    rows = session.run(f"SELECT value FROM {session.name(_META)} WHERE key = 'version'")
    if len(rows) != 1 or not str(rows[0][0]).isdigit():
        raise StateCorrupt(f"{STATE_SCHEMA}.meta does not name the state's version", "put a copy of the database back")
    return int(str(rows[0][0]))


def check_version(session: Session, found: int) -> None:
    """Refuse a state that is newer than this program."""
    if found > len(MIGRATIONS):
        raise StateCorrupt(
            f"the state in this database is version {found}, and this Headwater knows up to version {len(MIGRATIONS)}",
            "use a newer Headwater",
        )


def migrate(session: Session) -> None:
    """Bring the state to this program's version."""
    found = version_of(session)
    check_version(session, found)
    if found == len(MIGRATIONS):
        return
    with session.transaction():
        if not found:
            _begin(session)
        for statements in MIGRATIONS[found:]:
            for statement in statements:
                session.run(statement.replace("STATE", session.quote(STATE_SCHEMA)))
        session.run(f"UPDATE {session.name(_META)} SET value = ? WHERE key = 'version'", [str(len(MIGRATIONS))])


def _begin(session: Session) -> None:
    if STATE_SCHEMA in session.schemas():
        raise StateCorrupt(
            f"schema {STATE_SCHEMA} exists, and holds no state that Headwater made",
            f"rename or drop it, if it is not Headwater's: DROP SCHEMA {STATE_SCHEMA} CASCADE",
        )
    session.create_schema(STATE_SCHEMA)
    session.run(f"CREATE TABLE {session.name(_META)} (key VARCHAR, value VARCHAR)")
    session.run(f"INSERT INTO {session.name(_META)} VALUES ('version', '0')")
