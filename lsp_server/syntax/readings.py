"""What DuckDB reads and sqlglot does not, said in tokens that sqlglot reads: a second chance for a query that did not parse.

`x!` becomes `factorial(x)`, and `mood 'happy'` becomes `'happy'::mood`.  What was typed keeps its place.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.parsing import keyword_token
from lsp_server.syntax.tokens import CLOSING, OPENING


def read_otherwise(tokens: list[Token], dialect: str) -> list[Token] | None:
    """The tokens with such words replaced; None where there are none."""
    if dialect != "duckdb":
        return None
    result = tokens
    for rewrite in (_factorials, _typed_literals):
        result = rewrite(result)
    return None if result is tokens else result


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


_OPERANDS = {kinds.NUMBER, kinds.STRING, kinds.VAR, kinds.IDENTIFIER}
_OPERAND_ENDS = {*_OPERANDS, *CLOSING}
