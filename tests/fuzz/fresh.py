"""Is a server that lived through many bursts the same as one that has just been given the final state?

Compared are the answers to a fixed set of requests: for every open file its outline, lenses, folds, links, tokens, formatting and
published diagnostics; at two places of it (others in every burst) hover, completion, definition, highlights, references, rename, lineage and code
actions; the problems of every file of the workspace, and a search for symbols.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from tests.e2e.raw import Raw
from tests.fuzz.inside import Inside
from tests.fuzz.mirror import Mirror

OF_THE_FILE = ["documentSymbol", "codeLens", "foldingRange", "documentLink", "semanticTokens/full", "formatting"]
AT_A_PLACE = [
    "hover", "completion", "definition", "documentHighlight", "references", "rename", "prepareCallHierarchy", "codeAction",
]  # fmt: skip
PLACES = 2
NAMES = {"resultId", "resultIds"}
"""Keys that name an answer by count: two servers never agree on them."""
Answers = dict[tuple[str, str, int], Any]


class Server(Protocol):
    """What is asked: a process, or a server inside this one."""

    def post(self, method: str, params: Any = None) -> Any: ...
    def answer(self, number: Any) -> dict[str, Any]: ...
    def request(self, method: str, params: Any = None) -> Any: ...
    def notify(self, method: str, params: Any = None) -> None: ...
    def open(self, uri: str, text: str, version: int) -> None: ...
    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None: ...
    def diagnostics(self, uri: str, version: int) -> list[dict[str, Any]]: ...


def compare(lived: Raw, opened: dict[str, Mirror], root: Path, number: int, process: bool) -> None:
    """Give a fresh server (a whole process, or one inside this) the same texts, and compare the answers.

    The final state is the files on disk, and the texts that are open over them: what is not saved is told to readers as such.
    """
    with Raw() if process else Inside() as fresh:
        fresh.initialize(str(root))
        for uri in opened:
            fresh.open(uri, saved(uri), 0)
        settle(fresh)
        for uri, mirror in opened.items():
            fresh.change(uri, mirror.version, {"text": mirror.text})
        ours, theirs = answers(lived, opened, root, number), answers(fresh, opened, root, number)
    different = [key for key in ours if ours[key] != theirs[key]]
    assert not different, f"{different[0]}:\nlived: {ours[different[0]]!r:.3000}\nfresh: {theirs[different[0]]!r:.3000}"


def saved(uri: str) -> str:
    """A file as an editor shows it: its line ends as they are, its byte order mark not part of the text."""
    return Path(unquote(urlsplit(uri).path)).read_bytes().decode("utf-8-sig")


def answers(server: Server, opened: dict[str, Mirror], root: Path, number: int) -> Answers:
    """The results (or error codes) by request, file and place."""
    turn_away(server, root)
    settle(server)
    asked: Answers = {}
    for uri, mirror in sorted(opened.items()):
        asked |= _ask_about(server, uri, mirror, number)
    for method, params in (
        ("workspace/diagnostic", {"previousResultIds": []}),
        ("workspace/symbol", {"query": "ride"}),
    ):
        asked[method, "", -1] = server.post(method, params)
    found = {key: _outcome(server.answer(number)) for key, number in asked.items()}
    for uri, mirror in opened.items():
        found["published", uri, -1] = sorted(server.diagnostics(uri, mirror.version), key=repr)
    return found


def _ask_about(server: Server, uri: str, mirror: Mirror, number: int) -> Answers:
    document = {"textDocument": {"uri": uri}}
    options = {"tabSize": 2, "insertSpaces": True}
    asked: Answers = {}
    for method in OF_THE_FILE:
        asked[method, uri, -1] = server.post(f"textDocument/{method}", {**document, "options": options})
    lines = mirror.lines()
    for at in range(PLACES):
        line = (at * len(lines) // PLACES + number) % len(lines)
        position = {"line": line, "character": number * 7 % (lines[line][1] - lines[line][0] + 1)}
        params = {
            **document, "position": position, "range": {"start": position, "end": position}, "newName": "renamed",
            "context": {"includeDeclaration": True, "triggerKind": 1, "diagnostics": []},
        }  # fmt: skip
        for method in AT_A_PLACE:
            asked[method, uri, line] = server.post(f"textDocument/{method}", params)
    return asked


def turn_away(server: Server, root: Path) -> None:
    """Type into another file and let it go: while the text that was typed last has errors, the verdicts before it are kept."""
    uri = (root / "models" / "elsewhere.sql").as_uri()
    server.open(uri, "MODEL (name staging.elsewhere); SELECT 1 AS one", 1)
    server.change(uri, 2, {"text": "MODEL (name staging.elsewhere); SELECT 2 AS one"})
    server.request("headwater/status")
    server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def settle(server: Server, seconds: float = 60) -> None:
    """Wait until everything is analysed and published."""
    deadline = time.monotonic() + seconds
    while not server.request("headwater/status")["ready"]:
        assert time.monotonic() < deadline, f"not ready within {seconds} s"
        time.sleep(0.002)


def _outcome(answer: dict[str, Any]) -> Any:
    if "error" in answer:
        return {"error": answer["error"]["code"]}
    return _without_names(answer["result"])


def _without_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_names(item) for key, item in value.items() if key not in NAMES}
    return [_without_names(item) for item in value] if isinstance(value, list) else value
