"""A client made of nothing but bytes and threads, for what a well-behaved client library would not do."""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CAPABILITIES = {"general": {"positionEncodings": ["utf-16"]}, "window": {"workDoneProgress": True}}


class Raw:
    """One server process.  Answers the server's own requests with `replies[method]` (a value or a function), else null."""

    def __init__(self, *options: str, env: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "lsp_server", "lsp", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        self.responses: dict[Any, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.repeated: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.replies: dict[str, Any] = {}
        self.stray: list[bytes] = []
        self.log: list[str] = []
        self._ids = itertools.count(1)
        self._news = threading.Condition()
        self._out: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for work in (self._read, self._read_log, self._write):
            threading.Thread(target=work, daemon=True).start()

    # -- sending

    def send_bytes(self, data: bytes) -> None:
        self._out.put(data)

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def post(self, method: str, params: Any = None, id: Any = None) -> Any:
        id = next(self._ids) if id is None else id
        message = {"jsonrpc": "2.0", "id": id, "method": method}
        self.send(message if params is None else {**message, "params": params})
        return id

    def request(self, method: str, params: Any = None, timeout: float = 30) -> Any:
        """The result; raises AssertionError with the error otherwise."""
        answer = self.answer(self.post(method, params), timeout)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def error(self, method: str, params: Any = None) -> dict[str, Any]:
        answer = self.answer(self.post(method, params))
        assert "error" in answer, answer
        return answer["error"]

    # -- receiving

    def wait(self, condition: Any, timeout: float = 30, what: str = "") -> Any:
        end = time.monotonic() + timeout
        with self._news:
            while not (value := condition()):
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self._news.wait(0.5)):
                    raise AssertionError(f"nothing came: {what}\nserver's log:\n" + "\n".join(self.log[-40:]))
                self._news.wait(min(left, 0.5))
            return value

    def answer(self, id: Any, timeout: float = 30) -> dict[str, Any]:
        return self.wait(lambda: self.responses.get(id), timeout, f"answer to {id}")

    def diagnostics(self, uri: str, version: int | None = None, timeout: float = 30) -> list[dict[str, Any]]:
        """The newest published diagnostics of a document (of that version)."""

        def newest() -> Any:
            for message in reversed(self.notifications):
                params = message.get("params") or {}
                if message["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri:
                    return (params,) if version is None or params.get("version") == version else None
            return None

        return self.wait(newest, timeout, f"diagnostics of {uri} {version}")[0]["diagnostics"]

    def seen(self, method: str) -> list[dict[str, Any]]:
        return [message for message in list(self.notifications) if message["method"] == method]

    # -- life cycle

    def initialize(self, folder: str | None = None, options: Any = None, **capabilities: Any) -> dict[str, Any]:
        from lsp_server.server.uris import to_uri

        folders = [{"uri": to_uri(folder), "name": "test"}] if folder else None
        params = {
            "processId": os.getpid(),
            "rootUri": folders[0]["uri"] if folders else None,
            "capabilities": {**CAPABILITIES, **capabilities},
            "workspaceFolders": folders,
            "initializationOptions": {"debounceMs": 0} if options is None else options,
        }
        result = self.request("initialize", params, timeout=120)  # a busy machine takes its time to start a process
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "sql", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}
        self.notify("textDocument/didChange", params)

    def stop(self) -> int:
        """A proper end; the exit code."""
        if self.process.poll() is None:
            self.answer(self.post("shutdown"))
            self.notify("exit")
        return self.process.wait(20)

    def close(self) -> None:
        self._out.put(None)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- threads

    def _write(self) -> None:
        while (data := self._out.get()) is not None:
            try:
                self.process.stdin.write(data)
                self.process.stdin.flush()
            except (OSError, ValueError):
                return

    def _read_log(self) -> None:
        for line in self.process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())

    def _read(self) -> None:
        stream = self.process.stdout
        while line := stream.readline():
            name, _, value = line.partition(b":")
            if name.lower() != b"content-length":
                self.stray.append(line)
                continue
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(int(value))))
        with self._news:
            self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        with self._news:
            if "method" in message and "id" in message:
                self.requests.append(message)
                reply = self.replies.get(message["method"])
                result = reply(message["params"]) if callable(reply) else reply
                if result is not NO_REPLY:
                    self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
            elif "method" in message:
                self.notifications.append(message)
            else:
                if message["id"] in self.responses:
                    self.repeated.append(message)
                self.responses.setdefault(message["id"], message)
            self._news.notify_all()


NO_REPLY = object()
"""A reply that never comes."""
