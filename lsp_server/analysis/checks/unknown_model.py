"""unknown-model: a query names a relation that no file of the workspace defines or describes.

An error where the workspace has models in that schema (then it is a slip); a warning where it may be a source table that
`external_models.yaml` does not list yet.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lsp_server.analysis.checks.places import uses
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

CODE = "unknown-model"


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """Unknown relations in a model's query."""
    named = queries.links(db, found.name).upstreams
    missing = {name for name in named if name != found.name and queries.interface(db, name) is None}
    if missing:
        for name, span in uses(db, found, missing):
            yield _problem(db, found, name, span)


def _problem(db: Engine, reader: Model, name: str, span: Span) -> Problem:
    schema = name.rpartition(".")[0]
    near = queries.SCHEMA(db, schema)
    close = [f"{schema}.{last}" for last in difflib.get_close_matches(name.rpartition(".")[2], near, 3, 0.6)]
    close = [other for other in close if other != reader.name]
    hint = f" Did you mean {' or '.join(f'`{other}`' for other in close)}?" if close else ""
    if near:
        message, severity = f"There is no model `{name}`.{hint}", "error"
    else:
        message = f"Nothing describes `{name}`: no model has this name, and no external_models.yaml lists its columns."
        severity = "warning"
    return Problem(CODE, message, span, severity, {"name": name, "candidates": close})
