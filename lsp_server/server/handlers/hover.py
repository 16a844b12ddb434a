"""Hover."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import hover as ide
from lsp_server.server.dispatch import Token
from lsp_server.server.markup import markup
from lsp_server.server.world import World


def hover(world: World, params: types.HoverParams, _: Token) -> types.Hover | None:
    """What the name under the cursor is, and what the edit does to it."""
    spot = world.spot(params)
    found = ide.hover(spot.graph, spot.path, spot.offset, spot.project.impact) if spot else None
    if spot is None or found is None:
        return None
    text_document = world.client.capabilities.text_document
    formats = text_document.hover.content_format if text_document and text_document.hover else None
    return types.Hover(markup(found.markdown, formats), spot.ruler.range(found.span))
