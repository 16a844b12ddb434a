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
from lsp_server.semantics.datatypes import cast_key
from lsp_server.semantics.state import EXPRESSION_DEPTH, MAX_DEPTH, Frame, State
from lsp_server.syntax.parsing import MISSING

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
    state.depth += EXPRESSION_DEPTH
    handler = HANDLERS.get(type(node))
    if handler is None:
        handler = _choose(type(node))
    expr = handler(state, frame, node)
    state.depth -= EXPRESSION_DEPTH
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
    """Nesting beyond the limit: the columns that it names, without what it does with them.

    Those of a query inside may be of this frame or of its own tables: they are all taken, and none is called unknown.
    """
    state.too_deep(node)
    reported = len(state.problems)
    args = [bind_column(state, frame, column) for column in node.find_all(exp.Column)]
    del state.problems[reported:]
    inside = [part for part in node.walk(prune=_is_query) if _is_query(part)]
    args += [HANDLERS[exp.Subquery](state, frame, query) for query in inside]
    return ir.Opaque(canonical(node), tuple(args), "nested too deeply to analyse")


def _is_query(node: Any) -> bool:
    return isinstance(node, exp.Query)


# -- the safety net: nothing of a node is lost


def generic(state: State, frame: Frame, node: Any) -> ir.Expr:
    """Any node: expressions among its arguments are operands, the rest is canonical text."""
    args, extra = parts(state, frame, node)
    return ir.Op(node.key, args, _plain_type(node.key, args) if state.duckdb else ir.UNKNOWN, extra)


_PLAIN_TYPES = {"bytestring": "VARCHAR", "try": "", "collate": "", "order": "", "bitwisenot": "", "hexstring": "BLOB"}


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


_REDUCING = ("list_reduce", "array_reduce", "reduce")
"""Their lambdas take two elements; those of others an element and its index."""


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
            element = types.element(operands[0].type)
            reduces = type(item.parent) is exp.Anonymous and item.parent.name.lower() in _REDUCING
            state.lambda_types = (element, element if reduces else "BIGINT")
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
    if this.name == MISSING:
        return ir.Opaque("", (), "the expression is missing")
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
    if type(this) is exp.Parameter and state.dialect == "snowflake":
        from lsp_server.semantics.positions import at_place

        qualifier = resolve.text_of(node.args.get("table")).lower() or None
        return at_place(state, frame, node, this.args.get("this"), qualifier)
    return generic(state, frame, node)


def star_operand(state: State, frame: Frame, node: Any, qualifier: str | None) -> ir.Expr:
    """A star inside an expression (`COUNT(DISTINCT *)`, `hash(t.*)`): every column of the relations in reach."""
    state.mark(node)
    relations = [r for r in frame.relations if qualifier in (None, r.name.lower())]
    cells = tuple(r.column(i) for r in relations for i in range(len(r.names)))
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
    if state.dialect == "snowflake" and type(node) is exp.Parameter and type(node.args.get("this")) is exp.Literal:
        from lsp_server.semantics.positions import at_place

        return at_place(state, frame, node, node.args["this"])
    return ir.Var(canonical(node))


def leftover(node: Any, *consumed: str) -> str:
    """The arguments that a handler does not take itself, as text."""
    found = [
        f"{key}={canonical(value) if not isinstance(value, list) else ','.join(map(canonical, value))}"
        for key, value in _in_order(node)
        if key not in consumed and value is not None and value is not False and value != []
    ]
    return ";".join(found)
