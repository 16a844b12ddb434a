"""`headwater lsp --profile`: where the time goes, as lines of the log.

One line for each edit that was published (how long it waited, and what was computed, the dearest first), one for each
request, one for each pause of the loop.  Without `--profile` none of this runs.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
import traceback

from lsp_server.graph.engine import Engine

log = logging.getLogger(__name__)

BEAT = 0.005
NOTED = 0.015
"""Seconds; a shorter pause of the loop is nobody's business."""
_SHOWN = 6


async def heartbeat() -> None:
    """Notes when the loop, which should wake every few milliseconds, was kept from it, and when the collector kept everybody."""
    gc.callbacks.append(_Collections())
    while True:
        before = time.perf_counter()
        await asyncio.sleep(BEAT)
        late = time.perf_counter() - before - BEAT
        if late > NOTED:
            log.info("the loop paused for %.1f ms (%s)", late * 1000, whereabouts())


class _Collections:
    """Told by the collector when it begins and ends."""

    def __init__(self) -> None:
        self._began = 0.0

    def __call__(self, phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
            return
        took = time.perf_counter() - self._began
        if took > NOTED:
            log.info("the collector took %.1f ms for generation %d", took * 1000, told["generation"])


def whereabouts() -> str:
    """What the other threads are at: of each the three innermost calls.  Who kept the interpreter is mostly still near."""
    frames, own = sys._current_frames(), threading.get_ident()
    told = []
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if thread.ident != own and frame is not None:
            calls = traceback.extract_stack(frame, limit=3)
            if calls[-1].name not in ("wait", "get", "readline", "select"):
                at = " < ".join(f"{call.name}:{call.lineno}" for call in reversed(calls))
                told.append(f"{thread.name}: {at}")
    return "; ".join(told) or "all threads waiting"


class Stopwatch:
    """The seconds that each kind of query takes by itself (`Engine.clock`), and those of one edit."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.since: dict[str, float] = {}
        """Document -> when its last edit was taken from the wire."""
        self._inner: list[float] = []

    def watch(self, engine: Engine) -> None:
        """Time this engine's queries too."""
        engine.clock = self

    def begin(self) -> float:
        """A query's function begins."""
        self._inner.append(0.0)
        return time.perf_counter()

    def end(self, name: str, began: float) -> None:
        """It has ended: what it asked for others to compute is theirs."""
        whole = time.perf_counter() - began
        self.spent[name] = self.spent.get(name, 0.0) + whole - self._inner.pop()
        if self._inner:
            self._inner[-1] += whole

    def edited(self, uri: str) -> None:
        """An edit arrived (on the loop)."""
        self.since[uri] = time.perf_counter()

    def taken(self) -> float:
        """The analysis turns to the edited files: what was spent before belongs to others."""
        self.spent.clear()
        return time.perf_counter()

    def published(self, uri: str, version: int | None, began: float) -> None:
        """The diagnostics of an edit are on their way."""
        now = time.perf_counter()
        arrived = self.since.pop(uri, began)
        parts = sorted(self.spent.items(), key=lambda part: -part[1])[:_SHOWN]
        told = ", ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in parts)
        log.info(
            "edit %s of %s published after %.1f ms: waited %.1f, then %s, other %.1f",
            version,
            uri.rsplit("/", 1)[-1],
            (now - arrived) * 1000,
            max(0.0, began - arrived) * 1000,
            told or "nothing",
            (now - began - sum(self.spent.values())) * 1000,
        )
