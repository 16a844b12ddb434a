"""How many of the machine's cores a query may use: decided before the engine's library is loaded, which takes a while."""

from __future__ import annotations

import os


class _Choice:
    spared = False


def spare_a_core() -> None:
    """From now on this process's queries leave one core to whoever types beside them."""
    _Choice.spared = True


def threads() -> int:
    """How many threads one engine may use; 0: as many as there are cores."""
    return max(1, (os.cpu_count() or 2) - 1) if _Choice.spared else 0
