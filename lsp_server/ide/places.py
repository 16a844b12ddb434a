"""Where things are defined: models, columns, and everything that a symbol can lead to."""

from __future__ import annotations

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.ide.symbols import Found
from lsp_server.semantics.facts import Column, Interface, Places, Reference, ScopePlace
from lsp_server.text.spans import Span


class Place(msgspec.Struct, frozen=True, order=True):
    """A span of a file.  `whole` is the definition around it (a projection, a CTE), `span` its name."""

    path: str
    span: Span
    whole: Span | None = None


def model_place(graph: Graph, name: str) -> Place | None:
    """Where a model's name is declared."""
    model = graph.model(name)
    if model is None or not model.path:
        return None
    return Place(model.path, graph.name_span(name))


def column_place(graph: Graph, model: str, column: str) -> Place | None:
    """Where a model makes a column: its projection, its entry in `columns (...)`, or (through a star) the model itself."""
    owner = graph.model(model)
    if owner is None:
        return None
    bound = graph.bound(model)
    span = output_span(bound.places, column) if bound is not None else None
    span = span or declared_span(graph, owner.path, column)
    return Place(owner.path, span) if span is not None else None


def declared_span(graph: Graph, path: str, column: str) -> Span | None:
    """The column's name in the header's `columns (...)`."""
    file = graph.file(path)
    header = file.header if file is not None else None
    for spec in header.columns if header is not None else ():
        if spec.name.lower() == column.lower():
            return spec.name_span
    return None


def definition_place(graph: Graph, found: Found, path: str) -> Place | None:
    """Where the thing under the cursor is defined."""
    key = found.key
    if key.kind == "model":
        return model_place(graph, key.model)
    if key.kind == "column":
        return column_place(graph, key.model, key.name)
    definition = found.span if found.declares else found.target.definition if found.target is not None else None
    return Place(path, definition) if definition is not None else None


def main_scope(places: Places) -> ScopePlace | None:
    """The scope whose columns are the model's."""
    return places.scopes[-1] if places.scopes else None


def output_span(places: Places, name: str) -> Span | None:
    """Where a model's query makes its output column `name`: the alias, the expression when it has none; None through a star."""
    main = main_scope(places)
    for index, column in enumerate(main.interface.columns if main is not None else ()):
        if main is not None and column.name.lower() == name.lower():
            whole = places.clauses.get((main.index, f"column:{index}"))
            span = places.clauses.get((main.index, f"column-name:{index}")) or whole
            return None if span is None or _is_star(places, span) else span
    return None


def _is_star(places: Places, span: Span) -> bool:
    """Whether a projection is a star: it has no place for any single column."""
    return any(r.target.kind == "star" and r.span.end == span.end and span.covers(r.span) for r in places.references)


def output_around(places: Places, offset: int) -> Column | None:
    """The model's output column whose projection stands around an offset."""
    main = main_scope(places)
    for index, column in enumerate(main.interface.columns if main is not None else ()):
        span = places.clauses.get((main.index, f"column:{index}")) if main is not None else None
        if span is not None and offset in span:
            return column
    return None


def reference_at(graph: Graph, path: str, offset: int) -> tuple[Model, Reference] | None:
    """The narrowest reference that the cursor touches, of any kind (functions and stars included)."""
    touching = []
    for model in graph.models_in(path):
        bound = graph.bound(model.name)
        touching += [(model, r) for r in bound.places.references if offset in r.span] if bound is not None else []
    return min(touching, key=lambda item: (item[1].span.end - item[1].span.start, -item[1].span.start), default=None)


def scope_at(places: Places, offset: int) -> ScopePlace | None:
    """The innermost scope around an offset."""
    around = [scope for scope in places.scopes if offset in scope.span]
    return min(around, key=lambda scope: scope.span.end - scope.span.start, default=None)


def column_of(interface: Interface | None, name: str) -> Column | None:
    """An interface's column by its name, however it is spelt."""
    columns = interface.columns if interface is not None else ()
    return next((column for column in columns if column.name.lower() == name.lower()), None)


def model_at(graph: Graph, path: str) -> Model | None:
    """The model that a file defines (the first, should there be several)."""
    return next(iter(graph.models_in(path)), None)
