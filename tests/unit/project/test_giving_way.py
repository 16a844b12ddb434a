"""Background work gives way: what the system's scheduler is told, read back from it."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from lsp_server.project.giving_way import SLICE, give_way, slice_of_thread


def _in_a_thread(nicer_by: int) -> tuple[int, int | None, int | None]:
    """Priority, and the slice before and after, of a thread that gives way."""
    found: list[tuple[int, int | None, int | None]] = []

    def run() -> None:
        before = slice_of_thread()
        give_way(nicer_by)
        found.append((os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), before, slice_of_thread()))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_a_thread_that_gives_way_has_a_lower_priority_and_a_longer_slice_and_its_process_has_not() -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    priority, before, after = _in_a_thread(10)
    assert priority == min(19, ours + 10)
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours
    assert after == (None if before is None else SLICE), "a system without slices of one's own tells none"
    assert slice_of_thread() == before
