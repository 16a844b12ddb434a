"""What every editor's test starts from: a copy of the demo workspace, `headwater` on the path, the documented set-up."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]


def copy_of_demo(target: Path) -> Path:
    """The demo workspace without what a build left in it."""
    shutil.copytree(
        ROOT / "demo_workspace", target, ignore=shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")
    )
    return target


def environment(home: Path) -> dict[str, str]:
    """An empty home, a plain terminal, and `headwater` of this checkout on the path."""
    programs = home / "bin"
    programs.mkdir(parents=True)
    launcher = programs / "headwater"
    launcher.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m lsp_server "$@"\n')
    launcher.chmod(0o755)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }


def documented(name: str) -> str:
    """The blocks of docs/editors.md that are marked `<!-- tested: name -->`, one after another."""
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"<!-- tested: {re.escape(name)} -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert blocks, f"docs/editors.md has no block that is marked as tested with {name}"
    return "\n".join(blocks)


def views_and_tables(workspace: Path) -> tuple[set[str], int]:
    """The virtual layer's views, and how many tables the physical layer has, read without Headwater."""
    if not (workspace / "bikeshare.duckdb").exists():
        return set(), 0
    with _connected(workspace / "bikeshare.duckdb") as connection:
        views = connection.execute(
            "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        tables = connection.execute(
            "SELECT COUNT(*) FROM duckdb_tables() WHERE schema_name LIKE 'headwater\\_\\_%' ESCAPE '\\'"
        ).fetchone()
    return {name for (name,) in views}, tables[0] if tables else 0


def _connected(database: Path, seconds: float = 30) -> duckdb.DuckDBPyConnection:
    """A reading connection, between two of the steps for which the server opens the file."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return duckdb.connect(str(database), read_only=True)
        except duckdb.IOException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
