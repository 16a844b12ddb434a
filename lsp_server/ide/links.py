"""Links: the files that a model file names."""

from __future__ import annotations

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.text.spans import Span


class Link(msgspec.Struct, frozen=True):
    """`path` is relative to the workspace."""

    span: Span
    path: str


def links(graph: Graph, path: str) -> list[Link]:
    """The data file of a seed."""
    file = graph.file(path)
    if file is None or file.header is None:
        return []
    written = file.header.kind.get("path")
    return [
        Link(written.value_span, model.seed) for model in graph.models_in(path) if model.seed and written is not None
    ]
