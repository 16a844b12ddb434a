"""WITH: common table expressions, recursive ones, ClickHouse's named expressions."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.expressions import bind_expr, leftover
from lsp_server.semantics.facts import Target
from lsp_server.semantics.queries import bind_query, opaque
from lsp_server.semantics.state import Cte, Derived, Draft, Frame, RawSpan, Relation, State


def bind_with(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte]) -> dict[str, Cte]:
    """The CTEs in reach after a WITH clause; a name hides an outer one only for what comes later."""
    if node is None:
        return ctes
    recursive = bool(node.args.get("recursive"))
    rest = leftover(node, "expressions", "recursive")
    written = node.args.get("expressions") or []
    beginning = state.beginning if state.beginning is not None and state.beginning.is_of(node) else None
    count, reach = beginning.take_over(state, written) if beginning is not None else (0, dict(ctes))
    for cte in written[count:]:
        alias = cte.args.get("alias")
        identifier = alias.args.get("this") if alias is not None else None
        if identifier is None:
            continue
        saved = state.begin()
        bound = _bind_cte(state, cte, identifier, parent, reach, recursive, rest)
        state.finish(saved)
        if bound is not None:
            reach[resolve.text_of(identifier).lower()] = bound
        if beginning is not None:
            beginning.note(state, cte, reach)
    return reach


def _bind_cte(
    state: State, cte: Any, identifier: Any, parent: Frame | None, reach: dict[str, Cte], recursive: bool, rest: str
) -> Cte | None:
    raw = state.mark(identifier) if isinstance(identifier, exp.Expression) else None
    name = resolve.text_of(identifier)
    alias = cte.args["alias"]
    columns = [resolve.text_of(c) for c in alias.args.get("columns") or ()]
    raws = [state.mark(c) for c in alias.args.get("columns") or ()]
    bound = Cte(name, raw, None, columns)
    bound.extra = ";".join(filter(None, [leftover(cte, "this", "alias"), rest]))
    body = cte.args.get("this")
    if body is None:
        bound.derived = opaque(state, None, "the CTE has no body")
    elif cte.args.get("scalar") or not isinstance(body, exp.Query | exp.Table | exp.Pivot):
        return _scalar_cte(state, parent, reach, body, bound)
    elif recursive and isinstance(body, exp.SetOperation) and _names(body, name):
        from lsp_server.semantics.set_operations import bind_recursive

        bound.derived = bind_recursive(state, body, parent, reach, bound, bound.extra)
        bound.extra = ""
        if rest:  # SEARCH and CYCLE add columns of their own
            source = state.add_source(Draft("opaque", name=rest, open_=True))
            bound.derived.open = True
            bound.derived.parts = None
            bound.derived.stars = [(Relation("", source, "opaque", [], [], open_=True), frozenset())]
    else:
        bound.derived = bind_query(state, body, parent, reach, name)
    target = Target("cte", name, definition=state.span(raw) if raw else None, scope=bound.derived.scope)
    state.refer(raw, target, declares=True)
    _declare_columns(state, bound, raws)
    return bound


def _declare_columns(state: State, cte: Cte, raws: list[RawSpan | None]) -> None:
    """A CTE's column list is where its columns are defined."""
    derived = cte.derived
    if derived is None:
        return
    for i, raw in enumerate(raws):
        if raw is not None and i < len(derived.names):
            derived.definitions[i] = raw
            state.refer(raw, Target("column", cte.columns[i], type=derived.types[i]), declares=True)
    if len(cte.columns) > len(derived.names) and not derived.open:
        state.problem(
            "cte-columns",
            f'"{cte.name}" names {len(cte.columns)} columns, but its query yields {len(derived.names)}.',
            cte.span,
            {"name": cte.name},
        )


def _scalar_cte(state: State, parent: Frame | None, reach: dict[str, Cte], body: Any, cte: Cte) -> Cte | None:
    """ClickHouse: `WITH 1 AS x` names an expression, `WITH (SELECT 1) AS x` the one value of a query."""
    reported = len(state.problems)
    holder = parent if parent is not None else Frame(None, reach)
    expr = bind_expr(state, holder, body)
    del state.problems[reported:]  # what its names mean is decided where it is used
    derived = Derived(-1, [cte.name], [expr.type], [cte.span])
    state.add_scope(ir.Select((), (ir.Out(cte.name, expr.type, expr),)), derived)
    state.scalars[cte.name.lower()] = lambda frame: bind_expr(state, frame, body)
    cte.derived = derived
    return cte


def _names(body: Any, name: str) -> bool:
    """Whether a recursive CTE's body reads itself."""
    key = name.lower()
    return any(t.name.lower() == key and not t.args.get("db") for t in body.find_all(exp.Table))
