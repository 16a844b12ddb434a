"""Queries: SELECT, set operations, CTEs, subqueries, VALUES; each becomes one or more scopes of the relational form.

The order in which a SELECT is bound is that in which names become visible: CTEs, FROM and joins, projections (whose aliases the
other clauses may read), WHERE, GROUP BY, HAVING, QUALIFY, DISTINCT, ORDER BY, LIMIT.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve, types
from lsp_server.semantics.calls import SUBQUERIES
from lsp_server.semantics.expressions import bind_expr, canonical, leftover, parts
from lsp_server.semantics.facts import Column, Interface, ScopePlace, ScopeSource, Target
from lsp_server.semantics.grouping import bind_group, bind_modifiers, bind_order, check_grouped
from lsp_server.semantics.projections import Projections, bind_projections
from lsp_server.semantics.relations import bind_from, values_source
from lsp_server.semantics.state import MAX_DEPTH, Cte, Derived, Draft, Frame, RawSpan, Relation, State

_SELECT_PARTS = (
    "with_", "expressions", "from_", "joins", "laterals", "where", "group", "having", "qualify", "windows", "distinct", "order",
    "limit", "offset",
)  # fmt: skip


def bind_query(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str = "") -> Derived:
    """Any query expression; what cannot be followed becomes an opaque scope."""
    if state.depth >= MAX_DEPTH:
        return opaque(state, node, "nested too deeply to analyse")
    state.depth += 3
    try:
        if type(node) is exp.Select:
            return bind_select(state, node, parent, ctes, name)
        if isinstance(node, exp.SetOperation):
            return bind_set_operation(state, node, parent, ctes, name)
        if type(node) is exp.Subquery:
            return bind_parenthesised(state, node, parent, ctes, name)
        if type(node) is exp.Values:
            return bind_values(state, node, parent, ctes)
        if type(node) in (exp.Table, exp.Pivot):
            return bind_bare_relation(state, node, parent, ctes, name)
        if type(node) is exp.With:
            return bind_lone_with(state, node, parent, ctes)
        return opaque(state, node, f"{type(node).__name__} is not a query that can be analysed")
    finally:
        state.depth -= 3


def opaque(state: State, node: Any, reason: str, text: str = "") -> Derived:
    """A scope of which nothing is known but the tables that it names."""
    sources = []
    if isinstance(node, exp.Expression):
        for table in node.find_all(exp.Table):
            if type(table.this) is exp.Identifier:
                path = [p for p in table.parts if type(p) is exp.Identifier]
                model = resolve.model_of(state, path)
                sources.append(state.add_source(Draft("model", model=model, open_=True)))
    derived = Derived(-1, [], [], [])
    derived.open = True
    if not text and node is not None:
        text = canonical(node)
    state.add_scope(ir.OpaqueScope(text, reason, tuple(sources)), derived)
    return derived


# -- CTEs


def bind_with(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte]) -> dict[str, Cte]:
    """The CTEs in reach after a WITH clause; a name hides an outer one only for what comes later."""
    if node is None:
        return ctes
    reach = dict(ctes)
    recursive = bool(node.args.get("recursive"))
    rest = leftover(node, "expressions", "recursive")
    for cte in node.args.get("expressions") or ():
        alias = cte.args.get("alias")
        identifier = alias.args.get("this") if alias is not None else None
        if identifier is None:
            continue
        saved = state.begin()
        bound = _bind_cte(state, cte, identifier, parent, reach, recursive, rest)
        state.finish(saved)
        if bound is not None:
            reach[resolve.text_of(identifier).lower()] = bound
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
    elif not isinstance(body, exp.Query | exp.Table | exp.Pivot):
        return _scalar_cte(state, parent, reach, body, bound)
    elif recursive and isinstance(body, exp.SetOperation) and _names(body, name):
        bound.derived = bind_recursive(state, body, parent, reach, bound, bound.extra)
        bound.extra = ""
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
    """ClickHouse: `WITH 1 AS x` names an expression."""
    holder = parent if parent is not None else Frame(None, reach)
    expr = bind_expr(state, holder, body)
    derived = Derived(-1, [cte.name], [expr.type], [cte.span])
    state.add_scope(ir.Select((), (ir.Out(cte.name, expr.type, expr),)), derived)
    state.scalars[cte.name.lower()] = expr
    cte.derived = derived
    return cte


def _names(body: Any, name: str) -> bool:
    """Whether a recursive CTE's body reads itself."""
    key = name.lower()
    return any(t.name.lower() == key and not t.args.get("db") for t in body.find_all(exp.Table))


def bind_recursive(
    state: State, body: Any, parent: Frame | None, ctes: dict[str, Cte], cte: Cte, extra: str
) -> Derived:
    """`anchor UNION [ALL] step`, where the step reads what was yielded so far."""
    reach = bind_with(state, body.args.get("with_"), parent, ctes)
    anchor = bind_query(state, body.args.get("this"), parent, reach, cte.name)
    names = list(anchor.names)
    cte.recursion = (names, list(anchor.types), anchor)
    step = bind_query(state, body.args.get("expression"), parent, {**reach, cte.name.lower(): cte}, cte.name)
    cte.recursion = None
    _check_arity(state, body, anchor, step)
    pairs = tuple((i, i if i < len(step.names) else -1) for i in range(len(names)))
    derived = Derived(-1, names, list(anchor.types), list(anchor.definitions))
    derived.open = anchor.open
    derived.parts = (anchor, step)
    order, limit, offset, rest = _set_modifiers(state, body, derived, parent, reach)
    scope = ir.SetOp(
        body.key, body.args.get("distinct") is not False, anchor.scope, step.scope, tuple(names), tuple(anchor.types), pairs,
        order, limit, offset, rest, True, extra, _set_others(state, body, parent, reach),
    )  # fmt: skip
    index = state.add_scope(scope, derived)
    for draft in cte.uses:
        draft.scope = index
    _place(state, index, None, derived, cte.name, None)
    return derived


# -- set operations


def bind_set_operation(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """A chain of set operations, walked along its left spine without recursion."""
    ctes = bind_with(state, node.args.get("with_"), parent, ctes)
    saved = state.begin()
    spine = [node]
    left = node.args.get("this")
    while isinstance(left, exp.SetOperation) and not any(
        left.args.get(k) for k in ("with_", "order", "limit", "offset")
    ):
        spine.append(left)
        left = left.args.get("this")
    derived = bind_query(state, left, parent, ctes)
    for operation in reversed(spine):
        right = bind_query(state, operation.args.get("expression"), parent, ctes)
        derived = _combine(state, operation, derived, right, parent, ctes)
    raw = state.finish(saved)
    state.clause(derived.scope, "set", raw)
    _place(state, derived.scope, raw, derived, name, None)
    return derived


def _combine(
    state: State, node: Any, left: Derived, right: Derived, parent: Frame | None, ctes: dict[str, Cte]
) -> Derived:
    by_name = bool(node.args.get("by_name"))
    if by_name:
        names, pairs = _pairs_by_name(left, right)
    else:
        _check_arity(state, node, left, right)
        names = list(left.names)
        pairs = [(i, i if i < len(right.names) else -1) for i in range(len(names))]
    kinds = [_pair_type(state, left, right, pair) for pair in pairs]
    definitions = [left.definitions[a] if a >= 0 else right.definitions[b] for a, b in pairs]
    derived = Derived(-1, names, kinds, definitions)
    derived.open = left.open or right.open
    derived.parts = (left, right) if derived.open else None
    order, limit, offset, rest = _set_modifiers(state, node, derived, parent, ctes)
    scope = ir.SetOp(
        node.key, node.args.get("distinct") is not False, left.scope, right.scope, tuple(names), tuple(kinds), tuple(pairs),
        order, limit, offset, rest, others=_set_others(state, node, parent, ctes),
    )  # fmt: skip
    state.add_scope(scope, derived)
    return derived


def _pair_type(state: State, left: Derived, right: Derived, pair: tuple[int, int]) -> str:
    a, b = pair
    if a < 0 or b < 0:
        return right.types[b] if a < 0 else left.types[a]
    if left.types[a] == right.types[b]:
        return left.types[a]
    return types.supertype(left.types[a], right.types[b]) if state.duckdb else ir.UNKNOWN


def _pairs_by_name(left: Derived, right: Derived) -> tuple[list[str], list[tuple[int, int]]]:
    """UNION BY NAME: the left's columns, then those that only the right has."""
    found = {n.lower(): i for i, n in enumerate(right.names)}
    seen = {n.lower() for n in left.names}
    names = list(left.names)
    pairs = [(i, found.get(n.lower(), -1)) for i, n in enumerate(left.names)]
    for i, extra in enumerate(right.names):
        if extra.lower() not in seen:
            names.append(extra)
            pairs.append((-1, i))
    return names, pairs


def _check_arity(state: State, node: Any, left: Derived, right: Derived) -> None:
    if left.open or right.open or len(left.names) == len(right.names) or not left.names or not right.names:
        return
    saved = state.begin()
    for part in (node.args.get("expression") or node).find_all(exp.Identifier, exp.Literal, exp.Star):
        state.mark(part)
    state.problem(
        "set-operation-columns",
        f"The two sides of {node.key.upper()} yield {len(left.names)} and {len(right.names)} columns.",
        state.finish(saved),
        {"left": str(len(left.names)), "right": str(len(right.names))},
    )


_SET_PARTS = ("this", "expression", "distinct", "by_name", "with_", "order", "limit", "offset")


def _set_others(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte]) -> tuple[ir.Expr, ...]:
    if not any(node.args.get(k) for k in node.args if k not in _SET_PARTS):
        return ()
    args, extra = parts(state, Frame(parent, ctes), node, _SET_PARTS)
    return (ir.Op("clause:set", args, extra=extra),)


def _set_modifiers(
    state: State, node: Any, derived: Derived, parent: Frame | None, ctes: dict[str, Cte]
) -> tuple[tuple[ir.SortKey, ...], ir.Expr | None, ir.Expr | None, str]:
    """ORDER BY and LIMIT of a whole: names and ordinals are its output columns."""
    if not any(node.args.get(k) for k in ("order", "limit", "offset")):
        return (), None, None, ""
    frame = Frame(parent, ctes)
    output = Relation("", -1, "output", list(derived.names), list(derived.types), open_=derived.open)
    frame.relations.append(output)
    outputs = [resolve.column_of(output, i) for i in range(len(derived.names))]
    frame.aliases = {n.lower(): e for n, e in zip(reversed(derived.names), reversed(outputs), strict=True)}
    order = bind_order(state, frame, node.args.get("order"), list(outputs))
    limit, offset, rest = bind_modifiers(state, frame, node)
    return order, limit, offset, rest


# -- SELECT


def bind_select(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """One SELECT as one scope."""
    args = node.args
    saved = state.begin()
    ctes = bind_with(state, args.get("with_"), parent, ctes)
    frame = Frame(parent, ctes)
    frame.alias_first = state.dialect == "clickhouse"
    for window in args.get("windows") or ():
        frame.windows[resolve.text_of(window.args.get("this")).lower()] = window
    spans: list[tuple[str, RawSpan | None]] = []
    source = bind_from(state, frame, node)
    spans += source.spans
    columns = bind_projections(state, frame, node)
    where = _clause(state, frame, args.get("where"), "where", spans)
    group, sets = _measured(state, spans, "group", lambda: bind_group(state, frame, args.get("group"), columns))
    frame.first_aliases = _aliases_beside(state, frame, group) if state.duckdb else frozenset()
    having = _clause(state, frame, args.get("having"), "having", spans)
    frame.first_aliases = frozenset()
    qualify = _clause(state, frame, args.get("qualify"), "qualify", spans)
    distinct, on = _measured(state, spans, "distinct", lambda: _distinct(state, frame, args.get("distinct"), columns))
    order = _measured(state, spans, "order", lambda: _select_order(state, frame, args.get("order"), columns))
    limit, offset, rest = _measured(state, spans, "limit", lambda: bind_modifiers(state, frame, node))
    others = (*_other_clauses(state, frame, node), *_distinct_rest(args.get("distinct")))
    grouped = frame.grouped or args.get("group") is not None
    scope = ir.Select(
        tuple(source.joins), tuple(columns.outs), where, grouped, group, sets, having, qualify, distinct, on, order, limit, offset,
        rest, bool(columns.open) or columns.unknown, others,
    )  # fmt: skip
    derived = _derived_of(state, columns)
    index = state.add_scope(scope, derived)
    raw = state.finish(saved)
    _spans(state, index, spans, columns)
    if grouped:
        check_grouped(state, frame, scope, columns)
    _place(state, index, raw, derived, name, frame)
    return derived


def _aliases_beside(state: State, frame: Frame, group: tuple[ir.Expr, ...]) -> frozenset[str]:
    """Aliases that are no key's name: HAVING reads a key first, then an alias, and no other column."""
    keys = [key for key in group if isinstance(key, ir.Col) and key.source >= 0]
    names = {state.sources[key.source].columns[key.index].lower() for key in keys}
    return frozenset(frame.aliases) - names


def _derived_of(state: State, columns: Projections) -> Derived:
    """What readers see; DuckDB numbers repeated names of a derived table (`a`, `a_1`)."""
    names = [out.name for out in columns.outs]
    derived = Derived(
        -1, _distinct_names(names) if state.duckdb else names, [o.type for o in columns.outs], list(columns.definitions)
    )
    derived.open = bool(columns.open) or columns.unknown
    derived.stars = columns.open
    return derived


def _distinct_names(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        key = name.lower()
        if key in seen:
            while f"{key}_{seen[key]}" in seen:
                seen[key] += 1
            name = f"{name}_{seen[key]}"
            seen[key] += 1
            seen[name.lower()] = 1
        else:
            seen[key] = 1
        result.append(name)
    return result


def _spans(state: State, index: int, spans: list[tuple[str, RawSpan | None]], columns: Projections) -> None:
    for clause, raw in spans:
        state.clause(index, clause, raw)
    for i, (whole, label) in enumerate(zip(columns.spans, columns.labels, strict=True)):
        state.clause(index, f"column:{i}", whole)
        state.clause(index, f"column-name:{i}", label)


def _measured(state: State, spans: list[tuple[str, RawSpan | None]], clause: str, bind: Any) -> Any:
    saved = state.begin()
    result = bind()
    spans.append((clause, state.finish(saved)))
    return result


def _clause(
    state: State, frame: Frame, node: Any, name: str, spans: list[tuple[str, RawSpan | None]]
) -> ir.Expr | None:
    if node is None:
        return None
    expr: ir.Expr = _measured(state, spans, name, lambda: bind_expr(state, frame, node.args.get("this")))
    raw = spans[-1][1]
    if raw is not None:
        spans[-1] = (name, state.stretches.condition(*raw))
    return expr


def _distinct_rest(node: Any) -> tuple[ir.Expr, ...]:
    rest = leftover(node, "on") if isinstance(node, exp.Expression) else ""
    return (ir.Op("clause:distinct", (), extra=rest),) if rest else ()


def _distinct(state: State, frame: Frame, node: Any, columns: Projections) -> tuple[str, tuple[ir.Expr, ...]]:
    if node is None:
        return "", ()
    on = node.args.get("on")
    if on is None:
        return "all", ()
    items = on.args.get("expressions") if isinstance(on, exp.Tuple) else [on]
    keys = bind_order(state, _ordering_frame(frame, columns), exp.Order(expressions=[]), [], items)
    return "on", tuple(key.expr for key in keys)


def _select_order(state: State, frame: Frame, node: Any, columns: Projections) -> tuple[ir.SortKey, ...]:
    if node is None:
        return ()
    return bind_order(state, _ordering_frame(frame, columns), node, [out.expr for out in columns.outs])


def _ordering_frame(frame: Frame, columns: Projections) -> Frame:
    frame.outputs = columns.by_name
    return frame


def _other_clauses(state: State, frame: Frame, node: Any) -> tuple[ir.Expr, ...]:
    """Clauses without a field of their own: bound, so that nothing they read is lost."""
    found: list[ir.Expr] = []
    for key, value in node.args.items():
        if key in _SELECT_PARTS or value is None or value is False or value == []:
            continue
        holder = exp.Tuple(expressions=[]) if not isinstance(value, list | exp.Expression) else None
        if holder is not None:
            found.append(ir.Op(f"clause:{key}", (), extra=str(value)))
            continue
        args: list[ir.Expr] = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, exp.Expression):
                bound, extra = parts(state, frame, item)
                args.append(ir.Op(item.key, bound, extra=extra))
            else:
                args.append(ir.Lit(str(item), "TEXT"))
        found.append(ir.Op(f"clause:{key}", tuple(args)))
    return tuple(found)


# -- other shapes of query


_OUTSIDE = ("this", "alias", "with_", "pivots", "joins", "laterals", "sample")
"""What a FROM makes of a parenthesised query itself (`relations.py`)."""


def bind_parenthesised(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """`(query)`, with WITH, ORDER BY and LIMIT of its own around what is inside."""
    ctes = bind_with(state, node.args.get("with_"), parent, ctes)
    inner = node.args.get("this")
    if isinstance(inner, exp.Table):
        return bind_bare_relation(state, node, parent, ctes, name)
    derived = bind_query(state, inner, parent, ctes, name)
    if not any(node.args.get(k) for k in node.args if k not in _OUTSIDE):
        return derived
    frame = Frame(parent, ctes)
    draft = Draft(
        "scope", scope=derived.scope, columns=list(derived.names), types=list(derived.types), open_=derived.open
    )
    source = state.add_source(draft)
    relation = Relation(
        "", source, "subquery", list(derived.names), list(derived.types), open_=derived.open, derived=derived
    )
    frame.relations.append(relation)
    return _pass_through(state, frame, node, name, [ir.Join("from", source)])


def _pass_through(state: State, frame: Frame, node: Any, name: str, joins: list[ir.Join]) -> Derived:
    """SELECT * over the frame, with the ORDER BY and LIMIT of `node`."""
    from lsp_server.semantics.projections import star_projections

    columns = star_projections(state, frame)
    order = _select_order(state, frame, node.args.get("order"), columns) if isinstance(node, exp.Query) else ()
    limit, offset, rest = bind_modifiers(state, frame, node)
    scope = ir.Select(
        tuple(joins),
        tuple(columns.outs),
        order=order,
        limit=limit,
        offset=offset,
        limit_extra=rest,
        open_star=bool(columns.open) or columns.unknown,
        others=_subquery_clauses(node),
    )
    derived = _derived_of(state, columns)
    index = state.add_scope(scope, derived)
    _place(state, index, None, derived, name, frame)
    return derived


def select_all(state: State, frame: Frame, joins: list[ir.Join]) -> Derived:
    """A scope that yields every column of a frame, as `SELECT *` does."""
    from lsp_server.semantics.projections import every_column

    columns = every_column(state, frame)
    scope = ir.Select(tuple(joins), tuple(columns.outs), open_star=bool(columns.open) or columns.unknown)
    derived = _derived_of(state, columns)
    state.add_scope(scope, derived)
    return derived


def _subquery_clauses(node: Any) -> tuple[ir.Expr, ...]:
    """Anything else that a parenthesised query says of itself."""
    rest = leftover(node, *_OUTSIDE, "order", "limit", "offset") if type(node) is exp.Subquery else ""
    return (ir.Op("clause:subquery", (), extra=rest),) if rest else ()


def bind_bare_relation(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """`(tbl JOIN other ...)` or `PIVOT tbl ON ...` where a query stands: SELECT * of it."""
    from lsp_server.semantics.pivots import bind_statement
    from lsp_server.semantics.relations import From, bind_join, relations_of

    ctes = bind_with(state, node.args.get("with_"), parent, ctes)
    frame = Frame(parent, ctes)
    into = From(frame)
    if type(node) is exp.Pivot:
        relation = bind_statement(state, frame, node)
        into.add("from", relation.source)
        frame.relations.append(relation)
    else:
        relations_of(state, into, node.args.get("this") if type(node) is exp.Subquery else node, "from")
        for join in (node.args.get("joins") or ()) if type(node) is exp.Subquery else ():
            bind_join(state, into, join)
    return _pass_through(state, frame, node, name, into.joins)


def bind_values(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte]) -> Derived:
    """A VALUES list as a query."""
    frame = Frame(parent, ctes)
    draft, _ = values_source(state, frame, node)
    source = state.add_source(draft)
    outs = tuple(
        ir.Out(n, k, ir.Col(source, i, k)) for i, (n, k) in enumerate(zip(draft.columns, draft.types, strict=True))
    )
    derived = Derived(-1, list(draft.columns), list(draft.types), [None] * len(outs))
    state.add_scope(ir.Select((ir.Join("from", source),), outs), derived)
    return derived


def bind_lone_with(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte]) -> Derived:
    """Damaged text can leave a WITH clause without its SELECT: its CTEs are still understood."""
    bind_with(state, node, parent, ctes)
    return opaque(state, None, "the query after WITH is missing")


# -- nested queries


def bind_derived(state: State, frame: Frame, node: Any) -> Derived:
    """A subquery in a FROM."""
    alias = node.args.get("alias")
    name = (
        resolve.text_of(alias.args.get("this"))
        if isinstance(alias, exp.TableAlias) and alias.args.get("this") is not None
        else ""
    )
    saved = state.begin()
    derived = bind_query(state, node, frame, frame.ctes, name)
    state.finish(saved)
    return derived


def bind_nested(state: State, frame: Frame, node: Any) -> tuple[int, str]:
    """A subquery in an expression: its scope and the type of its first column."""
    aggregate, frame.inside_aggregate = frame.inside_aggregate, 0
    saved = state.begin()
    derived = bind_query(state, node, frame, frame.ctes)
    state.finish(saved)
    frame.inside_aggregate = aggregate
    return derived.scope, derived.types[0] if derived.types else ir.UNKNOWN


SUBQUERIES.append(bind_nested)


# -- places


def _place(state: State, index: int, raw: RawSpan | None, derived: Derived, name: str, frame: Frame | None) -> None:
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
    described = relation.described if relation.kind == "model" else len(relation.names)
    interface = _interface(relation.names[:described], relation.types[:described], not relation.open)
    kind = relation.kind if relation.kind in ("model", "cte", "subquery") else "function"
    return ScopeSource(relation.name, relation.model, interface, kind)


def _interface(names: list[str], kinds: list[str], complete: bool) -> Interface:
    return Interface(tuple([Column(n, k) for n, k in zip(names, kinds, strict=True)]), complete)
