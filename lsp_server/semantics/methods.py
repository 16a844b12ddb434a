"""What follows a dot in an expression: a struct's field, a function of a schema, and DuckDB's method calls (`s.upper()`).

`a.f(x)` is a method of column `a`, or function `f` of schema `a`: the names in reach decide.  In front of a method call the parser
leaves bare identifiers where columns are meant; `_as_columns` makes them columns again, in a copy.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import functions, ir, resolve
from lsp_server.semantics.expressions import bind_expr, generic, handles
from lsp_server.semantics.state import Frame, State


@handles(exp.Dot)
def bind_dot(state: State, frame: Frame, node: Any) -> ir.Expr:
    """`(s).f`, `schema.f(x)`, `s.f(x)`."""
    base, right = node.args.get("this"), node.args.get("expression")
    if type(right) is exp.Identifier:
        state.mark(right)
        return resolve.fields(bind_expr(state, frame, base), [right.name])
    if state.duckdb and type(right) is exp.Anonymous and _is_value(state, frame, base, right):
        return _method(state, frame, base, right)
    if type(base) is exp.Identifier:
        state.mark(base)
        call = bind_expr(state, frame, right)
        return ir.Op("dot", (call,), call.type, f"schema={base.name.lower()}")
    return generic(state, frame, node)


def _is_value(state: State, frame: Frame, base: Any, call: Any) -> bool:
    """Whether what stands before the dot is a value, and not the name of a schema."""
    first = base
    while type(first) is exp.Dot and type(first.args.get("expression")) is exp.Identifier:
        first = first.args.get("this")
    if type(first) is not exp.Identifier:
        return True
    key = first.name.lower()
    reach = list(resolve.frames(frame))
    if any(key in f.aliases or any(key in scope for scope in f.params) for f in reach):
        return True
    relations = [relation for f in reach for relation in f.relations]
    if any(key == relation.key or key in relation.index for relation in relations):
        return True
    return any(relation.open for relation in relations) and not functions.is_unknown(
        str(call.name).lower(), state.dialect
    )


def _method(state: State, frame: Frame, base: Any, call: Any) -> ir.Expr:
    """`base.f(x)` is `f(base, x)`."""
    written = call.copy()
    written.set("expressions", [_as_columns(base.copy()), *written.expressions])
    return bind_expr(state, frame, written)


def _as_columns(node: Any) -> Any:
    """The columns among the bare identifiers of an expression; lambdas keep theirs, which are parameters."""
    path = _path(node)
    if path:
        *qualifier, name = path
        parts = dict(zip(("table", "db", "catalog"), reversed(qualifier), strict=False))
        return exp.Column(this=name, **parts) if len(path) <= 4 else node
    if type(node) in (exp.Column, exp.Lambda) or not isinstance(node, exp.Expression):
        return node
    for key, value in list(node.args.items()):
        if type(node) is exp.Dot and key == "expression":
            continue
        if isinstance(value, list):
            node.set(key, [_as_columns(item) for item in value])
        elif isinstance(value, exp.Expression):
            node.set(key, _as_columns(value))
    return node


def _path(node: Any) -> list[Any]:
    """The identifiers of `a`, `t.a`, `s.t.a`; none when it is something else."""
    names: list[Any] = []
    while type(node) is exp.Dot and type(node.args.get("expression")) is exp.Identifier:
        names.insert(0, node.args["expression"])
        node = node.args.get("this")
    return [node, *names] if type(node) is exp.Identifier else []
