"""One damaged part of a query (a projection, a condition, a FROM) changed as little as it takes to make it parse.

At the first error something is missing, too much, or misspelled: each is tried, and what lets the parser come furthest is kept.
So `a = 1 AND b = ` keeps both names, and a CASE without its last value keeps its branches.
Where no small change helps, the words from the error on are left out, up to the next condition.
Works on tokens; those that it adds have no width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlglot.tokens import Token, TokenType

from lsp_server.syntax import kinds
from lsp_server.syntax.gaps import JOIN_WORDS
from lsp_server.syntax.parsing import SYNTAX, Fault, fault_at, keyword_token, missing_token
from lsp_server.syntax.parts import depth
from lsp_server.syntax.tokens import CLOSING, OPENING, token_span
from lsp_server.syntax.words import meant_keyword
from lsp_server.text.problems import Problem

_MAX_CHANGES = 6
"""Errors mended one after the other in one part; a text with more of them is no SQL."""
_MAX_BACK = 6
"""Words that are left out before an error, one after the other, in search of an end that parses."""

Check = Callable[[list[Token]], list[Fault]]
"""The errors of some tokens, put where they belong (a projection after its SELECT)."""


class _Change(NamedTuple):
    """Changed tokens, what is told of the change, and the error that is next."""

    tokens: list[Token]
    told: Problem
    next: Fault | None


class Repair:
    """The search for one part: `tokens` is what came out, `problems` the errors on the way, `whole` whether it parses now."""

    def __init__(self, tokens: list[Token], check: Check) -> None:
        self.tokens = tokens
        self.check = check
        self.problems: list[Problem] = []
        self.whole = False
        self._run()

    def _run(self) -> None:
        fault = self._first(self.tokens)
        for _ in range(_MAX_CHANGES):
            if fault is None:
                break
            change = self._small_change(fault)
            if change is None:
                self._note(fault.problem)
                self.whole = self._cut(fault.at)
                return
            self._note(change.told)
            self.tokens, fault = change.tokens, change.next
        self.whole = fault is None

    def _first(self, tokens: list[Token]) -> Fault | None:
        """The error that stands first, moved inside the part."""
        faults = self.check(tokens)
        if not faults:
            return None
        first = min(faults, key=lambda fault: fault.at)
        if first.at < 0:  # the parser blames the words before the part: its end is what it did not find
            return fault_at(tokens, len(tokens) - 1, first.problem.message)
        return first

    def _small_change(self, fault: Fault) -> _Change | None:
        """The change at the error that mends it, else the one after which the next error is nearest to the end."""
        best: _Change | None = None
        least = len(self.tokens) - fault.at
        for tokens, told in self._changes(fault):
            change = _Change(tokens, told, self._first(tokens))
            if change.next is None:
                return change
            left = len(tokens) - change.next.at
            # An error that stays where it was may be another one: `WHEN a >= END` lacks an operand, then a THEN.
            if left < least or (left == least and best is None and len(tokens) > len(self.tokens)):
                best, least = change, left
        return best

    def _changes(self, fault: Fault) -> Iterator[tuple[list[Token], Problem]]:
        tokens, at, error = self.tokens, fault.at, fault.problem
        yield from self._spelled(at)
        yield from self._spelled(at - 1)
        places = [place for place in (at + 1, at) if place and not _wants_table(tokens, place)]
        for word in (None, *_words_before(tokens, at)):
            for place in places:
                yield [*tokens[:place], *_filler(word, tokens[place - 1]), *tokens[place:]], error
        if at and not _is_bracket(tokens[at]):
            yield [*tokens[:at], *tokens[at + 1 :]], error

    def _spelled(self, at: int) -> Iterator[tuple[list[Token], Problem]]:
        """A keyword for the word at `at` that resembles one: `WHER`, `ORDER` without its BY."""
        if at < 0:
            return
        word = self.tokens[at]
        meant = meant_keyword(word)
        if meant is None:
            return
        kind, text = meant
        told = Problem(SYNTAX, f"Unknown word `{word.text}`: {text}?", token_span(word))
        keyword = keyword_token(kind, text, word, word.start)
        yield [*self.tokens[:at], keyword, *self.tokens[at + 1 :]], told

    def _note(self, problem: Problem) -> None:
        """Told once: words that are left out one after the other are one error."""
        if self.problems and problem.span.start <= self.problems[-1].span.end + 1:
            return
        self.problems.append(problem)

    def _cut(self, at: int) -> bool:
        """Leave out the words around `at`, up to the next condition; whether the rest parses."""
        end = _end_of_condition(self.tokens, at)
        for start in range(at, max(0, at - _MAX_BACK), -1):
            for filler in (_filler(None, self.tokens[start - 1]), []):
                shorter = [*self.tokens[:start], *filler, *self.tokens[end:]]
                if _is_balanced(shorter) and not self.check(shorter):
                    self.tokens = shorter
                    return True
        return False


_WITH_MORE = {kinds.BETWEEN: (kinds.AND, "AND"), kinds.CASE: (kinds.THEN, "THEN"), kinds.L_PAREN: (kinds.COMMA, ",")}
"""What begins something that has a second part, and the word before that part: BETWEEN 1 AND 2, CASE WHEN a THEN b, f(a, b)."""


def _words_before(tokens: list[Token], at: int) -> list[tuple[TokenType, str]]:
    """The words that may be missing at `at`, for what stands before it."""
    before = {token.token_type for token in tokens[: at + 1]}
    return [word for kind, word in _WITH_MORE.items() if kind in before]


def _filler(word: tuple[TokenType, str] | None, before: Token) -> list[Token]:
    """A placeholder behind `before`, with the word that leads to it."""
    place = before.end + 1
    lead = [keyword_token(*word, before, place)] if word else []
    return [*lead, missing_token(before, place)]


def _wants_table(tokens: list[Token], at: int) -> bool:
    """Whether a relation is what should stand before the token `at`: nothing stands in for one."""
    before = tokens[at - 1].token_type
    if before is kinds.COMMA:
        return tokens[0].token_type is kinds.FROM and depth(tokens, at) == 0
    return before in JOIN_WORDS or before is kinds.FROM


def _is_bracket(token: Token) -> bool:
    return token.token_type in OPENING or token.token_type in CLOSING


def _end_of_condition(tokens: list[Token], at: int) -> int:
    """Index of the next AND, OR or comma beside the token `at`, or of the bracket that closes around it."""
    level = 0
    for index in range(at, len(tokens)):
        kind = tokens[index].token_type
        if kind in OPENING:
            level += 1
        elif kind in CLOSING:
            level -= 1
        if level < 0 or (level == 0 and index > at and kind in (kinds.AND, kinds.OR, kinds.COMMA)):
            return index
    return len(tokens)


def _is_balanced(tokens: list[Token]) -> bool:
    level = 0
    for token in tokens:
        level += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if level < 0:
            return False
    return level == 0
