"""The parts of a query by its tokens: branches of a set operation, clauses, items of a list.

Looks at words and brackets only, so it works on a text that does not parse.
"""

from __future__ import annotations

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.gaps import CLAUSES, SET_OPERATORS
from lsp_server.syntax.tokens import CLOSING, OPENING


def depth(tokens: list[Token], index: int) -> int:
    """How many brackets are open before the token at `index`."""
    return sum((token.token_type in OPENING) - (token.token_type in CLOSING) for token in tokens[:index])


def split_set(tokens: list[Token]) -> list[list[Token]]:
    """Branches and, between them, the words of the set operators."""
    parts: list[list[Token]] = [[]]
    level = 0
    operator = False
    for token in tokens:
        kind = token.token_type
        if level == 0 and kind in SET_OPERATORS and not (kind is kinds.EXCEPT and _is_star_except(parts[-1])):
            parts.append([token])
            operator = True
            continue
        if operator and token.text.upper() not in ("ALL", "DISTINCT", "BY", "NAME"):
            parts.append([])
            operator = False
        level += (kind in OPENING) - (kind in CLOSING)
        parts[-1].append(token)
    return [part for part in parts if part]


def _is_star_except(before: list[Token]) -> bool:
    """`* EXCEPT (a)` is no set operation."""
    return bool(before) and before[-1].token_type is kinds.STAR


def split_clauses(tokens: list[Token]) -> list[list[Token]]:
    """One list for each clause, beginning with its keyword."""
    clauses: list[list[Token]] = []
    level = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        starts = level == 0 and kind in CLAUSES and not _is_distinct_from(tokens, index)
        if starts or not clauses:
            clauses.append([])
        level += (kind in OPENING) - (kind in CLOSING)
        clauses[-1].append(token)
    return clauses


def _is_distinct_from(tokens: list[Token], index: int) -> bool:
    return (
        tokens[index].token_type is kinds.FROM
        and index > 1
        and tokens[index - 1].token_type is kinds.DISTINCT
        and tokens[index - 2].token_type in (kinds.IS, kinds.NOT)
    )


def split_list(tokens: list[Token]) -> list[tuple[Token | None, list[Token]]]:
    """(the comma before, the item) of a list."""
    items: list[tuple[Token | None, list[Token]]] = [(None, [])]
    level = 0
    for token in tokens:
        kind = token.token_type
        if kind is kinds.COMMA and level == 0:
            items.append((token, []))
            continue
        level += (kind in OPENING) - (kind in CLOSING)
        items[-1][1].append(token)
    return items
