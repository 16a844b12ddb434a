"""One SELECT, clause by clause, in the order in which the engine evaluates them: FROM, WHERE, GROUP BY, HAVING, windows,
QUALIFY, set-returning columns, DISTINCT, ORDER BY, LIMIT.

`scopes.py` says how scopes fit together and why columns are sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from lsp_server.analysis.hashing import cat, once, unordered
from lsp_server.analysis.relations import CorrelatedError, Frame, Leaf, Relation
from lsp_server.analysis.rewrites import conditions, ordering, relations
from lsp_server.semantics import ir

if TYPE_CHECKING:
    from lsp_server.analysis.expressions import Expressions
    from lsp_server.analysis.scopes import Scopes

_ORDER_SENSITIVE_JOINS = frozenset(["positional", "asof", "asof_left"])
_ONE_ROW = cat(b"one row")
_encode = msgspec.msgpack.Encoder().encode


class SelectReader:
    """Reads scope `index` of `scopes.query` inside `parent`."""

    def __init__(
        self, scopes: Scopes, expressions: Expressions, index: int, scope: ir.Select, parent: Frame | None
    ) -> None:
        self.scopes = scopes
        self.expressions = expressions
        self.scope = scope
        self.frame = Frame(index, parent, 0 if parent is None else parent.depth + 1)
        self.relations: dict[int, Relation] = {}

    def read(self) -> Relation:
        """Row set, columns and order of the SELECT."""
        scope, frame = self.scope, self.frame
        base = self._from_and_where()
        frame.input_order = frame.window_order = once(self._block_order)
        rows, keys = self._group(base)
        identity = rows
        rows = self._filtered(b"having", rows, scope.having)
        if scope.others:
            rows = cat(b"others", rows, self._block_order(), *self.expressions.all(scope.others, frame))
        frame.window_rows = rows
        if scope.grouped:
            frame.window_order = once(lambda: self._group_order(rows, keys))
            if not scope.group_sets:
                self.scopes.groups[frame] = frozenset(keys)
        columns = [self._column(column.expr) for column in scope.columns]
        if scope.open_star:
            columns.append(cat(b"undescribed columns", *(self._relation(join.source).whole() for join in scope.joins)))
        rows = self._filtered(b"qualify", rows, scope.qualify)
        makes_rows = bool(frame.row_makers)
        if makes_rows:
            rows = identity = cat(b"made", rows, unordered(b"by", frame.row_makers))
        under = frame.window_order
        if frame.windows or makes_rows:
            under = self._order_after_windows(under, columns)
        unique = set(keys) if scope.grouped and not scope.group_sets and not makes_rows else None
        if scope.distinct == "all" and not (unique is not None and relations.is_repeated_distinct(keys, columns)):
            under = _order_after_distinct(rows, columns, under)
            rows = self._distinct(rows, columns, makes_rows)
            unique = set(columns)
            if not scope.grouped and not makes_rows:
                identity = rows
        order = self._order(unique, under)
        if scope.distinct == "on":
            distinct_on = unordered(b"keys", self.expressions.all(scope.distinct_on, frame))
            rows = cat(b"distinct on", rows, distinct_on, order())
        rows = self.scopes.limited(rows, scope, frame, order)
        if scope.grouped or makes_rows or scope.distinct == "all":
            columns = [cat(b"out", identity, column) for column in columns]
        return Relation(rows, tuple(columns), order, relations.keys_of(scope, self.scopes.query.dialect))

    # FROM and WHERE

    def _from_and_where(self) -> bytes:
        joins = self.scope.joins
        dependent = self._dependent(joins)
        lookups = frozenset[int]() if dependent else self._lookups(joins)
        rest = tuple(join for join in joins if join.source not in lookups)
        if relations.is_reorderable(rest, dependent):
            return self._block(rest, lookups)
        return self._sequence(lookups)

    def _relation(self, at: int) -> Relation:
        found = self.relations.get(at)
        if found is None:
            found = self.relations[at] = self.scopes.source(at, self.frame)
        return found

    def _dependent(self, joins: tuple[ir.Join, ...]) -> frozenset[int]:
        """Items of FROM that read the columns of others, or of a scope around this one."""
        return frozenset(join.source for join in joins if self._is_dependent(self.scopes.query.sources[join.source]))

    def _is_dependent(self, source: ir.Source) -> bool:
        if source.kind == "scope":
            try:
                self.scopes.relation(source.scope, None)
            except CorrelatedError:
                return True
            return False
        return any(isinstance(node, ir.Col | ir.Sub) for arg in source.args for node in conditions.walk(arg))

    def _lookups(self, joins: tuple[ir.Join, ...]) -> frozenset[int]:
        return frozenset(
            join.source
            for at, join in enumerate(joins)
            if join.kind == "left" and relations.is_lookup(join, joins[at + 1 :], self._relation(join.source).keys)
        )

    def _block(self, joins: tuple[ir.Join, ...], lookups: frozenset[int]) -> bytes:
        """Inner joins only: instances numbered by what they are, all conditions one set."""
        atoms: list[tuple[Relation, int, Frame]] = []
        conditions_in: list[tuple[ir.Expr | None, Frame]] = []
        self._gather(joins, self.frame, atoms, conditions_in)
        conditions_in.append((self.scope.where, self.frame))
        atoms.sort(key=lambda atom: atom[0].rows)
        if len(atoms) < 2:
            terms = self._numbered(atoms, conditions_in, lookups)
            if not terms:
                return atoms[0][0].rows if atoms else _ONE_ROW
            return cat(
                b"block", cat(b"of", *(atom[0].rows for atom in atoms)), self.expressions.condition(b"where", terms)
            )
        found = [
            (self.expressions.condition(b"where", self._numbered(numbering, conditions_in, lookups)), numbering)
            for numbering in relations.numberings(atoms)
        ]
        where, numbering = min(found, key=lambda each: each[0])
        self._numbered(numbering, conditions_in, lookups)
        return cat(b"block", cat(b"of", *(atom[0].rows for atom in atoms)), where)

    def _numbered(
        self,
        atoms: Sequence[tuple[Relation, int, Frame]],
        conditions_in: list[tuple[ir.Expr | None, Frame]],
        lookups: frozenset[int],
    ) -> list[bytes]:
        """Binds the instances in this order; gives the terms of all conditions."""
        self.expressions.rebound()
        for number, (relation, source, frame) in enumerate(atoms):
            frame.bindings[source] = Leaf(b"%d" % number if len(atoms) > 1 else None, relation)
        for join in self.scope.joins:
            if join.source in lookups:
                self._bind_lookup(join)
        return [term for condition, frame in conditions_in for term in self.expressions.terms(condition, frame)]

    def _gather(
        self,
        joins: tuple[ir.Join, ...],
        frame: Frame,
        atoms: list[tuple[Relation, int, Frame]],
        conditions_in: list[tuple[ir.Expr | None, Frame]],
    ) -> None:
        for join in joins:
            merged = self._merged(join.source, frame)
            if merged is None:
                relation = (
                    self._relation(join.source) if frame is self.frame else self.scopes.source(join.source, frame)
                )
                atoms.append((relation, join.source, frame))
            else:
                inner = Frame(self.scopes.query.sources[join.source].scope, self.frame.parent, self.frame.depth)
                frame.bindings[join.source] = inner
                self._gather(merged.joins, inner, atoms, conditions_in)
                conditions_in.append((merged.where, inner))
            conditions_in.append((join.on, frame))

    def _merged(self, at: int, frame: Frame) -> ir.Select | None:
        """The scope of source `at` if it may be written into this one."""
        source = self.scopes.query.sources[at]
        if source.kind != "scope" or source.extra:
            return None
        scope = self.scopes.query.scopes[source.scope]
        if not isinstance(scope, ir.Select) or not self.scopes.is_mergeable(source.scope):
            return None
        return scope if relations.is_reorderable(scope.joins, self._dependent(scope.joins)) else None

    def _sequence(self, lookups: frozenset[int]) -> bytes:
        """Other joins: in source order, each with its own condition."""
        frame, joins = self.frame, self.scope.joins
        numbered = len(joins) - len(lookups) > 1
        parts: list[bytes] = []
        for join in joins:
            if join.source in lookups:
                self._bind_lookup(join)
                continue
            relation = self._relation(join.source)
            self.expressions.rebound()
            frame.bindings[join.source] = Leaf(b"%d" % len(parts) if numbered else None, relation)
            on = self.expressions.condition(b"on", self.expressions.terms(join.on, frame))
            parts.append(cat(b"join", join.kind.encode(), join.extra.encode(), relation.rows, on))
        if any(join.kind in _ORDER_SENSITIVE_JOINS for join in joins):
            parts += [self._relation(join.source).order() for join in joins]
        return self._filtered(b"where", cat(b"joined", *parts), self.scope.where)

    def _bind_lookup(self, join: ir.Join) -> None:
        """A column of a lookup is a function of the row on its left: of the relation and of how it is found."""
        frame, relation = self.frame, self._relation(join.source)
        self.expressions.rebound()
        frame.bindings[join.source] = Leaf(b"self", relation)
        on = self.expressions.condition(b"on", self.expressions.terms(join.on, frame))
        self.expressions.rebound()
        frame.bindings[join.source] = Leaf(cat(b"lookup", relation.rows, on), relation)

    def _filtered(self, tag: bytes, rows: bytes, condition: ir.Expr | None) -> bytes:
        terms = self.expressions.terms(condition, self.frame)
        return cat(tag, rows, self.expressions.condition(b"where", terms)) if terms else rows

    # GROUP BY, columns, DISTINCT

    def _group(self, base: bytes) -> tuple[bytes, list[bytes]]:
        scope = self.scope
        if not scope.grouped:
            return base, []
        keys = self.expressions.all(scope.group, self.frame)
        if scope.group_sets:
            return cat(b"grouping sets", base, scope.group_sets.encode(), *keys), keys
        return cat(b"group", base, unordered(b"keys", keys)), keys

    def _column(self, expr: ir.Expr) -> bytes:
        found = self.expressions.canon(expr, self.frame)
        if self.scope.grouped and not self._is_of_group(expr):
            return cat(b"of any row", found, self.frame.input_order())
        return found

    def _is_of_group(self, expr: ir.Expr) -> bool:
        """Made of keys and aggregates; else some dialects take the value from any row of the group."""
        if expr in self.scope.group or isinstance(expr, ir.Agg):
            return True
        if isinstance(expr, ir.Col):
            return expr.source not in self.frame.bindings
        return all(self._is_of_group(child) for child in conditions.children(expr))

    def _distinct(self, rows: bytes, columns: list[bytes], makes_rows: bool) -> bytes:
        """DISTINCT takes in every column.  Over plain rows it is a GROUP BY of all of them."""
        if self.scope.grouped or self.frame.windows or makes_rows:
            return cat(b"distinct", rows, unordered(b"columns", columns))
        return cat(b"group", rows, unordered(b"keys", columns))

    # order

    def _order(self, unique: set[bytes] | None, under: Callable[[], bytes]) -> Callable[[], bytes]:
        keys = self.expressions.sort_keys(self.scope.order, self.frame)
        sorted_by = {self.expressions.canon(key.expr, self.frame) for key in self.scope.order}
        return once(ordering.order_of(keys, ordering.is_total(sorted_by, unique), under))

    def _block_order(self) -> bytes:
        """A scan keeps the order of what it scans; a join's order is the engine's affair.

        Which side of a join is built follows (on DuckDB) from how wide the rows are and how many are expected, so that one more
        column, or a condition spelt otherwise, may change it.
        """
        joins, scope = self.scope.joins, self.scope
        subqueries = self._subqueries()
        if len(joins) == 1 and not subqueries:
            return self._relation(joins[0].source).order()
        parts = []
        for join in joins:
            relation = self._relation(join.source)
            on = self.expressions.terms(join.on, self.frame)
            on.append(_encode(join.on))
            made_here = self.scopes.query.sources[join.source].kind != "model"
            side = relation.whole() if made_here else cat(b"side", relation.rows, relation.order())
            parts.append(cat(b"join", join.kind.encode(), join.extra.encode(), side, *on))
        exprs = [column.expr for column in scope.columns]
        read = {node for expr in exprs for node in conditions.walk(expr) if isinstance(node, ir.Col)}
        width = unordered(b"read", self.expressions.all(tuple(read), self.frame))
        where = cat(b"where", _encode(scope.where), *self.expressions.terms(scope.where, self.frame))
        return cat(b"join order", *parts, where, width, *subqueries)

    def _subqueries(self) -> list[bytes]:
        """Subqueries in WHERE and columns run as joins."""
        exprs = [column.expr for column in self.scope.columns]
        if self.scope.where is not None:
            exprs.append(self.scope.where)
        found = [(node, expr) for expr in exprs for node in conditions.walk(expr) if isinstance(node, ir.Sub)]
        return [cat(b"sub", _encode(expr), *self._shape(node)) for node, expr in found]

    def _shape(self, subquery: ir.Sub) -> tuple[bytes, ...]:
        """Rows and columns of a subquery: what it aggregates by (`count` gives a number also of no rows) decides how it is joined."""
        found = self.scopes.relation(subquery.scope, self.frame)
        return (found.rows, *found.columns)

    def _group_order(self, rows: bytes, keys: list[bytes]) -> bytes:
        """Groups come as the engine hashes them, which follows the keys, and which aggregates there are."""
        exprs = [column.expr for column in self.scope.columns] + [key.expr for key in self.scope.order]
        exprs += [expr for expr in (self.scope.having, self.scope.qualify) if expr is not None]
        calls = [node for expr in exprs for node in conditions.walk(expr) if isinstance(node, ir.Agg)]
        found = [self.expressions.canon(call, self.frame) for call in calls]
        return cat(b"group order", rows, self._block_order(), cat(b"keys", *keys), unordered(b"calls", found))

    def _order_after_windows(self, under: Callable[[], bytes], columns: list[bytes]) -> Callable[[], bytes]:
        """Rows come out as the windows sorted them, which (on DuckDB) follows how wide they are."""
        windows, makers = list(dict.fromkeys(self.frame.windows)), list(self.frame.row_makers)
        parts = [cat(b"windows", *windows), cat(b"makers", *makers), cat(b"columns", *columns)]
        return lambda: cat(b"window order", under(), *parts)


def _order_after_distinct(rows: bytes, columns: list[bytes], under: Callable[[], bytes]) -> Callable[[], bytes]:
    return lambda: cat(b"distinct order", rows, under(), *columns)
