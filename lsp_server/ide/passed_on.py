"""A projection that is nothing but a name (`o.id`): it reads another's column, and makes the model's own of that name."""

from __future__ import annotations

import re

from lsp_server.graph.graph import Graph
from lsp_server.ide.places import output_around, output_span
from lsp_server.ide.symbols import Found
from lsp_server.semantics.facts import Column

_BARE = re.compile(r"""[\w.\"`\[\]]+""")
"""A name with or without its qualifier, and nothing around it."""


def own_column(graph: Graph, path: str, found: Found) -> Column | None:
    """The model's own column that the name under the cursor makes by itself; None where an expression or alias makes it."""
    if found.key.kind not in ("column", "local") or (found.key.model == found.model and found.key.kind == "column"):
        return None  # no name of another's column, or the model's own already
    bound = graph.bound(found.model)
    column = output_around(bound.places, found.span.start) if bound is not None else None
    made = output_span(bound.places, column.name) if bound is not None and column is not None else None
    if made is None or made.end != found.span.end:
        return None
    return column if _BARE.fullmatch((graph.text(path) or "")[slice(*made)]) else None
