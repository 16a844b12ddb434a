"""What a relation means: its row set, the value of each column in a row, and, only for those who ask, its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lsp_server.analysis.hashing import cat


@dataclass(slots=True)
class Relation:
    """`rows` identifies a bag of row identities; `columns[i]` is a function from row identity to value.

    `keys`: sets of columns of which no two rows agree, derived from the query.  `order` is computed when first read.
    """

    rows: bytes
    columns: tuple[bytes, ...]
    make_order: Callable[[], bytes]
    keys: tuple[frozenset[int], ...] = ()
    rest: bytes = b""
    """Whatever else the relation holds: columns that this query does not name."""
    _order: bytes | None = field(default=None)

    def column(self, index: int) -> bytes:
        """The meaning of column `index`; of one that nobody described, its index in an unknown interface."""
        if 0 <= index < len(self.columns):
            return self.columns[index]
        return cat(b"undescribed", self.rows, b"%d" % index)

    def order(self) -> bytes:
        """In which order a reader meets the rows."""
        if self._order is None:
            self._order = self.make_order()
        return self._order

    def whole(self) -> bytes:
        """Everything: for readers that cannot be understood."""
        return cat(b"whole", self.rows, self.order(), self.rest, *self.columns)


class Frame:
    """Where the columns of one scope's sources are found while its expressions are read.

    `bindings`: relation instance to a `Leaf`, or to the frame of a subquery that was merged into this scope.
    `parent`: the frame of the scope around a subquery.  `depth` counts subqueries, not merged scopes.
    `input_order` is what aggregates read, `window_order` what windows read (after grouping), over `window_rows`.
    `row_makers` and `windows` gather the set-returning and window calls that were met.
    """

    __slots__ = (
        "bindings",
        "depth",
        "input_order",
        "parent",
        "row_makers",
        "scope",
        "window_order",
        "window_rows",
        "windows",
    )

    def __init__(self, scope: int, parent: Frame | None, depth: int) -> None:
        self.scope = scope
        self.parent = parent
        self.depth = depth
        self.bindings: dict[int, Leaf | Frame] = {}
        self.row_makers: list[bytes] = []
        self.windows: list[bytes] = []
        self.input_order: Callable[[], bytes] = lambda: b""
        self.window_order: Callable[[], bytes] = lambda: b""
        self.window_rows = b""


@dataclass(slots=True)
class Leaf:
    """A relation instance: `prefix` is its number among the scope's instances, None where there is only one."""

    prefix: bytes | None
    relation: Relation

    def column(self, index: int) -> bytes:
        """What column `index` of this instance means in its scope."""
        meaning = self.relation.column(index)
        return meaning if self.prefix is None else cat(b"col", self.prefix, meaning)


class CorrelatedError(Exception):
    """A scope refers to a source that no frame binds: it can only be read inside the scope around it."""
