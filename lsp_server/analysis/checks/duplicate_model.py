"""duplicate-model: two files define one name.  All but the first (in order of path) are marked; the first one counts."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.checks.places import name_span
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem, Related

CODE = "duplicate-model"


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """A model whose name an earlier file has."""
    first = queries.model(db, found.name)
    if first is None or first.path == found.path or found.external:
        return
    related = Related(first.path, name_span(db, first), f"`{found.name}` is defined here first.")
    message = f"`{found.name}` is also defined in {first.path}, which is the one that counts."
    yield Problem(CODE, message, name_span(db, found), related=(related,))
