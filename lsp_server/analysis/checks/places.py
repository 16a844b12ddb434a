"""Where rules point: a model's own name, and the places at which its query names others."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.syntax.names import table_key
from lsp_server.text.spans import Span


def name_span(db: Engine, found: Model) -> Span:
    """Where a model's name stands in its file."""
    declared = queries.DECLARED(db, found.path)
    if declared is not None:
        return declared.spans.get(found.name, Span(0, 0))
    header = queries.model_file(db, found.path).header
    return header.name_span if header is not None else Span(0, 0)


def uses(db: Engine, found: Model, names: set[str]) -> Iterator[tuple[str, Span]]:
    """Each place of a model's query that names one of `names`; of a Python model its own name."""
    tree = queries.parsed(db, found.name)
    if tree is None:
        yield from ((name, name_span(db, found)) for name in sorted(names))
        return
    for table in tree.tables:
        name = queries.canonical(db, table_key(table.parts, table.quoted, found.dialect), found)
        if name in names:
            yield name, table.span
