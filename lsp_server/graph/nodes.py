"""What the engine is made of: kinds of cells, queries, nodes, and the state of one pass.

Terms and algorithm: see `engine.py`.  Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from heapq import heappush
from operator import eq
from sys import getrefcount
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from lsp_server.graph.engine import Engine

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

NEW, DIRTY, EVICTED, FRESH = range(4)
LAST = 1 << 60
"""Above every height."""


class Input(Generic[K, V]):
    """A kind of cell.  `default` is what an unset cell holds."""

    keep: int | None = None

    def __init__(self, name: str, default: V) -> None:
        self.name = name
        self.default = default

    def __call__(self, db: Engine, key: K) -> V:
        return db.get(self, key)

    def __repr__(self) -> str:
        return f"<input {self.name}>"


class Query(Generic[K, V]):
    """A memoised function of a key; call it with the engine and the key."""

    def __init__(
        self,
        function: Callable[[Engine, K], V],
        keep: int | None,
        same: Callable[[V, V], bool] | None,
        cyclic: V | None,
        failed: Callable[[K, Exception], V] | None,
        take_apart: Callable[[V], None] | None,
        slack: int,
    ) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__
        self.keep = keep
        self.same = same
        self.cyclic = cyclic
        self.failed = failed
        self.take_apart = take_apart
        self.slack = slack

    def __call__(self, db: Engine, key: K) -> V:
        return db.get(self, key)

    def __repr__(self) -> str:
        return f"<query {self.name}>"


def query(
    *,
    keep: int | None = None,
    same: Callable[[Any, Any], bool] | None = eq,
    cyclic: Any = None,
    failed: Callable[[Any, Exception], Any] | None = None,
    take_apart: Callable[[Any], None] | None = None,
    slack: int = 0,
) -> Callable[[Callable[[Engine, K], V]], Query[K, V]]:
    """Make a query of a function.

    `keep`    at most so many values stay in memory, the recently used ones (for trees).
    `same`    decides the cut-off; None: every recomputation counts as a change (for values that hold positions).
    `cyclic`  the answer to a read that would wait for itself.
    `failed`  makes the value when the function raises; without it the exception goes to whoever stabilises.
    `take_apart`  is told of a large value that nobody holds any more, so that one with circles in it is freed at once.
    `slack`   so much higher than it must does a node stand: where a function sometimes reads more (a tree, and not the memo), its
              readers, and theirs, need not all be lifted then.
    """
    return lambda function: Query(function, keep, same, cyclic, failed, take_apart, slack)


class Clock(Protocol):
    """Told when a query's function begins and ends; they nest."""

    def begin(self) -> float:
        """The moment, given back to `end`."""
        ...

    def end(self, name: str, began: float) -> None:
        """The query of that name has ended."""
        ...


class Node:
    __slots__ = ("deps", "height", "key", "needed", "of", "readers", "state", "value")

    def __init__(self, of: Input[Any, Any] | Query[Any, Any], key: Hashable) -> None:
        self.of = of
        self.key = key
        self.needed = 0
        self.deps: tuple[Node, ...] = ()
        self.readers: tuple[Node, ...] | set[Node] = ()
        """Mostly one to three: a set of so few takes four times the memory, which with a hundred thousand nodes counts."""
        if isinstance(of, Input):
            self.value, self.height, self.state = of.default, 0, FRESH
        else:
            self.value, self.height, self.state = None, 1, NEW

    def __repr__(self) -> str:
        return f"{self.of.name}({self.key!r})"

    def add_reader(self, reader: Node) -> None:
        """`reader` has read this node."""
        readers = self.readers
        if isinstance(readers, set):
            readers.add(reader)
        elif reader not in readers:
            self.readers = (*readers, reader) if len(readers) < FEW else {*readers, reader}

    def drop_reader(self, reader: Node) -> None:
        """`reader` reads this node no more."""
        if isinstance(self.readers, set):
            self.readers.discard(reader)
        else:
            self.readers = tuple([other for other in self.readers if other is not reader])


FEW = 4
"""So many readers stand in a tuple."""
Nodes = set[Node]


class Missing(BaseException):
    """The running function asked for nodes that are not ready."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes


class Stopped(BaseException):
    """The pass was cancelled while a function ran."""


class Queue:
    """Nodes to compute: lowest first; of equals the latest first, so that who waited goes on before others begin."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Node]] = []
        self._pushed = 0

    def push(self, node: Node, priority: int) -> None:
        self._pushed += 1
        heappush(self.heap, (priority, -self._pushed, node))

    def refill(self, nodes: Iterable[Node]) -> None:
        """Hold these and no others."""
        self.heap.clear()
        for node in nodes:
            self.push(node, priority(node))


def priority(node: Node) -> int:
    """Where a dirty node stands in a queue: what was never computed comes last."""
    return node.height if node.state == DIRTY else LAST


class Run:
    """The state of one pass: its scope (None: everything), what is to do, who waits for whom."""

    def __init__(self, scope: set[Node] | None, queue: Queue) -> None:
        self.scope = scope
        self.heap = queue.heap
        self.push = queue.push
        self.waiting: dict[Node, set[Node]] = {}
        self.waiters: dict[Node, list[Node]] = {}
        self.old_waiting = 0
        """How many of the waiting nodes were computed before: what reads them may look fresh and not be."""
        self.held: dict[Node, int] = {}
        """Values that a waiting function is about to read: not to be evicted."""
        self.holding: dict[Node, list[Node]] = {}
        self.cut: set[tuple[Node, Node]] = set()
        self.runs: dict[Node, int] = {}
        self.cancelled: Callable[[], bool] = lambda: False
        self.put_back: dict[Node, int] = {}
        """How often a function was abandoned since it asked for what is not ready."""

    def includes(self, node: Node) -> bool:
        return self.scope is None or node in self.scope

    def is_wanted(self, node: Node) -> bool:
        """Whether somebody waits for the node: in a whole pass's queue there may be some that nobody needs any more."""
        return self.scope is not None or node.needed > 0 or node in self.waiters or node in self.held


class _Gone:
    """Stands for a value that was dropped to save memory."""

    def __repr__(self) -> str:
        return "<evicted>"


GONE = _Gone()


def let_go(node: Node, value: Any = GONE) -> None:
    """Put `value` in the place of a node's large value, which is taken apart if nobody else is in the middle of reading it."""
    before, node.value = node.value, value
    of: Any = node.of
    if of.take_apart is not None and before is not None and before is not GONE and getrefcount(before) == _MINE:
        of.take_apart(before)


_MINE = 2
"""What counts as one's own: the variable, and the argument of `getrefcount`."""
