"""The scopes of one query, bottom-up: row set, columns and order of each.

The sources of a scope are numbered once, jointly for its row set and all its columns: hashed column by column,
`(x.a, x.b)` and `(x.a, y.b)` of a self-join would look equal.  Inner joins are numbered by what they join, everything else
in source order; branches of a set operation are tagged, never sorted.

A scope that makes values over many rows (groups, set-returning calls) seals its columns with its row set, so that an
aggregate of this scope is never taken for one of the scope above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsp_server.analysis.expressions import Expressions
from lsp_server.analysis.hashing import cat, unordered
from lsp_server.analysis.relations import CorrelatedError, Frame, Leaf, Relation
from lsp_server.analysis.rewrites import conditions, ordering, relations
from lsp_server.analysis.selects import SelectReader
from lsp_server.semantics import ir

ReadModel = Callable[[ir.Source], Relation]

MAX_MERGED = 64
"""Relations that are brought along when a scope is written into the one that reads it."""


class Scopes:
    """The meanings of a query's scopes; `read_model` gives the relation behind a source that is a model."""

    def __init__(self, query: ir.Query, read_model: ReadModel, surroundings: bytes = b"") -> None:
        self.query = query
        self._read_model = read_model
        self._outside = surroundings
        self.expressions = Expressions(query.dialect, self)
        self._relations: dict[int, Relation] = {}
        self._models: dict[int, Relation] = {}
        self.groups: dict[Frame, frozenset[bytes]] = {}
        self._mergeable: dict[int, bool] = {}
        self._salt: bytes | None = None
        self._surroundings: bytes | None = None
        recursive = [at for at, scope in enumerate(query.scopes) if isinstance(scope, ir.SetOp) and scope.recursive]
        self._recursive = {scope: rank for rank, scope in enumerate(recursive)}

    def output(self) -> Relation:
        """The model's own relation.  Scopes are read in their order, so that a long chain of CTEs needs no deep stack."""
        for index in range(len(self.query.scopes)):
            try:
                self.relation(index, None)
            except CorrelatedError:
                continue
        return self.relation(len(self.query.scopes) - 1, None)

    def relation(self, index: int, parent: Frame | None) -> Relation:
        """What scope `index` means inside `parent`; a scope that refers to nothing outside is read once."""
        known = self._relations.get(index)
        if known is not None:
            return known
        if parent is None:
            found = self._relations[index] = self._scope(index, None)
            return found
        return self._scope(index, parent)

    def salt(self) -> bytes:
        """The canon of the whole query and of everything that it reads: what draws anew when any of it changes."""
        if self._salt is None:
            read = {
                (node.source, node.index)
                for expr in expressions_of(self.query)
                for node in conditions.walk(expr)
                if isinstance(node, ir.Col)
            }
            parts = [ir.pack(self.query), self._outside]
            for at, source in enumerate(self.query.sources):
                if source.kind == "model":
                    relation = self._model(at)
                    parts += [relation.rows, relation.order()]
                    parts += [relation.column(index) for source_at, index in sorted(read) if source_at == at]
            self._salt = cat(b"salt", *parts)
        return self._salt

    def surroundings(self) -> bytes:
        """All that a part which cannot be understood may read: every upstream relation, whole, and any name of this query."""
        if self._surroundings is None:
            models = [self._model(at).whole() for at, source in enumerate(self.query.sources) if source.kind == "model"]
            self._surroundings = cat(b"surroundings", ir.pack(self.query), self._outside, *models)
        return self._surroundings

    def is_mergeable(self, index: int) -> bool:
        """Whether scope `index` may be written into the one that reads it."""
        if index not in self._mergeable:
            self._weigh()
        return self._mergeable[index]

    def _weigh(self) -> None:
        """Judge all scopes: merged ones bring their relations along, and those of a chain of self-joins double with each step."""
        weights: list[int] = []
        for index, scope in enumerate(self.query.scopes):
            sources = [self.query.sources[join.source] for join in scope.joins] if isinstance(scope, ir.Select) else []
            weight = sum(weights[s.scope] if s.kind == "scope" and s.scope < index else 1 for s in sources)
            mergeable = weight <= MAX_MERGED and relations.is_mergeable(scope, self.query.dialect)
            self._mergeable[index] = mergeable
            weights.append(weight if mergeable else 1)

    def unique_canons(self, frame: Frame) -> frozenset[bytes] | None:
        """Expressions of which no two rows of a grouped scope agree."""
        return self.groups.get(frame)

    def _model(self, at: int) -> Relation:
        known = self._models.get(at)
        if known is None:
            known = self._models[at] = self._read_model(self.query.sources[at])
        return known

    def _scope(self, index: int, parent: Frame | None) -> Relation:
        scope = self.query.scopes[index]
        if isinstance(scope, ir.Select):
            return SelectReader(self, self.expressions, index, scope, parent).read()
        if isinstance(scope, ir.SetOp):
            return self._set_operation(index, scope, parent)
        if isinstance(scope, ir.Pivot):
            return self._pivot(index, scope, parent)
        return self._opaque(index, scope, parent)

    # sources

    def source(self, at: int, frame: Frame) -> Relation:
        """The relation of source instance `at`; its arguments are read in `frame`."""
        source = self.query.sources[at]
        relation = self._plain_source(at, source, frame)
        if not source.extra:
            return relation
        return self._sampled(relation, source.extra)

    def _plain_source(self, at: int, source: ir.Source, frame: Frame) -> Relation:
        if source.kind == "model":
            return self._model(at)
        if source.kind == "scope":
            return self.relation(source.scope, frame)
        if source.kind == "values":
            return self._values(source, frame)
        if source.kind == "recursion":
            base = cat(b"recursion", b"%d" % self._recursive.get(source.scope, -1))
        elif source.kind == "function":
            base = cat(b"function", source.name.encode(), *self.expressions.all(source.args, frame))
        else:
            args = self.expressions.all(source.args, frame)
            base = cat(b"opaque source", source.name.encode(), *args, self.surroundings())
        width = max(len(source.columns), 1)
        columns = tuple(cat(b"of", base, b"%d" % index) for index in range(width))
        return Relation(base, columns, lambda: cat(b"order of", base))

    def _values(self, source: ir.Source, frame: Frame) -> Relation:
        width = len(source.columns) or 1
        cells = self.expressions.all(source.args, frame)
        rows = cat(b"values", b"%d" % (len(cells) // width))
        columns = tuple(cat(b"cells", *cells[at::width]) for at in range(width))
        return Relation(rows, columns, lambda: cat(b"order of", rows))

    def _sampled(self, relation: Relation, extra: str) -> Relation:
        """TABLESAMPLE, WITH ORDINALITY: which rows there are, or their numbers, follow the order, or are drawn anew."""
        parts = [extra.encode(), relation.rows, relation.order()]
        if "ORDINALITY" not in extra.upper():
            parts.append(self.salt())
        rows = cat(b"extra", *parts)
        columns = tuple(cat(b"extra", rows, column) for column in relation.columns)
        return Relation(rows, (*columns, cat(b"ordinality", rows)), relation.order)

    # other scopes

    def _set_operation(self, index: int, scope: ir.SetOp, parent: Frame | None) -> Relation:
        left, right = self.relation(scope.left, parent), self.relation(scope.right, parent)
        kind = cat(
            b"kind",
            scope.op.lower().encode(),
            b"distinct" if scope.distinct else b"all",
            scope.recursive_extra.encode(),
        )
        columns = [
            cat(b"branches", kind, side(left, pair[0]), side(right, pair[1]), type_name.encode())
            for pair, type_name in zip(scope.pairs, scope.types, strict=False)
        ]
        if scope.recursive:
            rank = b"%d" % self._recursive[index]
            rows = cat(b"recursive", rank, kind, left.rows, right.rows, *columns, *left.columns, *right.columns)
            columns = [cat(b"of", rows, b"%d" % at) for at in range(len(columns))]
        elif scope.distinct or scope.op.lower() != "union":
            rows = cat(b"set", kind, left.rows, right.rows, unordered(b"columns", columns))
        else:
            rows = cat(b"set", kind, left.rows, right.rows)
        widths = (len(left.columns), len(right.columns))
        if widths[0] != widths[1] and not any(-1 in pair for pair in scope.pairs):
            # The engine refuses it: a reader that an added column upstream breaks is not the same.
            rows = cat(b"refused", rows, b"%d %d" % widths)
        plain_union = scope.op.lower() == "union" and not scope.distinct and not scope.recursive

        def under() -> bytes:
            return cat(b"branches in order", rows, left.order(), right.order(), *([] if plain_union else columns))

        frame = Frame(index, parent, 0 if parent is None else parent.depth + 1)
        unsorted = Relation(rows, tuple(columns), under)
        frame.bindings[-1] = Leaf(None, unsorted)
        keys = self.expressions.sort_keys(scope.order, frame)
        unique = set(columns) if scope.distinct and not scope.recursive else None
        sorted_by = {self.expressions.canon(key.expr, frame) for key in scope.order}
        order = ordering.order_of(keys, ordering.is_total(sorted_by, unique), under)
        if scope.others:
            rows = cat(b"others", rows, order(), *self.expressions.all(scope.others, frame))
        rows = self.limited(rows, scope, frame, order)
        return Relation(rows, tuple(columns), order)

    def limited(self, rows: bytes, scope: ir.Select | ir.SetOp, frame: Frame, order: Callable[[], bytes]) -> bytes:
        """The row set that LIMIT, OFFSET and samples leave: which rows they are follows the order."""
        # Of rows in no order, `LIMIT 2` takes whichever come first, and `LIMIT 2 OFFSET 0` is another plan: others may.
        nothing = ordering.skips_nothing(scope.offset) and (scope.limit is None or bool(scope.order))
        offset = None if nothing else scope.offset
        extra = ordering.beside_limit(scope.limit_extra).upper()
        if scope.limit is None and offset is None and not extra:
            return rows
        parts = [
            b"" if bound is None else cat(b"bound", self.expressions.canon(bound, frame))
            for bound in (scope.limit, offset)
        ]
        if (extra and "PERCENT" not in extra and "TIES" not in extra) or "SAMPLE" in extra:
            parts.append(self.salt())
        return cat(b"limit", rows, order(), extra.encode(), *parts)

    def _pivot(self, index: int, scope: ir.Pivot, parent: Frame | None) -> Relation:
        frame = Frame(index, parent, 0 if parent is None else parent.depth + 1)
        relation = self.source(scope.source, frame)
        frame.bindings[scope.source] = Leaf(None, relation)
        frame.input_order = frame.window_order = relation.order
        frame.window_rows = relation.rows
        args = self.expressions.all(scope.args, frame)
        base = cat(b"pivot", scope.kind.encode(), scope.text.encode(), relation.whole(), *args)
        columns = tuple(
            cat(b"of", base, relation.column(passed)) if passed >= 0 else cat(b"made", base, b"%d" % at)
            for at, passed in _passed(scope)
        )
        return Relation(base, columns, lambda: cat(b"order of", base))

    def _opaque(self, index: int, scope: ir.OpaqueScope, parent: Frame | None) -> Relation:
        frame = Frame(index, parent, 0 if parent is None else parent.depth + 1)
        wholes: list[bytes] = []
        for at in scope.sources:
            relation = self.source(at, frame)
            frame.bindings[at] = Leaf(b"%d" % len(wholes), relation)
            wholes.append(relation.whole())
        base = cat(b"opaque scope", scope.text.encode(), *wholes, self.surroundings())
        columns = tuple(cat(b"of", base, b"%d" % at) for at in range(len(scope.columns)))
        return Relation(base, columns, lambda: cat(b"order of", base))


def _passed(scope: ir.Pivot) -> Iterator[tuple[int, int]]:
    for at in range(len(scope.columns)):
        yield at, scope.passed[at] if at < len(scope.passed) else -1


def side(relation: Relation, index: int) -> bytes:
    """Column `index` of one branch; BY NAME fills what a branch lacks with NULL."""
    return relation.column(index) if index >= 0 else b"absent"


def expressions_of(query: ir.Query) -> Iterator[ir.Expr]:
    """Every expression that stands directly in a scope or a source of `query`."""
    for source in query.sources:
        yield from source.args
    for scope in query.scopes:
        yield from _expressions_of_scope(scope)


def _expressions_of_scope(scope: ir.Scope) -> Iterator[ir.Expr]:
    if not isinstance(scope, ir.SetOp):
        yield from (column.expr for column in scope.columns)
    if isinstance(scope, ir.Pivot):
        yield from scope.args
    if isinstance(scope, ir.Select):
        yield from (join.on for join in scope.joins if join.on is not None)
        yield from (part for part in (scope.where, scope.having, scope.qualify) if part is not None)
        yield from scope.group
        yield from scope.distinct_on
    if isinstance(scope, ir.Select | ir.SetOp):
        yield from scope.others
        yield from (key.expr for key in scope.order)
        yield from (part for part in (scope.limit, scope.offset) if part is not None)
