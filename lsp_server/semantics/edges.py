"""Lineage: from the relational form to edges between columns, in one pass over the scopes.

For each scope, bottom-up: what each output column depends on, which columns decide its rows, and whose row sets flow in.
An edge is (model, column, subtype) while it is computed; the subtypes are OpenLineage's.  docs/lineage.md says what is an edge.
"""

from __future__ import annotations

from lsp_server.semantics import ir
from lsp_server.semantics.facts import (
    AGGREGATION,
    CONDITIONAL,
    DIRECT,
    FILTER,
    GROUP_BY,
    IDENTITY,
    JOIN,
    SORT,
    TRANSFORMATION,
    WINDOW,
    Edge,
    Subtype,
)

_E = tuple[str, str, Subtype]
Edges = frozenset[_E]
NONE: Edges = frozenset()


class Flow:
    """What flows out of one scope."""

    __slots__ = ("columns", "models", "order", "rows")

    def __init__(self, columns: list[Edges], rows: Edges, models: frozenset[str], order: Edges) -> None:
        self.columns = columns
        self.rows = rows
        self.models = models
        self.order = order
        """Columns that decide the order in which rows come: read only by what depends on order."""


class Lineage:
    """Edges of a query's output, sorted."""

    __slots__ = ("columns", "rows", "rows_from")

    def __init__(
        self, columns: tuple[tuple[Edge, ...], ...], rows: tuple[Edge, ...], rows_from: tuple[str, ...]
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.rows_from = rows_from


def lineage(query: ir.Query, scope: int | None = None) -> Lineage:
    """The lineage of one scope's output: of the query's own, which is its last, if none is named."""
    last = len(query.scopes) - 1 if scope is None else scope
    if not 0 <= last < len(query.scopes):
        return Lineage((), (), ())
    walk = _Walk(query)
    for index in range(last + 1):
        walk.scope(index)
    flow = walk.flows[last]
    columns = tuple(tuple(_edges(edges)) for edges in flow.columns)
    return Lineage(columns, tuple(_edges(flow.rows)), tuple(sorted(flow.models)))


def _edges(edges: Edges) -> list[Edge]:
    """Sorted; for one column AGGREGATION speaks for TRANSFORMATION too."""
    aggregated = {(model, column) for model, column, subtype in edges if subtype == AGGREGATION}
    return [
        Edge(model, column, subtype)
        for model, column, subtype in sorted(edges)
        if subtype != TRANSFORMATION or (model, column) not in aggregated
    ]


def _as(edges: Edges, subtype: Subtype) -> Edges:
    """All of them as one indirect subtype."""
    return frozenset([(model, column, subtype) for model, column, _ in edges]) if edges else edges


def _transformed(edges: Edges) -> Edges:
    return frozenset([(m, c, TRANSFORMATION if s == IDENTITY else s) for m, c, s in edges]) if edges else edges


def _aggregated(edges: Edges) -> Edges:
    return frozenset([(m, c, AGGREGATION if s in DIRECT else s) for m, c, s in edges]) if edges else edges


_PEERS_ALIKE = frozenset({"rank", "denserank", "percentrank", "cumedist"})


def _sees_ties(window: ir.Win) -> bool:
    """Whether rows that the window's ORDER BY calls equal still get different values, by the order in which they come."""
    if isinstance(window.call, ir.Agg):
        return window.call.order_dependent or window.frame.startswith("ROWS")
    return not (isinstance(window.call, ir.Op) and window.call.name in _PEERS_ALIKE)


class _Walk:
    """One pass over a query's scopes."""

    def __init__(self, query: ir.Query) -> None:
        self.query = query
        self.flows: dict[int, Flow] = {}
        self.made: dict[int, Edges] = {}
        """Edges of what a source's own arguments (a function's, a VALUES list's) read."""
        self.extra_rows: Edges = NONE
        self.extra_models: set[str] = set()
        self.order: Edges = NONE

    # -- scopes

    def scope(self, index: int) -> None:
        scope = self.query.scopes[index]
        self.extra_rows, self.extra_models, self.order = NONE, set(), NONE
        if isinstance(scope, ir.Select):
            self.flows[index] = self._select(scope)
        elif isinstance(scope, ir.SetOp):
            self._set_operation(index, scope)
        elif isinstance(scope, ir.Pivot):
            self.flows[index] = self._pivot(scope)
        else:
            self.flows[index] = self._opaque(scope)

    def _select(self, scope: ir.Select) -> Flow:
        rows: set[_E] = set()
        models: set[str] = set()
        order: set[_E] = set()
        for join in scope.joins:
            self._join(join, rows, models, order)
        self.order = frozenset(order)
        columns = [self.expr(out.expr) for out in scope.columns]
        rows |= self.extra_rows
        self.extra_rows = NONE
        for expr in (scope.where, scope.having, scope.qualify, *scope.others):
            if expr is not None:
                rows |= _as(self.expr(expr), FILTER)
        for expr in scope.group:
            rows |= _as(self.expr(expr), GROUP_BY)
        keys = self._keys(scope.order)
        if scope.distinct == "all":
            for edges in columns:
                rows |= _as(edges, GROUP_BY)
        for expr in scope.distinct_on:
            rows |= _as(self.expr(expr), GROUP_BY)
        cut = scope.limit is not None or scope.offset is not None or bool(scope.limit_extra) or scope.distinct == "on"
        if cut:
            rows |= keys | _as(self.order, SORT)
        for expr in (scope.limit, scope.offset):
            if expr is not None:
                rows |= _as(self.expr(expr), FILTER)
        rows |= _as(self.extra_rows, FILTER)
        windows = (
            _as(frozenset().union(*[self._windows(out.expr) for out in scope.columns]), SORT) if scope.columns else NONE
        )
        flowing = (
            frozenset(order)
            | windows
            | keys
            | frozenset(_as(frozenset(rows), SORT) if scope.grouped or scope.joins[1:] else NONE)
        )
        return Flow(columns, frozenset(rows), frozenset(models | self.extra_models), flowing)

    def _keys(self, keys: tuple[ir.SortKey, ...]) -> Edges:
        return frozenset().union(*[_as(self.expr(key.expr), SORT) for key in keys]) if keys else NONE

    def _windows(self, expr: ir.Expr) -> Edges:
        """What windows sort by, and what subqueries join by: DuckDB leaves the rows in that order."""
        found: Edges = NONE
        stack = [expr]
        while stack:
            top = stack.pop()
            if isinstance(top, ir.Win):
                for part in (*top.partition, *(key.expr for key in top.order)):
                    found |= self.expr(part)
            elif isinstance(top, ir.Sub):
                found |= self.expr(top)
            elif isinstance(top, ir.Op | ir.Opaque):
                stack += top.args
        return found

    def _join(self, join: ir.Join, rows: set[_E], models: set[str], order: set[_E]) -> None:
        source = self.query.sources[join.source]
        if source.kind == "model":
            models.add(source.model)
        elif source.kind in ("scope", "recursion"):
            flow = self.flows.get(source.scope)
            if flow is not None:
                rows |= flow.rows
                models |= flow.models
                order |= flow.order
                if self._is_correlated(source.scope):
                    # DuckDB joins it by the columns that it reads from outside, which may stand in any of its own.
                    order |= _as(frozenset().union(*flow.columns), SORT)
        if source.args:
            rows |= _as(self._arguments(join.source), FILTER)
        if join.on is not None:
            rows |= _as(self.expr(join.on), JOIN)
        if join.kind == "positional" or source.extra:
            rows |= _as(frozenset(order), SORT)

    def _is_correlated(self, index: int) -> bool:
        """Whether a SELECT in a FROM reads columns of the relations beside it."""
        scope = self.query.scopes[index]
        if not isinstance(scope, ir.Select):
            return False
        own = {join.source for join in scope.joins}
        stack: list[ir.Expr] = [out.expr for out in scope.columns]
        stack += [expr for expr in (scope.where, scope.having, scope.qualify) if expr is not None]
        while stack:
            top = stack.pop()
            if isinstance(top, ir.Col):
                if top.source not in own:
                    return True
            elif isinstance(top, ir.Op | ir.Agg | ir.Opaque | ir.Sub):
                stack += top.args
            elif isinstance(top, ir.Win):
                stack += (top.call, *top.partition, *(key.expr for key in top.order))
        return False

    def _arguments(self, source: int) -> Edges:
        known = self.made.get(source)
        if known is None:
            args = self.query.sources[source].args
            known = frozenset().union(*[self.expr(a) for a in args]) if args else NONE
            self.made[source] = known
        return known

    def _set_operation(self, index: int, scope: ir.SetOp) -> None:
        if not scope.recursive:
            self.flows[index] = self._combined(scope)
            return
        # A fixed point: each round, what the step reads of the recursion grows until it no longer does.
        self.flows[index] = Flow([NONE] * len(scope.columns), NONE, frozenset(), NONE)
        for _ in range(len(scope.columns) + 8):
            before = self.flows[index]
            self.made.clear()
            for inner in range(index):
                if not (
                    isinstance(self.query.scopes[inner], ir.SetOp)
                    and getattr(self.query.scopes[inner], "recursive", False)
                ):
                    self.scope(inner)
            self.extra_rows, self.extra_models, self.order = NONE, set(), NONE
            self.flows[index] = self._combined(scope)
            after = self.flows[index]
            if (before.columns, before.rows, before.models) == (after.columns, after.rows, after.models):
                break

    def _combined(self, scope: ir.SetOp) -> Flow:
        left, right = self.flows[scope.left], self.flows[scope.right]
        rows = set(left.rows | right.rows)
        columns: list[Edges] = []
        only_left = scope.op in ("except", "intersect")
        for a, b in scope.pairs:
            ours = left.columns[a] if 0 <= a < len(left.columns) else NONE
            theirs = right.columns[b] if 0 <= b < len(right.columns) else NONE
            columns.append(ours if only_left else ours | theirs)
            if scope.distinct or only_left:
                rows |= _as(ours | theirs, GROUP_BY)
        order = left.order | right.order
        self.order = order
        self.flows[-1] = Flow(columns, NONE, frozenset(), NONE)
        keys = self._keys(scope.order)
        if scope.limit is not None or scope.offset is not None or scope.limit_extra:
            rows |= keys | _as(order, SORT)
        for expr in (scope.limit, scope.offset, *scope.others):
            if expr is not None:
                rows |= _as(self.expr(expr), FILTER)
        return Flow(columns, frozenset(rows), left.models | right.models | frozenset(self.extra_models), order | keys)

    def _pivot(self, scope: ir.Pivot) -> Flow:
        rows: set[_E] = set()
        models: set[str] = set()
        order: set[_E] = set()
        self._join(ir.Join("from", scope.source), rows, models, order)
        self.order = frozenset(order)
        everything = frozenset().union(*[self.expr(a) for a in scope.args]) if scope.args else NONE
        columns: list[Edges] = []
        for i, out in enumerate(scope.columns):
            edges = self.expr(out.expr)
            if i < len(scope.passed) and scope.passed[i] >= 0:
                columns.append(edges)
                rows |= _as(edges, GROUP_BY) if scope.kind == "pivot" else NONE
            elif scope.kind == "pivot":
                conditions = [self.expr(a) for a in scope.args if not isinstance(a, ir.Agg)]
                columns.append(edges | _as(frozenset().union(*conditions), CONDITIONAL) if conditions else edges)
            else:
                columns.append(edges)
        if scope.kind == "unpivot":
            rows |= _as(everything, FILTER)
        return Flow(
            columns,
            frozenset(rows),
            frozenset(models | self.extra_models),
            frozenset(order) | _as(frozenset(rows), SORT),
        )

    def _opaque(self, scope: ir.OpaqueScope) -> Flow:
        sources = [self.query.sources[s] for s in scope.sources]
        models = {source.model for source in sources if source.kind == "model"}
        flows = [
            self.flows[source.scope] for source in sources if source.kind == "scope" and source.scope in self.flows
        ]
        rows = frozenset().union(*(flow.rows for flow in flows))
        models = models.union(*(flow.models for flow in flows))
        return Flow([self.expr(out.expr) for out in scope.columns], rows, frozenset(models), NONE)

    # -- expressions

    def expr(self, expr: ir.Expr) -> Edges:
        """What the value of an expression depends on."""
        if isinstance(expr, ir.Col):
            return self._column(expr)
        if isinstance(expr, ir.Op):
            return self._operator(expr)
        if isinstance(expr, ir.Agg):
            return self._aggregate(expr)
        if isinstance(expr, ir.Win):
            return self._window(expr)
        if isinstance(expr, ir.Sub):
            return self._subquery(expr)
        if isinstance(expr, ir.Opaque):
            return _transformed(self._all(expr.args))
        return NONE

    def _all(self, exprs: tuple[ir.Expr, ...]) -> Edges:
        if len(exprs) == 1:
            return self.expr(exprs[0])
        found: set[_E] = set()
        for expr in exprs:
            found |= self.expr(expr)
        return frozenset(found)

    def _column(self, column: ir.Col) -> Edges:
        if column.source < 0:
            return self.flows[-1].columns[column.index]
        source = self.query.sources[column.source]
        if source.kind == "model":
            return frozenset(((source.model, source.columns[column.index], IDENTITY),))
        if source.kind in ("scope", "recursion"):
            flow = self.flows.get(source.scope)
            return flow.columns[column.index] if flow and column.index < len(flow.columns) else NONE
        if source.kind == "values":
            width = max(len(source.columns), 1)
            return self._all(source.args[column.index :: width])
        return _transformed(self._arguments(column.source))

    def _operator(self, op: ir.Op) -> Edges:
        if op.name == "case":
            return self._case(op)
        edges = _transformed(self._all(op.args))
        if op.set_returning:
            self.extra_rows |= _as(edges, FILTER)
        return edges

    def _case(self, op: ir.Op) -> Edges:
        flags = op.extra.partition(";")[0].split(",")
        first = 1 if "operand" in flags else 0
        last = len(op.args) - (1 if "else" in flags else 0)
        conditions = op.args[:first] + op.args[first:last:2]
        results = op.args[first + 1 : last : 2] + op.args[last:]
        return _as(self._all(conditions), CONDITIONAL) | _transformed(self._all(results))

    def _aggregate(self, call: ir.Agg) -> Edges:
        edges = _aggregated(self._all(call.args))
        if call.order:
            edges |= self._keys(call.order)
        if call.filter is not None:
            edges |= _as(self.expr(call.filter), CONDITIONAL)
        if call.order_dependent:
            edges |= _as(self.order, SORT)
        return edges

    def _window(self, window: ir.Win) -> Edges:
        edges = self.expr(window.call)
        if isinstance(window.call, ir.Op):
            edges = _transformed(edges)
        others = self._all((*window.partition, *(key.expr for key in window.order), *window.bounds))
        return edges | _as(others | self.order if _sees_ties(window) else others, WINDOW)

    def _subquery(self, sub: ir.Sub) -> Edges:
        flow = self.flows.get(sub.scope)
        edges = self._all(sub.args)
        if flow is None:
            return edges
        self.extra_models |= flow.models
        edges |= flow.rows
        if sub.kind != "exists":
            edges = edges.union(*flow.columns) if flow.columns else edges
            edges = _transformed(edges) if sub.kind != "scalar" else edges
        if sub.kind == "array":
            edges |= _as(flow.order, SORT)
        return edges
