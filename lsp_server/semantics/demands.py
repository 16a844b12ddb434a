"""Columns that nobody described: a relation of unknown interface has whatever column a name asks of it.

The column is added where it would come from: to the source itself, or, through the stars of a CTE, a derived table or both
sides of a set operation, to every scope between it and the name that asks.  `resolve.py` says when a name asks.
"""

from __future__ import annotations

from lsp_server.semantics import ir
from lsp_server.semantics.state import Derived, Relation, State


def demand(state: State, relation: Relation, name: str) -> ir.Col | None:
    """Column `name` of a relation of unknown interface: appended when it is asked for first.  None: certainly not there."""
    key = name.lower()
    if key in relation.index:
        return relation.column(relation.index[key])
    if relation.source < 0:
        return None
    draft = state.sources[relation.source]
    draft.open = True
    if relation.derived is None:
        draft.columns.append(name)
        draft.types.append(ir.UNKNOWN)
        _append(relation, name, ir.UNKNOWN, len(draft.columns) - 1)
    else:
        derived = relation.derived
        index = _demand_derived(state, derived, name)
        if index is None:
            return None
        for position in range(len(draft.columns), index + 1):
            draft.columns.append(derived.names[position])
            draft.types.append(derived.types[position])
        if relation.positions is None:
            for position in range(len(relation.names), index + 1):
                _append(relation, derived.names[position], derived.types[position], position)
        else:
            _append(relation, name, derived.types[index], index)
    return relation.column(relation.index[key])


def _append(relation: Relation, name: str, kind: str, place: int) -> None:
    relation.names.append(name)
    relation.types.append(kind)
    if relation.positions is not None:
        relation.positions.append(place)
    relation.index.setdefault(name.lower(), len(relation.names) - 1)


def _demand_derived(state: State, derived: Derived, name: str) -> int | None:
    """Let an open star of a scope yield column `name`; the index of the new column."""
    key = name.lower()
    if (found := _known(derived, name)) is not None:
        return found
    if derived.parts is not None:
        return _demand_set(state, derived, name)
    cells: list[ir.Expr] = []
    for relation, excluded in derived.stars:
        if key not in excluded and (cell := demand(state, relation, name)) is not None:
            cells.append(cell)
    if not cells:
        return None
    expr = (
        cells[0]
        if len(cells) == 1
        else ir.Opaque(f"star:{key}", tuple(cells), f'which relation has "{name}" is not known')
    )
    state.append_column(derived.scope, ir.Out(name, expr.type, expr))
    derived.names.append(name)
    derived.types.append(expr.type)
    derived.definitions.append(None)
    return len(derived.names) - 1


def _demand_set(state: State, derived: Derived, name: str) -> int | None:
    """Both branches of a set operation over stars of unknown relations are taken to have the column, by name."""
    assert derived.parts is not None
    sides = [_demand_derived(state, part, name) if part.open else _known(part, name) for part in derived.parts]
    if all(side is None for side in sides):
        return None
    derived.names.append(name)
    derived.types.append(ir.UNKNOWN)
    derived.definitions.append(None)
    left, right = (-1 if side is None else side for side in sides)
    state.append_pair(derived.scope, name, (left, right))
    return len(derived.names) - 1


def _known(derived: Derived, name: str) -> int | None:
    key = name.lower()
    return next((i for i, known in enumerate(derived.names) if known.lower() == key), None)
