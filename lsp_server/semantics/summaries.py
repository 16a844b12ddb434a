"""SUMMARIZE and DESCRIBE where a query may stand: tables about a table, of columns that are always the same."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir
from lsp_server.semantics.expressions import canonical
from lsp_server.semantics.joins import bind_from
from lsp_server.semantics.queries import opaque, place, queries
from lsp_server.semantics.state import Cte, Derived, Frame, State

_TEXT, _NUMBER = "VARCHAR", "BIGINT"
_NAMES = {"column_name": _TEXT, "column_type": _TEXT}
_SUMMARIZE = {
    **_NAMES, "min": _TEXT, "max": _TEXT, "approx_unique": _NUMBER, "avg": _TEXT, "std": _TEXT, "q25": _TEXT, "q50": _TEXT,
    "q75": _TEXT, "count": _NUMBER, "null_percentage": "DECIMAL(9,2)",
}  # fmt: skip
_DESCRIBE = {**_NAMES, "null": _TEXT, "key": _TEXT, "default": _TEXT, "extra": _TEXT}
_OF_ROWS_ALONE = {*_DESCRIBE, "count"}
"""What no value in the table changes."""


@queries(exp.Summarize, exp.Describe)
def bind_summary(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """Each statistic may come from every column of the table."""
    about = node.args.get("this")
    if not state.duckdb or not isinstance(about, exp.Table | exp.Query):
        return opaque(state, node, f"{type(node).__name__} is not a query that can be analysed", ctes=ctes)
    saved = state.begin()
    frame = Frame(parent, ctes)
    table = about.copy() if isinstance(about, exp.Table | exp.Subquery) else exp.Subquery(this=about.copy())
    bind_from(state, frame, exp.Select(from_=exp.From(this=table)))
    values = tuple(
        ir.Col(relation.source, at, kind) for relation in frame.relations for at, kind in enumerate(relation.types)
    )
    known = _SUMMARIZE if type(node) is exp.Summarize else _DESCRIBE
    key = node.key
    outs = tuple(
        ir.Out(column, kind, ir.Op(key, () if column in _OF_ROWS_ALONE else values, kind, column))
        for column, kind in known.items()
    )
    sources = tuple(relation.source for relation in frame.relations)
    scope = ir.OpaqueScope(
        canonical(node), f"{key.upper()} looks at every row and column", sources, outs, open_star=False
    )
    derived = Derived(-1, list(known), list(known.values()), [None] * len(known))
    index = state.add_scope(scope, derived)
    place(state, index, state.finish(saved), derived, name, frame)
    return derived
