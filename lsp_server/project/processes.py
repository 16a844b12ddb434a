"""How this process starts others of its own kind."""

from __future__ import annotations

import os
import sys


def command(module: str, *arguments: str) -> list[str]:
    """Run one of our modules.

    Never with the current folder among those that modules are imported from (`-P`): it may be somebody's workspace, of which no
    code is run.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """This process's module path for the other, whichever way this one was started."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
