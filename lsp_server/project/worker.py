"""A worker process: reads files into a graph of its own and sends back compact rows, never trees.

Started by `indexing.py` as `python -m lsp_server.project.worker`, so that it runs nothing of the process that started it.
Frames of msgpack on standard input and output; ends when its input ends, hence with its owner, however that one dies.
"""

from __future__ import annotations

import gc
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

import msgspec

from lsp_server.analysis import meanings
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.graph import queries
from lsp_server.graph.config import Config
from lsp_server.graph.export import Row, rows_of
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared, SeedFile
from lsp_server.project.giving_way import process_gives_way
from lsp_server.semantics.facts import Interface

_LENGTH = struct.Struct("<I")
_COLLECT_EVERY = 8
"""Batches; between them the garbage of trees may grow."""


class Setup(msgspec.Struct, frozen=True, tag=True):
    """What the files stand in.  Sent once, first."""

    config: Config
    macros: queries.Macros
    declared: dict[str, Declared]
    seeds: dict[str, SeedFile]


class Known(msgspec.Struct, frozen=True):
    """What readers of a model ask of it: its interface, and what it means (None for a source table)."""

    interface: Interface
    meaning: Meaning | None = None


class Batch(msgspec.Struct, frozen=True, tag=True):
    """Files to read, and what is known of upstream models, as far as the worker was not told yet."""

    files: dict[str, str]
    upstream: dict[str, Known]


class Outcome(msgspec.Struct, frozen=True):
    """The rows of a batch, and what is known now of its models."""

    rows: list[Row]
    models: dict[str, Known]


def send(stream: IO[bytes], message: msgspec.Struct) -> None:
    """Write one frame."""
    data = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one frame; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def main() -> None:
    """Serve batches until the input ends."""
    gc.disable()
    process_gives_way(5)
    requests = msgspec.msgpack.Decoder(Setup | Batch)
    graph = Graph()
    meanings.observe(graph)
    count = 0
    while (data := receive(sys.stdin.buffer)) is not None:
        request = requests.decode(data)
        if isinstance(request, Setup):
            _set_up(graph, request)
            continue
        send(sys.stdout.buffer, work(graph, request))
        count += 1
        if count % _COLLECT_EVERY == 0:
            gc.collect()


def _set_up(graph: Graph, setup: Setup) -> None:
    graph.set_config(setup.config)
    graph.set_macros(setup.macros)
    for path, declared in setup.declared.items():
        graph.set_declared(path, declared)
    for path, seed in setup.seeds.items():
        graph.set_seed(path, seed)


def work(graph: Graph, batch: Batch) -> Outcome:
    """Read a batch."""
    give(graph, batch.upstream)
    for path, text in batch.files.items():
        graph.set_file(path, text)
    graph.stabilise()
    rows = list(rows_of(graph, batch.files))
    models = what_is_known(graph, (model.name for path in batch.files for model in graph.models_in(path)))
    for large in (queries.model_file, queries.parsed, queries.bound):
        graph.engine.forget(large)
    return Outcome(rows, models)


def give(graph: Graph, known: Mapping[str, Known]) -> None:
    """Tell a graph of models that it does not hold."""
    for name, found in known.items():
        graph.set_table(name, found.interface)
        graph.engine.set(meanings.GIVEN, name, found.meaning)


class KnownModels(Mapping[str, Known]):
    """What is known of a (stable) graph's models at one moment: values only.  What nobody has unpacked yet is unpacked when asked for."""

    def __init__(self, graph: Graph, names: Iterable[str]) -> None:
        db, names = graph.engine, set(names)
        self._past = db.past
        self._packed = names & db.packed_keys(queries.interface) & db.packed_keys(meanings.meaning)
        self._made = what_is_known(graph, sorted(names - self._packed))

    def __getitem__(self, name: str) -> Known:
        if name not in self._packed or self._past is None:
            return self._made[name]
        interface = self._past.look(queries.interface, name)
        return Known(interface or Interface((), complete=False), self._past.look(meanings.meaning, name))

    def __contains__(self, name: object) -> bool:
        return name in self._packed or name in self._made

    def __iter__(self) -> Iterator[str]:
        yield from self._packed
        yield from self._made

    def __len__(self) -> int:
        return len(self._packed) + len(self._made)


def what_is_known(graph: Graph, names: Iterable[str]) -> dict[str, Known]:
    """Interfaces and meanings, as far as there are any."""
    found = ((name, known_of(graph, name)) for name in names)
    return {name: known for name, known in found if known is not None}


def known_of(graph: Graph, name: str) -> Known | None:
    """The same of one model."""
    interface = graph.engine.peek(queries.interface, name)
    return Known(interface, graph.engine.peek(meanings.meaning, name)) if interface is not None else None


if __name__ == "__main__":
    main()
