"""Who reads a value learns that it has changed: at once, or, where that is a thousand readers, when somebody wants to know.

Whoever types into a file waits for the pass that has this file in its scope, and of the readers only those in the scope
matter to it.  To mark all of a root's readers there (they lie all over the memory, and memos that nobody needs are thrown away)
took longer than everything else.  So such a pass marks the ones in its scope, and the node stands in `_untold` until the next whole
pass has marked the others.  Hence everything that asks whether a node is up to date first has what that node reads tell it.

Terms: see `engine.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from lsp_server.graph.nodes import DIRTY, EVICTED, NEW, PACKED, K, Node, Nodes, Query, Run, V
from lsp_server.graph.store import Store

MANY = 50
"""Readers; fewer are told at once, so that it is known how much an edit reaches."""
_STEP = 200
"""So many are told between two moments in which that may be left."""


class Telling(Store):
    """A store whose nodes learn of changes."""

    def __init__(self) -> None:
        super().__init__()
        self._untold: dict[Node, Nodes] = {}
        """Nodes that have changed without all their readers being marked -> those that were."""
        self._run: Run | None = None
        self.updates: list[tuple[object, Any]] = []
        """(query, key) of each `watched` query whose value is new or another, since the caller last cleared it."""
        self.watched: frozenset[object] = frozenset()

    def dirty(self) -> int:
        """How many needed nodes are known to be out of date (their readers not counted), or may be."""
        return len(self._dirty) + sum(node.reader_count for node in self._untold)

    def is_packed(self, of: Query[K, V], key: K) -> bool:
        """Whether a value is up to date and nobody has asked for it since an earlier session kept it."""
        return self._packed_node(of, key) is not None

    def packed(self, of: Query[K, V], key: K) -> memoryview | None:
        """The bytes of a value that is up to date and that nobody has asked for yet (`past.py`)."""
        node = self._packed_node(of, key)
        return self.past.packed(node.value) if node is not None and self.past is not None else None

    def _packed_node(self, of: Query[Any, Any], key: Hashable) -> Node | None:
        node = self._tables.get(of, {}).get(key)
        if node is not None and self._untold:
            self._tell_in(self._scope((node,)))
        return node if node is not None and node.state == PACKED else None

    def packed_keys(self, of: Query[Any, Any]) -> frozenset[Any]:
        """All keys whose values are."""
        self._tell()
        return frozenset([key for key, node in self._tables.get(of, {}).items() if node.state == PACKED])

    def out_of_date(self, of: Query[K, Any]) -> set[K]:
        """The keys of a kind that something has changed for."""
        self._tell()
        return {key for key, node in self._tables.get(of, {}).items() if node.state == DIRTY}

    def _mark_readers(self, run: Run, node: Node) -> None:
        """The node has changed."""
        if run.scope is not None and node.reader_count > MANY:
            self._untold[node] = set()
            self._tell_of(node, run.scope)
            return
        for reader in tuple(node.readers):
            self._mark(reader)

    def _tell_in(self, nodes: Nodes) -> None:
        """Mark those of `nodes` (with each also what it reads) that have read what is another now; all are needed."""
        for node in self._untold:
            if node in nodes:
                self._tell_of(node, nodes)

    def _tell_of(self, node: Node, nodes: Nodes) -> None:
        for reader in self._ignorant(node, nodes):
            self._mark(reader)
            self._untold[node].add(reader)

    def _ignorant(self, node: Node, nodes: Nodes) -> list[Node]:
        """Those of `nodes` that have read a value of the node which it has no more.  (To look at what each reads unpacks no thousand readers.)"""
        told = self._untold[node]
        return [each for each in nodes if node in each.deps and each not in told and each.state not in (DIRTY, NEW)]

    def _tell(self, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Mark all that have read what is another now; False when cancelled before the end."""
        while self._untold:
            node, told = next(iter(self._untold.items()))
            left = [reader for reader in node.readers if reader.state != DIRTY and reader not in told]
            for at, reader in enumerate(left, start=1):
                self._mark(reader)
                told.add(reader)
                if at % _STEP == 0 and cancelled():
                    return False
            del self._untold[node]
        return True

    def _widen(self, run: Run, node: Node) -> bool:
        """Take a node and all that it reads into the scope; whether there is something to do among them."""
        scope = run.scope
        assert scope is not None, "without a scope everything is in it"
        fresh = {node}
        self._collect([node], fresh)
        fresh -= scope
        scope |= fresh
        untold = any(each in scope and self._ignorant(each, fresh) for each in self._untold)
        if untold:
            self._tell()  # rare; and a memo that nobody needs is thrown away then, which must not be what is read just now
        todo = fresh & self._dirty
        for found in todo:
            run.push(found, found.height)
        return untold or bool(todo)

    def _mark(self, node: Node) -> None:
        """Something that the node read has changed."""
        run = self._run
        if node.state in (DIRTY, NEW):
            return
        if not node.needed and (run is None or (node not in run.waiting and node not in run.waiters)):
            self._discard(node)
            return
        if node.state == EVICTED and isinstance(node.of, Query) and node.of.same is None:
            if node.of in self.watched:
                self.updates.append((node.of, node.key))
            for reader in tuple(node.readers):
                self._mark(reader)
            return
        node.state = DIRTY
        self._soil(node)
        if run is not None and run.scope is not None and node in run.scope:
            run.push(node, node.height)
