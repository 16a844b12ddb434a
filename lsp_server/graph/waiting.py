"""Functions that asked for what is not ready: put back, behind what they wait for, and woken when that is done.

Terms: see `engine.py`.
"""

from __future__ import annotations

from lsp_server.graph.nodes import DIRTY, FRESH, LAST, NEW, Node, Nodes, Run
from lsp_server.graph.telling import Telling

_PATIENCE = 8
"""So often is a function that read too early put back by its height; then it goes behind everything else."""


class Waiting(Telling):
    """A store whose nodes wait for each other during a pass."""

    def __init__(self) -> None:
        super().__init__()
        self._floor = 0
        """The height up to which everything is done, while a function runs."""
        self._owed: set[tuple[Node, Node]] = set()
        """Who was given a `cyclic` value in place of which one, since a pass last came to its end."""

    def _wait(self, run: Run, node: Node, missing: list[Node]) -> None:
        """Put an abandoned function back: behind what it asked for.

        When it asks for what, as far as is known, was computed from itself, then mostly two edges turn round in one
        edit (a read b, now b reads a), and something dirty is about to let go: it goes behind everything else.  So does who was put
        back again and again: two such nodes can lift each other, and what is about to let go, for ever.
        """
        pending: Nodes = set()
        height, knotted = node.height, False
        for dep in missing:
            if run.scope is not None and dep not in run.scope:
                self._widen(run, dep)
            if dep is node or self._waits_for(run, dep, node):
                run.cut.add((node, dep))
                self._owed.add((node, dep))
            elif dep.state != FRESH:
                pending.add(dep)
            elif self._reads(dep, node):
                knotted = True
            else:
                height = max(height, dep.height + 1)
        run.put_back[node] = run.put_back.get(node, 0) + 1
        if run.put_back[node] > _PATIENCE:
            knotted = True
        else:
            self._raise(node, height)
        if not pending:
            run.push(node, LAST + 1 if knotted else max(node.height, self._floor if node.state == NEW else 0))
            return
        run.waiting[node] = pending
        run.old_waiting += node.state != NEW
        for dep in pending:
            run.waiters.setdefault(dep, []).append(node)
            run.holding.setdefault(node, []).append(dep)
            run.held[dep] = run.held.get(dep, 0) + 1
            if dep not in run.waiting:
                run.push(dep, dep.height if dep.state == DIRTY else max(dep.height, self._floor))

    @staticmethod
    def _reads(start: Node, goal: Node) -> bool:
        """Whether `start` was last computed from `goal`."""
        stack, seen = [start], {start}
        while stack:
            for dep in stack.pop().deps:
                if dep is goal:
                    return True
                if dep.height > goal.height and dep not in seen:
                    seen.add(dep)
                    stack.append(dep)
        return False

    @staticmethod
    def _waits_for(run: Run, start: Node, goal: Node) -> bool:
        stack, seen = [start], {start}
        while stack:
            for node in run.waiting.get(stack.pop(), ()):
                if node is goal:
                    return True
                if node not in seen:
                    seen.add(node)
                    stack.append(node)
        return False

    def _wake(self, run: Run, node: Node) -> None:
        for dep in run.holding.pop(node, ()):
            run.held[dep] -= 1
        for waiter in run.waiters.pop(node, ()):
            pending = run.waiting[waiter]
            pending.discard(node)
            if not pending:
                del run.waiting[waiter]
                run.old_waiting -= waiter.state != NEW
                if waiter.state == NEW:
                    run.push(waiter, max(waiter.height, self._floor))
                else:
                    self._raise(waiter, node.height + 1)
                    run.push(waiter, waiter.height)
