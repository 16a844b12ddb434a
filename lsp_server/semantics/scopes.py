"""SELECT, parenthesised queries, VALUES: each becomes one or more scopes of the relational form.

The order in which a SELECT is bound is that in which names become visible: CTEs, FROM and joins, projections (whose aliases the
other clauses may read), WHERE, GROUP BY, HAVING, QUALIFY, DISTINCT, ORDER BY, LIMIT.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.calls import SUBQUERIES
from lsp_server.semantics.ctes import bind_with
from lsp_server.semantics.expressions import bind_expr, leftover, parts
from lsp_server.semantics.facts import told_apart
from lsp_server.semantics.grouping import bind_group, bind_modifiers, bind_order, check_grouped
from lsp_server.semantics.joins import bind_from
from lsp_server.semantics.projections import Projections, bind_projections
from lsp_server.semantics.queries import bind_query, opaque, place, queries
from lsp_server.semantics.refusals import check_place
from lsp_server.semantics.relations import values_source
from lsp_server.semantics.state import Cte, Derived, Draft, Frame, RawSpan, Relation, State

_SELECT_PARTS = (
    "with_", "expressions", "from_", "joins", "laterals", "where", "group", "having", "qualify", "windows", "distinct", "order",
    "limit", "offset",
)  # fmt: skip


@queries(exp.Select)
def bind_select(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """One SELECT as one scope."""
    args = node.args
    if args.get("match") is not None:
        return opaque(state, node, "MATCH_RECOGNIZE makes rows and columns by a pattern", ctes=ctes)
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
        check_grouped(state, frame, scope, columns, dict(spans))
    place(state, index, raw, derived, name, frame)
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
        -1, told_apart(names) if state.duckdb else names, [o.type for o in columns.outs], list(columns.definitions)
    )
    derived.open = bool(columns.open) or columns.unknown
    derived.stars = columns.open
    return derived


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
    grouped, frame.grouped = frame.grouped, False
    expr: ir.Expr = _measured(state, spans, name, lambda: bind_expr(state, frame, node.args.get("this")))
    aggregated, frame.grouped = frame.grouped, grouped
    raw = spans[-1][1]
    if raw is not None:
        spans[-1] = (name, state.stretches.condition(*raw))
    if name == "where":
        check_place(state, expr, spans[-1][1], "WHERE", grouped=aggregated)
    else:
        frame.grouped = grouped or aggregated
    if name == "having":
        check_place(state, expr, spans[-1][1], "HAVING", grouped=False)
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
    reported = len(state.problems)
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
    if not state.duckdb:
        del state.problems[reported:]  # settings, hints, pattern variables: not every name is a column
    return tuple(found)


# -- other shapes of query


_OUTSIDE = ("this", "alias", "with_", "pivots", "joins", "laterals", "sample")
"""What a FROM makes of a parenthesised query itself (`relations.py`)."""


@queries(exp.Subquery)
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
    place(state, index, None, derived, name, frame)
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


@queries(exp.Table, exp.Pivot)
def bind_bare_relation(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
    """`(tbl JOIN other ...)` or `PIVOT tbl ON ...` where a query stands: SELECT * of it."""
    from lsp_server.semantics.joins import From, bind_join, relations_of
    from lsp_server.semantics.pivots import bind_statement

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


@queries(exp.Values)
def bind_values(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
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


@queries(exp.With)
def bind_lone_with(state: State, node: Any, parent: Frame | None, ctes: dict[str, Cte], name: str) -> Derived:
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
