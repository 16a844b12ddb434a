"""Cold indexing over worker processes: files go out in an order in which upstream models come first, rows come back.

The order is guessed (`scan.py`); a batch holds files whose upstream files are done or in the same batch, and goes to the next
idle worker with the interfaces that this worker does not know yet.  A worker that dies or takes too long over a batch is
replaced and the batch is tried again file by file; the file that does it again is given up, with a reason.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import IO, cast

import msgspec

from lsp_server.project.processes import command, environment
from lsp_server.project.scan import Guess, last_two
from lsp_server.project.worker import Batch, Known, Outcome, Setup, receive, send

log = logging.getLogger(__name__)

BATCH = 24
"""Files; a batch takes some 0.1 to 0.2 seconds."""
DEADLINE = 20.0
"""Seconds for one batch (or one file, when it is tried alone)."""


class Finished(msgspec.Struct, frozen=True):
    """What one batch gave.  `given_up`: file -> why it could not be analysed."""

    paths: tuple[str, ...]
    rows: list[tuple[bytes, bytes]]
    given_up: dict[str, str]


class _Worker:
    """One process, and the thread that waits for its answers.  It begins to load its code at once."""

    def __init__(self, number: int, answers: queue.Queue[tuple[int, bytes | None]]) -> None:
        self.number = number
        self.known: set[str] = set()
        self.batch: tuple[str, ...] = ()
        self.since = 0.0
        self.process = subprocess.Popen(
            command("lsp_server.project.worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
        )
        threading.Thread(target=self._listen, args=(answers,), daemon=True).start()

    def _listen(self, answers: queue.Queue[tuple[int, bytes | None]]) -> None:
        while True:
            data = receive(cast("IO[bytes]", self.process.stdout))
            answers.put((self.number, data))
            if data is None:
                return

    def prepare(self, setup: Setup) -> None:
        """Say what the files stand in."""
        self._send(setup)

    def give(self, files: dict[str, str], upstream: dict[str, Known]) -> None:
        """Send a batch."""
        self.batch, self.since = tuple(files), time.monotonic()
        self.known |= upstream.keys()
        self._send(Batch(files, upstream))

    def _send(self, message: Setup | Batch) -> None:
        try:
            send(cast("IO[bytes]", self.process.stdin), message)
        except OSError:
            log.info("worker %d is gone", self.number)  # its listener says so too, which is what counts

    def end(self) -> None:
        """Let it end, now."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                cast("IO[bytes]", stream).close()
            except OSError:
                log.debug("the pipe of worker %d was closed already", self.number)
        self.process.wait()


class Workers:
    """Processes that load their code while it is found out what they are to do."""

    def __init__(self, count: int) -> None:
        self.answers: queue.Queue[tuple[int, bytes | None]] = queue.Queue()
        self.by_number = {number: _Worker(number, self.answers) for number in range(count)}
        self._started = count

    def one_more(self) -> _Worker:
        """Another process."""
        worker = self.by_number[self._started] = _Worker(self._started, self.answers)
        self._started += 1
        return worker

    def close(self) -> None:
        """End them."""
        for worker in self.by_number.values():
            worker.end()
        self.by_number.clear()


class Upstream(msgspec.Struct, frozen=True):
    """What is known already of other models: their names, and how to look one up."""

    names: Collection[str]
    look: Callable[[str], Known | None]


class Indexer:
    """Reads `texts` in worker processes, which it ends.  `guess` knows what they name."""

    def __init__(
        self, setup: Setup, texts: Mapping[str, str], guess: Guess, upstream: Upstream, workers: Workers
    ) -> None:
        self._setup = setup
        self._texts = dict(texts)
        self._guess = guess
        self._look = upstream.look
        self._found: dict[str, Known] = {}
        """What the workers have found out."""
        self._named: dict[str, dict[str, None]] = {}
        """The models by the last two parts of their names."""
        self._note(upstream.names)
        self._reads = {path: self._guess.reads(path) & self._texts.keys() for path in self._texts}
        self._waiting = {path: len(reads) for path, reads in self._reads.items()}
        self._readers: dict[str, list[str]] = {}
        for path, reads in self._reads.items():
            for upper in reads:
                self._readers.setdefault(upper, []).append(path)
        self._ready = deque(path for path, count in self._waiting.items() if not count)
        self._alone: deque[str] = deque()
        self._done: set[str] = set()
        self._pool = workers
        self._answers = workers.answers
        self._workers = workers.by_number
        for worker in self._workers.values():
            worker.prepare(setup)
        self._decoder = msgspec.msgpack.Decoder(Outcome)

    @property
    def finished(self) -> bool:
        """Whether nothing is left; the processes have ended then."""
        return len(self._done) == len(self._texts)

    def poll(self, seconds: float) -> Finished | None:
        """Keep the workers busy, and wait so long at most for a batch to come back."""
        self._feed()
        try:
            number, data = self._answers.get(timeout=seconds)
        except queue.Empty:
            return self._overdue()
        worker = self._workers.get(number)
        if worker is None:
            return None
        if data is None:
            return self._lost(worker, "the analysis crashed")
        outcome = self._decoder.decode(data)
        paths, worker.batch = worker.batch, ()
        self._found.update(outcome.models)
        self._note(outcome.models)
        worker.known |= outcome.models.keys()
        self._settle(paths)
        self._feed()
        return Finished(paths, outcome.rows, {})

    def close(self) -> None:
        """End the processes."""
        self._pool.close()

    def _settle(self, paths: tuple[str, ...]) -> None:
        for path in paths:
            self._done.add(path)
            for reader in self._readers.get(path, ()):
                self._waiting[reader] -= 1
                if not self._waiting[reader]:
                    self._ready.append(reader)
        if self.finished:
            self.close()

    def _feed(self) -> None:
        for worker in self._workers.values():
            if worker.batch:
                continue
            batch = self._next_batch()
            if batch:
                files = {path: self._texts[path] for path in batch}
                worker.give(files, self._needed(batch, worker))

    def _next_batch(self) -> list[str]:
        if self._alone:
            return [self._alone.popleft()]
        batch: list[str] = []
        inside: set[str] = set()
        more: deque[str] = deque()
        busy = sum(bool(worker.batch) for worker in self._workers.values())
        # Near the end, and in narrow layers, small batches keep all workers busy.
        share = len(self._ready) // max(1, len(self._workers))
        size = min(BATCH, max(1, share) + (BATCH if len(self._ready) < 2 else 0))
        while len(batch) < size and (more or self._ready):
            path = more.popleft() if more else self._ready.popleft()
            if path in inside or path in self._done or self._is_out(path):
                continue
            batch.append(path)
            inside.add(path)
            more.extend(reader for reader in self._readers.get(path, ()) if self._fits(reader, inside))
        if not batch and not busy:
            batch = self._break_circle()
        return batch

    def _fits(self, path: str, inside: set[str]) -> bool:
        """Whether all that a file reads is done or in the same batch."""
        return path not in inside and all(upper in self._done or upper in inside for upper in self._reads[path])

    def _is_out(self, path: str) -> bool:
        return any(path in worker.batch for worker in self._workers.values())

    def _break_circle(self) -> list[str]:
        """Files that seem to read each other: any of them goes first."""
        return [path for path in self._texts if path not in self._done][:1]

    def _needed(self, batch: list[str], worker: _Worker) -> dict[str, Known]:
        """What a batch may read and the worker does not know."""
        words = {word for path in batch for word in self._guess.words(path)}
        names = (name for word in words & self._named.keys() for name in self._named[word])
        asked = [name for name in names if name not in worker.known]
        found = ((name, self._found.get(name) or self._look(name)) for name in asked)
        return {name: known for name, known in found if known is not None}

    def _note(self, names: Iterable[str]) -> None:
        for name in names:
            self._named.setdefault(last_two(name), {})[name] = None

    def _overdue(self) -> Finished | None:
        now = time.monotonic()
        for worker in self._workers.values():
            if worker.batch and now - worker.since > DEADLINE:
                return self._lost(worker, f"the analysis took more than {DEADLINE:.0f} seconds")
        return None

    def _lost(self, worker: _Worker, why: str) -> Finished | None:
        """Replace a worker; try its files one by one, or give up the one that it had."""
        batch, worker.batch = worker.batch, ()
        worker.end()
        del self._workers[worker.number]
        self._pool.one_more().prepare(self._setup)
        log.warning("a worker was lost over %d files: %s", len(batch), why)
        if len(batch) > 1:
            self._alone.extend(batch)
            return None
        self._settle(batch)
        return Finished(batch, [], dict.fromkeys(batch, why)) if batch else None


def all_finished(indexer: Indexer) -> Iterator[Finished]:
    """Every batch, to the end."""
    while not indexer.finished:
        done = indexer.poll(0.2)
        if done is not None:
            yield done
