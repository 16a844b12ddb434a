"""Where a model's header names the model's own columns: grain, time_column, columns, audits, ..."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from lsp_server.graph.graph import Graph
from lsp_server.syntax.header import Header, Property
from lsp_server.text.spans import Span

_PROPERTIES = frozenset(
    ["grain", "grains", "references", "column_descriptions", "audits", "partitioned_by", "clustered_by"]
)
_NO_COLUMN_BEFORE = ("(", ":=", "=>")
"""`day(ts)` is a function, `not_null(columns := ...)` an argument's name."""


def header_columns(graph: Graph, model: str) -> Iterator[tuple[Span, str]]:
    """Each place where the header names one of the model's columns, with the column as the model spells it."""
    found = graph.model(model)
    file = graph.file(found.path) if found is not None else None
    if file is None or file.header is None:
        return
    interface = graph.interface(model)
    columns = {column.name.lower(): column.name for column in interface.columns} if interface is not None else {}
    for span, name in _names(file.header, file.text):
        if name.lower() in columns:
            yield span, columns[name.lower()]


def _names(header: Header, text: str) -> Iterator[tuple[Span, str]]:
    """Every name that stands where a column can."""
    yield from ((column.name_span, column.name) for column in header.columns)
    for prop in (*(prop for prop in header.properties if prop.name in _PROPERTIES), *header.kind.properties):
        yield from _in_value(prop, text)


def _in_value(prop: Property, text: str) -> Iterator[tuple[Span, str]]:
    for token, after in itertools.zip_longest(prop.tokens, prop.tokens[1:]):
        if text[token.start] != "'" and (after is None or after.text not in _NO_COLUMN_BEFORE):
            yield Span(token.start, token.end + 1), token.text
