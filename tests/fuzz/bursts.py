"""Random bursts: edits that a client may make, requests that it may send and take back, and messages that it should not.

A burst ends with a question to the server: what do you hold, and has every request been answered exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.e2e.raw import Raw
from tests.fuzz.fresh import saved, settle
from tests.fuzz.mirror import Mirror

PIECES = [
    "SELECT ", "FROM staging.rides", " r.", "ride_id", ", ", "(", ")", "'", '"', "--", "/*", "*/", "\n", "\r", "\r\n", ";", "@", "@VAR('x')",
    "JINJA_QUERY_BEGIN;", "MODEL (", "{{", "}}", "WITH x AS (", "CASE WHEN ", "END", " ", "\t", "é", "中文", "🚲", "\ud83d", "\udeb2", "\ufeff", "\x00", "1e9",
]  # fmt: skip
BY_POSITION = [
    "hover", "definition", "typeDefinition", "implementation", "references", "documentHighlight", "completion", "signatureHelp",
    "prepareRename", "prepareCallHierarchy", "prepareTypeHierarchy", "linkedEditingRange",
]  # fmt: skip
BY_DOCUMENT = ["documentSymbol", "codeLens", "foldingRange", "documentLink", "semanticTokens/full", "diagnostic"]
BROKEN: list[tuple[str, Any]] = [
    ("textDocument/hover", {}),
    ("textDocument/hover", {"textDocument": {"uri": "file:///x.sql"}, "position": {"line": -1, "character": 0}}),
    (
        "textDocument/hover",
        {"textDocument": {"uri": "untitled:nowhere"}, "position": {"line": 10**9, "character": 10**9}},
    ),
    ("textDocument/definition", [1, 2]),
    ("textDocument/codeAction", {"textDocument": {"uri": 7}}),
    ("workspace/executeCommand", {"command": "headwater.nothing", "arguments": []}),
    ("workspace/executeCommand", {"command": "headwater.env.drop", "arguments": ["prod", {}, None]}),
    ("workspace/symbol", {"query": "\ud800 '\"; DROP"}),
    ("headwater/nothing", None),
    ("no/such/method", {"deep": [[[[[[[]]]]]]]}),
]
STRAY: list[tuple[str, Any]] = [
    (
        "textDocument/didChange",
        {"textDocument": {"uri": "file:///never/opened.sql", "version": 3}, "contentChanges": [{"text": "x"}]},
    ),
    ("textDocument/didClose", {"textDocument": {"uri": "file:///never/opened.sql"}}),
    ("textDocument/didSave", {"textDocument": {"uri": "file:///never/opened.sql"}}),
    ("$/cancelRequest", {"id": 10**8}),
    ("$/unknown", {}),
    ("unknown/notification", {"a": 1}),
    ("workspace/didChangeConfiguration", {"settings": {"headwater": {"debounceMs": 0}}}),
    ("window/workDoneProgress/cancel", {"token": "nobody"}),
]
HEALED: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\nFROM", ",\n  42 AS 答え -- 🚲 é\nFROM", 1),
    lambda text: text.replace("_id", "_key", 1),
    lambda text: text.replace("SELECT", "SELECT DISTINCT"),
    lambda text: f"\ufeff-- 中文 🚲\n{text}",
]


class Bursts:
    """One client's random behaviour against one server."""

    def __init__(self, server: Raw, root: Path, random: Random) -> None:
        self.server = server
        self.random = random
        self.root = root
        self.files = sorted((root / "models").rglob("*.sql"))
        self._whole_texts = {path.as_uri(): path.read_text(encoding="utf-8") for path in self.files}
        self.open: dict[str, Mirror] = {}
        self._pending: list[Any] = []

    def move_to(self, server: Raw) -> None:
        """Go on with another server: open what is open, as the disk has it, and type what was typed."""
        self.server = server
        for uri in self.open:
            server.open(uri, saved(uri), 0)
        settle(server)
        for uri, mirror in self.open.items():
            server.change(uri, mirror.version, {"text": mirror.text})

    def burst(self) -> None:
        """Some messages of all kinds, and then the check."""
        kinds: list[tuple[Callable[[], None], int]] = [
            (self._edit, 10), (self._request, 6), (self._open, 2), (self._close, 1), (self._whole, 1), (self._save, 1), (self._broken, 1), (self._stray, 1),
            (self._again, 1), (self._out_of_order, 1),
        ]  # fmt: skip
        actions, weights = zip(*kinds, strict=True)
        for action in self.random.choices(actions, weights, k=self.random.randrange(1, 20)):
            action()
        self.check()

    def check(self) -> None:
        """All requests are answered once, and the server's texts are the client's."""
        for number in self._pending:
            self.server.answer(number)
        status = self.server.request("headwater/status")
        held = {document["uri"]: (document["version"], document["sha256"]) for document in status["documents"]}
        mine = {uri: (mirror.version, mirror.digest()) for uri, mirror in self.open.items()}
        assert held == mine, (
            f"the texts differ: {[uri for uri in held.keys() | mine.keys() if held.get(uri) != mine.get(uri)]}"
        )
        assert not self.server.repeated, f"answered twice: {self.server.repeated[0]}"
        assert not self.server.stray, f"printed to standard output: {self.server.stray[0]!r}"
        self._pending.clear()
        self.server.responses.clear()
        del self.server.notifications[:-2000]

    def heal(self) -> dict[str, str]:
        """Make every open document whole again, with a harmless or a harmful edit; the texts as they were.

        While a text is damaged, the server keeps what it last understood, and that depends on the way there on purpose.
        """
        damaged = {uri: mirror.text for uri, mirror in self.open.items()}
        for uri in damaged:
            self._set(uri, self._healed(uri))
        return damaged

    def damage(self, texts: dict[str, str]) -> None:
        """Go on from texts that were healed for a moment, so that damage adds up over the bursts."""
        for uri, text in texts.items():
            if self.random.random() < 0.7:
                self._set(uri, text)

    def _healed(self, uri: str) -> str:
        return self.random.choice(HEALED)(self._whole_texts[uri])

    def _set(self, uri: str, text: str) -> None:
        mirror = self.open[uri]
        mirror.set(text)
        mirror.version += 1
        self.server.change(uri, mirror.version, {"text": text})

    # -- what a client may do

    def _open(self) -> None:
        path = self.random.choice(self.files)
        if path.as_uri() not in self.open:
            mirror = self.open[path.as_uri()] = Mirror(saved(path.as_uri()))
            self.server.open(path.as_uri(), mirror.text)

    def _close(self) -> None:
        if len(self.open) > 1:
            uri = self._some()
            del self.open[uri]
            self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _save(self) -> None:
        """Save a text that is whole: of a damaged one, what readers still have depends on the way there."""
        uri = self._some()
        self._set(uri, self._healed(uri))
        path = next(path for path in self.files if path.as_uri() == uri)
        path.write_bytes(self.open[uri].text.encode("utf-8"))
        self.server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def _edit(self) -> None:
        uri = self._some()
        mirror = self.open[uri]
        changes = []
        for _ in range(self.random.choice([1, 1, 1, 2, 4])):
            start, end = sorted((self._position(mirror), self._position(mirror)))
            if self.random.random() < 0.7:
                end = (start[0], start[1] + self.random.randrange(4))
            if len(mirror.units) < 6000 and self.random.random() < 0.8:
                new = "".join(self.random.choices(PIECES, k=self.random.randrange(3)))
            else:
                new = ""
            mirror.replace(start, end, new)
            changes.append({"range": {"start": _json(start), "end": _json(end)}, "text": new})
        mirror.version += self.random.choice([1, 1, 1, 5])
        self.server.change(uri, mirror.version, *changes)

    def _whole(self) -> None:
        """The whole text at once: back to the file, or something else."""
        uri = self._some()
        self._set(uri, self.random.choice([self._whole_texts[uri], "", "SELECT 1", self.open[uri].text + "\r"]))

    def _request(self) -> None:
        uri = self._some()
        position = _json(self._position(self.open[uri]))
        if self.random.random() < 0.6:
            params = {
                "textDocument": {"uri": uri},
                "position": position,
                "context": {"includeDeclaration": True, "triggerKind": 1, "isRetrigger": False},
            }
            number = self.server.post(f"textDocument/{self.random.choice(BY_POSITION)}", params)
        elif self.random.random() < 0.8:
            number = self.server.post(f"textDocument/{self.random.choice(BY_DOCUMENT)}", {"textDocument": {"uri": uri}})
        else:
            place = {"start": position, "end": position}
            params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}
            number = self.server.post("textDocument/codeAction", params)
        self._pending.append(number)
        if self.random.random() < 0.3:
            self.server.notify("$/cancelRequest", {"id": number})

    # -- what it should not do

    def _broken(self) -> None:
        method, params = self.random.choice(BROKEN)
        self._pending.append(self.server.post(method, json.loads(json.dumps(params))))

    def _stray(self) -> None:
        self.server.notify(*self.random.choice(STRAY))

    def _again(self) -> None:
        """The same message twice: an open document opened anew, a cancellation, a close."""
        uri = self._some()
        kind = self.random.randrange(3)
        if kind == 0:
            self.server.open(uri, self.open[uri].text, self.open[uri].version)
        elif kind == 1:
            self._request()
            for _ in range(2):
                self.server.notify("$/cancelRequest", {"id": self._pending[-1]})
        elif len(self.open) > 1:
            del self.open[uri]
            for _ in range(2):
                self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _out_of_order(self) -> None:
        """A request about a document before it is opened, an edit after it was closed, a version that goes backwards."""
        closed = [path.as_uri() for path in self.files if path.as_uri() not in self.open]
        if closed and self.random.random() < 0.7:
            uri = self.random.choice(closed)
            here = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 1}}
            self._pending.append(self.server.post("textDocument/hover", here))
            self.server.change(uri, 7, {"text": "never to be seen"})
            self.server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        elif self.open:
            uri = self._some()
            self.open[uri].version -= 4
            self._set(uri, self.open[uri].text + " ")

    # -- help

    def _some(self) -> str:
        if not self.open:
            path = self.random.choice(self.files)
            mirror = self.open[path.as_uri()] = Mirror(saved(path.as_uri()))
            self.server.open(path.as_uri(), mirror.text)
        return self.random.choice(sorted(self.open))

    def _position(self, mirror: Mirror) -> tuple[int, int]:
        lines = mirror.lines()
        line = self.random.randrange(len(lines))
        start, end = lines[line]
        return line, self.random.randrange(end - start + 1) + self.random.choice([0, 0, 0, 0, 7])


def _json(position: tuple[int, int]) -> dict[str, int]:
    return {"line": position[0], "character": position[1]}
