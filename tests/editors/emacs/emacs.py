"""Emacs in a terminal, driven by keys, looked at through `emacsclient --eval`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.editors.terminal import Terminal, until

ESCAPE, RETURN, CONTROL_G = "\x1b", "\r", "\x07"


class Emacs:
    """One Emacs with one set-up file.  Use as a context manager."""

    def __init__(self, init: Path, workspace: Path, file: str, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._socket = str(init.parent / "emacs.sock")
        starts_server = f'(setq server-name "{self._socket}")(server-start)'
        command = ["emacs", "-nw", "-q", "--no-splash", "-l", str(init), "--eval", f"(progn {starts_server})", file]
        self.terminal = Terminal(command, workspace, environment)
        until("Emacs listens", lambda: Path(self._socket).exists(), 30, self.terminal.last_drawn)

    def __enter__(self) -> Emacs:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminal.close()

    def keys(self, keys: str) -> None:
        """Press keys, as a terminal sends them."""
        self.terminal.write(keys)

    def command(self, name: str) -> None:
        """`M-x name RET`."""
        self.keys(f"{ESCAPE}x{name}{RETURN}")

    def lisp(self, code: str) -> Any:
        """What an expression gives, with the first window's buffer as the current one; nil is None."""
        shown = f"(with-current-buffer (window-buffer (frame-first-window)) (json-encode {code}))"
        done = subprocess.run(
            ["emacsclient", "-s", self._socket, "--eval", shown],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(json.loads(done.stdout))  # a printed Lisp string is, for what occurs here, a JSON string

    def until(self, what: str, code: str, seconds: float = 20) -> Any:
        """The first true value of an expression."""
        return until(what, lambda: self.lisp(code), seconds, self.terminal.last_drawn)
