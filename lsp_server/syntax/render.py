"""Trees to SQL for execution: the only maker of the SQL that environments run.

Model names become physical tables, run-time variables become values.  A rendered query means what its text means: where the
dialect is the engine's own, the text is kept as it was written and only names are replaced in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from lsp_server.syntax.expansion import OPAQUE_CALL, VAR_CALL
from lsp_server.syntax.names import quote_path, table_key
from lsp_server.syntax.query import ParsedQuery
from lsp_server.syntax.tables import outer_tables
from lsp_server.text.spans import Span, TextEdit, apply_edits


class RenderError(ValueError):
    """The query cannot be run as it is; the message says why, for people."""


def render(query: ParsedQuery, tables: Mapping[str, str], dialect: str = "") -> str:
    """The SQL of a query parsed in "render" mode.

    `tables` maps a model's name to its physical table (dotted); names that it does not hold stay.
    `dialect` is the engine's.  Raises `RenderError` for a damaged query and for what only Python could expand.
    """
    if query.tree is None or query.damaged:
        first = query.problems[0].message if query.problems else "there is no query"
        raise RenderError(f"The query cannot be parsed: {first}")
    _refuse_unknown(query.tree)
    target = dialect or query.dialect
    if target == query.dialect:
        return _splice(query, tables)
    return _generate(query, tables, target)


def _refuse_unknown(tree: exp.Expression) -> None:
    for call in tree.find_all(exp.Anonymous):
        name = str(call.this).lower()
        if name == OPAQUE_CALL:
            raise RenderError(f"`{call.expressions[0].name}` is a Python macro or unknown: it is not executed")
        if name == VAR_CALL:
            raise RenderError(f"`@{call.expressions[0].name}` has no value")


def _splice(query: ParsedQuery, tables: Mapping[str, str]) -> str:
    """The text with its table names replaced, and columns that were qualified by a schema led to the new alias."""
    assert query.tree is not None
    edits: list[TextEdit] = []
    for table in outer_tables(query.tree):
        physical = tables.get(_key(table, query.dialect))
        span = _span(table.parts)
        if physical is None or span is None:
            continue
        new = quote_path(physical, query.dialect)
        if not table.alias:
            new += f" AS {_written(query.text, table.parts[-1])}"
        edits.append(TextEdit(span, new))
    edits += _qualified_columns(query, tables)
    return apply_edits(query.text, edits) if query.source_map.is_identity is False else _statement(query, edits)


def _statement(query: ParsedQuery, edits: list[TextEdit]) -> str:
    """The statement alone, out of the file's text."""
    start, end = query.extent
    inside = [TextEdit(span.shift(-start), new) for span, new in edits]
    return apply_edits(query.text[start:end], inside)


def _qualified_columns(query: ParsedQuery, tables: Mapping[str, str]) -> list[TextEdit]:
    """`shop.orders.id` to `orders.id`: the physical table carries the model's short name as its alias."""
    assert query.tree is not None
    edits = []
    for column in query.tree.find_all(exp.Column):
        parts = [part for part in column.parts if isinstance(part, exp.Identifier)]
        if len(parts) < 3 or _key_of(parts[:-1], query.dialect) not in tables:
            continue
        span = _span(parts[:-2])
        if span is not None and "start" in parts[-2].meta:
            edits.append(TextEdit(Span(span.start, parts[-2].meta["start"]), ""))
    return edits


def _generate(query: ParsedQuery, tables: Mapping[str, str], dialect: str) -> str:
    """Another dialect's text, by sqlglot."""
    assert query.tree is not None
    tree = query.tree.copy()
    for table in outer_tables(tree):
        physical = tables.get(_key(table, query.dialect))
        if physical is None:
            continue
        alias = table.args.get("alias") or exp.TableAlias(this=table.this.copy())
        new = exp.to_table(".".join(f'"{part}"' for part in physical.split(".")))
        table.set("this", new.this)
        table.set("db", new.args.get("db"))
        table.set("catalog", new.args.get("catalog"))
        table.set("alias", alias)
    for column in tree.find_all(exp.Column):
        parts = [part for part in column.parts if isinstance(part, exp.Identifier)]
        if len(parts) >= 3 and _key_of(parts[:-1], query.dialect) in tables:
            column.set("db", None)
            column.set("catalog", None)
    return str(tree.sql(dialect=dialect))


def _key(table: exp.Table, dialect: str) -> str:
    return _key_of([part for part in table.parts if isinstance(part, exp.Identifier)], dialect)


def _key_of(parts: list[exp.Identifier], dialect: str) -> str:
    return table_key(tuple(part.name for part in parts), tuple(bool(part.quoted) for part in parts), dialect)


def _span(parts: list[exp.Identifier]) -> Span | None:
    if not parts or any("start" not in part.meta for part in parts):
        return None
    return Span(parts[0].meta["start"], parts[-1].meta["end"] + 1)


def _written(text: str, part: exp.Identifier) -> str:
    return text[part.meta["start"] : part.meta["end"] + 1]
