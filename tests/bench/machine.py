"""Facts about the machine and about a process that a figure is worth nothing without."""

from __future__ import annotations

import os
import platform
import re
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def facts() -> dict[str, str]:
    """What to print above a table of figures."""
    cpu = (
        re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    )
    return {
        "processor": cpu.group(1) if cpu else platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": sys.version.split()[0],
        **{name: version(name) for name in ("sqlglot", "pygls", "duckdb")},
        "date": time.strftime("%Y-%m-%d"),
    }


class Others:
    """The share of the machine that other programs use, from its making to `share()`."""

    def __init__(self) -> None:
        self._start = (_busy(), _ours(), time.monotonic())

    def share(self) -> float:
        """0 to 1; what is left of the machine's work after this process and all that it started."""
        busy, ours, then = self._start
        cores = os.cpu_count() or 1
        return max(0.0, (_busy() - busy) - (_ours() - ours)) / max(0.001, (time.monotonic() - then) * cores)


def _busy() -> float:
    """Seconds that all cores together have worked since the machine started."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICK


def _ours() -> float:
    """Seconds of this process and of its children, living and ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(_spent(pid) for pid in _children(os.getpid()))


def _spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(field) for field in fields[11:15]) / _TICK + sum(_spent(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in task.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended between listing and reading
    return found


def memory_mb(pid: int) -> float:
    """Private resident memory of a process and its children, in MB (shared pages counted once, in proportion)."""
    return _pss_kb(pid) / 1024 + sum(memory_mb(child) for child in _children(pid))


def _pss_kb(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it ended between listing and reading
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return float(found.group(1)) if found else 0.0
