"""What an engine reads and sqlglot does not, or reads otherwise, said in tokens that sqlglot reads as the engine does.

For every query: `DATE '2024-01-31'::TEXT` casts the date (`cast_literals`).
As a second chance, for one that did not parse: `x!` becomes `factorial(x)`, `mood 'happy'` becomes `'happy'::mood`,
`x IN [1, 2]::INT[]` gets parentheses around its list, and so on (`read_otherwise`).  What was typed keeps its place.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot.parser import Parser
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.parsing import keyword_token
from lsp_server.syntax.tokens import CLOSING, OPENING, closing, split_commas

ALIASED = "__hw_as"
"""Stands for `value AS name` where sqlglot expects a value alone: `__hw_as(value, name)`."""


def read_otherwise(tokens: list[Token], dialect: str) -> list[Token] | None:
    """The tokens with such words replaced; None where there are none."""
    result = tokens
    for rewrite in _READINGS.get(dialect, ()):
        result = rewrite(result)
    return None if result is tokens else result


def cast_literals(tokens: list[Token]) -> list[Token]:
    """`DATE '2024-01-31'::TEXT` with parentheses around the literal: sqlglot casts the string first, every engine the date."""
    places = [i for i, token in enumerate(tokens) if token.token_type is kinds.DCOLON]
    found = {start: i - 1 for i in places if (start := _literal_start(tokens, i - 1)) >= 0}
    return _parenthesised(tokens, found) if found else tokens


def _literal_start(tokens: list[Token], index: int) -> int:
    """Where the typed literal begins whose string stands at `index`; -1 where there is none."""
    if index < 1 or tokens[index].token_type is not kinds.STRING:
        return -1
    start = index - 1
    if tokens[start].text.upper() == "ZONE" and start >= 3:  # TIMESTAMP WITH TIME ZONE
        start -= 3
    elif tokens[start].token_type is kinds.R_PAREN:  # DECIMAL(4, 2)
        while start > 0 and tokens[start].token_type is not kinds.L_PAREN:
            start -= 1
        start -= 1
    return start if start >= 0 and tokens[start].token_type in _LITERAL_TYPES else -1


_LITERAL_TYPES = Parser.TYPE_TOKENS - {kinds.INTERVAL, kinds.NULL}


def _parenthesised(tokens: list[Token], ranges: dict[int, int]) -> list[Token]:
    """Parentheses around some stretches of the tokens, by the index of the first: the index of the last."""
    result: list[Token] = []
    ends = set(ranges.values())
    for index, token in enumerate(tokens):
        if index in ranges:
            result.append(keyword_token(kinds.L_PAREN, "(", token, token.start))
        result.append(token)
        if index in ends:
            result.append(keyword_token(kinds.R_PAREN, ")", token, token.end + 1))
    return result


def _rewritten(tokens: list[Token], replace: Callable[[list[Token], int, list[Token]], bool]) -> list[Token]:
    """`replace(tokens, index, result)` puts something else at the end of `result` and says so; otherwise the token stays."""
    result: list[Token] = []
    changed = False
    for index, token in enumerate(tokens):
        if replace(tokens, index, result):
            changed = True
        else:
            result.append(token)
    return result if changed else tokens


def _factorials(tokens: list[Token]) -> list[Token]:
    return _rewritten(tokens, _factorial)


def _factorial(tokens: list[Token], index: int, result: list[Token]) -> bool:
    token = tokens[index]
    if (
        token.token_type is not kinds.NOT
        or token.text != "!"
        or not result
        or result[-1].token_type not in _OPERAND_ENDS
    ):
        return False
    after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
    if after in OPENING or after in _OPERANDS:
        return False
    start = _operand(result)
    first, last = result[start], result[-1]
    result.insert(start, keyword_token(kinds.L_PAREN, "(", first, first.start))
    result.insert(start, keyword_token(kinds.VAR, "factorial", first, first.start))
    result.append(keyword_token(kinds.R_PAREN, ")", last, last.end + 1))
    return True


def _operand(tokens: list[Token]) -> int:
    """Index at which the operand begins that ends the tokens: `4`, `a.b`, `f(x)`, `(x + 1)`."""
    index, depth = len(tokens) - 1, 0
    while index >= 0:
        kind = tokens[index].token_type
        depth += (kind in CLOSING) - (kind in OPENING)
        before = tokens[index - 1].token_type if index else None
        called = kind is kinds.L_PAREN and before is kinds.VAR
        if depth == 0 and not called and before is not kinds.DOT and kind is not kinds.DOT:
            break
        index -= 1
    return max(index, 0)


def _typed_literals(tokens: list[Token]) -> list[Token]:
    return _rewritten(tokens, _typed_literal)


def _typed_literal(tokens: list[Token], index: int, result: list[Token]) -> bool:
    token = tokens[index]
    if token.token_type is not kinds.STRING or not result or result[-1].token_type not in (kinds.VAR, kinds.IDENTIFIER):
        return False
    if len(result) > 1 and result[-2].token_type in (*_OPERAND_ENDS, kinds.ALIAS, kinds.DOT):
        return False
    type_ = result.pop()
    result += [token, keyword_token(kinds.DCOLON, "::", token, token.end + 1), type_]
    return True


def _lists(tokens: list[Token]) -> list[Token]:
    """`x IN [1, 2]::INT[]`, `x IN name || 'x'`: the operand of IN in parentheses where it is more than a name or a list."""
    found = {}
    for index, token in enumerate(tokens[:-1]):
        if token.token_type is kinds.IN and tokens[index + 1].token_type is not kinds.L_PAREN:
            end = _operand_end(tokens, index + 1)
            if end is not None:
                found[index + 1] = end
    return _parenthesised(tokens, found) if found else tokens


def _operand_end(tokens: list[Token], index: int) -> int | None:
    """Index of the last token of an operand that has subscripts, casts or `||` behind it; None where it has none."""
    end = _primary_end(tokens, index)
    simple = end
    while end is not None and end + 2 < len(tokens):
        after = tokens[end + 1].token_type
        if after is kinds.L_BRACKET:
            end = _closed(tokens, end + 1)
        elif after is kinds.DCOLON or after is kinds.DPIPE:
            end = _primary_end(tokens, end + 2)
        else:
            break
    return None if end == simple else end


def _primary_end(tokens: list[Token], index: int) -> int | None:
    """Index of the last token of a list, a literal, or a name with dots and arguments."""
    if index >= len(tokens):
        return None
    if tokens[index].token_type in OPENING:
        return _closed(tokens, index)
    while index + 2 < len(tokens) and tokens[index + 1].token_type is kinds.DOT:
        index += 2
    if index + 1 < len(tokens) and tokens[index + 1].token_type is kinds.L_PAREN:
        return _closed(tokens, index + 1)
    return index


def _closed(tokens: list[Token], index: int) -> int | None:
    end = closing(tokens, index)
    return None if end == -1 else end


def _pivot_values(tokens: list[Token]) -> list[Token]:
    """`PIVOT t ON k IN (1 AS one, 2)`: values with a name."""
    result = tokens
    for index in range(len(tokens) - 2, 0, -1):  # from the end, so that what is replaced moves nothing that comes
        if tokens[index].token_type is kinds.IN and tokens[index + 1].token_type is kinds.L_PAREN:
            end = closing(tokens, index + 1)
            if end != -1 and _in_pivot(tokens, index):
                result = [*result[: index + 2], *_named(tokens[index + 2 : end]), *result[end:]]
    return result


def _in_pivot(tokens: list[Token], index: int) -> bool:
    """Whether this IN is one of a PIVOT statement's `ON column IN (...)` (the clause says `FOR column IN`)."""
    while index > 0 and tokens[index].token_type not in (kinds.ON, kinds.L_PAREN, kinds.COMMA):
        if tokens[index].text.upper() == "FOR":
            return False
        index -= 1
    return any(token.token_type is kinds.PIVOT for token in tokens[:index])


def _named(tokens: list[Token]) -> list[Token]:
    """The items of a list, `value AS name` as a call."""
    result: list[Token] = []
    for part in split_commas(tokens):
        if len(part) > 2 and part[-2].token_type is kinds.ALIAS:
            first, word = part[0], part[-2]
            result += [
                keyword_token(kinds.VAR, ALIASED, first, first.start),
                keyword_token(kinds.L_PAREN, "(", first, first.start),
            ]
            result += [*part[:-2], keyword_token(kinds.COMMA, ",", word, word.start), part[-1]]
            result.append(keyword_token(kinds.R_PAREN, ")", part[-1], part[-1].end + 1))
        else:
            result += part
        if part and part[-1] is not tokens[-1]:
            result.append(keyword_token(kinds.COMMA, ",", part[-1], part[-1].end + 1))
    return result


def _values_first(tokens: list[Token]) -> list[Token]:
    """`FROM (VALUES (1)) AS v(a) JOIN t ON ... SELECT ...`: sqlglot reads a join behind VALUES only where SELECT comes first."""
    found = {}
    for index in range(len(tokens) - 2):
        first = index == 0 or tokens[index - 1].token_type is kinds.L_PAREN
        values = tokens[index + 2].token_type is kinds.VALUES and tokens[index + 1].token_type is kinds.L_PAREN
        if tokens[index].token_type is kinds.FROM and first and values:
            end = closing(tokens, index + 1)
            if end != -1:
                found[index + 1] = _alias_end(tokens, end)
    return _parenthesised(tokens, found) if found else tokens


def _alias_end(tokens: list[Token], index: int) -> int:
    """Index of the last token of `AS name(a, b)` behind `index`, or `index`."""
    named = index + 1 + (index + 1 < len(tokens) and tokens[index + 1].token_type is kinds.ALIAS)
    if named >= len(tokens) or tokens[named].token_type not in (kinds.VAR, kinds.IDENTIFIER):
        return index
    if named + 1 < len(tokens) and tokens[named + 1].token_type is kinds.L_PAREN:
        return max(closing(tokens, named + 1), named)
    return named


def _samples(tokens: list[Token]) -> list[Token]:
    """Spark's `(SELECT ...) TABLESAMPLE (50 PERCENT) AS t`: the name before the sample, where sqlglot looks for it."""
    result = tokens
    for index, token in enumerate(tokens[:-1]):
        if token.token_type is kinds.TABLE_SAMPLE and index and tokens[index - 1].token_type is kinds.R_PAREN:
            end = closing(tokens, index + 1)
            last = _alias_end(tokens, end)
            if end != -1 and last > end:
                result = [*result[:index], *result[end + 1 : last + 1], *result[index : end + 1], *result[last + 1 :]]
    return result


_READINGS: dict[str, tuple[Callable[[list[Token]], list[Token]], ...]] = {
    "duckdb": (_factorials, _typed_literals, _lists, _pivot_values, _values_first),
    "spark": (_samples,),
    "databricks": (_samples,),
}

_OPERANDS = {kinds.NUMBER, kinds.STRING, kinds.VAR, kinds.IDENTIFIER}
_OPERAND_ENDS = {*_OPERANDS, *CLOSING}
