"""Why a category is what it is, in plain words, each reason at its exact place.

Reasons explain, they never decide: the category comes from fingerprints.  So a difference that is only one of spelling is
left out by comparing what the terms mean, and where nothing is found the reason says so in general words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from lsp_server.analysis import beside, doubts
from lsp_server.analysis.causes import Causes
from lsp_server.analysis.clause_places import ClausePlaces
from lsp_server.analysis.differences import Found, differences
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.meanings import data_properties, metadata
from lsp_server.analysis.rewrites.conditions import walk
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Facts, Interface
from lsp_server.text.problems import Related
from lsp_server.text.spans import Span

if TYPE_CHECKING:
    from lsp_server.analysis.categories import Difference
    from lsp_server.analysis.column_readers import ColumnReaders
    from lsp_server.analysis.impact import ModelImpact

MOST_READERS = 1
"""Readers that a message names; the rest is counted."""

_NO_QUERY = ir.Query((), ())

MAX_TOLD = 50
"""Properties and statements of one model that are told one by one."""


class Reason(msgspec.Struct, frozen=True):
    """`code` names the kind of reason; `span` lies in `path`; `column` is the output column that it is about."""

    code: str
    message: str
    path: str
    span: Span
    column: str = ""
    severity: str = ""
    """"error" for a broken contract; else the category decides."""
    related: tuple[Related, ...] = ()


class Side(msgspec.Struct, frozen=True):
    """One version of a model, as far as it is compared and explained.

    There is one for every model of a workspace: it refers to what the graph holds anyway, and works out the rest when asked.
    """

    model: Model
    meaning: Meaning
    facts: Facts | None
    text: str
    beside: tuple[tuple[str, str], ...]
    audits: dict[str, str] = {}
    """The definitions of its audits, by name."""

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def path(self) -> str:
        """Its file."""
        return self.model.path

    @property
    def query(self) -> bytes:
        """The relational form, packed; empty when nothing is known of it."""
        return self.facts.query if self.facts is not None else b""

    @property
    def interface(self) -> Interface | None:
        """The columns of the query."""
        return self.facts.interface if self.facts is not None else None

    @property
    def data(self) -> dict[str, str]:
        """What of its header is data."""
        return data_properties(self.model, self.beside)

    @property
    def metadata(self) -> dict[str, str]:
        """What of its header is metadata."""
        return metadata(self.model)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(name, type) of what its query yields."""
        found = self.interface.columns if self.interface is not None else ()
        return tuple((column.name, column.type) for column in found)


def added(graph: Graph, model: Model) -> Reason:
    """For a model that the baseline lacks."""
    return Reason("model-added", f"`{model.name}` is new", model.path, graph.name_span(model.name))


def removed(graph: Graph, old: Side) -> Reason:
    """For a model that is gone."""
    readers = graph.readers(old.name)
    said = f"`{old.name}` is removed" + read_by(readers)
    return Reason("model-removed", said, old.path, Span(0, 0), related=_related(graph, readers))


def explain(
    graph: Graph,
    model: Model,
    old: Side,
    new: Side,
    found: Difference,
    via: tuple[str, ...],
    touched: Mapping[str, ModelImpact],
    readers: ColumnReaders,
) -> tuple[Reason, ...]:
    """The reasons of one model's category; `readers` knows who reads its columns, and did in the baseline."""
    explainer = _Explainer(graph, model, old, new, found, touched, readers)
    said = explainer.reasons()
    if via:
        said = [explainer.from_upstream(via), *said]
    return tuple(dict.fromkeys(said))


def rewritten_columns(old: Side, new: Side, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Of the columns `changed`, those whose own expression is another: where rows differ, every value is of another row."""
    if not old.query or not new.query or old.query == new.query:
        return ()
    found = {
        each.column.lower()
        for each in differences(ir.unpack(old.query), ir.unpack(new.query))
        if each.about == "column"
    }
    return tuple(name for name in changed if name in found)


class _Explainer:
    def __init__(
        self,
        graph: Graph,
        model: Model,
        old: Side,
        new: Side,
        found: Difference,
        touched: Mapping[str, ModelImpact],
        readers: ColumnReaders,
    ) -> None:
        self.readers = readers
        self.graph = graph
        self.model = model
        self.old = old
        self.new = new
        self.found = found
        self.touched = touched
        self.place = graph.name_span(model.name)
        self.places: ClausePlaces | None = None
        self.by_role: dict[str, list[Span]] = {}

    @cached_property
    def query(self) -> ir.Query:
        """The relational form as it is; one without scopes where nothing is known of it."""
        return ir.unpack(self.new.query) if self.new.query else _NO_QUERY

    @cached_property
    def query_before(self) -> ir.Query:
        """The baseline's."""
        return ir.unpack(self.old.query) if self.old.query else _NO_QUERY

    def reasons(self) -> list[Reason]:
        """Metadata, header, rows, columns: in the order in which a person wants to know them."""
        if self.found.category in ("none", "metadata"):
            return self._metadata()
        refused = self._refused()
        said = [*self._header(), *self._seed(), *refused, *self._doubted(), *self._query()]
        if self.new.meaning.cannot_be_analysed and not refused:
            said.append(self._not_analysed())
        if self.found.reordered:
            said.append(
                self._say(
                    "column-order",
                    "columns are in another order: readers by position (SELECT * in a set operation, INSERT) are touched",
                    self.places.columns() if self.places is not None else None,
                )
            )
        explained = ("rows", "property", "refused", "cannot")
        if self.found.rows == "changed" and not any(reason.code.startswith(explained) for reason in said):
            said.append(self._unexplained_rows())
        return said

    def _say(
        self, code: str, message: str, span: Span | None = None, column: str = "", related: tuple[Related, ...] = ()
    ) -> Reason:
        return Reason(code, message, self.model.path, span or self.place, column, related=related)

    def _metadata(self) -> list[Reason]:
        keys = sorted(self.old.metadata.keys() | self.new.metadata.keys())
        changed = [key for key in keys if self.old.metadata.get(key) != self.new.metadata.get(key)]
        said = [self._say("metadata", f"{key} changed: metadata only", self._property(key)) for key in changed]
        before, after = self.old.audits, self.new.audits
        names = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
        place = self._property("audits")
        return said + [self._say("metadata", f"the audit `{name}` changed: metadata only", place) for name in names]

    def _statements(self, role: str) -> list[Span]:
        """Where the file's statements of a role stand (a file may have thousands)."""
        if role not in self.by_role:
            file = self.graph.file(self.model.path)
            self.by_role[role] = (
                [each.span for each in file.statements if each.role == role] if file is not None else []
            )
        return self.by_role[role]

    def _property(self, name: str) -> Span | None:
        file = self.graph.file(self.model.path)
        header = file.header if file is not None else None
        known = header.get(name.split(".")[0]) if header is not None else None
        inner = name.partition(".")[2]
        if inner and header is not None:
            within = next((each for each in header.kind.properties if each.name.lower() == inner), None)
            return within.name_span if within is not None else known.name_span if known is not None else None
        role, is_statement, number = name.partition("-statement ")
        if is_statement and file is not None:
            places = self._statements(role)
            return places[int(number) - 1] if int(number) <= len(places) else None
        return known.name_span if known is not None else None

    def _header(self) -> list[Reason]:
        before, after = self.old.data, self.new.data
        said = []
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) == after.get(key):
                continue
            name, _, column = key.partition(":")
            was, now = before.get(key, "not set"), after.get(key, "not set")
            if column:
                said.append(
                    self._say(
                        "column-type", f"`{column}`: declared {was} is now {now}", self._property("columns"), column
                    )
                )
            else:
                span = self._property(name)
                source = beside.configured(self.graph, name) if span is None else ""
                text = f"{name}{f' ({source})' if source else ''} changed: {_short(was)} is now {_short(now)}, so every reader is touched"
                said.append(self._say("property-changed", text, span))
        if len(said) > MAX_TOLD:
            more = f"{len(said) - MAX_TOLD:,} more properties and statements changed, so every reader is touched"
            said = [*said[:MAX_TOLD], self._say("property-changed", more)]
        return said

    def _seed(self) -> list[Reason]:
        """The contents of a seed's file."""
        if not self.model.seed or self.old.data != self.new.data:
            return []
        span = beside.seed_place(self.graph, self.model)
        found = beside.seed_differences(self.model, self.found.rows == "changed", self.found.changed)
        said = []
        for code, message, column in found:
            say = self._read_column if column else self._say
            said.append(say(code, message, span, column))
        for names, code, what in ((self.found.added, "added", "added"), (self.found.removed, "removed", "removed")):
            said += [
                self._say(f"column-{code}", f"`{name}` {what} in `{self.model.seed}`", span, name) for name in names
            ]
        return said

    def _refused(self) -> list[Reason]:
        """The engine runs the query no longer: said by the problems that the binder found."""
        if not self.new.query or self.query.refused == self.query_before.refused:
            return []
        errors = self.graph.refusals(self.model.name)
        return [self._say("refused", f"the engine refuses this query: {each.message}", each.span) for each in errors]

    def _doubted(self) -> list[Reason]:
        """The engine may run the query no longer, or may not have run it before."""
        if not self.new.query or self.query.refused or self.query.doubts == self.query_before.doubts:
            return []
        places = self.places or self._places(self.query)
        may = list(doubts.changed(self.query_before, self.query))[:MAX_TOLD]
        return [self._say("refused", words, doubts.place(doubt, self.query, places)) for doubt, words in may]

    def _not_analysed(self) -> Reason:
        why = self.new.meaning.cannot_be_analysed
        span = self._opaque_place(self.query) if self.new.query else None
        return self._say("cannot-be-analysed", f"cannot be analysed: {why}", span)

    def _opaque_place(self, query: ir.Query) -> Span | None:
        places = self.places or self._places(query)
        for at, scope in enumerate(query.scopes):
            for index, out in enumerate(scope.columns if isinstance(scope, ir.Select) else ()):
                if any(isinstance(node, ir.Opaque) for node in walk(out.expr)):
                    return places.first(((at, f"column:{index}"), (at, "scope")))
        return None

    # the query

    def _places(self, query: ir.Query) -> ClausePlaces:
        clauses = self.graph.kept_places(self.model.name).clauses
        return ClausePlaces(query, clauses, self.graph.text(self.model.path) or "")

    def _query(self) -> list[Reason]:
        if not self.old.query or not self.new.query:
            return []
        before, after = self.query_before, self.query
        places = self.places = self._places(after)
        rows = self.found.rows == "changed"
        found = differences(before, after)
        said = []
        for each in found:
            span = places.first(each.places)
            if each.about == "rows" and rows:
                said.append(
                    self._say(f"rows-{each.code}", f"{each.message}: rows differ, so every reader is touched", span)
                )
            elif each.about == "column":
                reason = self._column(each, span)
                said += [reason] if reason is not None else []
        below = [each for each in found if each.about == "rows"]
        return said + self._columns_beneath({reason.column for reason in said}, below)

    def _column(self, each: Found, span: Span | None) -> Reason | None:
        name = each.column.lower()
        found = self.found
        if name in found.added and each.code == "added":
            old_name = next((renamed.old for renamed in found.renamed if renamed.new == name), "")
            if old_name:
                gone = self._readers(old_name)
                said = f"`{old_name}` is now called `{each.column}`{read_by(gone)}"
                return self._say("column-renamed", said, span, name, _related(self.graph, gone))
            return self._say("column-added", f"`{each.column}` added{each.message}", span, name)
        if name in found.removed and each.code == "removed":
            if any(renamed.old == name for renamed in found.renamed):
                return None
            span = self.places.select() if self.places is not None else None
            return self._read_column("column-removed", f"`{each.column}` removed", span, each.column)
        if each.code == "changed" and (name in found.changed):
            return self._read_column("column-changed", f"`{each.column}`: {each.message}", span, each.column)
        return None

    def _read_column(self, code: str, message: str, span: Span | None, column: str) -> Reason:
        """A reason about a column, with who reads it."""
        readers = self._readers(column)
        related = _related(self.graph, readers)
        return self._say(code, message + read_by(readers), span, column.lower(), related)

    def _causes(self, below: list[Found]) -> Causes:
        places = self.places or self._places(self.query)
        edited = self.new.text != self.old.text
        return Causes(self.graph, self.model.name, self.new.meaning, self.touched, places, below, edited)

    def _columns_beneath(self, said: set[str], below: list[Found]) -> list[Reason]:
        """Columns whose own expression reads the same: what it reads has changed."""
        if self.found.rows == "changed" or self.model.seed:
            return []
        causes = self._causes(below)
        result = []
        for name in self.found.changed:
            if name not in said and name != "*":
                cause = causes.of_column(name)
                result.append(self._read_column(cause.code, f"`{name}`: {cause.message}", cause.span, name))
        return result

    def _unexplained_rows(self) -> Reason:
        cause = self._causes([]).of_rows()
        return self._say(cause.code, f"{cause.message}: rows differ, so every reader is touched", cause.span)

    def from_upstream(self, via: tuple[str, ...]) -> Reason:
        """The chain that carries a change here."""
        chain = " → ".join([*via, self.model.name])
        places = self.places or (self._places(self.query) if self.new.query else None)
        return self._say(
            "upstream", f"touched through {chain}", places.reading(via[-1]) if places is not None else None
        )

    def _readers(self, column: str) -> tuple[str, ...]:
        """Who reads a column; of one that is gone, who read it in the baseline and still names the model."""
        if column.lower() not in self.found.removed:
            return self.readers.of(self.model.name, column)
        return self.readers.before(self.model.name, column)


def read_by(readers: tuple[str, ...]) -> str:
    """`; read by `mart.daily` and 3 more`, or nothing."""
    if not readers:
        return ""
    rest = len(readers) - MOST_READERS
    return f"; read by `{readers[0]}`" + (f" and {rest} more" if rest > 0 else "")


def _related(graph: Graph, readers: tuple[str, ...]) -> tuple[Related, ...]:
    found = [(graph.model(name), name) for name in readers[:10]]
    return tuple(
        Related(model.path, graph.name_span(name), f"read by {name}") for model, name in found if model is not None
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
