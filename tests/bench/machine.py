"""Facts about the machine and about a process that a figure is worth nothing without."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path


def facts() -> dict[str, str]:
    """What to print above a table of figures."""
    cpu = (
        re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    )
    return {
        "processor": cpu.group(1) if cpu else platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        **{name: version(name) for name in ("sqlglot", "pygls", "duckdb")},
        "load": f"{os.getloadavg()[0]:.2f}",
    }


def memory_mb(pid: int) -> float:
    """Private resident memory of a process and its children, in MB (shared pages counted once, in proportion)."""
    total = _pss_kb(pid)
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        total += memory_mb(int(child)) * 1024
    return total / 1024


def _pss_kb(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it ended between listing and reading
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return float(found.group(1)) if found else 0.0
