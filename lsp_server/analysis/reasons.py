"""Why a category is what it is, in plain words, each reason at its exact place.

Reasons explain, they never decide: the category comes from fingerprints.  So a difference that is only one of spelling is
left out by comparing what the terms mean, and where nothing is found the reason says so in general words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from lsp_server.analysis.differences import Found, differences
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Facts
from lsp_server.text.problems import Related
from lsp_server.text.spans import Span

if TYPE_CHECKING:
    from lsp_server.analysis.impact import Difference, ModelImpact

MOST_READERS = 1
"""Readers that a message names; the rest is counted."""


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
    """One version of a model, as far as it is compared and explained.  `query` is packed; `columns` are (name, type)."""

    name: str
    path: str
    meaning: Meaning
    query: bytes
    text: str
    data: dict[str, str]
    metadata: dict[str, str]
    columns: tuple[tuple[str, str], ...] = ()


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
) -> tuple[Reason, ...]:
    """The reasons of one model's category."""
    explainer = _Explainer(graph, model, old, new, found, touched)
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
        self, graph: Graph, model: Model, old: Side, new: Side, found: Difference, touched: Mapping[str, ModelImpact]
    ) -> None:
        self.graph = graph
        self.model = model
        self.old = old
        self.new = new
        self.found = found
        self.touched = touched
        self.place = graph.name_span(model.name)

    def reasons(self) -> list[Reason]:
        """Metadata, header, rows, columns: in the order in which a person wants to know them."""
        if self.found.category in ("none", "metadata"):
            return self._metadata()
        header = self._header()
        query = self._query()
        said = [*header, *query]
        if self.new.meaning.cannot_be_analysed:
            said.append(self._say("cannot-be-analysed", f"cannot be analysed: {self.new.meaning.cannot_be_analysed}"))
        if self.found.reordered:
            said.append(
                self._say(
                    "column-order",
                    "columns are in another order: readers by position (SELECT * in a set operation, INSERT) are touched",
                )
            )
        if self.found.rows == "changed" and not any(reason.code.startswith(("rows", "property")) for reason in said):
            said.append(self._unexplained_rows())
        return said

    def _say(
        self, code: str, message: str, span: Span | None = None, column: str = "", related: tuple[Related, ...] = ()
    ) -> Reason:
        return Reason(code, message, self.model.path, span or self.place, column, related=related)

    def _metadata(self) -> list[Reason]:
        keys = sorted(self.old.metadata.keys() | self.new.metadata.keys())
        changed = [key for key in keys if self.old.metadata.get(key) != self.new.metadata.get(key)]
        return [self._say("metadata", f"{key} changed: metadata only", self._property(key)) for key in changed]

    def _property(self, name: str) -> Span | None:
        file = self.graph.file(self.model.path)
        header = file.header if file is not None else None
        known = header.get(name.split(".")[0]) if header is not None else None
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
                said.append(
                    self._say(
                        "property-changed",
                        f"{name} changed: {_short(was)} is now {_short(now)}, so every reader is touched",
                        self._property(name),
                    )
                )
        return said

    # the query

    def _query(self) -> list[Reason]:
        if not self.old.query or not self.new.query:
            return []
        before, after = ir.unpack(self.old.query), ir.unpack(self.new.query)
        bound = self.graph.bound(self.model.name)
        clauses = bound.places.clauses if bound is not None else {}
        said = []
        rows = self.found.rows == "changed"
        for each in differences(before, after):
            span = next((clauses[key] for key in each.places if key in clauses), None)
            if each.about == "rows" and rows:
                said.append(
                    self._say(f"rows-{each.code}", f"{each.message}: rows differ, so every reader is touched", span)
                )
            elif each.about == "column":
                reason = self._column(each, span)
                said += [reason] if reason is not None else []
        return said + self._columns_from_upstream({reason.column for reason in said})

    def _column(self, each: Found, span: Span | None) -> Reason | None:
        name = each.column.lower()
        found, readers = self.found, self._readers(each.column)
        related = _related(self.graph, readers)
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
            return self._say("column-removed", f"`{each.column}` removed{read_by(readers)}", None, name, related)
        if each.code == "changed" and (name in found.changed):
            return self._say(
                "column-changed", f"`{each.column}`: {each.message}{read_by(readers)}", span, name, related
            )
        return None

    def _columns_from_upstream(self, said: set[str]) -> list[Reason]:
        """Columns whose own expression is the same: what they read has changed."""
        if self.found.rows == "changed":
            return []
        left = [name for name in self.found.changed if name not in said and name != "*"]
        result = []
        for name in left:
            origin = self._origin(name)
            code, text = (
                ("column-upstream", f"`{name}`: {origin}, which it reads, has changed")
                if origin
                else ("column-changed", f"`{name}` has changed")
            )
            readers = self._readers(name)
            result.append(self._say(code, text + read_by(readers), None, name, _related(self.graph, readers)))
        return result

    def _origin(self, name: str) -> str:
        facts = self.graph.facts(self.model.name)
        for index, column in enumerate(facts.interface.columns if facts is not None else ()):
            if column.name.lower() != name or facts is None:
                continue
            for edge in facts.edges[index]:
                up = self.touched.get(edge.model)
                if up is not None and (up.rows == "changed" or edge.column.lower() in (*up.changed, *up.removed)):
                    return f"`{edge.model}.{edge.column}`"
        return ""

    def _order_has_changed(self) -> str:
        """A model whose order is read here and is another now."""
        names = self.new.meaning.reads_order
        return next((f"`{name}`" for name in names if name in self.touched), "")

    def _unexplained_rows(self) -> Reason:
        sources = [
            name
            for name in self.graph.upstreams(self.model.name)
            if name in self.touched and self.touched[name].rows == "changed"
        ]
        if sources:
            return self._say(
                "rows-upstream", f"the rows of `{sources[0]}` differ: rows differ, so every reader is touched"
            )
        edges = self.graph.facts(self.model.name)
        for edge in edges.rows if edges is not None else ():
            up = self.touched.get(edge.model)
            if up is not None and edge.column.lower() in (*up.changed, *up.removed):
                return self._say(
                    "rows-upstream",
                    f"`{edge.model}.{edge.column}`, which decides the rows, has changed: rows differ, so every reader is touched",
                )
        if ordered := self._order_has_changed():
            return self._say(
                "rows-upstream",
                f"the order of {ordered}, which decides the rows, has changed: rows differ, so every reader is touched",
            )
        widened = [
            name for name in self.graph.upstreams(self.model.name) if name in self.touched and self.touched[name].added
        ]
        if widened:
            up = self.touched[widened[0]]
            return self._say(
                "rows-upstream",
                f"`{up.model}` gained `{up.added[0]}`, which this query takes in: rows differ, so every reader is touched",
            )
        return self._say("rows-changed", "the query changed: rows differ, so every reader is touched")

    def from_upstream(self, via: tuple[str, ...]) -> Reason:
        """The chain that carries a change here."""
        chain = " → ".join([*via, self.model.name])
        return self._say("upstream", f"touched through {chain}")

    def _readers(self, column: str) -> tuple[str, ...]:
        return readers_of(self.graph, self.model.name, column)


def readers_of(graph: Graph, model: str, column: str) -> tuple[str, ...]:
    """The models that read one column of `model`, sorted."""
    return tuple(name for name in graph.readers(model) if _reads(graph.facts(name), model, column.lower()))


def _reads(facts: Facts | None, model: str, column: str) -> bool:
    if facts is None:
        return True
    edges: Iterable[object] = (*facts.rows, *(edge for each in facts.edges for edge in each))
    return any(getattr(edge, "model", "") == model and getattr(edge, "column", "").lower() == column for edge in edges)


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
