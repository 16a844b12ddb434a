"""The impact against one baseline, kept in step with a graph: an update costs what changed, never what the workspace holds.

`impact.impact` computes the same from nothing, and is the test of this: after any edits both are equal.

    comparison = Comparison(graph, baseline)
    comparison.update()        # everything, once
    graph.set_file(...); graph.stabilise()
    comparison.update()        # the models whose text or meaning changed, and those whose reasons they give
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from lsp_server.analysis import beside
from lsp_server.analysis.column_readers import ColumnReaders
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.impact import (
    Baseline,
    Impact,
    ModelImpact,
    lowest_first,
    removed_model,
    touched_model,
)
from lsp_server.analysis.meanings import meaning, observe
from lsp_server.analysis.reasons import Side
from lsp_server.analysis.sides import Sides
from lsp_server.analysis.standings import HOLD_NO_TABLE, Standing, Stands, as_they_were, standing
from lsp_server.graph import queries
from lsp_server.graph.graph import Graph

_MANY = 500
"""So many changed models are worth a look at which of all are as an earlier session left them."""


class Comparison:
    """Belongs to the thread that owns the graph.  One at a time for a graph: it takes what the graph notes of changes."""

    def __init__(self, graph: Graph, against: Baseline) -> None:
        self._graph = graph
        self._against = against
        self._now: dict[str, Stands] = {}
        """Of models that are as an earlier session left them only how they stand; `_whole` unpacks the rest."""
        self._ordered: set[str] = set()
        """Models whose order a reader reads: their tables' identity takes it in."""
        self._different: set[str] = set()
        self._held: set[str] = set()
        self._rebuilt: set[str] = set()
        self._touched: dict[str, ModelImpact] = {}
        self._reads: dict[str, tuple[str, ...]] = {}
        """Upstream models at the last update: who was read, and is not any more, has a reader less to name."""
        self._audits = beside.audit_texts(graph)
        self._readers = ColumnReaders(graph, against.sides)
        self._seen: set[str] | None = None
        """All names, as they were at the last update."""
        self._due: dict[str, bool] = {}
        """Models whose reasons are to be found anew; True: what they read is, too, whatever comes of it."""
        self._order: list[str] = []
        """The models that differ, each after those that it reads."""
        observe(graph)
        graph.note(meaning, queries.model_file)

    def update(self) -> Impact:
        """The impact of the (stable) graph's present texts."""
        found = self.update_until(lambda: False)
        assert found is not None, "nothing stops it"
        return found

    def update_until(self, stop: Callable[[], bool]) -> Impact | None:
        """The same; None when stopped: the next update goes on there, and what changed meanwhile comes on top."""
        changed = self._changed()
        if changed:
            changed |= self._take_meanings(changed)
            for name in changed:
                self._judge(name)
            self._mark(changed)
        if not self._explain(stop):
            return None
        found = {name: self._touched[name] for name in sorted(self._touched)}
        return Impact(self._against.against, found, len(self._rebuilt), len(self._held) - len(self._rebuilt))

    def glance(self, names: Iterable[str]) -> dict[str, ModelImpact | None]:
        """The verdicts of some models that are up to date, while their readers are not yet.

        What depends on readers (broken contracts, a table kept in order for somebody) follows with the next `update`.
        """
        peeked = ((name, self._graph.engine.peek(meaning, name)) for name in names)
        new: dict[str, Stands] = {name: now for name, now in peeked if now is not None}
        before, ordered = {name: self._now.get(name) for name in new}, self._ordered
        try:
            self._now.update(new)  # and back: a copy of the meanings of all models took 2 ms of a keystroke
            if any(_orders(before[name]) != _orders(now) for name, now in new.items()):
                self._ordered = _read_in_order(self._now)
            return {name: self._one(name) for name in new}
        finally:
            self._ordered = ordered
            for name, was in before.items():
                if was is None:
                    del self._now[name]
                else:
                    self._now[name] = was

    def _changed(self) -> set[str]:
        """Names whose meaning or text is another than at the last update, or that came or went."""
        noted = self._graph.take_noted()
        names = {str(key) for query, key in noted if query is meaning}
        for query, path in noted:
            if query is queries.model_file:
                names.update(self._graph.names.defined.get(path, ()))
                if beside.is_audit_file(self._graph, str(path)) or self._seen is None:
                    names.update(self._audited())
        if self._seen is None:
            names.update(self._against.sides)
        if self._seen is None or len(self._seen) != len(self._graph.names.names()) or names - self._seen:
            present = set(self._graph.names.names())
            names |= present ^ (self._seen or set())
            self._seen = present
        return names

    def _audited(self) -> set[str]:
        """Models one of whose audits has another definition than at the last update."""
        before, self._audits = self._audits, beside.audit_texts(self._graph)
        different = {name for name in before.keys() | self._audits.keys() if before.get(name) != self._audits.get(name)}
        if not different:
            return set()
        return {
            name
            for name, model in self._graph.models().items()
            if beside.audits_of(model, dict.fromkeys(different, ""))
        }

    def _take_meanings(self, changed: set[str]) -> set[str]:
        """Read the new meanings; names whose table's identity takes their order in now and did not, or the other way."""
        order_matters = False
        names = self._graph.names.names()
        known = as_they_were(self._graph) if len(changed) > _MANY else {}
        for name in changed:
            before = self._now.pop(name, None)
            found = known.get(name) or (standing(self._graph, name) if name in names else None)
            if found is not None:
                self._now[name] = found
            order_matters |= _orders(before) != _orders(found)
        if not order_matters:
            return set()
        ordered = _read_in_order(self._now)
        moved, self._ordered = ordered ^ self._ordered, ordered
        return moved & self._now.keys()

    def _judge(self, name: str) -> None:
        """Whether a model differs from the baseline at all, and whether its table does."""
        for group in (self._different, self._held, self._rebuilt):
            group.discard(name)
        if self._is_as_it_was(name):
            return
        new, old = self._whole(name), self._against.sides.get(name)
        model = self._graph.model(name) if new is not None else None
        if new is None or model is None:
            if old is not None:
                self._different.add(name)
            return
        same_table = self._table(name) == self._against.tables.get(name)
        if model.kind.name not in HOLD_NO_TABLE:
            self._held.add(name)
            if not same_table:
                self._rebuilt.add(name)
        text = self._graph.text(model.path) or ""
        audits = beside.audits_of(model, self._audits) if model.audits else {}
        if old is None or not same_table or new != old.meaning or text != old.text or audits != old.audits:
            self._different.add(name)
        else:
            self._share(name, old, new)

    def _is_as_it_was(self, name: str) -> bool:
        """Whether a model is what an earlier session knew, and the baseline has just that: nothing of it is unpacked then."""
        sides, new = self._against.sides, self._now.get(name)
        if not isinstance(new, Standing) or not isinstance(sides, Sides) or sides.standing(name) is not new:
            return False
        same_text = sides.text(name) == (self._graph.engine.peek(queries.TEXT, new.path) or "")
        same_audits = not new.is_audited or sides.audits == self._audits
        if not same_text or not same_audits or self._table(name) != self._against.tables.get(name):
            return False
        if new.holds_table:
            self._held.add(name)
        return True

    def _whole(self, name: str) -> Meaning | None:
        """A model's meaning as of the last update."""
        found = self._now.get(name)
        if isinstance(found, Standing):
            return self._graph.get(meaning, name)
        return found

    def _share(self, name: str, old: Side, new: Meaning) -> None:
        """What says the same is held once.  An edit that was taken back has left new facts with the graph, equal to the baseline's."""
        facts = self._graph.known_facts(name)
        if facts == old.facts and not (facts is old.facts and new is old.meaning):
            self._against.sides[name] = msgspec.structs.replace(old, facts=facts, meaning=new)

    def table(self, name: str) -> str:
        """The identity of a model's table as of the last update; "" for what is no model."""
        return self._table(name) if name in self._now else ""

    def _table(self, name: str) -> str:
        found = self._now[name]
        return found.ordered_table if name in self._ordered else found.table

    def _mark(self, changed: set[str]) -> None:
        """Reasons are due for what changed, and for whom it reads (whose readers are named); for its readers if reasons changed."""
        for name in self._touched.keys() - self._different:
            del self._touched[name]
            self._mark_readers(name)
        for name in changed:
            self._due[name] = True
            for up in (*self._reads.pop(name, ()), *self._graph.upstreams(name)):
                self._due.setdefault(up, False)
            self._reads[name] = self._graph.upstreams(name)
        for name in self._different - self._touched.keys():
            self._due.setdefault(name, False)
        self._order = lowest_first(self._graph, self._different)

    def _mark_readers(self, name: str) -> None:
        for reader in self._graph.readers(name):
            self._due.setdefault(reader, False)

    def _explain(self, stop: Callable[[], bool]) -> bool:
        """Find the reasons that are due; False when stopped before the end."""
        for name in self._order if self._due else ():
            if name not in self._due:
                continue
            if stop():
                return False
            certain = self._due.pop(name)
            before = self._touched.pop(name, None)
            found = self._one(name)
            if found is not None:
                self._touched[name] = found
            if certain or found != before:
                self._mark_readers(name)
        self._due.clear()
        return True

    def _one(self, name: str) -> ModelImpact | None:
        new, old = self._whole(name), self._against.sides.get(name)
        model = self._graph.model(name) if new is not None else None
        if new is None or model is None:
            return removed_model(self._graph, old) if old is not None else None
        same_table = self._table(name) == self._against.tables.get(name)
        return touched_model(self._graph, model, new, old, same_table, self._touched, self._audits, self._readers)


def _orders(found: Stands | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (found.reads_order, found.passes_order) if found is not None else ((), ())


def _read_in_order(meanings: dict[str, Stands]) -> set[str]:
    """Models whose order somebody reads, directly or through others (as `fingerprints.identities` has it)."""
    waiting: list[str] = [name for found in meanings.values() for name in found.reads_order]
    ordered: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in ordered:
            ordered.add(name)
            following: Iterable[str] = meanings[name].passes_order if name in meanings else ()
            waiting += following
    return ordered
