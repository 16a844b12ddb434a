"""Bytes on the wire: frames in (a reading thread) and frames out (a writing thread).

The event loop neither waits for a client that sends slowly nor for one that reads slowly.
What the frames hold is not this file's business.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Protocol, cast

log = logging.getLogger(__name__)

MAX_FRAME = 256 * 1024 * 1024
"""Larger announcements are taken for damage: reading on would swallow the rest of the session."""


class Input(Protocol):
    """What is needed of a binary stream to read from."""

    def readline(self, limit: int, /) -> bytes:
        """One line, or what there is of it."""

    def read(self, size: int, /) -> bytes:
        """Exactly `size` bytes, fewer at the end of the stream."""


class Output(Protocol):
    """What is needed of a binary stream to write to."""

    def write(self, data: bytes, /) -> object:
        """Write all of it."""

    def flush(self) -> None:
        """Push it to the client."""


class FrameError(Exception):
    """The header of a message is damaged; reading can go on behind it."""


def frame(body: bytes) -> bytes:
    """A message with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def read_frame(stream: Input) -> bytes | None:
    """The next message's body, None at the end of the stream.

    Lines that are no header (a stray print of a wrapper script) are skipped.
    """
    length: int | None = None
    while line := stream.readline(65536):
        text = line.strip()
        if not text:
            if length is None:
                continue
            body = stream.read(length)
            return body if len(body) == length else None
        name, _, value = text.partition(b":")
        if name.strip().lower() == b"content-length":
            length = _length(value)
    return None


def _length(value: bytes) -> int:
    digits = value.strip()
    if not digits.isdigit() or int(digits) > MAX_FRAME:
        raise FrameError(f"Content-Length is not a sensible number: {digits[:40]!r}")
    return int(digits)


class Reader:
    """Reads frames on a thread of its own, from the moment it is made.

    `first` gets the first one at once, on that thread; nothing is handed on before `hand_to` says to whom.
    """

    def __init__(self, stream: Input, first: Callable[[bytes], None] = lambda body: None) -> None:
        self._stream = stream
        self._first = first
        self._deliver: Callable[[bytes | None], None] = lambda body: None
        self._complain: Callable[[FrameError], None] = lambda error: None
        self._wanted = threading.Event()
        threading.Thread(target=self._pump, name="headwater-read", daemon=True).start()

    def hand_to(self, deliver: Callable[[bytes | None], None], complain: Callable[[FrameError], None]) -> None:
        """From now on `deliver` gets each body, None at the end.  Both callbacks run on the reading thread."""
        self._deliver, self._complain = deliver, complain
        self._wanted.set()

    def _pump(self) -> None:
        body = self._next()
        if body is not None:
            self._first(body)
        self._wanted.wait()
        while True:
            self._deliver(body)
            if body is None:
                return
            body = self._next()

    def _next(self) -> bytes | None:
        while True:
            try:
                return read_frame(self._stream)
            except FrameError as error:
                self._wanted.wait()
                self._complain(error)
            except (OSError, ValueError) as error:
                log.warning("the client's stream broke: %s", error)
                return None


class Writer:
    """Sends frames in the order of `write`, which may be called from any thread and never blocks.

    A short frame for a client that reads goes out at once, on the caller's thread: who publishes and goes on computing would keep the
    writing thread from the interpreter, for some milliseconds.  All others go over that thread.
    """

    def __init__(self, stream: Output, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._lost = lost
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._room = _Room.of(stream)
        self._lock = threading.Lock()
        self._queued = 0
        """Frames that are not sent yet; behind one of them none goes out at once."""
        self._broken = False
        self._thread = threading.Thread(target=self._pump, name="headwater-write", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Send bytes to the client, or queue them."""
        with self._lock:
            if not self._queued and self._room is not None and self._room.is_for(data):
                self._send(data)
            else:
                self._queued += 1
                self._queue.put(data)

    def close(self) -> None:
        """Send what is queued (a client that does not read any more is given two seconds)."""
        self._queue.put(None)
        self._thread.join(timeout=2)

    def _pump(self) -> None:
        while (data := self._queue.get()) is not None:
            if not self._send(data, self._queue.empty()):
                return
            with self._lock:
                self._queued -= 1
        self._send(b"")

    def _send(self, data: bytes, flush: bool = True) -> bool:
        if self._broken:
            return False
        try:
            self._stream.write(data)
            if flush:
                self._stream.flush()
        except (OSError, ValueError) as error:
            log.warning("the client does not read any more: %s", error)
            self._broken = True
            self._lost()
            return False
        return True


class _Room:
    """Says whether a stream takes some bytes without waiting for whoever reads it.

    A pipe or a socket that can be written to has room for `PIPE_BUF` bytes at least.
    """

    def __init__(self, number: int) -> None:
        self._poll = select.poll()
        self._poll.register(number, select.POLLOUT)

    @classmethod
    def of(cls, stream: Output) -> _Room | None:
        """Of a stream of the system; None where there is no asking."""
        try:
            return cls(cast(Any, stream).fileno()) if hasattr(select, "poll") else None
        except (AttributeError, OSError, ValueError):
            return None

    def is_for(self, data: bytes) -> bool:
        return len(data) <= select.PIPE_BUF and any(event & select.POLLOUT for _, event in self._poll.poll(0))
