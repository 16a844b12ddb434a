"""Functions: what they return, whether they are volatile, set-returning, aggregates, dependent on order.

A name is sqlglot's class key ("coalesce") or "fn:" and the name in the text.  First cut; the table of DuckDB's catalogue follows.
"""

from __future__ import annotations

import msgspec

from lsp_server.semantics import ir, types


class Behaviour(msgspec.Struct, frozen=True):
    """What evaluating a call twice may do."""

    volatile: bool = False
    stable: bool = False
    set_returning: bool = False


_PLAIN = Behaviour()
NOT_AGGREGATES = frozenset(
    {
        "lag",
        "lead",
        "rownumber",
        "firstvalue",
        "lastvalue",
        "nthvalue",
        "ntile",
        "rank",
        "denserank",
        "percentrank",
        "cumedist",
    }
)
_VOLATILE = frozenset({"rand", "uuid", "random", "randn", "nextval", "setseed"})
_STABLE = frozenset(
    {"currentdate", "currenttimestamp", "currenttime", "currentuser", "currentdatetime", "localtime", "localtimestamp"}
)
_SETS = frozenset(
    {"explode", "explodeouter", "posexplode", "posexplodeouter", "unnest", "inline", "generateseries", "flatten"}
)
_ORDERED = frozenset(
    {
        "arrayagg",
        "groupconcat",
        "first",
        "last",
        "anyvalue",
        "argmax",
        "argmin",
        "jsonobjectagg",
        "jsonarrayagg",
        "arrayconcatagg",
    }
)


def behaviour(name: str, dialect: str) -> Behaviour:
    bare = name.removeprefix("fn:")
    if bare in _VOLATILE:
        return Behaviour(volatile=True)
    if bare in _STABLE:
        return Behaviour(stable=True)
    if bare in _SETS:
        return Behaviour(set_returning=True)
    return _PLAIN


def is_aggregate(name: str, dialect: str) -> bool:
    return name in {"list", "mad", "histogram", "product", "fsum", "geomean", "entropy", "bit_xor"}


def is_order_dependent(name: str) -> bool:
    return name.removeprefix("fn:") in _ORDERED or name == "fn:list"


def return_type(name: str, args: tuple[ir.Expr, ...], extra: str) -> str:
    return ir.UNKNOWN


def certain_type(name: str, dialect: str) -> str:
    return ir.UNKNOWN


def aggregate_type(name: str, args: tuple[ir.Expr, ...], extra: str) -> str:
    if name == "count":
        return "BIGINT"
    if not args:
        return ir.UNKNOWN
    first = args[0].type
    if name == "sum":
        size = types.decimal(first)
        if size:
            return f"DECIMAL(38,{size[1]})"
        return "HUGEINT" if first in types.INTEGERS else "DOUBLE" if first in ("FLOAT", "DOUBLE") else ir.UNKNOWN
    if name == "avg":
        return "DOUBLE" if types.is_numeric(first) else ir.UNKNOWN
    if name in ("min", "max", "first", "last", "anyvalue"):
        return first
    return ir.UNKNOWN


def table_columns(name: str, args: tuple[ir.Expr, ...], alias: str) -> list[tuple[str, str]] | None:
    """The columns of a table function; None when they depend on what is not in the text (a file, a catalog)."""
    bare = name.removeprefix("fn:")
    if bare in ("generateseries", "range", "generate_series"):
        kinds = {a.type for a in args}
        kind = "BIGINT" if kinds <= types.INTEGERS else "TIMESTAMP" if "TIMESTAMP" in kinds else ir.UNKNOWN
        return [(alias or ("range" if bare == "range" else "generate_series"), kind)]
    if bare in ("unnest", "explode"):
        return [(alias or "unnest", types.element(args[0].type) if args else ir.UNKNOWN)]
    return None
