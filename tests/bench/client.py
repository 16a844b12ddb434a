"""A blocking LSP client that stamps every message with the time it arrived: the benchmark's stopwatch.

It must add as little as it can: one reader thread, the standard library's JSON, no types.
"""

from __future__ import annotations

import io
import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class Client:
    """One server process.  Use as a context manager; `pid` is for reading its memory."""

    def __init__(self, command: Sequence[str], stderr: Path) -> None:
        self._errors = stderr.open("wb")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, bufsize=0
        )
        self.pid = self._process.pid
        self._ids = 0
        self._answers: dict[int, queue.Queue[tuple[float, Message]]] = {}
        self._notifications: queue.Queue[tuple[float, Message]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.request("shutdown", None, timeout=10)
            self.notify("exit", None)
            self._process.wait(10)
        except (TimeoutError, subprocess.TimeoutExpired, BrokenPipeError):
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def initialize(self, root: Path, options: Message | None = None) -> float:
        """Seconds until the server answered `initialize`."""
        start = time.perf_counter()
        uri = root.as_uri()
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": root.name}],
                "capabilities": {"general": {"positionEncodings": ["utf-16"]}, "window": {"workDoneProgress": True}},
                "initializationOptions": {"debounceMs": 0, **(options or {})},
            },
            timeout=60,
        )
        self.notify("initialized", {})
        return time.perf_counter() - start

    def request(self, method: str, params: object, timeout: float = 30) -> Any:
        """The result; raises RuntimeError for an error response."""
        _, message = self._call(method, params, timeout)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    def timed(self, method: str, params: object, timeout: float = 30) -> float:
        """Seconds from sending the request to having its answer."""
        start = time.perf_counter()
        arrived, message = self._call(method, params, timeout)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return arrived - start

    def notify(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def wait_for(self, method: str, accept: Callable[[Any], bool], timeout: float = 30) -> tuple[float, Any]:
        """(time of arrival, params) of the next notification that is accepted; earlier ones are dropped."""
        deadline = time.perf_counter() + timeout
        while True:
            try:
                arrived, message = self._notifications.get(timeout=max(0.0, deadline - time.perf_counter()))
            except queue.Empty:
                raise TimeoutError(f"no {method} within {timeout} s") from None
            if message["method"] == method and accept(message.get("params")):
                return arrived, message["params"]

    def _call(self, method: str, params: object, timeout: float) -> tuple[float, Message]:
        self._ids += 1
        answer = self._answers[self._ids] = queue.Queue()
        self._send({"jsonrpc": "2.0", "id": self._ids, "method": method, "params": params})
        try:
            return answer.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no answer to {method} within {timeout} s") from None
        finally:
            self._answers.pop(self._ids, None)

    def _send(self, message: Message) -> None:
        body = json.dumps(message, ensure_ascii=False).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        buffered = io.BufferedReader(stream, 1 << 16)  # type: ignore[type-var]
        while headers := _headers(buffered):
            message = json.loads(buffered.read(int(headers["content-length"])))
            arrived = time.perf_counter()
            if "method" not in message:
                waiting = self._answers.get(message.get("id"))
                if waiting is not None:
                    waiting.put((arrived, message))
            elif "id" in message:  # a request of the server's: create progress, register, configuration
                count = len((message.get("params") or {}).get("items", ())) or None
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": [None] * count if count else None})
            else:
                self._notifications.put((arrived, message))


def _headers(stream: Any) -> dict[str, str]:
    """The header lines of the next message by lower-case name; empty at the stream's end."""
    headers = {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("ascii").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers
