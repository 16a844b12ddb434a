"""Which columns of a model each of its many readers reads, kept beside the graph.

Whoever types into the root of a thousand models after a start is told at once who reads the column that is gone; to unpack the facts
of a thousand readers for that took a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping

from lsp_server.graph import digests, queries
from lsp_server.graph.graph import Graph
from lsp_server.graph.past import Past
from lsp_server.semantics.facts import Facts

FEW = 50
"""So few readers are looked through each time."""
_NAME = "columns read"
_STEP = 100

_Columns = dict[str, tuple[str, ...]]
"""Reader -> the columns, in lower case."""


def columns_read(facts: Facts, model: str) -> frozenset[str]:
    """The columns of a model that a query reads, in lower case."""
    return frozenset(
        [edge.column.lower() for edges in (facts.rows, *facts.edges) for edge in edges if edge.model == model]
    )


def kept_columns(past: Past, model: str) -> Mapping[str, Collection[str]]:
    """By reader, as the session before knew it; empty for a model with few readers."""
    return past.part(_NAME, model, _Columns) or {}


def kept(graph: Graph) -> Generator[None, None, dict[str, bytes]]:
    """What is kept beside the graph (`graph.remembering`); made a step at a time."""
    found, count = {}, 0
    for model in graph.names.names():
        count += 1
        if count % _STEP == 0:
            yield
        readers = graph.readers(model)
        if len(readers) <= FEW:
            continue
        columns: dict[str, Collection[str]] = {}
        for reader in readers:
            count += 1
            if count % _STEP == 0:
                yield
            if (read := _known(graph, reader, model)) is not None:
                columns[reader] = sorted(read)
        found[model] = digests.pack(columns)
    return {_NAME: digests.pack(found)}


def packed_columns(graph: Graph, reader: str, model: str) -> Collection[str] | None:
    """The same of a reader whose facts nobody has asked for yet."""
    past = graph.engine.past
    if past is None or not graph.engine.was_packed(queries.facts, reader):
        return None
    return kept_columns(past, model).get(reader)


def _known(graph: Graph, reader: str, model: str) -> Collection[str] | None:
    columns = packed_columns(graph, reader, model)
    facts = graph.known_facts(reader) if columns is None else None
    return columns_read(facts, model) if facts is not None else columns
