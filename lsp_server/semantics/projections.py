"""The SELECT list: stars expanded, names of output columns, aliases that later expressions may read."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlglot import exp

from lsp_server.semantics import foreign, ir, resolve, stars, types
from lsp_server.semantics.expressions import bind_expr
from lsp_server.semantics.facts import Target
from lsp_server.semantics.output_names import output_name
from lsp_server.semantics.state import Frame, RawSpan, Relation, State
from lsp_server.semantics.weights import lightened, may_spread
from lsp_server.syntax.expansion import OPAQUE_CALL


class Projections:
    """The output columns of a SELECT, and where each stands."""

    __slots__ = ("by_name", "definitions", "labels", "open", "outs", "spans", "unknown")

    def __init__(self) -> None:
        self.outs: list[ir.Out] = []
        self.spans: list[RawSpan | None] = []
        """The whole projection."""
        self.labels: list[RawSpan | None] = []
        """Its alias, or the expression where there is none."""
        self.definitions: list[RawSpan | None] = []
        self.by_name: dict[str, ir.Expr] = {}
        """What an ORDER BY sees first: aliases and names of plain columns."""
        self.open: list[tuple[Relation, frozenset[str]]] = []
        self.unknown = False
        """A macro that is not executed stands among the projections: it may make any columns."""

    def add(self, name: str, expr: ir.Expr, span: RawSpan | None, label: RawSpan | None, kind: str = "") -> None:
        self.outs.append(ir.Out(name, kind or expr.type, expr))
        self.spans.append(span)
        self.labels.append(label or span)
        self.definitions.append(label or span)


def bind_projections(state: State, frame: Frame, select: Any) -> Projections:
    """Bind the SELECT list in order."""
    result = Projections()
    nodes = select.args.get("expressions") or ()
    rest = ""
    if select.args.get("kind"):
        rest = str(select.args["kind"])
    for index, node in enumerate(nodes):
        _projection(state, frame, select, index, node, result)
    return _as_value(state, frame, result, rest) if rest else result


def _as_value(state: State, frame: Frame, columns: Projections, kind: str) -> Projections:
    """BigQuery's SELECT AS STRUCT and AS VALUE yield one column without a name."""
    if kind.upper() != "STRUCT" or columns.open:
        return columns
    packed = Projections()
    row = ir.Op("struct", tuple(o.expr for o in columns.outs), ir.UNKNOWN, ",".join(o.name for o in columns.outs))
    packed.add("", row, None, None)
    return packed


def _projection(state: State, frame: Frame, select: Any, index: int, node: Any, into: Projections) -> None:
    saved = state.begin()
    if stars.is_star(node):
        _spread(state, into, stars.expand(state, frame, node), saved, node)
    elif stars.filtered_star(node):
        _spread(state, into, stars.expand_filtered(state, frame, node), saved, node)
    elif state.has_columns_call and (sets := stars.column_sets(node)):
        _over_columns(state, frame, node, sets[0], into, saved)
    elif type(node) is exp.Aliases:
        _several(state, frame, node, into, saved)
    else:
        _single(state, frame, select, index, node, into, saved)


def _several(state: State, frame: Frame, node: Any, into: Projections, saved: RawSpan) -> None:
    """`stack(...) AS (a, b)`, `posexplode(l) AS (place, item)`: a call that makes several columns."""
    made = bind_expr(state, frame, node.args.get("this"))
    labels = [(identifier, state.mark(identifier)) for identifier in node.args.get("expressions") or ()]
    raw = state.finish(saved)
    for at, (identifier, label) in enumerate(labels):
        name = _alias_name(state, identifier)
        expr = ir.Op("made", (made,), ir.UNKNOWN, f"column {at}")
        into.add(name, expr, raw, label)
        frame.aliases.setdefault(name.lower(), expr)
        frame.alias_spans.setdefault(name.lower(), label)
        into.by_name.setdefault(name.lower(), expr)
        here = state.span(label) if label is not None else None
        state.refer(label, Target("column", name, type=ir.UNKNOWN, definition=here), declares=True)


def _spread(state: State, into: Projections, expansion: stars.Expansion, saved: RawSpan, node: Any) -> None:
    raw = state.finish(saved)
    if not may_spread(state, node, len(expansion.columns)):
        into.unknown = True
        return
    for column in expansion.columns:
        into.add(column.name, column.expr, raw, None)
        into.by_name.setdefault(column.name.lower(), column.expr)
    into.open += expansion.open


def _single(state: State, frame: Frame, select: Any, index: int, node: Any, into: Projections, saved: RawSpan) -> None:
    aliased = type(node) is exp.Alias
    expr = bind_expr(state, frame, node.args.get("this") if aliased else node)
    identifier = node.args.get("alias") if aliased else None
    label = state.mark(identifier) if isinstance(identifier, exp.Expression) else None
    raw = state.finish(saved)
    if raw is not None:
        raw = state.stretches.item(*raw)
    if state.duckdb and isinstance(expr, ir.Op) and expr.name == "explode":
        depth = _depth(node.args.get("this") if aliased else node)
        spread = _spread_fields(expr, depth)
        if spread is not None:
            for field in spread:
                into.add(field.name, field.expr, raw, None)
            return
        if depth > 1 and expr.args:
            expr = msgspec.structs.replace(expr, type=_element(expr.args[0].type, depth + 1)[0])
    name = _alias_name(state, identifier) if aliased else output_name(state, frame, select, index, node, expr)
    if not aliased and is_opaque_macro(node) and isinstance(expr, ir.Opaque):
        name, into.unknown = expr.text, True
    into.add(name, expr, raw, label, "" if state.duckdb else foreign.shown(expr, state.dialect))
    if aliased:
        key = name.lower()
        if key not in frame.aliases:
            frame.aliases[key] = lightened(state, node, name, expr)
            frame.alias_spans[key] = label
        into.by_name.setdefault(key, expr)
        here = state.span(label) if label is not None else None
        state.refer(label, Target("column", name, type=expr.type, definition=here), declares=True)
    elif type(node) is exp.Column:
        into.by_name.setdefault(name.lower(), expr)


def _depth(node: Any) -> int:
    """How deep `unnest` goes: `max_depth := 2`, `recursive := true`."""
    depth = 1
    for option in node.args.get("expressions") or ():
        value = option.args.get("expression")
        depth = int(value.name) if isinstance(value, exp.Literal) and value.name.isdigit() else 100
    return depth


def _spread_fields(expr: ir.Op, depth: int) -> list[ir.Out] | None:
    """`unnest(struct)`, `unnest(list, recursive := true)`: one column a field; None for a single column."""
    fields = _fields(*_element(expr.args[0].type, depth)) if expr.args else None
    if fields is None:
        return None
    extra = ";".join(filter(None, [expr.extra, "field"]))
    return [
        ir.Out(name, kind, ir.Op("explode", expr.args, kind, f"{extra} {i} {name.lower()}", set_returning=True))
        for i, (name, kind) in enumerate(fields)
    ]


def _element(kind: str, depth: int) -> tuple[str, int]:
    """What is in a list of lists, as deep as it goes, and the depth that is left for structs in it."""
    while depth > 1 and types.element(kind) != ir.UNKNOWN:
        kind, depth = types.element(kind), depth - 1
    return kind, depth


def _fields(kind: str, depth: int) -> list[tuple[str, str]] | None:
    """The columns that a struct becomes, structs in it too while depth is left; lists in it stay."""
    head, parts = types.parse(kind)
    if head != "STRUCT":
        return None
    found = []
    for name, inner in parts:
        nested = _fields(inner, depth - 1) if depth > 1 else None
        found += nested if nested is not None else [(name, inner)]
    return found


def is_opaque_macro(node: Any) -> bool:
    """Whether the expression is what expansion leaves of a macro that is not executed."""
    return type(node) is exp.Anonymous and str(node.this).lower() == OPAQUE_CALL


def _alias_name(state: State, identifier: Any) -> str:
    quoted = bool(identifier.args.get("quoted")) if isinstance(identifier, exp.Identifier) else True
    return state.fold(resolve.text_of(identifier), quoted)


def _over_columns(state: State, frame: Frame, node: Any, columns: Any, into: Projections, saved: RawSpan) -> None:
    """A projection around COLUMNS(...): once for each column, named after it unless an alias says otherwise."""
    expansion = stars.expand_columns(state, frame, columns)
    aliased = type(node) is exp.Alias
    inner = node.args.get("this") if aliased else node
    references = len(state.references)
    problems = len(state.problems)
    found = []
    for column in expansion.columns:
        # One text, many columns: its references count once.
        del state.references[references:], state.problems[problems:]
        frame.current_column = column.expr
        found.append((column.name, bind_expr(state, frame, inner)))
    frame.current_column = None
    label = state.mark(node.args["alias"]) if aliased and isinstance(node.args.get("alias"), exp.Expression) else None
    raw = state.finish(saved)
    for name, expr in found:
        into.add(stars.renamed(columns, node.alias, name) if aliased else name, expr, raw, label)
    into.open += expansion.open


def every_column(state: State, frame: Frame) -> Projections:
    """What `SELECT *` over joined relations yields: merged columns once."""
    result = Projections()
    expansion = stars.all_columns(state, frame)
    for column in expansion.columns:
        result.add(column.name, column.expr, None, None)
    result.open += expansion.open
    return result


def star_projections(state: State, frame: Frame) -> Projections:
    """What `SELECT *` over a frame yields."""
    result = Projections()
    for relation in frame.relations:
        for i in range(min(len(relation.names), relation.described)):
            expr = relation.column(i)
            result.add(relation.names[i], expr, None, None)
            result.by_name.setdefault(relation.names[i].lower(), expr)
        if relation.open:
            result.open.append((relation, frozenset()))
    return result
