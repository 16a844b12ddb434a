"""Texts one after another, each parsed and bound with what is left of the one before, and checked against one that stands alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from unittest.mock import patch

from sqlglot import exp

from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Interface
from lsp_server.syntax import statements
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query
from tests.unit.semantics.helper import RELATIONS, interface

PIECES = (
    *" ()',.*\n",
    "--",
    "/*",
    "x",
    "id",
    "SELECT ",
    " FROM ",
    " AS y",
    "::",
    "$$",
    ", z AS (SELECT 1)",
    ")",
    " WHERE ",
    "::INT",
    '"',
    "!",
    " |> ",
    " IN (1 AS a)",
    "$$'$$",
    " WHE",
)


class Typist:
    """Holds the tree and the binding of the last text, as the graph does."""

    def __init__(self, dialect: str = "duckdb") -> None:
        self.dialect = dialect
        self.relations = dict(RELATIONS)
        self.parsed: ParsedQuery | None = None
        self.bound: Bound | None = None

    def lookup(self, name: str) -> Interface | None:
        return interface(self.relations[name.lower()]) if name.lower() in self.relations else None

    def type(self, text: str) -> ParsedQuery:
        """The next text, checked against one that knows nothing of those before it."""
        before, file = self.parsed, read_model(text, self.dialect)
        self.parsed = parse_query(file, None, before)
        self.bound = bind(self.parsed, self.dialect, self.lookup, self.bound)
        if before is not None:
            before.take_apart()
        with patch.object(statements, "attempt", wraps=statements.attempt) as attempts:
            fresh = parse_query(read_model(text, self.dialect))
        # sqlglot takes comments away from tokens that it reads: what is read repeatedly leaves them with whom had them first.
        comments = attempts.call_count == 1 and not fresh.damaged
        assert seen(self.parsed, comments) == seen(fresh, comments)
        assert known(self.bound) == known(bind(fresh, self.dialect, self.lookup))
        return self.parsed


def shape(node: object, comments: bool, above: exp.Expression | None = None) -> object:
    """A tree as plain values, places included, and whether each node knows its parent."""
    if isinstance(node, exp.Expression):
        inside = {key: shape(value, comments, node) for key, value in node.args.items()}
        place = {key: value for key, value in node.meta.items() if key != "col" or value > 0}  # see `keyword_token`
        own = above is None or node.parent is above
        return type(node).__name__, own, place, (node.comments or []) if comments else [], inside
    if isinstance(node, list):
        return [shape(item, comments, above) for item in node]
    return node


def seen(parsed: ParsedQuery, comments: bool) -> object:
    tree = shape(parsed.tree, comments)
    return tree, parsed.tables, parsed.problems, parsed.damaged, parsed.source_map.is_identity


def known(bound: Bound) -> object:
    return bound.facts, bound.places, bound.looks_at_all, bound.reads_all


def history(rng: random.Random, typist: Typist, text: str, steps: int, change: Callable[[random.Random], None]) -> None:
    """Edits at random, near the end of the text more often, and taken back."""
    typist.type(text)
    former = [text]
    for _ in range(steps):
        change(rng)
        at = int(len(text) * (1 - rng.random() ** 2))
        if rng.random() < len(former) / 6:  # else nothing of it is soon left to be read
            del former[rng.randrange(1, len(former) + 1) :]
            text = former[-1]
        else:
            insertion = rng.choice(PIECES) if rng.random() < 0.5 else rng.choice("abeilnorst_.,")
            text = text[:at] + (insertion if rng.random() < 0.7 else "") + text[at + rng.choice((0, 0, 1, 4)) :]
            former.append(text)
        typist.type(text)
