"""Return types of DuckDB's functions that make or change structs, tuples, maps, unions and lists of several parts."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsp_server.semantics import ir, types

UNKNOWN = ir.UNKNOWN
Args = tuple[ir.Expr, ...]

_NAMED = re.compile(r"this=([A-Za-z_]\w*);\(expression\)")


def _named(arg: ir.Expr) -> tuple[str, str] | None:
    """Name and type of `name := value`; None where the name is not plain."""
    if not (isinstance(arg, ir.Op) and arg.name == "propertyeq" and len(arg.args) == 1):
        return None
    name = _NAMED.fullmatch(arg.extra)
    return (name.group(1), arg.args[0].type) if name is not None else None


def _fields(args: Args) -> list[tuple[str, str]] | None:
    found = [_named(arg) for arg in args]
    return [pair for pair in found if pair is not None] if None not in found else None


def _struct(fields: list[tuple[str, str]]) -> str:
    return types.struct([name for name, _ in fields], [kind for _, kind in fields])


def _inserted(args: Args) -> str:
    head, known = types.parse(args[0].type) if args else ("", ())
    new = _fields(args[1:])
    return _struct([*known, *new]) if head == "STRUCT" and new else UNKNOWN


def _updated(args: Args) -> str:
    head, known = types.parse(args[0].type) if args else ("", ())
    new = _fields(args[1:])
    if head != "STRUCT" or not new:
        return UNKNOWN
    values = {name.lower(): kind for name, kind in new}
    kept = [(name, values.pop(name.lower(), kind)) for name, kind in known]
    return _struct([*kept, *((name, kind) for name, kind in new if name.lower() in values)])


def _joined(args: Args) -> str:
    parts = [types.parse(arg.type) for arg in args]
    if not parts or any(head != "STRUCT" for head, _ in parts):
        return UNKNOWN
    return _struct([field for _, fields in parts for field in fields])


def _union(args: Args) -> str:
    fields = _fields(args)
    return types.union_of([name for name, _ in fields], [kind for _, kind in fields]) if fields else UNKNOWN


def _map_of_entries(args: Args) -> str:
    """A list of pairs: tuples, or structs of any two fields."""
    head, parts = types.parse(types.element(args[0].type)) if len(args) == 1 else ("", ())
    if head not in ("TUPLE", "STRUCT") or len(parts) != 2:
        return UNKNOWN
    return f"MAP({parts[0][1]}, {parts[1][1]})"


def _same_maps(args: Args) -> str:
    kinds = {arg.type for arg in args}
    return args[0].type if len(kinds) == 1 and types.parse(args[0].type)[0] == "MAP" else UNKNOWN


def _zipped(args: Args) -> str:
    """A last BOOLEAN only says what becomes of lists of different lengths."""
    lists = args[:-1] if len(args) > 1 and args[-1].type == "BOOLEAN" else args
    return types.list_of(types.tuple_of([types.element(arg.type) for arg in lists]))


def _with_element(at: int) -> Callable[[Args], str]:
    """`list_append(list, x)`, `list_prepend(x, list)`: `at` is the list's place."""

    def rule(args: Args) -> str:
        from lsp_server.semantics.combining import common_of

        if len(args) != 2 or types.element(args[at].type) == UNKNOWN:
            return UNKNOWN
        return types.list_of(common_of([ir.Var("", types.element(args[at].type)), args[1 - at]]))

    return rule


def literals(arg: ir.Expr) -> list[str] | None:
    """The texts of `['a', 'b']`; None for any other expression."""
    if not (isinstance(arg, ir.Op) and arg.name == "array" and arg.args):
        return None
    return [a.text for a in arg.args if isinstance(a, ir.Lit)] if all(isinstance(a, ir.Lit) for a in arg.args) else None


def _extracted(args: Args) -> str:
    """`regexp_extract(text, pattern, ['a', 'b'])` yields a struct of the groups."""
    if not any(arg.type.endswith("]") for arg in args[2:]):
        return "VARCHAR"
    names = literals(args[2])
    return types.struct(names, ["VARCHAR"] * len(names)) if names is not None else UNKNOWN


NESTED: dict[str, Callable[[Args], str]] = {
    "struct_insert": _inserted,
    "struct_update": _updated,
    "struct_concat": _joined,
    "union_value": _union,
    **dict.fromkeys(("map_from_entries", "mapfromentries"), _map_of_entries),
    "map_concat": _same_maps,
    **dict.fromkeys(("list_zip", "array_zip", "arrayszip"), _zipped),
    **dict.fromkeys(("list_append", "array_append", "array_push_back", "arrayappend"), _with_element(0)),
    **dict.fromkeys(("list_prepend", "array_prepend"), _with_element(1)),
    **dict.fromkeys(("array_push_front",), _with_element(0)),
    **dict.fromkeys(("regexp_extract", "regexpextract"), _extracted),
}
