"""Who defines which name, who names whom, and where that goes round in a circle.

Plain indexes, updated by differences; `graph.py` feeds them from outlines and links, and copies what they answer into
the cells that queries read.  Nothing here recurses: chains of models are long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, KeysView, Mapping
from typing import NamedTuple

_MANY = 200
"""From so many changed models on, circles are sought in the whole workspace at once."""
_LARGE = 100
"""A circle of more models is not spelt out: each of them would hold the names of all others."""


class InOrder(NamedTuple):
    """All names in the order of their lower case, which lies beside them."""

    folded: list[str]
    names: list[str]


class Names:
    """Indexes by model name."""

    def __init__(self) -> None:
        self.defined: dict[str, tuple[str, ...]] = {}
        """File -> names of its models, in order."""
        self._owners: dict[str, set[str]] = {}
        self._in_order: InOrder | None = None
        self._schemas: dict[str, set[str]] = {}
        self.upstreams: dict[str, tuple[str, ...]] = {}
        self._readers: dict[str, set[str]] = {}
        self.cycles: dict[str, tuple[str, ...]] = {}

    def begin_with(
        self,
        defined: Mapping[str, tuple[str, ...]],
        upstreams: Mapping[str, tuple[str, ...]],
        cycles: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Be what `defined`, `upstreams` and `cycles` were; nothing was told yet."""
        self.defined, self.upstreams, self.cycles = dict(defined), dict(upstreams), dict(cycles)
        for path, names in defined.items():
            for name in names:
                if name in self._owners:
                    self._owners[name].add(path)
                    continue
                self._owners[name] = {path}
                schema, _, last = name.rpartition(".")
                self._schemas.setdefault(schema, set()).add(last)
        readers = self._readers
        for name, ups in upstreams.items():
            for up in ups:
                if up in readers:
                    readers[up].add(name)
                else:
                    readers[up] = {name}

    def define(self, path: str, names: tuple[str, ...]) -> set[str]:
        """A file now defines these names; gives the names whose owners have changed."""
        before = self.defined.get(path, ())
        if names:
            self.defined[path] = names
        else:
            self.defined.pop(path, None)
        gone, new = set(before) - set(names), set(names) - set(before)
        if gone or new:
            self._in_order = None
        for name in gone:
            self._owners[name].discard(path)
            if not self._owners[name]:
                del self._owners[name]
                schema, _, last = name.rpartition(".")
                self._schemas[schema].discard(last)
        for name in new:
            self._owners.setdefault(name, set()).add(path)
            schema, _, last = name.rpartition(".")
            self._schemas.setdefault(schema, set()).add(last)
        return gone | new

    def owners(self, name: str) -> tuple[str, ...]:
        """The files that define a name, sorted."""
        return tuple(sorted(self._owners.get(name, ())))

    def schema(self, name: str) -> tuple[str, ...]:
        """The last parts of the names of a schema's models, sorted."""
        return tuple(sorted(self._schemas.get(name, ())))

    def names(self) -> KeysView[str]:
        """All names that some file defines."""
        return self._owners.keys()

    def in_order(self) -> InOrder:
        """The same in order: made when somebody asks, and good until a name comes or goes."""
        if self._in_order is None:
            pairs = sorted((name if name.islower() else name.lower(), name) for name in self._owners)
            self._in_order = InOrder([folded for folded, _ in pairs], [name for _, name in pairs])
        return self._in_order

    def link(self, name: str, upstreams: tuple[str, ...]) -> bool:
        """A model now names these; False when it did before."""
        before = self.upstreams.get(name, ())
        if before == upstreams:
            return False
        if upstreams:
            self.upstreams[name] = upstreams
        else:
            del self.upstreams[name]
        for gone in set(before) - set(upstreams):
            self._readers[gone].discard(name)
            if not self._readers[gone]:
                del self._readers[gone]
        for new in set(upstreams) - set(before):
            self._readers.setdefault(new, set()).add(name)
        return True

    def readers(self, name: str) -> tuple[str, ...]:
        """The models whose query names this one, sorted."""
        return tuple(sorted(self._readers.get(name, ())))

    def find_cycles(self, changed: set[str]) -> dict[str, tuple[str, ...]]:
        """Circles after the links of `changed` have changed: name -> its circle (or () for no more), where it is another."""
        if len(changed) > _MANY:
            changed = set(self.upstreams) | set(self.cycles)
        elif not changed.isdisjoint(self.cycles):
            # Who reads itself through a changed model need not stand in that model's own circle, nor be reached from it any more.
            changed = changed | self.cycles.keys()
        found: dict[str, tuple[str, ...]] = {}
        for component in self._components(changed):
            for name in component:
                # A model that reads its own table is no circle: incremental models do.
                circle = self._circle(name, component) if len(component) > 1 else ()
                if circle != self.cycles.get(name, ()):
                    found[name] = circle
        for name, circle in found.items():
            if circle:
                self.cycles[name] = circle
            else:
                del self.cycles[name]
        return found

    def _up(self, name: str) -> tuple[str, ...]:
        return self.upstreams.get(name, ())

    def _components(self, starts: Iterable[str]) -> list[set[str]]:
        """Strongly connected components of all that `starts` lead to (Tarjan's algorithm with its own stack)."""
        order: dict[str, int] = {}
        low: dict[str, int] = {}
        stack: list[str] = []
        on_stack: set[str] = set()
        found: list[set[str]] = []
        for start in sorted(starts):
            if start in order:
                continue
            work = [(start, iter(self._up(start)))]
            order[start] = low[start] = len(order)
            stack.append(start)
            on_stack.add(start)
            while work:
                name, rest = work[-1]
                for up in rest:
                    if up not in order:
                        order[up] = low[up] = len(order)
                        stack.append(up)
                        on_stack.add(up)
                        work.append((up, iter(self._up(up))))
                        break
                    if up in on_stack:
                        low[name] = min(low[name], order[up])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[name])
                    if low[name] == order[name]:
                        found.append(self._pop_component(name, stack, on_stack))
        return found

    @staticmethod
    def _pop_component(name: str, stack: list[str], on_stack: set[str]) -> set[str]:
        component: set[str] = set()
        while name not in component:
            top = stack.pop()
            on_stack.discard(top)
            component.add(top)
        return component

    def _circle(self, start: str, component: set[str]) -> tuple[str, ...]:
        """A shortest way from `start` back to itself; in a very large tangle only its first step."""
        if len(component) > _LARGE:
            return (start, next(up for up in self._up(start) if up in component))
        came: dict[str, str] = {}
        queue = deque([start])
        while queue:
            name = queue.popleft()
            for up in self._up(name):
                if up == start:
                    way = [name]
                    while way[-1] != start:
                        way.append(came[way[-1]])
                    return tuple(reversed(way))
                if up in component and up not in came:
                    came[up] = name
                    queue.append(up)
        return ()
