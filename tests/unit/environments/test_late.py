"""What the server may never need is not loaded by its start."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from lsp_server.environments.engines.late import Late

SCRIPT = """
import sys
import lsp_server.server.app
from lsp_server.server.routes import table
table()
print(*[name for name in ("duckdb", "jinja2", "typer", "rich", "croniter") if name in sys.modules])
"""


def test_the_server_starts_without_what_it_may_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_two_threads_that_ask_first_at_once_get_the_whole_module() -> None:
    sys.modules.pop("colorsys", None)
    late = Late("colorsys")
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: late.hls_to_rgb, range(64)))
    assert len(found) == 1


def test_what_a_module_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = Late("colorsys").nothing
