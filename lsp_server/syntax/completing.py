"""What is missing in half-typed SQL and can be told by the words beside it: names after dots and AS, types of CASTs.

Each function gives the tokens with placeholders where something is missing, and adds what it found to `problems`.
"""

from __future__ import annotations

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.gaps import NO_ALIAS, dangles
from lsp_server.syntax.parsing import SYNTAX, keyword_token, missing_token
from lsp_server.syntax.strays import stray_words
from lsp_server.syntax.tokens import CLOSING, OPENING, token_span
from lsp_server.text.problems import Problem

_CASTS = {"CAST", "TRY_CAST", "SAFE_CAST"}


def without_strays(tokens: list[Token], problems: list[Problem]) -> list[Token]:
    """The tokens without keywords that are not typed to their end."""
    strays = stray_words(tokens)
    for index in strays:
        word = tokens[index]
        problems.append(Problem(SYNTAX, f"`{word.text}` is the beginning of a keyword.", token_span(word)))
    return [token for index, token in enumerate(tokens) if index not in strays]


def complete_names(tokens: list[Token], problems: list[Problem]) -> list[Token]:
    """A placeholder after every dot that no name follows; an AS without a name, and a dot before a table's, left out."""
    result: list[Token] = []
    for index, token in enumerate(tokens):
        after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
        if token.token_type is kinds.ALIAS and (after is None or after in NO_ALIAS):
            problems.append(Problem(SYNTAX, "A name is missing after AS.", token_span(token)))
            continue
        if token.token_type is kinds.DOT and index > 0 and tokens[index - 1].token_type in (kinds.FROM, kinds.JOIN):
            problems.append(Problem(SYNTAX, "A name is missing before this dot.", token_span(token)))
            continue
        result.append(token)
        if token.token_type is kinds.DOT and dangles(tokens, index):
            problems.append(Problem(SYNTAX, "A name is missing after this dot.", token_span(token)))
            result.append(missing_token(token, token.end + 1))
    return result


def complete_casts(tokens: list[Token], problems: list[Problem]) -> list[Token]:
    """A placeholder for every type that a CAST lacks: `CAST(a`, `CAST(a AS )`."""
    result: list[Token] = []
    opened: list[bool] = []  # for each open bracket, whether it is a CAST's that has no type yet
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind in OPENING:
            opened.append(index > 0 and tokens[index - 1].text.upper() in _CASTS)
        elif kind in CLOSING and opened and opened.pop():
            before = result[-1]
            if before.token_type in OPENING:
                result.append(missing_token(before, before.end + 1))
            if before.token_type is not kinds.ALIAS:
                result.append(keyword_token(kinds.ALIAS, "AS", before, before.end + 1))
            problems.append(Problem(SYNTAX, "A type is missing in this CAST.", token_span(before)))
            result.append(missing_token(before, before.end + 1))
        elif kind is kinds.ALIAS and opened:
            opened[-1] = opened[-1] and tokens[index + 1].token_type in CLOSING
        result.append(token)
    return result
