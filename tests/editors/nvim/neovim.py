"""Neovim in a terminal, driven by keys, looked at through its own remote interface (MessagePack over a socket)."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tests.editors.terminal import Terminal, until


class Neovim:
    """One Neovim with one set-up file.  Use as a context manager."""

    def __init__(self, program: str, init: Path, workspace: Path, file: str, environment: Mapping[str, str]) -> None:
        self._socket = str(init.parent / "nvim.sock")
        command = [program, "-u", str(init), "-i", "NONE", "-n", "--listen", self._socket, file]
        self.terminal = Terminal(command, workspace, environment)
        self._numbers = itertools.count(1)
        self._connection = until("Neovim listens", self._connect, show=self.terminal.last_drawn)
        self._received = b""

    def __enter__(self) -> Neovim:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self.terminal.close()

    def keys(self, keys: str) -> None:
        """Press keys, in Neovim's notation (`<CR>`, `<Esc>`, `<C-x>`)."""
        self._call("nvim_input", keys)

    def lua(self, code: str, *arguments: Any) -> Any:
        """What a chunk of Lua returns."""
        return self._call("nvim_exec_lua", code, list(arguments))

    def until(self, what: str, code: str, seconds: float = 20) -> Any:
        """The first true value of a Lua chunk."""
        return until(what, lambda: self.lua(code), seconds, self.terminal.last_drawn)

    def line(self) -> str:
        """The line that the cursor is in."""
        return str(self.lua("return vim.api.nvim_get_current_line()"))

    def _connect(self) -> socket.socket | None:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(120)
        try:
            connection.connect(self._socket)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None
        return connection

    def _call(self, method: str, *arguments: Any) -> Any:
        number = next(self._numbers)
        self._connection.sendall(msgspec.msgpack.encode([0, number, method, list(arguments)]))
        while True:
            message = self._receive()
            if message[0] == 1 and message[1] == number:
                assert message[2] is None, f"{method}{arguments!r}: {message[2]}"
                return message[3]

    def _receive(self) -> list[Any]:
        """The next message.  MessagePack does not say its length: one read more until it decodes."""
        while True:
            try:
                message = msgspec.msgpack.decode(self._received, ext_hook=lambda code, data: bytes(data))
            except msgspec.DecodeError:
                self._received += self._connection.recv(1 << 16)
                continue
            self._received = b""
            return list(message)
