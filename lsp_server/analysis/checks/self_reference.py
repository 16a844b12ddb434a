"""self-reference: a model that holds no table of its own from before (a view, a full rebuild) reads itself."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.checks.places import uses
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem

CODE = "self-reference"
_WITHOUT_HISTORY = {"VIEW", "EMBEDDED"}


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """A model that reads itself and cannot."""
    if found.kind.name in _WITHOUT_HISTORY and found.name in queries.links(db, found.name).upstreams:
        for _, span in uses(db, found, {found.name}):
            yield Problem(CODE, f"`{found.name}` is a {found.kind.name.lower()} and cannot read itself.", span)
