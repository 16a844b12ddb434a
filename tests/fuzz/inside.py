"""A whole server without process and pipes: the real dispatch, session and lanes; this thread is its loop.

Starting a process costs some two seconds, making this costs milliseconds: so every burst can be compared with a server that
has just been born.  What it shares with the one before is the interpreter's modules, nothing of a session.
"""

from __future__ import annotations

import itertools
import json
import queue
import time
from collections.abc import Callable
from typing import Any

from lsp_server.server import app, session
from lsp_server.server.routes import table
from lsp_server.server.uris import to_uri
from tests.e2e.raw import CAPABILITIES


class Inside:
    """A server and its client.  Use as a context manager; the client's methods are those of `tests.e2e.raw.Raw`."""

    def __init__(self) -> None:
        self.notifications: list[dict[str, Any]] = []
        self._responses: dict[Any, dict[str, Any]] = {}
        self._ids = itertools.count(1)
        self._loop: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = queue.SimpleQueue()
        self._protocol = app.Server().protocol
        self._session = session.Session(self._protocol)
        self._protocol.set_writer(self)
        self._protocol.routes, self._protocol.run = table(), self._session.run
        self._protocol.call_on_loop = lambda work, *args: self._loop.put((work, args))
        self._protocol.stop = lambda _code: None
        self._session.start()

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    # -- the client

    def initialize(self, folder: str) -> None:
        folders = [{"uri": to_uri(folder), "name": "test"}]
        options = {"debounceMs": 0}
        self.request(
            "initialize",
            {"capabilities": CAPABILITIES, "workspaceFolders": folders, "initializationOptions": options},
        )
        self.notify("initialized", {})

    def notify(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def post(self, method: str, params: Any = None) -> int:
        number = next(self._ids)
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def answer(self, number: int) -> dict[str, Any]:
        return self._until(lambda: self._responses.pop(number, None), f"an answer to {number}")

    def request(self, method: str, params: Any = None) -> Any:
        answer = self.answer(self.post(method, params))
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, uri: str, text: str, version: int) -> None:
        item = {"uri": uri, "languageId": "sql", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}
        self.notify("textDocument/didChange", params)

    def diagnostics(self, uri: str, version: int) -> list[dict[str, Any]]:
        def newest() -> Any:
            for message in reversed(self.notifications):
                params = message["params"]
                if message["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri:
                    return (params["diagnostics"],) if params.get("version") == version else None
            return None

        return self._until(newest, f"diagnostics of {uri}")[0]

    # -- the loop, and what the server writes

    def write(self, data: bytes) -> None:
        """A frame of the server's, from whichever of its threads."""
        self._loop.put((self._take, (json.loads(data.partition(b"\r\n\r\n")[2]),)))

    def _send(self, message: dict[str, Any]) -> None:
        self._protocol.receive(json.dumps(message).encode())

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._responses[message["id"]] = message
        elif "id" in message:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
        else:
            self.notifications.append(message)

    def _until(self, condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
        end = time.monotonic() + seconds
        while not (value := condition()):
            try:
                work, args = self._loop.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"a fresh server never sent {what}") from None
            work(*args)
        return value
