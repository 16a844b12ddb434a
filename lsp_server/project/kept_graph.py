"""The graph of a workspace in a file beside its facts cache: a start goes on from where the session before was.

Written when there is nothing else to do, a step at a time, and moved into place when it is whole; so several servers of one
workspace each find one that is whole, whoever wrote it last.  One that is damaged, or of another state of the code, is
not used: that costs time, never an answer.
"""

from __future__ import annotations

import logging
import mmap
import os
import tempfile
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, cast

from lsp_server.analysis import kept_columns, standings
from lsp_server.graph.graph import Graph
from lsp_server.graph.past import NotKeptError, Past, told_apart
from lsp_server.graph.remembering import Indexes, indexes_of, recall, remember
from lsp_server.project.ahead import Ready
from lsp_server.project.collector import give_back

log = logging.getLogger(__name__)

_FEW = 10
"""So many files may differ from those of the kept graph until it is written anew: so few are analysed in no time."""


class KeptGraph:
    """The file of one graph; None is one that keeps nothing."""

    def __init__(self, graph: Graph, place: Path | None) -> None:
        self._graph = graph
        self._place = place
        self._holds = False
        """Whether the file has this graph, but for `_differs`."""
        self._differs: set[str] = set()
        self._reading: Future[Past | None] | None = None
        self._writing: Generator[None] | None = None
        self._written_at = 0
        """The engine's count of changes when writing began."""

    def begin(self) -> None:
        """Read it on a thread of its own: to check all of its bytes takes as long as to read the files of a workspace."""
        if self._reading is None and self._place is not None:
            reader = ThreadPoolExecutor(1, "headwater-kept-graph")
            self._reading = reader.submit(_read, self._place)
            reader.shutdown(wait=False)

    def look(self) -> tuple[Past, Indexes] | None:
        """What the session before knew, if it stood in the same configuration."""
        self.begin()
        past = self._reading.result() if self._reading is not None else None
        self._reading = None
        indexes = indexes_of(self._graph, past) if past is not None else None
        return (past, indexes) if past is not None and indexes is not None else None

    @staticmethod
    def differing(indexes: Indexes, texts: Mapping[str, str], digests: Mapping[str, Ready]) -> dict[str, str]:
        """The texts that are others than they were; of some the digests are known."""
        known, found = indexes.texts, {}
        for path, text in texts.items():
            ready, digest = digests.get(path), known.get(path)
            if digest is None or digest != (ready[1] if ready is not None and ready[0] is text else told_apart(text)):
                found[path] = text
        return found

    def go_on(self, past: Past, indexes: Indexes, texts: Mapping[str, str], changed: Mapping[str, str]) -> None:
        """Make the graph what it was, with the present `texts`."""
        if recall(self._graph, past, indexes, texts, changed):
            self._holds, self._differs = True, set(changed)

    def note(self, path: str) -> None:
        """A file has another text now."""
        self._differs.add(path)

    def write(self, stop: Callable[[], bool]) -> bool:
        """Keep the graph (which is up to date), if what is kept is too old; whether more is to be done."""
        place = self._place
        if place is None or self._graph.is_edited or (self._holds and len(self._differs) <= _FEW):
            self.leave()
            return False
        if self._writing is None or self._written_at != self._graph.engine.changes:
            self.leave()
            self._written_at = self._graph.engine.changes
            self._writing = _write(self._graph, place)
        try:
            for _ in self._writing:
                if stop():
                    return True
        except (NotKeptError, OSError) as reason:
            log.info("the graph is not kept for the next session: %s", reason)
        self.leave()
        self._holds, self._differs = True, set()
        give_back()
        return False

    def leave(self) -> None:
        """Write no further."""
        if self._writing is not None:
            self._writing.close()
            self._writing = None


def _read(place: Path) -> Past | None:
    try:
        with place.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                return None
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("the kept graph %s cannot be read: %s", place, error)
        return None
    past = Past.of(memoryview(data))
    if hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)  # all of it was looked at once; few of the values will be
    if past is None:
        log.info("the kept graph %s is damaged", place)
    return past


def _beside(graph: Graph) -> Generator[None, None, dict[str, bytes]]:
    return (yield from standings.kept(graph)) | (yield from kept_columns.kept(graph))


def _write(graph: Graph, place: Path) -> Generator[None]:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=place.name, suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            yield from remember(graph, cast("IO[bytes]", file).write, _beside)
            file.close()
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
