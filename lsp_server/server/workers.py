"""Threads that own something: jobs in the order they came, and work for when nothing waits.

The analysis lane owns the graphs, the database lane owns the database.  What passes in and out is frozen.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from lsp_server.project.giving_way import give_way

log = logging.getLogger(__name__)

Idle = Callable[[Callable[[], bool]], bool]
"""Does one slice of background work; its argument says whether to stop; False when nothing is left."""


SLICE = 0.002
"""Seconds that background work may go on although a job waits: otherwise a client that never stops asking would starve it."""


class ClosedError(RuntimeError):
    """What becomes of a job that comes after the lane's end, or still waits then."""


class Lane:
    """One thread.  `idle` runs between jobs, from `wake(after)` on, until it says that nothing is left.

    `gives_way`: whoever types comes first; the system's scheduler is told so.
    """

    def __init__(self, name: str, idle: Idle | None = None, gives_way: bool = False) -> None:
        self._gives_way = gives_way
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._condition = threading.Condition()
        self._idle = idle
        self._idle_from: float | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"headwater-{name}", daemon=True)

    def start(self) -> None:
        """Begin.  Jobs that were submitted before are run first."""
        self._thread.start()

    def submit(self, work: Callable[[], Any], done: Callable[[Future[Any]], None] | None = None) -> Future[Any]:
        """Run `work` after everything submitted before it.  `done` is called on the lane's thread."""
        future: Future[Any] = Future()
        if done is not None:
            future.add_done_callback(done)
        with self._condition:
            closed = self._closed
            if not closed:
                self._jobs.append((work, future))
                self._condition.notify()
        if closed:
            future.set_exception(ClosedError("the server shuts down"))
        return future

    def wake(self, after: float = 0.0) -> None:
        """There is background work, to be begun `after` seconds from now (a later call moves it: debouncing)."""
        with self._condition:
            self._idle_from = time.monotonic() + after
            self._condition.notify()

    def busy(self) -> bool:
        """Whether a job waits: background work stops then."""
        return bool(self._jobs) or self._closed

    def close(self, timeout: float = 5.0) -> None:
        """Drop what waits and end the thread (what runs is given `timeout` seconds)."""
        with self._condition:
            self._closed = True
            dropped = list(self._jobs)
            self._jobs.clear()
            self._condition.notify()
        for _, future in dropped:
            future.set_exception(ClosedError("the server shuts down"))
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def _run(self) -> None:
        if self._gives_way:
            give_way(10)
        while not self._closed:
            job = self._next()
            if job is not None:
                _run_job(*job)
            elif not self._closed and self._idle is not None:
                self._run_idle(self._idle)

    def _next(self) -> tuple[Callable[[], Any], Future[Any]] | None:
        """The next job, or None when it is time for background work."""
        with self._condition:
            while not self._jobs and not self._closed:
                wait = None if self._idle_from is None else self._idle_from - time.monotonic()
                if wait is not None and wait <= 0:
                    self._idle_from = None
                    return None
                self._condition.wait(wait)
            return self._jobs.popleft() if self._jobs else None

    def _run_idle(self, idle: Idle) -> None:
        until = time.monotonic() + SLICE

        def stop() -> bool:
            return self.busy() and time.monotonic() > until

        try:
            more = idle(stop)
        except Exception:  # the lane must outlive any fault of one slice
            log.exception("background work failed")
            more = False
        if more:
            with self._condition:
                if self._idle_from is None:
                    self._idle_from = time.monotonic()


def _run_job(work: Callable[[], Any], future: Future[Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - handed to the dispatch, which logs and answers it
        future.set_exception(error)
    else:
        future.set_result(result)
