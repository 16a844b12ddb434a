"""Stars: `*`, `t.*`, `s.*` of a struct, with EXCLUDE, REPLACE, RENAME, and DuckDB's COLUMNS(...) and `* LIKE ...`.

A star over a relation whose interface is not known stands for columns that only readers will name: it is recorded in
`Derived.stars` and the scope is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlglot import exp

from lsp_server.semantics import ir, resolve, types
from lsp_server.semantics.expressions import bind_expr, handles, leftover
from lsp_server.semantics.facts import Target
from lsp_server.semantics.findings import report_unknown
from lsp_server.semantics.name_tests import pattern_test, picked
from lsp_server.semantics.state import Draft, Frame, Merged, RawSpan, Relation, State


class Expanded(NamedTuple):
    """One column that a star stands for."""

    name: str
    expr: ir.Expr
    key: str
    """Its folded name in the relation, for COLUMNS and LIKE."""
    owner: str = ""
    """Its relation's folded name; "" for a column that USING merged."""


class Expansion(NamedTuple):
    """What a star stands for; `open` lists the relations whose columns are not (all) known, with excluded names."""

    columns: list[Expanded]
    open: list[tuple[Relation, frozenset[str]]]


def is_star(node: Any) -> bool:
    return type(node) is exp.Star or (type(node) is exp.Column and type(node.args.get("this")) is exp.Star)


def expand(state: State, frame: Frame, node: Any) -> Expansion:
    """Expand `*` or `t.*` (with its modifiers)."""
    star = node if type(node) is exp.Star else node.args["this"]
    qualifier = [node.args.get(k) for k in ("catalog", "db", "table")] if type(node) is exp.Column else []
    path = [part for part in qualifier if part is not None]
    raws = [state.mark(part) for part in path]
    raw = state.mark(star)
    expansion = _base(state, frame, path, raws)
    expansion = _modify(state, frame, star, expansion)
    if len(star.args) > 0:
        expansion = _narrowed(state, star, expansion)
    target = Target(
        "star", ".".join([*map(resolve.text_of, path), "*"]), columns=tuple(column.name for column in expansion.columns)
    )
    state.refer(raw, target)
    return expansion


def _narrowed(state: State, star: Any, expansion: Expansion) -> Expansion:
    """Snowflake's `* ILIKE 'pattern'`; whatever else a star says makes its columns unknown."""
    pattern = star.args.get("ilike")
    if isinstance(pattern, exp.Literal):
        match = pattern_test(exp.ILike, pattern.name)
        expansion = Expansion([c for c in expansion.columns if match(c.name)], expansion.open)
    rest = leftover(star, "except_", "replace", "rename", *(["ilike"] if isinstance(pattern, exp.Literal) else []))
    if not rest:
        return expansion
    source = state.add_source(Draft("opaque", name=rest, open_=True))
    phantom = Relation("", source, "opaque", [], [], open_=True)
    return Expansion(expansion.columns, [*expansion.open, (phantom, frozenset())])


def _base(state: State, frame: Frame, path: list[Any], raws: list[RawSpan | None]) -> Expansion:
    if not path:
        return all_columns(state, frame)
    names = [resolve.text_of(part) for part in path]
    for current in resolve.frames(frame):
        for relation in current.relations:
            if resolve.is_called(relation, names):
                for raw in raws:
                    state.refer(raw, resolve.alias_target(state, relation))
                return _of_relation(relation)
    value = resolve.qualified_name(state, frame, path) if len(path) > 1 else resolve.plain_name(state, frame, path[0])
    head, fields = types.parse(value.type)
    if head == "STRUCT":
        return Expansion([Expanded(n, ir.Op("dot", (value,), k, n.lower()), n.lower()) for n, k in fields], [])
    phantom = Relation(names[-1], -2, "opaque", [], [], open_=True)
    return Expansion([], [(phantom, frozenset())])


def _of_relation(relation: Relation) -> Expansion:
    columns = [
        Expanded(n, relation.column(i), n.lower(), relation.key)
        for i, n in enumerate(relation.names)
        if i < relation.described
    ]
    return Expansion(columns, [(relation, frozenset())] if relation.open else [])


def all_columns(state: State, frame: Frame) -> Expansion:
    """`*`: merged columns once; DuckDB keeps them where the left side has them, standard SQL puts them first."""
    columns: list[Expanded] = []
    open_: list[tuple[Relation, frozenset[str]]] = []
    every = [(key, merged) for key, parts in frame.merged.items() for merged in parts]
    done: list[Merged] = []
    for position, relation in enumerate(frame.relations):
        if not state.duckdb:
            here = [(key, merged) for key, merged in every if merged.first == position]
            columns += [Expanded(merged.name, merged.value, key) for key, merged in here]
            done += [merged for _, merged in here]
        own = {key: merged for key, merged in every if merged.holds(relation)} if every else {}
        for i in range(min(len(relation.names), relation.described)):
            key = relation.names[i].lower()
            if key not in own:
                columns.append(Expanded(relation.names[i], relation.column(i), key, relation.key))
            elif own[key] not in done:
                done.append(own[key])
                columns.append(Expanded(own[key].name, own[key].value, key))
        if relation.open:
            open_.append((relation, frozenset(own)))
    return Expansion(columns, open_)


def _modify(state: State, frame: Frame, star: Any, expansion: Expansion) -> Expansion:
    """EXCLUDE, REPLACE, RENAME."""
    args = star.args
    excluded = {_name_key(item): item for item in _listed(args.get("except_"))}
    replaced = {
        resolve.text_of(item.args.get("alias")).lower(): item
        for item in _listed(args.get("replace"))
        if isinstance(item, exp.Alias)
    }
    renamed = {
        _name_key(item.args.get("this")): item for item in _listed(args.get("rename")) if isinstance(item, exp.Alias)
    }
    if not (excluded or replaced or renamed):
        return expansion
    known = [column.name for column in expansion.columns]
    for key, item in {**excluded, **{k: v.args.get("this") for k, v in renamed.items()}}.items():
        certain = key in excluded or not state.duckdb
        _refer_modifier(state, expansion, key, item, known, certain=certain, relations=frame.relations)
    for key, item in replaced.items():
        _refer_modifier(state, expansion, key, item.args["alias"], known, certain=True)
    columns = []
    for column in expansion.columns:
        if column.key in excluded and _is_meant(excluded[column.key], column):
            continue
        if column.key in replaced:
            item = replaced[column.key]
            state.mark(item.args["alias"])
            column = Expanded(item.alias or column.name, bind_expr(state, frame, item.args.get("this")), column.key)
        if column.key in renamed:
            alias = renamed[column.key].args["alias"]
            state.mark(alias)
            column = column._replace(name=resolve.text_of(alias))
        columns.append(column)
    gone = frozenset(excluded) | frozenset(renamed)
    return Expansion(columns, [(relation, names | gone) for relation, names in expansion.open])


def _is_meant(item: Any, column: Expanded) -> bool:
    """`EXCLUDE (t.a)` leaves out the column of that relation only."""
    table = item.args.get("table") if isinstance(item, exp.Column) else None
    return table is None or resolve.text_of(table).lower() == column.owner


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _name_key(item: Any) -> str:
    return resolve.text_of(item).lower()


def _refer_modifier(
    state: State,
    expansion: Expansion,
    key: str,
    item: Any,
    known: list[str],
    *,
    certain: bool,
    relations: Sequence[Relation] = (),
) -> None:
    """A reference for a name in EXCLUDE, REPLACE or RENAME (where DuckDB minds no name that is not there), and a problem if the star
    certainly has no such column.  `relations`: those whose own columns are named; REPLACE makes one of its own."""
    identifier = item.args.get("this") if isinstance(item, exp.Column) else item
    raw = state.mark(identifier) if isinstance(identifier, exp.Expression) else None
    found = next((c for c in expansion.columns if c.key == key), None)
    if found is not None:
        owners = [r for r in relations if key in r.index and r.key == (found.owner or r.key)]
        targets = [resolve.column_target(state, owner, owner.index[key]) for owner in owners]
        for target in targets or [Target("column", found.name, type=found.expr.type)]:
            state.refer(raw, target)
    elif certain and not expansion.open:
        report_unknown(state, resolve.text_of(item), known, raw, " among those of the star")


# -- COLUMNS(...), * LIKE ...


_FILTERS = (exp.Like, exp.ILike, exp.SimilarTo, exp.Glob, exp.RegexpLike)


def column_sets(node: Any) -> list[Any]:
    """The COLUMNS(...) nodes of a projection, outermost first; most projections have none."""
    return [n for n in node.walk() if type(n) is exp.Columns and not n.args.get("unpack")]


def filtered_star(node: Any) -> bool:
    """`* LIKE 'a%'` and its like: a star whose columns a pattern picks."""
    return isinstance(node, _FILTERS) and is_star(node.args.get("this"))


def expand_filtered(state: State, frame: Frame, node: Any) -> Expansion:
    base = expand(state, frame, node.args["this"])
    pattern = node.args.get("expression")
    if not isinstance(pattern, exp.Literal):
        return Expansion([], base.open)
    match = pattern_test(type(node), pattern.name)
    return Expansion([c for c in base.columns if match(c.name)], base.open)


def expand_columns(state: State, frame: Frame, node: Any) -> Expansion:
    """`COLUMNS(*)`, `COLUMNS('regex')`, `COLUMNS([names])`; a lambda as far as `name_tests` can follow it, else an open star."""
    what = node.args.get("this")
    if is_star(what):
        return expand(state, frame, what)
    base = all_columns(state, frame)
    if isinstance(what, exp.Literal) and what.is_string:
        state.mark(what)
        try:
            regex = re.compile(what.name)
        except re.error:
            return Expansion([], base.open)
        return Expansion([c for c in base.columns if regex.search(c.name)], base.open)
    if isinstance(what, exp.Array):
        wanted = {item.name.lower(): item for item in what.args.get("expressions") or ()}
        known = {column.key for column in base.columns}
        for key, item in wanted.items():
            if key not in known and not base.open:
                report_unknown(state, item.name, [c.name for c in base.columns], state.mark(item), " in this FROM")
        return Expansion([c for c in base.columns if c.key in wanted], base.open)
    chosen = picked(what, [c.name for c in base.columns])
    if chosen is not None:
        return Expansion([c for c, wanted in zip(base.columns, chosen, strict=True) if wanted], base.open)
    phantom = Relation("columns", -2, "opaque", [], [], open_=True)
    return Expansion([], [*base.open, (phantom, frozenset())])


def renamed(node: Any, alias: str, name: str) -> str:
    r"""The alias of a column that COLUMNS stands for: in it `\0` is the column's name, `\1` what the pattern's first group matched."""
    what = node.args.get("this")
    match = re.search(what.name if isinstance(what, exp.Literal) else ".*", name)
    groups = [name, *(match.groups() if match else ())]
    return re.sub(r"\\(\d)", lambda m: groups[int(m.group(1))] or "" if int(m.group(1)) < len(groups) else "", alias)


@handles(exp.Columns)
def bind_columns(state: State, frame: Frame, node: Any) -> ir.Expr:
    """One of the columns, while a projection around COLUMNS is bound once for each (`frame.current_column`)."""
    if frame.current_column is not None and not node.args.get("unpack"):
        return frame.current_column
    expansion = expand_columns(state, frame, node)
    if expansion.open:
        return ir.Opaque("columns", tuple(c.expr for c in expansion.columns), "the columns are not known")
    return ir.Op("star", tuple(c.expr for c in expansion.columns), extra=leftover(node, "this"))
