"""Formatting: a whole document, the lines of a range, or what was just finished by typing a `;` or a line break."""

from __future__ import annotations

import logging

from lsprotocol import types

from lsp_server.ide.formatting import format_file, format_typed
from lsp_server.server.dispatch import Token
from lsp_server.server.world import World

log = logging.getLogger(__name__)


def document(world: World, params: types.DocumentFormattingParams, _: Token) -> list[types.TextEdit]:
    """The edits that format a document; what is left alone, and why, is in the log."""
    return _edits(world, params.text_document.uri, None)


def selected(world: World, params: types.DocumentRangeFormattingParams, _: Token) -> list[types.TextEdit]:
    """Those of them that touch the range."""
    return _edits(world, params.text_document.uri, params.range)


def typed(world: World, params: types.DocumentOnTypeFormattingParams, _: Token) -> list[types.TextEdit]:
    """The edits of what the typed character finished."""
    place = world.whole(params.text_document.uri)
    file = place.graph.file(place.path) if place else None
    if place is None or file is None:
        return []
    return [place.ruler.edit(edit) for edit in format_typed(file, place.ruler.offset(params.position), params.ch)]


def _edits(world: World, uri: str, area: types.Range | None) -> list[types.TextEdit]:
    place = world.whole(uri)
    file = place.graph.file(place.path) if place else None
    if place is None or file is None:
        return []
    found = format_file(file, place.ruler.span(area) if area is not None else None)
    if found.note:
        log.info("Formatting %s: %s", place.path, found.note)
    return [place.ruler.edit(edit) for edit in found.edits]
