"""GROUP BY, ORDER BY, LIMIT: ordinals, aliases, ALL, grouping sets; and the check that projections are grouped."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.calls import children, sort_key
from lsp_server.semantics.expressions import bind_expr, leftover
from lsp_server.semantics.projections import Projections
from lsp_server.semantics.state import Frame, RawSpan, State


def bind_group(state: State, frame: Frame, node: Any, columns: Projections) -> tuple[tuple[ir.Expr, ...], str]:
    """(keys, canonical text of grouping sets)."""
    if node is None:
        return (), ""
    keys: list[ir.Expr] = []
    sets: list[str] = []
    if node.args.get("all"):
        keys = [out.expr for out in columns.outs if not has_aggregate(out.expr) and not isinstance(out.expr, ir.Lit)]
    for item in node.args.get("expressions") or ():
        _group_item(state, frame, item, columns, keys, sets)
    for kind in ("cube", "rollup", "grouping_sets"):
        for item in node.args.get(kind) or ():
            if isinstance(item, exp.Expression):
                _group_item(state, frame, item, columns, keys, sets)
            else:
                sets.append(f"with {kind}")
    rest = leftover(node, "all", "expressions", "cube", "rollup", "grouping_sets")
    return tuple(keys), ";".join(filter(None, [*sets, rest]))


def _group_item(
    state: State, frame: Frame, item: Any, columns: Projections, keys: list[ir.Expr], sets: list[str]
) -> None:
    if isinstance(item, exp.GroupingSets | exp.Cube | exp.Rollup):
        sets.append(_set_text(state, frame, item, columns, keys))
    else:
        _key(keys, _group_key(state, frame, item, columns))


def _set_text(state: State, frame: Frame, item: Any, columns: Projections, keys: list[ir.Expr]) -> str:
    """`rollup(0,(1,2))` over indices into the keys."""
    if isinstance(item, exp.GroupingSets | exp.Cube | exp.Rollup):
        inner = [_set_text(state, frame, part, columns, keys) for part in item.args.get("expressions") or ()]
        return f"{item.key}({','.join(inner)})"
    if isinstance(item, exp.Tuple):
        return (
            "("
            + ",".join(_set_text(state, frame, part, columns, keys) for part in item.args.get("expressions") or ())
            + ")"
        )
    if isinstance(item, exp.Paren):
        return "(" + _set_text(state, frame, item.args.get("this"), columns, keys) + ")"
    return str(_key(keys, _group_key(state, frame, item, columns)))


def _key(keys: list[ir.Expr], expr: ir.Expr) -> int:
    if expr in keys:
        return keys.index(expr)
    keys.append(expr)
    return len(keys) - 1


def _group_key(state: State, frame: Frame, item: Any, columns: Projections) -> ir.Expr:
    found = ordinal(state, item, [out.expr for out in columns.outs], bool(columns.open))
    return found if found is not None else bind_expr(state, frame, item)


def ordinal(state: State, node: Any, outputs: list[ir.Expr], open_: bool) -> ir.Expr | None:
    """The output column that a plain integer names in GROUP BY and ORDER BY."""
    if type(node) is not exp.Literal or node.args.get("is_string") or not str(node.args.get("this")).isdigit():
        return None
    raw = state.mark(node)
    position = int(node.args["this"])
    if open_:
        return ir.Opaque(f"ordinal {position}", tuple(outputs), "the columns before this position are not known")
    if 1 <= position <= len(outputs):
        return outputs[position - 1]
    message = f"There is no column {position}: the query yields {len(outputs)}."
    state.problem("ordinal-out-of-range", message, raw, {"position": str(position)})
    return ir.Opaque(f"ordinal {position}", (), "no such position")


def bind_order(
    state: State, frame: Frame, node: Any, outputs: list[ir.Expr], items: list[Any] | None = None
) -> tuple[ir.SortKey, ...]:
    """ORDER BY terms: ordinals, then aliases, then columns; ALL is every output column."""
    if node is None:
        return ()
    terms = items if items is not None else node.args.get("expressions") or ()
    keys: list[ir.SortKey] = []
    for term in terms:
        inner = term.args.get("this") if isinstance(term, exp.Ordered) else term
        if _is_all(inner):
            keys += [sort_key(state, expr, term) for expr in outputs]
            continue
        # `ORDER BY #2` is `ORDER BY 2`; everywhere else `#2` is a column of the FROM.
        number = inner.args.get("this") if type(inner) is exp.PositionalColumn else inner
        expr = ordinal(state, number, outputs, False) if outputs else None
        if expr is None:
            expr = _output(state, frame, inner)
        keys.append(sort_key(state, expr if expr is not None else bind_expr(state, frame, inner), term))
    rest = leftover(node, "expressions")
    if rest and keys:
        keys[0] = ir.SortKey(ir.Op("order", (keys[0].expr,), extra=rest), keys[0].descending, keys[0].nulls_first)
    return tuple(keys)


def _is_all(node: Any) -> bool:
    return type(node) is exp.Var and str(node.name).upper() == "ALL"


def _output(state: State, frame: Frame, node: Any) -> ir.Expr | None:
    """A bare name that is an output column: ORDER BY sees those first."""
    if (
        type(node) is not exp.Column
        or node.args.get("table") is not None
        or type(node.args.get("this")) is not exp.Identifier
    ):
        return None
    if len(node.args) > 1 and any(value for name, value in node.args.items() if name != "this"):
        return None
    key = node.name.lower()
    if key in frame.aliases:
        return resolve.alias_value(state, frame, node.args["this"])
    found = frame.outputs.get(key)
    if found is not None:
        resolve.refer_output(state, frame, node.args["this"], found)
    return found


def bind_modifiers(state: State, frame: Frame, node: Any) -> tuple[ir.Expr | None, ir.Expr | None, str]:
    """(limit, offset, everything else that they say)."""
    limit_node, offset_node = node.args.get("limit"), node.args.get("offset")
    if limit_node is None and offset_node is None:
        return None, None, ""
    limit = offset = None
    rest: list[str] = []
    if limit_node is not None:
        count = limit_node.args.get("expression")
        count = limit_node.args.get("count") if count is None else count
        limit = bind_expr(state, frame, count) if count is not None else None
        inner = limit_node.args.get("offset")
        offset = bind_expr(state, frame, inner) if inner is not None else None
        rest.append(leftover(limit_node, "expression", "expressions", "count", "offset", "direction"))
        by = limit_node.args.get("expressions")
        if by:
            limit = ir.Op("limit_by", tuple(bind_expr(state, frame, e) for e in (count, *by) if e is not None))
        if type(limit_node) is exp.Fetch:
            rest.append("" if count is not None else "fetch")
    if offset_node is not None:
        offset = bind_expr(state, frame, offset_node.args.get("expression"))
        rest.append(leftover(offset_node, "expression", "expressions"))
        by = offset_node.args.get("expressions")
        if by:
            offset = ir.Op("offset_by", tuple(bind_expr(state, frame, e) for e in by))
    return limit, offset, ";".join(filter(None, rest))


# -- missing from GROUP BY


def has_aggregate(expr: Any) -> bool:
    """Whether an aggregate over groups is inside (not counting those that a window evaluates)."""
    stack = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, ir.Agg):
            return True
        if isinstance(top, ir.Win):
            stack += [*top.partition, *(k.expr for k in top.order)]
            stack += children(top.call)
        else:
            stack += children(top)
    return False


_STRICT = frozenset({"duckdb", "", "bigquery", "snowflake", "trino", "tsql", "redshift"})
"""Dialects that accept a column outside GROUP BY under no circumstances (Postgres and MySQL may know a key)."""


def check_grouped(
    state: State, frame: Frame, scope: ir.Select, columns: Projections, clauses: dict[str, RawSpan | None]
) -> None:
    """Report a projection that reads a column which is neither grouped nor aggregated."""
    if state.dialect not in _STRICT or columns.open or any(r.open for r in frame.relations):
        return
    keys = set(scope.group)
    sources = {r.source for r in frame.relations}
    for out, span in zip(columns.outs, columns.spans, strict=True):
        loose = _loose(out.expr, keys, sources)
        if loose is not None:
            name = _column_name(state, loose)
            message = f'Column "{name}" is neither in GROUP BY nor inside an aggregate function.'
            state.problem("not-grouped", message, span, {"name": name, "output": out.name})
    if state.duckdb:
        _check_around(state, scope, keys, sources, clauses)


def _check_around(
    state: State, scope: ir.Select, keys: set[ir.Expr], sources: set[int], clauses: dict[str, RawSpan | None]
) -> None:
    """The same in HAVING and ORDER BY."""
    for clause, exprs in (("having", [scope.having]), ("order", [key.expr for key in scope.order])):
        for expr in exprs:
            loose = _loose(expr, keys, sources) if expr is not None else None
            if loose is not None:
                name = _column_name(state, loose)
                message = f'Column "{name}" is neither in GROUP BY nor inside an aggregate function.'
                state.problem("not-grouped", message, clauses.get(clause), {"name": name})


def _loose(expr: Any, keys: set[ir.Expr], sources: set[int]) -> ir.Col | None:
    stack = [expr]
    subqueries = any(_has_subquery(key) for key in keys)
    while stack:
        top = stack.pop()
        if top in keys or isinstance(top, ir.Agg | ir.Sub | ir.Opaque):
            continue
        if subqueries and isinstance(top, ir.Op) and _has_subquery(top):
            continue  # equal subqueries have scopes of their own, so this may well be a key
        if isinstance(top, ir.Col):
            if top.source in sources:
                return top
        else:
            stack += children(top.call) if isinstance(top, ir.Win) and isinstance(top.call, ir.Agg) else []
            stack += children(top) if not isinstance(top, ir.Win) else [k.expr for k in top.order] + list(top.partition)
    return None


def _has_subquery(expr: Any) -> bool:
    stack = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, ir.Sub):
            return True
        stack += children(top)
    return False


def _column_name(state: State, column: ir.Col) -> str:
    names = state.sources[column.source].columns
    return names[column.index] if column.index < len(names) else "?"
