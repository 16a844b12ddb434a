"""Tokens to a tree through sqlglot's parser: one attempt, its errors as problems with exact ranges.

The parser is never given what can crash it (`limits.py`), and never raises through here.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from typing import NamedTuple

from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokens import Token, TokenType

from lsp_server.syntax import kinds
from lsp_server.syntax.limits import CODE as TOO_LARGE
from lsp_server.syntax.limits import too_large
from lsp_server.syntax.tokens import CLOSING, OPENING, sql_dialect, token_span
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

# Statements that sqlglot does not know (GRANT ...) it announces in its log, on every keystroke: we show what is wrong ourselves.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MISSING = "__hw_missing"
"""Stands in the tree where a name or an expression was not typed yet; nobody should complain about it a second time."""

SYNTAX = "syntax"


class Fault(NamedTuple):
    """An error: what is said of it, and the index of the token where the parser stood."""

    problem: Problem
    at: int


class Attempt(NamedTuple):
    """A parse: the tree is what sqlglot could make of the tokens, None where it found problems (see `in_spite_of_errors`).

    `tokens` are those of a tree that was made without an error.
    """

    tree: exp.Expression | None
    problems: list[Problem]
    tokens: Sequence[Token] = ()


def attempt(text: str, tokens: list[Token], dialect: str) -> Attempt:
    """Parse one statement's tokens, whose offsets refer to `text`."""
    if not tokens:
        return Attempt(None, [])
    if refusal := too_large(tokens):
        return Attempt(None, [refusal])
    tree, faults = _run(text, tokens, dialect, ErrorLevel.RAISE)
    return Attempt(tree, [fault.problem for fault in faults], tokens if tree is not None else ())


def in_spite_of_errors(text: str, tokens: list[Token], dialect: str) -> exp.Expression | None:
    """The tree that sqlglot makes of damaged tokens: of those before the damage, and silent about operands that are missing."""
    if not tokens or too_large(tokens):
        return None
    return _run(text, tokens, dialect, ErrorLevel.IGNORE)[0]


def faults_in(text: str, tokens: list[Token], dialect: str) -> list[Fault]:
    """The errors alone: half the price of an attempt that fails."""
    if not tokens:
        return []
    if refusal := too_large(tokens):
        return [Fault(refusal, 0)]
    return _run(text, tokens, dialect, ErrorLevel.RAISE)[1]


def _run(text: str, tokens: list[Token], dialect: str, level: ErrorLevel) -> tuple[exp.Expression | None, list[Fault]]:
    try:
        trees = sql_dialect(dialect).parser(error_level=level).parse(tokens, text)
    except RecursionError:
        message = "This query is nested too deeply to analyse."
        return None, [Fault(Problem(TOO_LARGE, message, token_span(tokens[0])), 0)]
    except (SqlglotError, ValueError, AttributeError, TypeError, IndexError, KeyError) as error:
        # sqlglot's parser trips over some half-typed texts instead of reporting them.
        return None, _faults(error, tokens)
    # MAX, CEIL, STRING_AGG and others have parsers of their own in sqlglot that do not miss their closing bracket.
    open_ = _never_closed(tokens) if level is ErrorLevel.RAISE else None
    if open_ is not None:
        return None, [fault_at(tokens, open_, f"`{tokens[open_].text}` is never closed.")]
    return trees[0] if trees else None, []


def _never_closed(tokens: list[Token]) -> int | None:
    """The last bracket that waits for its end where the tokens are over."""
    found = [token.token_type for token in tokens]
    if all(found.count(opening) <= found.count(closing) for opening, closing in zip(OPENING, CLOSING, strict=True)):
        return None
    waiting: list[int] = []
    for at, kind in enumerate(found):
        if kind in OPENING:
            waiting.append(at)
        elif kind in CLOSING and waiting:
            waiting.pop()
    return waiting[-1] if waiting else None


def _faults(error: Exception, tokens: list[Token]) -> list[Fault]:
    found: list[Fault] = []
    for detail in getattr(error, "errors", []):
        fault = _fault(detail, tokens)
        if not found or found[-1].problem.span != fault.problem.span:
            found.append(fault)
    return found or [fault_at(tokens, len(tokens) - 1, "This statement cannot be parsed.")]


def _fault(detail: dict[str, object], tokens: list[Token]) -> Fault:
    """sqlglot says line and column of a token's last character; the token tells the range."""
    line, column = detail.get("line"), detail.get("col")
    places = (index for index, token in enumerate(tokens) if token.line == line and token.col == column)
    at = next(places, len(tokens) - 1)
    return fault_at(tokens, at, _message(str(detail.get("description") or ""), typed_token(tokens, at)))


def fault_at(tokens: list[Token], at: int, message: str) -> Fault:
    """An error at a token; where that was only added, its place is the word before."""
    return Fault(Problem(SYNTAX, message, token_span(typed_token(tokens, at))), at)


def typed_token(tokens: list[Token], at: int) -> Token:
    """The token at `at`, or the last one before it that somebody typed."""
    return next((tokens[i] for i in range(at, -1, -1) if tokens[i].end >= tokens[i].start), tokens[at])


def _message(description: str, token: Token) -> str:
    if not description or "Unexpected token" in description:
        return f"Unexpected `{token.text}`."
    if description.startswith("Expecting "):
        return f"`{description.removeprefix('Expecting ').strip()}` is expected after `{token.text}`."
    if description == "Expected type":
        return f"A type is expected after `{token.text}`."
    if description.startswith(("Required keyword", "Expected ")):
        return f"Something is missing near `{token.text}`."
    if "<Token" in description:
        return f"A name is expected after `{token.text}`."
    return description.rstrip(".") + "."


def missing_token(near: Token, at: int) -> Token:
    """A placeholder of no width at `at`."""
    return keyword_token(kinds.VAR, MISSING, near, at)


_added = itertools.count(1)


def keyword_token(kind: TokenType, text: str, near: Token, at: int) -> Token:
    """A word that was not typed: of no width, at `at`.

    Its column is its own: by line and column sqlglot says at which token it found an error.
    """
    return Token(kind, text, near.line, -next(_added), at, at - 1)


def span_between(tokens: list[Token]) -> Span:
    """From the first to the last of some tokens."""
    return Span(tokens[0].start, tokens[-1].end + 1)
