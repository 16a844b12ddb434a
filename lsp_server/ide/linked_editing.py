"""Linked editing: a CTE's or table alias's name and its uses in the file change together while one of them is typed."""

from __future__ import annotations

from lsp_server.graph.graph import Graph
from lsp_server.ide.references import references_of
from lsp_server.ide.symbols import symbol_at
from lsp_server.text.spans import Span


def linked_ranges(graph: Graph, path: str, offset: int) -> list[Span]:
    """The places that must stay equal, or none: only when all of them are spelt the same."""
    found = symbol_at(graph, path, offset)
    if found is None or found.key.kind not in ("alias", "cte"):
        return []
    text = graph.text(path) or ""
    spans = sorted({site.span for site in references_of(graph, found.key)})
    return spans if len({text[slice(*span)] for span in spans}) == 1 else []
