"""Symbols: the outline of a document (model, CTEs, columns), and a fuzzy search for models and columns of the workspace."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.places import declared_span
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Bound
from lsp_server.text.spans import Span

MAX_RESULTS = 200
"""Of a workspace search; clients ask again with a longer word."""


class Symbol(msgspec.Struct, frozen=True):
    """`kind`: "model", "cte", "column".  `span` is all of it, `name_span` what to select."""

    name: str
    kind: str
    detail: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """One result of the workspace search."""

    name: str
    kind: str
    container: str
    path: str
    span: Span


def document_symbols(graph: Graph, path: str) -> list[Symbol]:
    """The models of a file; under each its CTEs with their columns, then its own columns."""
    text = graph.text(path) or ""
    symbols = []
    for model in graph.models_in(path):
        name_span = graph.name_span(model.name)
        bound = graph.bound(model.name)
        children = tuple(_children(bound)) if bound is not None else ()
        symbols.append(Symbol(model.name, "model", model.kind.name, Span(0, len(text)), name_span, children))
    return symbols


def _children(bound: Bound) -> Iterator[Symbol]:
    query = ir.unpack(bound.facts.query)
    declared = {r.target.name: r.span for r in bound.places.references if r.declares and r.target.kind == "cte"}
    for place in bound.places.scopes:
        if place.name in declared and place.index < len(query.scopes) - 1:
            name_span = declared[place.name]
            span = Span(min(name_span.start, place.span.start), max(name_span.end, place.span.end))
            yield Symbol(place.name, "cte", "", span, name_span, tuple(_columns(bound, query, place.index)))
    yield from _columns(bound, query, len(query.scopes) - 1)


def _columns(bound: Bound, query: ir.Query, scope: int) -> Iterator[Symbol]:
    found = query.scopes[scope]
    if isinstance(found, ir.SetOp):
        yield from _columns(bound, query, found.left)
        return
    for index, column in enumerate(found.columns):
        span = bound.places.clauses.get((scope, f"column:{index}"))
        name_span = bound.places.clauses.get((scope, f"column-name:{index}"), span)
        if span is not None and name_span is not None:
            inside = name_span if span.covers(name_span) else span
            yield Symbol(column.name, "column", column.type, span, inside)


def workspace_symbols(graph: Graph, query: str) -> list[Hit]:
    """Models and columns whose name holds the letters of `query` in order; the closest first.

    Columns are searched by "model.column" or by three letters and more: a warehouse has many thousands of them.
    """
    wanted = query.lower().replace(" ", "")
    ranked: list[tuple[int, str, Hit]] = []
    for name, model in graph.models().items():
        score = fuzzy(wanted, name)
        if score is not None:
            ranked.append((score, name, Hit(name, "model", model.kind.name, model.path, graph.name_span(name))))
        if len(wanted) >= 3:
            ranked += [(score + 1, hit.name, hit) for score, hit in _matching_columns(graph, name, wanted)]
    return [_placed(graph, hit) for _, _, hit in sorted(ranked, key=lambda found: found[:2])[:MAX_RESULTS]]


def _placed(graph: Graph, hit: Hit) -> Hit:
    """A column at the projection that makes it or where it is declared; at the model's name where a star makes it."""
    if hit.kind != "column":
        return hit
    clauses, text = graph.kept_places(hit.container).clauses, graph.text(hit.path) or ""
    interface, main = graph.interface(hit.container), max((scope for scope, _ in clauses), default=-1)
    names = [column.name for column in interface.columns] if interface is not None else []
    index = names.index(hit.name)
    for clause in (f"column-name:{index}", f"column:{index}"):
        span = clauses.get((main, clause))
        written = text[slice(*span)] if span is not None else ""
        if span is not None and written.lower().rstrip('"`').endswith(hit.name.lower()):
            return msgspec.structs.replace(hit, span=span)
    declared = declared_span(graph, hit.path, hit.name)
    return msgspec.structs.replace(hit, span=declared) if declared is not None else hit


def _matching_columns(graph: Graph, model: str, wanted: str) -> Iterator[tuple[int, Hit]]:
    interface, found = graph.interface(model), graph.model(model)
    for column in interface.columns if interface is not None and found is not None else ():
        score = fuzzy(wanted, f"{model}.{column.name.lower()}" if "." in wanted else column.name.lower())
        if score is not None and found is not None:
            yield score, Hit(column.name, "column", model, found.path, graph.name_span(model))


def fuzzy(wanted: str, name: str) -> int | None:
    """How far `name` is from `wanted` (0: equal), None when its letters do not occur in order.

    >>> fuzzy("ord", "shop.orders"), fuzzy("so", "shop.orders"), fuzzy("x", "shop.orders")
    (5, 9, None)
    """
    if wanted in name:
        return name.index(wanted) if len(wanted) < len(name) else 0
    at = -1
    for letter in wanted:
        at = name.find(letter, at + 1)
        if at < 0:
            return None
    return len(name) - len(wanted)
