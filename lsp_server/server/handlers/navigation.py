"""Definition, type definition, implementation, references, highlights."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import definition, references
from lsp_server.ide.places import Place
from lsp_server.server.dispatch import Token
from lsp_server.server.world import World


def go_to_definition(world: World, params: types.DefinitionParams, _: Token) -> list[types.Location]:
    """Where the name under the cursor is defined."""
    spot = world.spot(params)
    return world.locations(spot, definition.definition(spot.graph, spot.path, spot.offset)) if spot else []


def go_to_type(world: World, params: types.TypeDefinitionParams, _: Token) -> list[types.Location]:
    """The model behind a column or alias."""
    spot = world.spot(params)
    return world.locations(spot, definition.type_definition(spot.graph, spot.path, spot.offset)) if spot else []


def go_to_implementation(world: World, params: types.ImplementationParams, _: Token) -> list[types.Location]:
    """The end of the chain: a model's query, a column's first expression."""
    spot = world.spot(params)
    return world.locations(spot, definition.implementation(spot.graph, spot.path, spot.offset)) if spot else []


def find_references(world: World, params: types.ReferenceParams, token: Token) -> list[types.Location]:
    """Every place that names the same thing."""
    spot = world.spot(params, everywhere=token)
    if spot is None:
        return []
    declared = params.context.include_declaration
    sites = references.references(spot.graph, spot.path, spot.offset, declaration=declared)
    return world.locations(spot, [Place(site.path, site.span) for site in sites])


def highlight(world: World, params: types.DocumentHighlightParams, _: Token) -> list[types.DocumentHighlight]:
    """The same within the file."""
    spot = world.spot(params)
    if spot is None:
        return []
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    return [
        types.DocumentHighlight(spot.ruler.range(site.span), write if site.declares else read)
        for site in references.highlights(spot.graph, spot.path, spot.offset)
    ]
