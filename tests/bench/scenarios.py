"""What the benchmark does with a server: start it, type, ask, wait.  Each function gives seconds or `Times`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from lsp_server.cli.demo.client import Client
from lsp_server.project.cache import FOLDER_VARIABLE
from tests.bench.generate import PROBE, Shape, write
from tests.bench.limit import Times
from tests.bench.typing_person import session

COMMAND = [sys.executable, "-m", "lsp_server", "lsp"]
EMPTY = [sys.executable, "-m", "tests.bench.empty_server"]
DIAGNOSTICS = "textDocument/publishDiagnostics"
ROOT = Path(__file__).resolve().parents[2]
_PAUSED = re.compile(r"the loop paused for ([\d.]+) ms")


Arrivals = deque[tuple[float, str, Any]]
_ARRIVALS: WeakKeyDictionary[Client, Arrivals] = WeakKeyDictionary()


class Editor:
    """A client with one model open: the person at the keyboard."""

    def __init__(self, client: Client, workspace: Path, path: str = "models/probe/typed.sql") -> None:
        self.client = client
        self.uri = (workspace / path).as_uri()
        self.version = 1
        self.text = (workspace / path).read_text()
        document = {"uri": self.uri, "languageId": "sql", "version": 1, "text": self.text}
        client.notify("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, version: int | None = None, timeout: float = 240) -> float:
        """When the diagnostics of that version (or any) arrived."""
        arrived, _ = self.client.wait_for(
            DIAGNOSTICS, lambda p: p["uri"] == self.uri and version in (None, p.get("version")), timeout
        )
        return arrived

    def published_since(self, start: float, timeout: float = 60) -> float:
        """When the first diagnostics of this file after `start` arrived, whoever waited for something else meanwhile."""
        while time.perf_counter() < start + timeout:
            for arrived, method, params in tuple(_ARRIVALS[self.client]):
                if arrived > start and method == DIAGNOSTICS and params["uri"] == self.uri:
                    return arrived
            time.sleep(0.002)
        raise TimeoutError(f"no diagnostics of {self.uri}")

    def send(self, *changes: dict[str, object]) -> float:
        """Send one edit; when it was sent."""
        self.version += 1
        start = time.perf_counter()
        document = {"uri": self.uri, "version": self.version}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})
        return start

    def change(self, *changes: dict[str, object]) -> float:
        """Seconds from sending one edit to its diagnostics."""
        start = self.send(*changes)
        return self.diagnostics(self.version) - start

    def at(self, line: int, character: int) -> dict[str, object]:
        """Parameters of a request at a position."""
        return {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}


@contextmanager
def started(command: list[str], workspace: Path, cache: Path, log: str = "server") -> Iterator[tuple[Client, float]]:
    """A server on the workspace, its facts cache in `cache`; with the moment it was started."""
    os.environ[FOLDER_VARIABLE] = str(cache)
    os.environ["PYTHONPATH"] = str(ROOT)
    start = time.perf_counter()
    arrivals: Arrivals = deque(maxlen=4000)
    with Client(
        command,
        workspace.parent / f"{log}.log",
        listen=lambda method, params: arrivals.append((time.perf_counter(), method, params)),
    ) as client:
        _ARRIVALS[client] = arrivals
        client.initialize(workspace)
        yield client, start


def longest_pause(workspace: Path, log: str) -> float:
    """Milliseconds: the longest pause of the loop that a server with `--profile` has noted in its log."""
    text = (workspace.parent / f"{log}.log").read_text(errors="replace")
    return max((float(found) for found in _PAUSED.findall(text)), default=0.0)


def until_ready(client: Client, timeout: float = 600) -> None:
    """Wait until everything is analysed, compared and published."""
    deadline = time.perf_counter() + timeout
    while not client.request("headwater/status", {}, timeout=timeout)["ready"]:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"not ready after {timeout} s")
        time.sleep(0.02)


def prepared(folder: Path, models: int) -> Path:
    """A generated workspace of that size, as it always is: a git repository of its own, everything committed."""
    workspace = folder / f"workspace-{models}"
    if not (workspace / ".git" / "written").exists():
        shutil.rmtree(workspace, ignore_errors=True)
        write(workspace, Shape(models, readers=max(models // 5, 20)))
        git = ["git", "-C", str(workspace), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
        for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "as generated"]):
            subprocess.run([*git, *words], check=True)
        (workspace / ".git" / "written").touch()
    return workspace


def indexed(folder: Path, models: int) -> tuple[Path, Path]:
    """A workspace, and what a session before it keeps: the facts cache, and the graph, which it writes when it has nothing else to do."""
    workspace, cache = prepared(folder, models), folder / f"cache-{models}"
    with started(COMMAND, workspace, cache) as (client, _):
        until_ready(client, 1200)
        facts = max(cache.glob("*.facts"), key=lambda path: path.stat().st_mtime)
        while not facts.with_suffix(".graph").exists():
            time.sleep(0.1)
    return workspace, cache


def type_once(editor: Editor) -> list[float]:
    """Seconds of each stroke of one pass of the typing person."""
    seconds = []
    for stroke in session(PROBE):
        time.sleep(stroke.pause)
        seconds.append(editor.change(stroke.change()))
    return seconds


def requests(editor: Editor, method: str, places: list[tuple[int, int]], runs: int, **more: object) -> list[float]:
    """Seconds of a request at each of the places in turn."""
    return [
        editor.client.timed(method, {**editor.at(*places[i % len(places)]), **more}, timeout=60) for i in range(runs)
    ]


def call_hierarchy(editor: Editor, places: list[tuple[int, int]], runs: int) -> list[float]:
    """Seconds of the columns that one column is made from, after asking what stands at the place."""
    seconds = []
    for i in range(runs):
        items = editor.client.request("textDocument/prepareCallHierarchy", editor.at(*places[i % len(places)]))
        if items:
            seconds.append(editor.client.timed("callHierarchy/incomingCalls", {"item": items[0]}))
    return seconds


def times(seconds: list[float]) -> Times:
    """In milliseconds, ordered."""
    return Times.of(seconds)


def places_of(text: str, *words: str) -> list[tuple[int, int]]:
    """(line, character) inside the first occurrence of each word."""
    found = []
    for word in words:
        at = text.index(word) + len(word) - 1
        found.append((text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)))
    return found


def insert(line: int, character: int, text: str) -> dict[str, object]:
    """A change that puts `text` there."""
    place = {"line": line, "character": character}
    return {"range": {"start": place, "end": place}, "text": text}


def delete_line(line: int) -> dict[str, object]:
    """A change that takes a line away."""
    return {"range": {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}, "text": ""}
