"""The nested structure of a file as its tokens show it: what folds, and what a selection grows through.

Works on half-typed text, since it needs no tree: brackets that never close end with their statement.
Knows no names and no meaning.

    statement > query (of several: behind WITH, around UNION) > clause (SELECT ..., FROM ..., WHERE ...) > item (between commas)
              > value (an item without its alias) > term (between OR, AND, comparisons, + and -, * and /)
              > call or brackets or CASE ... END > name (a.b) > word
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import msgspec
from sqlglot.tokens import Token, TokenType

from lsp_server.syntax.limits import MAX_TOKENS
from lsp_server.syntax.model_file import ModelFile
from lsp_server.syntax.tokens import CLOSING, OPENING, scan, token_span
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
_SET_OPERATIONS = {T.UNION, T.EXCEPT, T.INTERSECT}
_COMPARISONS = {T.EQ, T.NEQ, T.LT, T.LTE, T.GT, T.GTE, T.IS, T.IN, T.LIKE, T.ILIKE, T.NOT}
_OPERATORS = ({T.OR}, {T.AND}, _COMPARISONS, {T.PLUS, T.DASH, T.DPIPE}, {T.STAR, T.SLASH, T.MOD, T.DIV}, {T.DCOLON})
"""What parts an expression, the loosest first."""
_ENDS = {*CLOSING, T.END}
_BRACKETS = {*OPENING, *CLOSING}


class Block(msgspec.Struct, frozen=True):
    """A stretch of text that belongs together.

    `kind`: "header", "statement", "query", "clause", "item", "value", "term", "call", "brackets", "inside" (what stands
    between brackets), "case", "branch" (what stands between the words of a CASE), "name", "word".
    """

    kind: str
    span: Span


def blocks(file: ModelFile) -> Iterator[Block]:
    """Every block of the file, outer ones before those inside them; beyond what is analysed of a file a statement is one block."""
    left = MAX_TOKENS
    if file.header is not None:
        yield Block("header", file.header.span)
        tokens = scan(file.text[: file.header.span.end], file.dialect).tokens
        inside = [token for token in tokens if token.start >= file.header.span.start]
        if len(inside) <= MAX_TOKENS:
            yield from _of_tokens(inside)
    for statement in file.statements:
        yield Block("statement", statement.span)
        left -= len(statement.tokens)
        if left >= 0:
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
            if (chain := _name_end(tokens, index, end)) > index + 1:
                yield Block("name", Span(tokens[index].start, tokens[chain - 1].end + 1))
            index = partner + 1


def _name_end(tokens: list[Token], index: int, end: int) -> int:
    """Behind the last part of a dotted name that begins here; a part that goes on with one begins none."""
    if index and tokens[index - 1].token_type is T.DOT:
        return index
    after = index + 1
    while after + 1 < end and tokens[after].token_type is T.DOT and tokens[after].start == tokens[after - 1].end + 1:
        after += 2
    return after


def _bracketed(tokens: list[Token], start: int, opening: int, closing: int) -> Iterator[Block]:
    """`name(...)`, `(...)`, `CASE ... END`, and what stands between."""
    whole = Span(tokens[opening].start, tokens[closing].end + 1)
    if tokens[opening].token_type is T.CASE:
        yield Block("case", whole)
        yield Block("word", token_span(tokens[opening]))
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
    yield from _queries(tokens, clauses, end)
    for first, last in itertools.pairwise(edges):
        begins = bool(clauses) and first >= clauses[0]
        if clauses:
            yield "clause", first, last
        body = _after_keyword(tokens, first) if begins else first
        inner = _within(top, body, last)
        for item_first, item_last in _between(tokens, inner, body, last, {T.COMMA}):
            yield "item", item_first, item_last
            part = _within(inner, item_first, item_last)
            alias = next((i for i in part if tokens[i].token_type is T.ALIAS), item_last)
            if item_first < alias < item_last:
                yield "value", item_first, alias
            for first, last in _branch_parts(tokens, part, item_first, alias):
                yield "branch", first, last
                yield from _terms(tokens, _within(part, first, last), first, last)


def _queries(tokens: list[Token], clauses: list[int], end: int) -> Iterator[tuple[str, int, int]]:
    """What stands behind the CTEs and around UNION, where that is not all there is."""
    parted = [i for i in clauses if tokens[i].token_type in _SET_OPERATIONS]
    starts = [i for i in clauses if tokens[i].token_type in (T.SELECT, T.FROM)]
    starts.append(end)
    after = [starts[bisect_right(starts, edge, hi=len(starts) - 1)] for edge in (-1, *parted)]
    if parted or (clauses and tokens[clauses[0]].token_type is T.WITH):
        for first, last in zip(after, (*parted, end), strict=True):
            if first < last:
                yield "query", first, last


def _branch_parts(tokens: list[Token], inner: list[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between WHEN, THEN and ELSE of a CASE; elsewhere all of it."""
    yield from _around([i for i in inner if tokens[i].token_type in (T.WHEN, T.THEN, T.ELSE)], start, end)


def _terms(
    tokens: list[Token], inner: list[int], start: int, end: int, level: int = 0
) -> Iterator[tuple[str, int, int]]:
    """The operands of an expression's operators, of the loosest ones first."""
    for at in range(level, len(_OPERATORS)):
        separators = _separators(tokens, inner, _OPERATORS[at])
        parts = list(_around(separators, start, end))
        if len(parts) > 1:
            for first, last in parts:
                yield "term", first, last
                yield from _terms(tokens, _within(inner, first, last), first, last, at + 1)
            return


def _separators(tokens: list[Token], inner: list[int], operators: set[TokenType]) -> list[int]:
    """Where the operators stand; the AND of a BETWEEN is none."""
    found = []
    between = False
    for index in inner:
        kind = tokens[index].token_type
        if kind is T.BETWEEN:
            between = True
        elif kind is T.AND and between:
            between = False
        elif kind in operators:
            found.append(index)
    return found


def _within(indices: list[int], start: int, end: int) -> list[int]:
    return indices[bisect_left(indices, start) : bisect_left(indices, end)]


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
    if (before, kind) in ((T.STAR, T.EXCEPT), (T.DISTINCT, T.FROM)):
        return False
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
    yield from _around([i for i in inner if tokens[i].token_type in separators], start, end)


def _around(separators: list[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    for before, after in itertools.pairwise((start - 1, *separators, end)):
        if before + 1 < after:
            yield before + 1, after
