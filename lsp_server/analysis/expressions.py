"""The canon of an expression: aliases erased, columns replaced by what they mean, rewrites of `rewrites/` applied.

Everything that may be drawn anew (volatile and stable calls, what is opaque) holds the whole query, so that any change
to the model, or to what it reads, makes it another: a rebuilt table has other random numbers and another load time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lsp_server.analysis.hashing import cat, unordered
from lsp_server.analysis.relations import CorrelatedError, Frame, Leaf
from lsp_server.analysis.rewrites import aggregates, conditions, nulls, operands, windows
from lsp_server.analysis.rewrites.comparisons import REWRITES
from lsp_server.semantics import ir

if TYPE_CHECKING:
    from lsp_server.analysis.scopes import Scopes


class Expressions:
    """Reads expressions for `scopes`; `salt` gives the canon of the whole query, `surroundings` that of all it reads."""

    def __init__(self, dialect: str, scopes: Scopes) -> None:
        self.dialect = dialect
        self._scopes = scopes
        self._sites = 0
        self._asserts: dict[bytes, bytes] = {}
        self._rejects: dict[bytes, frozenset[bytes]] = {}
        self._merged: dict[tuple[Frame, int], bytes] = {}
        """Columns of merged scopes as they were read; a chain of scopes may read each twice, and each of those two twice."""

    def rebound(self) -> None:
        """Sources of some frame are bound otherwise now: what was read of columns counts no more."""
        self._merged.clear()

    def canon(self, expr: ir.Expr, frame: Frame) -> bytes:
        """What `expr` means in `frame`."""
        return _READERS[type(expr)](self, expr, frame)

    def all(self, exprs: tuple[ir.Expr, ...], frame: Frame) -> list[bytes]:
        """The canons of `exprs`, in order."""
        return [_READERS[type(expr)](self, expr, frame) for expr in exprs]

    def terms(self, condition: ir.Expr | None, frame: Frame) -> list[bytes]:
        """The canons of the terms of an AND, in source order."""
        found: list[bytes] = []
        for term in conditions.conjuncts(condition):
            if isinstance(term, ir.Op) and term.name in REWRITES:
                term = rewritten(term, self.dialect)
            if isinstance(term, ir.Op) and term.name == "and":
                found += self.terms(term, frame)
            elif not is_true(term):
                found.append(self._term(term, frame))
        return found

    def condition(self, tag: bytes, terms: list[bytes]) -> bytes:
        """The canon of conditions that must all be true."""
        return unordered(tag, nulls.without_implied(terms, self._asserts, self._rejects))

    def _term(self, term: ir.Expr, frame: Frame) -> bytes:
        found = self.canon(term, frame)
        if found not in self._rejects:
            self._rejects[found] = frozenset(self.canon(column, frame) for column in nulls.rejects_null(term))
            column = nulls.asserted(term)
            if column is not None:
                self._asserts[found] = self.canon(column, frame)
        return found

    def sort_keys(self, keys: tuple[ir.SortKey, ...], frame: Frame) -> list[bytes]:
        """The canons of ORDER BY terms."""
        return [
            cat(
                b"key",
                self.canon(key.expr, frame),
                b"desc" if key.descending else b"",
                b"nf" if key.nulls_first else b"",
            )
            for key in keys
        ]

    def _col(self, col: ir.Col, frame: Frame) -> bytes:
        at: Frame | None = frame
        while at is not None:
            binding = at.bindings.get(col.source)
            if binding is not None:
                found = self._bound(binding, col)
                return found if at.depth == frame.depth else cat(b"outer", b"%d" % (frame.depth - at.depth), found)
            at = at.parent
        raise CorrelatedError

    def _bound(self, binding: Leaf | Frame, col: ir.Col) -> bytes:
        if isinstance(binding, Leaf):
            return binding.column(col.index)
        scope = self._scopes.query.scopes[binding.scope]
        if not isinstance(scope, ir.Select) or col.index >= len(scope.columns):
            raise CorrelatedError
        found = self._merged.get((binding, col.index))
        if found is None:
            before = (self._sites, len(binding.row_makers), len(binding.windows))
            found = self.canon(scope.columns[col.index].expr, binding)
            if before == (self._sites, len(binding.row_makers), len(binding.windows)):
                self._merged[binding, col.index] = found  # nothing in it is counted each time that it is read
        return found

    def _lit(self, lit: ir.Lit, frame: Frame) -> bytes:
        return cat(b"lit", lit.type.encode(), lit.text.encode("utf-8", "surrogatepass"))

    def _var(self, var: ir.Var, frame: Frame) -> bytes:
        return cat(b"var", var.name.encode())

    def _op(self, op: ir.Op, frame: Frame) -> bytes:
        expr: ir.Expr = rewritten(op, self.dialect) if op.name in REWRITES else op
        if not isinstance(expr, ir.Op):
            return self.canon(expr, frame)
        args = self.all(expr.args, frame)
        if operands.commutes(expr):
            args = sorted(set(args)) if expr.name in ("and", "or") else sorted(args)
        found = cat(b"op", expr.name.encode(), expr.extra.encode(), *args)
        if expr.volatile or expr.stable or _is_a_moment(expr):
            self._sites += 1
            found = cat(b"drawn", found, b"%d" % self._sites, self._scopes.salt())
        if (expr.set_returning or expr.volatile) and conditions.may_make_rows(expr, self.dialect):
            frame.row_makers.append(found)
        return found

    def _agg(self, agg: ir.Agg, frame: Frame) -> bytes:
        if aggregates.counts_rows(agg):
            head, args = b"count_rows", []
        else:
            head, args = agg.name.encode(), self.all(agg.args, frame)
        parts = [head, cat(b"args", *args), agg.extra.encode()]
        if agg.distinct and not aggregates.ignores_repeats(agg):
            parts.append(b"distinct")
        if agg.filter is not None:
            parts.append(self.condition(b"filter", self.terms(agg.filter, frame)))
        if agg.order_dependent or not aggregates.ignores_order(agg):
            parts.append(cat(b"by", *self.sort_keys(agg.order, frame)))
        if agg.order_dependent and not aggregates.is_ordered_by_its_values(agg):
            parts.append(cat(b"input", frame.input_order()))
        return cat(b"agg", *parts)

    def _win(self, win: ir.Win, frame: Frame) -> bytes:
        partition = self.all(win.partition, frame)
        order = self.sort_keys(win.order, frame)
        call = self.canon(win.call, frame)
        span = cat(b"frame", win.frame.encode(), *self.all(win.bounds, frame))
        parts = [call, unordered(b"partition", partition), cat(b"by", *order), span, frame.window_rows]
        if not windows.ties_do_not_show(win) and not self._is_total(win, partition, frame):
            parts.append(cat(b"input", frame.window_order()))
        found = cat(b"win", *parts)
        frame.windows.append(found)
        return found

    def _is_total(self, win: ir.Win, partition: list[bytes], frame: Frame) -> bool:
        keys = self._scopes.unique_canons(frame)
        have = set(partition) | {self.canon(key.expr, frame) for key in win.order}
        return keys is not None and keys <= have

    def _sub(self, sub: ir.Sub, frame: Frame) -> bytes:
        relation = self._scopes.relation(sub.scope, frame)
        parts = [sub.kind.encode(), sub.extra.encode(), relation.rows, *self.all(sub.args, frame)]
        if sub.kind != "exists":
            parts += [cat(b"columns", *relation.columns)]
        if sub.kind not in ("exists", "in", "any", "all") and frozenset() not in relation.keys:
            parts.append(cat(b"input", relation.order()))
        return cat(b"sub", *parts)

    def _opaque(self, opaque: ir.Opaque, frame: Frame) -> bytes:
        found = cat(b"opaque", opaque.text.encode(), *self.all(opaque.args, frame), self._scopes.surroundings())
        if conditions.may_make_rows(opaque, self.dialect):
            frame.row_makers.append(found)
        return found


def is_true(expr: ir.Expr) -> bool:
    """The literal TRUE, and a literal equal to itself: conditions that let every row pass."""
    if isinstance(expr, ir.Lit):
        return expr.text.upper() == "TRUE" and expr.type == "BOOLEAN"
    if isinstance(expr, ir.Op) and expr.name == "eq" and len(expr.args) == 2:
        left, right = expr.args
        return isinstance(left, ir.Lit) and left == right and left.type not in ("NULL", ir.UNKNOWN)
    return False


def _is_a_moment(op: ir.Op) -> bool:
    """`'now'::timestamp` and its like, in dialects that have them."""
    if op.name not in ("cast", "trycast") or not op.args or not isinstance(op.args[0], ir.Lit):
        return False
    return op.args[0].text.strip("'").lower() in ("now", "today", "tomorrow", "yesterday")


def rewritten(expr: ir.Expr, dialect: str) -> ir.Expr:
    """`expr` after the rewrites that apply at its top, until none does."""
    for _ in range(8):
        rewrite = REWRITES.get(expr.name) if isinstance(expr, ir.Op) else None
        found = rewrite(expr, dialect) if rewrite is not None and isinstance(expr, ir.Op) else None
        if found is None:
            return expr
        expr = found
    return expr


_READERS: dict[type, Callable[..., bytes]] = {
    ir.Col: Expressions._col,
    ir.Lit: Expressions._lit,
    ir.Var: Expressions._var,
    ir.Op: Expressions._op,
    ir.Agg: Expressions._agg,
    ir.Win: Expressions._win,
    ir.Sub: Expressions._sub,
    ir.Opaque: Expressions._opaque,
}
