"""What is measured against one server: typing, requests, starts, memory.  Each function gives seconds or megabytes."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.client import Client
from tests.bench.generate import PROBE, Shape, write
from tests.bench.limit import Times
from tests.bench.typing_person import session

COMMAND = [sys.executable, "-m", "lsp_server", "lsp"]
EMPTY = [sys.executable, "-m", "tests.bench.empty_server"]
DIAGNOSTICS = "textDocument/publishDiagnostics"


class Editor:
    """A client with the probe model open: the person at the keyboard."""

    def __init__(self, client: Client, workspace: Path, path: str = "models/probe/typed.sql") -> None:
        self.client = client
        self.uri = (workspace / path).as_uri()
        self.version = 1
        text = (workspace / path).read_text()
        document = {"uri": self.uri, "languageId": "sql", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, version: int, timeout: float = 120) -> float:
        """When the diagnostics of that version arrived."""
        arrived, _ = self.client.wait_for(
            DIAGNOSTICS, lambda p: p["uri"] == self.uri and p.get("version") == version, timeout
        )
        return arrived

    def change(self, change: dict[str, object]) -> float:
        """Seconds from sending one edit to its diagnostics."""
        self.version += 1
        start = time.perf_counter()
        self.client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [change]},
        )
        return self.diagnostics(self.version) - start

    def at(self, line: int, character: int) -> dict[str, object]:
        """Parameters of a request at a position."""
        return {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}


@contextmanager
def started(command: list[str], workspace: Path, cache: Path) -> Iterator[tuple[Client, float]]:
    """A server on the workspace, its facts cache in `cache`; with the moment it was started."""
    os.environ["HEADWATER_CACHE_DIR"] = str(cache)
    start = time.perf_counter()
    with Client(command, workspace.parent / "server.log") as client:
        client.initialize(workspace)
        yield client, start


def until_ready(client: Client, timeout: float = 600) -> None:
    """Wait until everything is analysed."""
    deadline = time.perf_counter() + timeout
    while not client.request("headwater/status", {}, timeout=120)["ready"]:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"not ready after {timeout} s")
        time.sleep(0.02)


def prepared(folder: Path, models: int) -> Path:
    """A generated workspace of that size, made anew."""
    workspace = folder / f"workspace-{models}"
    shutil.rmtree(workspace, ignore_errors=True)
    write(workspace, Shape(models, readers=max(models // 5, 20)))
    return workspace


def typing(editor: Editor, passes: int) -> Times:
    """Milliseconds from a keystroke to that file's diagnostics, as a person types."""
    seconds = [editor.change(stroke.change()) for _ in range(passes) for stroke in session(PROBE)]
    return Times.of(seconds)


def requests(editor: Editor, method: str, places: list[tuple[int, int]], runs: int, **more: object) -> Times:
    """Milliseconds of a request at each of the places in turn."""
    seconds = [
        editor.client.timed(method, {**editor.at(*places[i % len(places)]), **more}, timeout=60) for i in range(runs)
    ]
    return Times.of(seconds)


def call_hierarchy(editor: Editor, places: list[tuple[int, int]], runs: int) -> Times:
    """Milliseconds of the columns that one column is made from, after asking what stands at the place."""
    seconds = []
    for i in range(runs):
        items = editor.client.request("textDocument/prepareCallHierarchy", editor.at(*places[i % len(places)]))
        if items:
            seconds.append(editor.client.timed("callHierarchy/incomingCalls", {"item": items[0]}))
    return Times.of(seconds)


def places_of(text: str, *words: str) -> list[tuple[int, int]]:
    """(line, character) inside the first occurrence of each word."""
    found = []
    for word in words:
        at = text.index(word) + len(word) - 1
        found.append((text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)))
    return found
