"""Why a model's rows or columns differ where its own text does not show it: what it reads changed, its order did, or it is drawn anew.

For explanations only; the category comes from fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from lsp_server.analysis.clause_places import ClausePlaces
from lsp_server.analysis.differences import Found
from lsp_server.analysis.fingerprints import Meaning, is_unknown_call, output_names
from lsp_server.analysis.rewrites.conditions import walk
from lsp_server.analysis.scopes import expressions_of
from lsp_server.analysis.wording import Words, quoted
from lsp_server.graph.graph import Graph
from lsp_server.semantics import ir
from lsp_server.semantics.facts import told_apart
from lsp_server.text.spans import Span

if TYPE_CHECKING:
    from lsp_server.analysis.impact import ModelImpact

_BY_ORDER = {"positional": "POSITIONAL JOIN", "asof": "ASOF JOIN", "asof_left": "ASOF LEFT JOIN"}
_MOST_SCOPES = 40


class Cause(msgspec.Struct, frozen=True):
    """`message` is said of a column, or of the rows; `code` names the kind."""

    code: str
    message: str
    span: Span | None = None


class Causes:
    """What lies behind the changes of one model.  `below`: differences in its subqueries and CTEs; `edited`: its own text changed."""

    def __init__(
        self,
        graph: Graph,
        name: str,
        meaning: Meaning,
        touched: Mapping[str, ModelImpact],
        places: ClausePlaces,
        below: list[Found],
        edited: bool,
    ) -> None:
        self.graph = graph
        self.name = name
        self.meaning = meaning
        self.touched = touched
        self.places = places
        self.query = places.query
        self.words = Words(places.query)
        self.below = below
        self.edited = edited

    def of_column(self, name: str) -> Cause:
        """Why a column differs whose own expression reads as before."""
        found = next((cause for each in self._column_causes(name) if (cause := each)), None)
        found = found or Cause("column-changed", "it is made of a part of the query that changed")
        return msgspec.structs.replace(found, span=found.span or self.places.column(name))

    def of_rows(self) -> Cause:
        """Why the rows differ though no clause that decides them does."""
        found = next((cause for each in self._row_causes() if (cause := each)), None)
        return found or Cause("rows-changed", "a part of the query that decides the rows changed", self.places.select())

    # columns

    def _column_causes(self, name: str) -> Iterator[Cause | None]:
        exprs = list(self._making(name))
        yield self._origin(name)
        yield self._by_order(exprs)
        yield self._drawn(exprs)
        yield self._over_other_rows(exprs)
        yield self._from_what_changed()

    def _making(self, name: str) -> Iterator[ir.Expr]:
        """The expression of an output column, and those of the columns of CTEs and subqueries that it is made of."""
        last = len(self.query.scopes) - 1
        names = told_apart(list(output_names(self.query.scopes[last]))) if last >= 0 else []
        waiting = [(last, index) for index, known in enumerate(names) if known.lower() == name]
        seen: set[tuple[int, int]] = set()
        while waiting and len(seen) < _MOST_SCOPES:
            at, index = waiting.pop()
            if (at, index) in seen or index < 0:
                continue
            seen.add((at, index))
            scope = self.query.scopes[at]
            if isinstance(scope, ir.SetOp) and index < len(scope.pairs):
                waiting += [(scope.left, scope.pairs[index][0]), (scope.right, scope.pairs[index][1])]
            elif isinstance(scope, ir.Select) and index < len(scope.columns):
                expr = scope.columns[index].expr
                yield expr
                waiting += self._read_by(expr)

    def _read_by(self, expr: ir.Expr) -> Iterator[tuple[int, int]]:
        for node in walk(expr):
            if isinstance(node, ir.Col) and 0 <= node.source < len(self.query.sources):
                source = self.query.sources[node.source]
                if source.kind == "scope":
                    yield (source.scope, node.index)

    def _origin(self, name: str) -> Cause | None:
        """An upstream column that changed."""
        facts = self.graph.facts(self.name)
        for index, column in enumerate(facts.interface.columns if facts is not None else ()):
            if column.name.lower() != name or facts is None:
                continue
            for edge in facts.edges[index]:
                up = self.touched.get(edge.model)
                if up is not None and (up.rows == "changed" or edge.column.lower() in (*up.changed, *up.removed)):
                    what = "is gone" if edge.column.lower() in up.removed else "has changed"
                    return Cause("column-upstream", f"`{edge.model}.{edge.column}`, which it reads, {what}")
        return None

    def _by_order(self, exprs: list[ir.Expr]) -> Cause | None:
        ordered = self._order_that_changed()
        call = next((node for expr in exprs for node in walk(expr) if _follows_order(node)), None)
        if not ordered or call is None:
            return None
        return Cause(
            "column-upstream", f"{quoted(self.words.say(call))} follows the order of `{ordered}`, which has changed"
        )

    def _drawn(self, exprs: list[ir.Expr]) -> Cause | None:
        for expr in exprs:
            for node in walk(expr):
                if isinstance(node, ir.Op) and (node.volatile or node.stable):
                    what = "drawn anew" if node.volatile else "another"
                    said = f"{quoted(self.words.say(node))} is {what} whenever the table is built, and this change builds it"
                    return Cause("column-drawn", said)
        return None

    def _over_other_rows(self, exprs: list[ir.Expr]) -> Cause | None:
        over = next((node for expr in exprs for node in walk(expr) if isinstance(node, ir.Agg | ir.Win | ir.Sub)), None)
        if over is None:
            return None
        why = f": {self.below[0].message}" if self.below else ", or over them in another order"
        return Cause("column-changed", f"{quoted(self.words.say(over))} is computed over other rows{why}")

    def _from_what_changed(self) -> Cause | None:
        if self.edited:
            return (
                Cause("column-changed", f"what it is made of changed: {self.below[0].message}") if self.below else None
            )
        up = self._first_touched()
        return Cause("column-upstream", f"it is computed from `{up}`, which has changed") if up else None

    # rows

    def _row_causes(self) -> Iterator[Cause | None]:
        yield self._rows_of_upstream()
        yield self._deciding_column()
        yield self._order_decides()
        yield self._widened()
        if self.edited or not self._first_touched():
            yield self._joined_by_order()
            yield self._drawn_rows()
            yield self._unknown_call()
        else:
            up = self._first_touched()
            said = f"`{up}`, which decides the rows, has changed"
            yield Cause("rows-upstream", said, self.places.reading(up))

    def _upstreams(self) -> Iterator[ModelImpact]:
        return (self.touched[name] for name in self.graph.upstreams(self.name) if name in self.touched)

    def _first_touched(self) -> str:
        return next((up.model for up in self._upstreams() if up.category != "metadata"), "")

    def _rows_of_upstream(self) -> Cause | None:
        up = next((up for up in self._upstreams() if up.rows == "changed"), None)
        if up is None:
            return None
        return Cause("rows-upstream", f"`{up.model}` has other rows", self.places.reading(up.model))

    def _deciding_column(self) -> Cause | None:
        facts = self.graph.facts(self.name)
        for edge in facts.rows if facts is not None else ():
            up = self.touched.get(edge.model)
            if up is not None and edge.column.lower() in (*up.changed, *up.removed):
                said = f"`{edge.model}.{edge.column}`, which decides the rows, has changed"
                return Cause("rows-upstream", said, self.places.deciding(edge.model, edge.column))
        return None

    def _order_that_changed(self) -> str:
        """A model whose order is read here and is another now."""
        return next((name for name in self.meaning.reads_order if name in self.touched), "")

    def _order_decides(self) -> Cause | None:
        name = self._order_that_changed()
        if not name or self.meaning.cannot_be_analysed:
            return None
        span = self.places.cut() or self.places.reading(name)
        return Cause("rows-upstream", f"the order of `{name}`, which decides the rows, has changed", span)

    def _widened(self) -> Cause | None:
        up = next((up for up in self._upstreams() if up.added), None)
        if up is None:
            return None
        said = f"`{up.model}` gained `{up.added[0]}`, which this query takes in"
        return Cause("rows-upstream", said, self.places.reading(up.model))

    def _joined_by_order(self) -> Cause | None:
        for at, scope in enumerate(self.query.scopes):
            for number, join in enumerate(scope.joins if isinstance(scope, ir.Select) else ()):
                if join.kind in _BY_ORDER:
                    said = f"{_BY_ORDER[join.kind]} pairs rows by their order, which changed"
                    span = self.places.first(((at, f"join:{number}"), (at, f"from:{join.source}"), (at, "scope")))
                    return Cause("rows-changed", said, span)
        return None

    def _drawn_rows(self) -> Cause | None:
        for at, scope in enumerate(self.query.scopes):
            deciding = (scope.where, scope.having, scope.qualify) if isinstance(scope, ir.Select) else ()
            for expr, clause in zip(deciding, ("where", "having", "qualify"), strict=False):
                cause = self._drawn([expr]) if expr is not None else None
                if cause is not None:
                    return Cause("rows-changed", cause.message, self.places.first(((at, clause),)))
        return None

    def _unknown_call(self) -> Cause | None:
        for expr in expressions_of(self.query):
            for node in walk(expr):
                if is_unknown_call(node, self.query.dialect):
                    said = f"nothing is known of {quoted(self.words.say(node))}: it may be an aggregate, or yield rows"
                    return Cause("rows-changed", said, self._projection_of(node))
        return None

    def _projection_of(self, node: ir.Expr) -> Span | None:
        for at, scope in enumerate(self.query.scopes):
            for index, out in enumerate(scope.columns if isinstance(scope, ir.Select) else ()):
                if node in walk(out.expr):
                    return self.places.first(((at, f"column:{index}"), (at, "scope")))
        return self.places.select()


def _follows_order(node: ir.Expr) -> bool:
    return isinstance(node, ir.Win) or (isinstance(node, ir.Agg) and node.order_dependent) or isinstance(node, ir.Sub)
