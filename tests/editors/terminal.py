"""An editor in a real terminal: a pseudo-terminal of its own, drained all the time, ended at the end.

What the editor draws is kept, so that a failing test can show the last of it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

LINES, COLUMNS = 50, 160
_ESCAPES = re.compile(r"\x1b(\[[0-9;?<>=!$ ]*[a-zA-Z@`~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>78DEHMNOZc])")


class Terminal:
    """A program in a terminal of 160 columns and 50 lines."""

    def __init__(self, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
        self._drawn = bytearray()
        self._pid, self._master = pty.fork()
        if self._pid == 0:  # the child
            os.chdir(cwd)
            os.execvpe(command[0], list(command), dict(environment))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        threading.Thread(target=self._drain, daemon=True).start()

    def write(self, keys: str) -> None:
        """Press keys, as the terminal sends them."""
        os.write(self._master, keys.encode())

    def mark(self) -> int:
        """Where the drawing is now."""
        return len(self._drawn)

    def drawn_since(self, mark: int) -> str:
        """What the editor drew since then, without escape sequences and with single spaces."""
        text = bytes(self._drawn[mark:]).decode("utf-8", "replace")
        return " ".join(_ESCAPES.sub(" ", text).split())

    def choice(self, mark: int, title: str) -> str:
        """The number beside an entry of a menu that was drawn since `mark`: `2: Title` or `2. Title`."""

        def found() -> str:
            match = re.search(rf"(\d+)[:.] {re.escape(title)}", self.drawn_since(mark))
            return match.group(1) if match else ""

        return str(until(f"a menu with {title!r}", found, show=self.last_drawn))

    def last_drawn(self) -> str:
        """The end of what the editor drew, without the terminal's escape sequences."""
        return _ESCAPES.sub(" ", bytes(self._drawn[-6000:]).decode("utf-8", "replace"))[-2500:]

    def close(self) -> None:
        """End the program, gently and then not."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                if self._ended():
                    os.close(self._master)
                    return
                time.sleep(0.02)

    def _ended(self) -> bool:
        try:
            return os.waitpid(self._pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            return True

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            while part := os.read(self._master, 65536):
                self._drawn += part


def until(what: str, probe: Callable[[], Any], seconds: float = 20, show: Callable[[], str] = lambda: "") -> Any:
    """The first true answer of `probe`; an assertion with `what` and the last answer if none comes."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s; last seen: {answer!r}\n{show()}"
        time.sleep(0.03)
    return answer
