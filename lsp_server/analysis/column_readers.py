"""Who reads a column: what reasons name, and views list.

A model may have a thousand readers, and whoever types into it waits for its reasons.  So of models with many readers it is kept
which of their columns each reader reads, as long as the reader's facts are the same: to ask again is to look that up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lsp_server.analysis import kept_columns
from lsp_server.analysis.kept_columns import columns_read, packed_columns
from lsp_server.analysis.rewrites.conditions import walk
from lsp_server.analysis.scopes import expressions_of
from lsp_server.analysis.sides import Sides
from lsp_server.graph.graph import Graph
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Facts

if TYPE_CHECKING:
    from lsp_server.analysis.reasons import Side


class ColumnReaders:
    """The readers of columns, in a graph as it is and in the baseline with whose models (`before`) it is compared."""

    def __init__(self, graph: Graph, before: Mapping[str, Side]) -> None:
        self._graph = graph
        self._before = before
        self._now: dict[str, dict[str, tuple[Facts, frozenset[str]]]] = {}
        """Of a model with many readers, for each of them: its facts, and the columns that these read."""
        self._then: dict[tuple[str, str], dict[str, bool]] = {}
        """Of a column of such a model, for each reader: whether the baseline's version reads it."""
        self._same: dict[frozenset[str], frozenset[str]] = {}

    def of(self, model: str, column: str) -> tuple[str, ...]:
        """Sorted; as far as is known, since a keystroke does not wait for a thousand readers."""
        names, column = self._graph.readers(model), column.lower()
        return tuple([name for name in names if self._reads(name, model, column, len(names) > kept_columns.FEW)])

    def before(self, model: str, column: str) -> tuple[str, ...]:
        """Of a column that is gone: who read it in the baseline and still names the model."""
        names, column = self._graph.readers(model), column.lower()
        known = self._then.setdefault((model, column), {}) if len(names) > kept_columns.FEW else {}
        for name in names:
            if name not in known:
                known[name] = self._read_before(name, model, column)
        return tuple([name for name in names if known[name]])

    def _read_before(self, name: str, model: str, column: str) -> bool:
        """Whether the baseline's version of a model names `model.column`, even where nothing comes of it."""
        if isinstance(self._before, Sides):
            columns = self._before.packed_columns(name, model)
            if columns is not None and column in columns:
                return True
            if columns is not None and not _may_name(self._before.text(name), column):
                return False
        side = self._before.get(name)
        return side is not None and _read(side, model, column)

    def _reads(self, reader: str, model: str, column: str, kept: bool) -> bool:
        columns = packed_columns(self._graph, reader, model) if kept else None
        if columns is not None:
            return column in columns
        facts = self._graph.known_facts(reader)
        if facts is None:
            return True  # nobody knows yet
        if not kept:
            return column in columns_read(facts, model)
        known = self._now.setdefault(model, {})
        was = known.get(reader)
        if was is None or was[0] is not facts:
            columns = columns_read(facts, model)
            was = known[reader] = facts, self._same.setdefault(columns, columns)
        return column in was[1]


def _may_name(text: str, column: str) -> bool:
    """Whether a text may name a column, by itself, by a star, or by a macro."""
    text = text.lower()
    return column in text or any(mark in text for mark in "*@{")


def _read(side: Side, model: str, column: str) -> bool:
    if side.facts is not None and column in columns_read(side.facts, model):
        return True
    if not _may_name(side.text, column):
        return False
    query = ir.unpack(side.query) if side.query else ir.Query((), ())
    places = {
        (at, index)
        for at, source in enumerate(query.sources)
        for index, name in enumerate(source.columns if source.model == model else ())
        if name.lower() == column
    }
    nodes = (node for expr in expressions_of(query) for node in walk(expr) if isinstance(node, ir.Col))
    return any((node.source, node.index) in places for node in nodes)
