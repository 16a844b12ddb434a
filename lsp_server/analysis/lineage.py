"""Column lineage over the workspace: one step, or all steps from one column, up or down; the shape of the public JSON.

Edges lead to the columns of the models that a query names; CTEs and subqueries are seen through.  Source tables are models
too, without a path; what nobody declares of them are the columns that somebody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import Column, Edge, Facts
from lsp_server.semantics.ir import UNKNOWN

Place = tuple[str, str]
"""(model, column in lower case)"""


class EdgeOut(msgspec.Struct, frozen=True, order=True):
    """One upstream column.  `type` DIRECT or INDIRECT, `subtype` OpenLineage's."""

    model: str
    column: str
    type: str
    subtype: str


class ColumnOut(msgspec.Struct, frozen=True):
    """One column and what it is made from."""

    name: str
    type: str
    upstream: tuple[EdgeOut, ...] = ()


class ModelOut(msgspec.Struct, frozen=True):
    """One model: `rows` are the columns that decide which rows there are, `rows_from` the models whose rows flow in."""

    model: str
    path: str | None
    columns: tuple[ColumnOut, ...] = ()
    rows: tuple[EdgeOut, ...] = ()
    rows_from: tuple[str, ...] = ()


class LineageOut(msgspec.Struct, frozen=True):
    """The whole answer."""

    version: int
    models: tuple[ModelOut, ...]


class UnknownColumnError(Exception):
    """There is no such model or column; the message is for people."""


def whole(graph: Graph) -> LineageOut:
    """One step of lineage of every model and source table."""
    names = relations(graph)
    read = _columns_read(graph, names)
    return LineageOut(1, tuple(_model(graph, name, read.get(name, {})) for name in sorted(names)))


def of_column(graph: Graph, model: str, column: str, direction: str) -> LineageOut:
    """All steps from one column: `direction` "upstream" (what it is made from) or "downstream" (what is made from it)."""
    start = find_column(graph, model, column)
    places = upstream_of(graph, start) if direction == "upstream" else downstream_of(graph, start)
    read = _columns_read(graph, relations(graph))
    models: dict[str, ModelOut] = {}
    for name in sorted({name for name, _ in places}):
        out = _model(graph, name, read.get(name, {}))
        columns = tuple(
            msgspec.structs.replace(item, upstream=_within(item.upstream, places))
            for item in out.columns
            if (name, item.name.lower()) in places
        )
        rows = _within(out.rows, places) if direction == "downstream" else ()
        models[name] = ModelOut(name, out.path, columns, rows, tuple(sorted({edge.model for edge in rows})))
    return LineageOut(1, tuple(models.values()))


def find_column(graph: Graph, model: str, column: str) -> Place:
    """The place that is meant; an error for people if there is none."""
    if model not in relations(graph):
        raise UnknownColumnError(f"There is no model {model}.")
    interface = graph.interface(model)
    known = {item.name.lower() for item in interface.columns} if interface is not None else set()
    known |= set(_columns_read(graph, relations(graph)).get(model, {}))
    if column.lower() not in known:
        raise UnknownColumnError(f"{model} has no column {column}; it has: {', '.join(sorted(known)) or 'none'}.")
    return model, column.lower()


def upstream_of(graph: Graph, start: Place) -> set[Place]:
    """The columns that a column is made from, through all models, itself included."""
    return _closure(start, lambda place: (_place(edge) for edge in _edges_of(graph.facts(place[0]), place[1])))


def downstream_of(graph: Graph, start: Place) -> set[Place]:
    """The columns made from a column, through all models, itself included, and (model, "") where it decides the rows."""

    def readers(place: Place) -> Iterator[Place]:
        for name in graph.readers(place[0]):
            facts = graph.facts(name)
            if facts is None:
                continue
            for column, edges in zip(facts.interface.columns, facts.edges, strict=False):
                if any(_place(edge) == place for edge in edges):
                    yield name, column.name.lower()
            if any(_place(edge) == place for edge in facts.rows):
                yield name, ""

    return _closure(start, readers)


def _closure(start: Place, step: Callable[[Place], Iterator[Place]]) -> set[Place]:
    found, stack = {start}, [start]
    while stack:
        place = stack.pop()
        if not place[1]:
            continue
        for other in step(place):
            if other not in found:
                found.add(other)
                stack.append(other)
    return found


def _place(edge: Edge | EdgeOut) -> Place:
    return edge.model, edge.column.lower()


def _edges_of(facts: Facts | None, column: str) -> tuple[Edge, ...]:
    if facts is None:
        return ()
    pairs = zip(facts.interface.columns, facts.edges, strict=False)
    return next((edges for known, edges in pairs if known.name.lower() == column), ())


def relations(graph: Graph) -> set[str]:
    """All models, and the source tables that they name."""
    names = set(graph.names.names())
    return names | {up for name in names for up in graph.upstreams(name)}


def _columns_read(graph: Graph, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Model -> the columns that anybody reads of it, by lower-case name: for those that nobody describes."""
    read: dict[str, dict[str, str]] = {}
    for name in sorted(names):
        facts = graph.facts(name)
        for edge in (*(e for edges in facts.edges for e in edges), *facts.rows) if facts is not None else ():
            read.setdefault(edge.model, {}).setdefault(edge.column.lower(), edge.column)
    return read


def _model(graph: Graph, name: str, read: dict[str, str]) -> ModelOut:
    model, facts, interface = graph.model(name), graph.facts(name), graph.interface(name)
    path = model.path if model is not None and not model.external else None
    known = list(interface.columns) if interface is not None else []
    if interface is None or not interface.complete:
        have = {column.name.lower() for column in known}
        known += [Column(read[key], UNKNOWN) for key in sorted(read) if key not in have]
    columns = tuple(
        ColumnOut(column.name, column.type, _out(_edges_of(facts, column.name.lower()))) for column in known
    )
    if facts is None:  # what cannot be read may use all rows of what it names
        return ModelOut(name, path, columns, (), graph.upstreams(name))
    return ModelOut(name, path, columns, _out(facts.rows), tuple(sorted(set(facts.rows_from))))


def _out(edges: Iterable[Edge]) -> tuple[EdgeOut, ...]:
    return tuple(sorted({EdgeOut(edge.model, edge.column, edge.type, edge.subtype) for edge in edges}))


def _within(edges: tuple[EdgeOut, ...], places: set[Place]) -> tuple[EdgeOut, ...]:
    return tuple(edge for edge in edges if _place(edge) in places)
