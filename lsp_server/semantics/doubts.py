"""Calls that an engine may refuse: an argument of a kind with which DuckDB has been tried, and which it did not take.

That is no problem which is reported (`refusals.py` has those): what was tried are kinds of types, each place by itself.  But an edit upstream that
brings it about may end the query, for all that read it: `ir.Query.doubts` makes it another query.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.semantics import catalog, ir, types
from lsp_server.semantics.state import State

_KINDS = {
    **dict.fromkeys(types.INTEGERS, "i"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "f"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "t"),
    "DECIMAL": "d", "BOOLEAN": "b", "VARCHAR": "s", "DATE": "D", "TIMESTAMP WITH TIME ZONE": "z", "TIME": "T", "INTERVAL": "v",
    "LIST": "l", "MAP": "m", "STRUCT": "r", "BLOB": "x", "UUID": "u",
}  # fmt: skip
"""The letters of `catalog.TAKEN`; what is not listed goes with anything, for all we know."""


def _taken(text: str) -> dict[str, tuple[str, ...]]:
    lines = (line.partition(": ") for line in text.strip().splitlines())
    return {name: tuple(kinds.split(",")) for kinds, _, names in lines for name in names.split()}


def _operators(text: str) -> dict[str, frozenset[str]]:
    found = {}
    for line in text.strip().splitlines():
        operator, *cells = line.split()
        pairs = (cell.partition("=") for cell in cells)
        found[operator] = frozenset(left + right for left, _, rights in pairs for right in rights)
    return found


TAKEN = _taken(catalog.TAKEN)
OPERATORS = _operators(catalog.OPERATORS)


def doubt_call(state: State, name: str, args: Sequence[ir.Expr]) -> None:
    """Note a function that may not take its arguments, as it is written: `sum(LIST)`."""
    wanted = TAKEN.get(f"{name}/{len(args)}") if state.duckdb else None
    if wanted is not None and any(_kind(arg) not in place for arg, place in zip(args, wanted, strict=True)):
        state.doubts.add(f"{name}({', '.join(map(head, args))})")


def doubt_operator(state: State, symbol: str, left: ir.Expr, right: ir.Expr) -> None:
    """Note an operator that may not take its operands: `VARCHAR - INTEGER`."""
    pairs = OPERATORS.get(symbol) if state.duckdb else None
    one, other = _kind(left), _kind(right)
    if pairs is not None and not any(pair[0] == (one or pair[0]) and pair[1] == (other or pair[1]) for pair in pairs):
        state.doubts.add(f"{head(left)} {symbol} {head(right)}")


def head(expr: ir.Expr) -> str:
    """Its type without what it is made of."""
    return types.parse(expr.type)[0]


def _kind(expr: ir.Expr) -> str:
    """Its letter; "" where it may be of any kind (a literal text becomes what is wanted)."""
    if isinstance(expr, ir.Var) or (isinstance(expr, ir.Lit) and expr.type == "VARCHAR"):
        return ""
    return _KINDS.get(head(expr), "")
