"""The names of projections without an alias, as the engine gives them; the spelling itself is `syntax/output_names.py`."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir
from lsp_server.semantics.state import Frame, State


def output_name(state: State, frame: Frame, select: Any, index: int, node: Any, expr: ir.Expr) -> str:
    """The name of projection `index` of `select`.  A plain column keeps the name that its relation gives it."""
    if type(node) is exp.Column and type(node.args.get("this")) is exp.Identifier and not _signed(state, node):
        return _column_name(state, frame, node, expr)
    if type(node) is exp.PositionalColumn and isinstance(expr, ir.Col):
        places = ((relation, relation.index_of(expr)) for relation in frame.relations)
        return next((relation.names[at] for relation, at in places if at is not None), "")
    return spelled(state, select, index, node)


def _signed(state: State, node: Any) -> bool:
    """`+a`: the tree has lost the sign, the name keeps it."""
    first = next(part for key in ("catalog", "db", "table", "this") if (part := node.args.get(key)) is not None)
    start = (first._meta or {}).get("start", 0)
    before = state.text[:start].rstrip() if state.duckdb else ""
    return before.endswith("+")


def spelled(state: State, select: Any, index: int, node: Any) -> str:
    """The engine's spelling of an expression as a name."""
    return state.name_of(select, index) or str(node.sql(dialect=state.dialect or None))


def _column_name(state: State, frame: Frame, node: Any, expr: ir.Expr) -> str:
    """DuckDB shows a column as its relation wrote it; the others fold what the query wrote."""
    written = node.args["this"]
    name = str(written.name)
    if state.duckdb and isinstance(expr, ir.Col):
        key = name.lower()
        current: Frame | None = frame
        while current is not None:
            for relation in current.relations:
                if relation.source == expr.source and key in relation.index:
                    return relation.names[relation.index[key]]
            current = current.parent
    return name if state.duckdb else state.fold(name, bool(written.args.get("quoted")))
