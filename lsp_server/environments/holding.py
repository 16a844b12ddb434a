"""How long a build holds the database: step after step, or some steps together.

A file that opens at once is released after each step, so that a terminal gets in between.  One of thousands of tables takes longer to
open and to close than most steps: it is held until that is a small part of the time, and left the longer afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from lsp_server.environments.engines.base import Engine, Session
from lsp_server.environments.progress import Cancel, Listener

MANY = 300
"""A file of no more tables and views opens in some 20 ms: it is released after each step."""
WORTH = 10
"""So many times as long as opening and closing take it is held otherwise, if the steps are shorter than that."""


class Held:
    """The database for the steps of one build, one after another on one thread."""

    def __init__(self, engine: Engine, cancel: Cancel, listener: Listener) -> None:
        self._engine, self._cancel, self._listener = engine, cancel, listener
        self._open: AbstractContextManager[Session] | None = None
        self._session: Session | None = None
        self._since = 0.0
        self._steps = 0
        self._closing = 0.0
        """Seconds that the last closing took."""

    @contextmanager
    def step(self) -> Iterator[Session]:
        """An open session.  What the step does is committed when it ends; after one that fails the file is closed."""
        self._cancel.check()
        session = self._session if self._session is not None else self._begin()
        self._steps += 1
        try:
            yield session
        except BaseException:
            self.close()
            raise
        if not self._is_kept(session):
            self._release()

    def close(self) -> None:
        """Let go of the file, if it is open."""
        opened, self._open, self._session = self._open, None, None
        if opened is not None:
            began = time.monotonic()
            opened.__exit__(None, None, None)
            self._closing = time.monotonic() - began

    def _begin(self) -> Session:
        began = time.monotonic()
        self._open = self._engine.session(cancel=self._cancel, listener=self._listener)
        self._session = self._open.__enter__()
        self._since, self._steps = max(began, time.monotonic() - self._session.opening), 0
        return self._session

    def _is_kept(self, session: Session) -> bool:
        """Whether the next step goes on with it: what an author's statement may have set ends with its model."""
        cost = session.opening + self._closing
        return session.reusable and session.known > MANY and time.monotonic() - self._since < WORTH * cost

    def _release(self) -> None:
        """Whoever waits for the file gets in afterwards: the longer it was held, the longer it is left."""
        self.close()
        held = time.monotonic() - self._since
        self._cancel.wait(min(held / 20, 0.1) if self._steps == 1 else min(held / 10, 0.3))
