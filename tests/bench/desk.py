"""The analysis lane without a process around it: the same `World` and `Publisher`, typed into directly.

For what must not depend on how busy a machine is: which queries ran, and CPU time of this thread.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

from lsprotocol import types

from lsp_server.server.client import Client
from lsp_server.server.documents import Change, Document, apply_changes
from lsp_server.server.projects import Project
from lsp_server.server.world import World
from tests.bench.typing_person import Stroke, session


class _Quiet:
    """A client that hears and says nothing."""

    def __init__(self) -> None:
        self.capabilities = types.ClientCapabilities()
        self.published: list[str] = []

    def publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self.published.append(uri)

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


class Desk:
    """One workspace, one open file."""

    def __init__(self, workspace: Path, path: str) -> None:
        self.heard = _Quiet()
        self.world = World(cast(Client, self.heard))
        self.world.on_database = _at_once
        self.world.open_folders([workspace.as_uri()])
        self.uri = (workspace / path).as_uri()
        self.document = Document(self.uri, 1, (workspace / path).read_text())
        self.world.set_document(self.document)
        self.finish()

    @property
    def project(self) -> Project:
        """The one project."""
        return next(iter(self.world.projects.values()))

    def finish(self) -> None:
        """Everything that is left to do."""
        while self.world.background(lambda: False):
            pass

    def type(self, stroke: Stroke) -> None:
        """One edit, up to everything that follows from it."""
        change = Change((stroke.line, stroke.character), (stroke.end_line, stroke.end_character), stroke.text)
        text = apply_changes(self.document.text, [change], "utf-16")
        self.document = Document(self.uri, self.document.version + 1, text)
        self.world.set_document(self.document)
        self.finish()

    def type_once(self) -> list[float]:
        """CPU seconds of each stroke of one pass of the typing person."""
        seconds = []
        for stroke in session(self.document.text):
            start = time.thread_time()
            self.type(stroke)
            seconds.append(time.thread_time() - start)
        return seconds


def _at_once(work: Any) -> Future[Any]:
    outcome: Future[Any] = Future()
    outcome.set_result(work())
    return outcome
