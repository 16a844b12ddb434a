"""Lineage as the editor asks for it: one column's direct upstream and readers, its sources, its chain of bare references."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.semantics.edges import lineage
from lsp_server.semantics.facts import IDENTITY, Edge, Facts

ColumnId = tuple[str, str]
"""(model, column)"""


class Reader(msgspec.Struct, frozen=True, order=True):
    """A column that reads another; `column` "" when the rows of `model` depend on it."""

    model: str
    column: str
    subtype: str


def edges_of(facts: Facts | None, column: str) -> tuple[Edge, ...]:
    """What one output column is made from."""
    if facts is None:
        return ()
    for index, known in enumerate(facts.interface.columns):
        if known.name.lower() == column.lower():
            return facts.edges[index] if index < len(facts.edges) else ()
    return ()


def upstream(graph: Graph, model: str, column: str) -> tuple[Edge, ...]:
    """The columns that `column` is made from, one step up."""
    return edges_of(graph.facts(model), column)


def local_upstream(graph: Graph, model: str, scope: int, column: str) -> tuple[Edge, ...]:
    """The same for a column that a CTE or subquery of `model`'s query makes."""
    query, bound = graph.query(model), graph.bound(model)
    found = [place for place in bound.places.scopes if place.index == scope] if bound is not None else []
    if query is None or not found:
        return ()
    names = [each.name.lower() for each in found[0].interface.columns]
    edges = lineage(query, scope).columns
    return edges[names.index(column.lower())] if column.lower() in names[: len(edges)] else ()


def readers(graph: Graph, model: str, column: str) -> list[Reader]:
    """Who reads a column, one step down: columns made from it, and models whose rows it decides."""
    found = set()
    for name in graph.readers(model):
        facts = graph.facts(name)
        if facts is None:
            continue
        found |= {Reader(name, made, edge.subtype) for made, edge in _direct_edges(facts) if _is(edge, model, column)}
        found |= {Reader(name, "", edge.subtype) for edge in facts.rows if _is(edge, model, column)}
    return sorted(found)


def _direct_edges(facts: Facts) -> Iterator[tuple[str, Edge]]:
    for column, edges in zip(facts.interface.columns, facts.edges, strict=False):
        for edge in edges:
            yield column.name, edge


def _is(edge: Edge, model: str, column: str) -> bool:
    return edge.model == model and edge.column.lower() == column.lower()


def identity_source(graph: Graph, model: str, column: str) -> ColumnId | None:
    """The column that this one merely repeats, if it does."""
    edges = [edge for edge in upstream(graph, model, column) if edge.type == "DIRECT"]
    if len(edges) == 1 and edges[0].subtype == IDENTITY:
        return edges[0].model, edges[0].column
    return None


def sources(graph: Graph, model: str, column: str, limit: int = 50) -> list[ColumnId]:
    """The columns at the beginning of all chains into `column` (of models that read nothing further)."""
    found: dict[ColumnId, None] = {}
    seen: set[ColumnId] = {(model, column.lower())}
    stack: list[ColumnId] = [(model, column)]
    while stack and len(found) < limit:
        edges = [edge for edge in upstream(graph, *stack.pop()) if edge.type == "DIRECT"]
        for edge in edges:
            key = (edge.model, edge.column.lower())
            if key in seen:
                continue
            seen.add(key)
            if upstream(graph, edge.model, edge.column):
                stack.append((edge.model, edge.column))
            else:
                found[(edge.model, edge.column)] = None
    return sorted(found)


def downstream(graph: Graph, model: str, column: str, limit: int = 1000) -> list[ColumnId]:
    """All columns that are made from `column`, through all models."""
    found: set[ColumnId] = set()
    stack: list[ColumnId] = [(model, column)]
    while stack and len(found) < limit:
        for reader in readers(graph, *stack.pop()):
            key = (reader.model, reader.column)
            if reader.column and key not in found:
                found.add(key)
                stack.append(key)
    return sorted(found)
