"""Formatting: a whole document, the lines of a range, or what was just finished by typing a `;` or a line break."""

from __future__ import annotations

import logging

from lsprotocol import types

from lsp_server.server.dispatch import Token
from lsp_server.server.world import World
from lsp_server.syntax.format import formatted
from lsp_server.text.spans import Span

log = logging.getLogger(__name__)


def document(world: World, params: types.DocumentFormattingParams, _: Token) -> list[types.TextEdit]:
    """The edits that format a document; what is left alone, and why, is in the log."""
    return _edits(world, params.text_document.uri, None)


def selected(world: World, params: types.DocumentRangeFormattingParams, _: Token) -> list[types.TextEdit]:
    """Those of them that touch the range."""
    return _edits(world, params.text_document.uri, params.range)


ON_TYPE = (";", "\n")


def typed(world: World, params: types.DocumentOnTypeFormattingParams, _: Token) -> list[types.TextEdit]:
    """Behind a `;` the statement that it ends; on a new line the line before it.  Never the text behind the cursor."""
    place = world.whole(params.text_document.uri)
    file = place.graph.file(place.path) if place else None
    if place is None or file is None:
        return []
    cursor = place.ruler.offset(params.position)
    if params.ch == ";":
        ended = [s.span.start for s in file.statements if s.span.start < cursor]
        ended += [file.header.span.start] if file.header is not None and file.header.span.start < cursor else []
        area = Span(max(ended, default=0), cursor)
    else:
        line = place.ruler.index.line_of(cursor) - 1
        if line < 0:
            return []
        area = Span(place.ruler.index.line_start(line), place.ruler.index.line_end(line))
    return [place.ruler.edit(edit) for edit in formatted(file.text, file.dialect).edits if area.covers(edit.span)]


def _edits(world: World, uri: str, area: types.Range | None) -> list[types.TextEdit]:
    place = world.whole(uri)
    file = place.graph.file(place.path) if place else None
    if place is None or file is None:
        return []
    result = formatted(file.text, file.dialect)
    if result.note:
        log.info("Formatting %s: %s", place.path, result.note)
    inside = Span(place.ruler.offset(area.start), place.ruler.offset(area.end)) if area else Span(0, len(file.text))
    return [
        place.ruler.edit(edit)
        for edit in result.edits
        if edit.span.start <= inside.end and inside.start <= edit.span.end
    ]
