"""DuckDB: one file, opened for a step and released, so that a terminal can get in between.

A second process cannot open a file that is held for writing: whoever meets a lock waits a while, then says who holds it.
DDL is transactional here, so an environment moves in one transaction, state included.
"""

from __future__ import annotations

import atexit
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.environments.engines.base import CatalogEntry, Engine, Row, Session
from lsp_server.environments.engines.cores import threads
from lsp_server.environments.engines.late import Late
from lsp_server.environments.errors import BuildFailed, Cancelled, EnvironmentProblem, Locked, Moved, Unusable
from lsp_server.environments.progress import Cancel, Listener, Progress, silent
from lsp_server.plan.names import Relation
from lsp_server.semantics.facts import Column
from lsp_server.syntax.expansion import literal
from lsp_server.syntax.names import quote

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = Late("duckdb")

_HOLDER = re.compile(
    r"Conflicting lock is held in (?P<program>.+?)(?: \(PID (?P<pid>\d+)\))?(?: by user (?P<user>\S+))?\. "
)
_FULL = ("No space left", "File too large", "disk full", "Disk quota")
_READ_ONLY = ("read-only", "Read-only", "Permission denied", "Cannot open file")
_BATCH = 200
"""Rows that become Python values in one go: meanwhile every other thread stands still."""
_CSV_OPTIONS = {
    "delimiter": "delim",
    "quotechar": "quote",
    "escapechar": "escape",
    "encoding": "encoding",
}


class Instances:
    """In-memory DuckDB instances that files are attached to, each lent to one session at a time.

    To make one takes longer than most steps.  A forked process makes its own: its parent's have lost their threads.
    """

    def __init__(self) -> None:
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._lost: list[duckdb.DuckDBPyConnection] = []
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._after_fork)
        atexit.register(self._close)

    def take(self) -> duckdb.DuckDBPyConnection:
        """An idle one, or a new one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        # No Python variable may stand in for a missing table, nothing is installed behind the user's back.
        config: dict[str, str | bool | int | float | list[str]] = {
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "TimeZone": "UTC",
        }
        return duckdb.connect(config=config | ({"threads": threads()} if threads() else {}))

    def give_back(self, instance: duckdb.DuckDBPyConnection) -> None:
        """It is as `take` gave it."""
        with self._lock:
            self._idle.append(instance)

    def _close(self) -> None:
        for instance in self._idle:
            instance.close()
        self._idle.clear()

    def _after_fork(self) -> None:
        self._lock = threading.Lock()
        self._lost += self._idle  # never closed: that would wait for threads that are not there
        self._idle = []


_instances = Instances()


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
        try:
            return self.path.exists()
        except OSError as error:
            raise Unusable(
                f"{self.path} cannot be opened: {error.strerror}", "check the path and its permissions"
            ) from None

    def named(self, catalog: str) -> DuckDB:
        return self if catalog in ("", self.catalog) else DuckDB(self.path, self.patience, catalog)

    @contextmanager
    def session(
        self, *, write: bool = True, cancel: Cancel | None = None, listener: Listener = silent
    ) -> Iterator[DuckSession]:
        cancel = cancel or Cancel()
        instance, cursor, opening = self._open(write, cancel, listener)
        session = DuckSession(cursor, cancel, opening)
        try:
            yield session
        finally:
            cursor.close()
            self._release(instance, session.reusable)

    def _release(self, instance: duckdb.DuckDBPyConnection, reusable: bool) -> None:
        """Let go of the file."""
        if reusable:
            try:
                instance.execute(f"DETACH {quote(self.catalog, self.dialect)}")
            except duckdb.Error:  # a full disk or a damaged file has broken the instance: it ends with it
                reusable = False
        if reusable:
            _instances.give_back(instance)
        else:
            instance.close()

    def _open(
        self, write: bool, cancel: Cancel, listener: Listener
    ) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection, float]:
        deadline = time.monotonic() + self.patience
        pause = 0.02
        while True:
            cancel.check()
            began = time.monotonic()
            try:
                return *self._connect(write), time.monotonic() - began
            except duckdb.Error as error:
                problem = self._explain(error)
            # Raised out here: inside, it would keep the error, whose frames keep the connection, alive to the end of the process.
            if not isinstance(problem, Locked) or time.monotonic() >= deadline:
                raise problem
            listener(Progress(0, 0, f"waiting: {problem.message}"))
            cancel.wait(pause)
            pause = min(pause * 1.6, 0.5)

    def _connect(self, write: bool) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]:
        """An instance with the file attached, and a cursor whose database is that file."""
        # Attached under a name of our own: `shop.duckdb` opened directly is a catalog `shop`, and then a schema of that name
        # is ambiguous.
        name = quote(self.catalog, self.dialect)
        instance = _instances.take()
        try:
            instance.execute(f"ATTACH {literal(str(self.path))} AS {name}{'' if write else ' (READ_ONLY)'}")
        except duckdb.Error:
            instance.close()
            raise
        cursor = instance.cursor()
        cursor.execute(f"USE {name}")
        return instance, cursor

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

    def __init__(self, connection: duckdb.DuckDBPyConnection, cancel: Cancel, opening: float = 0.0) -> None:
        self.connection, self.cancel, self.opening = connection, cancel, opening

    def rows(self, query: str) -> list[Row]:
        # DuckDB gives a moment with a time zone to Python only where a package is installed that nobody needs otherwise.
        types = [column.type for column in self.describe(query)]
        if not any("TIME ZONE" in type_ for type_ in types):
            return self.run(query)
        shown = [f"CAST(c{i} AS VARCHAR)" if "TIME ZONE" in type_ else f"c{i}" for i, type_ in enumerate(types)]
        names = ", ".join(f"c{i}" for i in range(len(types)))
        return self.run(f"SELECT {', '.join(shown)} FROM ({query}\n) AS _rows({names})")

    def run_foreign(self, sql: str) -> None:
        self.reusable = False
        super().run_foreign(sql)

    def run(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        try:
            with self.cancel.interrupting(self.connection.interrupt):
                result = self.connection.execute(sql, list(params)) if params else self.connection.execute(sql)
                rows: list[Row] = []
                while batch := result.fetchmany(_BATCH):
                    rows += batch
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

    def relations(self) -> set[tuple[str, str]]:
        rows = self.run(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() "
            "UNION ALL SELECT schema_name, view_name FROM duckdb_views() "
            "WHERE NOT internal AND database_name = current_database()"
        )
        return {Relation(str(schema), str(name)).key for schema, name in rows}

    def schemas(self) -> dict[str, str]:
        rows = self.run("SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()")
        return {str(name).casefold(): str(name) for (name,) in rows}

    def describe(self, query: str) -> tuple[Column, ...]:
        return tuple(Column(str(row[0]), str(row[1])) for row in self.run(f"DESCRIBE {query}"))

    def columns(self, relation: Relation) -> tuple[Column, ...]:
        return self.describe(f"SELECT * FROM {self.name(relation)}")

    def size(self, relation: Relation) -> int:
        # Whole blocks, which small tables share: an upper bound, and of what fits into one it would say nothing.
        path = ".".join(self.quote(part) for part in (relation.schema, relation.name))
        rows = self.run(
            f"SELECT COUNT(DISTINCT block_id), (SELECT block_size FROM pragma_database_size() WHERE database_name = current_database()) "
            f"FROM pragma_storage_info({literal(path)}) WHERE persistent AND block_id >= 0"
        )
        blocks, size = (int(str(value or 0)) for value in rows[0])
        return blocks * size if blocks > 1 else 0

    def read_csv(self, path: str, options: Sequence[tuple[str, str]], columns: Sequence[tuple[str, str]]) -> str:
        settings = [f"{_CSV_OPTIONS[key]} = {literal(value)}" for key, value in options if _CSV_OPTIONS.get(key)]
        nulls = ["", *(value for key, value in options if key == "na_values")]
        if nulls[1:]:
            settings.append(f"nullstr = [{', '.join(map(literal, nulls))}]")
        types = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in columns)
        if types:
            settings.append(f"types = {{{types}}}")
        extra = "".join(f", {setting}" for setting in settings)
        return f"SELECT * FROM read_csv({literal(path)}, header = true{extra})"


@contextmanager
def in_memory(cancel: Cancel | None = None) -> Iterator[DuckSession]:
    """A database of its own that ends with the session: for unit tests.  It can read CSV files and nothing else outside."""
    instance = _instances.take()
    try:
        yield DuckSession(instance, cancel or Cancel())
    finally:
        instance.close()


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
        shown = " ".join(b" ".join(words).decode(errors="replace").split())
        program = (shown[:80] + "...") if len(shown) > 80 else shown or program
    user = f" of {held['user']}" if held["user"] else ""
    return f"{program} (process {pid}{user})" if pid else program


def _first(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".!") if text.strip() else "unknown error"


def _message(text: str) -> str:
    """An engine's message on a statement: its sentences, without the place in a text that the user never wrote."""
    return re.split(r"\n\s*\nLINE \d+:", text.strip())[0].rstrip(".")
