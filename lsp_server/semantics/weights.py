"""What grows by itself: an alias that stands for two of the one before it, a star over two of the one before it.

Thirty such lines are a thousand million parts.  Beyond a limit an alias stands for "something made of these columns", and a star for
"more columns than are told": lineage stays whole, and one warning says that the rest is not analysed.
"""

from __future__ import annotations

from typing import Any

from lsp_server.semantics import ir
from lsp_server.semantics.state import State

MAX_PARTS = 5_000
"""Parts of an expression that an alias may stand for."""
MAX_SPREAD = 20_000
"""Columns that all stars of a query may make together."""

_WHOLE = (ir.Col, ir.Var, ir.Agg, ir.Win, ir.Sub)
"""What is one argument of the rest: an aggregate is not taken apart, or its columns would stand outside of it."""


def is_heavy(expr: ir.Expr) -> bool:
    """Whether the expression has more parts than are carried on."""
    waiting, seen = [expr], 0
    while waiting:
        seen += 1
        if seen > MAX_PARTS:
            return True
        waiting += inside(waiting.pop())
    return False


def inside(expr: ir.Expr) -> tuple[ir.Expr, ...]:
    """The expressions directly inside, an aggregate's and a window's arguments too."""
    if isinstance(expr, ir.Op | ir.Opaque | ir.Sub | ir.Agg):
        return expr.args
    return (expr.call, *expr.partition) if isinstance(expr, ir.Win) else ()


def lightened(state: State, node: Any, name: str, expr: ir.Expr) -> ir.Expr:
    """The expression, or what it is made of where it is too heavy."""
    if not is_heavy(expr):
        return expr
    state.given_up(node, f"`{name}` stands for more than {MAX_PARTS:,} parts, through the aliases that it reads.")
    kept: dict[ir.Expr, None] = {}
    seen: set[int] = set()
    waiting: list[ir.Expr] = [expr]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, _WHOLE):
            kept.setdefault(part)
        else:
            waiting += inside(part)
    return ir.Opaque(name, tuple(kept), "an alias of too many parts", expr.type)


def may_spread(state: State, node: Any, columns: int) -> bool:
    """Whether a star may still make so many columns."""
    state.spread += columns
    if state.spread <= MAX_SPREAD:
        return True
    state.given_up(node, f"its stars make more than {MAX_SPREAD:,} columns.")
    return False
