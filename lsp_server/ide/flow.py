"""Where a column's name goes: through every place that passes it on because nobody gave another name.

`SELECT o.id`, `SELECT *`, the left branch of a UNION pass a name on; an alias ends its journey.  One query is read once
(`QueryNames`); following a name over the workspace reads only the queries that it reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.graph.kept_places import KeptPlaces, pack
from lsp_server.ide.symbols import Key, key_of
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Reference
from lsp_server.text.spans import Span


class Output(msgspec.Struct, frozen=True):
    """One output column of a scope.  `label`: its alias, None when its name came by itself from `sources`."""

    scope: int
    index: int
    name: str
    label: Span | None
    sources: tuple[Key, ...] = ()


class QueryNames:
    """The names of one model's query: which outputs pass which names on, and where each name is used.

    Whoever follows one name asks for nothing else (`uses`, `passes`, `output`): a rename may read hundreds of queries.
    """

    def __init__(self, model: str, places: KeptPlaces, query: ir.Query) -> None:
        self.model = model
        self.places = places
        self.query = query
        self.root = len(self.query.scopes) - 1
        self._uses: dict[Key, list[Reference]] = {}

    def uses(self, key: Key) -> list[Reference]:
        """The places that name it, but for a projection's alias that gives the name."""
        known = self._uses.get(key)
        if known is None:
            known = self._uses[key] = [
                reference
                for reference in self.places.named(key.name)
                if not (reference.declares and reference.target.kind == "column")
                and key_of(self.places.clauses, self.model, reference) == key
            ]
        return known

    def passes(self, key: Key) -> Iterator[Output]:
        """The outputs that have their name from it."""
        return (output for output in self._named(key.name) if output.label is None and key in output.sources)

    def output(self, key: Key) -> Output | None:
        """The output of that key."""
        return next((output for output in self._named(key.name) if self.key(output) == key), None)

    def computed_around(self, spans: list[Span]) -> Iterator[tuple[Output, Span]]:
        """The outputs that an expression makes around one of these places, with the expression's place (its alias included)."""
        for scope, index, span in self._computed:
            if any(span.covers(inner) for inner in spans) and (output := self._output(scope, index)) is not None:
                yield output, span

    @cached_property
    def _computed(self) -> list[tuple[int, int, Span]]:
        """(scope, index, place) of each output that is no column passed on."""
        return [
            (at, index, span)
            for at, scope in enumerate(self.query.scopes)
            if isinstance(scope, ir.Select)
            for index, column in enumerate(scope.columns)
            if not isinstance(column.expr, ir.Col)
            and (span := self.places.clauses.get((at, f"column:{index}"))) is not None
        ]

    @cached_property
    def outputs(self) -> dict[Key, Output]:
        """All outputs; of two with one key the first."""
        found: dict[Key, Output] = {}
        for places in self._columns.values():
            for output in filter(None, (self._output(*place) for place in places)):
                found.setdefault(self.key(output), output)
        return found

    def key(self, output: Output) -> Key:
        """The key by which readers of that output know it."""
        if output.scope == self.root:
            return Key("column", self.model, name=output.name.lower())
        return Key("local", self.model, output.scope, output.name.lower())

    def is_named(self, scope: int) -> bool:
        """Whether anybody can read the scope's columns by name: nobody can those of `(SELECT MAX(d) FROM t)` as a value."""
        return scope in self._read_by_name

    @cached_property
    def _read_by_name(self) -> set[int]:
        waiting = [self.root, *(source.scope for source in self.query.sources if source.kind in ("scope", "recursion"))]
        found: set[int] = set()
        while waiting:
            at = waiting.pop()
            if at in found or not 0 <= at < len(self.query.scopes):
                continue
            found.add(at)
            scope = self.query.scopes[at]
            if isinstance(scope, ir.SetOp):
                waiting += [scope.left, scope.right]
        return found

    def _is_alias(self, name: str, place: Span) -> bool:
        """Whether the projection's name at `place` was given there."""
        named = self.places.named(name.lower())
        return any(r.span == place and r.declares and r.target.kind == "column" for r in named)

    @cached_property
    def _columns(self) -> dict[str, list[tuple[int, int]]]:
        """(Folded) name to the outputs that have it, as (scope, index), in that order."""
        found: dict[str, list[tuple[int, int]]] = {}
        for at, scope in enumerate(self.query.scopes):
            names = scope.columns if isinstance(scope, ir.SetOp) else [column.name for column in scope.columns]
            for index, name in enumerate(names):
                found.setdefault(name.lower(), []).append((at, index))
        return found

    def _named(self, name: str) -> Iterator[Output]:
        return filter(None, (self._output(*place) for place in self._columns.get(name, ())))

    def _output(self, at: int, index: int) -> Output | None:
        """The column at `index` of a scope; None for a projection that is no column there (a star over nothing known)."""
        scope = self.query.scopes[at]
        if index >= len(scope.columns):
            return None
        if isinstance(scope, ir.SetOp):
            return Output(at, index, scope.columns[index], None, tuple(self._branch_keys(scope, index)))
        column = scope.columns[index]
        label = self.places.clauses.get((at, f"column-name:{index}"))
        named = label is not None and self._is_alias(column.name, label)
        source = None if named else self._source_key(column.expr)
        sources = (source,) if source is not None and source.name == column.name.lower() else ()
        return Output(at, index, column.name, label if named else None, sources)

    def _branch_keys(self, scope: ir.SetOp, index: int) -> Iterator[Key]:
        """The left branch names the output; BY NAME both do."""
        left, right = scope.pairs[index]
        for side, position in ((scope.left, left), (scope.right, right)):
            name = self._output_name(side, position) if position >= 0 else ""
            if name.lower() == scope.columns[index].lower() and (side == scope.left or left < 0 or left != right):
                yield Key("local", self.model, side, name.lower())

    def _output_name(self, scope: int, index: int) -> str:
        found = self.query.scopes[scope]
        names = found.columns if isinstance(found, ir.SetOp) else tuple(column.name for column in found.columns)
        return names[index] if index < len(names) else ""

    def _source_key(self, expr: ir.Expr) -> Key | None:
        if not isinstance(expr, ir.Col) or not 0 <= expr.source < len(self.query.sources):
            return None
        source = self.query.sources[expr.source]
        if expr.index >= len(source.columns):
            return None
        name = source.columns[expr.index].lower()
        if source.kind == "model":
            return Key("column", source.model, name=name)
        return Key("local", self.model, source.scope, name) if source.kind in ("scope", "recursion") else None


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
            query = self.graph.query(model)
            return QueryNames(model, self.graph.kept_places(model), query) if query is not None else None
        # The facts kept for readers are of an earlier text then; places and query must be of one.
        bound = self.graph.bound(model)
        if bound is None:
            return None
        return QueryNames(model, KeptPlaces(pack(bound.places)), ir.unpack(bound.facts.query))

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
        if output is None or output.label is not None or len(output.sources) != 1:
            return None
        source = output.sources[0]
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
