"""The names that an engine gives to projections without an alias (DuckDB: `count_star()`, `sum(x)`, `(a + 1)`)."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir
from lsp_server.semantics.state import Frame, State


def output_name(state: State, frame: Frame, node: Any, expr: ir.Expr) -> str:
    """The name of an unaliased projection.  A plain column keeps the name of its relation's column."""
    if type(node) is exp.Column:
        return _column_name(state, frame, node, expr)
    if type(node) is exp.Dot and type(node.args.get("expression")) is exp.Identifier:
        return str(node.args["expression"].name)
    return str(node.sql(dialect=state.dialect or None))


def _column_name(state: State, frame: Frame, node: Any, expr: ir.Expr) -> str:
    written = str(node.name)
    if isinstance(expr, ir.Col) and state.duckdb:
        for current in (frame, frame.parent):
            for relation in current.relations if current else ():
                index = relation.index.get(written.lower())
                if relation.source == expr.source and index is not None:
                    return relation.names[index]
    return written
