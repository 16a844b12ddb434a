"""The impact of the edits as an editor shows it: problems at the changed clauses, lenses, words for hovers.

Decides nothing: everything here comes from `analysis.impact`, whose values every face of Headwater shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lsp_server.analysis.categories import CATEGORY
from lsp_server.analysis.impact import Impact, ModelImpact
from lsp_server.analysis.reasons import Reason
from lsp_server.graph.graph import Graph
from lsp_server.ide.words import count
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

SEVERITY = {"breaking": "warning", "non_breaking": "information", "metadata": "hint", "none": "hint"}


_HARMLESS = {"column-added": "non_breaking", "metadata": "metadata"}
"""Reasons that have a category of their own: a column that is added beside a breaking change is harmless in itself."""


def problems(impact: Impact, graph: Graph, only: Iterable[str] | None = None) -> dict[str, tuple[Problem, ...]]:
    """The reasons of edited models, and broken contracts of all, by path; `only` those of some models, which the workspace has.

    Of a text that is half typed: those of the last whole one, at their places in this one, marked as pending.
    """
    found: dict[str, list[Problem]] = {}
    models = impact.models
    for model in models.values() if only is None else [models[name] for name in sorted(only) if name in models]:
        edited = model.change in ("modified", "added") and model.category != "none"
        said = [reason for reason in model.reasons if reason.path and (edited or reason.severity == "error")]
        pending = bool(said) and model.change != "removed" and graph.stale(model.model)
        for reason in said:
            found.setdefault(reason.path, []).append(_problem(model, reason, impact.against, pending))
    return {path: tuple(each) for path, each in found.items()}


def _problem(model: ModelImpact, reason: Reason, against: str, pending: bool) -> Problem:
    category = _HARMLESS.get(reason.code, model.category)
    severity = reason.severity or SEVERITY[category]
    data: dict[str, str | list[str]] = {"model": model.model, "category": category, "column": reason.column}
    verdict = model.verdict if category == model.category else CATEGORY[category]
    said = f"{reason.message} ({verdict} vs {short(against)}{'; pending: half-typed' if pending else ''})"
    return Problem(reason.code, said, reason.span, severity, data, reason.related)


def short(against: str) -> str:
    """A baseline's name without its kind, where that says nothing: `prod`, `git:HEAD`, `the saved files`."""
    return "the saved files" if against == "saved" else against.removeprefix("env:")


# -- lenses


class Lens(msgspec.Struct, frozen=True):
    """`kind`: "impact", "readers", "environment".  `model` is what it is about."""

    span: Span
    title: str
    kind: str
    model: str


def lenses(graph: Graph, path: str, impact: Impact | None, states: Mapping[str, Mapping[str, str]]) -> list[Lens]:
    """The lenses of a file, all on its models' first lines, so that text does not jump while a verdict changes.

    `states`: for each environment, the state of each model in words.
    """
    found = []
    for model in graph.models_in(path):
        if model.external:
            continue
        span = graph.name_span(model.name)
        found.append(Lens(span, impact_title(graph, impact, model.name), "impact", model.name))
        number = len(graph.readers(model.name))
        found.append(Lens(span, count(number, "reader") if number else "no readers", "readers", model.name))
        known = [f"{name}: {models[model.name]}" for name, models in states.items() if model.name in models]
        if known:
            found.append(Lens(span, " · ".join(known[:4]), "environment", model.name))
    return found


def impact_title(graph: Graph, impact: Impact | None, name: str) -> str:
    """`breaking vs prod: rows change; 14 models touched, 6 rebuilt, 27 reused`"""
    if impact is None:
        return "impact: no baseline yet"
    found = impact.models.get(name)
    pending = _pending(graph, found, name)
    if found is None:
        return f"unchanged vs {short(impact.against)}{pending}"
    touched = sum(1 for other in impact.models.values() if other.model != name and name in other.via)
    head = f"{CATEGORY.get(found.category, found.category)} vs {short(impact.against)}"
    effect = f"{count(touched, 'model')} touched, {impact.rebuild} rebuilt, {impact.reuse} reused"
    return f"{head}: {'; '.join(part for part in (found.touched, effect) if part)}{pending}"


def _pending(graph: Graph, found: ModelImpact | None, name: str) -> str:
    """Why a verdict is that of an earlier text; "" when it is this one's."""
    if graph.stale(name):
        return " (pending: half-typed)"
    query = graph.query(name) if found is None or found.change == "modified" else None
    return " (pending: the text has errors)" if query is not None and query.refused else ""


# -- hovers


def model_words(impact: Impact | None, name: str) -> str:
    """What the edits do to a model, for its hover; "" when it is untouched."""
    found = impact.models.get(name) if impact is not None else None
    if impact is None or found is None:
        return ""
    lines = [
        f"**{found.verdict}** vs {short(impact.against)}",
        *(f"- {reason.message}" for reason in found.reasons[:6]),
    ]
    return "\n".join(lines)


def column_words(impact: Impact | None, model: str, column: str) -> str:
    """What the edits do to a column, for its hover; "" when it is untouched."""
    found = impact.models.get(model) if impact is not None else None
    if impact is None or found is None:
        return ""
    state = column_change(found, column)
    if not state:
        return ""
    said = [reason.message for reason in found.reasons if reason.column.lower() == column.lower()]
    return f"**{state}** vs {short(impact.against)}" + "".join(f"\n- {text}" for text in said[:3])


def column_change(found: ModelImpact, column: str) -> str:
    """ "added", "changed", "touched" (the model's rows change), or ""."""
    folded = column.lower()
    if folded in map(str.lower, found.added):
        return "added"
    if folded in map(str.lower, found.changed):
        return "changed"
    return "touched" if found.rows == "changed" else ""


def token_change(impact: Impact | None, model: str, column: str) -> str:
    """How a column's name is to be coloured: "changed" (also when it is new), "removed", or ""."""
    found = impact.models.get(model) if impact is not None else None
    if found is None:
        return ""
    if column in map(str.lower, found.removed):
        return "removed"
    return "changed" if column_change(found, column) in ("added", "changed") else ""
