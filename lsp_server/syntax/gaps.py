"""What is missing in half-typed SQL and sqlglot does not miss: `o. FROM o` makes a column named FROM, `a, , b` two columns."""

from __future__ import annotations

from itertools import pairwise

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.parsing import SYNTAX
from lsp_server.syntax.tokens import kinds_of, token_span
from lsp_server.text.problems import Problem

CLAUSES = {
    kinds.SELECT,
    kinds.FROM,
    kinds.WHERE,
    kinds.GROUP_BY,
    kinds.HAVING,
    kinds.QUALIFY,
    kinds.WINDOW,
    kinds.ORDER_BY,
    kinds.LIMIT,
    kinds.OFFSET,
}
SET_OPERATORS = {kinds.UNION, kinds.EXCEPT, kinds.INTERSECT}
JOIN_WORDS = {
    kinds.JOIN,
    kinds.LEFT,
    kinds.RIGHT,
    kinds.FULL,
    kinds.INNER,
    kinds.CROSS,
    kinds.NATURAL,
    kinds.OUTER,
    kinds.SEMI,
    kinds.ANTI,
    kinds.ASOF,
}


def suspicious(tokens: list[Token]) -> bool:
    """Whether something is missing that sqlglot does not miss: `o. FROM o` makes a column named FROM, `a, , b` two columns."""
    if not tokens:
        return False
    found = kinds_of(tokens)
    if found[-1] in _NOT_LAST:
        return True
    suspects = _BAD_PAIRS.intersection(pairwise(found))
    if not suspects:
        return False
    if any(pair[0] is not kinds.DOT for pair in suspects):
        return True
    return any(kind is kinds.DOT and dangles(tokens, index) for index, kind in enumerate(found))


def gaps(tokens: list[Token]) -> list[Problem]:
    """Commas with nothing between them, a SELECT of nothing."""
    found = []
    for before, token in pairwise(tokens):
        kind = token.token_type
        if kind in _NOTHING_BEFORE and before.token_type in _NOTHING_BEFORE[kind]:
            found.append(Problem(SYNTAX, "An expression is missing here.", token_span(before)))
    if tokens[-1].token_type in _NEEDS_MORE:
        found.append(Problem(SYNTAX, f"An expression is missing after `{tokens[-1].text}`.", token_span(tokens[-1])))
    return found


_NOTHING_BEFORE = {
    kinds.COMMA: {kinds.COMMA, kinds.SELECT, kinds.WHERE, kinds.GROUP_BY, kinds.ORDER_BY},
    kinds.FROM: {kinds.SELECT},
}
_NEEDS_MORE = {kinds.SELECT, kinds.ON}
_NOT_LAST = {*_NEEDS_MORE, kinds.ALIAS, kinds.DOT}
NO_ALIAS = {kinds.FROM, kinds.WHERE, kinds.GROUP_BY, kinds.COMMA, kinds.R_PAREN, kinds.ON}


def dangles(tokens: list[Token], index: int) -> bool:
    """Whether the dot at `index` has no name after it: a keyword does not count when there is space between."""
    if index + 1 >= len(tokens):
        return True
    after = tokens[index + 1]
    kind = after.token_type
    if kind in _AFTER_DOT:
        return True
    apart = after.start > tokens[index].end + 1
    return apart and (kind in CLAUSES or kind in SET_OPERATORS or kind in JOIN_WORDS or kind in _AFTER_EXPRESSION)


_AFTER_EXPRESSION = {
    kinds.ALIAS,
    kinds.AND,
    kinds.OR,
    kinds.ON,
    kinds.THEN,
    kinds.ELSE,
    kinds.END,
    kinds.WHEN,
    kinds.IS,
    kinds.IN,
    kinds.LIKE,
    kinds.BETWEEN,
    kinds.ASC,
    kinds.DESC,
}
_AFTER_DOT = {kinds.COMMA, kinds.R_PAREN, kinds.DOT, kinds.SEMICOLON, kinds.EQ}
_BAD_PAIRS = {
    *((before, after) for after, befores in _NOTHING_BEFORE.items() for before in befores),
    *((kinds.ALIAS, after) for after in NO_ALIAS),
    *((kinds.DOT, after) for after in _AFTER_DOT | CLAUSES | SET_OPERATORS | JOIN_WORDS | _AFTER_EXPRESSION),
}
"""Neighbours that are never right, or, after a dot, only when nothing stands between."""
