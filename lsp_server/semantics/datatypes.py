"""A type that a text writes (`CAST(x AS ...)`) in the spelling of `types.py`; for other dialects than DuckDB in their own."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lsp_server.semantics import types

_DUCKDB = {
    "INT": "INTEGER", "TEXT": "VARCHAR", "VARCHAR": "VARCHAR", "CHAR": "VARCHAR", "NCHAR": "VARCHAR", "NVARCHAR": "VARCHAR", "BPCHAR": "VARCHAR",
    "BIGINT": "BIGINT", "SMALLINT": "SMALLINT", "TINYINT": "TINYINT", "INT128": "HUGEINT", "UINT128": "UHUGEINT",
    "UINT": "UINTEGER", "UBIGINT": "UBIGINT", "USMALLINT": "USMALLINT", "UTINYINT": "UTINYINT",
    "DOUBLE": "DOUBLE", "FLOAT": "FLOAT", "REAL": "FLOAT", "BOOLEAN": "BOOLEAN", "DATE": "DATE", "TIME": "TIME", "TIMETZ": "TIME WITH TIME ZONE",
    "TIMESTAMP": "TIMESTAMP", "TIMESTAMPNTZ": "TIMESTAMP", "DATETIME": "TIMESTAMP", "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP_S": "TIMESTAMP_S", "TIMESTAMP_MS": "TIMESTAMP_MS", "TIMESTAMP_NS": "TIMESTAMP_NS",
    "UUID": "UUID", "JSON": "JSON", "VARBINARY": "BLOB", "BINARY": "BLOB", "BLOB": "BLOB", "INTERVAL": "INTERVAL", "BIT": "BIT", "NULL": "NULL",
}  # fmt: skip


def written_type(node: Any, dialect: str) -> str:
    """The type that a DataType node means; UNKNOWN if it is not one whose meaning is certain."""
    if not isinstance(node, exp.DataType):
        return types.UNKNOWN
    if dialect not in ("duckdb", ""):
        return str(node.sql(dialect=dialect))
    kind = node.args.get("this")
    name = str(getattr(kind, "value", kind))
    if name == "INTERVAL" and node.args.get("unit") is not None:
        return "INTERVAL"
    parts = node.args.get("expressions") or ()
    if name == "DECIMAL":
        return _decimal([p.name for p in parts])
    if name in ("ARRAY", "LIST"):
        return _list(node, parts, dialect)
    if name in ("STRUCT", "OBJECT"):
        kinds = [written_type(p.args.get("kind"), dialect) for p in parts if isinstance(p, exp.ColumnDef)]
        return types.struct([p.name for p in parts], kinds) if len(kinds) == len(parts) else types.UNKNOWN
    if name == "UNION":
        kinds = [written_type(p.args.get("kind"), dialect) for p in parts if isinstance(p, exp.ColumnDef)]
        return types.union_of([p.name for p in parts], kinds) if len(kinds) == len(parts) else types.UNKNOWN
    if name == "MAP":
        kinds = [written_type(p, dialect) for p in parts]
        return f"MAP({kinds[0]}, {kinds[1]})" if len(kinds) == 2 and types.UNKNOWN not in kinds else types.UNKNOWN
    if name == "ENUM":
        return f"ENUM({', '.join(p.sql(dialect='duckdb') for p in parts)})"
    if name in ("USERDEFINED", "USER-DEFINED"):
        return types.UNKNOWN
    return _DUCKDB.get(name, types.UNKNOWN)


def _decimal(parts: list[str]) -> str:
    width = parts[0] if parts else "18"
    scale = parts[1] if len(parts) > 1 else ("0" if parts else "3")
    return f"DECIMAL({width},{scale})"


def _list(node: Any, parts: Any, dialect: str) -> str:
    inner = written_type(parts[0], dialect) if parts else types.UNKNOWN
    if inner == types.UNKNOWN:
        return types.UNKNOWN
    size = node.args.get("values")
    return f"{inner}[{size[0].name}]" if size else f"{inner}[]"


def cast_key(node: Any, dialect: str) -> str:
    """What tells the target of a cast apart, also where its type is not known to us."""
    known = written_type(node, dialect)
    if known != types.UNKNOWN:
        return known
    return str(node.sql(dialect=dialect or None)) if isinstance(node, exp.Expression) else str(node)
