"""What a model declares of itself (columns, grain, audits) and an edit no longer keeps: an error, whatever the category.

Declarations never make a category milder (data may break them); they only make a breaking change an error.
"""

from __future__ import annotations

from lsp_server.analysis.reasons import Reason, Side
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Call, Model

_COLUMN_AUDITS = frozenset(
    ["not_null", "unique_values", "unique_combination_of_columns", "accepted_values", "not_constant"]
)


def broken(graph: Graph, model: Model, old: Side, new: Side) -> tuple[Reason, ...]:
    """The declarations of `model` that its query kept in the baseline and keeps no longer."""
    span = graph.name_span(model.name)
    now, before = {name.lower() for name, _ in new.columns}, {name.lower() for name, _ in old.columns}
    gone = before - now if new.columns else set()
    messages = [
        f"`{c.name}` is declared in columns (...), and the query no longer yields it"
        for c in model.columns
        if c.name.lower() in gone
    ]
    messages += [
        f"`{name}` is part of the grain, and the query no longer yields it"
        for name in model.grain
        if name.lower() in gone
    ]
    messages += [
        f"`{name}` is checked by the audit {audit.name}, and the query no longer yields it"
        for audit in model.audits
        for name in _columns(audit)
        if name.lower() in gone
    ]
    messages += _types(model, old, new)
    grain = tuple(sorted(name.lower() for name in model.grain))
    if grain and _is_key(old, grain) and not _is_key(new, grain) and not gone & set(grain):
        messages.append(
            f"the query no longer guarantees one row for each {', '.join(model.grain)}, which is the declared grain"
        )
    return tuple(Reason("contract-broken", text, model.path, span, severity="error") for text in messages)


def _types(model: Model, old: Side, new: Side) -> list[str]:
    before, now = ({name.lower(): kind for name, kind in side.columns} for side in (old, new))
    found = []
    for column in model.columns:
        name, declared = column.name.lower(), column.type.upper()
        if (
            before.get(name, "").upper() == declared
            and now.get(name, declared).upper() != declared
            and now[name] != "UNKNOWN"
        ):
            found.append(f"`{column.name}` is declared {declared}, and the query now yields {now[name]}")
    return found


def _is_key(side: Side, grain: tuple[str, ...]) -> bool:
    return any(set(key) <= set(grain) for key in side.meaning.keys)


def _columns(audit: Call) -> list[str]:
    """The columns that a generic audit names."""
    if audit.name.lower() not in _COLUMN_AUDITS:
        return []
    named = [audit.kwargs.get(key) for key in ("columns", "column")]
    flat = [item for value in named for item in (value if isinstance(value, list | tuple) else [value])]
    return [str(item) for item in flat if item is not None]
