"""cycle: a model reads itself through others.  Marked at the name by which each of them reads the next."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.checks.places import name_span, uses
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem, Related

CODE = "cycle"


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """A model that stands in a circle."""
    circle = queries.CYCLE(db, found.name)
    if not circle:
        return
    way = " -> ".join((*circle, found.name))
    others = [model for name in circle[1:] if (model := queries.model(db, name)) is not None]
    related = tuple(Related(other.path, name_span(db, other), f"`{other.name}`") for other in others)
    for _, span in uses(db, found, {circle[1]}):
        yield Problem(CODE, f"`{found.name}` reads itself: {way}.", span, data={"cycle": list(circle)}, related=related)
