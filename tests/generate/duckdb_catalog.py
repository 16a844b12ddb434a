"""Write lsp_server/semantics/catalog.py: what DuckDB's own catalogue says of its functions.

python -m tests.generate.duckdb_catalog            rewrite the module
python -m tests.generate.duckdb_catalog --check    exit 1 if it is not what DuckDB says now
"""

from __future__ import annotations

import itertools
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

TARGET = Path(__file__).parents[2] / "lsp_server" / "semantics" / "catalog.py"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_OPEN = {
    "ANY",
    "T",
    "K",
    "V",
    "LIST",
    "STRUCT",
    "MAP",
    "UNION",
    "ARRAY",
    "TUPLE",
    "LAMBDA",
    "INVALID",
    "DECIMAL",
    "ENUM",
    "TYPE",
    "VARIANT",
}

Overload = tuple[tuple[str, ...], str, str]


def rows() -> list[tuple[str, str, tuple[str, ...], str, str, str, str, str]]:
    """(name, type, parameters, varargs, return type, stability, alias of, macro definition) of every function with a plain name."""
    found = duckdb.connect().execute(
        "SELECT function_name, function_type, parameter_types, varargs, return_type, stability, alias_of, macro_definition"
        " FROM duckdb_functions() ORDER BY ALL"
    )
    return [
        (
            n,
            kind,
            tuple(p or "ANY" for p in params or ()),
            varargs or "",
            returns or "ANY",
            stability or "",
            alias or "",
            macro or "",
        )
        for n, kind, params, varargs, returns, stability, alias, macro in found.fetchall()
        if _NAME.fullmatch(n) and not n.startswith("__internal")
    ]


def is_open(kind: str) -> bool:
    """Whether a return type of the catalogue stands for many."""
    return (
        kind.replace("[]", "") in _OPEN
        or kind.startswith("MAP(")
        or "K" in re.findall(r"\b[KVT]\b", kind)
        or '"NULL"' in kind
    )


def by_name(kinds: set[str]) -> dict[str, list[Overload]]:
    found: dict[str, list[Overload]] = defaultdict(list)
    for name, kind, parameters, varargs, returns, *_ in rows():
        if kind in kinds and (parameters, varargs, returns) not in found[name]:
            found[name].append((parameters, varargs, returns))
    return {name: overloads for name, overloads in found.items() if overloads}


def constants(functions: dict[str, list[Overload]]) -> dict[str, list[str]]:
    """Return type to the functions that return it whatever they are given."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, overloads in functions.items():
        kinds = {returns for _, _, returns in overloads}
        if len(kinds) == 1 and not is_open(next(iter(kinds))):
            found[kinds.pop()].append(name)
    return dict(sorted(found.items()))


def settled_names(functions: dict[str, list[Overload]]) -> set[str]:
    return {name for names in constants(functions).values() for name in names}


def others(functions: dict[str, list[Overload]]) -> list[str]:
    """`name(A,B...)R` for each overload of a function whose return type varies."""
    settled = settled_names(functions)
    lines = []
    for name, overloads in sorted(functions.items()):
        if name in settled or len(overloads) > 40 or all(returns in ("ANY", "INVALID") for _, _, returns in overloads):
            continue
        cells = [f"{','.join(p)}{'|' + v if v else ''}>{r}" for p, v, r in overloads]
        lines.append(f"{name}: " + " ; ".join(cells))
    return lines


def arities() -> dict[str, list[str]]:
    """`from-to` (or `from-`) to the functions that take so many arguments; macros have defaults and are left out."""
    counts: dict[str, set[tuple[int, int]]] = defaultdict(set)
    macros = {name for name, kind, *_ in rows() if kind not in ("scalar", "aggregate", "window")}
    for name, _, parameters, varargs, *_ in rows():
        if name not in macros:
            counts[name].add((len(parameters), 10**6 if varargs else len(parameters)))
    found: dict[str, list[str]] = defaultdict(list)
    for name, each in sorted(counts.items()):
        low, high = min(a for a, _ in each), max(b for _, b in each)
        found[f"{low}-{'' if high == 10**6 else high}"].append(name)
    return dict(sorted(found.items()))


_SAMPLES = {
    "ANY": ("i", "s", "d", "n", "l", "f", "ts"), "T": ("i", "s", "d"), "ANY[]": ("l", "ls"), "T[]": ("l", "ls"), "LIST": ("l", "ls"),
    "DECIMAL": ("n", "i"), "VARIANT": ("CAST(i AS VARIANT)",), "STRUCT": ("st",), "MAP": ("m",), "MAP(K, V)": ("m",),
}  # fmt: skip
"""Arguments to try for a parameter that takes many types."""


def probed(settled: set[str]) -> dict[str, str]:
    """Functions of which the catalogue does not say it, but that yield one type for whatever sample they take."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE t (i INTEGER, s VARCHAR, d DATE, f DOUBLE, ts TIMESTAMP, n DECIMAL(10,2), l INTEGER[], ls VARCHAR[], st STRUCT(a INTEGER, b VARCHAR),"
        " m MAP(VARCHAR, INTEGER))"
    )
    kinds: dict[str, set[str]] = defaultdict(set)
    taken: dict[str, int] = defaultdict(int)
    for name, kind, parameters, varargs, *_ in rows():
        if kind not in ("scalar", "aggregate", "macro") or name in settled:
            continue
        for sample in range(7):
            given = [_sample(p, sample) for p in (*parameters, *([varargs] if varargs else []))]
            try:
                described = connection.execute(f"DESCRIBE SELECT {name}({', '.join(given)}) FROM t").fetchall()
            except duckdb.Error:
                continue
            kinds[name].add(described[0][1])
            taken[name] += 1 if kind != "macro" else 2  # a macro is one text: what it takes it takes for a reason
    return {
        name: found.pop()
        for name, found in kinds.items()
        if len(found) == 1 and taken[name] > 1 and not is_open(next(iter(found))) and not is_nested(next(iter(found)))
    }


_KINDS = {
    "i": "INTEGER", "d": "DECIMAL(9,2)", "f": "DOUBLE", "b": "BOOLEAN", "s": "VARCHAR", "D": "DATE", "t": "TIMESTAMP", "z": "TIMESTAMPTZ", "T": "TIME",
    "v": "INTERVAL", "l": "INTEGER[]", "m": "MAP(VARCHAR, INTEGER)", "r": "STRUCT(x INTEGER)", "x": "BLOB", "u": "UUID",
}  # fmt: skip
"""Letters of `semantics.doubts`, and a type of each kind."""
_OPERATORS = ("+", "-", "*", "/", "//", "%", "||", "&", "|", "<<", ">>", "LIKE", "ILIKE", "GLOB")
_OTHERS = ("c0", "c4", "c10", "c5", "c11")
"""What to put in the other places, where the catalogue says ANY: a number, a text, a list, a date, a map."""
_CONSTANTS = {
    **dict.fromkeys(("INTEGER", "BIGINT"), ("1",)),
    "VARCHAR": ("'day'",),
    "DOUBLE": ("0.5",),
    "BOOLEAN": ("true",),
}
"""What must be a constant in some functions."""


class Prober:
    """Asks DuckDB whether it takes an expression over columns of all kinds."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        columns = ", ".join(f"{self.column(letter)} {kind}" for letter, kind in _KINDS.items())
        self._connection.execute(f"CREATE TABLE t ({columns})")

    @staticmethod
    def column(letter: str) -> str:
        return f"c{list(_KINDS).index(letter)}"

    def takes(self, expression: str) -> bool:
        try:
            self._connection.execute(f"PREPARE p AS SELECT {expression} FROM t")
        except duckdb.Error:
            return False
        return True


def taken(only: Callable[[str], bool] = lambda name: True) -> dict[str, list[str]]:
    """What each place of a call takes (letters of kinds, by comma) to `name/arguments`; where anything is taken it is left out.

    All functions take most of a minute: `only` says which.
    """
    prober = Prober()
    places: dict[tuple[str, int], list[set[str]]] = {}
    for name, kind, parameters, varargs, *_ in rows():
        wanted = kind in ("scalar", "aggregate") and "collate_" not in name and only(name)
        if wanted and not varargs and 1 <= len(parameters) <= 3:
            known = places.setdefault((name, len(parameters)), [set() for _ in parameters])
            for at, place in enumerate(known):
                place |= {
                    letter for letter in _KINDS if letter not in place and _takes(prober, name, parameters, at, letter)
                }
    varied = {name for name, _, _, varargs, *_ in rows() if varargs}
    found: dict[str, list[str]] = defaultdict(list)
    for (name, count), sets in sorted(places.items()):
        if name not in varied and all(sets) and any(len(each) < len(_KINDS) for each in sets):
            found[",".join("".join(letter for letter in _KINDS if letter in each) for each in sets)].append(
                f"{name}/{count}"
            )
    return dict(sorted(found.items()))


def _takes(prober: Prober, name: str, parameters: tuple[str, ...], at: int, letter: str) -> bool:
    """Whether there is something for the other places with which a call takes that kind at `at`."""
    others = [parameter for place, parameter in enumerate(parameters) if place != at]
    options = [(f"CAST(NULL AS {p})", *_CONSTANTS.get(p, ())) if p not in _OPEN else _OTHERS for p in others]
    for given in itertools.product(*options):
        arguments = [*given[:at], prober.column(letter), *given[at:]]
        if prober.takes(f"{name}({', '.join(arguments)})"):
            return True
    return False


def pairs() -> list[str]:
    """`operator left=rights left=rights ...`: what operators take."""
    prober = Prober()
    lines = []
    for operator in _OPERATORS:
        cells = []
        for left in _KINDS:
            rights = [
                right for right in _KINDS if prober.takes(f"{prober.column(left)} {operator} {prober.column(right)}")
            ]
            if rights:
                cells.append(f"{left}={''.join(rights)}")
        lines.append(" ".join([operator, *cells]))
    return lines


def is_nested(kind: str) -> bool:
    return kind.endswith("]") or "(" in kind


def _sample(parameter: str, number: int) -> str:
    options = _SAMPLES.get(parameter)
    return options[number % len(options)] if options else f"CAST(NULL AS {parameter})"


def conflated() -> list[str]:
    """Functions that sqlglot parses into the same tree as another that is no alias of theirs."""
    alias = {name: (of or name) for name, kind, *_, of, _ in rows() if kind in ("scalar", "aggregate")}
    trees: dict[str, set[str]] = defaultdict(set)
    arities: dict[str, set[int]] = defaultdict(set)
    for name, kind, parameters, varargs, *_ in rows():
        if kind in ("scalar", "aggregate", "macro"):
            arities[name] |= {len(parameters), len(parameters) + 1} if varargs else {len(parameters)}
    for name, counts in arities.items():
        for count in counts:
            try:
                tree = sqlglot.parse_one(f"{name}({', '.join('abcdefgh'[:count])})", dialect="duckdb")
            except sqlglot.errors.SqlglotError:
                continue
            if not isinstance(tree, exp.Anonymous | exp.Column):
                trees[repr(tree)].add(name)
    found: set[str] = set()
    for names in trees.values():
        if len({alias.get(n, n) for n in names}) > 1:
            found |= names
    return sorted(found)


def volatile_macros(volatile: set[str]) -> set[str]:
    return {n for n, kind, *_, macro in rows() if "macro" in kind and set(_NAME.findall(macro.lower())) & volatile}


def words(names: list[str] | set[str], indent: str = "") -> str:
    return textwrap.fill(
        " ".join(sorted(names)), 118, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def module(taken: dict[str, list[str]]) -> str:
    """The text of the module, with what functions take."""
    every = rows()
    scalars, aggregates, windows = by_name({"scalar"}), by_name({"aggregate"}), by_name({"window"})
    volatile = {n for n, *_, stability, _, _ in every if stability == "VOLATILE"}
    measured: dict[str, list[str]] = defaultdict(list)
    for name, kind in sorted(probed(settled_names(scalars) | settled_names(aggregates)).items()):
        measured[kind].append(name)
    # Of functions that are CONSISTENT for some arguments, the other overloads read the session's time zone, which is one for all.
    stable = {n for n, *_, stability, _, _ in every if stability == "CONSISTENT_WITHIN_QUERY"}
    stable -= {n for n, *_, stability, _, _ in every if stability == "CONSISTENT"}
    macros = {n for n, kind, *_ in every if kind == "macro"}
    tables = {n for n, kind, *_ in every if kind in ("table", "table_macro")}
    return f'''"""DuckDB {duckdb.__version__}: its functions, as its own catalogue describes them.  Generated: see tests/generate/duckdb_catalog.py."""

RETURNS = """
{chr(10).join(f"{kind}: {' '.join(sorted(names))}" for kind, names in constants(scalars).items())}
"""
"""Scalar functions that return one type whatever they are given."""

MEASURED = """
{chr(10).join(f"{kind}: {' '.join(names)}" for kind, names in sorted(measured.items()))}
"""
"""Functions of which the catalogue does not say the type, and which yield one type whatever they are given."""

OVERLOADS = """
{chr(10).join(others(scalars))}
"""
"""Other scalar functions: `parameters|varargs>result`."""

AGGREGATE_RETURNS = """
{chr(10).join(f"{kind}: {' '.join(sorted(names))}" for kind, names in constants(aggregates).items())}
"""

AGGREGATE_OVERLOADS = """
{chr(10).join(others(aggregates))}
"""

ARITIES = """
{chr(10).join(f"{count}: {' '.join(names)}" for count, names in arities().items())}
"""
"""How many arguments functions take, from and to."""

TAKEN = """
{chr(10).join(f"{kinds}: {' '.join(names)}" for kinds, names in taken.items())}
"""
"""What kinds of types functions take with so many arguments, place by place, as it was tried out.  What takes anything is not here."""

OPERATORS = """
{chr(10).join(pairs())}
"""
"""The same of operators: on the right, by what stands on the left."""

AGGREGATES = """
{words(set(aggregates))}
"""

WINDOWS = """
{words(set(windows))}
"""

SCALARS = """
{words(set(scalars))}
"""

MACROS = """
{words(macros)}
"""

TABLES = """
{words(tables)}
"""

VOLATILE = """
{words(volatile | volatile_macros(volatile))}
"""

STABLE = """
{words(stable | (volatile_macros(stable) - volatile))}
"""
"""Fixed within one query."""

CONFLATED = """
{words(conflated())}
"""
"""Functions that a syntax tree does not tell from another that is no alias: their written name is part of their meaning."""
'''


def main() -> int:
    text = module(taken())
    if "--check" in sys.argv:
        return int(TARGET.read_text() != text)
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
