"""Calls: scalar functions, aggregates with their modifiers, windows, subqueries in expressions.

What a function returns and whether it is volatile is in `functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lsp_server.semantics import foreign, functions, ir, resolve, returns, types
from lsp_server.semantics.doubts import doubt_call
from lsp_server.semantics.expressions import FALLBACKS, bind_all, bind_expr, canonical, handles, leftover, parts
from lsp_server.semantics.facts import Target
from lsp_server.semantics.refusals import check_count, check_nested, check_types, check_width
from lsp_server.semantics.state import QUERY_DEPTH, Frame, State

SUBQUERIES: list[Callable[[State, Frame, Any], tuple[int, str]]] = []
"""`scopes.bind_nested`, registered there (queries and expressions contain each other)."""

# -- functions


def bind_function(state: State, frame: Frame, node: Any) -> ir.Expr:
    """A function that sqlglot knows by a class of its own."""
    written = _refer_function(state, node)
    args, extra = parts(state, frame, node)
    if len(args) == 1:
        doubt_call(state, written, args)  # of several sqlglot may change the order
    if node.key == "coalesce":
        check_types(state, node, list(args), "COALESCE")
    return _call(state, node.key, written, args, extra)


def _call(state: State, name: str, written: str, args: tuple[ir.Expr, ...], extra: str) -> ir.Expr:
    facts = functions.behaviour(name, written, state.dialect)
    kind = returns.return_type(name, written, args, extra) if state.duckdb else foreign.call(name, args, state.dialect)
    if state.duckdb and functions.distinguishing(written):
        extra = ";".join(filter(None, [extra, f"as {written}"]))
    stable = facts.stable or (name == "fn:age" and len(args) == 1)  # age(x) counts up to today
    return ir.Op(name, args, kind, extra, facts.volatile, stable, facts.set_returning)


def _refer_function(state: State, node: Any) -> str:
    """A reference to the function; its name as written, "" for special syntax."""
    raw = state.mark(node)
    if raw is None or not state.text:
        return ""
    name = state.text[raw[0] : raw[1]].lower()
    if not name.replace("_", "a").isalnum():
        return ""
    state.refer(raw, Target("function", name))
    return name


@handles(exp.Anonymous)
def bind_anonymous(state: State, frame: Frame, node: Any) -> ir.Expr:
    """A function that sqlglot does not know, by its name; some of them are aggregates of DuckDB."""
    name = str(node.name).lower()
    if name.startswith("__hw_"):
        return _placeholder(state, frame, node, name)
    if functions.is_aggregate(name, state.dialect):
        return bind_aggregate(state, frame, node)
    _refer_function(state, node)
    args, extra = parts(state, frame, node, ("this",))
    extra = "" if extra == f"(expressions*{len(args)})" else extra
    if name == "columns" and args:
        state.look_at_all()
        return ir.Opaque("columns", args, "COLUMNS stands where it is not expanded")
    check_count(state, node, name, len(node.expressions))
    doubt_call(state, name, args)
    return _call(state, f"fn:{name}", name, args, extra)


def _placeholder(state: State, frame: Frame, node: Any, name: str) -> ir.Expr:
    """What the expansion of macros left for us: a variable of the run, or a macro that it does not execute."""
    given = node.args.get("expressions") or []
    text = str(given[0].name) if given and isinstance(given[0], exp.Literal) else canonical(node)
    if name == "__hw_var":
        return ir.Var(text, variable_type(text))
    reported = len(state.problems)
    args = bind_all(state, frame, given[1:])
    del state.problems[reported:]  # whether a macro's argument is a column, only the macro knows
    state.look_at_all()
    return ir.Opaque(text, args, "a macro that is not executed here")


def variable_type(name: str) -> str:
    """The type of a predefined variable, by its suffix."""
    suffix = name.lower().rpartition("_")[2]
    return {
        "ds": "VARCHAR", "ts": "VARCHAR", "tstz": "VARCHAR", "hour": "INTEGER", "epoch": "DOUBLE", "millis": "BIGINT",
        "date": "DATE", "dt": "TIMESTAMP WITH TIME ZONE", "dtntz": "TIMESTAMP",
    }.get(suffix, ir.UNKNOWN)  # fmt: skip


# -- aggregates

_MODIFIERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


@handles(*_MODIFIERS)
def bind_modified(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`agg(...) FILTER (...)`, `WITHIN GROUP (...)`, `IGNORE NULLS` around a call."""
    inner = node
    while isinstance(inner, _MODIFIERS):
        inner = inner.args.get("this")
    if is_aggregate_node(state, inner):
        return bind_aggregate(state, frame, node)
    args, extra = parts(state, frame, node)
    return ir.Op(node.key, args, args[0].type if args else ir.UNKNOWN, extra)


def is_aggregate_node(state: State, node: Any) -> bool:
    if isinstance(node, exp.AggFunc):
        return node.key not in functions.WINDOW_KEYS
    if type(node) is exp.Anonymous:
        return functions.is_aggregate(str(node.name).lower(), state.dialect)
    return False


class _Call:
    """What the wrappers around an aggregate's call say."""

    __slots__ = ("distinct", "extra", "filter", "limit", "order")

    def __init__(self) -> None:
        self.distinct = False
        self.order: list[Any] = []
        self.filter: Any = None
        self.limit: Any = None
        self.extra: list[str] = []


def bind_aggregate(state: State, frame: Frame, node: Any) -> ir.Expr:
    """An aggregate with everything around it, evaluated over the groups of the innermost query whose columns it reads."""
    call = _Call()
    inner = node
    while isinstance(inner, _MODIFIERS):
        _outer_modifier(call, inner)
        inner = inner.args.get("this")
    written = _refer_function(state, inner)
    frame.inside_aggregate += 1
    args, extra = _arguments(state, frame, inner, call)
    order = sort_keys(state, frame, call.order)
    condition = bind_expr(state, frame, call.filter) if call.filter is not None else None
    if call.limit is not None:
        args = (*args, ir.Op("limit", bind_all(state, frame, [call.limit])))
    frame.inside_aggregate -= 1
    if len(args) == 1:
        doubt_call(state, written, args)
    name = f"fn:{inner.name.lower()}" if type(inner) is exp.Anonymous else inner.key
    text = ";".join(filter(None, [extra, *call.extra]))
    aggregate = ir.Agg(
        name,
        args,
        returns.aggregate_type(name, written, args, text, order)
        if state.duckdb
        else foreign.call(name, args, state.dialect),
        call.distinct,
        order,
        condition,
        text,
        functions.is_order_dependent(name),
    )
    if not frame.inside_aggregate:
        check_nested(state, node, args)
        _owner(frame, aggregate).grouped = True
    return aggregate


def _outer_modifier(call: _Call, node: Any) -> None:
    if type(node) is exp.Filter:
        where = node.args.get("expression")
        call.filter = where.args.get("this") if isinstance(where, exp.Where) else where
    elif type(node) is exp.WithinGroup:
        call.order = list(_ordered(node.args.get("expression")))
        call.extra.append(_order_rest(node.args.get("expression")))
        call.extra.append("within_group")
    elif type(node) is exp.IgnoreNulls:
        call.extra.append("ignore_nulls")
    call.extra.extend(filter(None, [leftover(node, "this", "expression")]))


def _order_rest(order: Any) -> str:
    """What an ORDER BY says beside its terms."""
    return leftover(order, "expressions") if isinstance(order, exp.Expression) else ""


def _ordered(order: Any) -> list[Any]:
    return list(order.args.get("expressions") or ()) if order is not None else []


_WRAPPERS = (exp.Limit, exp.Order, exp.Distinct, exp.IgnoreNulls, exp.RespectNulls, exp.HavingMax)


def _arguments(state: State, frame: Frame, node: Any, call: _Call) -> tuple[tuple[ir.Expr, ...], str]:
    """The operands of an aggregate, out of the DISTINCT, ORDER BY and LIMIT that sqlglot wraps around the first or last."""
    operands: list[ir.Expr] = []
    texts: list[str] = []
    skip: list[str] = []
    for key in ("this", "expression", "expressions"):
        value = node.args.get(key)
        if value is None or (key == "this" and type(node) is exp.Anonymous):
            skip += [key] if value is not None else []
            continue
        skip.append(key)
        for item in value if isinstance(value, list) else [value]:
            operands.extend(_operand(state, frame, item, call, texts, node))
    rest, extra = parts(state, frame, node, (*skip, "big_int"))
    return (*operands, *rest), ";".join(filter(None, [*texts, extra]))


def _operand(state: State, frame: Frame, item: Any, call: _Call, texts: list[str], node: Any) -> list[ir.Expr]:
    while isinstance(item, _WRAPPERS):
        if type(item) is exp.Order:
            call.order = _ordered(item)
            call.extra.extend(filter(None, [leftover(item, "this", "expressions")]))
        elif type(item) is exp.Limit:
            call.limit = item.args.get("expression")
            call.extra.extend(filter(None, [leftover(item, "this", "expression")]))
        elif type(item) is exp.IgnoreNulls:
            call.extra.append("ignore_nulls")
        elif type(item) is exp.HavingMax:
            return [
                *_operand(state, frame, item.args.get("this"), call, texts, node),
                ir.Op(
                    "having_max",
                    bind_all(state, frame, [item.args.get("expression")]),
                    extra=leftover(item, "this", "expression"),
                ),
            ]
        elif type(item) is exp.Distinct:
            call.distinct = True
            call.extra.extend(filter(None, [leftover(item, "expressions")]))
            return [
                e
                for part in item.args.get("expressions") or ()
                for e in _operand(state, frame, part, call, texts, node)
            ]
        item = item.args.get("this")
    if item is None:
        return []
    if not isinstance(item, exp.Expression):
        texts.append(str(item))
        return []
    if type(item) is exp.Star and type(node) is exp.Count and not call.distinct:
        state.mark(item)
        return []  # COUNT(*) counts rows: it reads no column
    return [bind_expr(state, frame, item)]


def _owner(frame: Frame, aggregate: ir.Agg) -> Frame:
    """The query whose groups an aggregate is over: the innermost that owns a column it reads (measured on DuckDB)."""
    sources = set(sources_of(aggregate))
    if not sources:
        return frame
    for candidate in resolve.frames(frame):
        if any(relation.source in sources for relation in candidate.relations):
            return candidate
    return frame


def sources_of(expr: Any) -> list[int]:
    """The sources whose columns an expression reads itself (subqueries excluded)."""
    found: list[int] = []
    stack = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, ir.Col):
            found.append(top.source)
        else:
            stack.extend(children(top))
    return found


def children(expr: Any) -> list[Any]:
    """The direct operands of an expression."""
    if isinstance(expr, ir.Op | ir.Opaque | ir.Sub):
        return list(expr.args)
    if isinstance(expr, ir.Agg):
        found = [*expr.args, *(key.expr for key in expr.order)]
        return [*found, expr.filter] if expr.filter is not None else found
    if isinstance(expr, ir.Win):
        return [expr.call, *expr.partition, *(key.expr for key in expr.order), *expr.bounds]
    return []


# -- order


def sort_keys(state: State, frame: Frame, nodes: list[Any]) -> tuple[ir.SortKey, ...]:
    return tuple([sort_key(state, bind_expr(state, frame, _sorted(node)), node) for node in nodes])


def _sorted(node: Any) -> Any:
    return node.args.get("this") if isinstance(node, exp.Ordered) else node


def sort_key(state: State, expr: ir.Expr, node: Any) -> ir.SortKey:
    """An ORDER BY term; sqlglot's parser has resolved the dialect's default for NULLs."""
    if not isinstance(node, exp.Ordered):
        return ir.SortKey(expr)
    extra = leftover(node, "this", "desc", "nulls_first")
    if extra:
        expr = ir.Op("ordered", (expr,), expr.type, extra)
    return ir.SortKey(expr, bool(node.args.get("desc")), bool(node.args.get("nulls_first")))


# -- windows


@handles(exp.Window)
def bind_window(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`call OVER (...)`, with named windows looked up and merged."""
    partition, order, spec, extra = _window_parts(state, frame, node, 0)
    frame.inside_aggregate += 1
    call = bind_expr(state, frame, node.args.get("this"))
    frame.inside_aggregate -= 1
    text, bounds = _frame_text(state, frame, spec)
    keys = sort_keys(state, frame, order)
    text = ";".join(filter(None, [text, extra]))
    return ir.Win(call, bind_all(state, frame, partition), keys, text, call.type, bounds)


def _window_parts(state: State, frame: Frame, node: Any, depth: int) -> tuple[list[Any], list[Any], Any, str]:
    """(partition, order, frame, rest) of a window, on top of the named one that it starts from."""
    partition = list(node.args.get("partition_by") or ())
    order = _ordered(node.args.get("order"))
    spec = node.args.get("spec")
    rest = leftover(node, "this", "partition_by", "order", "spec", "alias", "over")
    over = str(node.args.get("over") or "OVER")
    rest = ";".join(filter(None, [rest, "" if over == "OVER" else over, _order_rest(node.args.get("order"))]))
    base = node.args.get("alias")
    name = resolve.text_of(base).lower() if base is not None else ""
    if name:
        state.mark(base) if isinstance(base, exp.Identifier) else None
    named = frame.windows.get(name) if name else None
    if named is not None and depth < 20:
        upper, upper_order, upper_spec, upper_rest = _window_parts(state, frame, named, depth + 1)
        return partition or upper, order or upper_order, spec if spec is not None else upper_spec, rest or upper_rest
    return partition, order, spec, ";".join(filter(None, [rest, f"window {name}" if name else ""]))


def _frame_text(state: State, frame: Frame, spec: Any) -> tuple[str, tuple[ir.Expr, ...]]:
    """The frame as text, and its bounds where they are more than constants."""
    if spec is None:
        return "", ()
    words: list[str] = []
    bounds: list[ir.Expr] = []
    for key in ("kind", "start", "start_side", "end", "end_side", "exclude"):
        value = spec.args.get(key)
        if value is None:
            continue
        if isinstance(value, exp.Expression) and not isinstance(value, exp.Literal | exp.Var):
            bounds.append(bind_expr(state, frame, value))
            value = f"?{len(bounds)}"
        words.append((value.name if isinstance(value, exp.Expression) else str(value)).upper())
    rest = leftover(spec, "kind", "start", "start_side", "end", "end_side", "exclude")
    return " ".join([*words, rest] if rest else words), tuple(bounds)


# -- subqueries


@handles(exp.Subquery, exp.Select, exp.Union, exp.Except, exp.Intersect, exp.Values, exp.Table)
def bind_scalar(state: State, frame: Frame, node: Any) -> ir.Expr:
    if type(node) is exp.Table:
        return _table_operand(state, frame, node)
    state.depth += QUERY_DEPTH
    scope, kind = SUBQUERIES[0](state, frame, node)
    state.depth -= QUERY_DEPTH
    if not isinstance(node.parent, exp.Array | exp.Exists):
        check_width(state, node, scope)
    return ir.Sub("scalar", scope, (), kind, _subquery_rest(node))


def _subquery_rest(node: Any) -> str:
    """What only a FROM gives a meaning to."""
    if type(node) is not exp.Subquery:
        return ""
    return leftover(node, *(key for key in node.args if key not in ("pivots", "joins", "laterals", "sample")))


def _table_operand(state: State, frame: Frame, node: Any) -> ir.Expr:
    """A table in an expression's place (`x IN tbl`): its columns are upstream."""
    state.look_at_all()
    return ir.Opaque(canonical(node), (), "a table stands where an expression is expected")


@handles(exp.Exists)
def bind_exists(state: State, frame: Frame, node: Any) -> ir.Expr:
    query = node.args.get("this")
    if not isinstance(query, exp.Query):
        args, extra = parts(state, frame, node)
        return ir.Op("exists", args, "BOOLEAN", extra)
    scope, _ = SUBQUERIES[0](state, frame, query)
    return ir.Sub("exists", scope, (), "BOOLEAN", leftover(node, "this") + _subquery_rest(query))


@handles(exp.In)
def bind_in(state: State, frame: Frame, node: Any) -> ir.Expr:
    left = bind_expr(state, frame, node.args.get("this"))
    query = node.args.get("query")
    if query is not None:
        scope, kind = SUBQUERIES[0](state, frame, query)
        if isinstance(left, ir.Op) and left.name == "tuple":
            check_width(state, query, scope, len(left.args))
        else:
            check_width(state, query, scope)
            check_types(state, node, [left, ir.Op("", (), kind)], "IN")
        return ir.Sub("in", scope, (left,), "BOOLEAN", leftover(node, "this", "query") + _subquery_rest(query))
    args, extra = parts(state, frame, node, ("this",))
    extra = "" if extra == f"(expressions*{len(args)})" else extra
    return ir.Op("in", (left, *args), "BOOLEAN", extra)


@handles(exp.Any, exp.All)
def bind_any(state: State, frame: Frame, node: Any) -> ir.Expr:
    """ANY and ALL: the operator and the left operand stay around it, in the comparison."""
    query = node.args.get("this")
    if isinstance(query, exp.Query):
        scope, kind = SUBQUERIES[0](state, frame, query)
        check_width(state, query, scope)
        return ir.Sub(node.key, scope, (), kind, leftover(node, "this") + _subquery_rest(query))
    args, extra = parts(state, frame, node)
    return ir.Op(node.key, args, types.element(args[0].type) if args else ir.UNKNOWN, extra)


FALLBACKS.extend([(exp.AggFunc, lambda s, f, n: bind_aggregate(s, f, n) if is_aggregate_node(s, n) else bind_function(s, f, n)),
                  (exp.Query, bind_scalar), (exp.Func, bind_function)])  # fmt: skip
