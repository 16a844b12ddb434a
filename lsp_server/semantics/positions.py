"""Columns that are named by their place in the FROM: DuckDB's `#2`, Snowflake's `$2` and `t.$2`.

Which column that is, every column before it decides; so whoever names one looks at all (`mentions.py`).
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.expressions import canonical, handles
from lsp_server.semantics.state import Frame, State


@handles(exp.PositionalColumn)
def bind_positional(state: State, frame: Frame, node: Any) -> ir.Expr:
    return at_place(state, frame, node, node.args.get("this"))


def at_place(state: State, frame: Frame, node: Any, number: Any, qualifier: str | None = None) -> ir.Expr:
    """Column `number` of the relations in the FROM, joined columns counted on both sides; of one of them with a qualifier.

    One that is not there may be any: which there are is not known, or the engine refuses the query.
    """
    state.look_at_all()
    relations = [relation for relation in frame.relations if qualifier in (None, relation.key)]
    cells = [(relation, index) for relation in relations for index in range(len(relation.names))]
    text = number.name if isinstance(number, exp.Literal) else ""
    if text.isdigit() and 1 <= int(text) <= len(cells) and not any(relation.open for relation in relations):
        relation, index = cells[int(text) - 1]
        return resolve.refer_column(state, relation, index, state.mark(node))
    every = tuple(relation.column(index) for relation, index in cells)
    return ir.Opaque(canonical(node), every, "which column stands at this place is not known")
