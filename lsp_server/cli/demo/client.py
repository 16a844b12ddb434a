"""A small blocking LSP client that stamps every message with the time it arrived.

It is what the demo and the benchmark look at the server through, so it must add as little as it can:
one reader thread, the standard library's JSON, no types.  It knows the protocol's framing and nothing of Headwater.
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
from typing import Any, BinaryIO, Self

Message = dict[str, Any]


class ServerEndedError(Exception):
    """The server ended while an answer was awaited.  The text is the end of its log."""


class Client:
    """One server process.  Use as a context manager; `pid` is for reading its memory.

    `answer(method, params)` gives the results of the requests that the server makes (progress, configuration,
    questions to the person, edits to apply).  `listen(method, params)` hears every notification as it arrives.
    Both are called on the reading thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        stderr: Path,
        answer: Callable[[str, Any], Any] | None = None,
        cwd: Path | None = None,
        listen: Callable[[str, Any], None] | None = None,
    ) -> None:
        self._log = stderr
        self._answer = answer or default_answer
        self._listen = listen
        self._errors = stderr.open("wb")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, bufsize=0, cwd=cwd
        )
        self.pid = self._process.pid
        self._ids = 0
        self._sending = threading.Lock()
        self._answers: dict[int, queue.Queue[tuple[float, Message]]] = {}
        self._notifications: queue.Queue[tuple[float, Message]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.request("shutdown", None, timeout=10)
            self.notify("exit", None)
            self._process.wait(10)
        except (TimeoutError, subprocess.TimeoutExpired, OSError, ServerEndedError):
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def initialize(self, root: Path, options: Message | None = None, capabilities: Message | None = None) -> float:
        """Seconds until the server answered `initialize`."""
        start = time.perf_counter()
        uri = root.as_uri()
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": root.name}],
                "capabilities": capabilities
                or {"general": {"positionEncodings": ["utf-16"]}, "window": {"workDoneProgress": True}},
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
            raise RuntimeError(f"{method}: {message['error'].get('message', message['error'])}")
        return message["result"]

    def timed(self, method: str, params: object, timeout: float = 30) -> float:
        """Seconds from sending the request to having its answer."""
        start = time.perf_counter()
        arrived, message = self._call(method, params, timeout)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return arrived - start

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def wait_for(self, method: str, accept: Callable[[Any], bool], timeout: float = 30) -> tuple[float, Any]:
        """(time of arrival, params) of the next notification that is accepted; earlier ones are dropped."""
        deadline = time.perf_counter() + timeout
        while True:
            try:
                arrived, message = self._notifications.get(timeout=max(0.0, deadline - time.perf_counter()))
            except queue.Empty:
                raise TimeoutError(f"no {method} within {timeout} s") from None
            if message["method"] is None:
                raise ServerEndedError(self._last_words())
            if message["method"] == method and accept(message.get("params")):
                return arrived, message["params"]

    def _call(self, method: str, params: object, timeout: float) -> tuple[float, Message]:
        self._ids += 1
        number, answer = self._ids, queue.Queue[tuple[float, Message]]()
        self._answers[number] = answer
        if not self._reader.is_alive():
            raise ServerEndedError(self._last_words())
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        try:
            arrived, message = answer.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no answer to {method} within {timeout} s") from None
        finally:
            self._answers.pop(number, None)
        if not message:
            raise ServerEndedError(self._last_words())
        return arrived, message

    def _send(self, message: Message) -> None:
        body = json.dumps(message, ensure_ascii=False).encode()
        assert self._process.stdin is not None
        with self._sending:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _read(self) -> None:
        assert self._process.stdout is not None
        stream: BinaryIO = io.BufferedReader(self._process.stdout, 1 << 16)  # type: ignore[type-var]
        while headers := _headers(stream):
            self._take(json.loads(stream.read(int(headers["content-length"]))), time.perf_counter())
        self._notifications.put((time.perf_counter(), {"method": None}))
        for waiting in list(self._answers.values()):
            waiting.put((time.perf_counter(), {}))

    def _take(self, message: Message, arrived: float) -> None:
        if "method" not in message:
            waiting = self._answers.get(message.get("id", 0))
            if waiting is not None:
                waiting.put((arrived, message))
        elif "id" in message:
            result = self._answer(message["method"], message.get("params"))
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        else:
            if self._listen:
                self._listen(message["method"], message.get("params"))
            self._notifications.put((arrived, message))

    def _last_words(self) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace") if self._log.is_file() else ""
        return "the server ended; the last lines of its log:\n" + "\n".join(text.splitlines()[-15:])


def default_answer(method: str, params: Any) -> Any:
    """What a client answers that has no settings of its own and nobody to ask."""
    return [None] * len(params["items"]) if method == "workspace/configuration" else None


def _headers(stream: BinaryIO) -> dict[str, str]:
    """The header lines of the next message by lower-case name; empty at the stream's end."""
    headers = {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("ascii").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers
