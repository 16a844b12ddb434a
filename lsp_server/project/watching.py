"""News from the disk, in batches: which files of a workspace others changed (git, a generator, another editor), and that a
revision has moved (a commit, a checkout).

Linux watches single folders. To be told of a whole tree there, the library that watches walks all of it first, and no other thread of
the process runs meanwhile: 70 ms for five thousand files and their git objects, far more for a project with its `.venv`. So there
only the folders are watched that hold sources, each by itself, and what is watched is chosen anew when a folder comes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from lsp_server.project.files import SKIPPED, Disk

_SETTLE_MS = 150
"""A checkout writes many files; what comes within this time is one batch."""
_AT_MOST_MS = 1_000
_QUIET_MS = 250
"""After so long without news a watch says that there is none: then it stands."""
_TRIES = 5
"""So often are the folders listed again because one of them was gone before it could be watched."""

Watch = Generator[set[Path], None, None]


def changes(roots: Sequence[Path], stop: threading.Event) -> Iterator[set[Path]]:
    """Batches of absolute paths that were added, changed or deleted (a folder stands for all in it); blocks between them, ends when
    `stop` is set."""

    def matters(_change: Change, path: str) -> bool:
        place = Path(path)
        inside = next((place.relative_to(root) for root in roots if place.is_relative_to(root)), place)
        return not any(part.startswith(".") or part in SKIPPED for part in inside.parts)

    if sys.platform != "linux":
        yield from filter(None, _batches(roots, matters, stop, deep=True))
        return
    watch, batch = _watch_folders(roots, matters, stop)
    while not stop.is_set():
        news = batch
        while any(path.is_dir() for path in news) and not stop.is_set():
            # The new watch stands before the old one ends, and who is told of a new folder lists it after that: nothing is missed.
            # What came while the folders were listed may be a folder again.
            before = watch
            watch, more = _watch_folders(roots, matters, stop)
            news = more | next(before, set())
            batch |= news
            before.close()
        if batch:
            yield batch
        batch = next(watch, set())
    watch.close()


def _watch_folders(
    roots: Sequence[Path], matters: Callable[[Change, str], bool], stop: threading.Event
) -> tuple[Watch, set[Path]]:
    """A watch of all folders below `roots` that stands already, and the first news."""
    for left in reversed(range(_TRIES)):
        folders = {root / folder for root in roots for folder in Disk(root).folders()}
        found = _batches(folders, matters, stop, deep=False)
        try:
            return found, next(found, set())
        except FileNotFoundError:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def revisions(folder: Path, stop: threading.Event, deep: bool) -> Iterator[set[Path]]:
    """The same of one of `git.folders`: with `deep` all in it, else the files that name a commit."""

    def matters(_change: Change, path: str) -> bool:
        name = Path(path).name
        return not name.endswith(".lock") if deep else name in ("HEAD", "packed-refs")

    yield from filter(None, _batches((folder,), matters, stop, deep))


def _batches(
    folders: Iterable[Path], matters: Callable[[Change, str], bool], stop: threading.Event, deep: bool
) -> Watch:
    """Batches; an empty one where for a while there was no news."""
    for batch in watch(
        *folders,
        watch_filter=matters,
        recursive=deep,
        debounce=_AT_MOST_MS,
        step=_SETTLE_MS,
        rust_timeout=_QUIET_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        yield {Path(path) for _, path in batch}
