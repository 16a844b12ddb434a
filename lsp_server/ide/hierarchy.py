"""Hierarchies: column lineage as call hierarchy (incoming = upstream columns, outgoing = readers), models as type hierarchy."""

from __future__ import annotations

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.lineage import readers, upstream
from lsp_server.ide.passed_on import own_column
from lsp_server.ide.places import Place, column_of, column_place, model_at, model_place, output_around
from lsp_server.ide.symbols import symbol_at
from lsp_server.text.spans import Span


class Item(msgspec.Struct, frozen=True):
    """One column or model of a hierarchy.  `column` "" is the model's rows."""

    model: str
    column: str
    detail: str
    place: Place


class Step(msgspec.Struct, frozen=True):
    """One step of column lineage, and the places (in the caller's file) that make it."""

    item: Item
    subtypes: tuple[str, ...]
    spans: tuple[Span, ...] = ()


def column_at(graph: Graph, path: str, offset: int) -> Item | None:
    """The column under the cursor (the model's own, where it is passed on), or the projection around it; of a model, its rows."""
    found = symbol_at(graph, path, offset)
    own = own_column(graph, path, found) if found is not None else None
    if found is not None and own is not None:
        return column_item(graph, found.model, own.name)
    if found is not None and found.key.kind in ("model", "column"):
        return column_item(graph, found.key.model, found.key.name)
    model = model_at(graph, path)
    bound = graph.bound(model.name) if model is not None else None
    output = output_around(bound.places, offset) if bound is not None else None
    return column_item(graph, model.name, output.name) if model is not None and output is not None else None


def column_item(graph: Graph, model: str, column: str) -> Item | None:
    """The item of a column; None for a model that nobody knows."""
    place = (column_place(graph, model, column) if column else None) or model_place(graph, model)
    if place is None:
        return None
    known = column_of(graph.interface(model), column)
    if not column:
        return Item(model, "", "rows", place)
    return Item(model, known.name if known else column, known.type if known else "", place)


def incoming(graph: Graph, model: str, column: str) -> list[Step]:
    """The columns that a column is made from; for rows, those that decide which there are."""
    facts = graph.facts(model)
    if not column:
        edges = facts.rows if facts is not None else ()
    else:
        edges = upstream(graph, model, column)
    grouped: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        grouped.setdefault((edge.model, edge.column), []).append(edge.subtype)
    return _steps(graph, grouped)


def outgoing(graph: Graph, model: str, column: str) -> list[Step]:
    """The columns (and row sets, as models) that read a column; for rows, the models whose rows come from them."""
    grouped: dict[tuple[str, str], list[str]] = {}
    if column:
        for reader in readers(graph, model, column):
            grouped.setdefault((reader.model, reader.column), []).append(reader.subtype)
    else:
        for name in graph.readers(model):
            facts = graph.facts(name)
            if facts is not None and model in facts.rows_from:
                grouped[(name, "")] = ["ROWS"]
    return _steps(graph, grouped)


def _steps(graph: Graph, grouped: dict[tuple[str, str], list[str]]) -> list[Step]:
    steps = []
    for (model, column), subtypes in sorted(grouped.items()):
        item = column_item(graph, model, column)
        if item is not None:
            steps.append(Step(item, tuple(sorted(set(subtypes)))))
    return steps


def supertypes(graph: Graph, model: str) -> list[Item]:
    """The models that a model reads."""
    return [item for name in sorted(graph.upstreams(model)) if (item := column_item(graph, name, "")) is not None]


def subtypes(graph: Graph, model: str) -> list[Item]:
    """The models that read a model."""
    return [item for name in sorted(graph.readers(model)) if (item := column_item(graph, name, "")) is not None]


def model_under(graph: Graph, path: str, offset: int) -> Item | None:
    """The model whose name is under the cursor, else the one this file defines."""
    found = symbol_at(graph, path, offset)
    if found is not None and found.key.kind == "model":
        return column_item(graph, found.key.model, "")
    model = model_at(graph, path)
    return column_item(graph, model.name, "") if model is not None else None
