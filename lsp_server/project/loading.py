"""How many files get into the graph at once: from the facts cache, through worker processes, the open file's ancestors first.

A `Loading` stands between a project's files and its graph.  Mostly it passes texts on.  After `begin` it collects them
instead; `decide` then passes on what the cache knows, and, if much is left, keeps it back for worker processes: `bring` passes on
single files (and what they seem to read) that somebody waits for, `run` all others as their results come back.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from lsp_server.graph import queries
from lsp_server.graph.export import rows_of
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared
from lsp_server.project.ahead import Ready
from lsp_server.project.cache import Cache
from lsp_server.project.collector import Sweeper, give_back, keep_what_there_is, pace, tidy
from lsp_server.project.indexing import Finished, Indexer, Upstream, Workers
from lsp_server.project.kept_graph import KeptGraph
from lsp_server.project.scan import Guess
from lsp_server.project.worker import Known, Setup, give, known_of
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

MANY = 60
"""So many files that the cache does not know are worth starting processes for."""
LARGE = 20_000
"""Characters; a longer text may hold the interpreter for long or end it: it is always left to a process that can be ended."""
WORKERS = max(1, min(4, os.cpu_count() or 1))
_ANCESTORS = 150
"""So many files at most are analysed in this process before the file that somebody waits for."""
_QUICK = 20
"""So few files are analysed sooner than the cache of a large workspace is read."""
_ROUND = 400
"""So many files at most come back from the workers between two passes over the graph."""
_ROW_BYTES = 10_000
"""What a file takes in the cache, more or less."""
_HEADER = 4_000
"""Characters in which a header says what kind of model it is."""
_SEED = re.compile(r"\bkind\s+SEED\b", re.IGNORECASE)


def _workers_for(files: int) -> int:
    return min(WORKERS, 1 + files // MANY)


def _is_seed(text: str) -> bool:
    """Whether a header says so; looking for the word first is ten times as quick as the pattern alone."""
    head = text[:_HEADER]
    return "seed" in head.lower() and _SEED.search(head) is not None


class Loading:
    """Texts on their way into a graph."""

    def __init__(self, graph: Graph, cache: Cache, lasting: bool) -> None:
        self._graph = graph
        self._cache = cache
        self._collecting: dict[str, str] | None = None
        self._pending: dict[str, str] = {}
        self._guess: Guess | None = None
        self._indexer: Indexer | None = None
        self._came = 0
        """Files that came back since the last pass over the graph."""
        self._workers: Workers | None = None
        """Processes that were started for files of which it is not known yet what they read."""
        self._read: set[str] = set()
        """Files whose rows may be missing in the cache."""
        self._lasting = lasting
        self._loaded = False
        self._collects = False
        """Whether the collector is away until all is loaded."""
        self._kept = KeptGraph(graph, cache.beside(".graph") if lasting else None)
        self._recalls = lasting
        """Whether nothing was read yet, so that it can go on from the graph of the session before."""
        self.digests: dict[str, Ready] = {}
        """Texts whose digests are known."""
        self._sweeper = Sweeper()
        self._given: dict[str, Known] = {}

    @property
    def active(self) -> bool:
        """Whether files wait for their results."""
        return bool(self._pending)

    @property
    def recalled(self) -> bool:
        """Whether the graph is that of the session before, but for what differs."""
        return self._graph.engine.past is not None

    def text(self, path: str) -> str | None:
        """A text that is kept back."""
        return self._pending.get(path)

    def begin(self) -> None:
        """Collect from now on."""
        self._collecting = {}
        if self._recalls:
            self._kept.begin()

    @property
    def collected(self) -> dict[str, str]:
        """The texts that are collected."""
        return self._collecting or {}

    def give(self, known: Mapping[str, Known]) -> None:
        """What another graph knows of models that this one does not hold."""
        self._given.update(known)
        give(self._graph, known)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Until all is loaded the collector would only walk what will stay (a third of the time of a start).

        It stays away also while a request is answered in between: called back, it would walk all that came since, at each request.
        """
        if not self._loaded and self._lasting and gc.isenabled():
            self._collects = True
            gc.disable()
        try:
            yield
        except BaseException:
            self._collect_again()
            raise

    def _collect_again(self) -> None:
        if self._collects:
            self._collects = False
            gc.enable()

    def swept(self, cancelled: Callable[[], bool]) -> Callable[[], bool]:
        """`cancelled`, which a long round asks between two steps: a good moment for a short pass of the collector."""
        if not (self._lasting and self._loaded):
            return cancelled

        def asked() -> bool:
            self._sweeper.sweep()
            return cancelled()

        return asked

    def take(self, path: str, text: str) -> None:
        """A model's file from disk."""
        if self._collecting is not None:
            self._collecting[path] = text
            return
        self.drop(path)
        if self._graph.text(path) != text:
            self._read.add(path)
            self._kept.note(path)
        self._graph.set_file(path, text)

    def saved(self, path: str) -> None:
        """The disk has what an editor holds: it is worth keeping."""
        self._read.add(path)
        self._kept.note(path)

    def drop(self, path: str) -> None:
        """The file does not wait any more: it is gone, or an editor holds it."""
        self._pending.pop(path, None)

    def decide(self) -> None:
        """What is collected goes on, or waits for workers."""
        if self._collecting is None:
            return
        texts, self._collecting = self._collecting, None
        if self._recalls:
            with self.quiet():
                self._recall(texts)
        self.digests.clear()
        # What is told twice (by the client, and by a watcher of one's own) is read once.
        waiting = self._pending
        changed = {path: text for path, text in texts.items() if waiting.get(path, self._graph.text(path)) != text}
        if self._loaded and len(changed) > MANY:
            # They load their code while the cache is read.  At a start what somebody waits for comes first, which they would slow down.
            self._close_workers()
            self._workers = Workers(_workers_for(len(changed)))
        if changed and (self._lasting or len(changed) > _QUICK) and not self._graph.engine.memo:
            self._graph.engine.memo.update(self._cache.load())
        cold = self._cold(changed)
        if len(cold) <= MANY:
            cold = {path for path in cold if len(changed[path]) > LARGE}
        for path, text in changed.items():
            if path not in cold:
                self._pending.pop(path, None)  # or what waits would take the place of what came after it
                self._graph.set_file(path, text)
        if cold:
            self._close_indexer()
            self._pending |= {path: changed[path] for path in cold}
            self._guess = Guess(self._pending)
            # Headers of seeds are cheap, and their columns must be known before their readers are analysed.
            for path in [path for path, text in self._pending.items() if _is_seed(text)]:
                self._graph.set_file(path, self._pending.pop(path))
        if not self._pending:
            self._close_workers()
            self._close_indexer()

    def _recall(self, texts: dict[str, str]) -> None:
        """Go on from the graph of the session before, if the texts are mostly those that it had."""
        self._recalls = False
        found = self._kept.look()
        if found is None:
            return
        changed = self._kept.differing(found[1], texts, self.digests)
        if len(changed) > _QUICK:
            self._graph.engine.memo.update(self._cache.load())
        cold = self._cold(changed)
        if len(cold) > MANY:
            return
        kept_back = {path for path in cold if len(texts[path]) > LARGE}
        present = {path: text for path, text in texts.items() if path not in kept_back}
        self._kept.go_on(*found, present, changed)
        self._read |= cold - kept_back

    def _cold(self, texts: dict[str, str]) -> set[str]:
        """The files of which the cache knows nothing."""
        db = self._graph.engine
        if not db.memo:
            return set(texts)
        config, memo = db.get(queries.CONFIG, None), db.memo
        settings: dict[str, bytes] = {}
        cold = set()
        for path, text in texts.items():
            prefix = config.for_path(path).prefix
            if prefix not in settings:
                settings[prefix] = db.get(queries.settings_digest, prefix)
            if queries.key_of_outline(path, text, settings[prefix]) not in memo:
                cold.add(path)
        return cold

    def bring(self, paths: Iterable[str]) -> None:
        """Pass on files that somebody waits for, with what they seem to read."""
        if not self._pending or self._guess is None:
            return
        wanted = self._guess.ancestors(
            path for path in paths if self._graph.text(path) is not None or path in self._pending
        )
        for path in list(wanted)[:_ANCESTORS]:
            if path in self._pending:
                self._graph.set_file(path, self._pending.pop(path))

    def run(self, cancelled: Callable[[], bool]) -> bool:
        """Let the workers do some of the rest; False when cancelled (they go on meanwhile)."""
        if self._indexer is None:
            guess = self._guess or Guess(self._pending)
            names = {*self._given, *self._graph.names.names()}
            guess.expect(names)
            if not guess.read(self._pending, cancelled):
                return False
            workers, self._workers = self._workers or Workers(_workers_for(len(self._pending))), None
            upstream = Upstream(names, lambda name: self._given.get(name) or known_of(self._graph, name))
            self._indexer = Indexer(self._setup(), self._pending, guess, upstream, workers)
        # Towards the end the rounds are short: what came back is taken into the graph while the workers are still busy.
        enough = min(_ROUND, max(MANY, len(self._pending) // 4))
        while not self._indexer.finished and self._came < enough:
            if cancelled():
                return False
            done = self._indexer.poll(0.02)
            if done is not None:
                self._came += len(done.paths)
                self._accept(done)
        if self._indexer.finished:
            self._close_indexer()
            for path in list(self._pending):
                self._graph.set_file(path, self._pending.pop(path))
        return True

    def settled(self) -> None:
        """The rows that were taken in are in the graph."""
        self._came = 0
        self._graph.engine.memo.clear()

    def _accept(self, done: Finished) -> None:
        self._graph.engine.memo.update(done.rows)
        self._cache.append(done.rows)
        self._read.difference_update(done.paths)
        for path in done.paths:
            text = self._pending.pop(path, None)
            if text is None:
                continue  # an editor has taken it over meanwhile
            why = done.given_up.get(path)
            if why is None:
                self._graph.set_file(path, text)
            else:
                problem = Problem("analysis-given-up", f"This file was not analysed: {why}.", Span(0, 0))
                self._graph.set_declared(path, Declared(problems=(problem,)))

    def _setup(self) -> Setup:
        db = self._graph.engine
        declared, seeds = self._graph.declared(), {}
        for model in self._graph.seed_models():
            if (data := self._graph.seed(model.seed)) is not None:
                seeds[model.seed] = data
        return Setup(self._graph.config(), db.get(queries.MACROS, None), declared, seeds)

    def note(self, executed: Iterable[tuple[str, object]]) -> None:
        """What was computed here, and not found by its key, is worth keeping."""
        for query, key in executed:
            if query == queries.bound.name and (model := self._graph.model(str(key))) is not None:
                self._read.add(model.path)

    def end(self) -> None:
        """All is up to date: what was analysed here goes to the cache, and what will live long leaves the collector's sight."""
        self._graph.engine.memo.clear()
        self._close_workers()
        self._guess = None
        self._read |= self._graph.engine.missed
        self._graph.engine.missed.clear()
        if self._read:
            paths = [path for path in self._read if self._graph.text(path) is not None]
            self._read.clear()
            self._cache.append(rows_of(self._graph, paths))
        if not self._lasting:
            return
        if not self._loaded:
            self._loaded = True
            if self._cache.is_oversized(_ROW_BYTES * len(self._graph.paths())):
                self._cache.replace(rows_of(self._graph, self._graph.paths()))
            for large in (queries.model_file, queries.parsed, queries.bound):
                self._graph.engine.forget(large)  # trees do not live long: frozen, they would never be freed
            self._pending = {}  # it was as large as the workspace
            give_back()
            keep_what_there_is()
            # Facts hold no cycles.  What does (trees) mostly dies young; a pass over the oldest generation, which takes
            # too long between two keystrokes, waits for the end of a round of work.
            pace()
            self._collect_again()
        else:
            tidy()

    def remember(self, stop: Callable[[], bool]) -> bool:
        """Keep the graph for the next session, where what is kept is too old; whether more is to be done.  All is up to date."""
        return self._loaded and self._kept.write(stop)

    def close(self) -> None:
        """End the worker processes."""
        self._kept.leave()
        self._close_workers()
        self._close_indexer()
        self._collect_again()

    def _close_workers(self) -> None:
        if self._workers is not None:
            self._workers.close()
            self._workers = None

    def _close_indexer(self) -> None:
        if self._indexer is not None:
            self._indexer.close()
            self._indexer = None
