"""Inlay hints, linked editing, document links."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import inlay_hints, linked_editing, links
from lsp_server.server import uris
from lsp_server.server.dispatch import Token
from lsp_server.server.world import World

_KIND = {"type": types.InlayHintKind.Type, "parameter": types.InlayHintKind.Parameter}


def inlay(world: World, params: types.InlayHintParams, _: Token) -> list[types.InlayHint]:
    """Types of projections, columns of stars."""
    place = world.whole(params.text_document.uri)
    if place is None or not place.project.settings.inlay_hints:
        return []
    quiet = world.typed_line(params.text_document.uri)
    return [
        types.InlayHint(
            place.ruler.position(hint.offset), hint.label, _KIND.get(hint.kind), tooltip=hint.tooltip or None
        )
        for hint in inlay_hints.inlay_hints(place.graph, place.path, place.ruler.span(params.range), quiet)
    ]


def linked(world: World, params: types.LinkedEditingRangeParams, _: Token) -> types.LinkedEditingRanges | None:
    """An alias or CTE name and its uses."""
    spot = world.spot(params)
    spans = linked_editing.linked_ranges(spot.graph, spot.path, spot.offset) if spot is not None else []
    if spot is None or not spans:
        return None
    return types.LinkedEditingRanges([spot.ruler.range(span) for span in spans])


def document_links(world: World, params: types.DocumentLinkParams, _: Token) -> list[types.DocumentLink]:
    """The files that a model's file names."""
    place = world.whole(params.text_document.uri)
    if place is None:
        return []
    return [
        types.DocumentLink(
            place.ruler.range(link.span), uris.to_uri(place.project.absolute(link.path)), tooltip=link.path
        )
        for link in links.links(place.graph, place.path)
    ]
