"""A start's files, read by a process of its own while the server still loads its code.

    ahead = Ahead(["/home/ada/shop"])        # at once, before anything else is imported
    files = ahead.files(Path("/home/ada/shop"))   # a `Disk` that has read what it will be asked for

The process finds the workspaces and their files as the server would, with the server's own functions. What it read may be older
than what a watcher tells: `ReadAhead.moved` looks at each file once more. Where it fails nothing is lost but time.
"""

from __future__ import annotations

import logging
import marshal
import os
import subprocess
import sys
import tempfile
import time
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from pathlib import Path

from lsp_server.graph.digests import of_text
from lsp_server.project.files import LARGEST, Disk, UnreadableError, decode
from lsp_server.project.processes import command, environment
from lsp_server.project.roots import roots_of

log = logging.getLogger(__name__)

_PATIENCE = 60.0
"""Seconds that somebody waits for the process; who reads the files of a slow disk himself waits as long."""
_MOST = 200_000_000
"""Bytes that are read ahead; whoever wants more reads it from the disk."""
_RACY = 2_000_000_000
"""Nanoseconds: a file that was written so short a time before it was read may have been written once more in the same tick of
its clock, and would look the same (git calls such an entry of its index racy)."""

Sign = tuple[int, int, int]
"""What tells two states of a file apart: when it was written, its bytes, its number."""


class Ahead:
    """The process.  Belongs to one thread at a time."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = tuple(folders)
        self._out = tempfile.TemporaryFile()  # noqa: SIM115 - lives until it is read
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            command("lsp_server.project.ahead", *folders),
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            env=environment(),
        )
        self._found: dict[str, _Found] = {}

    def files(self, root: Path) -> ReadAhead | None:
        """The files of a workspace, once; None where they were not read."""
        if self._process is not None:
            self._found = self._take(self._process)
            self._process = None
        found = self._found.pop(str(root), None)
        return ReadAhead(root, *found) if found is not None else None

    def close(self) -> None:
        """Nobody wants what was not taken."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._found.clear()
        self._out.close()

    def _take(self, process: subprocess.Popen[bytes]) -> dict[str, _Found]:
        try:
            code = process.wait(_PATIENCE)
            if code:
                raise ValueError(f"it ended with {code}")
            self._out.seek(0)
            found: dict[str, _Found] = marshal.loads(self._out.read())
        except (OSError, ValueError, EOFError, TypeError, subprocess.TimeoutExpired) as error:
            log.warning("the files of %s could not be read ahead: %s", ", ".join(self._folders), error)
            process.kill()
            process.wait()
            return {}
        return found


Ready = tuple[str, bytes]
"""A text, and the digest by which it is told apart from others."""


class ReadAhead(Disk):
    """A folder of which all was read already; each file's content is given once, then the disk has it.

    `ready` are the texts, for whoever wants no bytes: each is to be taken out of it.
    """

    def __init__(
        self,
        root: Path,
        listed: list[str],
        unreadable: dict[str, str],
        read: dict[str, tuple[Sign | None, bytes | Ready]],
    ) -> None:
        super().__init__(root)
        self._listed: list[str] | None = listed
        self._unreadable = unreadable
        contents = ((path, content) for path, (_, content) in read.items())
        self.ready: dict[str, Ready] = {}
        self._contents: dict[str, bytes] = {}
        for path, content in contents:
            if isinstance(content, bytes):
                self._contents[path] = content
            else:
                self.ready[path] = content
        self._signs = {path: sign for path, (sign, _) in read.items()}

    def paths(self, folder: str = "") -> Iterator[str]:
        """See `Files`."""
        if folder or self._listed is None:
            yield from super().paths(folder)
        else:
            yield from self._listed

    def read(self, path: str) -> bytes | None:
        """See `Files`."""
        content, ready = self._contents.pop(path, None), self.ready.pop(path, None)
        if ready is not None:
            return ready[0].encode()
        return content if content is not None else super().read(path)

    def moved(self) -> Iterator[str | None]:
        """From now on the disk itself is asked; the files that are others there than they were, or new, or gone, one by one,
        and None for one that is the same.  Each of them is told once."""
        listed, signs = frozenset(self._listed or ()), self._signs
        self._listed, self._signs = None, {}
        self._contents.clear()
        self.ready.clear()
        for path, sign in signs.items():
            yield path if sign is None or sign != _sign(self._root + path) else None
        yield from (listed ^ frozenset(super().paths())) - signs.keys()


_Found = tuple[list[str], dict[str, str], dict[str, tuple[Sign | None, bytes | Ready]]]
"""A workspace's files as `ReadAhead` takes them: their paths, the folders that cannot be read, contents (of a text of which nothing
is to be said, itself)."""


def _sign(place: str) -> Sign | None:
    try:
        found = os.stat(place)  # noqa: PTH116 - thousands, see Disk.read
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read_all(root: str, most: int) -> tuple[_Found, int]:
    """All files of a workspace, and how many bytes they have."""
    disk = Disk(Path(root))
    listed = list(disk.paths())
    unreadable = disk.unreadable()
    contents: dict[str, tuple[Sign | None, bytes | Ready]] = {}
    taken = 0
    for path in listed:
        sign = _sign(os.path.join(root, path))  # noqa: PTH118 - thousands, see Disk.read
        if sign is None or sign[1] > LARGEST or taken + sign[1] > most:
            continue  # whoever asks for it hears from the disk what is the matter
        try:
            content = disk.read(path)
        except UnreadableError:
            continue
        if content is not None:
            taken += len(content)
            contents[path] = (sign if time.time_ns() - sign[0] > _RACY else None, _ready(content))
    return (listed, unreadable, contents), taken


def _ready(content: bytes) -> bytes | Ready:
    """The text, where that is all there is to say about the content."""
    text, problem = decode(content)
    whole = text is not None and problem is None and not content.startswith(BOM_UTF8)
    return (text, of_text(text)) if whole and text is not None else content


def main(folders: Sequence[str]) -> None:
    """The process: writes what it found to standard output."""
    found: dict[str, _Found] = {}
    left = _MOST
    for root in dict.fromkeys(root for folder in folders for root in roots_of(folder)):
        found[root], taken = _read_all(root, left)
        left -= taken
    marshal.dump(found, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1:])
