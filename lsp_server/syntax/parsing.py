"""Tokens to a tree through sqlglot's parser: one attempt, its errors as problems with exact ranges.

The parser is never given what can crash it (`limits.py`), and never raises through here.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.limits import too_large
from lsp_server.syntax.tokens import sql_dialect, token_span
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

# Statements that sqlglot does not know (GRANT ...) it announces in its log, on every keystroke: we show what is wrong ourselves.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MISSING = "__hw_missing"
"""Stands in the tree where a name or an expression was not typed yet; nobody should complain about it a second time."""

SYNTAX = "syntax"


class Attempt(NamedTuple):
    """A parse: the tree is what sqlglot could make of the tokens."""

    tree: exp.Expression | None
    problems: list[Problem]


def attempt(text: str, tokens: list[Token], dialect: str) -> Attempt:
    """Parse one statement's tokens, whose offsets refer to `text`."""
    if not tokens:
        return Attempt(None, [])
    if refusal := too_large(tokens):
        return Attempt(None, [refusal])
    tree, problems = _run(text, tokens, dialect, ErrorLevel.RAISE)
    if problems and problems[0].code == SYNTAX:
        # Only this level gives a tree in spite of errors; but it alone does not see that an operand is missing.
        tree, _ = _run(text, tokens, dialect, ErrorLevel.IGNORE)
    return Attempt(tree, problems)


def errors_in(text: str, tokens: list[Token], dialect: str) -> list[Problem]:
    """The errors alone: half the price of an attempt that fails."""
    if not tokens:
        return []
    if refusal := too_large(tokens):
        return [refusal]
    return _run(text, tokens, dialect, ErrorLevel.RAISE).problems


def _run(text: str, tokens: list[Token], dialect: str, level: ErrorLevel) -> Attempt:
    try:
        trees = sql_dialect(dialect).parser(error_level=level).parse(tokens, text)
    except RecursionError:
        return Attempt(
            None, [Problem("too-large", "This query is nested too deeply to analyse.", token_span(tokens[0]))]
        )
    except (SqlglotError, ValueError, AttributeError, TypeError, IndexError, KeyError) as error:
        # sqlglot's parser trips over some half-typed texts instead of reporting them.
        return Attempt(None, _problems(error, tokens))
    return Attempt(trees[0] if trees else None, [])


def _problems(error: Exception, tokens: list[Token]) -> list[Problem]:
    found: list[Problem] = []
    for detail in getattr(error, "errors", []):
        problem = _problem(detail, tokens)
        if not found or found[-1].span != problem.span:
            found.append(problem)
    return found or [Problem(SYNTAX, "This statement cannot be parsed.", token_span(tokens[-1]))]


def _problem(detail: dict[str, object], tokens: list[Token]) -> Problem:
    """sqlglot says line and column of a token's last character; the token tells the range."""
    line, column = detail.get("line"), detail.get("col")
    token = next((token for token in tokens if token.line == line and token.col == column), tokens[-1])
    return Problem(SYNTAX, _message(str(detail.get("description") or ""), token), token_span(token))


def _message(description: str, token: Token) -> str:
    if not description or "Unexpected token" in description:
        return f"Unexpected `{token.text}`."
    if description.startswith("Expecting "):
        return f"`{description.removeprefix('Expecting ').strip()}` is expected after `{token.text}`."
    if description.startswith("Required keyword"):
        return f"Something is missing near `{token.text}`."
    if "<Token" in description:
        return f"A name is expected after `{token.text}`."
    return description.rstrip(".") + "."


def missing_token(near: Token, at: int) -> Token:
    """A placeholder of no width at `at`."""
    return Token(kinds.VAR, MISSING, near.line, near.col, at, at - 1)


def span_between(tokens: list[Token]) -> Span:
    """From the first to the last of some tokens."""
    return Span(tokens[0].start, tokens[-1].end + 1)
