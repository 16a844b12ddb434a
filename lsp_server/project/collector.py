"""Python's garbage collector, kept away from what lives as long as the process.

A pass over all facts of a large workspace takes longer than a keystroke may (figures: docs/performance.md).
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
import time

YOUNG, MIDDLE = 10_000, 5
"""Objects until a pass over the youngest, and such passes until one over the middle generation: that one stops every thread
while it looks at 50,000 objects (some 10 ms; at 400,000 it was 90)."""
_OLD = 64
"""So many passes over the middle generation are worth one over the oldest."""
_SWEEP = 0.04
"""Seconds of work between two passes: some five models, whose 10,000 objects take 2 or 3 ms."""


def pace() -> None:
    """Short passes only; the oldest generation waits for `tidy`."""
    gc.set_threshold(YOUNG, MIDDLE, 1_000_000)


class Sweeper:
    """Short passes in a long round of work, so that no pass is a long one.

    The collector counts what came minus what went: where new facts take the place of old ones it sees little, until more than a
    hundred thousand young objects have come together and a pass over them stops every thread for 150 ms.  What a pass leaves is
    kept out of its sight.  What has circles (trees) is taken apart when it is dropped, and needs no collector.
    """

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def sweep(self) -> None:
        """A pass over the youngest, if the last one is a while ago; between two steps, when nothing with circles is in use."""
        now = time.perf_counter()
        if now - self._last > _SWEEP and gc.isenabled():
            gc.collect(0)
            keep_what_there_is()
            self._last = time.perf_counter()


def tidy() -> None:
    """Between two rounds of work: a pass over everything that is not kept, where enough has come together."""
    if gc.get_count()[2] >= _OLD:
        gc.collect()


def keep_what_there_is() -> None:
    """Take every object that there is now out of the collector's sight, until the process ends."""
    gc.freeze()
    atexit.unregister(_release)
    atexit.register(_release)


def give_back() -> None:
    """Return to the system what was needed only while much was read; where the C library is another than glibc, it does as it likes."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _release() -> None:
    """DuckDB's binding counts what is still there at the very end, and reports frozen objects of its own as leaked."""
    if "_duckdb" in sys.modules:
        gc.unfreeze()
