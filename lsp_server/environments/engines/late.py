"""A module that is loaded when it is first asked for something: a database's library takes 0.2 s and 50 MB of every start.

`importlib.util.LazyLoader` does the same for one thread; here two may ask first, and the import's own lock decides.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """Stands for the module of that name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
