"""Requests that come at once after a file is opened, before the workspace is analysed: whole answers, not early ones."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lsp_server.cli.demo.editor import position_of
from tests.e2e.raw import Raw

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "bikes"
    shutil.copytree(
        ROOT / "demo_workspace", folder, ignore=shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")
    )
    return folder


def ask(workspace: Path, method: str, path: str, word: str, **more: Any) -> Any:
    """The first answer of a server that has just been given the file."""
    file = workspace / path
    text = file.read_text(encoding="utf-8")
    with Raw() as server:
        server.initialize(str(workspace))
        server.open(file.as_uri(), text)
        position = position_of(text, text.rindex(word) + 1)
        return server.request(method, {"textDocument": {"uri": file.as_uri()}, "position": position, **more})


def test_hover(workspace: Path) -> None:
    found = ask(workspace, "textDocument/hover", "models/marts/daily_revenue.sql", "gross_cents")
    assert "intermediate.ride_charges.charge_cents" in found["contents"]["value"]


def test_rename_finds_the_readers(workspace: Path) -> None:
    edits = ask(workspace, "textDocument/rename", "models/staging/repairs.sql", "cost_cents", newName="price")
    assert {uri.rpartition("/")[2] for uri in edits["changes"]} == {"repairs.sql", "bike_condition.sql"}


def test_references_find_the_readers(workspace: Path) -> None:
    context = {"includeDeclaration": True}
    found = ask(workspace, "textDocument/references", "models/staging/repairs.sql", "staging.repairs", context=context)
    assert {place["uri"].rpartition("/")[2] for place in found} >= {"repairs.sql", "bike_condition.sql"}
