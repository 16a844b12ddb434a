"""Rows compared by key: the counts of changed rows and of each column's differences, against DuckDB asked row by row."""

from __future__ import annotations

from pathlib import Path

from lsp_server.environments.comparing import _rows
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.plan.names import Relation

OLD = "SELECT i AS id, i % 7 AS a, 'x' AS b, NULL::INT AS c, i AS gone FROM range(1000) AS t(i)"
NEW = (
    "SELECT i AS id, CASE WHEN i % 3 = 0 THEN -1 ELSE i % 7 END AS a, 'x' AS b, "
    "CASE WHEN i % 5 = 0 THEN 1 END AS c, i AS new FROM range(10, 1010) AS t(i)"
)


def test_every_changed_row_is_counted_column_by_column(tmp_path: Path) -> None:
    engine = DuckDB(tmp_path / "two.duckdb")
    one, two = Relation("main", "one"), Relation("main", "two")
    with engine.session(write=True) as session:
        session.run(f"CREATE TABLE {session.name(one)} AS {OLD}")
        session.run(f"CREATE TABLE {session.name(two)} AS {NEW}")
        rows = _rows(session, session.name(one), session.name(two), session.columns(one), session.columns(two), ("id",))
    both = range(10, 1000)
    assert (rows.before, rows.after, rows.added, rows.removed) == (1000, 1000, 10, 10)
    assert rows.by_column == {
        "a": sum(1 for i in both if i % 3 == 0),
        "c": sum(1 for i in both if i % 5 == 0),
    }
    assert rows.changed == sum(1 for i in both if i % 3 == 0 or i % 5 == 0)
