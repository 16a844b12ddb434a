"""What Headwater promises about an edit: the same code as behind `headwater impact`, without files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lsp_server.analysis import fingerprints
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.semantics import ir
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Column, Interface
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


class Workspace:
    """The meanings of a workspace's models, in topological order; equal texts over equal interfaces are bound once."""

    def __init__(self, models: Mapping[str, str]) -> None:
        self.interfaces: dict[str, Interface] = dict(SOURCES)
        self.meanings: dict[str, Meaning] = {}
        for name, text in models.items():
            interface, query = bound(text, self.interfaces)
            self.interfaces[name] = interface
            self.meanings[name] = fingerprints.meaning(query, self.meanings.get)
        self.tables = fingerprints.identities(self.meanings)


def bound(text: str, interfaces: Mapping[str, Interface]) -> tuple[Interface, ir.Query]:
    """Interface and relational form of one query."""
    parsed = parse_query(read_model(text, "duckdb"), MacroContext(dialect="duckdb"))
    facts = bind(parsed, "duckdb", interfaces.get).facts
    return facts.interface, ir.unpack(facts.query)


def promises(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Promise]:
    """The promise for each model that both versions have."""
    one, two = Workspace(before), Workspace(after)
    found = {}
    for name in before:
        if name not in after:
            continue
        old, new = one.meanings[name], two.meanings[name]
        same = frozenset(column for column, value in old.columns if new.column(column) == value)
        found[name] = Promise(
            rows=old.rows == new.rows,
            columns=same,
            order=old.order == new.order,
            table=one.tables[name] == two.tables[name],
            opaque=bool(new.cannot_be_analysed or old.cannot_be_analysed),
        )
    return found
