"""The CTEs that stand before an edit: their nodes go from the tree of the text before it into the tree of the text after it.

Whoever types into the last SELECT of a query would have all of its CTEs parsed with every character, once or, while the text is
damaged, several times.  So the parser, and all that looks for damage, is given the statement with one stub in the place of the CTEs
that are as they were, and reads everything around them as it always does; then they take the stub's place.

    known = earlier.standing(text, tokens)
    tree = parse(known.shortened(tokens))
    if known.put_back(tree): ...

A node knows one tree, that of the last text: the tree before still lists it, and nobody climbs from it into that one any more.
(Red-green trees, as Roslyn and rust-analyzer have them, share more; sqlglot's nodes know their parents and their offsets, so that
only what stands before the edit can be shared.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlglot import exp
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.circles import take_apart
from lsp_server.syntax.tokens import CLOSING, OPENING
from lsp_server.text.differences import first_difference
from lsp_server.text.problems import Problem

_NAME = "__hw_earlier"


class _End(NamedTuple):
    """Where a CTE ends: the number and the offset of the parenthesis that closes it, and what lies behind the token after that.

    (A comment that follows belongs to one of the two.)
    """

    number: int
    offset: int
    behind: int


class Ctes:
    """The CTEs with which a statement of `text` begins: their nodes, and where they end.

    Of the first `checked` it is known that whoever takes a damaged text apart finds nothing wrong in them.
    """

    __slots__ = ("_ends", "_nodes", "_tokens", "checked", "text")

    def __init__(
        self, text: str, tokens: list[Token], ends: list[_End], nodes: list[exp.Expression], checked: int = 0
    ) -> None:
        self.text = text
        self._tokens = tokens
        self._ends = ends
        self._nodes = nodes
        self.checked = checked

    @property
    def ends(self) -> list[int]:
        """Where each of them ends in the text."""
        return [offset + 1 for _, offset, _ in self._ends]

    def standing(self, text: str, tokens: list[Token]) -> Ctes | None:
        """Those that are there at the beginning of another text, whose tokens these are; None where there are none."""
        same = first_difference(self.text, text)
        ends = [end for end in self._ends if end.behind < same]
        length = ends[-1].number + 2 if ends else 0
        # Where a text does not scan as a whole, what stands behind decides how the rest is read.
        if not ends or not _are_alike(self._tokens[:length], tokens[:length]):
            return None
        return Ctes(text, tokens, ends, self._nodes[: len(ends)], min(self.checked, len(ends)))

    def shortened(self, tokens: list[Token]) -> list[Token]:
        """The text's tokens with a stub in their place: of that only the parenthesis is the text's own."""
        return [tokens[0], *_STUB, *tokens[self._ends[-1].number :]]

    def lengthened(self, tokens: list[Token], parsed: Sequence[Token]) -> list[Token]:
        """What was made of the shortened tokens, with those for which the stub stands."""
        return [*tokens[: self._ends[-1].number], *parsed[1 + len(_STUB) :]]

    def put_back(self, tree: exp.Expression | None) -> bool:
        """Put them in the place of the stub; False where it is not where it was."""
        clause = _with_of(tree)
        written = clause.expressions if clause is not None else []
        if clause is None or not written or written[0].alias != _NAME:
            return False
        clause.set("expressions", [*self._nodes, *written[1:]])
        take_apart(written[0])
        return True

    def are_sound(self, is_sound: Callable[[list[Token]], bool], tokens: list[Token]) -> bool:
        """Whether who takes a damaged text apart finds nothing wrong in them; `is_sound` says it of the tokens of one."""
        while self.checked < len(self._ends):
            first = self._ends[self.checked - 1].number + 2 if self.checked else 1
            if not is_sound(tokens[first : self._ends[self.checked].number + 1]):
                return False
            self.checked += 1
        return True


def ctes_of(
    text: str,
    tokens: list[Token],
    parsed: Sequence[Token],
    tree: exp.Expression | None,
    problems: Sequence[Problem],
    checked: int = 0,
) -> Ctes | None:
    """Those of a tree that was made of the tokens `parsed` without an error, up to the first of the text's `problems`.

    `tokens` are the text's own, of which some may have been put right.  `checked`: see `Ctes`.  None where they cannot be told for
    certain, or there are none.
    """
    clause = _with_of(tree)
    if clause is None or any(value for name, value in clause.args.items() if name != "expressions"):
        return None  # RECURSIVE, SEARCH, a FUNCTION of its own
    ends = _ends(tokens)
    nodes = clause.expressions
    if not ends or len(ends) != len(nodes):
        return None
    own = next(
        (at for at, (one, other) in enumerate(zip(tokens, parsed, strict=False)) if one is not other), len(parsed)
    )
    sound = min((problem.span.start for problem in problems), default=len(text))
    known = [end for end in ends if end.number + 1 < own and end.behind <= sound]
    return Ctes(text, tokens, known, nodes[: len(known)], min(checked, len(known))) if known else None


def _with_of(tree: exp.Expression | None) -> exp.With | None:
    clause = tree.args.get("with_") if tree is not None else None
    return clause if isinstance(clause, exp.With) else None


def _ends(tokens: list[Token]) -> list[_End]:
    """Where the CTEs before a SELECT end; nothing where that is not what the statement looks like."""
    if not 2 <= len(tokens) <= _LONGEST or tokens[0].token_type is not kinds.WITH:
        return []
    found, depth = [], 0
    for number, token in enumerate(tokens[:-1]):
        kind = token.token_type
        if kind in OPENING:
            depth += 1
        elif kind in _READ_ACROSS:
            return []
        elif kind in CLOSING:
            depth -= 1
            after = tokens[number + 1]
            if kind is kinds.R_PAREN and not depth and after.token_type in _AFTER_CTE:
                found.append(_End(number, token.start, after.end + 1))
                if after.token_type is kinds.SELECT:
                    return found
    return []


def _are_alike(some: list[Token], others: list[Token]) -> bool:
    """Whether these are the same tokens at the same places.  (A list at a time: this is done with every character.)"""
    return (
        [token.start for token in some] == [token.start for token in others]
        and [token.text for token in some] == [token.text for token in others]
        and [token.token_type for token in some] == [token.token_type for token in others]
        and [token.end for token in some] == [token.end for token in others]
    )


_AFTER_CTE = (kinds.COMMA, kinds.SELECT)
_READ_ACROSS = (kinds.PIVOT, kinds.UNPIVOT, kinds.PIPE_GT)
"""What stands behind these in a statement is read in another way (`readings.py`), or numbered with them."""
_LONGEST = 5_000
"""Tokens of a statement; in a longer one all of the work that taking apart may take could be used up (`recovery.py`)."""
_STUB = [
    Token(kind, text, 1, 1, 0, 0)
    for kind, text in (
        (kinds.VAR, _NAME),
        (kinds.ALIAS, "AS"),
        (kinds.L_PAREN, "("),
        (kinds.SELECT, "SELECT"),
        (kinds.NUMBER, "1"),
    )
]
