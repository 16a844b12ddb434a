"""Expressions: one syntax node at a time into the relational form, by a table from node type to function.

Every argument of every node ends up in the result: those that a handler here does not know by name are taken up by
`generic`, in the order of the node's declaration, as operands or as canonical text in `extra`.  So nothing that a text
says is lost on the way to a fingerprint.  Calls (functions, aggregates, windows) are in `calls.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve, types
from lsp_server.semantics.datatypes import cast_key, written_type
from lsp_server.semantics.state import MAX_CHAIN, MAX_DEPTH, Frame, State

Handler = Callable[[State, Frame, Any], ir.Expr]

HANDLERS: dict[type, Handler] = {}
"""Filled by `handles` here and in `calls.py`; types that are not listed are added on first sight (`_choose`)."""

FALLBACKS: list[tuple[type, Handler]] = []
"""(base class, handler) tried in order for a type without a handler of its own."""


def handles(*kinds: type) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for kind in kinds:
            HANDLERS[kind] = handler
        return handler

    return register


def bind_expr(state: State, frame: Frame, node: Any) -> ir.Expr:
    """The meaning of an expression.  A missing one (damaged text) is Opaque."""
    if node is None:
        return ir.Opaque("", (), "the expression is missing")
    if state.depth >= MAX_DEPTH:
        return too_deep(state, frame, node)
    state.depth += 1
    handler = HANDLERS.get(type(node))
    if handler is None:
        handler = _choose(type(node))
    expr = handler(state, frame, node)
    state.depth -= 1
    return expr


def _choose(kind: type) -> Handler:
    for base, handler in FALLBACKS:
        if issubclass(kind, base):
            HANDLERS[kind] = handler
            return handler
    HANDLERS[kind] = generic
    return generic


def bind_all(state: State, frame: Frame, nodes: Any) -> tuple[ir.Expr, ...]:
    return tuple([bind_expr(state, frame, node) for node in nodes or ()])


def too_deep(state: State, frame: Frame, node: Any) -> ir.Expr:
    """Nesting beyond the limit: the columns that it names, without what it does with them."""
    columns = [n for n in node.walk() if type(n) is exp.Column]
    args = tuple(bind_column(state, frame, c) for c in columns)
    return ir.Opaque(canonical(node), args, "nested too deeply to analyse")


# -- the safety net: nothing of a node is lost


def generic(state: State, frame: Frame, node: Any) -> ir.Expr:
    """Any node: expressions among its arguments are operands, the rest is canonical text."""
    args, extra = parts(state, frame, node)
    return ir.Op(node.key, args, _plain_type(node.key, args) if state.duckdb else ir.UNKNOWN, extra)


_PLAIN_TYPES = {"bytestring": "VARCHAR", "try": "", "collate": "", "bitwisenot": "", "hexstring": "BLOB"}


def _plain_type(key: str, args: tuple[ir.Expr, ...]) -> str:
    """DuckDB's type of an operator that has no handler; "" in the table stands for the operand's."""
    kind = _PLAIN_TYPES.get(key, ir.UNKNOWN)
    return args[0].type if kind == "" and args else kind


_LEAVES = frozenset({exp.Var, exp.DataType, exp.DataTypeParam, exp.ColumnDef})
_PLAIN_LAYOUTS = frozenset(
    {
        ("this",),
        ("this", "expression"),
        ("this", "expressions"),
        ("expressions",),
        ("this", "expression", "expressions"),
    }
)


def parts(state: State, frame: Frame, node: Any, skip: tuple[str, ...] = ()) -> tuple[tuple[ir.Expr, ...], str]:
    """(operands, everything else as text) of the arguments that are not in `skip`."""
    operands: list[ir.Expr] = []
    layout: list[str] = []
    texts: list[str] = []
    for key, value in node.args.items() if len(node.args) < 2 else _in_order(node):
        if value is None or value is False or key in skip or value == []:
            continue
        before = len(operands)
        if type(value) is list:
            for item in value:
                _part(state, frame, key, item, operands, texts)
        else:
            _part(state, frame, key, value, operands, texts)
        if len(operands) > before:
            layout.append(key if type(value) is not list else f"{key}*{len(operands) - before}")
    names = tuple(name.partition("*")[0] for name in layout)
    if names not in _PLAIN_LAYOUTS or (
        len(names) > 1 and "expressions" in node.arg_types and "expression" in node.arg_types
    ):
        if layout:
            texts.append("(" + ",".join(layout) + ")")
    elif "this" in node.arg_types and names[0] != "this" and "this" not in skip:
        texts.append("(" + ",".join(layout) + ")")
    return tuple(operands), ";".join(texts)


def _in_order(node: Any) -> list[tuple[str, Any]]:
    args = node.args
    known = [(key, args[key]) for key in node.arg_types if key in args]
    if len(known) < len(args):
        known += [(key, value) for key, value in sorted(args.items()) if key not in node.arg_types]
    return known


def _part(state: State, frame: Frame, key: str, item: Any, operands: list[ir.Expr], texts: list[str]) -> None:
    if not isinstance(item, exp.Expression):
        texts.append(f"{key}={getattr(item, 'value', item)}")
    elif type(item) in _LEAVES:
        state.mark(item)
        texts.append(f"{key}={leaf_text(item, state.dialect)}")
    elif type(item) is exp.Identifier and not _is_parameter(frame, item):
        state.mark(item)
        texts.append(f"{key}={item.name}")
    else:
        if type(item) is exp.Lambda and operands:
            state.lambda_types = (types.element(operands[0].type), "BIGINT")
        operands.append(bind_expr(state, frame, item))


def leaf_text(item: Any, dialect: str) -> str:
    if type(item) is exp.DataType:
        return cast_key(item, dialect)
    if type(item) is exp.Var:
        return str(item.name).upper()
    return canonical(item)


def _is_parameter(frame: Frame, item: Any) -> bool:
    key = item.name.lower()
    return any(key in scope for f in resolve.frames(frame) for scope in f.params)


def canonical(node: Any) -> str:
    """A tree as text, without positions, comments and quoting: for what is compared but not resolved."""
    if not isinstance(node, exp.Expression):
        return str(getattr(node, "value", node))
    if type(node) is exp.Identifier:
        return str(node.name)
    chunks = []
    for key, value in _in_order(node):
        if value is None or value is False or value == []:
            continue
        items = value if type(value) is list else [value]
        chunks.append(f"{key}=" + ",".join(canonical(i) for i in items))
    return f"{node.key}({' '.join(chunks)})"


# -- names and constants


_COLUMN_PARTS = ("this", "table", "db", "catalog")


@handles(exp.Column)
def bind_column(state: State, frame: Frame, node: Any) -> ir.Expr:
    args = node.args
    this = args.get("this")
    if type(this) is not exp.Identifier:
        return _odd_column(state, frame, node)
    table = args.get("table")
    if table is None:
        expr = resolve.plain_name(state, frame, this)
    elif args.get("db") is None:
        expr = resolve.table_column(state, frame, table, this)
    else:
        path = [args.get("catalog"), args.get("db"), table, this]
        expr = resolve.qualified_name(state, frame, [p for p in path if isinstance(p, exp.Expression)])
    if all(key in _COLUMN_PARTS or not args[key] for key in args):
        return expr
    rest = leftover(node, *_COLUMN_PARTS)
    return ir.Op("column", (expr,), expr.type, rest) if rest else expr


def _odd_column(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`t.*` as an operand, and other columns whose name is no identifier."""
    this = node.args.get("this")
    if type(this) is exp.Star:
        qualifier = node.args.get("table")
        wanted = resolve.text_of(qualifier).lower() if qualifier is not None else None
        return star_operand(state, frame, this, wanted)
    return generic(state, frame, node)


def star_operand(state: State, frame: Frame, node: Any, qualifier: str | None) -> ir.Expr:
    """A star inside an expression (`COUNT(DISTINCT *)`, `hash(t.*)`): every column of the relations in reach."""
    state.mark(node)
    relations = [r for r in frame.relations if qualifier in (None, r.name.lower())]
    cells = tuple(resolve.column_of(r, i) for r in relations for i in range(len(r.names)))
    extra = "" if len(node.args) == 0 or not any(node.args.values()) else canonical(node)
    if any(r.open for r in relations):
        return ir.Opaque(f"star:{extra}", cells, "the columns of the star are not known")
    return ir.Op("star", cells, ir.UNKNOWN, extra)


@handles(exp.Star)
def bind_star(state: State, frame: Frame, node: Any) -> ir.Expr:
    return star_operand(state, frame, node, None)


@handles(exp.Identifier)
def bind_identifier(state: State, frame: Frame, node: Any) -> ir.Expr:
    """Parameters of lambdas come as bare identifiers; elsewhere one is a name that the operator itself explains."""
    if _is_parameter(frame, node):
        return resolve.plain_name(state, frame, node)
    state.mark(node)
    return ir.Op("name", (), ir.UNKNOWN, node.name)


@handles(exp.Literal)
def bind_literal(state: State, frame: Frame, node: Any) -> ir.Expr:
    raw = state.mark(node)
    text = node.args["this"]
    if node.args.get("is_string"):
        return ir.Lit(text, "VARCHAR")
    if state.duckdb and state.text and raw is None and text.startswith("0."):
        text = text[1:]  # the parser writes `.5` as 0.5, which has another type
    return number(text)


def number(text: str) -> ir.Lit:
    """A numeric literal with DuckDB's type for it."""
    plain = text.replace("_", "")
    if plain.isdigit():
        return ir.Lit(str(int(plain)), integer_type(int(plain)))
    whole, dot, rest = plain.partition(".")
    if dot and (whole + rest).isdigit():
        digits = len(whole) + len(rest)
        if digits <= 38:
            return ir.Lit(plain, f"DECIMAL({digits},{len(rest)})")
    return ir.Lit(plain.lower(), "DOUBLE")


def integer_type(value: int) -> str:
    for kind in ("INTEGER", "BIGINT", "HUGEINT"):
        if types.fits(value, kind):
            return kind
    return "UHUGEINT" if types.fits(value, "UHUGEINT") else "DOUBLE"


@handles(exp.RawString, exp.National)
def bind_raw_string(state: State, frame: Frame, node: Any) -> ir.Expr:
    state.mark(node)
    return ir.Lit(str(node.args.get("this")), "VARCHAR")


@handles(exp.Boolean)
def bind_boolean(state: State, frame: Frame, node: Any) -> ir.Expr:
    return ir.Lit("TRUE" if node.args.get("this") else "FALSE", "BOOLEAN")


@handles(exp.Null)
def bind_null(state: State, frame: Frame, node: Any) -> ir.Expr:
    return ir.Lit("NULL", "NULL")


@handles(exp.Paren)
def bind_paren(state: State, frame: Frame, node: Any) -> ir.Expr:
    return bind_expr(state, frame, node.args.get("this"))


@handles(exp.Alias, exp.Aliases)
def bind_alias(state: State, frame: Frame, node: Any) -> ir.Expr:
    """An alias inside an expression names nothing outside it (`struct(x AS a)` is told apart by the name)."""
    args, extra = parts(state, frame, node)
    return ir.Op("alias", args, args[0].type if args else ir.UNKNOWN, extra)


@handles(exp.Placeholder, exp.Parameter, exp.SessionParameter)
def bind_placeholder(state: State, frame: Frame, node: Any) -> ir.Expr:
    return ir.Var(canonical(node))


# -- operators


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


_COMPARISONS = frozenset({
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.Like, exp.ILike, exp.SimilarTo,
    exp.RegexpLike, exp.Glob, exp.RegexpILike, exp.RegexpFullMatch,
})  # fmt: skip


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


def _binary(state: State, node: Any, left: ir.Expr, right: ir.Expr, frame: Frame) -> ir.Expr:
    extra = leftover(node, "this", "expression") if len(node.args) > 2 else ""
    return ir.Op(node.key, (left, right), result_type(state, node, left, right), extra)


def leftover(node: Any, *consumed: str) -> str:
    """The arguments that a handler does not take itself, as text."""
    found = [
        f"{key}={canonical(value) if not isinstance(value, list) else ','.join(map(canonical, value))}"
        for key, value in _in_order(node)
        if key not in consumed and value is not None and value is not False and value != []
    ]
    return ";".join(found)


def result_type(state: State, node: Any, left: ir.Expr, right: ir.Expr) -> str:
    """The type of an operator's result, by DuckDB's rules (in other dialects only where every dialect agrees)."""
    kind = type(node)
    if kind in _COMPARISONS:
        return "BOOLEAN" if state.dialect != "bigquery" else "BOOL"
    if not state.duckdb:
        return ir.UNKNOWN
    a, b = adapted(left, right)
    if kind is exp.Add or kind is exp.Sub:
        return types.add(a, b, kind is exp.Sub)
    if kind is exp.Mul:
        return types.multiply(a, b)
    if kind is exp.Div:
        return types.divide(a, b)
    if kind is exp.IntDiv or kind is exp.Mod:
        return types.supertype(a, b) if a in types.INTEGERS and b in types.INTEGERS else ir.UNKNOWN
    if kind is exp.DPipe:
        return concatenated(a, b)
    if kind in (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseLeftShift, exp.BitwiseRightShift):
        return types.supertype(a, b) if a in types.INTEGERS and b in types.INTEGERS else ir.UNKNOWN
    return ir.UNKNOWN


def concatenated(left: str, right: str) -> str:
    """`left || right`: lists concatenate to a list, blobs to a blob, everything else to text."""
    if ir.UNKNOWN in (left, right):
        return ir.UNKNOWN
    if left.endswith("]") or right.endswith("]"):
        return types.supertype(left, right) if left.endswith("[]") and right.endswith("[]") else ir.UNKNOWN
    return ir.UNKNOWN if "BLOB" in (left, right) or "BIT" in (left, right) else "VARCHAR"


def adapted(left: ir.Expr, right: ir.Expr) -> tuple[str, str]:
    """The operands' types after literals took on their neighbour's: an integer that fits, a string of any form."""
    return _adapt(left, right.type), _adapt(right, left.type)


def _adapt(expr: ir.Expr, other: str) -> str:
    if type(expr) is ir.Lit:
        if expr.type in types.INTEGERS and other in types.INTEGERS and types.fits(int(expr.text), other):
            return other
        if expr.type == "VARCHAR" and other not in (ir.UNKNOWN, "NULL"):
            return other
    return expr.type


def common_type(state: State, exprs: list[ir.Expr]) -> str:
    """The type that COALESCE, CASE, a list literal or VALUES gives its operands."""
    if not state.duckdb:
        kinds = {e.type for e in exprs if e.type != "NULL"}
        return kinds.pop() if len(kinds) == 1 and not any(type(e) is ir.Lit for e in exprs) else ir.UNKNOWN
    return common_of(exprs)


def common_of(exprs: list[ir.Expr]) -> str:
    """DuckDB's `common_type`: literals take on the type of the others where they fit."""
    solid = [e for e in exprs if type(e) is not ir.Lit]
    kind = "NULL"
    for expr in solid:
        kind = types.supertype(kind, expr.type)
    for expr in exprs:
        if type(expr) is ir.Lit and expr.type != "VARCHAR":
            kind = types.supertype(kind, _adapt(expr, kind))
    texts = any(type(e) is ir.Lit and e.type == "VARCHAR" for e in exprs)
    return "VARCHAR" if texts and kind == "NULL" else kind


@handles(exp.Neg)
def bind_neg(state: State, frame: Frame, node: Any) -> ir.Expr:
    inner = node.args.get("this")
    if type(inner) is exp.Literal and not inner.args.get("is_string"):
        state.mark(inner)
        positive = number(inner.args["this"])
        if positive.type in types.INTEGERS:
            return ir.Lit(f"-{positive.text}", integer_type(-int(positive.text)))
        return ir.Lit(f"-{positive.text}", positive.type)
    expr = bind_expr(state, frame, inner)
    kind = expr.type if types.is_numeric(expr.type) or expr.type == "INTERVAL" else ir.UNKNOWN
    return ir.Op("neg", (expr,), kind)


@handles(exp.Not)
def bind_not(state: State, frame: Frame, node: Any) -> ir.Expr:
    return ir.Op("not", (bind_expr(state, frame, node.args.get("this")),), "BOOLEAN", leftover(node, "this"))


@handles(exp.Between)
def bind_between(state: State, frame: Frame, node: Any) -> ir.Expr:
    args = bind_all(state, frame, [node.args.get("this"), node.args.get("low"), node.args.get("high")])
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
    rest = leftover(node, "this", "ifs", "default")
    return ir.Op("case", tuple(args), common_type(state, results), ",".join(flags) + (";" + rest if rest else ""))


@handles(exp.If)
def bind_if(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`IF(c, a, b)` is a CASE of one branch."""
    condition, yes, no = (node.args.get(k) for k in ("this", "true", "false"))
    args = [bind_expr(state, frame, condition), bind_expr(state, frame, yes)]
    if no is not None:
        args.append(bind_expr(state, frame, no))
    rest = leftover(node, "this", "true", "false")
    extra = ("else" if no is not None else "") + (";" + rest if rest else "")
    return ir.Op("case", tuple(args), common_type(state, args[1:]), extra)


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
        return base.type if head == "LIST" or base.type == "VARCHAR" else ir.UNKNOWN
    if head == "MAP":
        return inner[1][1]
    if head in ("STRUCT", "UNION") and isinstance(key, ir.Lit):
        return types.field(base.type, key.text)
    if head in ("LIST", "ARRAY"):
        return types.element(base.type)
    return "VARCHAR" if base.type == "VARCHAR" else ir.UNKNOWN


@handles(exp.Dot)
def bind_dot(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`(s).f`; also a call in a schema (`s.f(x)`), which comes as Dot(s, call)."""
    base, right = node.args.get("this"), node.args.get("expression")
    if type(right) is exp.Identifier:
        state.mark(right)
        return resolve.fields(bind_expr(state, frame, base), [right.name])
    if type(base) is exp.Identifier:
        state.mark(base)
        call = bind_expr(state, frame, right)
        return ir.Op("dot", (call,), call.type, f"schema={base.name.lower()}")
    return generic(state, frame, node)


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
    kind = ir.UNKNOWN
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
