"""The lens over a model and `headwater impact` count models and tables alike."""

from __future__ import annotations

import re

import pytest

from lsp_server.cli.impact import _print
from lsp_server.ide.verdicts import impact_title
from tests.specs_of_changes import graph, impact, model

FILES = {
    "models/a.sql": model("SELECT id, qty FROM orders", "a"),
    "models/b.sql": model("SELECT id, qty FROM a", "b"),
    "models/c.sql": model("SELECT SUM(qty) AS total FROM b", "c"),
    "models/d.sql": model("SELECT id FROM customers", "d"),
}


def test_the_lens_and_the_command_line_say_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    after = graph({**FILES, "models/a.sql": model("SELECT id, qty FROM orders WHERE qty > 1", "a")})
    found = impact.impact(after, impact.baseline(graph(FILES), "git:HEAD"))
    lens = re.search(r"(\d+) models? touched, (\d+) rebuilt, (\d+) reused", impact_title(after, found, "a"))
    _print(after, found)
    printed = capsys.readouterr().out
    line = re.search(r"(\d+) models? edited, (\d+) touched by that; .* (\d+) rebuilt, (\d+) reused", printed)
    assert lens is not None and line is not None, printed
    assert lens.groups() == line.groups()[1:] == ("2", "3", "1") and line.group(1) == "1"
