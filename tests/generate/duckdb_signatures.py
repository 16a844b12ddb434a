"""Writes `lsp_server/ide/duckdb_signatures.py` from DuckDB's own catalogue: `python -m tests.generate.duckdb_signatures`.

Overloads whose parameters have the same names are shown as one, with the types that each parameter may have;
of these a function has three at most.  Descriptions are DuckDB's.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

TARGET = Path(__file__).parents[2] / "lsp_server/ide/duckdb_signatures.py"
SHOWN = 3
QUERY = """
    SELECT function_name, function_type, parameters, parameter_types, varargs, return_type, description
    FROM duckdb_functions()
    WHERE internal
        AND function_type IN ('scalar', 'aggregate', 'window', 'macro', 'table', 'table_macro')
        AND regexp_full_match(function_name, '[a-z][a-z0-9_]*')
        AND NOT function_name LIKE 'collate\\_%' ESCAPE '\\'
        AND NOT starts_with(function_name, 'pragma_')
        AND NOT starts_with(function_name, 'icu_collate')
    ORDER BY function_name, len(parameters), parameter_types::VARCHAR, return_type
"""


NUMBERS = frozenset(
    [
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
        "BIGNUM",
        "FLOAT",
        "DOUBLE",
        "DECIMAL",
    ]
)
SHORT = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", "TIME WITH TIME ZONE": "TIMETZ", "TIMESTAMPTZ_NS": "TIMESTAMPTZ"}
TOLD = 4
"""More types than these in one place are told as ANY."""

Parameters = tuple[str, ...]
Overload = list[str]
"""The types of the parameters, then what is returned."""


def rows() -> list[str]:
    """One line a function: name, kind, signatures (by " | "), description."""
    found: dict[tuple[str, str], dict[Parameters, list[Overload]]] = {}
    told: dict[tuple[str, str], str] = {}
    for name, kind, parameters, types, varargs, returns, description in duckdb.connect().execute(QUERY).fetchall():
        key = (name, kind.removesuffix("_macro"))
        told[key] = told.get(key) or " ".join((description or "").split())
        names = (*parameters, "...") if varargs else tuple(parameters)
        overload = [*(types or [""] * len(parameters)), *([varargs] if varargs else []), returns or ""]
        found.setdefault(key, {}).setdefault(names, []).append([SHORT.get(t or "", t or "") for t in overload])
    return [
        "\t".join((*key, " | ".join(_shown(overloads)), told[key])).rstrip("\t")
        for key, overloads in sorted(found.items())
    ]


def _shown(overloads: dict[Parameters, list[Overload]]) -> list[str]:
    """One signature for each list of parameters, the short ones first, at most three."""
    shortest = sorted(overloads, key=lambda names: (len(names), names))[:SHOWN]
    return [_signature(names, overloads[names]) for names in shortest]


def _signature(names: Parameters, overloads: list[Overload]) -> str:
    *types, returns = (_together(column) for column in zip(*overloads, strict=True))
    words = [f"{t} ..." if name == "..." else f"{name} {t}".rstrip() for name, t in zip(names, types, strict=True)]
    return f"({', '.join(words)})" + (f" -> {returns}" if returns else "")


def _together(types: tuple[str, ...]) -> str:
    """`DATE/TIMESTAMP`; all kinds of numbers as NUMERIC."""
    different = dict.fromkeys(types)
    numbers = [t for t in different if t in NUMBERS]
    if len(numbers) > 2:
        different = dict.fromkeys("NUMERIC" if t in NUMBERS else t for t in different)
    return "/".join(different) if len(different) <= TOLD else "ANY"


def module() -> str:
    """The text of the module."""
    head = f'"""DuckDB {duckdb.__version__}: its functions with parameters and descriptions, as its own catalogue has them.\n\n'
    head += (
        'Generated: see tests/generate/duckdb_signatures.py.  Imported only when somebody asks for a function.\n"""\n\n'
    )
    lines = "\n".join(rows()).replace("\\", "\\\\").replace('"""', '\\"""')
    return f'{head}# fmt: off\nSIGNATURES = """\\\n{lines}\n"""\n'


if __name__ == "__main__":
    TARGET.write_text(module(), encoding="utf-8")
