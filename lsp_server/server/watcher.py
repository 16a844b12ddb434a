"""The server's own watchers, each on threads of its own, news to a callback: of files (for clients that do not watch), of git."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lsp_server.project import git
from lsp_server.project.watching import changes, revisions

log = logging.getLogger(__name__)


class Watcher:
    """Watches folders until it is stopped or told to watch others."""

    def __init__(self, tell: Callable[[set[Path]], None]) -> None:
        self._tell = tell
        self._stop = threading.Event()
        self._roots: tuple[Path, ...] = ()

    def watch(self, roots: Iterable[str]) -> None:
        """Watch these folders from now on."""
        wanted = tuple(sorted(Path(root) for root in roots))
        if wanted == self._roots:
            return
        self.stop()
        self._roots, self._stop = wanted, threading.Event()
        if wanted:
            stop = self._stop
            _start(lambda: changes(wanted, stop), self._tell)

    def stop(self) -> None:
        """No more news."""
        self._stop.set()


class RevisionWatcher:
    """Tells when a commit, a checkout or a fetch has moved a revision of a repository that holds one of the folders."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._stop = threading.Event()
        self._roots: tuple[Path, ...] = ()

    def watch(self, roots: Iterable[str]) -> None:
        """Watch the repositories of these folders from now on."""
        wanted = tuple(sorted(Path(root) for root in roots))
        if wanted == self._roots:
            return
        self.stop()
        self._roots, self._stop = wanted, threading.Event()
        threading.Thread(target=self._find, args=(wanted, self._stop), name="headwater-git", daemon=True).start()

    def stop(self) -> None:
        """No more news."""
        self._stop.set()

    def _find(self, roots: tuple[Path, ...], stop: threading.Event) -> None:
        """Asking git takes a moment, so not where others wait."""
        found: dict[Path, None] = {}
        for root in roots:
            try:
                found.update(dict.fromkeys(git.folders(root)))
            except git.GitError as error:
                log.debug("%s is not followed in git: %s", root, error)
        for folder in found:
            self._follow(folder, stop)

    def _follow(self, folder: Path, stop: threading.Event) -> None:
        _start(lambda: revisions(folder, stop, deep=folder.name == "refs"), lambda _batch: self._tell())


def _start(batches: Callable[[], Iterator[set[Path]]], tell: Callable[[set[Path]], None]) -> None:
    def run() -> None:
        try:
            for batch in batches():
                tell(batch)
        except OSError as error:
            log.warning("files are not watched any more: %s", error)

    threading.Thread(target=run, name="headwater-watch", daemon=True).start()
