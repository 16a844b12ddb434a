"""Aggregates: what of a call does not matter."""

from __future__ import annotations

from lsp_server.analysis.rewrites import conditions
from lsp_server.semantics import ir

_SAME_WITH_REPEATS = frozenset(["min", "max", "bool_and", "bool_or", "logicaland", "logicalor", "bit_and", "bit_or"])
_IGNORE_ORDER = _SAME_WITH_REPEATS | {"sum", "count", "count_star", "countif", "avg", "variance", "stddev"}


def counts_rows(call: ir.Agg) -> bool:
    """COUNT(*), COUNT(1) and COUNT of any literal but NULL count rows.  Always (their output names may differ)."""
    if call.name not in ("count", "count_star") or call.distinct:
        return False
    if not call.args:
        return True
    return len(call.args) == 1 and (
        (isinstance(call.args[0], ir.Lit) and call.args[0].type != "NULL" and call.args[0].text.upper() != "NULL")
        or (isinstance(call.args[0], ir.Op) and call.args[0].name == "star")
    )


def ignores_repeats(call: ir.Agg) -> bool:
    """DISTINCT inside MIN, MAX, BOOL_AND, BOOL_OR changes nothing.  Only for types whose equal values are the same value."""
    return call.name in _SAME_WITH_REPEATS and all(conditions.is_exact(conditions.type_of(arg)) for arg in call.args)


def ignores_order(call: ir.Agg) -> bool:
    """ORDER BY inside SUM, COUNT, MIN and their like changes nothing.

    Not for ordered-set aggregates: `percentile_cont(0.9) WITHIN GROUP (ORDER BY x DESC)` is another number, though the order of
    the input does not show in it.  What is not on the list keeps its ORDER BY.
    """
    return not call.order or call.name in _IGNORE_ORDER


def is_ordered_by_its_values(call: ir.Agg) -> bool:
    """`list(x ORDER BY x)`: ties are equal values, so that the order of the input does not show.

    Only for types whose equal values are the same value: under a collation 'a' and 'A' tie, and differ.
    """
    keys = {key.expr for key in call.order}
    args = [arg for arg in call.args if not isinstance(arg, ir.Lit)]
    return bool(call.order) and all(arg in keys and conditions.is_exact(conditions.type_of(arg)) for arg in args)
