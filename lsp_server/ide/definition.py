"""Go to definition, type definition, implementation.

The definition of a column is the expression that makes it, found through stars and CTEs: a column that a model merely passes on
by `*` leads to the model that makes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.graph.graph import Graph
from lsp_server.ide.lineage import identity_source
from lsp_server.ide.places import Place, column_place, definition_place, model_place
from lsp_server.ide.symbols import Found, symbol_at
from lsp_server.text.spans import Span


def definition(graph: Graph, path: str, offset: int) -> list[Place]:
    """Where the name under the cursor is defined; standing on a definition, what it is made of."""
    found = symbol_at(graph, path, offset)
    if found is None:
        return header_definition(graph, path, offset)
    place = definition_place(graph, found, path)
    if found.key.kind == "column" and (place is None or place == Place(path, found.span)):
        return _column_source(graph, found) or _present(place) or _present(model_place(graph, found.key.model))
    return _present(place)


def _column_source(graph: Graph, found: Found) -> list[Place]:
    """The nearest upstream place that makes the column, for one that is only passed on."""
    last: str | None = None
    for model, column in _chain(graph, found.key.model, found.key.name):
        last = model
        place = column_place(graph, model, column)
        if place is not None:
            return [place]
    return _present(model_place(graph, last)) if last is not None else []


def _chain(graph: Graph, model: str, column: str) -> Iterator[tuple[str, str]]:
    """The columns that this one merely repeats, one after the other."""
    seen = {(model, column)}
    while (source := identity_source(graph, model, column)) is not None and source not in seen:
        seen.add(source)
        yield source
        model, column = source


def type_definition(graph: Graph, path: str, offset: int) -> list[Place]:
    """The model that a column, alias or name comes from."""
    found = symbol_at(graph, path, offset)
    if found is None:
        return []
    owner = found.key.model if found.key.kind in ("model", "column") else found.target.model if found.target else ""
    return _present(model_place(graph, owner) if owner else definition_place(graph, found, path))


def implementation(graph: Graph, path: str, offset: int) -> list[Place]:
    """For a model: its query.  For a column: the expression at the end of its chain of bare references."""
    found = symbol_at(graph, path, offset)
    if found is None:
        return []
    if found.key.kind == "model":
        return _query_place(graph, found.key.model)
    best = definition_place(graph, found, path)
    if found.key.kind == "column":
        for model, column in _chain(graph, found.key.model, found.key.name):
            best = column_place(graph, model, column) or model_place(graph, model) or best
    return _present(best)


def _query_place(graph: Graph, name: str) -> list[Place]:
    model = graph.model(name)
    file = graph.file(model.path) if model is not None else None
    if model is None:
        return []
    if file is None or file.query is None:
        return _present(model_place(graph, name))
    return [Place(model.path, file.query.span)]


def header_definition(graph: Graph, path: str, offset: int) -> list[Place]:
    """A path in the header: a seed's file."""
    file = graph.file(path)
    if file is None or file.header is None or offset not in file.header.span:
        return []
    for model in graph.models_in(path):
        seed = file.header.kind.get("path")
        if model.seed and seed is not None and offset in seed.value_span:
            return [Place(model.seed, Span(0, 0))]
    return []


def word_at(text: str, offset: int) -> Span:
    """The identifier around an offset (empty where there is none)."""
    start = end = min(offset, len(text))
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(start, end)


def _present(place: Place | None) -> list[Place]:
    return [place] if place is not None else []
