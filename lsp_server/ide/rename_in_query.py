"""Rename what one query alone can see: a CTE, a table alias.

Refused where the new name would be taken for something else: another relation of the same FROM, one that a subquery reads from
outside, a table that the query names without its schema.
"""

from __future__ import annotations

import re

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.edits import FileEdit, RefusedError, bare, quoted
from lsp_server.ide.places import scope_at
from lsp_server.ide.references import references_of
from lsp_server.ide.symbols import Key
from lsp_server.semantics.facts import Places, Reference, ScopePlace
from lsp_server.text.spans import Span


def cte_behind(graph: Graph, key: Key) -> Key:
    """On `paid` in `paid.id`, where `FROM paid` has no alias, the CTE itself is meant."""
    references = graph.kept_places(key.model).references
    if any(r.target.kind == "cte" and r.declares and r.span == key.at for r in references):
        return msgspec.structs.replace(key, kind="cte")
    return key


def in_file(graph: Graph, key: Key, new_name: str) -> tuple[FileEdit, ...]:
    """All edits that give a CTE or a table alias a new name.  Raises RefusedError."""
    bound, model = graph.bound(key.model), graph.model(key.model)
    assert bound is not None
    assert model is not None
    query = _Query(bound.places, graph.text(model.path) or "", model.path, model.name, model.dialect)
    spans = {site.span for site in references_of(graph, key)}
    return query.rename_cte(key, spans, new_name) if key.kind == "cte" else query.rename_alias(key, spans, new_name)


def names_around(places: Places, at: Span) -> set[str]:
    """What the relations are called that can be named where `at` stands, and in the subqueries that can name it."""
    here = scope_at(places, at.start)
    if here is None:
        return set()
    bodies = [place.span for place in places.scopes if place.name.lower() in _declared(places, "cte")]

    def inside(place: ScopePlace) -> list[Span]:
        return [body for body in bodies if body.covers(place.span)]

    related = [
        place
        for place in places.scopes
        if (place.span.covers(here.span) or here.span.covers(place.span)) and inside(place) == inside(here)
    ]
    return {source.name.lower() for place in related for source in place.sources}


def _declared(places: Places, kind: str) -> set[str]:
    return {r.target.name.lower() for r in places.references if r.target.kind == kind and r.declares}


class _Query:
    """One model's query, and the file that it stands in."""

    def __init__(self, places: Places, text: str, path: str, model: str, dialect: str) -> None:
        self.places, self.text, self.path, self.model, self.dialect = places, text, path, model, dialect

    def rename_alias(self, key: Key, spans: set[Span], new_name: str) -> tuple[FileEdit, ...]:
        """A table alias; a model that has none gets one."""
        if new_name.lower() in names_around(self.places, key.at) - {key.name}:
            raise RefusedError(f"There is a table alias named {new_name} in this query already.")
        self._refuse_field(key, key.at, new_name)
        edits = [self._edit(span, new_name) for span in spans]
        if key.at not in spans:
            if not any(r.target.kind == "model" and r.span == key.at for r in self.places.references):
                raise RefusedError(f"{key.name} has no alias that could be renamed: give it one with AS first.")
            edits.append(self._edit(Span(key.at.end, key.at.end), new_name, " AS "))
        return tuple(sorted(edits))

    def rename_cte(self, key: Key, spans: set[Span], new_name: str) -> tuple[FileEdit, ...]:
        """A CTE, where it is read, and the columns that are qualified with it."""
        folded = new_name.lower()
        if folded in _declared(self.places, "cte") - {key.name}:
            raise RefusedError(f"There is a CTE named {new_name} in this query already.")
        if any(r.target.kind == "model" and self._written(r).lower() == folded for r in self.places.references):
            raise RefusedError(f"This query reads a table named {new_name}, which the CTE would hide.")
        bare_items = {span for span in spans if span != key.at and not self._has_alias(span)}
        for item in bare_items:
            if folded in names_around(self.places, item) - {key.name}:
                raise RefusedError(f"There is a table alias named {new_name} in this query already.")
            self._refuse_field(key, item, new_name)
        qualifiers = {
            r.span
            for r in self.places.references
            if r.target.kind == "alias" and not r.declares and r.target.definition == key.at
        }
        return tuple(sorted(self._edit(span, new_name) for span in spans | qualifiers))

    def _refuse_field(self, key: Key, at: Span, new_name: str) -> None:
        """In a subquery whose relations have a column `total`, `total.id` is first a field of it."""
        here = scope_at(self.places, at.start)
        inside = [p for p in self.places.scopes if here is not None and p != here and here.span.covers(p.span)]
        sources = [source for place in inside for source in place.sources]
        if any(column.name.lower() == new_name.lower() for source in sources for column in source.interface.columns):
            raise RefusedError(f"A subquery that may read {key.name} from outside has a column named {new_name}.")

    def _written(self, reference: Reference) -> str:
        return bare(self.text[slice(*reference.span)])

    def _has_alias(self, item: Span) -> bool:
        """Whether an alias is declared directly behind the FROM item."""
        return any(
            r.target.kind == "alias"
            and r.declares
            and r.span.start >= item.end
            and re.fullmatch(r"\s*(AS\s+)?", self.text[item.end : r.span.start], re.IGNORECASE)
            for r in self.places.references
        )

    def _edit(self, span: Span, new_name: str, before: str = "") -> FileEdit:
        return FileEdit(self.path, span, f"{before}{quoted(new_name, self.dialect)}", self.model)
