"""What rewrites ask of an expression before they touch it: its type is proven, it is not drawn anew at each use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsp_server.semantics import functions, ir

INTEGERS = frozenset(
    [
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
        "INT",
        "INT2",
        "INT4",
        "INT8",
    ]
)
FLOATS = frozenset(["FLOAT", "DOUBLE", "REAL", "FLOAT4", "FLOAT8"])
_EXACT = INTEGERS | frozenset(["DATE", "TIMESTAMP", "BOOLEAN", "UUID", "TIME"])


def type_of(expr: ir.Expr) -> str:
    """The type that the binder proved, or "UNKNOWN"."""
    return expr.type


def is_integer(expr: ir.Expr) -> bool:
    """Whole numbers of any width: comparisons between them are exact."""
    return type_of(expr) in INTEGERS


def is_number(expr: ir.Expr) -> bool:
    """A type whose `+` and `*` are known to commute."""
    kind = type_of(expr)
    return kind in INTEGERS or kind in FLOATS or kind.startswith("DECIMAL")


def is_exact(kind: str) -> bool:
    """Types of which two values that compare equal are the same value (texts may be collated, intervals and floats not)."""
    return kind in _EXACT or kind.startswith("DECIMAL")


def one_type(exprs: Iterable[ir.Expr]) -> bool:
    """All operands have one proven type, so that comparing them together or in pairs casts nothing.

    Whole numbers of several widths count as one; NULL literals take any type.
    """
    kinds = {"integer" if is_integer(expr) else type_of(expr) for expr in exprs}
    return len(kinds) == 1 and not kinds & {ir.UNKNOWN, "NULL", ""}


def children(expr: ir.Expr) -> Sequence[ir.Expr]:
    """The expressions directly inside `expr`, not those of a subquery's scope."""
    kind = type(expr)
    if kind is ir.Col or kind is ir.Lit or kind is ir.Var:
        return ()
    if isinstance(expr, ir.Op | ir.Opaque | ir.Sub):
        return expr.args
    if isinstance(expr, ir.Agg):
        condition = () if expr.filter is None else (expr.filter,)
        return (*expr.args, *[key.expr for key in expr.order], *condition)
    if isinstance(expr, ir.Win):
        return (expr.call, *expr.partition, *[key.expr for key in expr.order], *expr.bounds)
    return ()


def walk(expr: ir.Expr) -> list[ir.Expr]:
    """`expr` and everything inside it, the outer before the inner."""
    found = [expr]
    for node in found:
        kind = type(node)
        if kind is not ir.Col and kind is not ir.Lit:
            found += children(node)
    return found


def is_drawn_anew(expr: ir.Expr) -> bool:
    """Two evaluations may differ: a volatile call, or what nobody can look into."""
    return any(isinstance(node, ir.Opaque) or (isinstance(node, ir.Op) and node.volatile) for node in walk(expr))


def may_make_rows(node: ir.Expr, dialect: str) -> bool:
    """Yields several rows for one, or may for all that is known: a set-returning call, an unknown function, a macro that
    cannot be looked into.  (A name that cannot be resolved makes no rows: its query does not run.)"""
    if isinstance(node, ir.Opaque):
        return not node.text.startswith("name:")
    if not isinstance(node, ir.Op):
        return False
    return node.set_returning or (
        node.volatile and node.name.startswith("fn:") and functions.is_unknown(node.name[3:], dialect)
    )


def reads(expr: ir.Expr, source: int) -> bool:
    """Whether `expr` names a column of relation instance `source`, or holds a subquery that may."""
    return any(isinstance(node, ir.Sub) or (isinstance(node, ir.Col) and node.source == source) for node in walk(expr))


def conjuncts(expr: ir.Expr | None) -> list[ir.Expr]:
    """The terms of an AND, nested ones too; no condition has none."""
    if expr is None:
        return []
    if isinstance(expr, ir.Op) and expr.name == "and":
        return [term for arg in expr.args for term in conjuncts(arg)]
    return [expr]
