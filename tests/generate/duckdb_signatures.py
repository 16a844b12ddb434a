"""Writes `lsp_server/ide/duckdb_signatures.py` from DuckDB's own catalogue: `python -m tests.generate.duckdb_signatures`.

A function with many overloads is shown by its three widest differing ones; descriptions are DuckDB's.
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


def rows() -> list[str]:
    """One line a function: name, kind, signatures (by " | "), description."""
    found: dict[tuple[str, str], tuple[list[str], str]] = {}
    for name, kind, parameters, types, varargs, returns, description in duckdb.connect().execute(QUERY).fetchall():
        signatures, known = found.setdefault((name, kind.removesuffix("_macro")), ([], description or ""))
        words = [f"{p} {t}" if t else p for p, t in zip(parameters, types or [None] * len(parameters), strict=True)]
        words += [f"{varargs} ..."] if varargs else []
        signatures.append(f"({', '.join(words)})" + (f" -> {returns}" if returns else ""))
        found[name, kind.removesuffix("_macro")] = (signatures, known or description or "")
    return [
        "\t".join((name, kind, " | ".join(_shown(signatures)), " ".join(description.split()))).rstrip("\t")
        for (name, kind), (signatures, description) in sorted(found.items())
    ]


def _shown(signatures: list[str]) -> list[str]:
    """The first of each number of parameters, at most three."""
    by_length = {signature.count(","): signature for signature in reversed(signatures)}
    return [by_length[length] for length in sorted(by_length)][:SHOWN]


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
