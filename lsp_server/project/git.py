"""Files of a revision, read out of git's object store: nothing is checked out, the working folder is never touched.

One `git ls-tree` lists a revision, one `git cat-file --batch` process gives all contents.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lsp_server.project.files import UnreadableError, skipped, wanted

_TIMEOUT = 30
_FEW = 6


class GitError(Exception):
    """Git is missing, the folder is no repository, or the revision is unknown; the message is for people."""


def branch(folder: Path) -> str:
    """The current branch; "" on a detached head."""
    name = _git(folder, "rev-parse", "--abbrev-ref", "HEAD").decode().strip()
    return "" if name == "HEAD" else name


def commit_of(folder: Path, revision: str) -> str:
    """The full hash of the commit that a revision names."""
    return _top_and_commit(folder, revision)[1]


def _top_and_commit(folder: Path, revision: str) -> tuple[Path, str]:
    """The root of the repository that holds `folder`, and `commit_of`, for one process."""
    # "--end-of-options" keeps a revision that begins with a dash from being read as an option.
    words = ["--show-toplevel", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    said = _git(folder, "rev-parse", *words).decode().split("\n")
    return Path(said[0].strip()), said[-2].strip()


def folders(folder: Path) -> tuple[Path, ...]:
    """Where git keeps what tells that a revision has moved: the folders of `HEAD` and of `packed-refs`, and `refs`."""
    said = _git(folder, "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir").decode().splitlines()
    return (*dict.fromkeys(Path(line) for line in said), Path(said[-1]) / "refs")


class Revision:
    """The workspace's files as of a commit."""

    seeds_as_now = False

    def __init__(self, root: Path, revision: str) -> None:
        self._folder, self.commit = _top_and_commit(root, revision)
        prefix = root.resolve().relative_to(self._folder.resolve()).as_posix()
        self._prefix = "" if prefix == "." else prefix + "/"
        self._blobs = self._list()
        self._contents: dict[str, bytes] = {}
        self._asked = 0

    def _list(self) -> dict[str, str]:
        command = ["ls-tree", "-r", "-z", "--full-tree", self.commit]
        listing = _git(self._folder, *command, *(["--", self._prefix] if self._prefix else []))
        found = {}
        for line in listing.decode("utf-8", "surrogateescape").split("\0"):
            head, _, path = line.partition("\t")
            if path and head.split()[1] == "blob":
                found[path.removeprefix(self._prefix)] = head.split()[2]
        return found

    def paths(self, folder: str = "") -> Iterator[str]:
        """See `Files`."""
        inside = (path for path in self._blobs if path.startswith(folder))
        yield from (path for path in inside if wanted(path.rsplit("/", 1)[-1]) and not skipped(path))

    def holds(self, path: str, text: str) -> bool:
        """Whether the file is there with just this text, byte for byte; told by its hash, nothing is read."""
        blob = self._blobs.get(path, "")
        data = text.encode("utf-8", "surrogatepass")
        algorithm = hashlib.sha256 if len(blob) == 64 else hashlib.sha1
        return algorithm(b"blob %d\0%b" % (len(data), data)).hexdigest() == blob

    def read(self, path: str) -> bytes | None:
        """See `Files`."""
        if path not in self._blobs:
            return None
        if path not in self._contents:
            # Who has asked for a few files asks for all: one process gives them.
            self._asked += 1
            more = [other for other in self.paths() if other not in self._contents] if self._asked > _FEW else []
            self._fetch(list(dict.fromkeys([path, *more])))
        return self._contents[path]

    def unreadable(self) -> dict[str, str]:
        """See `Files`."""
        return {}

    def _fetch(self, paths: list[str]) -> None:
        wanted_blobs = "".join(self._blobs[path] + "\n" for path in paths)
        data = _git(self._folder, "cat-file", "--batch", feed=wanted_blobs.encode())
        at = 0
        for path in paths:
            head_end = data.index(b"\n", at)
            head = data[at:head_end].split()
            if len(head) != 3:
                raise UnreadableError(f"git has no content for {path}")
            size = int(head[2])
            self._contents[path] = data[head_end + 1 : head_end + 1 + size]
            at = head_end + 1 + size + 1


def _git(folder: Path, *arguments: str, feed: bytes | None = None) -> bytes:
    # Never a prompt, never a hook or pager: this only reads.
    command = ["git", "-C", str(folder), "--no-pager", *arguments]
    try:
        done = subprocess.run(command, input=feed, capture_output=True, timeout=_TIMEOUT, check=False)
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {arguments[0]} did not answer within {_TIMEOUT} seconds") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise GitError(said or f"git does not know {arguments[-1].removesuffix('^{commit}')!r}")
    return done.stdout
