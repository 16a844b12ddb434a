"""What a name means: columns, qualified columns, struct fields, whole rows, aliases, lambda parameters.

The order in which a plain name is tried (measured on DuckDB; other dialects differ where `Frame.alias_first` says so):
lambda parameters, columns of the FROM, merged USING columns, aliases of the same SELECT, then the same in the query around it.
A relation whose interface is not known may have any column: where one is in reach, an unknown name is never an error.
Here nothing is bound but names; clauses and operators are elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir, types
from lsp_server.semantics.demands import demand
from lsp_server.semantics.facts import Target
from lsp_server.semantics.findings import ambiguous, candidates, report_unknown
from lsp_server.semantics.state import Frame, Merged, RawSpan, Relation, State
from lsp_server.syntax.names import table_key

LATERAL_ALIASES = frozenset(
    {"duckdb", "snowflake", "redshift", "databricks", "spark", "spark2", "clickhouse", "teradata", ""}
)
"""Dialects in which an expression may read an alias of the same SELECT; elsewhere an alias is tried last."""

_PSEUDO_COLUMNS = {
    "duckdb": {"rowid": "BIGINT", "filename": "VARCHAR", "file_row_number": "BIGINT", "file_index": "UBIGINT"},
    "bigquery": {
        "_partitiontime": "TIMESTAMP",
        "_partitiondate": "DATE",
        "_file_name": "STRING",
        "_table_suffix": "STRING",
    },
    "postgres": {"ctid": "tid", "xmin": "xid", "xmax": "xid", "tableoid": "oid"},
    "snowflake": {"metadata$filename": "VARCHAR", "metadata$file_row_number": "NUMBER", "level": "NUMBER"},
}


def frames(frame: Frame) -> Iterator[Frame]:
    """A frame and those around it, inside out."""
    current: Frame | None = frame
    while current is not None:
        yield current
        current = current.parent


def text_of(identifier: Any) -> str:
    """The bare name of an identifier, whatever node carries it; "" when the text is damaged."""
    if type(identifier) is str:
        return identifier
    while identifier is not None and not isinstance(identifier, str):
        identifier = identifier.args.get("this")
    return identifier or ""


# -- plain names


def plain_name(state: State, frame: Frame, identifier: Any) -> ir.Expr:
    """Resolve an unqualified name, refer to it, and report it when it is certainly unknown or ambiguous."""
    raw = state.mark(identifier)
    name = text_of(identifier)
    found = _find_plain(state, frame, name, raw)
    if found is not None:
        return found
    return _unknown_column(state, frame, name, raw)


def _find_plain(state: State, frame: Frame, name: str, raw: RawSpan | None) -> ir.Expr | None:
    key = name.lower()
    doubtful: list[Relation] = []
    aliases_in_reach = state.dialect in LATERAL_ALIASES
    for current in frames(frame):
        if current.params and (param := _parameter(current, key)) is not None:
            return param
        found = _in_frame(state, current, name, key, raw, doubtful, aliases_in_reach)
        if found is not None:
            return found
        row = _whole_row(state, current, key, raw)
        if row is not None and not doubtful:
            return row
    if not aliases_in_reach:
        for current in frames(frame):
            if key in current.aliases:
                return _alias(state, current, name, key, raw)
    if key in state.scalars:
        return _scalar(state, frame, key)
    if doubtful:
        return _demand(state, doubtful, name, raw, ())
    return None


def _scalar(state: State, frame: Frame, key: str) -> ir.Expr:
    """ClickHouse's named expression, as it reads in this place; out of reach of itself while it is bound."""
    bind = state.scalars.pop(key)
    try:
        return bind(frame)
    finally:
        state.scalars[key] = bind


def _in_frame(
    state: State, frame: Frame, name: str, key: str, raw: RawSpan | None, doubtful: list[Relation], aliases: bool
) -> ir.Expr | None:
    if key in frame.aliases and (frame.alias_first or (key in frame.first_aliases and not frame.inside_aggregate)):
        return _alias(state, frame, name, key, raw)
    found = _column(state, frame, name, key, raw)
    if found is None:
        doubtful.extend(relation for relation in frame.relations if relation.open)
        if aliases and key in frame.aliases:
            found = _alias(state, frame, name, key, raw)
    if found is not None and doubtful:
        return _demand(state, doubtful, name, None, (found,))
    return found


def _parameter(frame: Frame, key: str) -> ir.Var | None:
    for scope in reversed(frame.params):
        if key in scope:
            return scope[key]
    return None


def _alias(state: State, frame: Frame, name: str, key: str, raw: RawSpan | None) -> ir.Expr:
    expr = frame.aliases[key]
    definition = frame.alias_spans.get(key)
    target = Target("column", name, "", expr.type, state.span(definition) if definition else None)
    state.refer(raw, target)
    return expr


def alias_value(state: State, frame: Frame, identifier: Any) -> ir.Expr:
    """What an alias of this SELECT stands for."""
    name = text_of(identifier)
    return _alias(state, frame, name, name.lower(), state.mark(identifier))


def refer_output(state: State, frame: Frame, identifier: Any, expr: ir.Expr) -> None:
    """A reference, in ORDER BY, to an output column that is a plain column of the FROM."""
    raw = state.mark(identifier)
    for relation in frame.relations:
        if isinstance(expr, ir.Col) and (index := relation.index_of(expr)) is not None:
            refer_column(state, relation, index, raw)
            return
    state.refer(raw, Target("column", text_of(identifier), type=expr.type))


def model_of(state: State, path: list[Any]) -> str:
    """The name of the model that identifiers of a table stand for."""
    flags = tuple(bool(i.args.get("quoted")) for i in path)
    return table_key(tuple(text_of(i) for i in path), flags, state.dialect)


def _column(state: State, frame: Frame, name: str, key: str, raw: RawSpan | None) -> ir.Expr | None:
    merged = frame.merged.get(key)
    if merged is not None:
        if len(merged) > 1:
            ambiguous(state, name, [part.relations[0] for part in merged], raw)
        _refer_merged(state, merged[0], key, raw)
        return merged[0].value
    # Columns that somebody merely named on a relation of unknown interface prove nothing (`_demand` takes care of them).
    hits = [r for r in frame.relations if r.index.get(key, r.described) < r.described]
    if not hits:
        return None
    if len(hits) > 1 and state.dialect != "clickhouse":  # which takes the left one
        ambiguous(state, name, hits, raw)
    return refer_column(state, hits[0], hits[0].index[key], raw)


def _refer_merged(state: State, merged: Merged, key: str, raw: RawSpan | None) -> None:
    for relation in merged.relations:
        if key in relation.index:
            refer_column(state, relation, relation.index[key], raw)
            return


def refer_column(state: State, relation: Relation, index: int, raw: RawSpan | None) -> ir.Col:
    """The column as an expression, with a reference at `raw`."""
    if raw is not None:
        state.refer(raw, column_target(state, relation, index))
    return relation.column(index)


def column_target(state: State, relation: Relation, index: int) -> Target:
    """What a reference to a relation's column means to an editor."""
    derived = relation.derived
    if relation.source < 0:
        return Target("column", relation.names[index], "", relation.types[index])
    draft = state.sources[relation.source]
    place = index if relation.positions is None else relation.positions[index]
    upstream = draft.columns[place] if place < len(draft.columns) else relation.names[index]
    if derived is None:
        return Target("column", upstream, relation.model, relation.types[index])
    definition = derived.definitions[place] if place < len(derived.definitions) else None
    span = state.span(definition) if definition else None
    return Target("column", upstream, "", relation.types[index], span, scope=derived.scope)


def _whole_row(state: State, frame: Frame, key: str, raw: RawSpan | None) -> ir.Expr | None:
    """`SELECT u FROM u`: the row as a struct."""
    for relation in frame.relations:
        if relation.key == key:
            state.refer(raw, alias_target(state, relation))
            cells = tuple(relation.column(i) for i in range(len(relation.names)))
            if relation.open:
                return ir.Opaque(
                    "row of " + (relation.model or "relation"), cells, "the columns of the row are not known"
                )
            if len(cells) == 1 and relation.kind == "function" and not state.duckdb:
                return cells[0]
            return ir.Op("struct", cells, types.struct(relation.names, relation.types), ",".join(relation.names))
    return None


def alias_target(state: State, relation: Relation) -> Target:
    """A use of a table alias (or of the table's own name in its place)."""
    if relation.alias_target is None:
        definition = state.span(relation.span) if relation.span else None
        relation.alias_target = Target(
            "alias",
            relation.name,
            relation.model,
            definition=definition,
            scope=relation.derived.scope if relation.derived else -1,
        )
    return relation.alias_target


# -- columns that nobody described


def _demand(
    state: State, relations: list[Relation], name: str, raw: RawSpan | None, others: tuple[ir.Expr, ...]
) -> ir.Expr | None:
    """A column of one of some relations whose interface is not known; `others` is what the name means if none has it."""
    cells = [cell for r in relations if (cell := demand(state, r, name)) is not None]
    if not cells:
        return others[0] if others else None
    if len(cells) == 1 and not others:
        owner = next(r for r in relations if r.source == cells[0].source and name.lower() in r.index)
        return refer_column(state, owner, owner.index[name.lower()], raw)
    state.refer(raw, Target("column", name))
    return ir.Opaque(f"name:{name.lower()}", (*others, *cells), f'which relation has "{name}" is not known')


# -- qualified names


def table_column(state: State, frame: Frame, table: Any, identifier: Any) -> ir.Expr:
    """`a.b`, the form that nearly every column has: the first relation called `a`, if it is described and has `b`."""
    if not frame.params and type(table) is exp.Identifier:
        key = table.args["this"].lower()
        for relation in frame.relations:
            if relation.key == key:
                index = relation.index.get(identifier.args["this"].lower())
                if index is None:
                    break
                state.refer(state.mark(table), alias_target(state, relation))
                return refer_column(state, relation, index, state.mark(identifier))
    return qualified_name(state, frame, [table, identifier])


def qualified_name(state: State, frame: Frame, identifiers: list[Any]) -> ir.Expr:
    """`a.b`, `schema.a.b`, `a.b.field`: a relation's column first, then the field of a column."""
    raws = [state.mark(i) for i in identifiers]
    names = [text_of(i) for i in identifiers]
    param = _parameter_path(frame, names)
    if param is not None:
        return param
    seen: Relation | None = None
    for current in frames(frame):
        for cut in range(len(names) - 1, 0, -1):
            for relation in current.relations:
                if not is_called(relation, names[:cut]):
                    continue
                found = _relation_column(state, relation, names, raws, cut)
                if found is not None:
                    return found
                seen = seen or relation
        found = _field_of_column(state, current, names, raws)
        if found is not None:
            return found
    return _unknown_qualified(state, frame, names, raws, seen)


def _parameter_path(frame: Frame, names: list[str]) -> ir.Expr | None:
    for current in frames(frame):
        if current.params and (param := _parameter(current, names[0].lower())) is not None:
            return fields(param, names[1:])
    return None


def is_called(relation: Relation, parts: list[str]) -> bool:
    """Whether `parts` (the qualifier of a column) names this relation."""
    if len(parts) == 1:
        return relation.key == parts[0].lower()
    wanted = tuple(p.lower() for p in parts)
    if relation.kind == "model" and len(wanted) > len(relation.parts) > 0:
        # More parts than the FROM wrote: the default schema or catalog, which we do not know.
        return wanted[-len(relation.parts) :] == relation.parts
    return relation.parts[-len(wanted) :] == wanted


def _relation_column(
    state: State, relation: Relation, names: list[str], raws: list[RawSpan | None], cut: int
) -> ir.Expr | None:
    """Column `names[cut]` of the relation, and fields of it after that."""
    name = names[cut]
    if name.lower() in relation.index:
        column: ir.Expr = relation.column(relation.index[name.lower()])
    elif relation.open and (cell := demand(state, relation, name)) is not None:
        column = cell
    elif relation.kind == "function" and len(relation.names) == 1 and cut == 1:
        # `UNNEST(structs) AS s`: `s.f` is a field of its one column.
        return _field_of_element(state, relation, names, raws)
    elif (kind := _PSEUDO_COLUMNS.get(state.dialect, {}).get(name.lower())) and relation.kind == "model":
        return ir.Op("pseudo_column", (), kind, f"{relation.source}.{name.lower()}", volatile=True)
    else:
        return None
    for raw in raws[:cut]:
        state.refer(raw, alias_target(state, relation))
    if raws[cut] is not None:
        state.refer(raws[cut], column_target(state, relation, relation.index[name.lower()]))
    return fields(column, names[cut + 1 :])


def _field_of_element(state: State, relation: Relation, names: list[str], raws: list[RawSpan | None]) -> ir.Expr | None:
    element = relation.column(0)
    if element.type != ir.UNKNOWN and types.field(element.type, names[1]) == ir.UNKNOWN:
        return None
    state.refer(raws[0], alias_target(state, relation))
    return fields(element, names[1:])


def _field_of_column(state: State, frame: Frame, names: list[str], raws: list[RawSpan | None]) -> ir.Expr | None:
    """`s.f`: the field of a struct column (a column of unknown type may have any field)."""
    key = names[0].lower()
    expr = _column(state, frame, names[0], key, raws[0])
    if expr is None and key in frame.aliases:
        expr = _alias(state, frame, names[0], key, raws[0])
    if expr is None:
        return None
    return fields(expr, names[1:])


def fields(expr: ir.Expr, names: list[str]) -> ir.Expr:
    """Struct access, one step a name."""
    for name in names:
        expr = ir.Op("dot", (expr,), types.field(expr.type, name), name.lower())
    return expr


# -- what cannot be found


_WORDS = frozenset(
    """user current_user session_user system_user current_role current_schema current_catalog current_database
    current_date current_time current_timestamp localtime localtimestamp sysdate systimestamp today now""".split()  # noqa: SIM905  a list of words reads better
)
"""Functions that are called without parentheses, where the parser takes them for columns."""


def _unknown_column(state: State, frame: Frame, name: str, raw: RawSpan | None) -> ir.Expr:
    if name.lower() in _WORDS:
        return ir.Op(
            f"fn:{name.lower()}",
            (),
            "VARCHAR" if state.duckdb and "date" not in name and "time" not in name else ir.UNKNOWN,
            stable=True,
        )
    pseudo = _PSEUDO_COLUMNS.get(state.dialect, {}).get(name.lower())
    reach = list(frames(frame))
    if pseudo and any(r.kind == "model" for f in reach for r in f.relations):
        return ir.Op("pseudo_column", (), pseudo, name.lower(), volatile=True)
    names = [n for f in reach for r in f.relations for n in r.names] + [a for f in reach for a in f.aliases]
    where = _without_from(state, reach)
    if where is not None:
        report_unknown(state, name, names, raw, where, lambda meant: _written(reach, meant))
    return ir.Opaque(f"name:{name.lower()}", (), f'there is no column "{name}"')


def _written(reach: list[Frame], name: str) -> list[str]:
    """How a column that is in reach must be written: by its name, or with its owners where there are several."""
    folded = name.lower()
    for frame in reach:
        owners = [r.name for r in frame.relations if any(column.lower() == folded for column in r.names)]
        if owners:
            return [name] if len(owners) == 1 or folded in frame.merged else [f"{owner}.{name}" for owner in owners]
    return [name]


def _without_from(state: State, reach: list[Frame]) -> str | None:
    """What to say of a name where there is no FROM yet: once for a query, and not in a damaged one (then None)."""
    if any(frame.relations for frame in reach):
        return ""
    outermost = reach[-1]
    state.depends_on_damage = True
    if state.damaged or outermost.told_of_from:
        return None
    outermost.told_of_from = True
    return ": the query has no FROM"


def _unknown_qualified(
    state: State, frame: Frame, names: list[str], raws: list[RawSpan | None], seen: Relation | None
) -> ir.Expr:
    reach = list(frames(frame))
    if seen is not None:
        state.refer(raws[0], alias_target(state, seen))
        report_unknown(state, names[-1], seen.names, raws[-1], f" in {seen.name}")
        return ir.Opaque(f"name:{'.'.join(names).lower()}", (), "no such column")
    doubtful = [r for f in reach for r in f.relations if r.open]
    if doubtful:
        column = _demand(state, doubtful, names[0], raws[0], ())
        if column is not None:
            return fields(column, names[1:])
    where = _without_from(state, reach) if raws[0] is not None and names[0] else None
    if where is not None:
        visible = [r.name for f in reach for r in f.relations]
        owners = [r.name for f in reach for r in f.relations if r.open or names[-1].lower() in map(str.lower, r.names)]
        close = candidates(names[0], owners if len(names) == 2 and owners else visible)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        state.problem(
            "unknown-table-alias",
            f'"{names[0]}" names nothing{where or " in this FROM"}.{hint}',
            raws[0],
            {"name": names[0], "candidates": close},
        )
    return ir.Opaque(f"name:{'.'.join(names).lower()}", (), "no such table alias")
