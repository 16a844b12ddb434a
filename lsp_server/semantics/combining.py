"""The type that an operator, a CASE, a COALESCE or a list makes of its operands' types.

Literals take on their neighbours' types where they fit, as in DuckDB; for other dialects see `foreign.py`.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import foreign, ir, types
from lsp_server.semantics.state import State

_COMPARISONS = frozenset({
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.Like, exp.ILike, exp.SimilarTo,
    exp.RegexpLike, exp.Glob, exp.RegexpILike, exp.RegexpFullMatch,
})  # fmt: skip


def result_type(state: State, node: Any, left: ir.Expr, right: ir.Expr) -> str:
    """The type of an operator's result, by DuckDB's rules or the dialect's."""
    kind = type(node)
    if kind in _COMPARISONS:
        return "BOOLEAN"
    if not state.duckdb:
        return foreign.arithmetic(node.key, left, right, state.dialect)
    a, b = adapted(left, right)
    if kind is exp.Add or kind is exp.Sub:
        return types.add(a, b, kind is exp.Sub)
    if kind is exp.Mul:
        return types.multiply(a, b)
    if kind is exp.Div:
        return types.divide(a, b)
    if kind is exp.Mod:
        return types.modulo(a, b)
    if kind is exp.IntDiv:
        return types.computed(a, b) if a in types.INTEGERS and b in types.INTEGERS else types.divide(a, b)
    if kind is exp.DPipe:
        return concatenated(a, b)
    if kind in (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseLeftShift, exp.BitwiseRightShift):
        return types.computed(a, b) if a in types.INTEGERS and b in types.INTEGERS else ir.UNKNOWN
    return ir.UNKNOWN


def concatenated(left: str, right: str) -> str:
    """`left || right`: lists concatenate to a list, blobs to a blob, everything else to text."""
    if ir.UNKNOWN in (left, right):
        return ir.UNKNOWN
    if left.endswith("]") or right.endswith("]"):
        return types.supertype(left, right) if left.endswith("[]") and right.endswith("[]") else ir.UNKNOWN
    if left == right == "BLOB":
        return "BLOB"
    return ir.UNKNOWN if "BLOB" in (left, right) or "BIT" in (left, right) else "VARCHAR"


def adapted(left: ir.Expr, right: ir.Expr) -> tuple[str, str]:
    """The operands' types after literals took on their neighbour's: an integer that fits, a string of any form."""
    return _adapt(left, right.type), _adapt(right, left.type)


def _adapt(expr: ir.Expr, other: str) -> str:
    if type(expr) is ir.Lit:
        if expr.type in types.INTEGERS and other in types.INTEGERS and types.fits(int(expr.text), other):
            return other
        if expr.type == "VARCHAR" and other not in (ir.UNKNOWN, "NULL"):
            return "DOUBLE" if other.startswith("DECIMAL") else other
    return expr.type


def common_type(state: State, exprs: list[ir.Expr]) -> str:
    """The type that COALESCE, CASE, a list literal or VALUES gives its operands."""
    if not state.duckdb:
        return foreign.common(exprs, state.dialect)
    return common_of(exprs)


def common_of(exprs: list[ir.Expr]) -> str:
    """DuckDB's `common_type`: literals take on the type of the others where they fit."""
    solid = [e for e in exprs if type(e) is not ir.Lit]
    kind = "NULL"
    for expr in solid:
        kind = types.supertype(kind, expr.type)
    for expr in exprs:
        if type(expr) is ir.Lit and expr.type != "VARCHAR":
            kind = types.supertype(kind, _adapt(expr, kind))
    texts = any(type(e) is ir.Lit and e.type == "VARCHAR" for e in exprs)
    return "VARCHAR" if texts and kind == "NULL" else kind
