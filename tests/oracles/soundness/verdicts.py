"""What Headwater promises about an edit: the same code as behind `headwater impact`, without files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lsp_server.analysis import fingerprints
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.meanings import seen_part
from lsp_server.semantics import ir
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Column, Interface, as_table
from lsp_server.semantics.mentions import Mentions, pack, part, unpack
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from tests.oracles.soundness.sql import TABLES

SOURCES = {
    name: Interface(tuple(Column(column, kind) for column, kind in columns.items())) for name, columns in TABLES.items()
}


@dataclass(frozen=True)
class Promise:
    """What is promised to be the same in one model."""

    rows: bool
    columns: frozenset[str]
    order: bool
    table: bool
    opaque: bool


_Bound = tuple[Interface, ir.Query, Mentions | None]
"""Interface, relational form, and, if that was bound over the columns alone that the text names, its words."""


class Workspaces:
    """Meanings of workspaces' models; a text that reads the same models is read once."""

    def __init__(self) -> None:
        self._bound: dict[tuple[str, tuple[Interface, ...]], _Bound] = {}
        self._meant: dict[tuple[str, tuple[tuple[Interface, Meaning], ...]], tuple[Interface, Meaning]] = {}

    def meanings(self, models: Mapping[str, str]) -> dict[str, Meaning]:
        """The meaning of each model, in topological order."""
        if len(self._meant) > 2000:
            self._bound.clear()
            self._meant.clear()
        known: dict[str, tuple[Interface, Meaning]] = {}
        for name, text in models.items():
            words = set(re.findall(r"\w+", text))
            key = (text, tuple(known[up] for up in known if up in words))
            if key not in self._meant:
                self._meant[key] = self._meaning(text, {up: known[up] for up in known if up in words})
            known[name] = self._meant[key]
        return {name: found for name, (_, found) in known.items()}

    def _meaning(self, text: str, upstream: Mapping[str, tuple[Interface, Meaning]]) -> tuple[Interface, Meaning]:
        key = (text, tuple(interface for interface, _ in upstream.values()))
        if key not in self._bound:
            self._bound[key] = bound(
                text, {**SOURCES, **{name: interface for name, (interface, _) in upstream.items()}}
            )
        interface, query, named = self._bound[key]
        whole = {name: found for name, (_, found) in upstream.items()}
        seen = whole if named is None else {name: seen_part(found, named) for name, found in whole.items()}
        return interface, fingerprints.meaning(query, seen.get)

    def promises(self, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Promise]:
        """The promise for each model that both versions have."""
        return compared(self.meanings(before), self.meanings(after))


def bound(text: str, interfaces: Mapping[str, Interface]) -> _Bound:
    """Interface and relational form of one query, as the graph has them bound (`graph.queries.bound`)."""
    parsed = parse_query(read_model(text, "duckdb"), MacroContext(dialect="duckdb"))
    named = unpack(pack(parsed.tokens))
    parts = {name: part(interface, named) for name, interface in interfaces.items()}
    found, seen = bind(parsed, "duckdb", parts.get), named
    if found.looks_at_all:
        found, seen = bind(parsed, "duckdb", interfaces.get), None
    return as_table(found.facts.interface), ir.unpack(found.facts.query), seen


def compared(one: Mapping[str, Meaning], two: Mapping[str, Meaning]) -> dict[str, Promise]:
    """What equal fingerprints promise."""
    tables = fingerprints.identities(one), fingerprints.identities(two)
    found = {}
    for name, old in one.items():
        if name not in two:
            continue
        new = two[name]
        found[name] = Promise(
            rows=old.rows == new.rows,
            columns=frozenset(column for column, value in old.columns if new.column(column) == value),
            order=old.order == new.order,
            table=tables[0][name] == tables[1][name],
            opaque=bool(new.cannot_be_analysed or old.cannot_be_analysed),
        )
    return found


promises = Workspaces().promises
