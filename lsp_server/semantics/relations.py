"""The relations of a FROM, one by one: tables, CTEs, subqueries, table functions, VALUES, UNNEST, LATERAL."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import functions, ir, resolve, types
from lsp_server.semantics.combining import common_type
from lsp_server.semantics.expressions import bind_all, bind_expr, canonical, leftover, parts
from lsp_server.semantics.facts import Target
from lsp_server.semantics.mentions import Shown
from lsp_server.semantics.state import Cte, Derived, Draft, Frame, RawSpan, Relation, State

# -- one relation


def bind_relation(state: State, frame: Frame, node: Any) -> Relation:
    """The relation that a FROM item stands for, with its source added."""
    kind = type(node)
    if kind is exp.Table:
        return _table(state, frame, node)
    if kind is exp.Lateral:
        return _lateral(state, frame, node)
    if kind is exp.Unnest:
        return _unnest(state, frame, node)
    if kind is exp.Values:
        return _values(state, frame, node)
    if isinstance(node, exp.Query):
        return _subquery(state, frame, node)
    return _other(state, frame, node)


class Naming:
    """The alias of a FROM item: name, column names, where they stand."""

    __slots__ = ("columns", "name", "raws", "span")

    def __init__(self, state: State, node: Any) -> None:
        alias = node.args.get("alias") if isinstance(node, exp.Expression) else None
        self.name = ""
        self.span: RawSpan | None = None
        self.columns: list[str] = []
        self.raws: list[RawSpan | None] = []
        if isinstance(alias, exp.TableAlias):
            if alias.args.get("this") is not None:
                self.name = resolve.text_of(alias.args["this"])
                self.span = state.mark(alias.args["this"]) if isinstance(alias.args["this"], exp.Expression) else None
            for column in alias.args.get("columns") or ():
                self.columns.append(resolve.text_of(column))
                self.raws.append(state.mark(column))
        elif isinstance(alias, exp.Expression):
            self.name = resolve.text_of(alias)
            self.span = state.mark(alias)

    def rename(self, names: list[str]) -> list[str]:
        """Column names after the alias list."""
        return [*self.columns[: len(names)], *names[len(self.columns) :]] if self.columns else list(names)


def declare(state: State, naming: Naming, relation: Relation) -> Relation:
    """Make the alias known to editors as a definition."""
    if naming.span is not None:
        relation.span = naming.span
        target = Target("alias", naming.name, relation.model, definition=state.span(naming.span))
        state.refer(naming.span, target, declares=True)
    for i, raw in enumerate(naming.raws):
        if i < len(relation.names):
            state.refer(raw, Target("column", relation.names[i], type=relation.types[i]), declares=True)
    return relation


_TABLE_PARTS = ("this", "db", "catalog", "alias", "joins", "laterals", "pivots")


def _table(state: State, frame: Frame, node: Any) -> Relation:
    this = node.args.get("this")
    if type(this) is exp.Values:
        return _lateral(state, frame, node)  # `((VALUES (1)) AS v(a))`
    if type(this) is not exp.Identifier:
        return _table_function(state, frame, node, this)
    identifiers = [node.args.get("catalog"), node.args.get("db"), this]
    path = [i for i in identifiers if isinstance(i, exp.Expression)]
    raws = [state.mark(i) for i in path]
    reported = len(state.problems)
    args, extra = parts(state, frame, node, _TABLE_PARTS)
    del state.problems[reported:]  # hints, versions, partitions: their names are none of a column
    if len(this.args) > 2:
        extra = ";".join(filter(None, [extra, leftover(this, "this", "quoted")]))  # T-SQL's #temporary tables
    naming = Naming(state, node)
    if len(path) == 1:
        cte = frame.ctes.get(this.name.lower())
        if cte is not None:
            return _cte_relation(state, frame, cte, naming, raws[0], extra, args)
    names = tuple(resolve.text_of(i) for i in path)
    model = resolve.model_of(state, path)
    interface = state.interfaces(model)
    columns = [c.name for c in interface.columns] if interface else []
    kinds = [c.type for c in interface.columns] if interface else []
    open_ = interface is None or not interface.complete
    draft = Draft("model", model=model, columns=columns, types=kinds, open_=open_, extra=extra, args=args)
    source = state.add_source(draft)
    folded = tuple(n.lower() for n in names)
    relation = Relation(
        naming.name or names[-1], source, "model", naming.rename(columns), list(kinds), open_=open_, model=model,
        parts=(naming.name.lower(),) if naming.name else folded,
    )  # fmt: skip
    if naming.columns:
        state.look_at_all()  # `FROM t AS u (a, b)` names columns by their places
    elif not open_:
        relation.names = Shown(relation.names, state.look_at_all)
    known = [raw for raw in raws if raw is not None]
    if known:
        relation.span = (known[0][0], known[-1][1])
        state.refer(relation.span, Target("model", names[-1], model))
    return declare(state, naming, relation)


def _cte_relation(
    state: State, frame: Frame, cte: Cte, naming: Naming, raw: RawSpan | None, extra: str, args: tuple[ir.Expr, ...]
) -> Relation:
    """A use of a CTE; inside its own recursive body, of what it yielded so far."""
    definition = state.span(cte.span) if cte.span else None
    if cte.recursion is not None:
        names, kinds, derived = cte.recursion
        draft = Draft("recursion", columns=list(names), types=list(kinds), extra=extra, args=args)
        cte.uses.append(draft)
    else:
        derived = cte.derived or Derived(-1, [], [], [])
        names, kinds = derived.names, derived.types
        draft = Draft(
            "scope", scope=derived.scope, columns=list(names), types=list(kinds), open_=derived.open, args=args,
            extra=";".join(filter(None, [extra, cte.extra])),
        )  # fmt: skip
    source = state.add_source(draft)
    own = [*cte.columns[: len(names)], *names[len(cte.columns) :]] if cte.columns else list(names)
    relation = Relation(
        naming.name or cte.name, source, "cte", naming.rename(own), list(kinds), open_=draft.open, derived=derived,
        parts=((naming.name or cte.name).lower(),),
    )  # fmt: skip
    state.refer(raw, Target("cte", cte.name, definition=definition, scope=derived.scope))
    relation.span = cte.span
    return declare(state, naming, relation)


def _subquery(state: State, frame: Frame, node: Any) -> Relation:
    """A derived table; it may read the relations to its left (lateral, which DuckDB allows without the word)."""
    from lsp_server.semantics.scopes import bind_derived

    naming_node = node
    derived = bind_derived(state, frame, node)
    naming = Naming(state, naming_node)
    sample = node.args.get("sample") if type(node) is exp.Subquery else None
    extra = f"sample={canonical(sample)}" if sample is not None else ""
    draft = Draft(
        "scope",
        scope=derived.scope,
        columns=list(derived.names),
        types=list(derived.types),
        open_=derived.open,
        extra=extra,
    )
    source = state.add_source(draft)
    relation = Relation(
        naming.name, source, "subquery", naming.rename(derived.names), list(derived.types), open_=derived.open, derived=derived,
        parts=(naming.name.lower(),),
    )  # fmt: skip
    return declare(state, naming, relation)


def _lateral(state: State, frame: Frame, node: Any) -> Relation:
    """LATERAL (subquery), LATERAL function(...), LATERAL VIEW explode(...)."""
    inner = node.args.get("this")
    if isinstance(inner, exp.Query | exp.Values):
        relation = _subquery(state, frame, inner)
        draft = state.sources[relation.source]
        draft.extra = ";".join(
            filter(None, [draft.extra, leftover(node, "this", "alias", "joins", "pivots", "laterals")])
        )
        naming = Naming(state, node)
        if naming.name or naming.columns:
            relation = Relation(
                naming.name, relation.source, "subquery", naming.rename(relation.names), relation.types, open_=relation.open,
                derived=relation.derived, parts=(naming.name.lower(),),
            )  # fmt: skip
        return declare(state, naming, relation)
    return _call_relation(state, frame, node, inner, leftover(node, "this", "alias", "view", "joins", "pivots"))


def _table_function(state: State, frame: Frame, node: Any, call: Any) -> Relation:
    """`FROM read_csv(...)`, `FROM generate_series(1, 3) AS g(n)`, and macros where a table stands."""
    return _call_relation(state, frame, node, call, leftover(node, "this", "alias", "joins", "laterals", "pivots"))


def _call_relation(state: State, frame: Frame, node: Any, call: Any, extra: str) -> Relation:
    naming = Naming(state, node)
    reported = len(state.problems)
    expr = bind_expr(state, frame, call)
    if not state.duckdb:
        del state.problems[reported:]  # `file('x', Parquet)`: names that are none of a column
    args = expr.args if isinstance(expr, ir.Op) else (expr,)
    name = expr.name if isinstance(expr, ir.Op) else "opaque"
    detail = ";".join(
        filter(
            None,
            [
                extra,
                expr.extra if isinstance(expr, ir.Op) else "",
                "volatile" if getattr(expr, "volatile", False) else "",
            ],
        )
    )
    if isinstance(expr, ir.Opaque):
        detail = expr.text
    known = functions.table_columns(name, args, naming.name, detail, state.dialect)
    columns = [n for n, _ in known] if known is not None else list(naming.columns)
    kinds = [k for _, k in known] if known is not None else [ir.UNKNOWN] * len(columns)
    open_ = known is None and (state.dialect in ("duckdb", "", "clickhouse") or not naming.columns)
    draft = Draft("function", name=name, args=args, columns=list(columns), types=list(kinds), open_=open_, extra=detail)
    source = state.add_source(draft)
    relation = Relation(
        naming.name or name.removeprefix("fn:"), source, "function", naming.rename(columns), kinds, open_=open_,
        parts=(naming.name.lower(),),
    )  # fmt: skip
    if len(columns) == 1 and naming.name and not naming.columns:
        # DuckDB knows the one column of a function by the alias and by the function's name.
        relation.index.setdefault(functions.own_name(name, detail), 0)
    return declare(state, naming, relation)


def _unnest(state: State, frame: Frame, node: Any) -> Relation:
    """UNNEST(list, ...): a column for each operand; an ordinality column last."""
    args = bind_all(state, frame, node.args.get("expressions"))
    naming = Naming(state, node)
    offset = node.args.get("offset")
    names: list[str] = []
    for i in range(len(args)):
        fallback = naming.name if naming.name and len(args) == 1 else "unnest"
        names.append(naming.columns[i] if i < len(naming.columns) else fallback)
    kinds = [types.element(a.type) for a in args]
    extra = leftover(node, "expressions", "alias", "offset", "joins", "pivots", "laterals")
    if offset is not None and offset is not False:
        names.append(resolve.text_of(offset) if isinstance(offset, exp.Expression) else "ordinality")
        kinds.append("BIGINT" if state.duckdb else ir.UNKNOWN)
        state.mark(offset) if isinstance(offset, exp.Expression) else None
        extra = ";".join(filter(None, [extra, "ordinality"]))
    structs = [k for k in kinds if k.startswith("STRUCT") or k == ir.UNKNOWN]
    open_ = bool(structs) and not state.duckdb
    draft = Draft(
        "function", name="unnest", args=args, columns=list(names), types=list(kinds), open_=open_, extra=extra
    )
    source = state.add_source(draft)
    relation = Relation(
        naming.name or "unnest", source, "function", names, kinds, open_=open_, parts=(naming.name.lower(),)
    )
    if len(names) == 1:
        relation.index.setdefault("unnest", 0)
    return declare(state, naming, relation)


def _values(state: State, frame: Frame, node: Any) -> Relation:
    draft, _ = values_source(state, frame, node)
    naming = Naming(state, node)
    source = state.add_source(draft)
    relation = Relation(
        naming.name or "valueslist",
        source,
        "values",
        naming.rename(draft.columns),
        list(draft.types),
        parts=(naming.name.lower(),),
    )
    if state.dialect == "clickhouse":
        relation.open = state.sources[source].open = True  # `VALUES('id Int32, ...', ...)` names its columns in a text
    return declare(state, naming, relation)


def values_source(state: State, frame: Frame, node: Any) -> tuple[Draft, int]:
    """The rows of a VALUES list, and their width."""
    rows = [
        bind_all(state, frame, r.args.get("expressions") if isinstance(r, exp.Tuple) else [r])
        for r in node.args.get("expressions") or ()
    ]
    width = max((len(r) for r in rows), default=0)
    kinds = [common_type(state, [r[i] for r in rows if i < len(r)]) for i in range(width)]
    names = [_default_name(state, i) for i in range(width)]
    extra = leftover(node, "expressions", "alias", "joins", "pivots", "laterals")
    cells = tuple(c for r in rows for c in (*r, *([ir.Lit("NULL", "NULL")] * (width - len(r)))))
    return Draft("values", args=cells, columns=names, types=kinds, extra=extra), width


def _default_name(state: State, index: int) -> str:
    if state.duckdb:
        return f"col{index}"
    return f"column{index + 1}" if state.dialect != "spark" else f"col{index + 1}"


def _other(state: State, frame: Frame, node: Any) -> Relation:
    """Anything else in a FROM: nothing is known of its columns."""
    naming = Naming(state, node)
    args, _ = parts(state, frame, node, ("alias",)) if isinstance(node, exp.Expression) else ((), "")
    source = state.add_source(Draft("opaque", name=canonical(node), args=args, open_=True))
    relation = Relation(
        naming.name, source, "opaque", list(naming.columns), [ir.UNKNOWN] * len(naming.columns), open_=True
    )
    return declare(state, naming, relation)
