"""What sqlglot's parser must never be given: it crashes the process on deep nesting, and takes minutes over long chains.

Checked on the tokens, before any parsing.  A refusal is a problem in words, never a guess at what the text may mean.
"""

from __future__ import annotations

from collections import Counter

from sqlglot.tokens import Token, TokenType

from lsp_server.syntax import kinds
from lsp_server.syntax.tokens import CLOSING, OPENING, kinds_of, token_span
from lsp_server.text.problems import Problem

CODE = "too-large"
"""The code of a query that is not parsed; a whole file that is not read has a code of its own."""
MAX_TOKENS = 60_000
MAX_DEPTH = 150
MAX_RUN = 100
"""The same symbol over and over (`- - - -`, `NOT NOT`), and subscripts one after the other."""
MAX_CHAIN = 2_000
"""Operators in one expression, branches of one UNION."""

_CHAINED = {
    kinds.AND,
    kinds.OR,
    kinds.PLUS,
    kinds.DASH,
    kinds.STAR,
    kinds.SLASH,
    kinds.DPIPE,
    kinds.DCOLON,
    kinds.DOT,
    kinds.UNION,
    kinds.EXCEPT,
    kinds.INTERSECT,
    kinds.ARROW,
    kinds.DARROW,
    kinds.COLON,
    kinds.BETWEEN,
    kinds.EQ,
    kinds.PIPE,
    kinds.AMP,
    kinds.WHEN,
    kinds.JOIN,
}
_NESTING = (*OPENING, kinds.CASE)
_REPEATABLE = (
    kinds.NOT,
    kinds.DASH,
    kinds.PLUS,
    kinds.TILDE,
    kinds.L_BRACKET,
    kinds.INTERVAL,
    kinds.PARAMETER,
    kinds.DISTINCT,
)
_FREE = {kinds.COMMA, kinds.L_PAREN, kinds.R_PAREN, kinds.SEMICOLON}


def too_large(tokens: list[Token]) -> Problem | None:
    """Why these tokens are not parsed, or None when they are harmless."""
    if len(tokens) <= MAX_RUN:
        return None
    if len(tokens) > MAX_TOKENS:
        return _refuse(tokens[0], f"it has {len(tokens):,} words and symbols, the limit is {MAX_TOKENS:,}")
    counts = Counter(kinds_of(tokens))
    short = len(tokens) <= MAX_CHAIN and sum(counts[kind] for kind in _NESTING) <= MAX_DEPTH
    if short and all(counts[kind] <= MAX_RUN for kind in _REPEATABLE):
        return None
    return _walk(tokens)


def _walk(tokens: list[Token]) -> Problem | None:
    """The exact check, for what a count of the tokens could not clear."""
    depth = run = 0
    chains = [0]
    before: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        if kind in OPENING or kind is kinds.CASE:
            depth += 1
            chains.append(0)
            if depth > MAX_DEPTH:
                return _refuse(token, f"it is nested more than {MAX_DEPTH} levels deep here")
        elif kind in CLOSING or kind is kinds.END:
            depth = max(0, depth - 1)
            if len(chains) > 1:
                chains.pop()
        elif kind is kinds.COMMA:
            chains[-1] = 0
        elif kind in _CHAINED:
            chains[-1] += 1
            if chains[-1] > MAX_CHAIN:
                return _refuse(token, f"more than {MAX_CHAIN:,} operators follow one another")
        repeated = (kind is before and kind not in _FREE) or (kind is kinds.L_BRACKET and before is kinds.R_BRACKET)
        if repeated:
            run += 1
            if run > MAX_RUN:
                return _refuse(token, f"`{token.text}` is repeated more than {MAX_RUN} times")
        elif kind is not kinds.R_BRACKET and before is not kinds.L_BRACKET:
            run = 0
        before = kind
    return None


def _refuse(token: Token, why: str) -> Problem:
    return Problem(CODE, f"This query is too large to analyse: {why}.", token_span(token))
