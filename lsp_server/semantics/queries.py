"""Any query expression to the function that binds it, by a table; what cannot be followed becomes an opaque scope.

The table is filled by `scopes.py` and `set_operations.py`: queries contain queries, so none of them can import all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.expressions import canonical
from lsp_server.semantics.facts import Column, Interface, ScopePlace, ScopeSource
from lsp_server.semantics.state import MAX_DEPTH, QUERY_DEPTH, Cte, Derived, Draft, Frame, RawSpan, Relation, State

Binder = Callable[[State, Any, Frame | None, dict[str, Cte], str], Derived]

QUERIES: dict[type, Binder] = {}


def queries(*kinds: type) -> Callable[[Binder], Binder]:
    def register(binder: Binder) -> Binder:
        for kind in kinds:
            QUERIES[kind] = binder
        return binder

    return register


def bind_query(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str = "") -> Derived:
    """Any query expression; what cannot be followed becomes an opaque scope."""
    if state.depth >= MAX_DEPTH:
        state.too_deep(node)
        return opaque(state, node, "nested too deeply to analyse", ctes=ctes)
    binder = QUERIES.get(type(node))
    if binder is None:
        return opaque(state, node, f"{type(node).__name__} is not a query that can be analysed", ctes=ctes)
    cost = 0 if type(node) is exp.Subquery else QUERY_DEPTH  # parentheses around a query are no level of their own
    state.depth += cost
    try:
        return binder(state, node, parent, ctes, name)
    finally:
        state.depth -= cost


def opaque(state: State, node: Any, reason: str, text: str = "", ctes: dict[str, Cte] | None = None) -> Derived:
    """A scope of which nothing is known but the relations that it names: any column of theirs may be one of its own."""
    derived = Derived(-1, [], [], [])
    derived.open = True
    sources = []
    for table in node.find_all(exp.Table) if isinstance(node, exp.Expression) else ():
        path = [part for part in table.parts if type(part) is exp.Identifier]
        if type(table.this) is not exp.Identifier or (len(path) == 1 and table.name.lower() in (ctes or {})):
            continue
        model = resolve.model_of(state, path)
        sources.append(state.add_source(Draft("model", model=model, open_=True)))
        relation = Relation(table.name, sources[-1], "model", [], [], open_=True, model=model)
        derived.stars.append((relation, frozenset()))
    if not sources:
        unknown = state.add_source(Draft("opaque", name=reason, open_=True))
        derived.stars.append((Relation("", unknown, "opaque", [], [], open_=True), frozenset()))
    if not text and node is not None:
        text = canonical(node)
    state.add_scope(ir.OpaqueScope(text, reason, tuple(sources)), derived)
    return derived


# -- places


def place(state: State, index: int, raw: RawSpan | None, derived: Derived, name: str, frame: Frame | None) -> None:
    """Remember where the scope stands and what its expressions can name."""
    raw = state.outer.around(raw) if raw is not None else None
    if raw is None:
        return
    span = state.span(raw)
    state.clauses[(index, "scope")] = span
    visible = tuple(_scope_source(state, r) for r in frame.relations) if frame is not None else ()
    state.places.append(
        ScopePlace(index, span, visible, name, _interface(derived.names, derived.types, not derived.open))
    )


def _scope_source(state: State, relation: Relation) -> ScopeSource:
    names: list[str] = list.__getitem__(
        relation.names, slice(None)
    )  # a model's other columns are put back (`Graph.bound`)
    described = relation.described if relation.kind == "model" else len(names)
    interface = _interface(names[:described], relation.types[:described], not relation.open)
    kind = relation.kind if relation.kind in ("model", "cte", "subquery") else "function"
    return ScopeSource(relation.name, relation.model, interface, kind)


def _interface(names: list[str], kinds: list[str], complete: bool) -> Interface:
    return Interface(tuple([Column(n, k) for n, k in zip(names, kinds, strict=True)]), complete)
