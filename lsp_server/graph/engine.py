"""The incremental engine: inputs, memoised queries, and recomputation that costs what changed.

It knows nothing of SQL and must not: `queries.py` says what is computed, this file says when.
In the manner of Jane Street's Incremental (heights, cut-off), with salsa's shape (queries are functions of a key).

Terms
-----
cell        an `Input` at a key: set from outside, never computed (`set`).
query       a pure function `(db, key) -> value`, made by `@query()`.  It may read cells and other queries, and nothing else.
node        one cell, or one query at one key: its value, what it read when it last ran (`deps`) and who read it (`readers`).
height      cells have 0; a query has one more than the highest thing it read.
            All that a node read is lower than the node, so running the lowest first runs everything at most once.
fresh       the value is what the function would return now, as far as the node's own deps go.
dirty       something that the node read has changed.  *Only direct readers of a changed value are ever marked*:
            what stands further down learns of the change when, and only if, the node between really changes.
needed      observed from outside, or read by a needed node.  Stabilising recomputes needed nodes only; a node that is
            not needed is a mere memo, and is thrown away as soon as something that it read changes.
evicted     a fresh node of a query with `keep=n` whose large value was dropped; it is computed again when somebody asks.
            If each new value counts as another anyway (`same=None`), a change below passes through it to its readers, and it
            runs when the first of them asks: run by height, a thousand such values would drop each other before they are read.
packed      fresh as an earlier session left it, its value still in a file (`past.py`); a dirty node's last value may be there too.
scope       the nodes that one run may touch: the targets and everything that they read, directly or not.  A run with
            a scope is how an open file comes before its thousand readers.

Algorithm
---------
`set` compares the new value with the old one and marks the cell's readers dirty if it differs.
A run pops the lowest dirty node in its scope, runs its function and compares the outcome with the old value.
Equal: it stops there (early cut-off).  Different: the direct readers are marked; of very many those that nobody
waits for when it matters (`telling.py`).

What a function reads is found out by running it, so it may ask for a node that is not ready: never computed, dirty, evicted,
or higher than the running node while lower nodes are still dirty.  Then the function is abandoned (by `Missing`,
which derives from BaseException so that no `except Exception` in a callee stops it), the missing nodes go to the heap, and
the function starts again when they are done.  (A few levels of nodes that were never computed are computed on the spot.)
Hence no deep recursion: a chain of any length takes constant Python stack.
Nodes that were never computed come last, one after another with what they ask for, so that at a cold start large
values (trees) are read and dropped again instead of piling up.
A function that knows beforehand what it will read says so by `need`, and is then abandoned at most once.

A read that would wait for itself is answered with the query's `cyclic` value.  The layers above find cycles between
models by name and report them (`names.py`); this is only the net under the rope.

A cancelled or failed run leaves dirty nodes dirty; the next run goes on where it stopped.  It is cancelled between two functions,
or inside one that takes long: before it has something computed on the spot, and where it says so itself (`give_way`).
Such a function is abandoned (`Stopped`) and starts again; what it had computed on the spot is there then.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from heapq import heappop
from typing import Any

from lsp_server.graph.nodes import (
    DIRTY,
    EVICTED,
    FRESH,
    GONE,
    LAST,
    NEW,
    PACKED,
    Clock,
    Input,
    K,
    Missing,
    Node,
    Nodes,
    Packed,
    Query,
    Queue,
    Run,
    Stopped,
    V,
    let_go,
    priority,
    query,
)
from lsp_server.graph.store import RUNAWAY
from lsp_server.graph.waiting import Waiting

__all__ = ["Engine", "Input", "Query", "query"]

_NESTED = 12
"""So deep may functions compute what they ask for themselves; deeper, they wait their turn."""
_STALE = 10_000
"""So many nodes that are clean by now may stand in the queue of whole passes before it is made anew."""


class Engine(Waiting):
    """Cells, nodes, and the passes that bring them up to date.  Not thread-safe: one thread owns it."""

    def __init__(self) -> None:
        super().__init__()
        self.changes = 0
        """Counts what was set or computed: while it stays the same, so does everything else."""
        self.executed: list[tuple[str, Any]] = []
        """(query, key) of each completed computation since the caller last cleared it: for tests and traces."""
        self.memo: dict[bytes, bytes | memoryview] = {}
        """Results computed elsewhere (the disk, another process) by a digest of all that they depend on; hence looking
        one up is no dependency, and changing this changes no value."""
        self.missed: set[str] = set()
        """Files of which the memo did not know something that was then computed."""
        self.clock: Clock | None = None
        """Somebody who wants to know how long each query's own function takes."""
        self.unsettled = False
        """Whether the last pass left something for another one, which is due at once."""
        self._looked: set[tuple[Node, Node]] = set()
        self._running: Node | None = None
        self._reading: dict[Node, None] = {}
        self._certain = 0
        """What is fresh and not higher than this may be read without further questions."""
        self._depth = 0
        self._active: Nodes = set()
        """The nodes whose functions are running, one asking the other."""
        self._gave_way: Nodes = set()
        """Nodes whose functions were abandoned when a pass was cancelled, and have not run to their end since."""

    # What the layers above use

    def set(self, of: Input[K, V], key: K, value: V) -> bool:
        """Give a cell its value; False (and nothing happens) when it is equal to the present one."""
        known = self._tables.get(of, {}).get(key)
        if known is None and value == of.default:
            return False
        node = known or self._node(of, key)
        if node.value is value or node.value == value:
            return False
        node.value = value
        self.changes += 1
        if not of.derived:
            self._looked.clear()
        self.moved(node)
        return True

    def moved(self, node: Node) -> None:
        """A cell holds another value than it did."""
        for reader in tuple(node.readers):
            self._mark(reader)

    def get(self, of: Input[K, V] | Query[K, V], key: K) -> V:
        """The up-to-date value.  Inside a query: also records the dependency, and may abandon the query."""
        table = self._tables.get(of)
        node = table.get(key) if table is not None else None
        if node is None:
            node = self._node(of, key)
        if self._running is None:
            return self._demand(node)  # type: ignore[no-any-return]
        self._reading[node] = None
        if node.state == PACKED:
            self._unpack(node)
        if node.state == FRESH and (node.height <= self._certain or self._ready(node)):
            if of.keep is not None:
                self._kept[of].move_to_end(node)
            return node.value  # type: ignore[no-any-return]
        run = self._run
        assert run is not None, "a query runs only in a pass"
        if (self._running, node) in run.cut:
            return of.cyclic if isinstance(of, Query) else None  # type: ignore[return-value]
        if self._nest(run, node):
            return node.value  # type: ignore[no-any-return]
        raise Missing([node])

    def need(self, of: Query[K, V], keys: Iterable[K]) -> None:
        """Inside a query: have all of these ready before going on, in one go."""
        run = self._run
        assert run is not None, "a query runs only in a pass"
        missing = []
        for key in keys:
            node = self._node(of, key)
            ready = self._ready(node) or (self._running, node) in run.cut or self._nest(run, node)
            if not ready:
                missing.append(node)
        if missing:
            self._reading.update(dict.fromkeys(missing))
            raise Missing(missing)

    def give_way(self) -> None:
        """Inside a query, between two pieces of long work: when the pass is cancelled the function is abandoned here.

        Once; the second time it runs to its end, or a client that never stops asking would starve it.
        """
        node, run = self._running, self._run
        if node is not None and run is not None and node not in self._gave_way and run.cancelled():
            self._gave_way.add(node)
            raise Stopped

    def _nest(self, run: Run, node: Node) -> bool:
        """Compute what was asked for right away, where that is sure and not deep: it saves a second start of the asking function."""
        if node.state not in (NEW, EVICTED) or self._depth >= _NESTED or node in run.waiting or node in self._active:
            return False
        self.give_way()
        if run.scope is not None and node not in run.scope:
            self._widen(run, node)
        asking = self._running, self._floor, self._certain, self._reading
        self._depth += 1
        try:
            self._compute(run, node, self._floor)
        finally:
            self._depth -= 1
            self._running, self._floor, self._certain, self._reading = asking
        return node.state == FRESH

    def peek(self, of: Input[K, V] | Query[K, V], key: K) -> V | None:
        """The value as it last was, without computing or recording anything; None when there is none."""
        node = self._tables.get(of, {}).get(key)
        if node is not None and isinstance(node.value, Packed):
            self._unpack(node)
        return None if node is None or node.value is GONE else node.value

    def observe(self, of: Query[K, V], key: K) -> None:
        """Keep this value up to date from now on."""
        node = self._node(of, key)
        if node not in self._observed:
            self._observed.add(node)
            self._retain(node)

    def unobserve(self, of: Query[K, V], key: K) -> None:
        """Stop keeping it up to date."""
        node = self._tables.get(of, {}).get(key)
        if node is not None and node in self._observed:
            self._observed.discard(node)
            self._release(node)

    def forget(self, of: Query[Any, Any]) -> None:
        """Drop all large values of a query with `keep`; they are computed again when somebody asks."""
        for node in self._kept.get(of, ()):
            let_go(node)
            if node.state == FRESH:
                node.state = EVICTED
        self._kept[of] = OrderedDict()

    def settle(
        self, targets: Iterable[tuple[Query[Any, Any], Any]], cancelled: Callable[[], bool] = lambda: False
    ) -> bool:
        """Bring only the targets, and what they read, up to date; False when cancelled."""
        nodes = tuple(self._node(of, key) for of, key in targets)
        for node in nodes:
            self._retain(node)
        try:
            return self._pass(self._scoped(nodes), cancelled)
        finally:
            for node in nodes:
                self._release(node)

    def stabilise(self, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Bring everything that is needed up to date, lowest first; False when cancelled."""
        if not self._tell(cancelled):
            return False
        soiled, self._soiled = self._soiled or (), None
        if len(self._todo.heap) + len(soiled) > 2 * len(self._dirty) + _STALE:
            self._todo.refill(self._dirty)
        else:
            for node in soiled:
                self._todo.push(node, priority(node))
        run = Run(None, self._todo)
        try:
            return self._pass(run, cancelled)
        finally:
            self._soiled = []
            for node in run.waiting.keys() & self._dirty:
                self._todo.push(node, LAST + 1)  # behind what they wait for, or a pass of one step would never get on

    # One pass

    def _scoped(self, targets: tuple[Node, ...]) -> Run:
        """A pass over the targets and what they read."""
        scope, queue = self._scope(targets), Queue()
        self._tell_in(scope)
        queue.refill(scope & self._dirty)
        return Run(scope, queue)

    def _pass(self, run: Run, cancelled: Callable[[], bool]) -> bool:
        self._run, run.cancelled = run, cancelled
        try:
            while run.heap:
                if cancelled():
                    return False
                height, _, node = heappop(run.heap)
                if node.state == FRESH or node in run.waiting or not run.is_wanted(node):
                    continue
                if node.height > height:
                    run.push(node, node.height)
                    continue
                try:
                    self._compute(run, node, height)
                except Stopped:
                    run.push(node, priority(node))
                    return False
                except Exception:
                    run.push(node, priority(node))
                    raise
            self._look_again()
            if run.scope is None:
                self._gave_way.clear()
            return True
        finally:
            self._run = None

    def _look_again(self) -> None:
        """Who was given a `cyclic` value in place of one that is known now reads it in the next pass; once after each edit, for it may loop."""
        self.unsettled = False
        owed, self._owed = self._owed, set()
        for node, dep in owed:
            if dep.state in (DIRTY, NEW):
                if dep.needed:  # the pass that was to compute it was cancelled
                    self._owed.add((node, dep))
            elif (node, dep) not in self._looked:
                self._looked.add((node, dep))
                if isinstance(dep.of, Query) and (dep.state == EVICTED or dep.value != dep.of.cyclic):
                    self._mark(node)
                    self.unsettled = True

    def _compute(self, run: Run, node: Node, height: int) -> None:
        of: Any = node.of
        self._running, self._floor, self._reading = node, height, {}
        self._certain = height if run.scope is None else 0
        self._active.add(node)
        clock = self.clock
        began = clock.begin() if clock is not None else 0.0
        try:
            value = of.function(self, node.key)
        except Missing as missing:
            self._wait(run, node, missing.nodes)
            return
        except Exception as error:
            if of.failed is None:
                raise
            value = of.failed(node.key, error)
        finally:
            if clock is not None:
                clock.end(of.name, began)
            self._active.discard(node)
            self._running = None
        self._finish(run, node, value, tuple(self._reading))

    def _finish(self, run: Run, node: Node, value: Any, deps: tuple[Node, ...]) -> None:
        if isinstance(node.value, Packed):
            self._unpack(node)
        self.changes += 1
        self.executed.append((node.of.name, node.key))
        was = node.state
        node_of: Any = node.of
        if deps != node.deps:
            self._relink(node, deps)
        changed = was == DIRTY and (
            node.value is GONE or node_of.same is None or not (node.value is value or node_of.same(node.value, value))
        )
        if changed or was != DIRTY:
            if node_of.keep is None:
                node.value = value
            else:
                let_go(node, value)
        node.state = FRESH
        if node.of in self.watched and (changed or was == NEW):
            self.updates.append((node.of, node.key))
        self._dirty.discard(node)
        self._gave_way.discard(node)
        top = 0
        for dep in deps:
            if dep.height > top:
                top = dep.height
        if top >= node.height or (was == NEW and node_of.slack):
            self._raise(node, top + 1 + node_of.slack)
        if node in run.waiters or node in run.holding:
            self._wake(run, node)
        if node_of.keep is not None:
            self._keep(run, node, node_of.keep)
        run.runs[node] = run.runs.get(node, 0) + 1
        if changed and run.runs[node] < RUNAWAY:
            self._mark_readers(run, node)

    def _ready(self, node: Node) -> bool:
        """Whether the running function may read the node: nothing below it can still change."""
        run = self._run
        if node.state == PACKED:
            self._unpack(node)
        if node.state != FRESH or run is None:
            return False
        if node.height == 0:
            return True
        if not run.includes(node) and self._widen(run, node):
            return False
        if node.height <= self._floor:
            return True
        return not run.old_waiting and (not run.heap or run.heap[0][0] > node.height)

    def _demand(self, node: Node) -> Any:
        if node.state == PACKED:
            self._unpack(node)
        if isinstance(node.of, Input) or (node.state == FRESH and not self._dirty and not self._untold):
            return node.value
        if node.state == FRESH and node.needed:
            scope = self._scope((node,))
            self._tell_in(scope)
            if scope.isdisjoint(self._dirty):
                return node.value
        self._retain(node)
        try:
            run = self._scoped((node,))
            run.held[node] = 1
            if node.state == EVICTED:
                run.push(node, node.height)
            self._pass(run, lambda: False)
            return node.value
        finally:
            self._release(node)
