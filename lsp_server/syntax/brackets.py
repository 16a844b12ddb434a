"""Brackets and CASE ... END put in order in half-typed SQL: what is never closed is closed where a person would.

Works on tokens; the tokens that it adds have no width.
"""

from __future__ import annotations

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.commas import line_end
from lsp_server.syntax.parsing import keyword_token
from lsp_server.syntax.tokens import CLOSING, OPENING, token_span
from lsp_server.text.problems import Problem

_TEXTS = {
    kinds.L_PAREN: (kinds.R_PAREN, ")"),
    kinds.L_BRACKET: (kinds.R_BRACKET, "]"),
    kinds.L_BRACE: (kinds.R_BRACE, "}"),
    kinds.CASE: (kinds.END, "END"),
}
_QUERY_STARTS = {kinds.SELECT, kinds.WITH, kinds.FROM, kinds.VALUES}
_ENDS_EXPRESSION = {
    kinds.FROM,
    kinds.WHERE,
    kinds.GROUP_BY,
    kinds.HAVING,
    kinds.QUALIFY,
    kinds.UNION,
    kinds.SELECT,
    kinds.JOIN,
}
_ENDS_CASE = _ENDS_EXPRESSION | {
    kinds.COMMA,
    kinds.ALIAS,
    kinds.R_PAREN,
    kinds.R_BRACKET,
    kinds.ORDER_BY,
}
_FROM_INSIDE = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "FILTER", "PIVOT", "UNPIVOT", "COLUMNS"}
_TYPED = {"CAST", "TRY_CAST", "SAFE_CAST", "STRUCT"}
"""An AS among their arguments is no alias of a projection."""
_BEFORE_LIST = {"EXCLUDE", "REPLACE", "RENAME", "USING"}
_BEFORE_SELECT = {
    kinds.UNION,
    kinds.EXCEPT,
    kinds.INTERSECT,
    kinds.ALL,
    kinds.DISTINCT,
    kinds.L_PAREN,
}


class _Open:
    """A bracket that waits for its end."""

    def __init__(self, token: Token, query: bool, free: bool, called: bool) -> None:
        self.token = token
        self.query = query
        self.free = free
        self.called = called
        self.selects = 0


def balance(tokens: list[Token], problems: list[Problem]) -> list[Token]:
    """The tokens with every bracket closed; what was wrong is added to `problems`."""
    result: list[Token] = []
    stack: list[_Open] = []
    for index, token in enumerate(tokens):
        _close_forgotten(tokens, index, stack, result, problems)
        kind = token.token_type
        if kind in OPENING or kind is kinds.CASE:
            stack.append(_opened(tokens, index))
        elif kind in CLOSING or (kind is kinds.END and stack and stack[-1].token.token_type is kinds.CASE):
            if not _close(token, stack, result, problems):
                continue
        elif kind is kinds.SELECT and stack:
            stack[-1].selects += 1
        result.append(token)
    while stack:
        _add_end(stack.pop(), result, problems)
    return result


def _opened(tokens: list[Token], index: int) -> _Open:
    before = tokens[index - 1].text.upper() if index else ""
    after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
    called = index > 0 and _is_call(tokens[index - 1], tokens[index])
    query = after in _QUERY_STARTS and not (called and after is kinds.FROM)
    return _Open(tokens[index], query, before in _FROM_INSIDE, called)


def _is_call(before: Token, opening: Token) -> bool:
    """Whether a list follows, not a query: `f(`, `* EXCLUDE (`, `USING (`."""
    if before.text.upper() in _BEFORE_LIST:
        return True
    return before.token_type is kinds.VAR and before.end + 1 == opening.start


def _close_forgotten(
    tokens: list[Token], index: int, stack: list[_Open], result: list[Token], problems: list[Problem]
) -> None:
    """Close what cannot go on at this token: `(b FROM`, `CASE ... ,`, a second SELECT in a CTE's body."""
    while stack and _must_close(tokens, index, stack):
        top = stack.pop()
        opening = next(at for at in range(len(result) - 1, -1, -1) if result[at] is top.token)
        end = line_end(result, opening) if top.called and result[opening - 1].text.upper() not in _TYPED else None
        below = result[end:] if end is not None else []
        del result[len(result) - len(below) :]
        _add_end(top, result, problems)
        result += below


def _must_close(tokens: list[Token], index: int, stack: list[_Open]) -> bool:
    top, token = stack[-1], tokens[index]
    kind = token.token_type
    before = tokens[index - 1].token_type
    if top.token.token_type is kinds.CASE:
        return kind in _ENDS_CASE and not (kind is kinds.FROM and before is kinds.DISTINCT)
    if top.query:
        second = kind is kinds.SELECT and top.selects > 0 and before not in _BEFORE_SELECT
        return second and tokens[index - 1].text.upper() not in ("NAME", "AS")
    if kind is kinds.L_PAREN or index == 0:
        return False
    opened_here = before in OPENING
    inside = any(item.query for item in stack) or kind is not kinds.SELECT
    ends = kind in _ENDS_EXPRESSION and not top.free and inside and (top.called or not opened_here)
    if kind is kinds.FROM and before is kinds.DISTINCT:
        return False
    return ends and not (kind is kinds.JOIN or (kind is kinds.SELECT and before in _BEFORE_SELECT))


def _close(token: Token, stack: list[_Open], result: list[Token], problems: list[Problem]) -> bool:
    """Match a closing token; False when nothing waits for it (it is left out)."""
    kind = token.token_type
    for depth in range(1, len(stack) + 1):
        if _TEXTS[stack[-depth].token.token_type][0] is kind:
            for _ in range(depth - 1):
                _add_end(stack.pop(), result, problems)
            stack.pop()
            return True
    problems.append(Problem("syntax", f"`{token.text}` closes nothing.", token_span(token)))
    return False


def _add_end(opened: _Open, result: list[Token], problems: list[Problem]) -> None:
    kind, text = _TEXTS[opened.token.token_type]
    what = "CASE has no END" if kind is kinds.END else f"`{opened.token.text}` is never closed"
    problems.append(Problem("syntax", f"{what}.", token_span(opened.token)))
    if result and result[-1].token_type is kinds.COMMA:
        result.pop()
    last = result[-1] if result else opened.token
    result.append(keyword_token(kind, text, last, last.end + 1))
