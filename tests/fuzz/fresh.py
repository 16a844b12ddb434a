"""Is a server that lived through many bursts the same as one that has just been given the final state?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.e2e.raw import Raw
from tests.fuzz.mirror import Mirror

ASKED = ["documentSymbol", "codeLens", "foldingRange", "semanticTokens/full"]


def compare(lived: Raw, opened: dict[str, Mirror], root: Path) -> None:
    """Start a fresh server, give it the same texts, and compare the answers to a fixed set of requests."""
    with Raw() as fresh:
        fresh.initialize(str(root))
        for uri, mirror in opened.items():
            fresh.open(uri, mirror.text, mirror.version)
        ours, theirs = answers(lived, opened), answers(fresh, opened)
        fresh.stop()
    different = [key for key in ours if ours[key] != theirs[key]]
    assert not different, f"{different[0]}:\nlived: {ours[different[0]]!r:.3000}\nfresh: {theirs[different[0]]!r:.3000}"


def answers(server: Raw, opened: dict[str, Mirror]) -> dict[tuple[str, str, int], Any]:
    """The results (or error codes) by request, file and line; and what is published for each open file."""
    settle(server)
    found: dict[tuple[str, str, int], Any] = {}
    for uri, mirror in sorted(opened.items()):
        for method in ASKED:
            found[method, uri, -1] = _outcome(server, method, {"textDocument": {"uri": uri}})
        for line in range(0, len(mirror.lines()), 7):
            place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 6}}
            for method in ("hover", "completion", "definition"):
                found[method, uri, line] = _outcome(server, method, place)
        found["published", uri, -1] = _sorted(server.diagnostics(uri, mirror.version))
    return found


def settle(server: Raw, seconds: float = 60) -> None:
    """Wait until everything is analysed and published."""
    deadline = time.monotonic() + seconds
    while not server.request("headwater/status")["ready"]:
        assert time.monotonic() < deadline, f"not ready within {seconds} s"
        time.sleep(0.1)


def _outcome(server: Raw, method: str, params: dict[str, Any]) -> Any:
    answer = server.answer(server.post(f"textDocument/{method}", params))
    if "error" in answer:
        return {"error": answer["error"]["code"]}
    result = answer["result"]
    if isinstance(result, dict):
        result = {key: value for key, value in result.items() if key != "resultId"}  # a name for deltas, by count
    return result


def _sorted(diagnostics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(diagnostics, key=repr)
