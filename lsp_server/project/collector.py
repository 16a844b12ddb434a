"""Python's garbage collector, kept away from what lives as long as the process.

A pass over all facts of a large workspace takes longer than a keystroke may (figures: docs/performance.md).
"""

from __future__ import annotations

import atexit
import gc
import sys


def keep_what_there_is() -> None:
    """Take every object that there is now out of the collector's sight, until the process ends."""
    gc.freeze()
    atexit.unregister(_release)
    atexit.register(_release)


def _release() -> None:
    """DuckDB's binding counts what is still there at the very end, and reports frozen objects of its own as leaked."""
    if "_duckdb" in sys.modules:
        gc.unfreeze()
