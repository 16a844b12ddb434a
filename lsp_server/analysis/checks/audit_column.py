"""audit-column: an audit looks at a column that the model does not have.

An environment would be built, and the audit would then fail on the engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.audits import columns_of
from lsp_server.analysis.checks.places import name_span
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

CODE = "audit-column"


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """Columns that audits name and that the query does not yield."""
    if not found.audits or found.kind.name.startswith("SCD_TYPE_2"):  # those have two columns more than their query
        return
    known = queries.interface(db, found.name)
    if known is None or not known.complete or not known.columns:
        return
    there = {column.name.lower() for column in known.columns}
    for audit in found.audits:
        for name in columns_of(audit):
            if name.lower() not in there:
                message = f"The audit {audit.name} looks at `{name}`, which this model does not have."
                yield Problem(CODE, message, _span(db, found, name))


def _span(db: Engine, found: Model, name: str) -> Span:
    """Where the header's audits name the column."""
    header = queries.model_file(db, found.path).header
    written = header.get("audits") if header is not None else None
    token = next((t for t in written.tokens if t.text.lower() == name.lower()), None) if written is not None else None
    return Span(token.start, token.end + 1) if token is not None else name_span(db, found)
