"""Window calls: which of them read the order of their input."""

from __future__ import annotations

from lsp_server.semantics import ir

_PEERS_ALIKE = frozenset(["rank", "dense_rank", "denserank", "percent_rank", "percentrank", "cume_dist", "cumedist"])
_EXACT_AGGREGATES = frozenset(
    ["sum", "count", "count_star", "countif", "min", "max", "avg", "bool_and", "bool_or", "logicaland", "logicalor"]
)


def ties_do_not_show(call: ir.Win) -> bool:
    """RANK and its like, and plain aggregates over RANGE or GROUPS frames, give every peer the same value.

    ROW_NUMBER, LAG, LEAD, FIRST_VALUE, NTILE and ROWS frames do not: rows that tie are told apart by the input's order.
    """
    function = call.call
    name = function.name if isinstance(function, ir.Op | ir.Agg) else ""
    if name.removeprefix("fn:") in _PEERS_ALIKE:
        return True
    if not isinstance(function, ir.Agg) or function.order_dependent or name not in _EXACT_AGGREGATES:
        return False
    frame = call.frame.upper()
    if "EXCLUDE" in frame:
        return False
    whole = "UNBOUNDED PRECEDING" in frame and "UNBOUNDED FOLLOWING" in frame
    return (not call.order and (not frame or whole)) or (bool(call.order) and not frame.startswith("ROWS"))
