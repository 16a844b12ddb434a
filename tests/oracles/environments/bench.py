"""A DuckDB file with a source table, a small workspace in two versions, and short words for what tests do with them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.plan.steps import Plan
from lsp_server.plan.versions import WorkspaceVersion
from tests.versions import model, workspace

NOW = datetime(2024, 1, 5, 10)
A = model("shop.a", "SELECT i FROM raw.numbers WHERE i < 50", columns="i")
A2 = model("shop.a", "SELECT i, i * 2 AS k FROM raw.numbers WHERE i < 60", columns="i k")
V = model("shop.v", "SELECT * FROM shop.a", "VIEW")
B = model("shop.b", "SELECT SUM(i) AS total FROM shop.v", columns="total")
B2 = model("shop.b", "SELECT SUM(i) AS total FROM shop.v", columns="total", fingerprint="b2")
C = model("shop.c", "SELECT 1 AS one", columns="one")
FIRST, SECOND = workspace(A, V, B, C), workspace(A2, V, B2, C)


class Bench:
    """One database."""

    def __init__(self, folder: Path, fresh: bool = True) -> None:
        self.path = folder / "base.duckdb"
        self.engine = DuckDB(self.path, patience=0.2)
        if fresh:
            self.sql("CREATE SCHEMA raw; CREATE TABLE raw.numbers AS SELECT range AS i FROM range(100)")

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Ask DuckDB itself."""
        with duckdb.connect(str(self.path)) as connection:
            return connection.execute(query).fetchall()

    def apply(self, version: WorkspaceVersion, name: str = "prod", **call: object) -> Plan:
        """Apply a version."""
        return commands.apply(self.engine, version, name, Call(**{"now": NOW, **call})).plan  # type: ignore[arg-type]

    def tables(self) -> set[str]:
        """Names of the physical tables."""
        rows = self.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name LIKE 'headwater%'")
        return {str(row[0]) for row in rows}

    def total(self, schema: str = "shop") -> object:
        """What `b` shows."""
        return self.sql(f"SELECT total FROM {schema}.b")[0][0]
