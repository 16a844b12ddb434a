"""The quick way to `headwater lsp` understands what editors say, and leaves everything else to the command line's own reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lsp_server.cli import serving

PLAIN = ("", None, "warning", False)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    calls: list[Any] = []
    monkeypatch.setattr(serving, "serve", lambda *given: (calls.append(given), 0)[1])
    return calls


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("", PLAIN),
        ("--stdio", PLAIN),
        ("--stdio --profile", ("", None, "warning", True)),
        ("--tcp 127.0.0.1:0 --log-level debug", ("127.0.0.1:0", None, "debug", False)),
        ("--tcp=127.0.0.1:0 --log-file=a/b.log", ("127.0.0.1:0", Path("a/b.log"), "warning", False)),
    ],
)
def test_what_editors_say_is_understood(served: list[Any], words: str, given: tuple[Any, ...]) -> None:
    assert serving.quickly(words.split()) == 0
    assert served == [given]


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "--stdio --tcp 127.0.0.1:0",
        "--tcp",
        "--tcp=",
        "--log-level loud",
        "--stdio=yes",
        "--nothing",
        "folder",
    ],
)
def test_all_else_is_left_alone(served: list[Any], words: str) -> None:
    assert serving.quickly(words.split()) is None
    assert served == []
