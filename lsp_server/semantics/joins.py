"""Joins: the relations of a FROM put together, with what ON, USING and NATURAL say; joined tables in parentheses; pivots on them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.combining import common_type
from lsp_server.semantics.demands import demand
from lsp_server.semantics.expressions import bind_expr, leftover
from lsp_server.semantics.findings import ambiguous, report_unknown
from lsp_server.semantics.refusals import check_place, extent
from lsp_server.semantics.relations import Naming, bind_relation, declare
from lsp_server.semantics.state import Derived, Draft, Frame, RawSpan, Relation, State


class From:
    """A FROM under construction: the joins so far."""

    __slots__ = ("frame", "joins", "spans")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.joins: list[ir.Join] = []
        self.spans: list[tuple[str, RawSpan | None]] = []

    def add(self, kind: str, source: int, on: ir.Expr | None = None, merged: bool = False, extra: str = "") -> None:
        self.joins.append(ir.Join(kind, source, on, merged, extra))


def bind_from(state: State, frame: Frame, select: Any) -> From:
    """Bind the FROM and JOINs of a SELECT into its frame."""
    result = From(frame)
    args = select.args
    clause = args.get("from_")
    if clause is not None and clause.args.get("this") is not None:
        _item(state, result, clause.args["this"], "from")
    for node in args.get("joins") or ():
        bind_join(state, result, node)
    for node in args.get("laterals") or ():
        _item(state, result, node, "lateral_left" if node.args.get("outer") else "lateral")
    return result


def _item(state: State, into: From, node: Any, kind: str, on: ir.Expr | None = None, extra: str = "") -> list[Relation]:
    """One FROM item with the joins that hang on it; its relations become visible at once (for what comes to its right)."""
    saved = state.begin()
    found = relations_of(state, into, node, kind)
    into.spans.append((f"from:{into.joins[-1].source}" if into.joins else "from", state.finish(saved)))
    return found


def relations_of(state: State, into: From, node: Any, kind: str) -> list[Relation]:
    """Bind a FROM item: add its sources to the joins and its relations to the frame."""
    if type(node) is exp.Subquery and _is_joined_tables(node):
        return _parenthesised(state, into, node, kind)
    if type(node) is exp.Paren:
        return relations_of(state, into, node.args.get("this"), kind)
    relation = _pivoted(state, into, bind_relation(state, into.frame, node), node)
    into.add(kind, relation.source)
    into.frame.relations.append(relation)
    found = [relation]
    for join in node.args.get("joins") or () if isinstance(node, exp.Expression) else ():
        found += bind_join(state, into, join)
    for lateral in node.args.get("laterals") or () if isinstance(node, exp.Expression) else ():
        found += relations_of(state, into, lateral, "lateral_left" if lateral.args.get("outer") else "lateral")
    return found


def _is_joined_tables(node: Any) -> bool:
    """`(a JOIN b ON ...)`: a Subquery node around something that is joined to something."""
    inner = node.args.get("this")
    if isinstance(inner, exp.Subquery):
        return bool(inner.args.get("joins"))
    return isinstance(inner, exp.Table | exp.Unnest | exp.Lateral)


def _parenthesised(state: State, into: From, node: Any, kind: str) -> list[Relation]:
    """`a LEFT JOIN (b JOIN c ON ...)` is a relation of its own: a scope, whose relations stay visible by their names."""
    inner = From(Frame(into.frame, into.frame.ctes))
    found = relations_of(state, inner, node.args["this"], "from")
    if node.args.get("alias") is not None or node.args.get("pivots"):
        return _named_join(state, into, inner, node, kind)
    for join in node.args.get("joins") or ():
        found += bind_join(state, inner, join)
    if kind == "from" and not into.joins:
        into.joins += inner.joins
        into.frame.relations += inner.frame.relations
        into.frame.merged.update(inner.frame.merged)
        return found
    return _as_scope(state, into, inner, kind)


def _named_join(state: State, into: From, inner: From, node: Any, kind: str) -> list[Relation]:
    """`(a JOIN b USING (k)) AS j`: one relation with the columns of `SELECT *`."""
    from lsp_server.semantics.scopes import select_all

    derived = select_all(state, inner.frame, inner.joins)
    draft = Draft(
        "scope", scope=derived.scope, columns=list(derived.names), types=list(derived.types), open_=derived.open
    )
    naming = Naming(state, node)
    relation = Relation(
        naming.name, state.add_source(draft), "subquery", naming.rename(derived.names), list(derived.types), open_=derived.open,
        derived=derived, parts=(naming.name.lower(),),
    )  # fmt: skip
    relation = _pivoted(state, into, declare(state, naming, relation), node)
    into.add(kind, relation.source)
    into.frame.relations.append(relation)
    found = [relation]
    for join in node.args.get("joins") or ():
        found += bind_join(state, into, join)
    return found


def _as_scope(state: State, into: From, inner: From, kind: str) -> list[Relation]:
    """The joined tables as one scope; each relation reads its own stretch of the scope's columns."""
    outs: list[ir.Out] = []
    spans: list[RawSpan | None] = []
    starts: list[int] = []
    for relation in inner.frame.relations:
        starts.append(len(outs))
        known = relation.derived.definitions if relation.derived else []
        spans += [known[i] if i < len(known) else None for i in range(len(relation.names))]
        outs += [ir.Out(n, relation.types[i], relation.column(i)) for i, n in enumerate(relation.names)]
    open_ = any(r.open for r in inner.frame.relations)
    derived = Derived(-1, [o.name for o in outs], [o.type for o in outs], spans)
    derived.open = open_
    derived.stars = [(r, frozenset()) for r in inner.frame.relations if r.open]
    scope = state.add_scope(ir.Select(tuple(inner.joins), tuple(outs), open_star=open_), derived)
    draft = Draft("scope", scope=scope, columns=list(derived.names), types=list(derived.types), open_=open_)
    source = state.add_source(draft)
    into.add(kind, source)
    moved = {}
    for relation, start in zip(inner.frame.relations, starts, strict=True):
        clone = Relation(relation.name, source, relation.kind, list(relation.names), list(relation.types), model=relation.model,
                         parts=relation.parts, span=relation.span, derived=derived, open_=relation.open)  # fmt: skip
        clone.positions = list(range(start, start + len(relation.names)))
        clone.described = relation.described
        moved[relation.source] = clone
        into.frame.relations.append(clone)
    for key, (name, expr) in inner.frame.merged.items():
        into.frame.merged[key] = (name, _moved(expr, moved))
    return list(moved.values())


def _moved(expr: ir.Expr, moved: dict[int, Relation]) -> ir.Expr:
    """A merged column's value, read through the scope."""
    if isinstance(expr, ir.Col) and expr.source in moved:
        return moved[expr.source].column(expr.index)
    if isinstance(expr, ir.Op):
        return ir.Op(expr.name, tuple(_moved(a, moved) for a in expr.args), expr.type, expr.extra)
    return expr


def _pivoted(state: State, into: From, relation: Relation, node: Any) -> Relation:
    """PIVOT and UNPIVOT clauses on a FROM item, one after another."""
    from lsp_server.semantics.pivots import bind_pivot

    for pivot in node.args.get("pivots") or () if isinstance(node, exp.Expression) else ():
        relation = bind_pivot(state, into.frame, relation, pivot)
    return relation


# -- joins


def bind_join(state: State, into: From, node: Any) -> list[Relation]:
    """One JOIN: its relations, its condition, what USING and NATURAL merge."""
    frame = into.frame
    saved = state.begin()
    before = len(frame.relations)
    kind, extra = join_kind(node)
    position = len(into.joins)
    found = relations_of(state, into, node.args.get("this"), kind)
    using = node.args.get("using")
    on: ir.Expr | None = None
    merged = False
    if str(node.args.get("method") or "").upper() == "NATURAL":
        on, merged = _natural(state, frame, before, kind), True
    elif using:
        on, merged = _using(state, frame, before, kind, using), True
    elif node.args.get("on") is not None:
        on = _condition(state, frame, node.args["on"])
    if position < len(into.joins):
        join = into.joins[position]
        into.joins[position] = ir.Join(join.kind, join.source, on, merged, extra)
    for pivot in node.args.get("pivots") or ():
        found = [_pivot_all(state, into, pivot)]
    into.spans.append((f"join:{position}", state.finish(saved)))
    if kind in ("semi", "anti"):
        del frame.relations[before:]
    return found


def _condition(state: State, frame: Frame, node: Any) -> ir.Expr:
    grouped, frame.grouped = frame.grouped, False
    expr = bind_expr(state, frame, node)
    aggregated, frame.grouped = frame.grouped, grouped
    if aggregated or isinstance(expr, ir.Win | ir.Op):
        check_place(state, expr, extent(state, node) if aggregated else None, "ON", grouped=aggregated)
    return expr


def _pivot_all(state: State, into: From, pivot: Any) -> Relation:
    """`a JOIN b ON ... PIVOT (...)`: the pivot is over everything joined so far."""
    from lsp_server.semantics.pivots import bind_pivot

    inner = From(Frame(into.frame.parent, into.frame.ctes))
    inner.joins, into.joins = into.joins, []
    inner.frame.relations, into.frame.relations = into.frame.relations, []
    _as_scope(state, into, inner, "from")
    source = into.joins.pop().source
    columns = [
        column for relation in into.frame.relations for column in zip(relation.names, relation.types, strict=True)
    ]
    derived = into.frame.relations[0].derived if into.frame.relations else None
    joined = Relation("", source, "subquery", [n for n, _ in columns], [k for _, k in columns], derived=derived)
    joined.open = any(r.open for r in into.frame.relations)
    into.frame.relations = []
    into.frame.merged.clear()
    result = bind_pivot(state, into.frame, joined, pivot)
    into.add("from", result.source)
    into.frame.relations.append(result)
    return result


def join_kind(node: Any) -> tuple[str, str]:
    """(kind of `ir.Join`, what else the join says)."""
    method, side, kind = (str(node.args.get(k) or "").upper() for k in ("method", "side", "kind"))
    extra = leftover(node, "this", "on", "using", "method", "side", "kind", "pivots")
    if method not in ("", "NATURAL", "ASOF", "POSITIONAL"):
        extra = ";".join(filter(None, [extra, method]))
    lateral = isinstance(node.args.get("this"), exp.Lateral)
    if method == "ASOF":
        known = (side in ("", "LEFT"), kind in ("", "INNER", "OUTER"))
        rest = ";".join(filter(None, [extra, "" if known[0] else side, "" if known[1] else kind]))
        return "asof_left" if side == "LEFT" else "asof", rest
    if method == "POSITIONAL" or kind == "POSITIONAL":
        return "positional", ";".join(filter(None, [extra, side]))
    if kind in ("SEMI", "ANTI"):
        return kind.lower(), ";".join(filter(None, [extra, side if side != "LEFT" else ""]))
    if kind in ("CROSS APPLY", "OUTER APPLY"):
        return ("lateral" if kind.startswith("CROSS") else "lateral_left"), extra
    if side in ("LEFT", "RIGHT", "FULL"):
        rest = kind if kind not in ("", "OUTER") else ""
        return ("lateral_left" if lateral and side == "LEFT" else side.lower()), ";".join(filter(None, [extra, rest]))
    if side:
        extra = ";".join(filter(None, [extra, side]))
    if kind == "CROSS":
        return ("lateral" if lateral else "cross"), extra
    if kind == "" and not node.args.get("on") and not node.args.get("using") and method == "":
        return ("lateral" if lateral else "from"), extra
    rest = kind if kind not in ("", "INNER", "OUTER") else ""
    return ("lateral" if lateral else "inner"), ";".join(filter(None, [extra, rest]))


def _using(state: State, frame: Frame, before: int, kind: str, using: list[Any]) -> ir.Expr | None:
    terms: list[ir.Expr] = []
    for item in using:
        identifier = item.args.get("this") if isinstance(item, exp.Column) else item
        raw = state.mark(identifier)
        name = resolve.text_of(identifier)
        _check_one_owner(state, frame, before, name, raw)
        left = _side(state, frame, frame.relations[:before], name, use_merged=True)
        right = _side(state, frame, frame.relations[before:], name, use_merged=False)
        if left is None or right is None:
            _missing_using(state, frame, before, name, raw, left is None)
            continue
        _refer_using(state, frame, name, raw)
        terms.append(_merge(state, frame, name, left, right, kind))
    return _conjunction(terms)


def _check_one_owner(state: State, frame: Frame, before: int, name: str, raw: RawSpan | None) -> None:
    """The left side of a USING must have the column once."""
    key = name.lower()
    owners = [r for r in frame.relations[:before] if r.index.get(key, r.described) < r.described]
    if key not in frame.merged and len(owners) > 1:
        ambiguous(state, name, owners, raw)


def _refer_using(state: State, frame: Frame, name: str, raw: RawSpan | None) -> None:
    for relation in frame.relations:
        if name.lower() in relation.index:
            resolve.refer_column(state, relation, relation.index[name.lower()], raw)
            return


def _natural(state: State, frame: Frame, before: int, kind: str) -> ir.Expr | None:
    """Columns that both sides are known to have; with an open side, which they are is not known."""
    left, right = frame.relations[:before], frame.relations[before:]
    terms: list[ir.Expr] = []
    for relation in right:
        for name in list(relation.names[: relation.described]):
            if any(name.lower() in r.index for r in left):
                a = _side(state, frame, left, name, use_merged=True)
                b = _side(state, frame, [relation], name, use_merged=False)
                if a is not None and b is not None:
                    terms.append(_merge(state, frame, name, a, b, kind))
    if any(r.open for r in frame.relations):
        cells = tuple(r.column(i) for r in frame.relations for i in range(len(r.names)))
        terms.append(ir.Opaque("natural", cells, "the columns that a NATURAL JOIN merges are not known"))
    return _conjunction(terms)


def _side(state: State, frame: Frame, relations: list[Relation], name: str, use_merged: bool) -> ir.Expr | None:
    key = name.lower()
    if use_merged and key in frame.merged:
        return frame.merged[key][1]
    for relation in relations:
        if key in relation.index:
            return relation.column(relation.index[key])
    cells = [cell for r in relations if r.open and (cell := demand(state, r, name)) is not None]
    if len(cells) > 1:
        return ir.Opaque(f"name:{key}", tuple(cells), f'which relation has "{name}" is not known')
    return cells[0] if cells else None


def _merge(state: State, frame: Frame, name: str, left: ir.Expr, right: ir.Expr, kind: str) -> ir.Expr:
    key = name.lower()
    value: ir.Expr = left
    if kind == "right":
        value = right
    elif kind == "full":
        value = ir.Op("coalesce", (left, right), common_type(state, [left, right]))
    if kind not in ("semi", "anti"):
        frame.merged[key] = (frame.merged[key][0] if key in frame.merged else name, value)
    return ir.Op("eq", (left, right), "BOOLEAN")


def _conjunction(terms: list[ir.Expr]) -> ir.Expr | None:
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else ir.Op("and", tuple(terms), "BOOLEAN")


def _missing_using(state: State, frame: Frame, before: int, name: str, raw: RawSpan | None, left: bool) -> None:
    side = frame.relations[:before] if left else frame.relations[before:]
    if not any(r.open for r in side):
        where = " on the left side of this USING" if left else " on the right side of this USING"
        report_unknown(state, name, [n for r in side for n in r.names], raw, where)
