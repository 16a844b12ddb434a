"""Blueprints: one file that makes several models, each with values of its own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.header import Header
from lsp_server.syntax.ropes import Sql, as_identifier
from lsp_server.syntax.tokens import closing


def with_names(header: Header, values: Mapping[str, object], dialect: str) -> dict[str, object]:
    """The values of a blueprint, those that were written as names (`name := sushi.orders`) marked as SQL, not strings."""
    written = header.get("blueprints")
    names = _names(written.tokens, dialect) if written is not None else {}
    return {
        key: Sql(names[(key.lower(), value)]) if isinstance(value, str) and (key.lower(), value) in names else value
        for key, value in values.items()
    }


def _names(tokens: list[Token], dialect: str) -> dict[tuple[str, str], str]:
    """(key, value) of every `key := value` whose value is no string, and how the value is written: quoted where it has to be."""
    found = {}
    for index, token in enumerate(tokens[:-1]):
        if token.text != ":=" or index == 0 or tokens[index + 1].token_type is kinds.STRING:
            continue
        end = index + 1
        while end < len(tokens) and tokens[end].token_type not in (kinds.COMMA, kinds.R_PAREN):
            end = (
                closing(tokens, end) + 1
                if tokens[end].token_type is kinds.L_PAREN and closing(tokens, end) != -1
                else end + 1
            )
        value = "".join(part.text for part in tokens[index + 1 : end])
        single = end == index + 2 and tokens[index + 1].token_type is kinds.IDENTIFIER
        found[(tokens[index - 1].text.lower(), value)] = as_identifier(value, dialect) if single else value
    return found
