"""Macros that know the columns of relations: `@STAR`, `@UNION`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lsp_server.syntax.evaluate import Unknown, evaluate
from lsp_server.syntax.macro_types import Call, MacroError, Result
from lsp_server.syntax.names import fold, quote, split_name, table_key
from lsp_server.syntax.ropes import Rope, join, raw

if TYPE_CHECKING:
    from lsp_server.syntax.expansion import Expander

Columns = tuple[tuple[str, str], ...]
"""(name, type) of each; a type may be `UNKNOWN`."""


def _columns(expander: Expander, relation: str) -> Columns | None:
    parts = split_name(relation, expander.dialect)
    key = table_key(tuple(part for part, _ in parts), tuple(quoted for _, quoted in parts), expander.dialect)
    return expander.context.columns(key)


def star(expander: Expander, call: Call) -> Result:
    """`@STAR(relation, alias, exclude := [...], prefix := '...')`: the relation's columns; a star where they are not known."""
    relation = expander.argument(call, 0, "relation")
    alias = expander.argument(call, 1, "alias").text or split_name(relation.text, expander.dialect)[-1][0]
    left_out = {
        fold(raw(item.text), False, expander.dialect)
        for name, position in (("exclude", 2), ("except_", 7))
        for item in expander.split(expander.argument(call, position, name))
    }
    prefix, suffix = raw(expander.argument(call, 3, "prefix").text), raw(expander.argument(call, 4, "suffix").text)
    quoted = expander.argument(call, 5, "quote_identifiers", "TRUE").text.upper() != "FALSE"
    columns = _columns(expander, relation.text)
    if columns is None:
        return Rope.made(f"{alias}.*{_exclude(left_out, expander.dialect)}", call.span)
    kept = [(name, type_) for name, type_ in columns if fold(name, False, expander.dialect) not in left_out]

    def spelled(name: str) -> str:
        return quote(name, expander.dialect) if quoted else name

    casts = _casts(kept, expander.dialect)
    return [
        Rope.made(f"{casts(f'{alias}.{spelled(name)}', type_)} AS {spelled(prefix + name + suffix)}", call.span)
        for name, type_ in kept
    ]


def _casts(columns: list[tuple[str, str]], dialect: str) -> Callable[[str, str], str]:
    """How a column is written with its type: as SQLMesh does it, cast where the types of all of them are known.

    Types are known by DuckDB's names, so only its dialect has casts.
    """
    if dialect not in ("duckdb", "") or any("UNKNOWN" in type_ for _, type_ in columns):
        return lambda text, _type: text
    return lambda text, type_: f"CAST({text} AS {type_})"


def _exclude(names: set[str], dialect: str) -> str:
    if not names:
        return ""
    word = "EXCLUDE" if dialect in ("duckdb", "snowflake", "") else "EXCEPT"
    return f" {word} ({', '.join(quote(name, dialect) for name in sorted(names))})"


def union(expander: Expander, call: Call) -> Result:
    """`@UNION('distinct', a, b)`: the columns that all have by name and type."""
    parts = expander.values(call)
    both, word = True, "ALL"
    if parts and parts[0].text[:1] != "'":
        try:
            value = evaluate(parts[0].text, expander.dialect)
            if isinstance(value, bool):
                both, parts = value, parts[1:]
        except Unknown:
            both = True  # a table's name, not a condition
    if parts and parts[0].text[:1] == "'":
        word, parts = raw(parts[0].text).upper(), parts[1:]
    if word not in ("ALL", "DISTINCT") or not parts:
        raise MacroError("'ALL' or 'DISTINCT', then tables are expected.")
    columns = _common_columns([_columns(expander, part.text) for part in parts])
    casts = _casts(columns, expander.dialect)
    spelled = [(quote(name, expander.dialect), type_) for name, type_ in columns]
    plain = all(casts(name, type_) == name for name, type_ in spelled)
    projections = ", ".join(name if plain else f"{casts(name, type_)} AS {name}" for name, type_ in spelled) or "*"
    selects = [Rope.made(f"SELECT {projections} FROM ", call.span) + part for part in (parts if both else parts[:1])]
    return join(" UNION ALL " if word == "ALL" else " UNION ", selects, call.span)


def _common_columns(found: list[Columns | None]) -> list[tuple[str, str]]:
    """Columns that all have by name and type, in the order of the first; none when a relation's are not known."""
    known = [columns for columns in found if columns is not None]
    if len(known) != len(found) or not known:
        return []
    others = [dict(columns) for columns in known[1:]]
    return [
        (name, type_)
        for name, type_ in known[0]
        if all(name in other and _same_type(type_, other[name]) for other in others)
    ]


def _same_type(one: str, other: str) -> bool:
    """What is not known may be the same."""
    return one == other or "UNKNOWN" in one or "UNKNOWN" in other
