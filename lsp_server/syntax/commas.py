"""A projection that is typed above others has no comma yet: where a line ends and the next one is a projection, one is missing.

    SELECT
      amount * 2 AS twice          -- being typed
      net + tax AS gross,

Without this the rest of the line below is taken for a part of the new one, and both are lost.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.tokens import CLOSING, OPENING

Sound = Callable[[list[Token]], bool]
"""Whether tokens are a projection without faults."""


def forgotten_comma(item: list[Token], sound: Sound) -> int | None:
    """Where in a damaged projection the next one begins, its line being one by itself; None where no comma is missing."""
    level = 0
    for index, token in enumerate(item):
        if index and level == 0 and token.line > item[index - 1].line and sound(item[index:]):
            before = item[:index]
            if before[-1].token_type is kinds.ALIAS or sound(before):
                return index
        level += (token.token_type in OPENING or token.token_type is kinds.CASE) - _closes(token)
    return None


def _closes(token: Token) -> bool:
    return token.token_type in CLOSING or token.token_type is kinds.END


def line_end(tokens: list[Token], opening: int) -> int | None:
    """Where a bracket of `tokens` that is never closed ends, if projections follow it in the lines below: at its line's end.

    That projections follow is told by an AS among what would be its arguments.
    """
    level, end, named = 0, None, False
    for index in range(opening + 1, len(tokens)):
        token = tokens[index]
        if end is None and level == 0 and token.line > tokens[opening].line:
            end = index
        named |= level == 0 and token.token_type is kinds.ALIAS
        level += (token.token_type in OPENING) - (token.token_type in CLOSING)
    return end if named and end is not None and end > opening + 1 else None
