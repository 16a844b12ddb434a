"""PIVOT and UNPIVOT: as a clause of a FROM item and as DuckDB's statements."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, resolve
from lsp_server.semantics.calls import children
from lsp_server.semantics.combining import common_type
from lsp_server.semantics.expressions import bind_all, bind_expr, canonical
from lsp_server.semantics.relations import Naming, bind_relation
from lsp_server.semantics.state import Derived, Draft, Frame, Relation, State
from lsp_server.syntax.readings import ALIASED


class Made:
    """The columns that a PIVOT or UNPIVOT makes, and what it reads for them."""

    def __init__(self) -> None:
        self.outs: list[ir.Out] = []
        self.consumed: set[int] = set()
        """Indices of source columns that do not appear in the output."""
        self.args: list[ir.Expr] = []
        self.open = False
        """Which columns there are depends on the data."""
        self.groups: list[int] | None = None


def bind_statement(state: State, frame: Frame, node: Any) -> Relation:
    """`PIVOT t ON ... USING ...` and `UNPIVOT t ON ...`."""
    inner = bind_relation(state, frame, node.args.get("this"))
    return bind_pivot(state, frame, inner, node)


def bind_pivot(state: State, frame: Frame, relation: Relation, node: Any) -> Relation:
    """The relation that a pivot clause makes of another."""
    inside = Frame(frame, frame.ctes)
    inside.relations.append(relation)
    made = (
        _unpivot(state, inside, relation, node) if node.args.get("unpivot") else _pivot(state, inside, relation, node)
    )
    kept = [i for i in range(len(relation.names)) if i not in made.consumed] if made.groups is None else made.groups
    outs = [ir.Out(relation.names[i], relation.types[i], relation.column(i)) for i in kept] + made.outs
    places = [relation.positions[i] if relation.positions else i for i in kept]
    kind = "unpivot" if node.args.get("unpivot") else "pivot"
    open_ = made.open or relation.open
    scope = ir.Pivot(
        relation.source, kind, _text(node), tuple(outs), tuple(made.args), (*places, *([-1] * len(made.outs))), open_
    )
    derived = Derived(-1, [o.name for o in outs], [o.type for o in outs], [None] * len(outs))
    derived.open = open_
    derived.stars = [(relation, frozenset(relation.names[i].lower() for i in made.consumed))] if relation.open else []
    if made.open:
        derived.stars.append((_made_of(state, made), frozenset()))
    state.add_scope(scope, derived)
    naming = Naming(state, node)
    draft = Draft("scope", scope=derived.scope, columns=list(derived.names), types=list(derived.types), open_=open_)
    source = state.add_source(draft)
    return Relation(
        naming.name or relation.name, source, "subquery", naming.rename(derived.names), list(derived.types), open_=open_,
        derived=derived, parts=((naming.name or relation.name).lower(),), span=naming.span or relation.span,
    )  # fmt: skip


def _made_of(state: State, made: Made) -> Relation:
    """A relation that has whatever column is asked for: the values of a column name pivoted columns."""
    source = state.add_source(Draft("opaque", name="pivoted values", args=tuple(made.args), open_=True))
    return Relation("", source, "opaque", [], [], open_=True)


def _text(node: Any) -> str:
    """The clause without names that editors may change: literals, order and flags."""
    kept = {k: v for k, v in node.args.items() if k not in ("this", "alias", "with_")}
    return ";".join(f"{k}={_listed(v)}" for k, v in sorted(kept.items()) if v not in (None, False, []))


def _listed(value: Any) -> str:
    return ",".join(canonical(v) for v in value) if isinstance(value, list) else canonical(value)


# -- PIVOT


def _pivot(state: State, frame: Frame, relation: Relation, node: Any) -> Made:
    made = Made()
    aggregates = node.args.get("using") or (node.args.get("expressions") if node.args.get("fields") else None) or []
    fields = node.args.get("fields") or (node.args.get("expressions") if not node.args.get("fields") else None) or []
    calls = [_aggregate(state, frame, a) for a in aggregates]
    if not calls:
        calls = [("", ir.Agg("count", (), "BIGINT" if state.duckdb else ir.UNKNOWN))]
    values = [_field(state, frame, made, f) for f in fields]
    for _, call in calls:
        made.args.append(call)
        made.consumed |= _columns_read(relation, call)
    group = node.args.get("group")
    if group is not None:
        made.groups = _groups(state, frame, relation, group)
    combinations = [""]
    for options in values:
        if options is None:
            made.open = True
            return made
        combinations = [f"{before}_{option}" if before else option for before in combinations for option in options]
    for combination in combinations:
        for label, call in calls:
            name = f"{combination}_{label}" if label else combination
            made.outs.append(ir.Out(name, call.type, call))
    return made


def _aggregate(state: State, frame: Frame, node: Any) -> tuple[str, ir.Expr]:
    """(its part of the column's name, the call); several aggregates, or an alias, show in the names."""
    inner = node.args.get("this") if type(node) is exp.Alias else node
    call = bind_expr(state, frame, inner)
    parent = node.parent
    several = len(parent.args.get("using") or parent.args.get("expressions") or ()) > 1 if parent is not None else False
    if type(node) is exp.Alias:
        return str(node.alias), call
    return (_call_name(inner) if several else ""), call


def _call_name(node: Any) -> str:
    if type(node) is exp.Count and (node.this is None or type(node.this) is exp.Star):
        return "count_star()"
    return str(node.sql(dialect="duckdb")).lower()


def _field(state: State, frame: Frame, made: Made, node: Any) -> list[str] | None:
    """The values of one `FOR column IN (...)`; None when the data decides."""
    column = node.args.get("this") if type(node) is exp.In else node
    expr = bind_expr(state, frame, column)
    made.args.append(expr)
    made.consumed |= _columns_read(frame.relations[0], expr)
    if type(node) is not exp.In or not node.args.get("expressions"):
        return None
    names = []
    for item in node.args["expressions"]:
        value, alias = _named(item)
        if alias is not None:
            names.append(resolve.text_of(alias))
        else:
            names.append(
                str(value.name) if isinstance(value, exp.Literal | exp.Column | exp.Identifier) else value.sql("duckdb")
            )
        if isinstance(value, exp.Literal):
            state.mark(value)
    return names


def _named(item: Any) -> tuple[Any, Any]:
    """(value, name or None) of `1 AS one`, in a clause and in a statement."""
    if type(item) in (exp.PivotAlias, exp.Alias):
        return item.args.get("this"), item.args.get("alias")
    if type(item) is exp.Anonymous and item.name == ALIASED:
        value, name = item.expressions
        return value, name.args.get("this")
    return item, None


def _groups(state: State, frame: Frame, relation: Relation, group: Any) -> list[int]:
    found = []
    for item in group.args.get("expressions") or ():
        expr = bind_expr(state, frame, item)
        found += [i for i in range(len(relation.names)) if relation.column(i) == expr]
    return found


def _columns_read(relation: Relation, expr: ir.Expr) -> set[int]:
    found: set[int] = set()
    stack: list[ir.Expr] = [expr]
    own = {relation.column(i): i for i in range(len(relation.names))}
    while stack:
        top = stack.pop()
        if isinstance(top, ir.Col) and top in own:
            found.add(own[top])
        stack += children(top)
    return found


# -- UNPIVOT


def _unpivot(state: State, frame: Frame, relation: Relation, node: Any) -> Made:
    made = Made()
    into = node.args.get("into")
    if into is not None:
        names = [resolve.text_of(into.args.get("this"))]
        values = [resolve.text_of(v) for v in into.args.get("expressions") or ()]
        columns = [_unpivoted(state, frame, c) for c in node.args.get("expressions") or ()]
    else:
        field = next(iter(node.args.get("fields") or ()), None)
        names = [resolve.text_of(field.args.get("this"))] if field is not None else ["name"]
        values = _value_names(node)
        columns = [
            _unpivoted(state, frame, c)
            for c in (field.args.get("expressions") if field is not None else node.args.get("expressions")) or ()
        ]
        values = values or ["value"]
    groups = [group for spread in columns for group in spread]
    for group in groups:
        made.args += group
        for expr in group:
            made.consumed |= _columns_read(relation, expr)
    made.outs.append(
        ir.Out(names[0] or "name", "VARCHAR" if state.duckdb else ir.UNKNOWN, ir.Lit("column names", "VARCHAR"))
    )
    for i, name in enumerate(values):
        cells = tuple(group[i] for group in groups if i < len(group))
        kind = common_type(state, list(cells))
        made.outs.append(ir.Out(name, kind, ir.Op("unpivot", cells, kind)))
    made.open = False
    return made


def _value_names(node: Any) -> list[str]:
    names = []
    for item in node.args.get("expressions") or ():
        if isinstance(item, exp.Tuple):
            names += [resolve.text_of(part) for part in item.args.get("expressions") or ()]
        else:
            names.append(resolve.text_of(item))
    return names


def _unpivoted(state: State, frame: Frame, node: Any) -> list[list[ir.Expr]]:
    """The groups of columns that one item of UNPIVOT's list stands for."""
    from lsp_server.semantics import stars

    inner = node.args.get("this") if type(node) in (exp.PivotAlias, exp.Alias) else node
    if type(inner) is exp.Columns:
        return [[c.expr] for c in stars.expand_columns(state, frame, inner).columns]
    if stars.is_star(inner):
        return [[c.expr] for c in stars.expand(state, frame, inner).columns]
    if isinstance(inner, exp.Tuple):
        return [list(bind_all(state, frame, inner.args.get("expressions")))]
    return [[bind_expr(state, frame, inner)]]
