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
from lsp_server.semantics.state import Derived, Draft, Frame, Merged, RawSpan, Relation, State


class From:
    """A FROM under construction: the joins so far."""

    __slots__ = ("first", "first_join", "frame", "joins", "spans")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.joins: list[ir.Join] = []
        self.spans: list[tuple[str, RawSpan | None]] = []
        self.first = 0
        """Index of the relation with which the joins begin that USING looks back to: a comma binds less than any JOIN."""
        self.first_join = 0
        """The same among the joins."""

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


def relations_of(state: State, into: From, node: Any, kind: str, *, pivoted: bool = True) -> list[Relation]:
    """Bind a FROM item: add its sources to the joins and its relations to the frame; its pivots too, if they are on it alone."""
    if type(node) is exp.Subquery and _is_joined_tables(node):
        return _parenthesised(state, into, node, kind)
    if type(node) is exp.Paren:
        return relations_of(state, into, node.args.get("this"), kind)
    if type(node) is exp.Final:
        return _final(state, into, node, kind)
    relation = bind_relation(state, into.frame, node)
    if pivoted:
        relation = _pivoted(state, into, relation, node)
    into.add(kind, relation.source)
    into.frame.relations.append(relation)
    found = [relation]
    for join in node.args.get("joins") or () if isinstance(node, exp.Expression) else ():
        found += bind_join(state, into, join)
    for lateral in node.args.get("laterals") or () if isinstance(node, exp.Expression) else ():
        found += relations_of(state, into, lateral, "lateral_left" if lateral.args.get("outer") else "lateral")
    return found


def _final(state: State, into: From, node: Any, kind: str) -> list[Relation]:
    """ClickHouse's `FROM t FINAL`: the table, its rows merged."""
    found = relations_of(state, into, node.args["this"], kind)
    draft = state.sources[found[0].source]
    draft.extra = ";".join(filter(None, [draft.extra, "final"]))
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
    for key, parts in inner.frame.merged.items():
        for part in parts:
            relations = [moved.get(relation.source, relation) for relation in part.relations]
            first = into.frame.relations.index(relations[0])
            whole = Merged(part.name, _moved(part.value, moved), relations, first)
            into.frame.merged.setdefault(key, []).append(whole)
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
    if _is_comma(node) and state.dialect != "bigquery":  # BigQuery joins from left to right, whatever the word
        into.first, into.first_join = before, position
    pivots = _pivots_of_all(node)
    found = relations_of(state, into, node.args.get("this"), kind, pivoted=not pivots)
    using = node.args.get("using")
    on: ir.Expr | None = None
    merged = False
    if str(node.args.get("method") or "").upper() == "NATURAL":
        on, merged = _natural(state, into, before, kind), True
    elif using:
        on, merged = _using(state, into, before, kind, using), True
    elif node.args.get("on") is not None:
        on = _condition(state, _seen_by_on(into), node.args["on"])
    if position < len(into.joins):
        join = into.joins[position]
        into.joins[position] = ir.Join(join.kind, join.source, on, merged, extra)
    for pivot in pivots:
        found = [_pivot_all(state, into, pivot)]
    into.spans.append((f"join:{position}", state.finish(saved)))
    if kind in ("semi", "anti"):
        del frame.relations[before:]
    return found


def _seen_by_on(into: From) -> Frame:
    """What an ON can name: the relations since the last comma, and only then, as if they were around it, those before."""
    frame = into.frame
    if into.first == 0:
        return frame
    before, since = Frame(frame.parent, frame.ctes), Frame(None, frame.ctes)
    since.parent = before
    before.relations, since.relations = frame.relations[: into.first], frame.relations[into.first :]
    for key, parts in frame.merged.items():
        for part in parts:
            (since if part.first >= into.first else before).merged.setdefault(key, []).append(part)
    return since


def _condition(state: State, frame: Frame, node: Any) -> ir.Expr:
    grouped, frame.grouped = frame.grouped, False
    expr = bind_expr(state, frame, node)
    aggregated, frame.grouped = frame.grouped, grouped
    if aggregated or isinstance(expr, ir.Win | ir.Op):
        check_place(state, expr, extent(state, node) if aggregated else None, "ON", grouped=aggregated)
    return expr


def _pivot_all(state: State, into: From, pivot: Any) -> Relation:
    """`a JOIN b USING (k) PIVOT (...)`: the pivot is over the columns of all that is joined (up to a comma), as `SELECT *` has them."""
    from lsp_server.semantics.pivots import bind_pivot
    from lsp_server.semantics.scopes import select_all

    frame, start = into.frame, into.first_join
    inner = Frame(frame.parent, frame.ctes)
    inner.relations = frame.relations[into.first :]
    inner.merged = {
        key: own for key, parts in frame.merged.items() if (own := [m for m in parts if m.first >= into.first])
    }
    first = into.joins[start]
    derived = select_all(state, inner, [ir.Join("from", first.source), *into.joins[start + 1 :]])
    frame.merged = {
        key: rest for key, parts in frame.merged.items() if (rest := [m for m in parts if m.first < into.first])
    }
    del frame.relations[into.first :], into.joins[start:]
    draft = Draft("scope", scope=derived.scope, columns=list(derived.names), types=list(derived.types), open_=derived.open)  # fmt: skip
    joined = Relation("", state.add_source(draft), "subquery", list(derived.names), list(derived.types), open_=derived.open, derived=derived)  # fmt: skip
    result = bind_pivot(state, frame, joined, pivot)
    into.add(first.kind, result.source)
    frame.relations.append(result)
    return result


def _pivots_of_all(node: Any) -> list[Any]:
    """Pivots on everything joined: those behind USING, and where there is neither ON nor USING (CROSS, NATURAL) those behind the table."""
    own: list[Any] = node.args.get("pivots") or []
    this = node.args.get("this")
    conditioned = node.args.get("on") or node.args.get("using")
    if own or conditioned or _is_comma(node) or not isinstance(this, exp.Expression):
        return own
    return this.args.get("pivots") or []


def _is_comma(node: Any) -> bool:
    return not any(node.args.get(part) for part in ("method", "side", "kind", "on", "using"))


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


def _using(state: State, into: From, before: int, kind: str, using: list[Any]) -> ir.Expr | None:
    frame = into.frame
    terms: list[ir.Expr] = []
    for item in using:
        identifier = item.args.get("this") if isinstance(item, exp.Column) else item
        raw = state.mark(identifier)
        name = resolve.text_of(identifier)
        left_side, right_side = frame.relations[into.first : before], frame.relations[before:]
        _check_one_owner(state, left_side, _merged(into, name, before), name, raw)
        left, right = _sides(state, into, before, left_side, right_side, name)
        if left is None or right is None:
            _missing_using(state, left_side if left is None else right_side, name, raw, left is None)
            continue
        _refer_using(state, frame.relations[into.first :], name, raw)
        terms.append(_merge(state, into, before, name, left, right, kind))
    return _conjunction(terms)


def _sides(
    state: State, into: From, before: int, left: list[Relation], right: list[Relation], name: str
) -> tuple[ir.Expr | None, ir.Expr | None]:
    """The two columns that a USING compares, each of which may itself be one that joins merged."""
    first, second = _merged(into, name, before), _merged(into, name, before, right=True)
    return (
        first.value if first is not None else _side(state, left, name),
        second.value if second is not None else _side(state, right, name),
    )


def _merged(into: From, name: str, before: int, *, right: bool = False) -> Merged | None:
    """What the joins so far made of this name (those before a comma not counted), or, `right`, those in parentheses to the right."""
    low, high = (before, len(into.frame.relations)) if right else (into.first, before)
    return next((m for m in into.frame.merged.get(name.lower(), ()) if low <= m.first < high), None)


def _check_one_owner(state: State, left: list[Relation], known: Merged | None, name: str, raw: RawSpan | None) -> None:
    """The left side of a USING must have the column once."""
    key = name.lower()
    owners = [r for r in left if r.index.get(key, r.described) < r.described]
    if known is None and len(owners) > 1:
        ambiguous(state, name, owners, raw)


def _refer_using(state: State, relations: list[Relation], name: str, raw: RawSpan | None) -> None:
    """The name stands for a column of each side; what it is read as is the first one's."""
    owners = [relation for relation in relations if name.lower() in relation.index]
    for at, relation in enumerate(owners):
        column = relation.index[name.lower()]
        if at == 0:
            resolve.refer_column(state, relation, column, raw)
        else:
            state.refer(raw, resolve.column_target(state, relation, column))


def _natural(state: State, into: From, before: int, kind: str) -> ir.Expr | None:
    """Columns that both sides are known to have; with an open side, which they are is not known."""
    state.look_at_all()
    left, right = into.frame.relations[into.first : before], into.frame.relations[before:]
    terms: list[ir.Expr] = []
    for relation in right:
        for name in list(relation.names[: relation.described]):
            if any(name.lower() in r.index for r in left):
                a, b = _sides(state, into, before, left, [relation], name)
                if a is not None and b is not None:
                    terms.append(_merge(state, into, before, name, a, b, kind))
    if any(r.open for r in (*left, *right)):
        cells = tuple(r.column(i) for r in (*left, *right) for i in range(len(r.names)))
        terms.append(ir.Opaque("natural", cells, "the columns that a NATURAL JOIN merges are not known"))
    return _conjunction(terms)


def _side(state: State, relations: list[Relation], name: str) -> ir.Expr | None:
    key = name.lower()
    for relation in relations:
        if key in relation.index:
            return relation.column(relation.index[key])
    cells = [cell for r in relations if r.open and (cell := demand(state, r, name)) is not None]
    if len(cells) > 1:
        return ir.Opaque(f"name:{key}", tuple(cells), f'which relation has "{name}" is not known')
    return cells[0] if cells else None


def _merge(state: State, into: From, before: int, name: str, left: ir.Expr, right: ir.Expr, kind: str) -> ir.Expr:
    """One column of two; of a semi or anti join the right one is not seen, and yet the left one is the one that the name means."""
    known, other = _merged(into, name, before), _merged(into, name, before, right=True)
    parts = into.frame.merged.setdefault(name.lower(), [])
    if known is None:
        owners = _owners(into.frame.relations[into.first : before], name)
        known = Merged(_shown(state, owners, name), left, owners, into.first)
        parts.append(known)
    if other is not None:
        parts.remove(other)
    if kind not in ("semi", "anti"):
        owners = other.relations if other is not None else _owners(into.frame.relations[before:], name)
        known.relations += owners
        if kind == "right":
            known.value, known.name = right, _shown(state, owners, name)
        elif kind == "full":
            known.value = ir.Op("coalesce", (left, right), common_type(state, [left, right]))
    return ir.Op("eq", (left, right), "BOOLEAN")


def _owners(relations: list[Relation], name: str) -> list[Relation]:
    return [relation for relation in relations if name.lower() in relation.index]


def _shown(state: State, owners: list[Relation], name: str) -> str:
    """What a merged column is called: in DuckDB as the side calls it that it comes from, elsewhere as USING has it."""
    if not state.duckdb or not owners:
        return name
    return owners[0].names[owners[0].index[name.lower()]]


def _conjunction(terms: list[ir.Expr]) -> ir.Expr | None:
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else ir.Op("and", tuple(terms), "BOOLEAN")


def _missing_using(state: State, side: list[Relation], name: str, raw: RawSpan | None, left: bool) -> None:
    if not any(r.open for r in side):
        where = " on the left side of this USING" if left else " on the right side of this USING"
        report_unknown(state, name, [n for r in side for n in r.names], raw, where)
