"""DuckDB: one file, opened for a step and released, so that a terminal can get in between.

A second process cannot open a file that is held for writing: whoever meets a lock waits a while, then says who holds it.
DDL is transactional here, so an environment moves in one transaction, state included.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lsp_server.environments.engines.base import CatalogEntry, Engine, Row, Session
from lsp_server.environments.errors import BuildFailed, Cancelled, EnvironmentProblem, Locked, Moved, Unusable
from lsp_server.environments.progress import Cancel, Listener, Progress, silent
from lsp_server.plan.names import Relation
from lsp_server.semantics.facts import Column
from lsp_server.syntax.expansion import literal
from lsp_server.syntax.names import quote

_HOLDER = re.compile(
    r"Conflicting lock is held in (?P<program>.+?)(?: \(PID (?P<pid>\d+)\))?(?: by user (?P<user>\S+))?\. "
)
_FULL = ("No space left", "File too large", "disk full", "Disk quota")
_READ_ONLY = ("read-only", "Read-only", "Permission denied", "Cannot open file")
_CSV_OPTIONS = {
    "delimiter": "delim",
    "quotechar": "quote",
    "escapechar": "escape",
    "encoding": "encoding",
    "doublequote": "",
}


class DuckDB(Engine):
    """A database file."""

    dialect = "duckdb"
    identifier_limit = 255
    """DuckDB itself has none; longer names break the tools around it."""
    transactional_ddl = True

    def __init__(self, path: Path | str, patience: float = 10.0, catalog: str = "") -> None:
        self.path = Path(path)
        self.catalog = catalog or "_headwater_db"
        """The name by which models' queries know the database, where they name it at all."""
        self.patience = patience
        """Seconds to wait for a lock."""

    def exists(self) -> bool:
        return self.path.exists()

    def named(self, catalog: str) -> DuckDB:
        return self if catalog in ("", self.catalog) else DuckDB(self.path, self.patience, catalog)

    @contextmanager
    def session(
        self, *, write: bool = True, cancel: Cancel | None = None, listener: Listener = silent
    ) -> Iterator[DuckSession]:
        cancel = cancel or Cancel()
        connection = self._open(write, cancel, listener)
        try:
            yield DuckSession(connection, cancel)
        finally:
            connection.close()

    def _open(self, write: bool, cancel: Cancel, listener: Listener) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + self.patience
        pause = 0.02
        while True:
            cancel.check()
            try:
                return self._connect(write)
            except duckdb.Error as error:
                problem = self._explain(error)
            # Raised out here: inside, it would keep the error, whose frames keep the connection, alive to the end of the process.
            if not isinstance(problem, Locked) or time.monotonic() >= deadline:
                raise problem
            listener(Progress(0, 0, f"waiting: {problem.message}"))
            cancel.wait(pause)
            pause = min(pause * 1.6, 0.5)

    def _connect(self, write: bool) -> duckdb.DuckDBPyConnection:
        # Attached under a name of our own: `shop.duckdb` opened directly is a catalog `shop`, and then a schema of that name
        # is ambiguous. No Python variable may stand in for a missing table, nothing is installed behind the user's back.
        connection = duckdb.connect(
            config={"python_enable_replacements": False, "autoinstall_known_extensions": False, "TimeZone": "UTC"}
        )
        try:
            name = quote(self.catalog, self.dialect)
            connection.execute(f"ATTACH {literal(str(self.path))} AS {name}{'' if write else ' (READ_ONLY)'}")
            connection.execute(f"USE {name}")
        except duckdb.Error:
            connection.close()
            raise
        return connection

    def _explain(self, error: duckdb.Error) -> EnvironmentProblem:
        text = str(error)
        if held := _HOLDER.search(text):
            return Locked(
                f"{self.path.name} is in use by {_holder(held)}",
                "close it there, or let it finish, and run this again; nothing was changed",
            )
        if "Unique file handle conflict" in text:
            return Locked(
                f"{self.path.name} is in use inside this process", "wait for the other operation, and run this again"
            )
        if "Could not set lock" in text:
            return Locked(f"{self.path.name} is in use by another process", "close it there and run this again")
        if "not a valid DuckDB database" in text or "corrupt" in text.lower() or "Serialization" in text:
            return Unusable(
                f"{self.path} is not a DuckDB database, or a damaged one: {_first(text)}",
                "put a copy of the database back, or move the file away to begin with an empty one",
            )
        return explain(error) or Unusable(
            f"{self.path} cannot be opened: {_first(text)}", "check the path and its permissions"
        )


class DuckSession(Session):
    """An open connection."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, cancel: Cancel) -> None:
        self.connection, self.cancel = connection, cancel

    def run(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        try:
            with self.cancel.interrupting(self.connection.interrupt):
                result = self.connection.execute(sql, list(params)) if params else self.connection.execute(sql)
                rows: list[Row] = result.fetchall()
                return rows
        except duckdb.InterruptException:
            self.cancel.check()
            raise Cancelled("the query was interrupted", "run it again") from None
        except duckdb.Error as error:
            raise explain(error) or BuildFailed(_message(str(error))) from error

    def undo(self) -> None:
        # A failed COMMIT, a full disk or an interrupt may have ended the transaction already: then there is nothing to undo.
        try:
            self.connection.execute("ROLLBACK")
        except duckdb.Error as error:
            if not isinstance(
                error, (duckdb.TransactionException, duckdb.FatalException, duckdb.InvalidInputException)
            ):
                raise

    def catalog(self) -> dict[tuple[str, str], CatalogEntry]:
        tables = self.run(
            "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE database_name = current_database()"
        )
        views = self.run(
            "SELECT schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = current_database()"
        )
        entries = [CatalogEntry(Relation(str(s), str(n)), False, rows=int(str(size or 0))) for s, n, size in tables]
        entries += [CatalogEntry(Relation(str(s), str(n)), True, str(sql)) for s, n, sql in views]
        return {entry.relation.key: entry for entry in entries}

    def schemas(self) -> dict[str, str]:
        rows = self.run("SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()")
        return {str(name).casefold(): str(name) for (name,) in rows}

    def describe(self, query: str) -> tuple[Column, ...]:
        return tuple(Column(str(row[0]), str(row[1])) for row in self.run(f"DESCRIBE {query}"))

    def columns(self, relation: Relation) -> tuple[Column, ...]:
        return self.describe(f"SELECT * FROM {self.name(relation)}")

    def read_csv(self, path: str, options: Sequence[tuple[str, str]], columns: Sequence[tuple[str, str]]) -> str:
        settings = [f"{_CSV_OPTIONS[key]} = {literal(value)}" for key, value in options if _CSV_OPTIONS.get(key)]
        types = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in columns)
        if types:
            settings.append(f"types = {{{types}}}")
        extra = "".join(f", {setting}" for setting in settings)
        return f"SELECT * FROM read_csv({literal(path)}, header = true{extra})"


@contextmanager
def in_memory(cancel: Cancel | None = None) -> Iterator[DuckSession]:
    """A database of its own that ends with the session: for unit tests.  It can read CSV files and nothing else outside."""
    connection = duckdb.connect(
        config={"python_enable_replacements": False, "autoinstall_known_extensions": False, "TimeZone": "UTC"}
    )
    try:
        yield DuckSession(connection, cancel or Cancel())
    finally:
        connection.close()


def explain(error: duckdb.Error) -> EnvironmentProblem | None:
    """The problems that can meet any statement; None for one that is the statement's own."""
    text = str(error)
    if isinstance(error, duckdb.TransactionException) and "onflict" in text:
        return Moved("another session changed the same environment at the same moment", "run it again")
    if any(sign in text for sign in _FULL) or isinstance(error, duckdb.OutOfMemoryException):
        return Unusable(
            f"there is no room: {_first(text)}", "free some space and run it again; finished tables are kept"
        )
    if any(sign in text for sign in _READ_ONLY) and isinstance(
        error, (duckdb.IOException, duckdb.InvalidInputException)
    ):
        return Unusable(f"the database cannot be written: {_first(text)}", "make the file and its folder writable")
    if isinstance(error, duckdb.FatalException):
        return Unusable(f"DuckDB gave up: {_first(text)}", "run it again; if it happens again, check the disk")
    return None


def _holder(held: re.Match[str]) -> str:
    """Who holds the lock: the program's command line where the system tells it, and its process number."""
    program, pid = held["program"], held["pid"]
    if pid and (line := Path(f"/proc/{pid}/cmdline")).exists():
        try:
            words = line.read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            words = []
        shown = " ".join(word.decode(errors="replace") for word in words if word)
        program = (shown[:80] + "...") if len(shown) > 80 else shown or program
    user = f" of {held['user']}" if held["user"] else ""
    return f"{program} (process {pid}{user})" if pid else program


def _first(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else "unknown error"


def _message(text: str) -> str:
    """An engine's message on a statement: its sentences, without the place in a text that the user never wrote."""
    return re.split(r"\n\s*\nLINE \d+:", text.strip())[0].rstrip(".")
