"""Where a column's name goes: through every place that passes it on because nobody gave another name.

`SELECT o.id`, `SELECT *`, the left branch of a UNION pass a name on; an alias ends its journey.  One query is read once
(`QueryNames`); following a name over the workspace reads only the queries that it reaches.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.graph.kept_places import KeptPlaces, pack
from lsp_server.ide.symbols import Key, key_of
from lsp_server.semantics.facts import Output, Reference
from lsp_server.text.spans import Span


class QueryNames:
    """The names of one model's query: which columns pass which names on, and where each name is used.

    Whoever follows one name reads that name's share of what is kept, and nothing else: a rename may read hundreds of queries.
    """

    def __init__(self, model: str, places: KeptPlaces) -> None:
        self.model = model
        self.places = places
        self._uses: dict[Key, list[Reference]] = {}

    def uses(self, key: Key) -> list[Reference]:
        """The places that name it, but for a projection's alias that gives the name."""
        known = self._uses.get(key)
        if known is None:
            known = self._uses[key] = [
                reference
                for reference in self.places.named(key.name)
                if not (reference.declares and reference.target.kind == "column")
                and key_of(self.places, self.model, reference) == key
            ]
        return known

    def passes(self, key: Key) -> Iterator[Output]:
        """The outputs that have their name from it."""
        return (o for o in self.places.outputs(key.name) if o.label is None and key in self.sources(o))

    def output(self, key: Key) -> Output | None:
        """The (first) output of that key."""
        return next((output for output in self.places.outputs(key.name) if self.key(output) == key), None)

    def key(self, output: Output) -> Key:
        """The key by which readers of that output know it."""
        if output.final:
            return Key("column", self.model, name=output.name.lower())
        return Key("local", self.model, output.scope, output.name.lower())

    def sources(self, output: Output) -> list[Key]:
        """What an output without an alias has its name from."""
        return [
            Key("column", source.model, name=source.name)
            if source.model
            else Key("local", self.model, source.scope, source.name)
            for source in output.sources
        ]

    def unnamed_around(self, uses: list[Reference]) -> Iterator[tuple[Output, Span]]:
        """The columns that expressions without an alias make around one of these places, with the expressions' places."""
        for output in self.places.unnamed:
            if output.made is not None and any(output.made.covers(use.span) for use in uses):
                yield output, output.made


class Site(msgspec.Struct, frozen=True, order=True):
    """One place that names the symbol.  `declares`: it gives the name (an alias)."""

    path: str
    span: Span
    model: str
    declares: bool = False


class Flow:
    """Follows names over the workspace; reads each query at most once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._names: dict[str, QueryNames | None] = {}

    def names(self, model: str) -> QueryNames | None:
        """The names of a model's query; None without one."""
        if model not in self._names:
            self._names[model] = self._read(model)
        return self._names[model]

    def _read(self, model: str) -> QueryNames | None:
        if not self.graph.stale(model):
            return QueryNames(model, self.graph.kept_places(model)) if self.graph.facts(model) is not None else None
        # The facts kept for readers are of an earlier text then; places and query must be of one.
        bound = self.graph.bound(model)
        if bound is None:
            return None
        return QueryNames(model, KeptPlaces(pack(bound.places)))

    def origin(self, key: Key) -> Key:
        """The key at which the name was given: follows implicit names upstream, as far as models are built here."""
        seen = {key}
        while True:
            above = self._above(key)
            if above is None or above in seen:
                return key
            seen.add(above)
            key = above

    def _above(self, key: Key) -> Key | None:
        names = self.names(key.model) if key.kind in ("column", "local") else None
        output = names.output(key) if names is not None else None
        if names is None or output is None or output.label is not None or len(output.sources) != 1:
            return None
        (source,) = names.sources(output)
        return source if source.kind == "local" or self.is_built(source.model) else None

    def is_built(self, model: str) -> bool:
        """Whether a query of this workspace makes the model, so that its columns can be named otherwise."""
        found = self.graph.model(model)
        return found is not None and not found.external and self.names(model) is not None

    def reach(self, key: Key, *, across: bool) -> dict[Key, list[str]]:
        """Every key that the name reaches from `key`, with the models whose queries use it.

        `across`: also through models that pass the name on; without it only their direct readers count.
        """
        reached: dict[Key, list[str]] = {}
        waiting = [key]
        while waiting:
            current = waiting.pop()
            if current in reached:
                continue
            reached[current] = models = self._queries_that_may_use(current)
            for model in models:
                names = self.names(model)
                passed = [names.key(output) for output in names.passes(current)] if names is not None else []
                waiting += [key for key in passed if across or key.kind == "local"]
        return reached

    def _queries_that_may_use(self, key: Key) -> list[str]:
        if key.kind == "column":
            return list(self.graph.readers(key.model))
        return [key.model]

    def sites(self, reached: dict[Key, list[str]]) -> list[Site]:
        """Every place that names one of the keys: uses, and the aliases that give the name."""
        found: set[Site] = set()
        for key, models in reached.items():
            found |= set(self._declaration(key))
            for model in models:
                found |= set(self._uses(model, key))
        return sorted(found)

    def _uses(self, model: str, key: Key) -> Iterator[Site]:
        names, path = self.names(model), self._path(model)
        for reference in names.uses(key) if names is not None else ():
            yield Site(path, reference.span, model, reference.declares)

    def _declaration(self, key: Key) -> Iterator[Site]:
        """The alias, and those places of the same SELECT that read it by its alias."""
        names = self.names(key.model) if key.kind in ("column", "local") else None
        output = names.output(key) if names is not None else None
        if names is None or output is None or output.label is None:
            return
        path = self._path(key.model)
        yield Site(path, output.label, key.model, declares=True)
        yield from self._uses(key.model, Key("alias", key.model, name=key.name, at=output.label))

    def _path(self, model: str) -> str:
        found = self.graph.model(model)
        return found.path if found is not None else ""
