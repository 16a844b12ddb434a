"""The nodes that there are, what they read and who reads them, how high they stand, and which of them are needed.

Terms: see `engine.py`, which decides when anything is computed; nothing here runs a query.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from lsp_server.graph.nodes import (
    DIRTY,
    EVICTED,
    FRESH,
    GONE,
    NEW,
    Input,
    K,
    Node,
    Nodes,
    Packed,
    Query,
    Queue,
    Run,
    V,
    let_go,
    priority,
)

if TYPE_CHECKING:
    from lsp_server.graph.past import Past

RUNAWAY = 50
"""So often may one node run (or be lifted) in one pass; more means that values chase each other around a cycle that nobody saw."""


class Store:
    """Tables of nodes, kept consistent: `deps` and `readers` mirror each other, `needed` counts, readers stand higher."""

    def __init__(self) -> None:
        self._tables: dict[object, dict[Any, Node]] = {}
        self._dirty: Nodes = set()
        self._todo = Queue()
        """The dirty nodes in the order of a whole pass, and some that are clean by now.  It outlives the pass: one that is
        stopped and begun again at every request of a client must not sort all that is dirty each time."""
        self._soiled: list[Node] | None = []
        """Dirty nodes that the next whole pass puts into that queue (None: one is under way, and they go there at once).  A
        keystroke that makes a thousand readers dirty does not wait until they are in order."""
        self._kept: dict[object, OrderedDict[Node, None]] = {}
        self._observed: Nodes = set()
        """Needed for their own sake: whether somebody else reads them too is another matter."""
        self.past: Past | None = None
        """Where values lie that nobody has asked for since the start."""
        self._shape = 0
        self._scopes: dict[tuple[Node, ...], tuple[int, Nodes]] = {}

    def _node(self, of: Input[Any, Any] | Query[Any, Any], key: Hashable) -> Node:
        table = self._tables.get(of)
        if table is None:
            table = self._tables[of] = {}
            self._kept[of] = OrderedDict()
        node = table.get(key)
        if node is None:
            node = table[key] = Node(of, key)
        return node

    def _relink(self, node: Node, deps: tuple[Node, ...]) -> None:
        self._shape += 1
        if not node.deps:
            node.deps = deps
            for dep in deps:
                dep.add_reader(node)
            if node.needed:
                for dep in deps:
                    if dep.needed:
                        dep.needed += 1
                    else:
                        self._retain(dep)
            return
        old, new = set(node.deps), set(deps)
        node.deps = deps
        for dep in new - old:
            dep.add_reader(node)
            if node.needed:
                self._retain(dep)
        for dep in old - new:
            dep.drop_reader(node)
            if node.needed:
                self._release(dep)

    def _retain(self, node: Node) -> None:
        node.needed += 1
        if node.needed > 1:
            return
        node.needed = 0
        stack = [node]
        while stack:
            node = stack.pop()
            node.needed += 1
            if node.needed == 1:
                stack.extend(node.deps)
                if node.state in (NEW, DIRTY):
                    self._soil(node)

    def _release(self, node: Node) -> None:
        stack = [node]
        while stack:
            node = stack.pop()
            node.needed -= 1
            if not node.needed:
                stack.extend(node.deps)
                if node in self._dirty:
                    self._dirty.discard(node)
                    self._discard(node)

    def _discard(self, node: Node) -> None:
        """Forget a node that nobody needs, and all that was computed from it."""
        stack = [node]
        while stack:
            node = stack.pop()
            table = self._tables[node.of]
            if table.get(node.key) is not node:
                continue
            del table[node.key]
            if node in (kept := self._kept[node.of]):
                del kept[node]
                let_go(node)
            for dep in node.deps:
                dep.drop_reader(node)
            if not node.needed:
                node.deps = ()
            stack.extend(node.readers)
            node.readers = ()

    def _raise(self, node: Node, height: int) -> None:
        """Lift the node to `height`, and its readers above it.

        While dependencies turn round (a read b, now b reads a) old and new edges can form a loop for a moment;
        it is left as it is, since wrong heights only cost a second run, never a wrong value.
        """
        if height <= node.height:
            return
        node.height = height
        if not node.readers:
            return
        stack, lifted = [node], Counter()  # type: ignore[var-annotated]
        while stack:
            node = stack.pop()
            for reader in node.readers:
                if reader.height <= node.height and lifted[reader] < RUNAWAY:
                    lifted[reader] += 1
                    reader.height = node.height + 1
                    stack.append(reader)

    def _scope(self, targets: tuple[Node, ...]) -> Nodes:
        """The targets and all that they read; remembered until some node reads other things than before."""
        known = self._scopes.get(targets)
        if known is not None and known[0] == self._shape:
            return known[1]
        scope = set(targets)
        self._collect(list(targets), scope)
        if len(self._scopes) > 64:
            self._scopes.clear()
        self._scopes[targets] = (self._shape, scope)
        return scope

    @staticmethod
    def _collect(stack: list[Node], scope: Nodes) -> None:
        while stack:
            for dep in stack.pop().deps:
                if dep not in scope:
                    scope.add(dep)
                    stack.append(dep)

    def _keep(self, run: Run, node: Node, keep: int) -> None:
        """Note the use of a large value, and drop the one that was not used for longest."""
        kept = self._kept[node.of]
        kept[node] = None
        kept.move_to_end(node)
        if len(kept) <= keep:
            return
        for old in list(islice(kept, len(kept) - keep)):
            if old is not node and not run.held.get(old):
                del kept[old]
                let_go(old)
                if old.state == FRESH:
                    old.state = EVICTED

    def nodes(self) -> Iterator[Node]:
        """All that there are."""
        for table in self._tables.values():
            yield from table.values()

    def cells(self, of: Input[K, V]) -> dict[K, V]:
        """What the cells of a kind hold, by key."""
        return {key: node.value for key, node in self._tables.get(of, {}).items()}

    def all_cells(self) -> dict[tuple[Input[Any, Any], Any], Any]:
        """The same of all kinds."""
        kinds = [of for of in self._tables if isinstance(of, Input)]
        return {(of, key): value for of in kinds for key, value in self.cells(of).items()}

    def unset(self, of: Input[K, Any]) -> set[K]:
        """The cells of a kind that somebody read, and nobody has set."""
        return {key for key, node in self._tables.get(of, {}).items() if node.value is of.default}

    def was_packed(self, of: Query[K, V], key: K) -> bool:
        """Whether the last value, up to date or not, is one that an earlier session kept and that nobody has asked for."""
        node = self._tables.get(of, {}).get(key)
        return node is not None and isinstance(node.value, Packed)

    def is_observed(self, node: Node) -> bool:
        """Whether a node is needed for its own sake."""
        return node in self._observed

    def begin_with(self, past: Past, observed: Iterable[Node], dirty: Iterable[Node]) -> None:
        """Hold a past's nodes and no others."""
        self._tables, self._scopes = past.tables(), {}
        self._kept = {of: OrderedDict() for of in self._tables}
        self._observed = set(observed)
        self._dirty, self._todo, self._soiled = set(), Queue(), []
        for node in dirty:
            self._soil(node)
        self.past = past

    def lose(self, of: Query[K, Any], key: K) -> None:
        """Compute a value anew, without what it was."""
        node = self._tables.get(of, {}).get(key)
        if node is not None:
            node.value = GONE
            if node.state != DIRTY:
                node.state = DIRTY
                self._soil(node)

    def _unpack(self, node: Node) -> None:
        """Fetch a value that lies in the past."""
        assert self.past is not None, "whoever made the node has one"
        self.past.unpack(node.value)

    def _soil(self, node: Node) -> None:
        """A needed node is to be computed (again)."""
        self._dirty.add(node)
        if self._soiled is None:
            self._todo.push(node, priority(node))
        else:
            self._soiled.append(node)
