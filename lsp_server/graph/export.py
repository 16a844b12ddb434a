"""Compact results in and out of a graph: what the cache on disk and the worker processes exchange.

A row is (digest of all that a result depends on, packed result); `Engine.memo` takes rows in.  Damaged and failed results
never leave a graph: they hold what an earlier text said, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.graph import queries
from lsp_server.graph.digests import pack
from lsp_server.graph.graph import Graph

Row = tuple[bytes, bytes]


def rows_of(graph: Graph, paths: Iterable[str]) -> Iterator[Row]:
    """The rows of some files, as far as they are up to date."""
    db = graph.engine
    for path in paths:
        shape = db.peek(queries.outline, path)
        if shape is None or shape.damaged or shape.former or db.peek(queries.DECLARED, path) is not None:
            continue
        yield queries.outline_key(db, path), pack(shape)
        for found in shape.models:
            if db.get(queries.model, found.name) == found:
                yield from _rows_of_model(graph, found.name)


def _rows_of_model(graph: Graph, name: str) -> Iterator[Row]:
    db = graph.engine
    found, named, known = db.peek(queries.model, name), db.peek(queries.links, name), db.peek(queries.result, name)
    if found is None or named is None or named.damaged or not named.lasting:
        return
    yield queries.links_key(db, found), pack(named)
    if known is not None and known.facts is not None and not known.damaged and not graph.cycle(name):
        yield queries.result_key(db, found, named, known.looks_at_all), pack(known)
        for exporter in graph.exporters:
            yield from exporter(graph, name)
