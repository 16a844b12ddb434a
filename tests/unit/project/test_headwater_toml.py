"""What is said of a wrong `headwater.toml`."""

from __future__ import annotations

import pytest

from lsp_server.graph.config import Config
from lsp_server.project.formats.headwater import read_toml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("debounceMs = 5", "`debounceMs` is no setting here. Did you mean `debounceMs` in the table `[editor]`?"),
        ("debounce_ms = 5", "`debounce_ms` is no setting here. Did you mean `debounceMs` in the table `[editor]`?"),
        ("dialekt = 'x'", "`dialekt` is no setting. Did you mean `dialect`?"),
        ("zzz = 1", "`zzz` is no setting."),
    ],
)
def test_a_key_that_is_none_gets_a_hint(text: str, message: str) -> None:
    (problem,) = read_toml("headwater.toml", text, Config())[1]
    assert problem.message == message and text[problem.span.start : problem.span.end] == text.split()[0]
