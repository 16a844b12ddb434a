"""Conditions on a column's *name*, decided while a query is bound: patterns of `* LIKE`, and the lambdas of DuckDB's COLUMNS.

A small interpreter over the syntax tree: text functions, comparisons, AND, OR, NOT.  Whatever else stands there raises
`UndecidedError`, and the caller treats the columns as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp


class UndecidedError(Exception):
    """The condition says something that only the engine can tell."""


Test = Callable[[str], bool]


def picked(condition: Any, names: list[str]) -> list[bool] | None:
    """For each name whether a lambda accepts it; None when that cannot be told from the text.

    >>> import sqlglot
    >>> call = sqlglot.parse_one("SELECT COLUMNS(lambda c: c LIKE 'i%' AND c <> 'id') FROM t", dialect="duckdb").selects[0]
    >>> picked(call.this, ["id", "item", "name"])
    [False, True, False]
    """
    parameters: list[Any] = (condition.args.get("expressions") or []) if isinstance(condition, exp.Lambda) else []
    if len(parameters) != 1:
        return None
    try:
        return [bool(_value(condition.args.get("this"), parameters[0].name.lower(), name)) for name in names]
    except (UndecidedError, re.error):
        return None


def pattern_test(kind: type, pattern: str) -> Test:
    """Whether a name matches the pattern of LIKE, ILIKE, GLOB or SIMILAR TO."""
    if kind in (exp.SimilarTo, exp.RegexpLike):
        return lambda name: re.fullmatch(pattern, name) is not None
    wild = {"%": ".*", "_": "."} if kind is not exp.Glob else {"*": ".*", "?": "."}
    regex = re.compile("".join(wild.get(char) or re.escape(char) for char in pattern), re.I if kind is exp.ILike else 0)
    return lambda name: regex.fullmatch(name) is not None


def _value(node: Any, parameter: str, name: str) -> str | int | bool:
    """The value of an expression over the parameter."""
    kind = type(node)
    if kind in (exp.Identifier, exp.Column) and node.name.lower() == parameter:
        return name
    if kind is exp.Literal:
        return str(node.this) if node.is_string else int(node.this)
    if kind is exp.Paren:
        return _value(node.this, parameter, name)
    if kind is exp.Not:
        return not _value(node.this, parameter, name)
    if kind is exp.In and not node.args.get("query"):
        return _value(node.this, parameter, name) in [_value(e, parameter, name) for e in node.expressions]
    if kind in _BINARY:
        return _BINARY[kind](*(_value(node.args.get(key), parameter, name) for key in ("this", "expression")))
    if kind in _FUNCTIONS and len([value for value in node.args.values() if value]) == 1:
        return _FUNCTIONS[kind](str(_value(node.this, parameter, name)))
    if kind in (exp.Like, exp.ILike, exp.Glob, exp.SimilarTo):
        pattern = str(_value(node.expression, parameter, name))
        return pattern_test(kind, pattern)(str(_value(node.this, parameter, name)))
    raise UndecidedError(node.key if isinstance(node, exp.Expression) else "nothing")


_BINARY: dict[type, Callable[[Any, Any], bool]] = {
    exp.And: lambda a, b: bool(a and b),
    exp.Or: lambda a, b: bool(a or b),
    exp.EQ: lambda a, b: bool(a == b),
    exp.NEQ: lambda a, b: bool(a != b),
    exp.StartsWith: lambda a, b: bool(str(a).startswith(str(b))),
    exp.EndsWith: lambda a, b: bool(str(a).endswith(str(b))),
    exp.Contains: lambda a, b: bool(str(b) in str(a)),
}
_FUNCTIONS: dict[type, Callable[[str], str | int]] = {exp.Lower: str.lower, exp.Upper: str.upper, exp.Length: len}
