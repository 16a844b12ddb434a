"""Document symbols, workspace symbols, folding, selection ranges."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import folding, outline, selection
from lsp_server.ide.places import Place
from lsp_server.server.convert import Ruler
from lsp_server.server.dispatch import Token
from lsp_server.server.world import World

_KIND = {"model": types.SymbolKind.Class, "cte": types.SymbolKind.Module, "column": types.SymbolKind.Field}


def document_symbols(world: World, params: types.DocumentSymbolParams, _: Token) -> list[types.DocumentSymbol]:
    """The outline."""
    place = world.whole(params.text_document.uri)
    return [_symbol(place.ruler, entry) for entry in outline.document_symbols(place.graph, place.path)] if place else []


def _symbol(ruler: Ruler, entry: outline.Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=entry.name or "?",
        kind=_KIND[entry.kind],
        range=ruler.range(entry.span),
        selection_range=ruler.range(entry.name_span),
        detail=entry.detail,
        children=[_symbol(ruler, child) for child in entry.children],
    )


def workspace_symbols(world: World, params: types.WorkspaceSymbolParams, token: Token) -> list[types.WorkspaceSymbol]:
    """Models and columns of all projects."""
    found = []
    for project in world.projects.values():
        world.everywhere(project, token)
        for hit in outline.workspace_symbols(project.graph, params.query):
            location = world.location(project, Place(hit.path, hit.span))
            found.append(types.WorkspaceSymbol(location, hit.name, _KIND[hit.kind], container_name=hit.container))
    return found


def folding_ranges(world: World, params: types.FoldingRangeParams, _: Token) -> list[types.FoldingRange]:
    """What can be folded."""
    place = world.whole(params.text_document.uri)
    file = place.graph.file(place.path) if place else None
    if place is None or file is None:
        return []
    return [
        types.FoldingRange(fold.start, fold.end, kind=fold.kind)
        for fold in folding.folding_ranges(file, place.ruler.index)
    ]


def selection_ranges(world: World, params: types.SelectionRangeParams, _: Token) -> list[types.SelectionRange]:
    """Growing selections, one for each position (exactly one: the protocol matches them by index)."""
    place = world.whole(params.text_document.uri)
    file = place.graph.file(place.path) if place else None
    found = []
    for position in params.positions:
        nested: types.SelectionRange | None = None
        if place is not None and file is not None:
            for span in reversed(selection.selection_ranges(file, place.ruler.offset(position))):
                nested = types.SelectionRange(place.ruler.range(span), nested)
        found.append(nested or types.SelectionRange(types.Range(position, position)))
    return found
