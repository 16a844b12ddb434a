"""Operators and the syntax that is no call: connectors, comparisons, arithmetic, casts, CASE, structs, lists, maps, lambdas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

from sqlglot import exp

from lsp_server.semantics import foreign, ir, resolve, types
from lsp_server.semantics.combining import common_of, common_type, result_type
from lsp_server.semantics.datatypes import cast_key, written_type
from lsp_server.semantics.doubts import doubt_operator
from lsp_server.semantics.expressions import (
    HANDLERS,
    bind_all,
    bind_expr,
    canonical,
    generic,
    handles,
    integer_type,
    leftover,
    number,
    parts,
)
from lsp_server.semantics.refusals import check_types, check_width
from lsp_server.semantics.state import MAX_CHAIN, Frame, State


@handles(exp.And, exp.Or, exp.Xor)
def bind_connector(state: State, frame: Frame, node: Any) -> ir.Expr:
    """AND and OR are flat: associative, and a chain of 20,000 terms must not nest."""
    kind = type(node)
    operands: list[ir.Expr] = []
    stack = [node]
    while stack:
        top = stack.pop()
        while type(top) is exp.Paren and type(top.args.get("this")) is kind:
            top = top.args["this"]
        if type(top) is kind:
            stack.append(top.args.get("expression"))
            stack.append(top.args.get("this"))
        else:
            operands.append(bind_expr(state, frame, top))
    return ir.Op(node.key, tuple(operands), "BOOLEAN")


@handles(
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.DPipe, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.Like, exp.ILike, exp.SimilarTo, exp.Glob, exp.BitwiseAnd, exp.BitwiseOr,
    exp.BitwiseXor, exp.BitwiseLeftShift, exp.BitwiseRightShift,
)  # fmt: skip
def bind_binary(state: State, frame: Frame, node: Any) -> ir.Expr:
    """A chain `a + b - c` is walked along its left spine without recursion."""
    spine = [node]
    left = node.args.get("this")
    while HANDLERS.get(type(left)) is bind_binary:
        spine.append(left)
        left = left.args.get("this")
    expr = bind_expr(state, frame, left)
    if len(spine) > MAX_CHAIN:
        return _long_chain(state, frame, expr, spine)
    for operator in reversed(spine):
        expr = _binary(state, operator, expr, bind_expr(state, frame, operator.args.get("expression")), frame)
    return expr


def _long_chain(state: State, frame: Frame, first: ir.Expr, spine: list[Any]) -> ir.Expr:
    """((a + b) - c) + ... as one operator, since the relational form must not nest without bound."""
    args = [first]
    kind = first.type
    for operator in reversed(spine):
        right = bind_expr(state, frame, operator.args.get("expression"))
        kind = result_type(state, operator, args[0] if len(args) == 1 else ir.Var("", kind), right)
        args.append(right)
    return ir.Op(
        "chain", tuple(args), kind, ",".join(o.key + leftover(o, "this", "expression") for o in reversed(spine))
    )


_ORDERING = frozenset({exp.LT, exp.LTE, exp.GT, exp.GTE})


_SYMBOLS = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.IntDiv: "//", exp.Mod: "%", exp.DPipe: "||", exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|", exp.BitwiseLeftShift: "<<", exp.BitwiseRightShift: ">>", exp.Like: "LIKE", exp.ILike: "ILIKE", exp.Glob: "GLOB",
}  # fmt: skip


def _binary(state: State, node: Any, left: ir.Expr, right: ir.Expr, frame: Frame) -> ir.Expr:
    if type(node) in _ORDERING:
        check_types(state, node, [left, right], "a comparison")
    doubt_operator(state, _SYMBOLS.get(type(node), ""), left, right)
    extra = leftover(node, "this", "expression") if len(node.args) > 2 else ""
    return ir.Op(node.key, (left, right), result_type(state, node, left, right), extra)


@handles(exp.Neg)
def bind_neg(state: State, frame: Frame, node: Any) -> ir.Expr:
    inner = node.args.get("this")
    if type(inner) is exp.Literal and not inner.args.get("is_string"):
        state.mark(inner)
        positive = number(inner.args["this"])
        if positive.type in types.INTEGERS and positive.type not in ("INTEGER", "BIGINT"):
            return ir.Lit(f"-{positive.text}", integer_type(-int(positive.text)))
        return ir.Lit(f"-{positive.text}", positive.type)
    expr = bind_expr(state, frame, inner)
    kind = expr.type if types.is_numeric(expr.type) or expr.type == "INTERVAL" else ir.UNKNOWN
    if not state.duckdb:
        kind = foreign.negated(expr.type, state.dialect)
    return ir.Op("neg", (expr,), kind)


@handles(exp.Not)
def bind_not(state: State, frame: Frame, node: Any) -> ir.Expr:
    return ir.Op("not", (bind_expr(state, frame, node.args.get("this")),), "BOOLEAN", leftover(node, "this"))


@handles(exp.Between)
def bind_between(state: State, frame: Frame, node: Any) -> ir.Expr:
    args = bind_all(state, frame, [node.args.get("this"), node.args.get("low"), node.args.get("high")])
    check_types(state, node, list(args), "BETWEEN")
    return ir.Op("between", args, "BOOLEAN", leftover(node, "this", "low", "high"))


@handles(exp.Escape)
def bind_escape(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`x LIKE y ESCAPE z`: the escape character is an operand of LIKE's third place."""
    args = bind_all(state, frame, [node.args.get("this"), node.args.get("expression")])
    return ir.Op("escape", args, "BOOLEAN", leftover(node, "this", "expression"))


@handles(exp.Cast, exp.TryCast)
def bind_cast(state: State, frame: Frame, node: Any) -> ir.Expr:
    target = node.args.get("to")
    expr = bind_expr(state, frame, node.args.get("this"))
    rest = leftover(node, "this", "to")
    rest = "" if rest == "safe=True" and node.key == "trycast" else rest
    return ir.Op(
        node.key,
        (expr,),
        written_type(target, state.dialect),
        cast_key(target, state.dialect) + (";" + rest if rest else ""),
    )


@handles(exp.Case)
def bind_case(state: State, frame: Frame, node: Any) -> ir.Expr:
    args: list[ir.Expr] = []
    results: list[ir.Expr] = []
    flags: list[str] = []
    operand = node.args.get("this")
    if operand is not None:
        args.append(bind_expr(state, frame, operand))
        flags.append("operand")
    for branch in node.args.get("ifs") or ():
        args.append(bind_expr(state, frame, branch.args.get("this")))
        results.append(bind_expr(state, frame, branch.args.get("true")))
        args.append(results[-1])
    otherwise = node.args.get("default")
    if otherwise is not None:
        results.append(bind_expr(state, frame, otherwise))
        args.append(results[-1])
        flags.append("else")
    check_types(state, node, results, "CASE")
    rest = leftover(node, "this", "ifs", "default")
    return ir.Op(
        "case", tuple(args), _case_type(state, results, "else" in flags), ",".join(flags) + (";" + rest if rest else "")
    )


@handles(exp.If)
def bind_if(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`IF(c, a, b)` is a CASE of one branch."""
    condition, yes, no = (node.args.get(k) for k in ("this", "true", "false"))
    args = [bind_expr(state, frame, condition), bind_expr(state, frame, yes)]
    if no is not None:
        args.append(bind_expr(state, frame, no))
    rest = leftover(node, "this", "true", "false")
    extra = ("else" if no is not None else "") + (";" + rest if rest else "")
    return ir.Op("case", tuple(args), _case_type(state, args[1:], no is not None), extra)


def _case_type(state: State, results: list[ir.Expr], otherwise: bool) -> str:
    """DuckDB begins with what ELSE says: its fields come first in a struct."""
    return common_type(state, [*results[-1:], *results[:-1]] if otherwise else results)


@handles(exp.Interval)
def bind_interval(state: State, frame: Frame, node: Any) -> ir.Expr:
    args, extra = parts(state, frame, node)
    return ir.Op("interval", args, "INTERVAL", extra)


@handles(exp.Bracket)
def bind_bracket(state: State, frame: Frame, node: Any) -> ir.Expr:
    args, extra = parts(state, frame, node)
    return ir.Op("bracket", args, _bracket_type(args), extra)


def _bracket_type(args: tuple[ir.Expr, ...]) -> str:
    if len(args) != 2:
        return ir.UNKNOWN
    base, key = args
    head, inner = types.parse(base.type)
    if isinstance(key, ir.Op) and key.name == "slice":
        if head == "ARRAY":
            return types.list_of(types.element(base.type))
        return base.type if head == "LIST" or base.type == "VARCHAR" else ir.UNKNOWN
    if head == "MAP":
        return inner[1][1]
    if head in ("STRUCT", "UNION") and isinstance(key, ir.Lit):
        return types.field(base.type, key.text)
    if head in ("LIST", "ARRAY"):
        return types.element(base.type)
    if head == "TUPLE":
        return inner[int(key.text)][1] if _counts(key, len(inner)) else ir.UNKNOWN
    if head == "JSON":
        return "JSON"
    return "VARCHAR" if base.type == "VARCHAR" else ir.UNKNOWN


def _counts(key: ir.Expr, size: int) -> TypeGuard[ir.Lit]:
    """Whether it is a literal index (the parser counts from 0) within `size`."""
    return isinstance(key, ir.Lit) and key.text.isdigit() and int(key.text) < size


@handles(exp.Tuple)
def bind_tuple(state: State, frame: Frame, node: Any) -> ir.Expr:
    args, extra = parts(state, frame, node)
    return ir.Op("tuple", args, types.tuple_of([a.type for a in args]) if state.duckdb else ir.UNKNOWN, extra)


@handles(exp.AtTimeZone)
def bind_time_zone(state: State, frame: Frame, node: Any) -> ir.Expr:
    args, extra = parts(state, frame, node)
    zoned = {
        "TIMESTAMP": "TIMESTAMP WITH TIME ZONE",
        "DATE": "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    }
    return ir.Op(
        "attimezone", args, zoned.get(args[0].type, ir.UNKNOWN) if args and state.duckdb else ir.UNKNOWN, extra
    )


@handles(exp.ToMap)
def bind_map_literal(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`MAP {'a': 1}`: keys and values are expressions."""
    inner = node.args.get("this")
    pairs = inner.args.get("expressions") if isinstance(inner, exp.Struct) else None
    if pairs is None or not all(type(p) is exp.PropertyEQ for p in pairs):
        return generic(state, frame, node)
    keys = bind_all(state, frame, [p.args.get("this") for p in pairs])
    values = bind_all(state, frame, [p.args.get("expression") for p in pairs])
    kind = 'MAP("NULL", "NULL")' if state.duckdb and not keys else ir.UNKNOWN
    if state.duckdb and keys:
        key, value = common_of(list(keys)), common_of(list(values))
        kind = ir.UNKNOWN if ir.UNKNOWN in (key, value) else f"MAP({types.shown(key)}, {types.shown(value)})"
    args = tuple(e for pair in zip(keys, values, strict=True) for e in pair)
    return ir.Op("tomap", args, kind, leftover(node, "this"))


@handles(exp.Array)
def bind_array(state: State, frame: Frame, node: Any) -> ir.Expr:
    args, extra = parts(state, frame, node)
    if len(args) == 1 and isinstance(args[0], ir.Sub) and not extra:
        sub = args[0]
        check_width(state, node, sub.scope)
        return ir.Sub("array", sub.scope, sub.args, types.list_of(sub.type), sub.extra)
    if len(args) == 1 and isinstance(args[0], ir.Op) and args[0].name == "comprehension":
        return args[0]
    return ir.Op("array", args, types.list_of(common_type(state, list(args))) if state.duckdb else ir.UNKNOWN, extra)


@handles(exp.Struct)
def bind_struct(state: State, frame: Frame, node: Any) -> ir.Expr:
    names: list[str] = []
    args: list[ir.Expr] = []
    for item in node.args.get("expressions") or ():
        if type(item) in (exp.PropertyEQ, exp.Alias):
            label = item.args.get("this" if type(item) is exp.PropertyEQ else "alias")
            names.append(resolve.text_of(label))
            state.mark(label)
            args.append(
                bind_expr(state, frame, item.args.get("expression" if type(item) is exp.PropertyEQ else "this"))
            )
        else:
            names.append(item.name if type(item) is exp.Column else "")
            args.append(bind_expr(state, frame, item))
    kind = types.struct(names, [a.type for a in args]) if state.duckdb and all(names) else ir.UNKNOWN
    rest = leftover(node, "expressions")
    return ir.Op("struct", tuple(args), kind, ",".join(names) + (";" + rest if rest else ""))


@handles(exp.Lambda)
def bind_lambda(state: State, frame: Frame, node: Any) -> ir.Expr:
    names = [resolve.text_of(p).lower() for p in node.args.get("expressions") or ()]
    kinds, state.lambda_types = state.lambda_types, ()
    body = with_parameters(state, frame, names, kinds, lambda: bind_expr(state, frame, node.args.get("this")))
    return ir.Op("lambda", (body,), body.type, f"{len(names)}" + leftover(node, "this", "expressions"))


def with_parameters(
    state: State, frame: Frame, names: list[str], kinds: tuple[str, ...], bind: Callable[[], ir.Expr]
) -> ir.Expr:
    """Bind something under lambda parameters, which are numbered by depth so that their names do not matter."""
    depth = sum(len(f.params) for f in resolve.frames(frame))
    frame.params.append(
        {
            name: ir.Var(f"lambda:{depth}:{i}", kinds[i] if i < len(kinds) else ir.UNKNOWN)
            for i, name in enumerate(names)
        }
    )
    try:
        return bind()
    finally:
        frame.params.pop()


@handles(exp.NextValueFor)
def bind_sequence(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`NEXT VALUE FOR sequence`: its name is none of a column."""
    return ir.Op("nextvaluefor", (), ir.UNKNOWN, canonical(node), volatile=True)


@handles(exp.Comprehension)
def bind_comprehension(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`[f(x) FOR x IN list IF p(x)]`."""
    iterator = bind_expr(state, frame, node.args.get("iterator"))
    names = [resolve.text_of(node.args.get("expression")).lower()]
    if node.args.get("position") is not None:
        names.append(resolve.text_of(node.args["position"]).lower())

    def inside() -> ir.Expr:
        condition = node.args.get("condition")
        inner = [bind_expr(state, frame, node.args.get("this"))]
        if condition is not None:
            inner.append(bind_expr(state, frame, condition))
        return ir.Op("lambda", tuple(inner), inner[0].type, f"{len(names)}")

    body = with_parameters(state, frame, names, (types.element(iterator.type), "BIGINT"), inside)
    extra = leftover(node, "this", "expression", "position", "iterator", "condition")
    return ir.Op("comprehension", (iterator, body), types.list_of(body.type), extra)
