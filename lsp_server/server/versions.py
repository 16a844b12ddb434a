"""What environments need to know of a project's models, read a few milliseconds at a time between the requests of others.

Whoever asks gets it as it was when it was asked for: before another text is taken in, the rest is read at once.
Part of what the analysis lane owns, but for `awaited`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsp_server.environments.workspace_versions import begin, prepare, workspace_version
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.project.workspace import Project as Workspace

if TYPE_CHECKING:
    from lsp_server.server.session import Session

SLICE = 0.004
"""Seconds of reading after which others have their turn."""


class Asked:
    """One wish for it: `version` is there when all is read."""

    def __init__(self) -> None:
        self.version: WorkspaceVersion | None = None
        self.left: list[str] | None = None
        """Models that are still to be read."""


class Versions:
    """The wishes of one project that are not fulfilled yet."""

    def __init__(self, workspace: Workspace, settle: Callable[[Callable[[], bool]], bool]) -> None:
        self._workspace, self._settle = workspace, settle
        self._asked: list[Asked] = []

    def ask(self) -> Asked:
        """Somebody needs it, as it is now."""
        asked = Asked()
        self._asked.append(asked)
        return asked

    def go_on(self, asked: Asked, stop: Callable[[], bool]) -> bool:
        """Read some more; whether all is there."""
        if asked.version is not None:
            return True
        if not self._settle(stop):
            return False
        if asked.left is None:
            asked.left = begin(self._workspace.graph, self._workspace.root)
            return False
        if not prepare(self._workspace.graph, asked.left, stop):
            return False
        self.finish()
        return True

    def finish(self) -> None:
        """Something is about to change: what was asked for is read to the end."""
        if not self._asked:
            return
        self._settle(lambda: False)
        here, waiting, self._asked = self._workspace, self._asked, []
        version = workspace_version(here.graph, here.root, here.problems, kept=True)
        for asked in waiting:
            asked.version = version


def awaited(session: Session, versions: Versions, asked: Asked) -> WorkspaceVersion:
    """Wait for it on a thread that may wait."""

    def some() -> bool:
        until = time.monotonic() + SLICE
        return versions.go_on(asked, lambda: time.monotonic() > until)

    while not session.on_analysis(lambda _: some()).result():
        pass
    assert asked.version is not None
    return asked.version
