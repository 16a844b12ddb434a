"""Conditions that say nothing new about NULL."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.analysis.rewrites import comparisons
from lsp_server.semantics import ir

_STRICT = frozenset(["eq", "neq", "lt", "lte", "gt", "gte", "like", "ilike"])
_STRICT_IN_FIRST = frozenset(["between", "in"])


def rejects_null(term: ir.Expr) -> tuple[ir.Expr, ...]:
    """The columns for whose NULL the condition `term` is never true: the operands of a plain comparison, also under NOT, and of an OR
    those that each of its terms rejects.

    Not for comparisons with ANY or ALL: `NULL <> ALL (nothing)` is true.
    """
    if isinstance(term, ir.Op) and term.name == "not" and len(term.args) == 1:
        term = term.args[0]
    if isinstance(term, ir.Op) and term.name == "or":
        each = [set(rejects_null(arg)) for arg in term.args]
        return tuple(set.intersection(*each)) if each else ()
    if not isinstance(term, ir.Op) or any(comparisons.is_quantified(arg) for arg in term.args):
        return ()
    operands = term.args if term.name in _STRICT else term.args[:1] if term.name in _STRICT_IN_FIRST else ()
    return tuple(arg for arg in operands if isinstance(arg, ir.Col))


def asserted(term: ir.Expr) -> ir.Expr | None:
    """The column of `x IS NOT NULL`."""
    if not isinstance(term, ir.Op) or term.name != "not" or len(term.args) != 1:
        return None
    inner = term.args[0]
    if (
        isinstance(inner, ir.Op)
        and inner.name == "is"
        and len(inner.args) == 2
        and inner.args[1] == ir.Lit("NULL", "NULL")
    ):
        return inner.args[0] if isinstance(inner.args[0], ir.Col) else None
    return None


def without_implied(
    terms: list[bytes], asserts: Mapping[bytes, bytes], rejects: Mapping[bytes, frozenset[bytes]]
) -> list[bytes]:
    """`x > 1 AND x IS NOT NULL` is `x > 1`, where only rows count for which the whole is true (WHERE, ON, HAVING, FILTER).

    `asserts`: canon of a term `x IS NOT NULL` to that of x; `rejects`: canon of a term to those of the columns that it rejects.
    """
    rejected = {column for term in terms for column in rejects.get(term, ())}
    return [term for term in terms if asserts.get(term) not in rejected]
