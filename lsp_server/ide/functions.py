"""The functions of a dialect with their signatures, for completion, hover and signature help.

DuckDB's come from its own catalogue (`duckdb_signatures.py`), others from what sqlglot knows of the dialect.
"""

from __future__ import annotations

import functools

import msgspec

from lsp_server.syntax.functions import known_functions


class Function(msgspec.Struct, frozen=True):
    """`signatures` are texts as "(x BIGINT) -> BIGINT"; `kind`: "scalar", "aggregate", "window", "table", "macro"."""

    name: str
    kind: str
    signatures: tuple[str, ...]
    description: str = ""

    @property
    def parameters(self) -> tuple[tuple[str, ...], ...]:
        """The parameters of each signature, as shown."""
        return tuple(_parameters(signature) for signature in self.signatures)


_SPECIAL = (
    Function("coalesce", "scalar", ("(value ANY, ANY ...) -> ANY",), "The first argument that is not NULL."),
    Function("ifnull", "scalar", ("(value ANY, other ANY) -> ANY",), "`other` where `value` is NULL."),
    Function("nullif", "scalar", ("(a ANY, b ANY) -> ANY",), "NULL where `a` equals `b`, else `a`."),
    Function("cast", "scalar", ("(value AS TYPE) -> TYPE",), "`value` as another type; an error where it cannot be."),
    Function("try_cast", "scalar", ("(value AS TYPE) -> TYPE",), "`value` as another type; NULL where it cannot be."),
    Function("extract", "scalar", ("(part FROM date) -> BIGINT",), "A part of a date or time."),
    Function("exists", "scalar", ("(query) -> BOOLEAN",), "Whether the query has rows."),
    Function("unnest", "table", ("(list ANY[]) -> ANY",), "One row for each element."),
)


@functools.cache
def functions(dialect: str) -> dict[str, Function]:
    """All functions by lower-case name."""
    found = {function.name: function for function in _SPECIAL}
    if dialect in ("duckdb", ""):
        found.update({function.name: function for function in _duckdb() if function.name not in found})
    else:
        for name, parameters in known_functions(dialect).items():
            found.setdefault(name, Function(name, "scalar", (f"({', '.join(parameters)})",)))
    return found


def _duckdb() -> list[Function]:
    from lsp_server.ide.duckdb_signatures import SIGNATURES

    found = []
    for line in SIGNATURES.splitlines():
        name, kind, signatures, description = (*line.split("\t"), "", "")[:4]
        found.append(Function(name, kind, tuple(signatures.split(" | ")), description))
    return found


def _parameters(signature: str) -> tuple[str, ...]:
    """The parts between the commas of `(a, MAP(b, c)) -> d`."""
    parts, depth, start = [], 0, 1
    for at, char in enumerate(signature):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
            if depth == 0:
                parts.append(signature[start:at].strip())
                break
        elif char == "," and depth == 1:
            parts.append(signature[start:at].strip())
            start = at + 1
    return tuple(part for part in parts if part)
