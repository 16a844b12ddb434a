"""What a name at a place stands for, as something that can be found again in other places and other files.

A column's name travels: `SELECT o.id FROM shop.orders AS o` yields a column named `id` because nobody named it otherwise, and
`SELECT *` passes every name on.  A `Key` is one stop of that journey; `flow.py` follows it.
"""

from __future__ import annotations

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.graph.kept_places import KeptPlaces
from lsp_server.ide.header_columns import header_columns
from lsp_server.semantics.facts import Bound, Places, Reference, Target
from lsp_server.text.spans import Span


class Key(msgspec.Struct, frozen=True, order=True):
    """A name that can be looked for.

    kind       model                     scope / name
    "model"    its name
    "column"   whose output column       name (folded)
    "local"    the model whose query     scope that makes the column, name (folded)
    "cte"      the model whose query     name (folded), `at` = where it is defined
    "alias"    the same for a table alias, and for a projection's alias that the same SELECT reads
    "macro"    -                         name
    """

    kind: str
    model: str = ""
    scope: int = -1
    name: str = ""
    at: Span = Span(0, 0)


class Found(msgspec.Struct, frozen=True):
    """The name under the cursor."""

    key: Key
    span: Span
    model: str
    """The model in whose file it stands ("" for a file without one)."""
    target: Target | None = None
    declares: bool = False


def symbol_at(graph: Graph, path: str, offset: int) -> Found | None:
    """What the cursor at `offset` is on, or None."""
    for model in graph.models_in(path):
        found = _in_header(graph, path, model.name, offset)
        bound = graph.bound(model.name)
        if found is None and bound is not None:
            found = _in_query(bound, model.name, offset)
        if found is not None:
            return found
    return None


def _in_header(graph: Graph, path: str, model: str, offset: int) -> Found | None:
    span = graph.name_span(model)
    if span.end > span.start and offset in span:
        return Found(Key("model", model), span, model, declares=True)
    for span, column in header_columns(graph, model):
        if offset in span:
            return Found(Key("column", model, name=column.lower()), span, model)
    return None


def _in_query(bound: Bound, model: str, offset: int) -> Found | None:
    touching = [reference for reference in bound.places.references if offset in reference.span]
    if not touching:
        return None
    # Of `o.` and `id` in `o.id` with the cursor between them, the later; of a star and its qualifier, the narrower.
    reference = min(touching, key=lambda r: (r.span.end - r.span.start > 0, -r.span.start, r.span.end))
    key = key_of(bound.places, model, reference)
    if key is not None and key.kind == "alias" and reference.target.kind == "column":
        # `ORDER BY total` reads the projection by its alias: it is that column.
        key = output_of(bound.places, model, key.name, key.at)
    return Found(key, reference.span, model, reference.target, reference.declares) if key is not None else None


def key_of(places: Places | KeptPlaces, model: str, reference: Reference) -> Key | None:
    """The key of one reference in `model`'s query."""
    target = reference.target
    name = target.name.lower()
    if target.kind == "model":
        return Key("model", target.model)
    if target.kind in ("macro", "variable"):
        return Key("macro", name=name)
    if target.kind in ("cte", "alias"):
        at = reference.span if reference.declares else target.definition
        return Key(target.kind, model, name=name, at=at) if at is not None else None
    if target.kind != "column":
        return None
    if reference.declares:
        return output_of(places, model, name, reference.span)
    if target.model:
        return Key("column", target.model, name=name)
    if target.scope >= 0:
        return Key("local", model, target.scope, name)
    return Key("alias", model, name=name, at=target.definition) if target.definition is not None else None


def output_of(places: Places | KeptPlaces, model: str, name: str, at: Span) -> Key:
    """What a projection's alias at `at` names: an output of its scope, of the model itself for the main query."""
    last = max((scope for scope, _ in places.clauses), default=-1)
    for (scope, clause), span in places.clauses.items():
        if span == at and clause.startswith("column-name:"):
            return Key("column", model, name=name) if scope == last else Key("local", model, scope, name)
    return Key("alias", model, name=name, at=at)
