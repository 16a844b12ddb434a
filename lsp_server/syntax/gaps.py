"""What is missing in half-typed SQL and sqlglot does not miss: `o. FROM o` makes a column named FROM, `a, , b` two columns."""

from __future__ import annotations

from itertools import pairwise

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.parsing import Fault, fault_at
from lsp_server.syntax.tokens import kinds_of

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
QUERY_STARTS = {kinds.SELECT, kinds.WITH, kinds.FROM, kinds.VALUES, kinds.L_PAREN, kinds.PIVOT, kinds.UNPIVOT}
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
    if any(pair not in _UNCERTAIN_PAIRS for pair in suspects):
        return True
    return any(_is_gap(tokens, index) for index, pair in enumerate(pairwise(found)) if pair in suspects)


def _is_gap(tokens: list[Token], index: int) -> bool:
    """Whether something is missing after the token at `index`, whose pair with the next one is right at other places."""
    kind = tokens[index].token_type
    if kind is kinds.DOT:
        return dangles(tokens, index)
    if kind is kinds.DISTINCT:
        return index > 0 and tokens[index - 1].token_type is kinds.SELECT
    if tokens[index + 1].token_type is kinds.END:
        return any(token.token_type is kinds.CASE for token in tokens[:index])
    joined = tokens[index + 2].token_type if index + 2 < len(tokens) else None
    return joined in JOIN_WORDS


def gaps(tokens: list[Token]) -> list[Fault]:
    """Commas with nothing between them, a SELECT of nothing, operators without an operand."""
    found = []
    for index, pair in enumerate(pairwise(kinds_of(tokens))):
        if pair not in _BAD_PAIRS or pair[0] in _NAMED_FIRST:
            continue
        if pair not in _UNCERTAIN_PAIRS or _is_gap(tokens, index):
            found.append(fault_at(tokens, index, "An expression is missing here."))
    if tokens[-1].token_type in _NEEDS_MORE:
        found.append(fault_at(tokens, len(tokens) - 1, f"An expression is missing after `{tokens[-1].text}`."))
    return found


_NOTHING_BEFORE = {
    kinds.COMMA: {kinds.COMMA, kinds.SELECT, kinds.WHERE, kinds.GROUP_BY, kinds.ORDER_BY},
    **{clause: {kinds.ON, kinds.IN} for clause in CLAUSES - {kinds.SELECT, kinds.FROM}},
    kinds.FROM: {kinds.SELECT, kinds.ON, kinds.IN},
    kinds.JOIN: {kinds.ON, kinds.IN},
    kinds.DOT: {kinds.FROM, kinds.JOIN},
}
_NEEDS_MORE = {kinds.SELECT, kinds.ON, kinds.IN}
_NOT_LAST = {*_NEEDS_MORE, kinds.ALIAS, kinds.DOT}
NO_ALIAS = {kinds.FROM, kinds.WHERE, kinds.GROUP_BY, kinds.COMMA, kinds.R_PAREN, kinds.ON}


def dangles(tokens: list[Token], index: int) -> bool:
    """Whether the dot at `index` has no name after it: a keyword does not count when there is space between."""
    if index + 1 >= len(tokens):
        return True
    after = tokens[index + 1]
    kind = after.token_type
    if kind is kinds.DOT:  # `catalog..table`: the default schema
        return index + 2 >= len(tokens) or tokens[index + 2].start != after.end + 1
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
_INFIX = {
    kinds.EQ,
    kinds.NEQ,
    kinds.LT,
    kinds.LTE,
    kinds.GT,
    kinds.GTE,
    kinds.PLUS,
    kinds.DASH,
    kinds.SLASH,
    kinds.DPIPE,
}
_AFTER_DOT = {
    kinds.COMMA,
    kinds.R_PAREN,
    kinds.R_BRACKET,
    kinds.DOT,
    kinds.SEMICOLON,
    *_INFIX,
    kinds.DCOLON,
    kinds.ARROW,
    kinds.DARROW,
}
_NAMED_FIRST = {kinds.ALIAS, kinds.DOT}
"""What a name is missing after, not an expression."""
_OPERATORS = {
    kinds.AND,
    kinds.OR,
    kinds.ON,
    *_INFIX,
    kinds.LIKE,
}
_SIDES = JOIN_WORDS - {kinds.JOIN}
_UNCERTAIN_PAIRS = {
    *((kinds.DOT, after) for after in CLAUSES | SET_OPERATORS | JOIN_WORDS | _AFTER_EXPRESSION | {kinds.DOT}),
    *((operator, side) for operator in _OPERATORS for side in _SIDES | {kinds.END}),
    (kinds.DISTINCT, kinds.FROM),
}
"""`x = LEFT JOIN` lacks an operand, `x = LEFT(y, 1)` does not; END is a name where there is no CASE."""
_BAD_PAIRS = {
    *_UNCERTAIN_PAIRS,
    *((before, after) for after, befores in _NOTHING_BEFORE.items() for before in befores),
    *((kinds.ALIAS, after) for after in NO_ALIAS),
    *((kinds.DOT, after) for after in _AFTER_DOT | CLAUSES | SET_OPERATORS | JOIN_WORDS | _AFTER_EXPRESSION),
}
"""Neighbours that are never right, or, after a dot, only when nothing stands between."""
