"""The facts cache: rows (key by content, packed result) in one file for each workspace, so that a start reads what it knows.

A log: rows are appended with a checksum each, in one write a batch, so that several servers may append to the same file, and
a file that was cut off or damaged gives all rows up to the damage.  Keys hold Headwater's version (`graph.digests`), hence an old version's
rows are never found; a file that has grown far beyond what is in use is written anew and moved into place.
A cache that cannot be read or written costs time, never an answer.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
import tempfile
import time
import zlib
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import platformdirs

import lsp_server

log = logging.getLogger(__name__)

_MAGIC = b"headwater facts 1\n"
_HEAD = struct.Struct("<HII")
"""Length of the key, length of the value, checksum of both."""
_SLACK = 8_000_000
_WEEK = 7 * 24 * 3600
FOLDER_VARIABLE = "HEADWATER_CACHE"
"""Environment variable: another folder, or `off`."""

Row = tuple[bytes, bytes]


def cache_for(root: Path) -> Cache:
    """The cache of a workspace."""
    folder = _folder()
    if folder is None:
        return Cache(None)
    prefix = blake2b(os.fsencode(root), digest_size=10).hexdigest()
    _forget_old(folder, prefix)
    return Cache(folder / f"{prefix}-{_build()}.facts")


def beside_facts(name: str) -> Cache:
    """A cache of that file name in the same folder, of what belongs to no workspace."""
    folder = _folder()
    return Cache(folder / name if folder is not None else None)


def _folder() -> Path | None:
    """Where caches are; None: they are switched off."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    if named == "off":
        return None
    return Path(named) if named else platformdirs.user_cache_path("headwater")


def _build() -> str:
    """What tells two states of Headwater's own code and of its parser apart, unreleased ones too: facts are only as good as who found them."""
    return blake2b(version("sqlglot").encode() + _code(), digest_size=6).hexdigest()


@cache
def _code() -> bytes:
    """The state of the code that finds facts; a process has one."""
    state = blake2b(digest_size=6)
    package = Path(lsp_server.__file__).parent
    for layer in ("text", "syntax", "semantics", "graph", "analysis"):
        for path in sorted((package / layer).rglob("*.py")):
            place = path.stat()
            state.update(f"{path.name} {place.st_size} {place.st_mtime_ns}\n".encode())
    return state.digest()


def _forget_old(folder: Path, prefix: str) -> None:
    """Drop what other builds left of this workspace and nobody has written for a week."""
    try:
        for path in folder.glob(f"{prefix}-*"):
            if time.time() - path.stat().st_mtime > _WEEK:
                path.unlink(missing_ok=True)
    except OSError as error:
        log.info("an old facts cache cannot be removed: %s", error)


class Cache:
    """One file of rows; None is a cache that keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def beside(self, suffix: str) -> Path | None:
        """Where another file of the same workspace and state of the code is kept; None: nothing is kept."""
        return self.path.with_suffix(suffix) if self.path is not None else None

    def load(self) -> dict[bytes, memoryview]:
        """All whole rows; of two with one key the later.  The values are views of the file: nothing is copied."""
        if self.path is None:
            return {}
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")
        except FileNotFoundError:
            return {}
        except OSError as error:
            log.warning("the facts cache %s cannot be read: %s", self.path, error)
            return {}
        rows, end = _rows(data)
        if end < len(data):
            log.info("the facts cache is damaged after %d rows", len(rows))
            self._cut(end)
        return rows

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        data = b"".join(_record(key, value) for key, value in rows)
        if self.path is None or not data:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # One unbuffered write in append mode: another server's rows end up before or after, not between.
            with self.path.open("ab", buffering=0) as file:
                file.write(data if file.tell() else _MAGIC + data)
        except OSError as error:
            log.warning("the facts cache %s cannot be written: %s", self.path, error)

    def is_oversized(self, in_use: int) -> bool:
        """Whether the file is far larger than `in_use` bytes of rows."""
        try:
            return self.path is not None and self.path.stat().st_size > 3 * in_use + _SLACK
        except OSError:
            return False

    def replace(self, rows: Iterable[Row]) -> None:
        """Hold these rows alone."""
        if self.path is None:
            return
        try:
            with tempfile.NamedTemporaryFile(dir=self.path.parent, delete=False) as file:
                file.write(_MAGIC)
                file.writelines(_record(key, value) for key, value in rows)
            Path(file.name).replace(self.path)
        except OSError as error:
            log.warning("the facts cache %s cannot be written: %s", self.path, error)

    def _cut(self, end: int) -> None:
        """Drop a damaged tail, so that rows appended later are found."""
        if self.path is None:
            return
        try:
            os.truncate(self.path, end)
        except OSError as error:
            log.warning("the facts cache %s cannot be mended: %s", self.path, error)


def _record(key: bytes, value: bytes) -> bytes:
    return _HEAD.pack(len(key), len(value), zlib.crc32(value, zlib.crc32(key))) + key + value


def _rows(data: memoryview) -> tuple[dict[bytes, memoryview], int]:
    """The rows, and the offset up to which the data is whole."""
    rows: dict[bytes, memoryview] = {}
    if data[: len(_MAGIC)] != _MAGIC:
        return rows, 0
    at, size = len(_MAGIC), len(data)
    while at + _HEAD.size <= size:
        key_size, value_size, checksum = _HEAD.unpack_from(data, at)
        start = at + _HEAD.size
        middle, end = start + key_size, start + key_size + value_size
        if end > size or zlib.crc32(data[start:end]) != checksum:
            return rows, at
        rows[bytes(data[start:middle])] = data[middle:end]
        at = end
    return rows, at
