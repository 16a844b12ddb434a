"""Semantic tokens: full, delta, range."""

from __future__ import annotations

import itertools
from functools import partial

from lsprotocol import types

from lsp_server.ide import semantic_tokens as ide
from lsp_server.ide.verdicts import token_change
from lsp_server.server.dispatch import Token
from lsp_server.server.world import Whole, World
from lsp_server.text.spans import Span

LEGEND = types.SemanticTokensLegend(list(ide.TYPES), list(ide.MODIFIERS))

_TYPE = {name: index for index, name in enumerate(ide.TYPES)}
_MODIFIER = {name: 1 << index for index, name in enumerate(ide.MODIFIERS)}
_ids = itertools.count(1)
_KEPT = 32
_WIDTH = 5
"""Numbers a token."""


def full(world: World, params: types.SemanticTokensParams, _: Token) -> types.SemanticTokens:
    """All tokens of a document, and an id to refer to them by."""
    place = world.whole(params.text_document.uri)
    data = _encode(place) if place is not None else []
    return types.SemanticTokens(data, _remember(world, params.text_document.uri, data))


def delta(
    world: World, params: types.SemanticTokensDeltaParams, _: Token
) -> types.SemanticTokens | types.SemanticTokensDelta:
    """What changed since the tokens with that id; all of them if nobody knows them any more."""
    uri = params.text_document.uri
    known = world.tokens.get(uri)
    place = world.whole(uri)
    data = _encode(place) if place is not None else []
    result_id = _remember(world, uri, data)
    if known is None or known[0] != params.previous_result_id:
        return types.SemanticTokens(data, result_id)
    return types.SemanticTokensDelta(_difference(known[1], data), result_id)


def within(world: World, params: types.SemanticTokensRangeParams, _: Token) -> types.SemanticTokens:
    """The tokens of a part.

    Whoever asks for a part while the whole is known may put the part in the whole's place before it applies the next
    difference (Neovim 0.12 does, after every refresh): the next answer is whole again.
    """
    world.tokens.pop(params.text_document.uri, None)
    place = world.whole(params.text_document.uri)
    return types.SemanticTokens(_encode(place, place.ruler.span(params.range)) if place is not None else [])


def _remember(world: World, uri: str, data: list[int]) -> str:
    result_id = str(next(_ids))
    world.tokens.pop(uri, None)
    world.tokens[uri] = (result_id, data)
    while len(world.tokens) > _KEPT:
        del world.tokens[next(iter(world.tokens))]
    return result_id


def _difference(old: list[int], new: list[int]) -> list[types.SemanticTokensEdit]:
    """One edit of whole tokens: what stands between the common beginning and the common end."""
    if old == new:
        return []
    shorter = min(len(old), len(new))
    same = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    start = same - same % _WIDTH
    same = next((i for i in range(shorter - start) if old[-1 - i] != new[-1 - i]), shorter - start)
    tail = same - same % _WIDTH
    return [types.SemanticTokensEdit(start, len(old) - start - tail, new[start : len(new) - tail])]


def _encode(place: Whole, part: Span | None = None) -> list[int]:
    """Five numbers a token, relative to the token before."""
    data: list[int] = []
    line = character = 0
    change = partial(token_change, place.project.impact)
    for token in ide.semantic_tokens(place.graph, place.path, part, change):
        start, end = place.ruler.position(token.span.start), place.ruler.position(token.span.end)
        if start.line != end.line:
            continue
        across = start.character - (character if start.line == line else 0)
        modifiers = sum(_MODIFIER[name] for name in token.modifiers)
        data += [start.line - line, across, end.character - start.character, _TYPE[token.type], modifiers]
        line, character = start.line, start.character
    return data
