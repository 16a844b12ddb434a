"""The arguments of an audit as SQL texts: what stands behind `:=`, as written."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from lsp_server.syntax.expansion import literal
from lsp_server.syntax.tokens import Token, TokenType, closing, scan, split_commas

Arguments = Mapping[str, str]


def read_arguments(call: str, dialect: str) -> dict[str, str]:
    """Name to text, of a call as written.

    >>> read_arguments("accepted_values(column := x, is_in := ('a', 3))", "duckdb")
    {'column': 'x', 'is_in': "('a', 3)"}
    """
    tokens = scan(call, dialect).tokens
    opening = next((i for i, token in enumerate(tokens) if token.token_type is TokenType.L_PAREN), -1)
    if opening == -1:
        return {}
    end = closing(tokens, opening)
    inner = tokens[opening + 1 : end if end != -1 else len(tokens)]
    return dict(pair for part in split_commas(inner) if (pair := _pair(call, part)))


def _pair(text: str, tokens: list[Token]) -> tuple[str, str] | None:
    if len(tokens) < 3 or tokens[1].text not in (":=", "="):
        return None
    return tokens[0].text.lower(), text[tokens[2].start : tokens[-1].end + 1]


def items(text: str, dialect: str) -> list[str]:
    """The parts of `(a, b)` or `[a, b]`, or the text itself when it is neither.

    >>> items("(a, COALESCE(b, 'x, y'))", "duckdb"), items("a", "duckdb")
    (['a', "COALESCE(b, 'x, y')"], ['a'])
    """
    tokens = scan(text, dialect).tokens
    if not tokens:
        return []
    listed = tokens[0].token_type in (TokenType.L_PAREN, TokenType.L_BRACKET) and closing(tokens, 0) == len(tokens) - 1
    if not listed:
        return [text]
    return [text[part[0].start : part[-1].end + 1] for part in split_commas(tokens[1:-1]) if part]


def plain_text(value: object, name: bool = False) -> str:
    """The SQL text of a plain value, as `model_defaults` give it; strings that are no literals (`name`) stay bare."""
    if isinstance(value, str) and name:
        return value
    if isinstance(value, list | tuple):
        return f"({', '.join(plain_text(item, name) for item in value)})"
    return literal(value)


def put_in(query: str, arguments: Arguments, dialect: str) -> str:
    """`@name` replaced by the argument of that name.

    >>> put_in("SELECT * FROM @this_model WHERE @column > @limit", {"column": "x", "limit": "3"}, "duckdb")
    'SELECT * FROM @this_model WHERE x > 3'
    """
    tokens = scan(query, dialect).tokens
    parts: list[str] = []
    at = 0
    for sign, name in pairwise(tokens):
        if sign.text == "@" and sign.end + 1 == name.start and name.text.lower() in arguments:
            parts += [query[at : sign.start], arguments[name.text.lower()]]
            at = name.end + 1
    return "".join([*parts, query[at:]])
