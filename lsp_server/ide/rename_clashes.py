"""What makes a column's rename impossible: a name that is there already, that would begin to mean something else, that is more than a name.

Each check raises `RefusedError` with the place and the way out, before anything changes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from lsp_server.graph.graph import Graph
from lsp_server.graph.kept_places import KeptPlaces
from lsp_server.ide.edits import RefusedError, bare
from lsp_server.ide.flow import Flow, QueryNames
from lsp_server.ide.places import scope_at
from lsp_server.ide.symbols import Key, key_of
from lsp_server.semantics.facts import Places, Reference, ScopePlace, ScopeSource
from lsp_server.text.spans import Span

Reached = dict[Key, list[str]]
"""Every column that gets the new name, and the models whose queries use it (`Flow.reach`)."""
_UNPIVOTED = re.compile(
    r"\bUNPIVOT(?:\s*\((?:[^()]|\([^()]*\))*?\bIN\s*\([^()]*|\s+(?![\s(])[^;]*?\bON\s(?:(?!\bINTO\b)[^()])*)\Z",
    re.IGNORECASE,
)
"""Up to a name in the list of UNPIVOT: `t UNPIVOT (v FOR n IN (|`, `UNPIVOT t ON |`."""
_REPLACES = re.compile(r"\*\s*(?:\w+\s*\([^()]*\)\s*)?REPLACE\s*\(", re.IGNORECASE)
_NATURAL = re.compile(r"\bnatural\b")


def refuse_clashes(flow: Flow, reached: Reached, old: str, new_name: str) -> None:
    """Raise RefusedError if `old` cannot be called `new_name` in all that it reaches."""
    folded = new_name.lower()
    for key, models in reached.items():
        _refuse_taken(flow, key, new_name)
        for model in models:
            used = flow.names(model)
            if used is not None:
                _refuse_ambiguity(flow.graph, used, [r.span for r in used.uses(key)], folded)
    for model in {*(key.model for key in reached), *(model for models in reached.values() for model in models)}:
        names = flow.names(model)
        if names is not None:
            query = _Query(flow.graph, model, names.places, reached, old)
            query.refuse_halves_of_joins()
            query.refuse_what_is_data()
            query.refuse_capture(folded)


# Names that are there already


def _refuse_taken(flow: Flow, key: Key, new_name: str) -> None:
    clash = Key(key.kind, key.model, key.scope, new_name.lower())
    owner = flow.graph.model(key.model) if key.kind == "column" else None
    if owner is not None and owner.external and any(c.name.lower() == clash.name for c in owner.columns):
        raise RefusedError(f"{key.model} has a column named {new_name} already.")
    names = flow.names(key.model)
    if names is not None and names.output(clash) is not None and names.output(key) is not None:
        where = key.model if key.kind == "column" else f"a subquery or CTE of {key.model}"
        raise RefusedError(f"{where} has a column named {new_name} already.")


def _refuse_ambiguity(graph: Graph, names: QueryNames, spans: list[Span], folded: str) -> None:
    """A name without a qualifier must not begin to mean another relation's column."""
    model = graph.model(names.model)
    text = (graph.text(model.path) if model is not None else "") or ""
    plain = [span for span in spans if text[span.start - 1 : span.start] != "."]
    if plain:  # what stands between a qualifier and the name is mostly a dot alone
        qualified = {r.span.end + 1 for r in names.places.references if r.target.kind == "alias"}
        plain = [span for span in plain if span.start not in qualified]
    bound = graph.bound(names.model) if plain else None
    for span in plain if bound is not None else ():
        place = scope_at(bound.places, span.start) if bound is not None else None
        for source in place.sources if place is not None else ():
            if any(column.name.lower() == folded for column in source.interface.columns):
                raise RefusedError(
                    f"In {names.model}, {folded} would also be a column of {source.name}: qualify it first."
                )


class _Query:
    """One query that the renamed column reaches."""

    def __init__(self, graph: Graph, model: str, places: KeptPlaces, reached: Reached, old: str) -> None:
        found = graph.model(model)
        self.graph, self.model, self.places, self.reached, self.old = graph, model, places, reached, old
        self.text = (graph.text(found.path) if found is not None else "") or ""
        self.folded = self.text.lower()

    # Joins by name

    def refuse_halves_of_joins(self) -> None:
        """USING and NATURAL JOIN need one name on both sides, and so both or none must get the new one."""
        at_one_place: dict[Span, list[Reference]] = defaultdict(list)
        for reference in self._old_columns():
            at_one_place[reference.span].append(reference)
        sets = [self._keys(found) for found in at_one_place.values() if len(found) > 1]
        if "natural" in self.folded and _NATURAL.search(self.folded):
            sets += [set(found) for found in self._natural()]
        for found in sets:
            stay = sorted(key for key in found if key not in self.reached)
            if stay and len(stay) < len(found):
                other = stay[0].model if stay[0].kind == "column" else "a subquery"
                raise RefusedError(
                    f"In {self.model}, a join by name (USING or NATURAL) needs {self.old} on both sides, and that of {other} "
                    "keeps it: write the join with ON first."
                )

    def _keys(self, references: list[Reference]) -> set[Key]:
        found = (key_of(self.places, self.model, reference) for reference in references)
        return {key for key in found if key is not None}

    def _natural(self) -> Iterator[list[Key]]:
        """What of each scope's relations has the old name."""
        for place in self._scopes():
            yield [key for source in place.sources if (key := self._key(source)) is not None]

    def _key(self, source: ScopeSource) -> Key | None:
        if not any(column.name.lower() == self.old for column in source.interface.columns):
            return None
        if source.model:
            return Key("column", source.model, name=self.old)
        local = [key for key in self.reached if key.kind == "local" and key.model == self.model]
        return local[0] if local else Key("local", self.model, -1, self.old)

    # Names that are more than names

    def refuse_what_is_data(self) -> None:
        """UNPIVOT makes values of its columns' names."""
        if "unpivot" not in self.folded and "replace" not in self.folded:
            return
        for reference in self._old_columns():
            unpivots = _UNPIVOTED.search(self.text, 0, reference.span.start)
            if unpivots and key_of(self.places, self.model, reference) in self.reached:
                raise RefusedError(
                    f"In {self.model}, UNPIVOT makes data of the name {self.old}: it cannot be renamed there."
                )
            target = reference.target
            if not (target.model or target.definition or target.scope >= 0 or reference.declares) and (
                target.name.lower() == self.old and _REPLACES.search(self.text, 0, reference.span.start)
            ):
                raise RefusedError(f"In {self.model}, a star REPLACEs {self.old}: write its columns out first.")

    # Names that would begin to mean the column

    def refuse_capture(self, folded: str) -> None:
        """A bare `label` that means another column, where the renamed one would be visible under that name."""
        if folded not in self.folded:
            return
        columns = (reference for reference in self.places.references if reference.target.kind == "column")
        others = [r for r in columns if not r.declares and self._is_bare(r.span, folded)]
        others = [r for r in others if key_of(self.places, self.model, r) not in self.reached]
        tables = [r for r in self.places.references if r.target.kind == "alias" and self._is_bare(r.span, folded)]
        if not (others or tables):
            return
        for place in self._scopes():
            if self._shows(place) and any(place.span.covers(r.span) for r in others):
                raise RefusedError(f"In {self.model}, {folded} means another column already: qualify it first.")
            if self._shows(place) and any(place.span.covers(r.span) and self._is_of_another(r, place) for r in tables):
                raise RefusedError(
                    f"In {self.model}, a subquery names the table {folded}: that would become the column."
                )

    def _is_of_another(self, reference: Reference, place: ScopePlace) -> bool:
        """Whether a subquery of the scope names the table, or the scope names one of a query around it: there columns come first."""
        if reference.declares:
            return False
        own = any(source.name.lower() == reference.target.name.lower() for source in place.sources)
        return not own or scope_at(self._whole, reference.span.start) != place

    def _shows(self, place: ScopePlace) -> bool:
        """Whether the renamed column can be named in the scope: by its relations, or as an alias of its own."""
        root = self._whole.scopes[-1].index if self._whole.scopes else -1
        own = (
            Key("column", self.model, name=self.old)
            if place.index == root
            else Key("local", self.model, place.index, self.old)
        )
        return own in self.reached or any(self._key(source) in self.reached for source in place.sources)

    def _is_bare(self, span: Span, folded: str) -> bool:
        return self.text[span.start - 1 : span.start] != "." and bare(self.text[slice(*span)]).lower() == folded

    # Help

    def _old_columns(self) -> Iterator[Reference]:
        """References to columns of the old name."""
        return (reference for reference in self.places.named(self.old) if reference.target.kind == "column")

    def _scopes(self) -> tuple[ScopePlace, ...]:
        return self._whole.scopes

    @cached_property
    def _whole(self) -> Places:
        """Scopes are not kept for readers: the query is bound when they are asked for."""
        bound = self.graph.bound(self.model)
        return bound.places if bound is not None else Places()
