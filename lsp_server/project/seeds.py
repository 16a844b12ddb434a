"""A seed's file looked at: names from its header, types by the rules that DuckDB's own reader has, and a digest.

No database is asked, since opening a workspace must run nothing; `tests/oracles` compares the rules with DuckDB.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from hashlib import blake2b

from lsp_server.graph.model import Model, SeedFile
from lsp_server.semantics.facts import Column, Interface

SAMPLE = 20_480
"""Rows that decide the types: as many as DuckDB reads by default."""
_HEAD = 4_000_000
"""Characters of the file that are looked at."""

_BOOLEAN = re.compile(r"(?:true|false|t|f|yes|no|y|n)", re.IGNORECASE)
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)")
_DOUBLE = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d(?:\.\d{1,9})?)?")
_ZONE = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)")


def settings_of(model: Model) -> dict[str, object] | None:
    """How a model's header says that its file is to be read."""
    settings = model.kind.properties.get("csv_settings")
    return settings if isinstance(settings, dict) else None


def look(data: bytes, settings: dict[str, object] | None = None) -> SeedFile:
    """What a CSV file holds.  `settings` are SQLMesh's `csv_settings`."""
    digest = blake2b(data, digest_size=16).hexdigest()
    settings = {key.lower(): value for key, value in (settings or {}).items()}
    try:
        text = data.decode(str(settings.get("encoding") or "utf-8-sig"))
    except (UnicodeDecodeError, LookupError) as error:
        return SeedFile(None, digest, problem=f"It cannot be read: {error}.")
    delimiter = str(settings.get("delimiter") or settings.get("sep") or _delimiter(text))
    quote = str(settings.get("quotechar") or '"')
    source = io.StringIO(text[:_HEAD], newline="")
    try:
        rows = list(csv.reader(source, delimiter=delimiter, quotechar=quote))
    except csv.Error as error:
        return SeedFile(None, digest, problem=f"It is no CSV file: {error}.")
    if len(text) > _HEAD:
        rows = rows[:-1]  # the last one may be cut
    nulls = _nulls(settings.get("na_values"))
    rows = [row for row in rows if row]
    rows[1:] = [["" if cell in nulls else cell for cell in row] if nulls else row for row in rows[1:]]
    interface = interface_of(rows[: SAMPLE + 1])
    if interface is None:
        return SeedFile(None, digest, problem="It is empty: not even a header is there.")
    if len(text) > _HEAD:
        return SeedFile(interface, digest)
    return SeedFile(interface, digest, _cells(interface, rows), len(rows))


def _nulls(written: object) -> frozenset[str]:
    """Texts that stand for no value."""
    values = written if isinstance(written, list) else [] if written is None else [written]
    return frozenset(str(value) for value in values)


def _cells(interface: Interface, rows: list[list[str]]) -> dict[str, str]:
    """A digest of each column's cells, so that a changed cell touches the readers of its column only."""
    found = {}
    for i, column in enumerate(interface.columns):
        state = blake2b(digest_size=16)
        for row in rows:
            state.update(f"{row[i]}\0".encode("utf-8", "surrogatepass") if i < len(row) else b"\1")
        found[column.name] = state.hexdigest()
    return found


def interface_of(rows: list[list[str]]) -> Interface | None:
    """Names and types of a table whose first row may be its header."""
    if not rows:
        return None
    width = max(len(row) for row in rows)
    body = [_typed(column) for column in _columns(rows[1:], width)]
    if not _is_header(rows[0], body, len(rows)):
        types = [_typed(column) for column in _columns(rows, width)]
        return Interface(tuple(Column(f"column{i}", kind) for i, kind in enumerate(types)))
    return Interface(tuple(Column(name, kind) for name, kind in zip(_names(rows[0], width), body, strict=True)))


def _delimiter(text: str) -> str:
    """The one of the usual delimiters that splits the first lines evenly, and most."""
    lines = [line for line in text[:20_000].splitlines()[:50] if line]
    best, most = ",", 0
    for delimiter in ",|;\t":
        counts = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
        if len(counts) == 1 and (count := counts.pop()) > max(most, 1):
            best, most = delimiter, count
    return best


def _columns(rows: list[list[str]], width: int) -> list[list[str]]:
    return [[row[i] for row in rows if i < len(row)] for i in range(width)]


def _is_header(first: list[str], types: list[str], rows: int) -> bool:
    """A first row is the header unless it reads like one more row."""
    if rows == 1:
        return all(_typed([cell]) == "VARCHAR" for cell in first)
    typed = [(cell, kind) for cell, kind in zip(first, types, strict=False) if kind != "VARCHAR"]
    if not typed:
        return True
    return any(cell and not _CHECKS[kind](cell.strip()) for cell, kind in typed)


def _names(header: list[str], width: int) -> list[str]:
    """The header's names; made up where empty, numbered where repeated."""
    found: list[str] = []
    for i in range(width):
        name = (header[i].strip() if i < len(header) else "") or f"column{i}"
        base, number = name, 0
        while name.lower() in {other.lower() for other in found}:
            number += 1
            name = f"{base}_{number}"
        found.append(name)
    return found


def _typed(cells: list[str]) -> str:
    """The first of DuckDB's candidate types that all cells have."""
    values = [stripped for cell in cells if (stripped := cell.strip())]
    if not values:
        return "VARCHAR"
    for kind, check in _CHECKS.items():
        if all(check(value) for value in values):
            return kind
    return "VARCHAR"


def _is_integer(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: _INTEGER.fullmatch(text) is not None and low <= int(text) <= high


def _is_double(text: str) -> bool:
    if not _DOUBLE.fullmatch(text):
        return False
    digits = text.lstrip("-")
    return not (len(digits) > 1 and digits[0] == "0" and digits[1].isdigit())


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    try:
        date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return False
    return True


def _is_timestamp(text: str) -> bool:
    day, _, time = text.replace("T", " ", 1).partition(" ")
    return _is_date(day) and _TIME.fullmatch(time) is not None


def _is_zoned(text: str) -> bool:
    at = max(text.rfind("+"), text.rfind("-", 11), text.rfind("Z"))
    return at > 10 and _ZONE.fullmatch(text[at:]) is not None and _is_timestamp(text[:at].rstrip())


_CHECKS: dict[str, Callable[[str], bool]] = {
    "BOOLEAN": lambda text: _BOOLEAN.fullmatch(text) is not None,
    "TIME": lambda text: _TIME.fullmatch(text) is not None,
    "DATE": _is_date,
    "TIMESTAMP": _is_timestamp,
    "TIMESTAMP WITH TIME ZONE": _is_zoned,
    "BIGINT": _is_integer(-(2**63), 2**63 - 1),
    "HUGEINT": _is_integer(-(2**127), 2**127 - 1),
    "DOUBLE": _is_double,
}
