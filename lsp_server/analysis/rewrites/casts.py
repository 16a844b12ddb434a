"""Casts that change nothing."""

from __future__ import annotations

from lsp_server.analysis.rewrites import conditions
from lsp_server.semantics import ir

_COUNTS = frozenset(["count", "count_star"])
_TRUTHS = frozenset(["eq", "neq", "lt", "lte", "gt", "gte", "not", "and", "or", "is"])


def repeated(op: ir.Op, dialect: str) -> ir.Expr | None:
    """`CAST(x AS T)` is x where x is a T already.

    Only if the query itself proves it (another cast, a literal, COUNT, a comparison): the type of a column may be one that
    somebody declared, and data may break a declaration.  Only for types that one word says all of: under VARCHAR(2) a text is
    cut in some dialects, and its type tells nobody.
    """
    if len(op.args) != 1 or not is_proven(op.args[0], dialect):
        return None
    kind = conditions.type_of(op)
    same = kind == conditions.type_of(op.args[0]) and (conditions.is_exact(kind) or kind in conditions.FLOATS)
    return op.args[0] if same else None


def is_proven(expr: ir.Expr, dialect: str) -> bool:
    """The type of `expr` follows from the query, whatever the types of the columns in it."""
    if isinstance(expr, ir.Lit):
        return expr.type != "NULL"
    if isinstance(expr, ir.Agg):
        return expr.name in _COUNTS and dialect == "duckdb"
    return isinstance(expr, ir.Op) and (expr.name in ("cast", "trycast") or expr.name in _TRUTHS)
