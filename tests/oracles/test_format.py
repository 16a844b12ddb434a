"""Formatting on SQL that nobody here wrote: stable, never refused, and DuckDB sees the same query."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lsp_server.syntax.format import format_model, formatted
from lsp_server.text.spans import apply_edits
from tests.inputs import sqlglot_fixtures, sqlmesh_examples

DEMO = Path(__file__).parents[2] / "demo_workspace"


def check(text: str) -> str:
    """Format, and format again."""
    result = formatted(text, "duckdb")
    assert "cannot be formatted" not in result.note
    once = apply_edits(text, list(result.edits))
    assert format_model(once, "duckdb") == []
    return once


@pytest.mark.parametrize("folder", [sqlmesh_examples, lambda: DEMO], ids=["examples", "demo"])
def test_projects(folder: object) -> None:
    paths = sorted(folder().rglob("*.sql"))  # type: ignore[operator]
    assert len(paths) > 20
    for path in paths:
        check(path.read_text(encoding="utf-8"))


def test_the_demo_is_laid_out_as_it_would_be_formatted() -> None:
    """It is in SQLMesh's own layout too: nobody who comes from there gets a file full of changes."""
    for path in DEMO.rglob("*.sql"):
        assert format_model(path.read_text(encoding="utf-8"), "duckdb") == [], path


@pytest.mark.parametrize("suite", ["tpc-h", "tpc-ds"])
def test_a_formatted_query_is_the_same_query(suite: str) -> None:
    folder = sqlglot_fixtures() / "optimizer" / suite
    made = duckdb.connect()
    for table in sorted(folder.glob("*.csv.gz")):
        made.execute(f"create table {table.name[:-7]} as select * from read_csv('{table}', delim='|', header=true)")
    ran = 0
    for statement in (folder / f"{suite}.sql").read_text(encoding="utf-8").split(";")[::2]:
        query = "\n".join(line for line in statement.splitlines() if not line.startswith("#"))
        if not query.strip():
            continue
        new = check(query)
        try:
            before = made.execute(query)
            names, rows = [column[0] for column in before.description or []], before.fetchall()
        except duckdb.Error:
            continue  # the fixture's sniffed types do not fit some queries
        after = made.execute(new)
        assert [column[0] for column in after.description or []] == names
        assert sorted(map(repr, after.fetchall())) == sorted(map(repr, rows))
        ran += 1
    assert ran >= {"tpc-h": 20, "tpc-ds": 80}[suite]
