"""What binding an earlier text knew at the end of each of its first CTEs: a text that differs behind them goes on from there.

The parser takes the nodes of CTEs that stand before an edit out of the tree before (`syntax.earlier`).  Where the nodes are the same, what
they read has the same columns, and nothing reached beyond them (a place, the damage of the text, a column asked of a relation that nobody
described), all that binding them gave is the same too: sources, scopes, references, problems.  So the lists of a `State` begin with those
of the one before, up to a mark, and what lies behind it is bound as always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from lsp_server.semantics.extents import Parentheses
from lsp_server.semantics.facts import Interface
from lsp_server.semantics.state import Cte, State

Interfaces = Callable[[str], Interface | None]

_LISTS = ("sources", "scopes", "references", "places", "problems")
_TABLES = ("clauses", "derived")
_ALL = (*_LISTS, *_TABLES)
"""What a `State` collects.  What it has when a CTE is bound stays as it is, but for columns that are asked of relations of unknown
interface; what is taken back (of problems, of references) came later."""


class _Mark(NamedTuple):
    """Where a binding stood behind a CTE: how much it had collected, and the rest of what it knew."""

    node: Any
    end: int
    """Where the CTE's text ends."""
    collected: dict[str, int]
    asked: int
    """For how many interfaces it had asked."""
    looks_at_all: bool
    doubts: frozenset[str]
    spread: int
    extent: tuple[int, int]
    reach: dict[str, Cte]


class Beginning:
    """The CTEs with which a text begins, as they were bound; `before` are those of an earlier text."""

    def __init__(self, clause: Any, ends: list[int], interfaces: Interfaces, before: Beginning | None) -> None:
        self._clause = clause
        self._ends = ends
        self._interfaces: Interfaces | None = interfaces
        self._before = before
        self._asked: dict[str, Interface | None] = {}
        self._marks: list[_Mark] = []
        self._lasts = True
        """Whether all that was bound so far is the same in every text that begins in this way."""
        self._outer = Parentheses("")
        self._collected: dict[str, Any] = {}

    def interface(self, name: str) -> Interface | None:
        """What is known of a relation."""
        assert self._interfaces is not None, "nothing is asked when all is bound"
        found = self._asked[name] = self._interfaces(name)
        return found

    def is_of(self, clause: Any) -> bool:
        """Whether this is the WITH of the whole text."""
        return clause is self._clause

    def take_over(self, state: State, nodes: list[Any]) -> tuple[int, dict[str, Cte]]:
        """Give a binding that has just begun all that is as it was; how many CTEs that are, and those in reach then."""
        before, self._before = self._before, None
        marks = list(before._same(state, nodes, self.interface)) if before is not None else []
        if before is None or not marks:
            return 0, {}
        mark, self._marks = marks[-1], marks
        for name in _LISTS:
            getattr(state, name).extend(islice(before._collected[name], mark.collected[name]))
        for name in _TABLES:
            getattr(state, name).update(islice(before._collected[name].items(), mark.collected[name]))
        state.looks_at_all, state.doubts, state.spread = mark.looks_at_all, set(mark.doubts), mark.spread
        state.lo, state.hi = min(state.lo, mark.extent[0]), max(state.hi, mark.extent[1])
        return len(marks), dict(mark.reach)

    def note(self, state: State, node: Any, reach: dict[str, Cte]) -> None:
        """One more CTE is bound."""
        if len(self._marks) == len(self._ends):
            return
        end = self._ends[len(self._marks)]
        since = self._marks[-1].collected if self._marks else dict.fromkeys(_ALL, 0)
        self._lasts = self._lasts and not (
            state.depends_on_damage
            or any(derived.open for derived in islice(state.derived.values(), since["derived"], None))
            or any(span.end > end for span in islice(state.clauses.values(), since["clauses"], None))
        )
        if self._lasts:
            collected = {name: len(getattr(state, name)) for name in _ALL}
            self._marks.append(
                _Mark(
                    node,
                    end=end,
                    collected=collected,
                    asked=len(self._asked),
                    looks_at_all=state.looks_at_all,
                    doubts=frozenset(state.doubts),
                    spread=state.spread,
                    extent=(state.lo, state.hi),
                    reach=dict(reach),
                )
            )

    def end(self, state: State) -> Beginning | None:
        """All is bound: what the next text may need, and no more; None where that is nothing."""
        self._clause = self._interfaces = self._before = None
        self._outer = state.outer
        self._collected = {name: getattr(state, name) for name in _ALL}
        return self if self._marks else None

    def _same(self, state: State, nodes: list[Any], interface: Interfaces) -> Iterator[_Mark]:
        """The marks behind which all is as it was."""
        asked = list(self._asked.items())
        checked = 0
        for mark, node in zip(self._marks, nodes, strict=False):
            if mark.node is not node or not state.outer.begin_like(self._outer, mark.end):
                return
            if any(interface(name) != known for name, known in asked[checked : mark.asked]):
                return
            checked = mark.asked
            yield mark
