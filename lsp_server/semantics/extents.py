"""What a person sees as one stretch of text: a node's positions are those of its names and literals alone."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from sqlglot.tokens import Token, TokenType

_TOKENS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|[()]""", re.S)
_SET_OPERATORS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|\b(union|except|intersect)\b(?:\s+(?:all|distinct|by\s+name)\b)*""",
    re.S | re.I,
)
_SOME_SET_OPERATOR = re.compile(r"\b(?:union|except|intersect)\b", re.I)
_QUERY = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:(?:select|with|from|values|pivot|unpivot|table)\b|\()", re.I | re.S
)


class Parentheses:
    """Matching parentheses of one text from `start` on, and the set operators between queries, found when first asked for.

    What stands before (a header whose bracket is never closed) is nothing around the query.
    """

    __slots__ = ("_closes", "_opens", "_operators", "_start", "_text")

    def __init__(self, text: str, start: int = 0) -> None:
        self._text = text
        self._start = start
        self._opens: list[int] | None = None
        self._closes: list[int] = []
        self._operators: list[tuple[int, int, int]] | None = None

    def _scan(self) -> list[int]:
        """The opening parentheses in order; `_closes[i]` is the end of the i-th."""
        pairs: dict[int, int] = {}
        stack: list[int] = []
        for token in _TOKENS.finditer(self._text, self._start):
            char = token.group()
            if char == "(":
                stack.append(token.start())
            elif char == ")" and stack:
                pairs[stack.pop()] = token.end()
        for unclosed in stack:
            pairs[unclosed] = len(self._text)
        self._opens = sorted(pairs)
        self._closes = [pairs[start] for start in self._opens]
        return self._opens

    def begin_like(self, other: Parentheses, end: int) -> bool:
        """Whether another text has the same ones, and the same set operators, before `end`."""
        mine, theirs = self._before(end), other._before(end)
        return mine == theirs

    def _before(self, end: int) -> tuple[list[int], list[int], list[tuple[int, int, int]]]:
        opens = self._opens if self._opens is not None else self._scan()
        count = bisect_left(opens, end)
        operators = [operator for operator in self._set_operators() if operator[0] < end]
        return opens[:count], self._closes[:count], operators

    def closed(self, start: int, end: int) -> tuple[int, int]:
        """The range, extended over the closing parentheses of what it opens."""
        opens = self._opens if self._opens is not None else self._scan()
        for i in range(bisect_left(opens, start), len(opens)):
            if opens[i] > end or (opens[i] == end and self._text[opens[i] : opens[i] + 2] != "()"):
                break
            end = max(end, self._closes[i])
        return (start, end)

    def around(self, raw: tuple[int, int]) -> tuple[int, int]:
        """The inside of the parentheses that hold a nested query at `raw`, the whole text for the outermost; of that the
        stretch between the set operators before and behind it, so that each branch of a UNION has its own.
        """
        opens = self._opens if self._opens is not None else self._scan()
        for i in range(bisect_right(opens, raw[0]) - 1, -1, -1):
            if self._closes[i] >= raw[1] and _QUERY.match(self._text, opens[i] + 1):
                end = self._closes[i] - (1 if self._text[self._closes[i] - 1 : self._closes[i]] == ")" else 0)
                return self._branch(raw, (opens[i] + 1, end), i)
        return self._branch(raw, (0, len(self._text)), -1) if self._text else raw

    def _branch(self, raw: tuple[int, int], around: tuple[int, int], opening: int) -> tuple[int, int]:
        start, end = around
        for first, last, inside in self._set_operators():
            if inside == opening and last <= raw[0]:
                start = max(start, last)
            elif inside == opening and first >= raw[1]:
                end = min(end, first)
        return (start, end)

    def _set_operators(self) -> list[tuple[int, int, int]]:
        """(start, end, the innermost parenthesis around it or -1) of each set operator."""
        if self._operators is None:
            self._operators = []
            for found in (
                _SET_OPERATORS.finditer(self._text, self._start)
                if _SOME_SET_OPERATOR.search(self._text, self._start)
                else ()
            ):
                if found.group(1) and self._joins_queries(found.end()):
                    self._operators.append((found.start(), found.end(), self._innermost(found.start())))
        return self._operators

    def _joins_queries(self, after: int) -> bool:
        """Whether a query follows; `* EXCEPT (a, b)` is none."""
        query = _QUERY.match(self._text, after)
        return query is not None and (query.group()[-1] != "(" or _QUERY.match(self._text, query.end()) is not None)

    def _innermost(self, at: int) -> int:
        opens = self._opens if self._opens is not None else self._scan()
        return next((i for i in range(bisect_right(opens, at) - 1, -1, -1) if self._closes[i] > at), -1)


_T = TokenType
_OPENING = {_T.L_PAREN, _T.L_BRACKET, _T.L_BRACE}
_CLOSING = {_T.R_PAREN, _T.R_BRACKET, _T.R_BRACE}
_CLAUSES = {
    _T.SELECT,
    _T.FROM,
    _T.WHERE,
    _T.GROUP_BY,
    _T.HAVING,
    _T.QUALIFY,
    _T.WINDOW,
    _T.ORDER_BY,
    _T.LIMIT,
    _T.OFFSET,
    _T.UNION,
    _T.EXCEPT,
    _T.INTERSECT,
    _T.SEMICOLON,
}
_BEFORE_ITEM = _CLAUSES | {_T.COMMA, _T.DISTINCT, _T.ALL}
_AFTER_ITEM = _CLAUSES | {_T.COMMA}


_QUERY_STARTS = {_T.SELECT, _T.WITH, _T.FROM, _T.VALUES, _T.PIVOT, _T.UNPIVOT}


class Stretches:
    """What a person sees as one projection or one condition: the tokens around it up to its separators.

    A tree knows the places of names and literals only: of `CASE WHEN a THEN b END` it knows `a` to `b`.
    """

    __slots__ = ("_bases", "_depths", "_starts", "_tokens")

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._starts: list[int] | None = None
        self._depths: list[int] = []
        self._bases: list[int] = []

    def item(self, start: int, end: int) -> tuple[int, int]:
        """The range between the commas of a list, or the keywords around it."""
        return self._widened(start, end, _BEFORE_ITEM, _AFTER_ITEM)

    def condition(self, start: int, end: int) -> tuple[int, int]:
        """The range between the keywords of two clauses."""
        return self._widened(start, end, _CLAUSES, _CLAUSES)

    def _scan(self) -> list[int]:
        """Where each token starts; `_depths[i]`: brackets open around token i (its own not counted); `_bases[i]`: those
        around the innermost query that holds it."""
        depth, base = 0, 0
        around: list[int] = []
        depths, bases = [], []
        following = [token.token_type for token in self._tokens[1:]]
        following.append(_T.SEMICOLON)
        for token, after in zip(self._tokens, following, strict=True):
            kind = token.token_type
            if kind in _CLOSING and around:
                depth -= 1
                base = around.pop()
            depths.append(depth)
            bases.append(base)
            if kind in _OPENING:
                around.append(base)
                depth += 1
                base = depth if after in _QUERY_STARTS else base
        self._depths, self._bases = depths, bases
        self._starts = [token.start for token in self._tokens]
        return self._starts

    def _widened(self, start: int, end: int, before: set[TokenType], after: set[TokenType]) -> tuple[int, int]:
        tokens = self._tokens
        if not tokens:
            return (start, end)
        starts = self._starts if self._starts is not None else self._scan()
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_right(starts, end - 1) - 1, first)
        depth = self._bases[first]
        first, last = self._left(first, depth, before), self._right(last, depth, after)
        return (min(start, tokens[first].start), max(end, tokens[last].end + 1))

    def _left(self, index: int, depth: int, stops: set[TokenType]) -> int:
        after_brackets = index
        while index > 0 and self._depths[index - 1] >= depth:
            kind = self._tokens[index - 1].token_type
            if self._depths[index - 1] == depth:
                if kind is _T.R_PAREN:
                    after_brackets = index
                elif kind is _T.ON:
                    return after_brackets if self._tokens[index - 2].token_type is _T.DISTINCT else index
                elif kind in stops and not self._is_distinct_from(index - 1):
                    return index
            index -= 1
        return index

    def _right(self, index: int, depth: int, stops: set[TokenType]) -> int:
        while index + 1 < len(self._tokens) and self._depths[index + 1] >= depth:
            kind = self._tokens[index + 1].token_type
            if self._depths[index + 1] == depth and kind in stops and not self._is_distinct_from(index + 1):
                return index
            index += 1
        return index

    def _is_distinct_from(self, index: int) -> bool:
        """`a IS [NOT] DISTINCT FROM b`: no clause begins there."""
        if self._tokens[index].token_type not in (_T.FROM, _T.DISTINCT):
            return False
        kinds = [token.token_type for token in self._tokens[max(index - 1, 0) : index + 2]]
        if self._tokens[index].token_type is _T.FROM:
            return kinds[0] is _T.DISTINCT
        return self._tokens[index].token_type is _T.DISTINCT and kinds[-1] is _T.FROM and kinds[0] in (_T.IS, _T.NOT)
