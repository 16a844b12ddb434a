"""Find references and document highlights: models, columns, CTEs, aliases, macros, in all files.

A column's references are the places that read it, through CTEs and subqueries of the readers' files that pass its name on;
what a reader makes of it under a name of its own is that reader's column.  A projection that is nothing but a name is both:
the place of another's column, and of the model's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.graph.graph import Graph
from lsp_server.ide.flow import Flow, Site
from lsp_server.ide.header_columns import header_columns
from lsp_server.ide.passed_on import own_column
from lsp_server.ide.symbols import Key, key_of, symbol_at
from lsp_server.text.spans import Span


def references(graph: Graph, path: str, offset: int, *, declaration: bool = True) -> list[Site]:
    """All places of what the cursor is on, sorted; empty when it is on nothing that can be found again."""
    found = symbol_at(graph, path, offset)
    if found is None:
        return []
    sites = set(references_of(graph, found.key)) | set(_in_headers(graph, found.key))
    own = own_column(graph, path, found)
    if own is not None:
        key = Key("column", found.model, name=own.name.lower())
        sites |= {*references_of(graph, key), *_in_headers(graph, key)}
    return sorted(site for site in sites if declaration or not site.declares)


def _in_headers(graph: Graph, key: Key) -> Iterator[Site]:
    """Where a model's header names its column."""
    model = graph.model(key.model) if key.kind == "column" else None
    for span, column in header_columns(graph, key.model) if model is not None else ():
        if model is not None and column.lower() == key.name:
            yield Site(model.path, span, key.model)


def references_of(graph: Graph, key: Key) -> list[Site]:
    """All places of a symbol."""
    if key.kind in ("column", "local"):
        flow = Flow(graph)
        return flow.sites(flow.reach(_within_file(flow, key), across=False))
    if key.kind == "alias":
        return _in_model(graph, key.model, key) or []
    if key.kind == "cte":
        return _in_model(graph, key.model, key)
    return _everywhere(graph, key)


def highlights(graph: Graph, path: str, offset: int) -> list[Site]:
    """The places of the same symbol in this file."""
    return [site for site in references(graph, path, offset) if site.path == path]


def _within_file(flow: Flow, key: Key) -> Key:
    """A CTE's column that passes a model's column on stands for that column."""
    while key.kind == "local":
        names = flow.names(key.model)
        output = names.output(key) if names is not None else None
        if names is None or output is None or output.label is not None or len(output.sources) != 1:
            return key
        (key,) = names.sources(output)
    return key


def _in_model(graph: Graph, model: str, key: Key) -> list[Site]:
    found = graph.model(model)
    if found is None:
        return []
    places = graph.kept_places(model)
    return [
        Site(found.path, reference.span, model, reference.declares)
        for reference in places.references
        if key_of(places, model, reference) == key
    ]


def _everywhere(graph: Graph, key: Key) -> list[Site]:
    """A model in its readers, and in its own header."""
    models = graph.readers(key.model) if key.kind == "model" else tuple(graph.models())
    sites = [site for model in models for site in _in_model(graph, model, key)]
    if key.kind == "model" and (model := graph.model(key.model)) is not None:
        span = graph.name_span(key.model)
        if span != Span(0, 0):
            sites.append(Site(model.path, span, key.model, declares=True))
    return sorted(set(sites))
