"""A keyword on its way: `SELECT o.a FROM o WHE` reads as a table that is called WHE, and then nothing is called `o` any more.

Such a word stands after a table's name at the end of a query, is the beginning of a keyword, is used nowhere as a name, and
the name that it would hide is (or the word is reserved).  So the query has no meaning with it, and may have one without.
"""

from __future__ import annotations

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.tokens import CLOSING, OPENING

_KEYWORDS = [
    "WHERE",
    "GROUP",
    "HAVING",
    "QUALIFY",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "WINDOW",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "JOIN",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "CROSS",
    "NATURAL",
    "ASOF",
    "ANTI",
    "SEMI",
    "ON",
    "USING",
    "TABLESAMPLE",
    "PIVOT",
    "UNPIVOT",
]


def stray_words(tokens: list[Token]) -> list[int]:
    """Indexes of the words that are keywords on their way, at the end of a query or of one in parentheses."""
    return [index for index in _ends(tokens) if _could_be(tokens, index) and _hides(tokens, index)]


def _ends(tokens: list[Token]) -> list[int]:
    """Indexes of the last word before each closing parenthesis, and of the last of all."""
    ends = [index - 1 for index, token in enumerate(tokens) if token.token_type is kinds.R_PAREN]
    return [*ends, len(tokens) - 1]


def _could_be(tokens: list[Token], index: int) -> bool:
    if index < 3 or tokens[index].token_type is not kinds.VAR:
        return False
    if tokens[index - 1].token_type not in (kinds.VAR, kinds.IDENTIFIER):
        return False
    if tokens[index - 2].token_type not in (kinds.FROM, kinds.JOIN, kinds.COMMA, kinds.DOT):
        return False
    word = tokens[index].text.upper()
    return any(keyword.startswith(word) for keyword in _KEYWORDS)


def _hides(tokens: list[Token], index: int) -> bool:
    """Whether this query uses the name before `index` to qualify columns, and not the word at `index`."""
    hidden, word = tokens[index - 1].text.lower(), tokens[index].text.lower()
    if word in ("group", "order"):
        return True  # reserved everywhere: never an alias
    used = _qualifiers(tokens, index)
    return hidden in used and word not in used


def _qualifiers(tokens: list[Token], index: int) -> set[str]:
    """The names before a dot in the SELECT that the token at `index` ends, with those of its subqueries."""
    names: set[str] = set()
    level = 0
    for at in range(index, 0, -1):
        kind = tokens[at].token_type
        level += (kind in CLOSING) - (kind in OPENING)
        if level < 0 or (not level and kind is kinds.SELECT):
            break
        if kind is kinds.DOT and tokens[at - 2].token_type is not kinds.DOT and not _is_table(tokens, at - 1):
            names.add(tokens[at - 1].text.lower())
    return names


def _is_table(tokens: list[Token], index: int) -> bool:
    """Whether the name at `index` is a relation's first part, not a column's."""
    return index > 0 and tokens[index - 1].token_type in (kinds.FROM, kinds.JOIN)
