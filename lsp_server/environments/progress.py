"""How a long operation speaks with whoever started it: progress out, cancellation in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from lsp_server.environments.errors import Cancelled


class Progress(msgspec.Struct, frozen=True):
    """`done` of `total` steps are finished; `model` and `message` say what is going on now."""

    done: int
    total: int
    message: str
    model: str = ""
    rows: int = 0
    """Rows written so far."""
    seconds_left: float | None = None


Listener = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """A listener that does not listen."""


class Cancel:
    """A token: `cancel()` may be called from any thread, at any time, more than once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._interrupts: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Stop what is running now, and everything after it."""
        self._event.set()
        threading.Thread(target=self._interrupt, daemon=True, name="headwater-cancel").start()

    def check(self) -> None:
        """Raise `Cancelled` if somebody cancelled."""
        if self.cancelled:
            raise Cancelled(
                "cancelled; nothing was moved", "finished tables are kept: run it again to go on from there"
            )

    def wait(self, seconds: float) -> None:
        """Sleep, and wake up with `Cancelled` when it comes."""
        self._event.wait(seconds)
        self.check()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], object]) -> Iterator[None]:
        """While inside, a cancellation calls `interrupt`."""
        self.check()
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)

    def _interrupt(self) -> None:
        """Again and again: an interrupt that comes just before its query starts is lost."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with self._lock:
                for interrupt in self._interrupts:
                    interrupt()
                if not self._interrupts:
                    return
            time.sleep(0.02)


class Meter:
    """Counts steps and rows, and tells the listener, with an estimate of the time left."""

    def __init__(self, total: int, listener: Listener) -> None:
        self.total, self.listener = total, listener
        self.done = self.rows = 0
        self._started = time.monotonic()

    def say(self, message: str, model: str = "") -> None:
        """Something begins."""
        self.listener(Progress(self.done, self.total, message, model, self.rows, self._left()))

    def finish(self, message: str, model: str = "", rows: int = 0) -> None:
        """A step is done."""
        self.done += 1
        self.rows += rows
        self.say(message, model)

    def _left(self) -> float | None:
        if not self.done:
            return None
        return (time.monotonic() - self._started) / self.done * max(self.total - self.done, 0)
