"""What a model declares of itself (columns, grain, audits) and an edit no longer keeps: an error, whatever the category.

Declarations never make a category milder (data may break them); they only make a breaking change an error.
"""

from __future__ import annotations

from lsp_server.analysis.audits import columns_of
from lsp_server.analysis.reasons import Reason, Side
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Call, Model
from lsp_server.semantics import ir


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
        for name in columns_of(audit)
        if name.lower() in gone
    ]
    messages += _types(model, old, new)
    grain = tuple(sorted(name.lower() for name in model.grain))
    if grain and _is_key(old, grain) and not _is_key(new, grain) and not gone & set(grain):
        messages.append(
            f"the query no longer guarantees one row for each {', '.join(model.grain)}, which is the declared grain"
        )
    messages += [text for audit in model.audits for text in _audited(audit, old, new, gone)]
    return tuple(Reason("contract-broken", text, model.path, span, severity="error") for text in messages)


def _audited(audit: Call, old: Side, new: Side, gone: set[str]) -> list[str]:
    """What the query guaranteed of audited columns, and guarantees no longer; what it never did is the audit's to find."""
    names = [name for name in columns_of(audit) if name.lower() not in gone]
    kind = audit.name.lower()
    if kind == "not_null":
        return [
            f"`{name}` is checked by the audit not_null, and the query now yields NULL for every row"
            for name in names
            if _is_null(new, name) and not _is_null(old, name)
        ]
    keys: dict[str, list[tuple[str, ...]]] = {
        "unique_values": [(name,) for name in names],
        "unique_combination_of_columns": [tuple(names)],
    }
    return [
        f"the query no longer guarantees that {', '.join(f'`{name}`' for name in key)} is unique, which the audit {kind} checks"
        for key in keys.get(kind, [])
        if key and _is_key(old, _folded(key)) and not _is_key(new, _folded(key))
    ]


def _folded(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in key)


def _is_null(side: Side, name: str) -> bool:
    """Whether a column is the literal NULL."""
    scope = ir.unpack(side.query).scopes[-1] if side.query else None
    if not isinstance(scope, ir.Select):
        return False
    made = [out.expr for out in scope.columns if out.name.lower() == name.lower()]
    return any(isinstance(expr, ir.Lit) and expr.type == "NULL" for expr in made)


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
