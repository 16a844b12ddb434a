"""The server's own watcher of files, for clients that do not watch: one thread, news to a callback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from lsp_server.project.watching import changes

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
            threading.Thread(target=self._run, args=(wanted, self._stop), name="headwater-watch", daemon=True).start()

    def stop(self) -> None:
        """No more news."""
        self._stop.set()

    def _run(self, roots: tuple[Path, ...], stop: threading.Event) -> None:
        try:
            for batch in changes(roots, stop):
                self._tell(batch)
        except OSError as error:
            log.warning("files are not watched any more: %s", error)
