"""Parts of damaged queries that are known to parse: who types in one clause has the others parsed again and again.

What is remembered is what the parser and the search for gaps go by: kinds and words of the tokens, and how far they stand apart.
Where in a text they stand does not matter to them, and matters only to what is said of errors; so only faultless parts are known.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from sqlglot.tokens import Token

_MOST = 1_000
"""Parts; some 30 tokens each."""
_LONGEST = 400
"""Tokens of a part that is worth remembering."""

Key = tuple[Any, ...]
_known: OrderedDict[Key, None] = OrderedDict()


def key_of(tokens: list[Token], dialect: str) -> Key | None:
    """What tells one part from all others; None for what is too long to be remembered."""
    if not tokens or len(tokens) > _LONGEST:
        return None
    parts: list[Any] = [dialect]
    end, line = tokens[0].start, tokens[0].line
    for token in tokens:
        parts += (token.token_type, token.text, token.start - end, token.line - line)
        end, line = token.end, token.line
    return tuple(parts)


def is_sound(key: Key | None) -> bool:
    """Whether such a part was parsed without a fault before."""
    if key is None or key not in _known:
        return False
    _known.move_to_end(key)
    return True


def remember(key: Key | None) -> None:
    """Such a part has no fault."""
    if key is None:
        return
    _known[key] = None
    if len(_known) > _MOST:
        _known.popitem(last=False)
