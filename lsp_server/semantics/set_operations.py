"""UNION, EXCEPT, INTERSECT, by position and BY NAME; the recursive union of a CTE."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import foreign, ir, types
from lsp_server.semantics.ctes import bind_with
from lsp_server.semantics.expressions import parts
from lsp_server.semantics.grouping import bind_modifiers, bind_order
from lsp_server.semantics.queries import bind_query, place, queries
from lsp_server.semantics.state import Cte, Derived, Frame, Relation, State


@queries(exp.Union, exp.Except, exp.Intersect)
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
    place(state, derived.scope, raw, derived, name, None)
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
    if not state.duckdb:
        return foreign.common([ir.Var("", left.types[a]), ir.Var("", right.types[b])], state.dialect)
    if "VARCHAR" in (left.types[a], right.types[b]) and _becomes_text(left.types[a]) and _becomes_text(right.types[b]):
        return "VARCHAR"
    return types.supertype(left.types[a], right.types[b])


def _becomes_text(kind: str) -> bool:
    """Whether DuckDB casts a column of the type to text where the other side of a set operation has text."""
    return kind in ("VARCHAR", "BOOLEAN", "INTERVAL") or types.is_numeric(kind) or kind.startswith(("DATE", "TIME"))


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
    if any(node.args.get(key) for key in ("side", "kind", "on")):
        return  # BigQuery's INNER and FULL take the columns that fit
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
    reported = len(state.problems)
    args, extra = parts(state, Frame(parent, ctes), node, _SET_PARTS)
    del state.problems[reported:]  # BY NAME ON (a, b): names of output columns
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
    outputs = [output.column(i) for i in range(len(derived.names))]
    frame.aliases = {n.lower(): e for n, e in zip(reversed(derived.names), reversed(outputs), strict=True)}
    reported = len(state.problems)
    order = bind_order(state, frame, node.args.get("order"), list(outputs))
    if not state.duckdb:
        del state.problems[reported:]  # some dialects let it name the first SELECT's tables
    limit, offset, rest = bind_modifiers(state, frame, node)
    return order, limit, offset, rest


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
    place(state, index, None, derived, cte.name, None)
    return derived
