"""Where the parts of a WITH clause stand, by tokens: for refactorings that move them.

Reads the WITH at the beginning of a statement; one inside a subquery is that subquery's affair.
"""

from __future__ import annotations

import msgspec
from sqlglot.tokens import Token, TokenType

from lsp_server.syntax.model_file import Statement
from lsp_server.syntax.tokens import closing
from lsp_server.text.spans import Span

T = TokenType


class CteText(msgspec.Struct, frozen=True):
    """One CTE.  `whole` is from its name to the closing parenthesis, `body` what stands between the parentheses."""

    name: str
    name_span: Span
    body: Span
    whole: Span
    plain: bool
    """Neither a column list nor MATERIALIZED stands between name and body."""


class WithClause(msgspec.Struct, frozen=True):
    """`keyword` is WITH (and RECURSIVE); `main` is where the query itself begins."""

    keyword: Span
    recursive: bool
    ctes: tuple[CteText, ...]
    main: int


def with_clause(statement: Statement) -> WithClause | None:
    """The WITH clause of a statement; None without one, and where it is not finished."""
    tokens = statement.tokens
    if not tokens or tokens[0].token_type is not T.WITH:
        return None
    at = 1
    recursive = len(tokens) > 1 and tokens[1].token_type is T.RECURSIVE
    at += recursive
    keyword = Span(tokens[0].start, tokens[at - 1].end + 1)
    ctes: list[CteText] = []
    while True:
        read = _cte(tokens, at)
        if read is None:
            return None
        cte, at = read
        ctes.append(cte)
        if at >= len(tokens):
            return None
        if tokens[at].token_type is not T.COMMA:
            return WithClause(keyword, recursive, tuple(ctes), tokens[at].start)
        at += 1


def _cte(tokens: list[Token], at: int) -> tuple[CteText, int] | None:
    """The CTE whose name is token `at`, and the index behind it."""
    name = at
    while at < len(tokens) and tokens[at].token_type is not T.ALIAS:
        at += 1
    plain = at == name + 1
    at += 1
    while at < len(tokens) and tokens[at].token_type is not T.L_PAREN:
        plain = False
        at += 1
    end = closing(tokens, at) if at < len(tokens) else -1
    if end < 0:
        return None
    body = Span(tokens[at].end + 1, tokens[end].start)
    named = Span(tokens[name].start, tokens[name].end + 1)
    return CteText(tokens[name].text, named, body, Span(named.start, tokens[end].end + 1), plain), end + 1
