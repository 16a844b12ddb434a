"""What an engine refuses although every name means something: types that do not go together, aggregates where there are no groups,
subqueries of the wrong width, calls with too many or too few arguments.

Reported is only what is certain; DuckDB's own rules are told for DuckDB alone, and compared with it in tests/oracles/test_refusals.py.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlglot import exp

from lsp_server.semantics import catalog, ir, types
from lsp_server.semantics.state import RawSpan, State

# -- types that do not go together

_GROUPS = {
    **dict.fromkeys((*types.INTEGERS, "FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"), "moment"),
    **{kind: kind for kind in ("BOOLEAN", "VARCHAR", "TIME", "INTERVAL", "BLOB", "UUID", "LIST", "STRUCT", "MAP")},
}  # fmt: skip
"""Types of one group can be compared and mixed in DuckDB; JSON and what is not listed go with anything, for all we know."""


def check_types(state: State, node: Any, operands: list[ir.Expr], where: str) -> None:
    """An ordering comparison, BETWEEN, IN (SELECT ...), CASE, COALESCE: DuckDB wants operands of one group."""
    if not state.duckdb:
        return
    known = [e for e in operands if not isinstance(e, ir.Var) and not (isinstance(e, ir.Lit) and e.type == "VARCHAR")]
    for left, right in pairwise(known):
        if _clash(left.type, right.type):
            message = f"{left.type} and {right.type} do not go together in {where}: DuckDB wants a cast."
            state.problem("type-mismatch", message, extent(state, node), {"left": left.type, "right": right.type})
            return


def _clash(left: str, right: str) -> bool:
    a, b = (_GROUPS.get(types.parse(kind)[0]) for kind in (left, right))
    if a is None or b is None or a == b:
        return False
    return not ({a, b} == {"BOOLEAN", "number"} and (left in types.INTEGERS or right in types.INTEGERS))


# -- aggregates and windows out of place


def check_place(state: State, expr: ir.Expr, raw: RawSpan | None, clause: str, *, grouped: bool) -> None:
    """WHERE, ON and GROUP BY come before groups and windows, HAVING before windows.  `grouped`: an aggregate of this query is in `expr`."""
    if grouped:
        _out_of_place(state, "An aggregate function", clause, raw)
    elif _has_window(expr):
        _out_of_place(state, "A window function", clause, raw)


def _out_of_place(state: State, what: str, clause: str, raw: RawSpan | None) -> None:
    state.problem("aggregate-place", f"{what} cannot stand in {clause}.", raw, {"clause": clause})


def _has_window(expr: Any) -> bool:
    stack = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, ir.Win):
            return True
        if isinstance(top, ir.Op | ir.Agg):
            stack += top.args
    return False


def check_nested(state: State, node: Any, args: tuple[ir.Expr, ...]) -> None:
    """An aggregate of an aggregate, outside of a window."""
    if any(isinstance(arg, ir.Agg) for arg in args):
        _out_of_place(state, "An aggregate function", "the argument of another one", extent(state, node))


# -- subqueries and calls


def check_width(state: State, node: Any, scope: int, wanted: int = 1) -> None:
    """A subquery in an expression yields one column (in `(a, b) IN (...)` as many as stand on the left)."""
    derived = state.derived.get(scope)
    if not state.duckdb or derived is None or derived.open or not derived.names or len(derived.names) == wanted:
        return
    message = (
        f"This subquery yields {len(derived.names)} columns where {wanted} {'is' if wanted == 1 else 'are'} expected."
    )
    state.problem("subquery-columns", message, extent(state, node), {"columns": str(len(derived.names))})


def _arities(text: str) -> dict[str, tuple[int, int]]:
    found = {}
    for line in text.strip().splitlines():
        counts, _, names = line.partition(": ")
        low, _, high = counts.partition("-")
        found.update(dict.fromkeys(names.split(), (int(low), int(high or 10**6))))
    return found


ARITIES = _arities(catalog.ARITIES)
"""How many arguments DuckDB's functions take, from and to."""


def check_count(state: State, node: Any, name: str, count: int) -> None:
    """A function of DuckDB's catalogue with a number of arguments that none of its forms has."""
    known = ARITIES.get(name)
    if not state.duckdb or known is None or known[0] <= count <= known[1]:
        return
    low, high = known
    wanted = f"{low}" if low == high else f"at least {low}" if high >= 10**6 else f"{low} to {high}"
    message = f"{name} takes {wanted} argument{'' if wanted == '1' else 's'}, not {count}."
    state.problem("argument-count", message, extent(state, node), {"name": name, "count": str(count)})


def extent(state: State, node: Any) -> RawSpan | None:
    """The range of everything with a position in a node."""
    saved = state.begin()
    for part in node.find_all(exp.Identifier, exp.Literal, exp.Star, exp.Func):
        state.mark(part)
    return state.finish(saved)
