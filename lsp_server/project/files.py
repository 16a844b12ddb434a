"""Where a workspace's files come from: the disk, or a revision in git.  The readers of formats know only this.

Texts are decoded here, once and for all: a byte order mark is dropped (editors do not show it), what is no text says so.
"""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

SKIPPED = frozenset(
    {"node_modules", "venv", "__pycache__", "site-packages", "target", "dbt_packages", "logs", "dist", "build"}
)
"""Folders that hold no source of models.  Hidden folders are skipped too."""
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
"""Who opens a pipe that nobody writes to must not wait."""
_PIECE = 1 << 20
LARGEST = 1_000_000
"""Bytes; a larger SQL file is reported, not read."""


class UnreadableError(Exception):
    """A file or folder that cannot be read; the message says why, for people."""


class Files(Protocol):
    """Paths are relative to the workspace, with `/`."""

    def paths(self, folder: str = "") -> Iterator[str]:
        """All files that may matter, in no order; those of one folder (with a slash at its end), which need not be there."""
        ...

    def read(self, path: str) -> bytes | None:
        """The content; None when there is no such file.  Raises UnreadableError."""
        ...

    def unreadable(self) -> dict[str, str]:
        """Folder -> why it could not be listed (after `paths` has run for all)."""
        ...


class Disk:
    """A folder.  Symbolic links are followed, each real folder once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = os.path.join(root, "")  # noqa: PTH118 - with its slash
        self._unreadable: dict[str, str] = {}

    def paths(self, folder: str = "") -> Iterator[str]:
        """See `Files`."""
        if not folder:
            self._unreadable.clear()
        elif not (self.root / folder).is_dir():
            return
        seen: set[tuple[int, int]] = set()
        stack = [folder]
        while stack:
            yield from self._list(stack.pop(), stack, seen)

    def folders(self) -> Iterator[str]:
        """The folders in which `paths` looks, "" for the root, with a slash at their ends."""
        seen: set[tuple[int, int]] = set()
        stack = [""]
        while stack:
            folder = stack.pop()
            deque(self._list(folder, stack, seen), maxlen=0)
            yield folder

    def _list(self, folder: str, stack: list[str], seen: set[tuple[int, int]]) -> Iterator[str]:
        try:
            place = (self.root / folder).stat()
            if (place.st_dev, place.st_ino) in seen:
                return
            seen.add((place.st_dev, place.st_ino))
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    if _is_folder(entry):
                        if not entry.name.startswith(".") and entry.name not in SKIPPED:
                            stack.append(f"{folder}{entry.name}/")
                    elif wanted(entry.name):
                        yield folder + entry.name
        except OSError as error:
            self._unreadable[folder.rstrip("/") or "."] = error.strerror or str(error)

    def read(self, path: str) -> bytes | None:
        """See `Files`."""
        # Thousands at a start: a Path each, or a file object, takes as long as the reading.
        try:
            file = os.open(f"{self._root}{path}", _READ)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from error
        try:
            return _whole(file)
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from error
        finally:
            os.close(file)

    def unreadable(self) -> dict[str, str]:
        """See `Files`."""
        return dict(self._unreadable)


def _whole(file: int) -> bytes:
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableError("it is no regular file")
    data = os.read(file, found.st_size + 1)
    if len(data) <= found.st_size:
        return data
    parts = [data]  # it has grown meanwhile
    while parts[-1]:
        parts.append(os.read(file, _PIECE))
    return b"".join(parts)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def wanted(name: str) -> bool:
    """Whether a file of that name may matter to a workspace (seeds are read when a model names them)."""
    return name.endswith((".sql", ".yaml", ".yml", ".py", ".toml"))


def skipped(path: str) -> bool:
    """Whether a path lies in a folder that is never looked into."""
    return _never_looked_into(path.rpartition("/")[0])


@lru_cache(maxsize=4096)
def _never_looked_into(folder: str) -> bool:
    """Asked of each file, answered for each folder."""
    return any(part.startswith(".") or part in SKIPPED for part in folder.split("/"))


def decode(data: bytes) -> tuple[str | None, Problem | None]:
    """The text, or None for what is none; and what is wrong with it."""
    if len(data) > LARGEST:
        size, limit = len(data) / 1e6, LARGEST // 1_000_000
        return None, _problem(
            "file-too-large", f"This file has {size:.1f} MB; files above {limit} MB are not analysed."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, _problem("not-utf-8", "This file is encoded as UTF-16; models are read as UTF-8.")
    if b"\0" in data[:8192]:
        return None, _problem("binary-file", "This file is binary, no SQL.")
    try:
        return data.removeprefix(BOM_UTF8).decode(), None
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", "replace")
        at = len(data[: error.start].decode("utf-8-sig", "replace"))
        found = f"Byte 0x{data[error.start]:02x} is no UTF-8; it is read as \N{REPLACEMENT CHARACTER}."
        return text, Problem("not-utf-8", found, Span(at, at + 1))


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, Span(0, 0))
