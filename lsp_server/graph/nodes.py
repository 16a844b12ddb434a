"""What the engine is made of: kinds of cells, queries, nodes, and the state of one pass.

Terms and algorithm: see `engine.py`.  Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from heapq import heappush
from operator import eq
from sys import getrefcount
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, get_type_hints

if TYPE_CHECKING:
    from lsp_server.graph.engine import Engine
    from lsp_server.graph.past import Past

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

NEW, DIRTY, EVICTED, FRESH, PACKED = range(5)
LAST = 1 << 60
"""Above every height."""


KINDS: dict[str, Input[Any, Any] | Query[Any, Any]] = {}
"""All kinds of nodes by full name: what a file that holds nodes calls them (`past.py`)."""


class Input(Generic[K, V]):
    """A kind of cell.  `default` is what an unset cell holds.

    `derived`: set by the engine's owner as follows from values of queries, so that it is as it was where they are.
    """

    keep: int | None = None

    def __init__(self, name: str, default: V, *, derived: bool = False) -> None:
        self.name = self.full_name = name
        self.default = default
        self.derived = derived
        if name in KINDS:
            raise ValueError(f"there is a kind of cells called {name} already")
        KINDS[name] = self

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
        part_of: Query[Any, Any] | None,
        part: Callable[[Any, Any], V | None] | None,
    ) -> None:
        self.function = function
        self.name = function.__name__
        self.full_name = f"{function.__module__}.{function.__name__}"
        self.__doc__ = function.__doc__
        self.keep = keep
        self.same = same
        self.cyclic = cyclic
        self.failed = failed
        self.take_apart = take_apart
        self.slack = slack
        self.part_of = part_of
        self.part = part
        KINDS[self.full_name] = self

    @cached_property
    def kind(self) -> Any:
        """The type of its values, as the function declares it."""
        return get_type_hints(self.function)["return"]

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
    part_of: Query[Any, Any] | None = None,
    part: Callable[[Any, Any], Any] | None = None,
) -> Callable[[Callable[[Engine, K], V]], Query[K, V]]:
    """Make a query of a function.

    `keep`    at most so many values stay in memory, the recently used ones (for trees).
    `same`    decides the cut-off; None: every recomputation counts as a change (for values that hold positions).
    `cyclic`  the answer to a read that would wait for itself.
    `failed`  makes the value when the function raises; without it the exception goes to whoever stabilises.
    `take_apart`  is told of a large value that nobody holds any more, so that one with circles in it is freed at once.
    `slack`   so much higher than it must does a node stand: where a function sometimes reads more (a tree, and not the memo), its
              readers, and theirs, need not all be lifted then.
    `part_of`, `part`  mostly the value is a part of what that query gave: `part(key, its value)`.  It is kept on disk once then.
    """
    return lambda function: Query(function, keep, same, cyclic, failed, take_apart, slack, part_of, part)


class Clock(Protocol):
    """Told when a query's function begins and ends; they nest."""

    def begin(self) -> float:
        """The moment, given back to `end`."""
        ...

    def end(self, name: str, began: float) -> None:
        """The query of that name has ended."""
        ...


class Packed(int):
    """Stands for a value, or for edges, that nobody has asked for since they were read from disk: a node's number in `past`."""

    past: Past


class Node:
    __slots__ = ("_deps", "_readers", "height", "key", "needed", "of", "state", "value")

    def __init__(self, of: Input[Any, Any] | Query[Any, Any], key: Hashable) -> None:
        self.of = of
        self.key = key
        self.needed = 0
        self._deps: tuple[Node, ...] | Packed = ()
        self._readers: tuple[Node, ...] | set[Node] | Packed = ()
        if isinstance(of, Input):
            self.value, self.height, self.state = of.default, 0, FRESH
        else:
            self.value, self.height, self.state = None, 1, NEW

    @property
    def deps(self) -> tuple[Node, ...]:
        """What its function read when it last ran."""
        deps = self._deps
        if isinstance(deps, Packed):
            deps = self._deps = deps.past.deps_of(deps)
        return deps

    @deps.setter
    def deps(self, deps: tuple[Node, ...]) -> None:
        self._deps = deps

    @property
    def readers(self) -> tuple[Node, ...] | set[Node]:
        """Who read it.  Mostly one to three: a set of so few takes four times the memory, which with a hundred thousand nodes counts."""
        readers = self._readers
        if isinstance(readers, Packed):
            readers = self._readers = readers.past.readers_of(readers)
        return readers

    @readers.setter
    def readers(self, readers: tuple[Node, ...] | set[Node]) -> None:
        self._readers = readers

    @property
    def reader_count(self) -> int:
        """How many they are, without fetching them."""
        readers = self._readers
        return readers.past.reader_count(readers) if isinstance(readers, Packed) else len(readers)

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
