"""missing-seed: a SEED model names a file that is not there, or that cannot be read as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.checks.places import name_span
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

CODE = "missing-seed"


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """A seed whose data is missing."""
    if found.kind.name != "SEED":
        return
    if not found.seed:
        yield Problem(CODE, "A SEED needs the `path` of its file.", name_span(db, found))
        return
    data = queries.SEED(db, found.seed)
    if data is None:
        yield Problem(CODE, f"There is no file {found.seed}.", _path_span(db, found))
    elif data.problem:
        yield Problem(CODE, f"{found.seed}: {data.problem}", _path_span(db, found))


def _path_span(db: Engine, found: Model) -> Span:
    header = queries.model_file(db, found.path).header
    written = header.kind.get("path") if header is not None else None
    return written.value_span if written is not None else name_span(db, found)
