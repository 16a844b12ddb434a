"""What stands in the DuckDB file, read with the `duckdb` package alone.

The demo's second witness: it asks the database itself, not the server, what a step did.
It must not import anything of Headwater's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

PHYSICAL = "headwater\\_\\_%"


@dataclass(frozen=True)
class Sight:
    """Tables of the physical layer, and views by (schema, name) with their text."""

    tables: frozenset[str]
    views: dict[tuple[str, str], str]

    def environment(self, name: str) -> dict[str, str]:
        """The environment's views by model: `marts.rides` for the view `marts__dev.rides` of `dev`."""
        suffix = "" if name == "prod" else f"__{name}"
        return {
            f"{schema.removesuffix(suffix)}.{view}": text
            for (schema, view), text in self.views.items()
            if (schema.endswith(suffix) if suffix else "__" not in schema)
        }

    def tables_under(self, name: str) -> frozenset[str]:
        """The physical tables that the environment's views name."""
        texts = " ".join(self.environment(name).values())
        return frozenset(table for table in self.tables if table.partition(".")[2] in texts)


def look(database: Path) -> Sight:
    """Open the file read-only for a moment."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE schema_name LIKE ? ESCAPE '\\'",
            [PHYSICAL],
        ).fetchall()
        views = connection.execute(
            "SELECT schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal AND schema_name NOT LIKE '\\_%' ESCAPE '\\'"
        ).fetchall()
    return Sight(frozenset(name for (name,) in tables), {(schema, view): text for schema, view, text in views})


def value(database: Path, query: str) -> object:
    """The single value that a query gives."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None
