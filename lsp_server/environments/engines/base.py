"""The seam: everything that differs between engines is behind these two classes.

An `Engine` says what it can do and opens sessions; a `Session` runs statements.  Names come in as plain `Relation`s and are
quoted here; queries come in as SQL that `syntax.execution` made.  Nothing above this seam writes DDL.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import msgspec

from lsp_server.environments.progress import Cancel, Listener, silent
from lsp_server.plan.names import Relation
from lsp_server.semantics.facts import Column
from lsp_server.syntax.execution import quoted_path
from lsp_server.syntax.names import quote

Row = tuple[object, ...]


class CatalogEntry(msgspec.Struct, frozen=True):
    """A table or view as the engine's catalog has it.  `definition`: a view's text, "" for a table."""

    relation: Relation
    is_view: bool
    definition: str = ""
    rows: int = 0


class Engine(ABC):
    """One database."""

    dialect: str
    identifier_limit: int
    """Bytes; 0 for none."""
    transactional_ddl: bool
    """Whether views and state can move in one transaction.  Without it an operation needs a journal that is written first."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database yet (reading never makes one)."""

    def named(self, catalog: str) -> Engine:
        """The same database, open under the name by which queries know it; engines whose databases have fixed names do nothing."""
        return self

    @abstractmethod
    def session(
        self, *, write: bool = True, cancel: Cancel | None = None, listener: Listener = silent
    ) -> AbstractContextManager[Session]:
        """Open the database for one step, waiting a while for another process to release it; release it afterwards."""


class Session(ABC):
    """An open database, for the length of one step or some."""

    dialect: str
    opening = 0.0
    """Seconds that it took to open, without those for which others held it."""
    reusable = True
    """Whether nothing was run that may have changed more than the database."""
    _there: set[tuple[str, str]] | None = None
    """All tables and views, kept while only this session can change them, and does so by what is defined below."""

    @abstractmethod
    def run(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """Run one statement; rows of its result.  Raises `EnvironmentProblem`s in our words."""

    def rows(self, query: str) -> list[Row]:
        """The rows of a query on people's data; what Python has no plain value for comes as text."""
        return self.run(query)

    def run_foreign(self, sql: str) -> None:
        """A statement that a model's author wrote: it may change more than the database."""
        self._there = None
        self.run(sql)

    @abstractmethod
    def catalog(self) -> dict[tuple[str, str], CatalogEntry]:
        """All tables and views, by `Relation.key`."""

    @abstractmethod
    def relations(self) -> set[tuple[str, str]]:
        """The keys of `catalog`, which is dear where there are thousands of views."""

    def is_there(self, relation: Relation) -> bool:
        """Whether there is a table or view of that name."""
        if self._there is None:
            self._there = self.relations()
        return relation.key in self._there

    @property
    def known(self) -> int:
        """So many tables and views there are; 0 while nobody has asked for one of them."""
        return len(self._there or ())

    def _changed(self, relation: Relation, *, there: bool) -> None:
        if self._there is not None:
            (self._there.add if there else self._there.discard)(relation.key)

    @abstractmethod
    def schemas(self) -> dict[str, str]:
        """Names of schemas by their folded form."""

    @abstractmethod
    def describe(self, query: str) -> tuple[Column, ...]:
        """Names and types of a query's result, without running it."""

    @abstractmethod
    def columns(self, relation: Relation) -> tuple[Column, ...]:
        """Names and types of a table."""

    @abstractmethod
    def size(self, relation: Relation) -> int:
        """At most so many bytes a table is kept in; 0 where the catalog does not know, or measures too coarsely to say."""

    @abstractmethod
    def read_csv(self, path: str, options: Sequence[tuple[str, str]], columns: Sequence[tuple[str, str]]) -> str:
        """A query over a CSV file."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.run("BEGIN TRANSACTION")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._there = None
            self.undo()
            raise

    @abstractmethod
    def undo(self) -> None:
        """Roll back, whatever state the transaction is in; never raises."""

    # What follows is plain SQL on every engine in sight.

    def name(self, relation: Relation) -> str:
        """The relation as a statement names it."""
        return quoted_path((relation.schema, relation.name), self.dialect)

    def quote(self, name: str) -> str:
        """A column's or schema's name."""
        return quote(name, self.dialect)

    def quoted(self, names: Sequence[str]) -> str:
        """Columns, with commas."""
        return ", ".join(self.quote(name) for name in names)

    def create_schema(self, schema: str) -> None:
        """If it is not there."""
        self.run(f"CREATE SCHEMA IF NOT EXISTS {self.quote(schema)}")

    def drop_schema(self, schema: str) -> None:
        """It must be empty."""
        self.run(f"DROP SCHEMA {self.quote(schema)}")

    def create_table(self, relation: Relation, query: str, replace: bool = False) -> None:
        """With the rows of `query`."""
        self.run(f"CREATE {'OR REPLACE ' if replace else ''}TABLE {self.name(relation)} AS {query}")
        self._changed(relation, there=True)

    def create_empty(self, relation: Relation, query: str) -> None:
        """With the columns of `query` and no row."""
        self.run(f"CREATE TABLE {self.name(relation)} AS SELECT * FROM ({query}\n) AS _empty LIMIT 0")
        self._changed(relation, there=True)

    def insert(self, relation: Relation, columns: Sequence[str], query: str) -> None:
        """The rows of `query`, by the names of its columns."""
        names = self.quoted(columns)
        self.run(f"INSERT INTO {self.name(relation)} ({names}) SELECT {names} FROM ({query}\n) AS _new")

    def delete(self, relation: Relation, condition: str) -> None:
        """The rows for which `condition` (made here, of quoted names and literals) is true."""
        self.run(f"DELETE FROM {self.name(relation)} WHERE {condition}")

    def delete_alike(self, relation: Relation, rows: str, alike: str) -> None:
        """The table's rows for which one of `rows` (a relation in SQL) is `alike`: a condition over `target` and `source`."""
        self.run(
            f"DELETE FROM {self.name(relation)} AS target WHERE EXISTS (SELECT 1 FROM {rows} AS source WHERE {alike})"
        )

    def merge(self, relation: Relation, columns: Sequence[str], rows: str, alike: str, whens: str = "") -> None:
        """`rows` into the table: by `whens` where one is `alike` (by default it takes the old one's place), else as new rows."""
        updates = ", ".join(f"{self.quote(name)} = source.{self.quote(name)}" for name in columns)
        values = ", ".join(f"source.{self.quote(name)}" for name in columns)
        self.run(
            f"MERGE INTO {self.name(relation)} AS target USING {rows} AS source ON {alike} "
            f"{whens or f'WHEN MATCHED THEN UPDATE SET {updates}'} "
            f"WHEN NOT MATCHED THEN INSERT ({self.quoted(columns)}) VALUES ({values})"
        )

    def create_view(self, relation: Relation, query: str) -> None:
        """Or replace it: whoever calls has made sure that it is ours."""
        self.run(f"CREATE OR REPLACE VIEW {self.name(relation)} AS {query}")
        self._changed(relation, there=True)

    def drop_view(self, relation: Relation) -> None:
        """If it is there."""
        self.run(f"DROP VIEW IF EXISTS {self.name(relation)}")
        self._changed(relation, there=False)

    def drop_table(self, relation: Relation) -> None:
        """If it is there."""
        self.run(f"DROP TABLE IF EXISTS {self.name(relation)}")
        self._changed(relation, there=False)

    def add_column(self, relation: Relation, column: Column) -> None:
        """At the end, NULL in the rows that are there.  The type is one that this engine itself has named."""
        self.run(f"ALTER TABLE {self.name(relation)} ADD COLUMN {self.quote(column.name)} {column.type}")

    def drop_column(self, relation: Relation, column: str) -> None:
        """For a destructive change that the model allows."""
        self.run(f"ALTER TABLE {self.name(relation)} DROP COLUMN {self.quote(column)}")

    def change_type(self, relation: Relation, column: Column) -> None:
        """Every value is cast."""
        self.run(f"ALTER TABLE {self.name(relation)} ALTER COLUMN {self.quote(column.name)} TYPE {column.type}")

    def count(self, relation: Relation) -> int:
        """Rows of a table."""
        return int(str(self.run(f"SELECT COUNT(*) FROM {self.name(relation)}")[0][0]))
