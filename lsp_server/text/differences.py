"""Where two texts differ."""

from __future__ import annotations


def first_difference(old: str, new: str) -> int:
    """Where two texts begin to differ."""
    same, different = 0, min(len(old), len(new)) + 1
    while different - same > 1:
        middle = (same + different) // 2
        if old[same:middle] == new[same:middle]:
            same = middle
        else:
            different = middle
    return same
