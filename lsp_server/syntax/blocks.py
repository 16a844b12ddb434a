"""The nested structure of a file as its tokens show it: what folds, and what a selection grows through.

Works on half-typed text, since it needs no tree: brackets that never close end with their statement.
Knows no names and no meaning.

    statement > clause (SELECT ..., FROM ..., WHERE ...) > item (between commas) > term (between AND and OR)
              > call or brackets or CASE ... END > word
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import msgspec
from sqlglot.tokens import Token, TokenType

from lsp_server.syntax.model_file import ModelFile
from lsp_server.syntax.tokens import CLOSING, OPENING, token_span
from lsp_server.text.spans import Span

T = TokenType

_CLAUSE_STARTS = {
    T.WITH,
    T.SELECT,
    T.FROM,
    T.WHERE,
    T.GROUP_BY,
    T.HAVING,
    T.QUALIFY,
    T.WINDOW,
    T.ORDER_BY,
    T.LIMIT,
    T.OFFSET,
    T.UNION,
    T.EXCEPT,
    T.INTERSECT,
    T.JOIN,
}
_JOIN_WORDS = {T.LEFT, T.RIGHT, T.FULL, T.INNER, T.CROSS, T.OUTER, T.NATURAL, T.ASOF, T.SEMI, T.ANTI, T.POSITIONAL}
_CONNECTIVES = {T.AND, T.OR}
_ENDS = {*CLOSING, T.END}
_BRACKETS = {*OPENING, *CLOSING}


class Block(msgspec.Struct, frozen=True):
    """A stretch of text that belongs together.

    `kind`: "header", "statement", "clause", "item", "term", "call", "brackets", "inside" (what stands between brackets),
    "case", "word".
    """

    kind: str
    span: Span


def blocks(file: ModelFile) -> Iterator[Block]:
    """Every block of the file, outer ones before those inside them."""
    if file.header is not None:
        yield Block("header", file.header.span)
    for statement in file.statements:
        yield Block("statement", statement.span)
        yield from _of_tokens(statement.tokens)


def _of_tokens(tokens: list[Token]) -> Iterator[Block]:
    """Blocks of a statement.  A stack instead of recursion: brackets nest as deep as the text likes."""
    waiting = [(0, len(tokens))]
    partners = _partners(tokens)
    while waiting:
        start, end = waiting.pop()
        if start >= end:
            continue
        for kind, first, last in _splits(tokens, start, end, partners):
            yield Block(kind, Span(tokens[first].start, tokens[last - 1].end + 1))
        index = start
        while index < end:
            partner = min(partners.get(index, index), end - 1)
            if partner > index:
                yield from _bracketed(tokens, start, index, partner)
                waiting.append((index + 1, partner if tokens[partner].token_type in _ENDS else partner + 1))
            else:
                yield Block("word", token_span(tokens[index]))
            index = partner + 1


def _bracketed(tokens: list[Token], start: int, opening: int, closing: int) -> Iterator[Block]:
    """`name(...)`, `(...)`, `CASE ... END`, and what stands between."""
    whole = Span(tokens[opening].start, tokens[closing].end + 1)
    if tokens[opening].token_type is T.CASE:
        yield Block("case", whole)
        return
    before = tokens[opening - 1] if opening > start else None
    if before is not None and before.end + 1 == tokens[opening].start and before.token_type not in _BRACKETS:
        yield Block("call", Span(before.start, whole.end))
    yield Block("brackets", whole)
    if closing - opening > 1:
        yield Block("inside", Span(tokens[opening + 1].start, tokens[closing - 1].end + 1))


def _partners(tokens: list[Token]) -> dict[int, int]:
    """Index of what closes each bracket and CASE; the last token for those that nothing closes."""
    partners: dict[int, int] = {}
    open_: list[int] = []
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind in OPENING or kind is T.CASE:
            open_.append(index)
        elif (kind in CLOSING or kind is T.END) and open_:
            partners[open_.pop()] = index
    partners.update(dict.fromkeys(open_, len(tokens) - 1))
    return partners


def _splits(tokens: list[Token], start: int, end: int, partners: dict[int, int]) -> Iterator[tuple[str, int, int]]:
    """(kind, first, end) of the clauses between `start` and `end`, their items, and those items' terms."""
    top = list(_top_level(start, end, partners))
    clauses = [i for n, i in enumerate(top) if _starts_clause(tokens, top, n)]
    edges = [start, *(i for i in clauses if i != start), end]
    for first, last in itertools.pairwise(edges):
        if clauses:
            yield "clause", first, last
        body = _after_keyword(tokens, first) if first in clauses else first
        inner = [i for i in top if body <= i < last]
        for item_first, item_last in _between(tokens, inner, body, last, {T.COMMA}):
            yield "item", item_first, item_last
            terms = list(
                _between(tokens, [i for i in inner if item_first <= i < item_last], item_first, item_last, _CONNECTIVES)
            )
            if len(terms) > 1:
                for term_first, term_last in terms:
                    yield "term", term_first, term_last


def _top_level(start: int, end: int, partners: dict[int, int]) -> Iterator[int]:
    """Indices of the tokens outside any bracket that opens in the range."""
    index = start
    while index < end:
        yield index
        index = max(partners.get(index, index), index) + 1


def _starts_clause(tokens: list[Token], top: list[int], n: int) -> bool:
    """Whether a clause begins here: LEFT JOIN begins at LEFT."""
    kind = tokens[top[n]].token_type
    before = tokens[top[n - 1]].token_type if n else None
    if kind in _JOIN_WORDS:
        following = (tokens[i].token_type for i in top[n + 1 : n + 4])
        return before not in _JOIN_WORDS and any(k is T.JOIN for k in following)
    return kind in _CLAUSE_STARTS and not (kind is T.JOIN and before in _JOIN_WORDS)


def _after_keyword(tokens: list[Token], first: int) -> int:
    """The first token of a clause's body: behind SELECT DISTINCT, LEFT JOIN, WITH RECURSIVE, UNION ALL."""
    index = first + 1
    while index < len(tokens) and tokens[index].token_type in _JOIN_WORDS | {T.JOIN, T.DISTINCT, T.ALL, T.RECURSIVE}:
        index += 1
    return index


def _between(
    tokens: list[Token], inner: list[int], start: int, end: int, separators: set[TokenType]
) -> Iterator[tuple[int, int]]:
    """The non-empty ranges between `separators`."""
    edges = [start - 1, *(i for i in inner if tokens[i].token_type in separators), end]
    for before, after in itertools.pairwise(edges):
        if before + 1 < after:
            yield before + 1, after
