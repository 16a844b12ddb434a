"""Threads and processes of the background give way to whoever types."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import threading
from contextlib import suppress

SLICE = 20_000_000
"""Nanoseconds that the scheduler is asked to let background work run at a time.

Not for its sake: Linux, from 6.12 on, lets a thread that wakes up and asks for shorter slices (the default is 1 to 3 ms) take the place
of one that asks for longer ones at once.  A lower priority alone does not: the one that runs finishes its slice first, and an editor
beside a query on two cores waits 4 ms.  Other than in the class for idle time, its share of the processor is not touched."""

_SETATTR = {"x86_64": 314, "aarch64": 274}
_GETATTR = {"x86_64": 315, "aarch64": 275}


class _Attributes(ctypes.Structure):
    """`struct sched_attr` in its first version, as sched_setattr(2) has it."""

    _fields_ = [
        ("size", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("flags", ctypes.c_uint64),
        ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32),
        ("runtime", ctypes.c_uint64),
        ("deadline", ctypes.c_uint64),
        ("period", ctypes.c_uint64),
    ]


def process_gives_way(nicer_by: int) -> None:
    """This process, which has begun no other thread yet, gives way to others."""
    if sys.platform == "linux":
        give_way(nicer_by)
    elif sys.platform != "win32":
        os.nice(nicer_by)


def give_way(nicer_by: int) -> None:
    """This thread, and those that it begins, give way to others (Linux alone knows it of threads; elsewhere nothing happens)."""
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    with suppress(OSError):  # a container may forbid it
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + nicer_by))
    attributes = _attributes()
    if attributes is not None and attributes.policy == os.SCHED_OTHER:
        attributes.runtime = SLICE
        # What an older kernel or a container answers changes nothing: without it we are as quick as the priority makes us.
        ctypes.CDLL(None).syscall(_SETATTR[platform.machine()], 0, ctypes.byref(attributes), 0)


def slice_of_thread() -> int | None:
    """Nanoseconds of this thread's slice; None where the system does not tell."""
    attributes = _attributes()
    return attributes.runtime or None if attributes is not None else None


def _attributes() -> _Attributes | None:
    """How this thread is scheduled."""
    if sys.platform != "linux" or platform.machine() not in _GETATTR:
        return None
    found = _Attributes()
    failed = ctypes.CDLL(None).syscall(_GETATTR[platform.machine()], 0, ctypes.byref(found), ctypes.sizeof(found), 0)
    return None if failed else found
