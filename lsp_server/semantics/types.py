"""DuckDB's types: how they are written, which one holds two others, what arithmetic makes of them.

Types are strings in DuckDB's own spelling; "UNKNOWN" combines with anything to "UNKNOWN".  The rules are those of DuckDB's binder
(`LogicalType::MaxLogicalType`, `DecimalFunction`), checked value by value in tests/oracles.  No rule guesses.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lsp_server.syntax.duckdb_words import KEYWORDS

UNKNOWN = "UNKNOWN"
NULL = "NULL"

_SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
INTEGERS = frozenset((*_SIGNED, *_UNSIGNED))
_DIGITS = {
    "TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 38,
    "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10, "UBIGINT": 20, "UHUGEINT": 38,
}  # fmt: skip
_LIMITS = {
    **{
        name: (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
        for name, bits in zip(_SIGNED, (8, 16, 32, 64, 128), strict=True)
    },
    **{name: (0, (1 << bits) - 1) for name, bits in zip(_UNSIGNED, (8, 16, 32, 64, 128), strict=True)},
}
_TEMPORAL_ORDER = {
    "DATE": 0,
    "TIMESTAMP_S": 1,
    "TIMESTAMP_MS": 2,
    "TIMESTAMP": 3,
    "TIMESTAMP_NS": 4,
    "TIMESTAMP WITH TIME ZONE": 5,
}


Fields = tuple[tuple[str, str], ...]
"""(name, type) of each field."""


# -- spelling

MAX_SPELLED = 20_000
"""Characters of a type."""


def struct(names: list[str], kinds: list[str]) -> str:
    """`STRUCT(a INTEGER, b VARCHAR)`, UNKNOWN if a field's type is not known."""
    if UNKNOWN in kinds:
        return UNKNOWN
    if not names:
        return "STRUCT"
    return _spelled("STRUCT", [f"{quoted(n)} {shown(k)}" for n, k in zip(names, kinds, strict=True)])


def _spelled(head: str, parts: list[str]) -> str:
    """`HEAD(a, b)`; UNKNOWN where nobody would read it: structs of structs of themselves double with each step."""
    return f"{head}({', '.join(parts)})" if sum(map(len, parts)) <= MAX_SPELLED else UNKNOWN


def union_of(names: list[str], kinds: list[str]) -> str:
    """`UNION(a INTEGER, b VARCHAR)`."""
    if UNKNOWN in kinds or not kinds:
        return UNKNOWN
    return _spelled("UNION", [f"{quoted(n)} {shown(k)}" for n, k in zip(names, kinds, strict=True)])


def tuple_of(kinds: list[str]) -> str:
    """`TUPLE(INTEGER, VARCHAR)`."""
    return UNKNOWN if UNKNOWN in kinds or not kinds else _spelled("TUPLE", [shown(kind) for kind in kinds])


def shown(kind: str) -> str:
    return '"NULL"' if kind == NULL else kind


_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.A)


def quoted(name: str) -> str:
    """A field's name as DuckDB writes it in a type: any keyword, reserved or not, is quoted."""
    if _PLAIN_NAME.fullmatch(name) and name.lower() not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


@lru_cache(4096)
def parse(kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """(constructor, parts): `("LIST", (("", "INTEGER"),))`, `("STRUCT", (("a", "INTEGER"),))`, ("DECIMAL", (("10", ""), ("2", ""))),
    or (the type itself, ())."""
    if kind.endswith("]"):
        cut = kind.rfind("[")
        return ("LIST" if kind[cut:] == "[]" else "ARRAY", (("", kind[:cut]), (kind[cut + 1 : -1], "")))
    if not kind.endswith(")"):
        return (kind, ())
    head, _, rest = kind.partition("(")
    parts = split(rest[:-1])
    if head == "DECIMAL":
        return (head, tuple((p, "") for p in parts))
    if head in ("MAP", "TUPLE"):
        return (head, tuple(("", p) for p in parts))
    if head in ("STRUCT", "UNION"):
        return (head, tuple(_field_part(p) for p in parts))
    return (kind, ())


def _field_part(part: str) -> tuple[str, str]:
    if part.startswith('"'):
        end = 1
        while end < len(part) and (part[end] != '"' or part[end + 1 : end + 2] == '"'):
            end += 2 if part[end] == '"' else 1
        return (part[1:end].replace('""', '"'), part[end + 1 :].strip())
    name, _, kind = part.partition(" ")
    return (name, kind)


def split(text: str) -> list[str]:
    """The parts of a type's parentheses, at its commas of depth zero."""
    parts, depth, start, quote = [], 0, 0, ""
    for i, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and not depth:
            parts.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts


def field(kind: str, name: str) -> str:
    """The type of `x.name`: a struct's field, a map's value, a part of a JSON document; UNKNOWN when `kind` has no such parts."""
    head, parts = parse(kind)
    if head == "MAP" and parts[0][1] == "VARCHAR":
        return parts[1][1]
    if head in ("JSON", "VARIANT"):
        return head
    if head in ("STRUCT", "UNION"):
        for field_name, field_kind in parts:
            if field_name.lower() == name.lower():
                return field_kind
    return UNKNOWN


def element(kind: str) -> str:
    """The type of a list's element."""
    head, parts = parse(kind)
    return parts[0][1] if head in ("LIST", "ARRAY") else UNKNOWN


def list_of(kind: str) -> str:
    return UNKNOWN if kind == UNKNOWN else f"{shown(kind)}[]"


def decimal(kind: str) -> tuple[int, int] | None:
    """(width, scale) of a DECIMAL, None for any other type."""
    head, parts = parse(kind)
    if head != "DECIMAL":
        return None
    return (int(parts[0][0]), int(parts[1][0]) if len(parts) > 1 else 0)


def is_numeric(kind: str) -> bool:
    return kind in INTEGERS or kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL")


def fits(value: int, kind: str) -> bool:
    """Whether an integer literal adapts to an integer type."""
    low, high = _LIMITS[kind]
    return low <= value <= high


# -- the type that holds two others


@lru_cache(8192)
def supertype(left: str, right: str) -> str:
    """The type of `CASE ... THEN left ELSE right`, a UNION's column, a list's element.  UNKNOWN when it is not certain."""
    if left == right:
        return left
    if UNKNOWN in (left, right):
        return UNKNOWN
    if left == NULL:
        return right
    if right == NULL:
        return left
    if is_numeric(left) and is_numeric(right):
        return _numeric(left, right)
    if left in _TEMPORAL_ORDER and right in _TEMPORAL_ORDER:
        return max(left, right, key=_TEMPORAL_ORDER.__getitem__)
    return _nested(left, right)


def _numeric(left: str, right: str) -> str:
    if "DOUBLE" in (left, right):
        return "DOUBLE"
    if "FLOAT" in (left, right):
        return "FLOAT"
    a, b = decimal(left), decimal(right)
    if a is None and b is None:
        return _integer(left, right)
    a = a or (_DIGITS[left], 0)
    b = b or (_DIGITS[right], 0)
    scale = max(a[1], b[1])
    width = max(a[0] - a[1], b[0] - b[1]) + scale
    return f"DECIMAL({min(width, 38)},{scale})"


def _integer(left: str, right: str) -> str:
    if (left in _SIGNED) == (right in _SIGNED):
        order = _SIGNED if left in _SIGNED else _UNSIGNED
        return order[max(order.index(left), order.index(right))]
    signed, unsigned = (left, right) if left in _SIGNED else (right, left)
    if unsigned == "UHUGEINT":
        return UNKNOWN
    return _SIGNED[max(_SIGNED.index(signed), _UNSIGNED.index(unsigned) + 1)]


def _nested(left: str, right: str) -> str:
    (head, parts), (other, others) = parse(left), parse(right)
    if head == other == "STRUCT":
        return _struct_of_both(parts, others)
    if head != other or len(parts) != len(others) or not parts or head not in ("LIST", "MAP", "TUPLE"):
        return UNKNOWN
    kinds = [supertype(a[1], b[1]) for a, b in zip(parts, others, strict=True)]
    if head == "LIST":
        return list_of(kinds[0])
    if head == "TUPLE":
        return tuple_of(kinds)
    return UNKNOWN if UNKNOWN in kinds else f"MAP({kinds[0]}, {kinds[1]})"


def _struct_of_both(left: Fields, right: Fields) -> str:
    """The fields of the left one, then those that only the right one has, as the left one spells them."""
    there = {name.lower(): kind for name, kind in right}
    fields = [(name, supertype(kind, there.pop(name.lower(), NULL))) for name, kind in left]
    fields += [(name, kind) for name, kind in right if name.lower() in there]
    return struct([name for name, _ in fields], [kind for _, kind in fields])


# -- arithmetic


@lru_cache(8192)
def add(left: str, right: str, minus: bool = False) -> str:
    """`left + right`, `left - right`."""
    if is_numeric(left) and is_numeric(right):
        if left.startswith("DECIMAL") or right.startswith("DECIMAL"):
            return _add_decimals(left, right)
        return computed(left, right)
    return _TEMPORAL_MINUS.get((left, right), UNKNOWN) if minus else _temporal_plus(left, right)


def _add_decimals(left: str, right: str) -> str:
    common = _numeric(left, right)
    size = decimal(common)
    if size is None:
        return common
    return f"DECIMAL({min(size[0] + 1, 38)},{size[1]})"


@lru_cache(8192)
def multiply(left: str, right: str) -> str:
    """`left * right`."""
    if is_numeric(left) and is_numeric(right):
        if not (left.startswith("DECIMAL") or right.startswith("DECIMAL")) or {left, right} & {"FLOAT", "DOUBLE"}:
            return computed(left, right)
        sizes = [decimal(k) or (_DIGITS[k], 0) for k in (left, right)]
        width, scale = sizes[0][0] + sizes[1][0], sizes[0][1] + sizes[1][1]
        if scale > 38:
            return UNKNOWN
        if width > 18 and max(s[0] for s in sizes) <= 18 and scale < 18:
            width = 18
        return f"DECIMAL({min(width, 38)},{scale})"
    if "INTERVAL" in (left, right) and (left in INTEGERS or right in INTEGERS or "DOUBLE" in (left, right)):
        return "INTERVAL"
    return UNKNOWN


def modulo(left: str, right: str) -> str:
    """`left % right`."""
    if not (is_numeric(left) and is_numeric(right)):
        return UNKNOWN
    decimal = next((kind for kind in (left, right) if kind.startswith("DECIMAL")), "")
    if decimal and {left, right} & {"HUGEINT", "UHUGEINT"}:
        return (
            "DECIMAL(38,0)" if decimal.endswith(",0)") else "DOUBLE"
        )  # 38 digits, and some behind the point, fit no decimal
    return computed(left, right)


def computed(left: str, right: str) -> str:
    """The type in which two numbers are computed: a small signed and a small unsigned integer that neither can hold meet in BIGINT."""
    kind = _numeric(left, right)
    return "BIGINT" if kind in ("SMALLINT", "INTEGER") and kind not in (left, right) else kind


def divide(left: str, right: str) -> str:
    """`left / right`."""
    if is_numeric(left) and is_numeric(right):
        return "FLOAT" if "FLOAT" in (left, right) and "DOUBLE" not in (left, right) else "DOUBLE"
    if left == "INTERVAL" and is_numeric(right):
        return "INTERVAL"
    return UNKNOWN


_STAMPS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")
_TEMPORAL_PLUS = {
    ("DATE", "INTERVAL"): "TIMESTAMP",
    ("TIMESTAMP", "INTERVAL"): "TIMESTAMP",
    ("TIMESTAMP WITH TIME ZONE", "INTERVAL"): "TIMESTAMP WITH TIME ZONE",
    ("TIME", "INTERVAL"): "TIME",
    ("INTERVAL", "INTERVAL"): "INTERVAL",
    ("DATE", "TIME"): "TIMESTAMP",
    **{("DATE", kind): "DATE" for kind in ("TINYINT", "SMALLINT", "INTEGER")},
}
_TEMPORAL_MINUS = {
    ("DATE", "DATE"): "BIGINT",
    ("TIMESTAMP", "TIMESTAMP"): "INTERVAL",
    ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"): "INTERVAL",
    **{pair: result for pair, result in _TEMPORAL_PLUS.items() if pair != ("DATE", "TIME")},
}


def _temporal_plus(left: str, right: str) -> str:
    return _TEMPORAL_PLUS.get((left, right)) or _TEMPORAL_PLUS.get((right, left), UNKNOWN)
