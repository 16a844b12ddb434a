"""The workspace's models as a database that follows edits: inputs in; models, interfaces, facts and readers out.

    graph.set_file("models/orders.sql", text)      # cheap: only notes what changed
    graph.stabilise(first=["models/orders.sql"])   # that file first, then its readers, lowest first; can be cancelled
    graph.problems("models/orders.sql")

Other layers add their own queries: `graph.observe(query, per="path")` keeps one value for each file (or each model)
up to date with the rest.  Does no IO, knows no meaning: see ARCHITECTURE.md.

One thread owns a graph.  What it returns are frozen values, which may go to other threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from lsp_server.graph import queries
from lsp_server.graph.config import AUDIT, MODEL, Config
from lsp_server.graph.engine import Engine, Query
from lsp_server.graph.kept_places import KeptPlaces
from lsp_server.graph.model import Declared, Links, Model, Outline, SeedFile
from lsp_server.graph.names import Names
from lsp_server.graph.nodes import K, V
from lsp_server.graph.queries import Macros
from lsp_server.graph.trials import Trials
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Bound, Facts, Interface, ScopeSource
from lsp_server.syntax.macro_types import MacroCall
from lsp_server.syntax.model_file import ModelFile
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

_ROUNDS = 8
"""Changed links can change circles, circles interfaces, and a `@STAR` over an interface links again; it ends soon.

So does what was read in place of a value that waited for its reader: where a `@STAR` closes a circle, the links say so in a second round."""


def _never() -> bool:
    return False


class Graph:
    """Inputs, the engine, and the indexes by name.  Paths are relative to the workspace, with `/`."""

    def __init__(self) -> None:
        self.engine = Engine()
        self._trials = Trials(self.engine)
        self.engine.watched = frozenset({queries.links})
        self._noted: set[tuple[object, Any]] = set()
        self.names = Names()
        self.exporters: list[Callable[[Graph, str], Iterable[tuple[bytes, bytes]]]] = []
        """What other layers' queries keep of a model in the facts cache: rows like those of `export.rows_of`."""
        self._paths: set[str] = set()
        self._touched: set[str] = set()
        self._was_stable = False
        self._edited: dict[str, set[str]] = {}
        """File with an edit that is not saved -> its models whose saved interface is kept."""
        self._seeds: dict[str, tuple[Model, ...]] = {}
        """File -> its models of kind SEED."""
        self._tables: dict[str, dict[str, Interface]] = {}
        self._per_path: list[Query[str, Any]] = []
        self._per_model: list[Query[str, Any]] = [queries.facts, queries.interface]

    # Inputs

    def set_config(self, config: Config) -> None:
        """The configuration of the workspace."""
        if self.engine.set(queries.CONFIG, None, config):
            self._touched |= self._paths

    def set_macros(self, macros: Macros) -> None:
        """The workspace's own macros."""
        self.engine.set(queries.MACROS, None, macros)

    def set_file(self, path: str, text: str | None) -> None:
        """A file's text as its editor or the disk has it; None: the file is gone."""
        if self.engine.set(queries.TEXT, path, text):
            self._touch(path)

    def set_declared(self, path: str, declared: Declared | None) -> None:
        """Models that a file declares without SQL."""
        if self.engine.set(queries.DECLARED, path, declared):
            self._touch(path)

    def set_tables(self, origin: str, tables: Mapping[str, Interface]) -> None:
        """Tables that nobody's file describes (the database's catalog), by name.  Of two origins the later set one wins."""
        before = self._tables.get(origin, {})
        self._tables[origin] = dict(tables)
        for name in {*before, *tables}:
            known = [found[name] for found in self._tables.values() if name in found]
            self.engine.set(queries.TABLE, name, known[-1] if known else None)

    def set_table(self, name: str, interface: Interface | None) -> None:
        """One table of no origin (what another process knows of it)."""
        self.engine.set(queries.TABLE, name, interface)

    def set_seed(self, path: str, seed: SeedFile | None) -> None:
        """A seed's data file, looked at."""
        self.engine.set(queries.SEED, path, seed)

    def set_edited(self, path: str, edited: bool) -> None:
        """Whether a file has an edit that is not saved.  Set it before the edited text: it keeps what readers had."""
        if not edited:
            # Also of models whose name the edit had taken away.
            for model in self._edited.pop(path, ()):
                self.engine.set(queries.SAVED, model, None)
            return
        if path in self._edited:
            return
        kept = self._edited[path] = set()
        self._read_names_of(path)
        for model in self.names.defined.get(path, ()):
            # Computed if need be: what is known may be of the text before the one that was saved.  Before everything was up to
            # date once, that could take long, and readers had no columns yet that they could miss.
            if self._was_stable or self.engine.peek(queries.interface, model) is not None:
                kept.add(model)
                self.engine.set(queries.SAVED, model, self.engine.get(queries.interface, model))

    def _read_names_of(self, path: str) -> None:
        """`read_names` of one file, whatever else was touched."""
        if path in self._touched:
            others, self._touched = self._touched - {path}, {path}
            self.read_names()
            self._touched |= others

    def observe(self, query: Query[str, Any], per: str) -> None:
        """Keep a query's value up to date for each file ("path") or each model ("model")."""
        (self._per_path if per == "path" else self._per_model).append(query)
        for key in self._paths if per == "path" else self.names.names():
            self.engine.observe(query, key)

    def _touch(self, path: str) -> None:
        self._touched.add(path)
        there = self.engine.peek(queries.TEXT, path) is not None or self.engine.peek(queries.DECLARED, path) is not None
        if there == (path in self._paths):
            return
        if there:
            self._paths.add(path)
            for each in (queries.outline, *self._per_path):
                self.engine.observe(each, path)
        else:
            self._paths.discard(path)

    # Bringing up to date

    def stabilise(
        self, first: Iterable[str] = (), cancelled: Callable[[], bool] = _never, *, rest: bool = True
    ) -> bool:
        """Recompute what changed: the files `first` (and what they read), then, with `rest`, all others; False when cancelled.

        The engine's log `executed` afterwards tells what ran.
        """
        self.engine.executed.clear()
        if not self.read_names(cancelled):
            return False
        first = [path for path in first if path in self._paths]
        if first and not self._settle(first, cancelled):
            return False
        done = not rest or self._settle(None, cancelled)
        self._was_stable = self._was_stable or (rest and done)
        return done

    @property
    def is_edited(self) -> bool:
        """Whether some file has an edit that is not saved."""
        return bool(self._edited)

    def is_stable(self) -> bool:
        """Whether nothing waits to be recomputed."""
        return not self._touched and not self.engine.dirty()

    def _settle(self, first: list[str] | None, cancelled: Callable[[], bool]) -> bool:
        for _ in range(_ROUNDS):
            if first is None:
                done = self.engine.stabilise(cancelled)
            else:
                done = self.engine.settle(self._targets(first), cancelled)
            if not done:
                return False
            if not self._take_links() and not self.engine.unsettled:
                return True
        return True

    def _targets(self, paths: list[str]) -> list[tuple[Query[str, Any], str]]:
        names = [name for path in paths for name in self.names.defined.get(path, ())]
        targets = [(query, path) for path in paths for query in self._per_path]
        return targets + [(query, name) for name in names for query in self._per_model]

    def read_names(self, cancelled: Callable[[], bool] = _never) -> bool:
        """Names come first: until they are known, a model of a new file is an unknown one."""
        if not self._touched:
            return True
        touched = sorted(self._touched)
        if not self.engine.settle([(queries.outline, path) for path in touched], cancelled):
            return False
        changed: set[str] = set()
        for path in touched:
            models = self._outline(path).models
            changed |= self.names.define(path, tuple(dict.fromkeys(model.name for model in models)))
            self._seeds.pop(path, None)
            if seeds := tuple(model for model in models if model.seed):
                self._seeds[path] = seeds
            if path not in self._paths:
                self._drop(path)
        self._touched.clear()
        for name in sorted(changed):  # in one order in every process
            self._own(name)
        for schema in {name.rpartition(".")[0] for name in changed}:
            self.engine.set(queries.SCHEMA, schema, self.names.schema(schema))
        return True

    def _outline(self, path: str) -> Outline:
        """As it was just computed: no question of whether something else is dirty."""
        return self.engine.peek(queries.outline, path) or Outline()

    def _links(self, name: str) -> Links:
        return self.engine.peek(queries.links, name) or Links()

    def _own(self, name: str) -> None:
        owners = self.names.owners(name)
        self.engine.set(queries.OWNERS, name, owners)
        change = self.engine.observe if owners else self.engine.unobserve
        for each in (queries.links, *self._per_model):
            change(each, name)
        if owners:
            # A name that went and came back between two passes has the links that it had: nothing will tell of them anew.
            self._noted.add((queries.links, name))
        elif self.names.link(name, ()):
            self._take_cycles({name})

    def _drop(self, path: str) -> None:
        for each in (queries.outline, *self._per_path):
            self.engine.unobserve(each, path)

    def _take_links(self) -> bool:
        """Carry changed links over into the indexes; whether a circle appeared, changed or went."""
        self._take_updates()
        names = {key for query, key in self._noted if query is queries.links and self.names.owners(key)}
        self._noted = {noted for noted in self._noted if noted[0] is not queries.links}
        changed = {name for name in names if self.names.link(name, self._links(name).upstreams)}
        return self._take_cycles(changed)

    def _take_updates(self) -> None:
        self._noted.update(self.engine.updates)
        self.engine.updates.clear()

    def note(self, *watched: Query[str, Any]) -> None:
        """From now on remember which values of these queries are new or another; `take_noted` gives them."""
        self.engine.watched |= frozenset(watched)

    def take_noted(self) -> set[tuple[object, Any]]:
        """(query, key) of what changed since the last call, of the queries given to `note`."""
        self._take_updates()
        taken = {noted for noted in self._noted if noted[0] is not queries.links}
        self._noted -= taken
        return taken

    def _take_cycles(self, changed: set[str]) -> bool:
        circles = self.names.find_cycles(changed) if changed else {}
        for name, circle in circles.items():
            self.engine.set(queries.CYCLE, name, circle)
        return bool(circles)

    # What is known

    def get(self, query: Query[K, V], key: K) -> V:
        """Any query's up-to-date value."""
        return self.engine.get(query, key)

    def config(self) -> Config:
        """The configuration as it was set."""
        return self.engine.get(queries.CONFIG, None)

    def declared(self) -> dict[str, Declared]:
        """What files that are no SQL declare, by file."""
        found = self.engine.cells(queries.DECLARED)
        return {path: declared for path, declared in found.items() if declared is not None}

    def macros(self) -> Macros:
        """The macros as they were set."""
        return self.engine.get(queries.MACROS, None)

    def paths(self) -> tuple[str, ...]:
        """All files, sorted."""
        return tuple(sorted(self._paths))

    def text(self, path: str) -> str | None:
        """A file's present text."""
        return self.engine.get(queries.TEXT, path)

    def file(self, path: str) -> ModelFile | None:
        """A file's header and statements; None for what is no SQL of models or audits."""
        if self.text(path) is None or self.config().role(path) not in (MODEL, AUDIT) or not path.endswith(".sql"):
            return None
        return self.engine.get(queries.model_file, path)

    def glance(self, path: str) -> ModelFile | None:
        """The same for who walks over all files: read anew and not kept, so that the files in use stay in memory.

        Hundreds of kept trees would also be young when the collector comes, which looks at each of their nodes.
        """
        if self.text(path) is None or self.config().role(path) not in (MODEL, AUDIT) or not path.endswith(".sql"):
            return None
        return queries.read_file(self.engine, path)

    def models(self) -> dict[str, Model]:
        """All models (source tables that YAML declares included) by name."""
        found = ((name, self.model(name)) for name in sorted(self.names.names()))
        return {name: model for name, model in found if model is not None}

    def model(self, name: str) -> Model | None:
        """The model of that name."""
        return self.engine.get(queries.model, name)

    def models_in(self, path: str) -> tuple[Model, ...]:
        """The models that a file defines, in order."""
        return self.engine.get(queries.outline, path).models

    def seed_models(self) -> tuple[Model, ...]:
        """The models of kind SEED, as far as names are read."""
        return tuple(model for models in self._seeds.values() for model in models)

    def owners(self, name: str) -> tuple[str, ...]:
        """The files that define a name: more than one is an error."""
        return self.names.owners(name)

    def name_span(self, name: str) -> Span:
        """Where a model's name stands in its file."""
        model = self.model(name)
        if model is None:
            return Span(0, 0)
        declared = self.engine.get(queries.DECLARED, model.path)
        if declared is not None:
            return declared.spans.get(name, Span(0, 0))
        return self.engine.get(queries.outline, model.path).name_span

    def bound(self, name: str) -> Bound | None:
        """A model's query with the places of its names; computed anew when it was not used for long."""
        found = self.engine.get(queries.bound, name)
        return found if found is None or found.looks_at_all else self._with_all_columns(name, found)

    def _with_all_columns(self, name: str, found: Bound) -> Bound:
        """A query that was bound over the columns that its text names: its scopes offer all others too."""

        def as_it_is(source: ScopeSource) -> ScopeSource:
            known = queries.seen_interface(self.engine, name, source.model) if source.kind == "model" else None
            return replace(source, interface=known) if known is not None else source

        scopes = tuple([
            replace(scope, sources=tuple([as_it_is(source) for source in scope.sources])) for scope in found.places.scopes
        ])  # fmt: skip
        return replace(found, places=replace(found.places, scopes=scopes))

    def macro_calls(self, name: str) -> list[tuple[MacroCall, str]]:
        """The macros in a model's query, and what each became in the text that was parsed."""
        parsed = self.engine.get(queries.parsed, name)
        return [(call, parsed.expansion_of(call.span)) for call in parsed.macros] if parsed is not None else []

    def trial(self, path: str, text: str) -> Bound | None:
        """A file's query bound as if its text were `text`; for what an editor asks while something is half typed."""
        return self._trials.bound(path, text)

    def kept_places(self, name: str) -> KeptPlaces:
        """Where a model's query names things: references and clauses only, without binding it anew."""
        return KeptPlaces(self.engine.get(queries.result, name).places)

    def refusals(self, name: str) -> tuple[Problem, ...]:
        """The errors that the binder found in a model's query: why an engine would not run it."""
        found = self.engine.get(queries.result, name)
        said = found.problems[len(found.problems) - found.bound :]
        return tuple(problem for problem in said if problem.severity == "error")

    def facts(self, name: str) -> Facts | None:
        """What a model's query means, the last good version while its text is damaged."""
        return self.engine.get(queries.facts, name)

    def known_facts(self, name: str) -> Facts | None:
        """The same as they were last computed, without waiting for what changed since."""
        return self.engine.peek(queries.facts, name)

    def query(self, name: str) -> ir.Query | None:
        """The relational form."""
        facts = self.facts(name)
        return ir.unpack(facts.query) if facts is not None else None

    def stale(self, name: str) -> bool:
        """Whether the model's present text is damaged, so that its facts are of an earlier one."""
        return self.engine.get(queries.result, name).damaged

    def interface(self, name: str) -> Interface | None:
        """The columns of a model or source table; None when nobody describes it."""
        return self.engine.get(queries.interface, name)

    def descriptions(self, name: str) -> dict[str, str]:
        """What its author says of a model's columns; by name in lower case."""
        return self.engine.get(queries.descriptions, name)

    def seed(self, path: str) -> SeedFile | None:
        """A seed's data file."""
        return self.engine.get(queries.SEED, path)

    def upstreams(self, name: str) -> tuple[str, ...]:
        """The relations that a model's query names, sorted."""
        return self.names.upstreams.get(name, ())

    def readers(self, name: str) -> tuple[str, ...]:
        """The models that name this one, sorted."""
        return self.names.readers(name)

    def cycle(self, name: str) -> tuple[str, ...]:
        """The models of a circle through this one, itself first."""
        return self.engine.get(queries.CYCLE, name)

    def problems(self, path: str) -> tuple[Problem, ...]:
        """What reading and binding a file found; the rules of `analysis.checks` come on top."""
        return queries.problems(self.engine, path)
