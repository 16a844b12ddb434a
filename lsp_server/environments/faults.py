"""Named points in the life of an operation.

In production nothing listens.  The fault tests put an observer here, which ends the process (or raises) at a chosen point.
"""

from __future__ import annotations

from collections.abc import Callable

_observers: list[Callable[[str], None]] = []


def reached(point: str) -> None:
    """The operation has come to `point`."""
    for observer in _observers:
        observer(point)


def observe(observer: Callable[[str], None]) -> None:
    """From now on, call `observer` at every point."""
    _observers.append(observer)
