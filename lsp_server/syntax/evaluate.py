"""Conditions and sums of macros, computed: `@IF(@x > 5, ...)`, `@EVAL(1 + 1)`.

A small interpreter over sqlglot's tree: constants, arithmetic, comparisons, logic, a few functions.  What depends on data or
on run time has no value here (`Unknown`); nothing of a workspace is ever executed.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lsp_server.syntax.parsing import attempt
from lsp_server.syntax.tokens import scan

Value = str | int | float | bool | None | list[object]


class Unknown(Exception):  # noqa: N818 - not an error: the value is simply not known before run time
    """The expression has no value before run time."""


_BINARY: dict[type[exp.Expression], Callable[[Any, Any], object]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Div: operator.truediv,
    exp.IntDiv: operator.floordiv,
    exp.Mod: operator.mod,
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.BitwiseLeftShift: operator.lshift,
    exp.BitwiseRightShift: operator.rshift,
    exp.DPipe: lambda left, right: f"{left}{right}",
}
_FUNCTIONS: dict[type[exp.Expression], Callable[[object], object]] = {
    exp.Upper: lambda value: str(value).upper(),
    exp.Lower: lambda value: str(value).lower(),
    exp.Length: lambda value: len(str(value)),
    exp.Abs: lambda value: abs(value) if isinstance(value, int | float) else value,
    exp.Trim: lambda value: str(value).strip(),
}
_MAX_STRING = 10_000


def evaluate(text: str, dialect: str = "") -> Value:
    """The value of an expression.  Raises `Unknown` when it has none.

    >>> evaluate("'a' = 'b' OR 1 + 1 > 1"), evaluate("UPPER('x')")
    (True, 'X')
    """
    known, value = _evaluated(text, dialect)
    if not known:
        raise Unknown(text)
    return value


@functools.lru_cache(4096)  # a keystroke changes none of a file's conditions, or one
def _evaluated(text: str, dialect: str) -> tuple[bool, Value]:
    """(whether it has a value, the value)"""
    found = attempt(text, scan(text, dialect).tokens, dialect)
    if found.tree is None or found.problems:
        return False, None
    try:
        value = _value(found.tree)
    except (Unknown, TypeError, ZeroDivisionError, OverflowError, ValueError, RecursionError):
        return False, None
    return not (isinstance(value, str) and len(value) > _MAX_STRING), value


def _value(node: exp.Expression) -> Value:
    if isinstance(node, exp.Paren):
        return _value(node.this)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else _number(node.this)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Neg):
        return _combined(exp.Sub, 0, _value(node.this))
    if isinstance(node, exp.Not):
        return not _value(node.this)
    if isinstance(node, exp.And):
        return bool(_value(node.left)) and bool(_value(node.right))
    if isinstance(node, exp.Or):
        return bool(_value(node.left)) or bool(_value(node.right))
    return _compound(node)


def _compound(node: exp.Expression) -> Value:
    kind = type(node)
    if kind in _BINARY:
        return _combined(kind, _value(node.this), _value(node.expression))
    if kind in _FUNCTIONS:
        return _known(_FUNCTIONS[kind](_value(node.this)))
    if isinstance(node, exp.Is):
        return _value(node.this) is _value(node.expression)
    if isinstance(node, exp.In):
        return _value(node.this) in [_value(item) for item in node.expressions]
    if isinstance(node, exp.Between):
        low, value, high = _value(node.args["low"]), _value(node.this), _value(node.args["high"])
        return bool(_combined(exp.LTE, low, value)) and bool(_combined(exp.LTE, value, high))
    if isinstance(node, exp.Array | exp.Tuple):
        return [_value(item) for item in node.expressions]
    if isinstance(node, exp.Coalesce):
        return next((found for item in (node.this, *node.expressions) if (found := _value(item)) is not None), None)
    if isinstance(node, exp.Column) and not node.table:
        # SQLMesh compares names with strings: `@IF(x = 'x', ...)`, where x came from a variable.
        return str(node.name)
    raise Unknown(node.sql())


def _combined(kind: type[exp.Expression], left: Value, right: Value) -> Value:
    if kind is exp.Mul and (isinstance(left, str) or isinstance(right, str)):
        raise Unknown("a string times a number")
    if kind is exp.BitwiseLeftShift and isinstance(right, int) and right > 64:
        raise Unknown("too large")
    return _known(_BINARY[kind](left, right))


def _known(value: object) -> Value:
    if value is None or isinstance(value, str | int | float | bool | list):
        return value
    raise Unknown(repr(value))


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
