"""docs/models.md names every macro that is understood, and its figures are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from lsp_server.graph import queries
from lsp_server.project import files
from lsp_server.syntax import jinja_sandbox, limits, macro_types, tokens
from lsp_server.syntax.macro_functions import CLAUSES, FUNCTIONS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text("utf-8")


def test_all_macros_are_named() -> None:
    named = {name.lower() for name in re.findall(r"`@([A-Z_]+)`", TEXT)}
    assert {*FUNCTIONS, *CLAUSES} == named


def test_the_limits_are_those_of_the_code() -> None:
    figures = (
        files.LARGEST,
        queries.LARGEST,
        tokens.MAX_TEXT,
        limits.MAX_TOKENS,
        limits.MAX_DEPTH,
        macro_types.MAX_CALLS,
        macro_types.MAX_DEPTH,
        macro_types.MAX_OUTPUT,
        jinja_sandbox.MAX_ROUNDS,
        jinja_sandbox.MAX_OUTPUT,
    )
    for figure in figures:
        assert f"{figure:,}" in TEXT, figure
