"""One statement's tokens to a tree: read at once where that is possible, taken apart where the text is damaged, and in both cases without
the CTEs that are as they were (`earlier.py`).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from sqlglot import exp
from sqlglot.tokens import Token

from lsp_server.syntax.earlier import Ctes, ctes_of
from lsp_server.syntax.gaps import QUERY_STARTS, suspicious
from lsp_server.syntax.limits import CODE as TOO_LARGE
from lsp_server.syntax.limits import too_large
from lsp_server.syntax.parsing import Attempt, attempt
from lsp_server.syntax.readings import cast_literals, read_otherwise
from lsp_server.syntax.recovery import is_sound_cte, parse_damaged
from lsp_server.syntax.strays import stray_words
from lsp_server.text.problems import Problem


class Parsed(NamedTuple):
    """The tree of a statement, its errors, with spans in the text, and the CTEs that the next text's tree can have."""

    tree: exp.Expression | None
    problems: list[Problem]
    ctes: Ctes | None = None


def parse_statement(text: str, tokens: list[Token], dialect: str, earlier: Ctes | None = None) -> Parsed:
    """Parse the tokens of a statement of `text`; `earlier` are the CTEs of the tree of the text before it."""
    if "::" in text:
        tokens = cast_literals(tokens)
    if refusal := too_large(tokens):
        return Parsed(None, [refusal])
    known = earlier.standing(text, tokens) if earlier is not None else None
    return (_behind(known, tokens, dialect) if known is not None else None) or _whole(text, tokens, dialect)


def _behind(known: Ctes, tokens: list[Token], dialect: str) -> Parsed | None:
    """What lies behind CTEs that are known; None where they cannot be left out."""
    found, way = _parse(known.text, known.shortened(tokens), dialect)
    if way is _Way.OTHERWISE:
        return None  # with it words of the CTEs might be read otherwise too
    if way is _Way.TAKEN_APART and not known.are_sound(lambda cte: is_sound_cte(known.text, cte, dialect), tokens):
        return None
    if not known.put_back(found.tree):
        return None
    parsed = known.lengthened(tokens, found.tokens)
    more = ctes_of(known.text, tokens, parsed, found.tree, found.problems, known.checked) if found.tokens else None
    return Parsed(found.tree, found.problems, more or known)


def _whole(text: str, tokens: list[Token], dialect: str) -> Parsed:
    found, _ = _parse(text, tokens, dialect)
    ctes = ctes_of(text, tokens, found.tokens, found.tree, found.problems) if found.tokens else None
    return Parsed(found.tree, found.problems, ctes)


class _Way(Enum):
    """How a statement was read."""

    AT_ONCE = 1
    OTHERWISE = 2
    TAKEN_APART = 3


def _parse(text: str, tokens: list[Token], dialect: str) -> tuple[Attempt, _Way]:
    """The best attempt."""
    first = attempt(text, tokens, dialect)
    if any(problem.code == TOO_LARGE for problem in first.problems):
        return first, _Way.AT_ONCE
    if not first.problems and not _looks_damaged(tokens):
        return first, _Way.AT_ONCE
    otherwise = read_otherwise(tokens, dialect) if first.problems else None
    if otherwise is not None:
        second = attempt(text, otherwise, dialect)
        if not second.problems:
            return second, _Way.OTHERWISE
    return parse_damaged(text, tokens, dialect, first), _Way.TAKEN_APART


def _looks_damaged(tokens: list[Token]) -> bool:
    """Whether a query that sqlglot reads is none: only in queries is it known what can be missing."""
    query = bool(tokens) and tokens[0].token_type in QUERY_STARTS
    return query and (suspicious(tokens) or bool(stray_words(tokens)))
