"""The impact of the edits in a workspace against a baseline: one verdict, the same for the editor, the command line and plans.

A category is a promise about data (docs/changes.md).  It follows from fingerprints alone; the reasons (`reasons.py`) only
explain it.  This module decides and words nothing twice: everything that shows a verdict shows these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping

import msgspec

from lsp_server.analysis import beside, categories, contracts, reasons
from lsp_server.analysis.categories import Difference, Renamed, compare
from lsp_server.analysis.column_readers import ColumnReaders
from lsp_server.analysis.fingerprints import Meaning, identities
from lsp_server.analysis.meanings import meanings_of
from lsp_server.analysis.reasons import Reason, Side
from lsp_server.analysis.sides import Sides, side_of, sides_of, standing_in
from lsp_server.analysis.standings import HOLD_NO_TABLE
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.text.lines import LineIndex


class ModelImpact(msgspec.Struct, frozen=True):
    """One model that the edits touch.

    `change`: modified, added, removed, upstream (its own text is the same).  `category`: none, metadata, non_breaking,
    breaking.  When `rows` changed, `changed` are the columns whose own expression did.  `build`: rebuild, reuse, None for a removed model.  `via`: for a change that comes from upstream, the models
    that carry it, the edited one first.
    """

    model: str
    path: str
    change: str
    category: str
    rows: str = "same"
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    build: str | None = None
    reasons: tuple[Reason, ...] = ()
    via: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The verdict in words, the same wherever it is shown."""
        return categories.verdict(self.category, self.rows, self.added, self.removed, self.changed, self.renamed)

    @property
    def touched(self) -> str:
        """What of the model is touched, in the verdict's words; "" for nothing."""
        return categories.touched(self.category, self.rows, self.added, self.removed, self.changed, self.renamed)


class Impact(msgspec.Struct, frozen=True):
    """The listed models by name, sorted; a model that is not listed is untouched.

    `rebuild` and `reuse` count the models that hold a table.
    """

    against: str
    models: dict[str, ModelImpact]
    rebuild: int = 0
    reuse: int = 0

    @property
    def breaking(self) -> int:
        """Listed models whose change is breaking."""
        return sum(found.category == "breaking" for found in self.models.values())

    @property
    def non_breaking(self) -> int:
        """Listed models whose change is non-breaking."""
        return sum(found.category == "non_breaking" for found in self.models.values())

    def by_cause(self) -> list[ModelImpact]:
        """The listed models, each edited one followed by those that its change reaches: the cause comes first."""
        edited = [found for found in self.models.values() if not found.via]
        return sorted(
            self.models.values(),
            key=lambda found: (
                next(
                    (at for at, each in enumerate(edited) if each.model in (found.model, *found.via[:1])), len(edited)
                ),
                len(found.via),
                found.model,
            ),
        )


class Baseline(msgspec.Struct, frozen=True):
    """A workspace as it was, as far as it is compared: values only, no graph."""

    against: str
    sides: MutableMapping[str, Side]
    tables: dict[str, str]


def baseline(graph: Graph, against: str) -> Baseline:
    """What `graph` (up to date) says of each of its models, kept for comparison under the name `against`."""
    return baseline_from(sides_of(graph, graph.names.names()), against)


def baseline_from(sides: Sides, against: str) -> Baseline:
    """The baseline that consists of these models."""
    stands = ((name, standing_in(sides, name)) for name in sides)
    return Baseline(against, sides, identities({name: known for name, known in stands if known is not None}))


def impact(graph: Graph, against: Baseline) -> Impact:
    """What the workspace's present text changes against the baseline."""
    meanings = meanings_of(graph)
    tables = identities(meanings)
    models = graph.models()
    touched: dict[str, ModelImpact] = {}
    audits, readers = beside.audit_texts(graph), ColumnReaders(graph, against.sides)
    for name in lowest_first(graph, {*meanings, *against.sides}):
        old, new = against.sides.get(name), meanings.get(name)
        if new is None:
            if old is not None:
                touched[name] = removed_model(graph, old)
            continue
        model = models[name]
        same_table = tables[name] == against.tables.get(name)
        audited = beside.audits_of(model, audits) if model.audits else {}
        same_text = old is not None and _text(graph, model) == old.text and audited == old.audits
        if old is not None and same_table and new == old.meaning and same_text:
            continue
        found = touched_model(graph, model, new, old, same_table, touched, audits, readers)
        if found is not None:
            touched[name] = found
    held = [name for name, model in models.items() if name in meanings and model.kind.name not in HOLD_NO_TABLE]
    rebuilt = sum(tables[name] != against.tables.get(name) for name in held)
    return Impact(against.against, dict(sorted(touched.items())), rebuilt, len(held) - rebuilt)


def touched_model(
    graph: Graph,
    model: Model,
    new: Meaning,
    old: Side | None,
    same_table: bool,
    touched: Mapping[str, ModelImpact],
    audits: Mapping[str, str],
    readers: ColumnReaders,
) -> ModelImpact | None:
    """What the edits do to one model; None: nothing.  `touched` are those of the models that it reads."""
    if old is None:
        found = Difference("non_breaking", added=tuple(name for name, _ in new.columns))
        return _impact(model, "added", found, "rebuild", (reasons.added(graph, model),), ())
    found = compare(old.meaning, new)
    side = side_of(graph, model, new, audits)
    # A seed's rows are its own: nothing upstream brings them.
    modified = side.text != old.text or (bool(model.seed) and old.meaning != new and old.data == side.data)
    same_audits = side.audits == old.audits
    if not modified and found.category == "none" and same_table and same_audits:
        return None
    if found.category == "none" and (side.metadata != old.metadata or not same_audits):
        found = msgspec.structs.replace(found, category="metadata")
    if found.rows == "changed":
        found = msgspec.structs.replace(found, changed=reasons.rewritten_columns(old, side, found.changed))
    via = () if modified else _via(graph, model, touched)
    said = reasons.explain(graph, model, old, side, found, via, touched, readers)
    said += contracts.broken(graph, model, old, side)
    return _impact(
        model, "modified" if modified else "upstream", found, "reuse" if same_table else "rebuild", said, via
    )


def _impact(
    model: Model, change: str, found: Difference, build: str | None, said: tuple[Reason, ...], via: tuple[str, ...]
) -> ModelImpact:
    return ModelImpact(
        model.name, model.path, change, found.category, found.rows, found.added, found.removed, found.changed, found.renamed,
        build, said, via,
    )  # fmt: skip


def removed_model(graph: Graph, old: Side) -> ModelImpact:
    """A model that is gone."""
    columns = tuple(name for name, _ in old.meaning.columns)
    said = (reasons.removed(graph, old),)
    return ModelImpact(old.name, old.path, "removed", "breaking", "changed", removed=columns, reasons=said)


def _via(graph: Graph, model: Model, touched: Mapping[str, ModelImpact]) -> tuple[str, ...]:
    """The chain of models that carries a change to `model`: breaking ones first, then by name."""
    parents = [touched[name] for name in graph.upstreams(model.name) if name in touched]
    if not parents:
        return ()
    order = {"breaking": 0, "non_breaking": 1}
    first = min(parents, key=lambda found: (order.get(found.category, 2), len(found.via), found.model))
    return (*first.via, first.model)


def _text(graph: Graph, model: Model) -> str:
    return graph.text(model.path) or ""


def lowest_first(graph: Graph, names: Iterable[str]) -> list[str]:
    """`names`, each after those that it reads; members of circles last."""
    known = set(names)
    waiting = {name: {up for up in graph.upstreams(name) if up != name and up in known} for name in sorted(known)}
    readers: dict[str, list[str]] = {}
    for name, ups in waiting.items():
        for up in ups:
            readers.setdefault(up, []).append(name)
    ready = [name for name, ups in waiting.items() if not ups]
    done: list[str] = []
    while ready:
        name = ready.pop()
        done.append(name)
        for reader in readers.get(name, ()):
            waiting[reader].discard(name)
            if not waiting[reader]:
                ready.append(reader)
    return [*done, *(name for name, ups in waiting.items() if ups)]


def to_json(graph: Graph, found: Impact) -> dict[str, object]:
    """The public shape (DESIGN section 6): lines and columns count from 1."""
    lines: dict[str, LineIndex] = {}
    return {
        "version": 1,
        "against": found.against,
        "summary": {
            "breaking": found.breaking,
            "non_breaking": found.non_breaking,
            "rebuild": found.rebuild,
            "reuse": found.reuse,
        },
        "models": [_model_json(graph, each, lines) for each in found.models.values()],
    }


def _model_json(graph: Graph, found: ModelImpact, lines: dict[str, LineIndex]) -> dict[str, object]:
    return {
        "model": found.model,
        "path": found.path,
        "change": found.change,
        "category": found.category,
        "verdict": found.verdict,
        "rows": found.rows,
        "columns": {
            "added": list(found.added),
            "removed": list(found.removed),
            "changed": list(found.changed),
            "renamed": [{"from": each.old, "to": each.new} for each in found.renamed],
        },
        "build": found.build,
        "via": list(found.via),
        "reasons": [_reason_json(graph, reason, lines) for reason in found.reasons],
    }


def _reason_json(graph: Graph, reason: Reason, lines: dict[str, LineIndex]) -> dict[str, object]:
    if reason.path not in lines:
        lines[reason.path] = LineIndex(graph.text(reason.path) or "")
    line, column = lines[reason.path].position(reason.span.start, "utf-32")
    return {"code": reason.code, "message": reason.message, "line": line + 1, "column": column + 1}
