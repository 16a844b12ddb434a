"""The part of an editor that the demo needs: one open file, a person who types, hints that arrive, actions that are chosen.

Everything goes through the protocol, as from any editor.  What a person would see is handed to a `Screen`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lsp_server.cli.demo.client import Client, default_answer

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True, "showMessage": {}},
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}, "configuration": False},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True, "codeDescriptionSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}}
        },
        "hover": {"contentFormat": ["markdown"]},
    },
}
PAUSE_BETWEEN_KEYS = 0.02


class Screen(Protocol):
    """What the editor shows of the server's own messages."""

    def question(self, text: str, answers: list[str], chosen: str) -> None:
        """The server asked; a person chose."""

    def progress(self, title: str, message: str, percentage: int | None) -> None:
        """A progress bar moved."""

    def message(self, text: str) -> None:
        """A message box."""


@dataclass
class Hints:
    """What the editor shows after an edit.  `keys`: milliseconds from each key to the diagnostics of its text."""

    keys: list[float]
    diagnostics: list[dict[str, Any]]
    lenses: list[dict[str, Any]]


@dataclass
class Buffer:
    """An open file as the editor holds it."""

    path: Path
    text: str
    version: int = 1

    @property
    def uri(self) -> str:
        """As the server knows it."""
        return self.path.as_uri()


class Editor:
    """One session with the real server on a workspace."""

    def __init__(self, root: Path, log: Path, screen: Screen) -> None:
        self.root = root
        self.impact: dict[str, Any] = {}
        """The last `headwater/impactChanged`: what the edits so far do to the workspace."""
        self._screen = screen
        self._titles: dict[Any, str] = {}
        self.client = Client(
            [sys.executable, "-m", "lsp_server", "lsp"], log, self._answer, cwd=root, listen=self._listen
        )

    def __enter__(self) -> Editor:
        self.client.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.client.__exit__(*error)

    def start(self) -> float:
        """Seconds until everything is analysed."""
        start = time.perf_counter()
        self.client.initialize(self.root, capabilities=CAPABILITIES)
        self._settle()
        return time.perf_counter() - start

    def open(self, path: str) -> Buffer:
        """Open a file and wait for its first diagnostics."""
        buffer = Buffer(self.root / path, (self.root / path).read_text(encoding="utf-8"))
        document = {"uri": buffer.uri, "languageId": "sql", "version": 1, "text": buffer.text}
        self.client.notify("textDocument/didOpen", {"textDocument": document})
        self._diagnostics(buffer)
        return buffer

    def type(self, buffer: Buffer, before: str, old: str, new: str) -> Hints:
        """Put the cursor behind `before`, delete `old`, type `new` key by key; the hints after the last key.

        Every key waits for the diagnostics of exactly its text, and then for the rest of a person's pause.
        """
        offset = buffer.text.index(before + old) + len(before)
        if old:
            self._edit(buffer, offset, len(old), "")
            self._diagnostics(buffer)
        keys: list[float] = []
        diagnostics: list[dict[str, Any]] = []
        for place, key in enumerate(new):
            sent = time.perf_counter()
            self._edit(buffer, offset + place, 0, key)
            arrived, diagnostics = self._diagnostics(buffer)
            keys.append((arrived - sent) * 1000)
            time.sleep(max(0.0, PAUSE_BETWEEN_KEYS - (time.perf_counter() - sent)))
        self._settle()  # the file's own verdict came with its diagnostics; on a slow machine its readers' come later
        lenses = self.client.request("textDocument/codeLens", {"textDocument": {"uri": buffer.uri}}) or []
        return Hints(keys, diagnostics, [self._resolved(lens) for lens in lenses])

    def save(self, buffer: Buffer) -> None:
        """Write the file."""
        buffer.path.write_text(buffer.text, encoding="utf-8")
        self.client.notify("textDocument/didSave", {"textDocument": {"uri": buffer.uri}})

    def hover(self, buffer: Buffer, word: str) -> str:
        """The Markdown of the hover on a word's first place."""
        position = position_of(buffer.text, buffer.text.index(word))
        answer = self.client.request("textDocument/hover", {"textDocument": {"uri": buffer.uri}, "position": position})
        return str(answer["contents"]["value"]) if answer else ""

    def actions(self, buffer: Buffer) -> list[dict[str, Any]]:
        """The code actions on the file's first line."""
        place = {"line": 0, "character": 0}
        params = {
            "textDocument": {"uri": buffer.uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        return self.client.request("textDocument/codeAction", params) or []

    def choose(self, buffer: Buffer, command: str, name: str, shown: Callable[[str], None]) -> float:
        """Choose the code action that runs `command` for the environment `name`; seconds until the command answered.

        `shown` gets its title before it runs.
        """
        action = self._offered(buffer, command, name)
        target = _command(action)
        shown(action["title"])
        start = time.perf_counter()
        params = {"command": command, "arguments": target["arguments"]}
        self.client.request("workspace/executeCommand", params, timeout=90)
        return time.perf_counter() - start

    def _offered(self, buffer: Buffer, command: str, name: str) -> dict[str, Any]:
        """The code action, once the server offers it (after a command it reads the environments anew)."""
        deadline = time.perf_counter() + 15
        while True:
            offered = self.actions(buffer)
            for action in offered:
                target = _command(action)
                if target.get("command") == command and (target.get("arguments") or [{}])[0].get("name") == name:
                    return action
            if time.perf_counter() > deadline:
                titles = "; ".join(action["title"] for action in offered) or "none"
                raise LookupError(f"no code action runs {command} for {name}; offered are: {titles}")
            time.sleep(0.05)

    def _settle(self) -> None:
        """Wait until everything is analysed and told."""
        while not self.client.request("headwater/status", {})["ready"]:
            time.sleep(0.02)

    # -- what goes over the wire -------------------------------------------------------------------------------------

    def _edit(self, buffer: Buffer, offset: int, removed: int, inserted: str) -> None:
        start, end = position_of(buffer.text, offset), position_of(buffer.text, offset + removed)
        buffer.text = buffer.text[:offset] + inserted + buffer.text[offset + removed :]
        buffer.version += 1
        change = {"range": {"start": start, "end": end}, "text": inserted}
        identifier = {"uri": buffer.uri, "version": buffer.version}
        self.client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})

    def _diagnostics(self, buffer: Buffer) -> tuple[float, list[dict[str, Any]]]:
        def of_this_text(params: dict[str, Any]) -> bool:
            return params["uri"] == buffer.uri and params.get("version") == buffer.version

        arrived, params = self.client.wait_for("textDocument/publishDiagnostics", of_this_text)
        return arrived, params["diagnostics"]

    def _resolved(self, lens: dict[str, Any]) -> dict[str, Any]:
        return lens if lens.get("command") else dict(self.client.request("codeLens/resolve", lens))

    def _answer(self, method: str, params: Any) -> Any:
        if method == "window/showMessageRequest":
            answers = [action["title"] for action in params.get("actions") or []]
            chosen = answers[0] if answers else ""
            self._screen.question(params["message"], answers, chosen)
            return {"title": chosen} if chosen else None
        if method == "workspace/applyEdit":
            return {"applied": False, "failureReason": "the demo applies no edits"}
        return default_answer(method, params)

    def _listen(self, method: str, params: Any) -> None:
        """Called for every notification, on the client's reading thread."""
        if method == "$/progress":
            value = params["value"]
            title = self._titles.setdefault(params["token"], value.get("title", ""))
            self._screen.progress(title, value.get("message") or "", value.get("percentage"))
        elif method == "headwater/impactChanged":
            self.impact = params
        elif method == "window/showMessage":
            self._screen.message(params["message"])


def _command(action: dict[str, Any]) -> dict[str, Any]:
    """The command of a code action, or the command that stands in its place."""
    return action["command"] if isinstance(action.get("command"), dict) else action


def position_of(text: str, offset: int) -> dict[str, int]:
    """The protocol's position (UTF-16) of an offset in code points."""
    line_start = text.rfind("\n", 0, offset) + 1
    character = len(text[line_start:offset].encode("utf-16-le")) // 2
    return {"line": text.count("\n", 0, offset), "character": character}
