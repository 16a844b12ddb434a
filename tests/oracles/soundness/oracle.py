"""Both versions of a case, run on DuckDB over many small data sets with NULLs, duplicates and empty tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import duckdb

from tests.oracles.soundness.sql import TABLES

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """One model's table: column names, rows in order, and types, which alone tell two empty tables apart for their readers."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    types: tuple[str, ...] = ()

    def bag(self, names: list[str]) -> Counter[Row]:
        """The rows as a bag, over some columns jointly."""
        at = [self.names.index(name) for name in names]
        return Counter(tuple(frozen(row[i]) for i in at) for row in self.rows)

    def listed(self, names: list[str]) -> list[Row]:
        """The rows in order, over some columns."""
        at = [self.names.index(name) for name in names]
        return [tuple(frozen(row[i]) for i in at) for row in self.rows]


def frozen(value: Any) -> Any:
    """A value that can be counted; its Python type goes with it, so that 1, 1.0 and TRUE differ."""
    if isinstance(value, list):
        return ("list", tuple(frozen(item) for item in value))
    if isinstance(value, dict):
        return ("struct", tuple((key, frozen(item)) for key, item in value.items()))
    return (type(value).__name__, str(value))


class Oracle:
    """An in-memory DuckDB with `datasets` schemas ds0, ds1, ..., each holding the source tables."""

    def __init__(self, seed: int, datasets: int, tables: Mapping[str, Mapping[str, str]] = TABLES) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.datasets = datasets
        self._path = ""
        self._schemas: set[str] = set()
        self._written: set[tuple[str, str]] = set()
        self._tables = tables
        self.fill(Random(seed))

    def fill(self, rng: Random) -> None:
        """Draws all data sets anew; the first is empty in one table, one has no NULL."""
        for number in range(self.datasets):
            self._schema(number, 0)
            empty = rng.choice(list(self._tables)) if rng.random() < 0.15 else ""
            for table, columns in self._tables.items():
                spec = ", ".join(f"{name} {kind}" for name, kind in columns.items())
                self.connection.execute(f"CREATE OR REPLACE TABLE ds{number}.{table} ({spec})")
                count = 0 if table == empty else rng.choice([2, 4, 5, 6])
                rows = [_row(rng, columns) for _ in range(count)]
                rows += rng.sample(rows, min(len(rows), rng.choice([0, 1, 2])))
                if rows:
                    self.connection.execute(f"INSERT INTO ds{number}.{table} VALUES " + ", ".join(rows))

    def _schema(self, dataset: int, version: int) -> str:
        name = f"ds{dataset}" if version == 0 else f"ds{dataset}_{version}"
        if name not in self._schemas:
            self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
            self._schemas.add(name)
        return name

    def use(self, dataset: int, versions: tuple[int, ...] = ()) -> None:
        """Where names without schema are looked for from now on: in these versions' tables, then in the data set."""
        path = ",".join(self._schema(dataset, version) for version in (*versions, 0))
        if path != self._path:
            self.connection.execute(f"SET search_path = '{path}'")
            self._path = path

    def run(self, text: str) -> Result | None:
        """The rows of a query; None if it fails."""
        try:
            cursor = self.connection.execute(text)
            columns = cursor.description or ()
            names, types = told_apart([name for name, *_ in columns]), tuple(str(kind) for _, kind, *_ in columns)
            return Result(names, tuple(cursor.fetchall()), types)
        except duckdb.Error:
            return None

    def keep(self, name: str, text: str, dataset: int, version: int = 0) -> bool:
        """Makes `text` the table of model `name` in one version of a data set."""
        schema = self._schema(dataset, version)
        try:
            self.connection.execute(f"CREATE OR REPLACE TABLE {schema}.{name} AS {text}")
        except duckdb.Error:
            return False
        self._written.add((schema, name))
        return True

    def forget(self, name: str, dataset: int, version: int) -> None:
        """Drops a table that an earlier case left."""
        written = (self._schema(dataset, version), name)
        if written in self._written:
            self._written.discard(written)
            self.connection.execute(f"DROP TABLE {'.'.join(written)}")

    def describe(self, text: str) -> list[tuple[str, str]] | None:
        """Names and types of a query's columns, as a table of it would have them."""
        try:
            found = self.connection.execute(text).description or []
        except duckdb.Error:
            return None
        names = told_apart([column[0] for column in found])
        return [(name, str(column[1])) for name, column in zip(names, found, strict=True)]


def told_apart(names: list[str]) -> tuple[str, ...]:
    """Of several equal names the later get a number, as in a table that is made of the query."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        key = name.lower()
        if key in seen:
            while f"{key}_{seen[key]}" in seen:
                seen[key] += 1
            name = f"{name}_{seen[key]}"
            key = name.lower()
        seen[key] = 1
        found.append(name)
    return tuple(found)


def _row(rng: Random, columns: Mapping[str, str]) -> str:
    return "(" + ", ".join(_cell(rng, kind) for kind in columns.values()) + ")"


def _cell(rng: Random, kind: str) -> str:
    if rng.random() < 0.18:
        return "NULL"
    if kind == "VARCHAR":
        return rng.choice(["'x'", "'y'", "'ok'", "'1'"])
    if kind == "VARCHAR[]":
        return rng.choice(["[]", "['x']", "['x', 'y']", "['y', NULL]"])
    if kind == "DATE":
        return rng.choice(["DATE '2024-01-01'", "DATE '2024-01-02'", "DATE '2023-12-31'"])
    if kind.endswith("[]"):
        return rng.choice(["[]", "[1]", "[1, 2]", "[2, NULL]"])
    if kind.startswith("DECIMAL"):
        return rng.choice(["0", "1", "1.5", "2"])
    return str(rng.choice([0, 1, 1, 2, 3, -1]))
