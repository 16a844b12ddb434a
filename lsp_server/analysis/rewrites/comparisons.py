"""Comparisons: direction, negation, BETWEEN, IN.

Each function takes an operator and gives the operator that stands for it, or None where its condition does not hold.
"""

from __future__ import annotations

from lsp_server.analysis.rewrites import casts, conditions
from lsp_server.semantics import ir

_MIRRORED = {"gt": "lt", "gte": "lte"}
_NEGATED = {"eq": "neq", "neq": "eq", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt"}
_TOTAL_FLOAT_ORDER = frozenset(["duckdb", "postgres", "snowflake", "materialize", "redshift"])
"""Dialects in which NaN compares like a number, so that NOT (a < b) is a >= b for floats too."""


def _boolean(name: str, *args: ir.Expr) -> ir.Op:
    return ir.Op(name, args, "BOOLEAN")


def mirror(op: ir.Op, dialect: str) -> ir.Expr | None:
    """`b > a` is `a < b`.  Always: each side is evaluated once in both."""
    name = _MIRRORED.get(op.name)
    if name is None or len(op.args) != 2:
        return None
    return ir.Op(name, (op.args[1], op.args[0]), op.type, op.extra, op.volatile, op.stable)


def between(op: ir.Op, dialect: str) -> ir.Expr | None:
    """`x BETWEEN a AND b` is `a <= x AND x <= b`.

    Only if x is not drawn anew at its second use, and all three have one proven type: BETWEEN casts them together,
    two comparisons cast each pair (`'2024-1-1' BETWEEN ... AND current_date` compares dates, the pair texts).
    """
    if len(op.args) != 3 or op.extra:
        return None
    operand, low, high = op.args
    if conditions.is_drawn_anew(operand) or not conditions.one_type(op.args):
        return None
    return _boolean("and", _boolean("lte", low, operand), _boolean("lte", operand, high))


def in_list(op: ir.Op, dialect: str) -> ir.Expr | None:
    """`x IN (a, b)` is `x = a OR x = b`.

    Only if x is not drawn anew, and all operands have one proven type: `'2024-1-1' IN ('2024-01-01', current_date)`
    compares dates and is true, the ORs compare texts first and are false.
    """
    if len(op.args) < 2 or op.extra:
        return None
    operand, *items = op.args
    if conditions.is_drawn_anew(operand) or not conditions.one_type(op.args):
        return None
    terms = tuple(_boolean("eq", operand, item) for item in items)
    return terms[0] if len(terms) == 1 else _boolean("or", *terms)


def negation(op: ir.Op, dialect: str) -> ir.Expr | None:
    """NOT over a comparison is the opposite comparison; NOT over AND and OR goes to their terms; NOT NOT is nothing.

    Only if neither side is ANY or ALL, and only if both sides have one proven type,
    which is no list or struct (NULL inside them compares otherwise) and no float where NaN compares false with everything.
    AND, OR and double negation hold in three-valued logic without condition, for booleans.
    """
    if len(op.args) != 1 or not isinstance(op.args[0], ir.Op):
        return None
    inner = op.args[0]
    if inner.name in ("and", "or"):
        other = "or" if inner.name == "and" else "and"
        return _boolean(other, *(_boolean("not", term) for term in inner.args))
    if inner.name == "not" and len(inner.args) == 1 and conditions.type_of(inner.args[0]) == "BOOLEAN":
        return inner.args[0]
    if inner.name in ("between", "in"):
        expanded = (between if inner.name == "between" else in_list)(inner, dialect)
        return None if expanded is None else _boolean("not", expanded)
    name = _NEGATED.get(inner.name)
    if name is None or not negatable(inner, dialect):
        return None
    return ir.Op(name, inner.args, inner.type, inner.extra, inner.volatile, inner.stable)


def negatable(op: ir.Op, dialect: str) -> bool:
    """The condition of `negation` on the operands of a comparison."""
    if not conditions.one_type(op.args) or any(is_quantified(arg) for arg in op.args):
        return False
    kind = conditions.type_of(op.args[0])
    if kind in conditions.FLOATS:
        return dialect in _TOTAL_FLOAT_ORDER
    return conditions.is_number(op.args[0]) or conditions.is_exact(kind) or kind in ("VARCHAR", "TEXT")


def is_quantified(expr: ir.Expr) -> bool:
    """A comparison with this operand runs over many rows: NOT over it is not the opposite comparison."""
    if isinstance(expr, ir.Op):
        return expr.name in ("any", "all")
    return isinstance(expr, ir.Sub) and expr.kind in ("any", "all")


def flat(op: ir.Op, dialect: str) -> ir.Expr | None:
    """`a AND (b AND c)` is `a AND b AND c`, and `x AND true` is x where x is boolean; the same of OR."""
    neutral = "TRUE" if op.name == "and" else "FALSE"
    terms = [term for arg in op.args for term in _terms(arg, op.name)]
    kept = [term for term in terms if not (isinstance(term, ir.Lit) and term.text.upper() == neutral)]
    if len(kept) == len(op.args):
        return None
    if not kept:
        return ir.Lit(neutral, "BOOLEAN")
    if len(kept) == 1:
        return kept[0] if conditions.type_of(kept[0]) == "BOOLEAN" else None
    return ir.Op(op.name, tuple(kept), op.type)


def _terms(expr: ir.Expr, name: str) -> list[ir.Expr]:
    if isinstance(expr, ir.Op) and expr.name == name:
        return [term for arg in expr.args for term in _terms(arg, name)]
    return [expr]


REWRITES = {
    "gt": mirror,
    "gte": mirror,
    "between": between,
    "in": in_list,
    "not": negation,
    "and": flat,
    "or": flat,
    "cast": casts.repeated,
    "trycast": casts.repeated,
}
"""Operator name to the rewrite that may replace it."""
