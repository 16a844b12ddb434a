"""Ways out of a breaking change: keep the old column beside the new one, cast it to the type it had, restore a removed column,
take a rename back or carry it through, mark the model forward-only.

Each is offered only if the text after it binds: an old expression may read what is no longer there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lsp_server.analysis.impact import ModelImpact
from lsp_server.analysis.reasons import Reason, Side
from lsp_server.graph.graph import Graph
from lsp_server.ide.actions import Action, Edit
from lsp_server.ide.places import column_of, main_scope
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Bound
from lsp_server.syntax.names import quote
from lsp_server.text.spans import Span, TextEdit, apply_edits

QUICK_FIX = "quickfix"
_ALIAS = re.compile(r"\s+AS\s+(?:\"[^\"]*\"|`[^`]*`|\w+)\s*\Z", re.IGNORECASE)


def impact_fixes(graph: Graph, found: ModelImpact, old: Side | None, span: Span) -> list[Action]:
    """What can be done about the reasons that touch `span` in the model's file."""
    offers: list[Action] = []
    if found.category != "breaking" or old is None or graph.stale(found.model):
        return offers
    for reason in found.reasons:
        near = reason.path == found.path and reason.span.start <= span.end and span.start <= reason.span.end
        for offer in _OFFERS.get(reason.code, ()) if near else ():
            offers += [action for action in offer(graph, found, old, reason) if _binds(graph, found.path, action)]
    if found.change == "modified":
        offers += _forward_only(graph, found)
    return offers


def _binds(graph: Graph, path: str, action: Action) -> bool:
    """Whether the model's text, after the action, has no problem that it has not now."""
    text = graph.text(path) or ""
    edits = [TextEdit(edit.span, edit.text) for edit in action.edits if edit.path == path]
    now, after = graph.trial(path, text), graph.trial(path, apply_edits(text, edits))
    if after is None or now is None:
        return False
    known = {(problem.code, problem.message) for problem in now.places.problems}
    return all((problem.code, problem.message) in known for problem in after.places.problems)


def _keep_beside(graph: Graph, found: ModelImpact, old: Side, reason: Reason) -> Iterator[Action]:
    """`SUM(price) AS total` stays, what it became is added as `total_new`."""
    now = graph.bound(found.model)
    before = _old_projection(graph, old, reason.column)
    if now is None or before is None:
        return
    placed = _projection(now, reason.column)
    if placed is None:
        return
    text = (graph.text(found.path) or "")[slice(*placed)]
    name = _free_name(now, f"{reason.column}_new")
    changed = f"{_ALIAS.sub('', text)} AS {name}"
    indent = _indent(graph.text(found.path) or "", placed.start)
    title = f"Keep `{reason.column}` as it was, and add the new one as `{name}`"
    edit = Edit(found.path, placed, f"{_named(before, reason.column, graph, found)},\n{indent}{changed}")
    yield Action(title, QUICK_FIX, (edit,), codes=(reason.code,), problem=reason.span)


def _cast_back(graph: Graph, found: ModelImpact, old: Side, reason: Reason) -> Iterator[Action]:
    """A column whose type became another: cast to the one that its readers know."""
    now, before = graph.bound(found.model), graph.trial(old.path, old.text)
    placed = _projection(now, reason.column) if now is not None else None
    if now is None or before is None or placed is None:
        return
    was, became = _type(before, reason.column), _type(now, reason.column)
    if was in (ir.UNKNOWN, "", became):
        return
    text = (graph.text(found.path) or "")[slice(*placed)]
    name = quote(reason.column, _dialect(graph, found), always=False)
    edit = Edit(found.path, placed, f"CAST({_ALIAS.sub('', text)} AS {was}) AS {name}")
    yield Action(
        f"Cast `{reason.column}` to {was}, as it was", QUICK_FIX, (edit,), codes=(reason.code,), problem=reason.span
    )


def _restore(graph: Graph, found: ModelImpact, old: Side, reason: Reason) -> Iterator[Action]:
    """A removed column comes back as the last one."""
    now = graph.bound(found.model)
    before = _old_projection(graph, old, reason.column)
    last = _last_projection(now) if now is not None else None
    if before is None or last is None:
        return
    indent = _indent(graph.text(found.path) or "", last.start)
    text = f",\n{indent}{_named(before, reason.column, graph, found)}"
    edit = Edit(found.path, Span(last.end, last.end), text)
    yield Action(
        f"Restore `{reason.column}`", QUICK_FIX, (edit,), codes=(reason.code,), preferred=True, problem=reason.span
    )


def _carry_rename(graph: Graph, found: ModelImpact, old: Side, reason: Reason) -> Iterator[Action]:
    """A renamed column: its readers follow, or the old name comes back beside it."""
    renamed = next((each for each in found.renamed if each.new == reason.column), None)
    if renamed is None:
        return
    edits = tuple(_reader_edits(graph, found.model, renamed.old, renamed.new))
    if edits:
        title = f"Rename `{renamed.old}` to `{renamed.new}` in all readers"
        yield Action(title, QUICK_FIX, edits, codes=(reason.code,), preferred=True, problem=reason.span)
    yield from _keep_old_name(graph, found, renamed.old, reason)


def _keep_old_name(graph: Graph, found: ModelImpact, name: str, reason: Reason) -> Iterator[Action]:
    now = graph.bound(found.model)
    placed = _projection(now, reason.column) if now is not None else None
    if placed is None:
        return
    text = graph.text(found.path) or ""
    expression = _ALIAS.sub("", text[slice(*placed)])
    dialect = _dialect(graph, found)
    edit = Edit(
        found.path,
        Span(placed.end, placed.end),
        f",\n{_indent(text, placed.start)}{expression} AS {quote(name, dialect, always=False)}",
    )
    yield Action(
        f"Keep `{name}` beside `{reason.column}`", QUICK_FIX, (edit,), codes=(reason.code,), problem=reason.span
    )


def _reader_edits(graph: Graph, model: str, old: str, new: str) -> Iterator[Edit]:
    """Where readers name a column that is certainly gone, and that this model had."""
    for reader in graph.readers(model):
        known = graph.model(reader)
        for problem in graph.problems(known.path) if known is not None else ():
            named = str(problem.data.get("name", "")).lower()
            if known is not None and problem.code in ("unknown-column", "broken-reader") and named == old:
                yield Edit(known.path, problem.span, quote(new, known.dialect, always=False))


def _forward_only(graph: Graph, found: ModelImpact) -> Iterator[Action]:
    """The table stays as it is; the new logic counts for new intervals."""
    file = graph.file(found.path)
    header = file.header if file is not None else None
    if header is None or not header.kind.name.upper().startswith("INCREMENTAL"):
        return
    if any(prop.name.lower() == "forward_only" for prop in header.kind.properties):
        return
    end = header.kind.name_span.end
    text = graph.text(found.path) or ""
    opening = re.match(r"\s*\(", text[end:])
    place, inserted = (end + opening.end(), "\n    forward_only true,") if opening else (end, " (forward_only true)")
    edit = Edit(found.path, Span(place, place), inserted)
    yield Action("Mark as forward-only: keep the table, use the new logic for new intervals", QUICK_FIX, (edit,))


# Texts of projections


def _old_projection(graph: Graph, old: Side, column: str) -> str | None:
    """The projection that made the column, as the baseline's text has it."""
    before = graph.trial(old.path, old.text)
    placed = _projection(before, column) if before is not None else None
    return old.text[slice(*placed)] if placed is not None else None


def _projection(bound: Bound, column: str) -> Span | None:
    """Where the main SELECT makes a column of its own (not through a star)."""
    main = main_scope(bound.places)
    for index, known in enumerate(main.interface.columns if main is not None else ()):
        if main is not None and known.name.lower() == column.lower():
            span = bound.places.clauses.get((main.index, f"column:{index}"))
            shared = [
                s
                for (scope, clause), s in bound.places.clauses.items()
                if scope == main.index and clause.startswith("column:")
            ]
            return span if span is not None and shared.count(span) == 1 else None
    return None


def _type(bound: Bound, column: str) -> str:
    main = main_scope(bound.places)
    known = column_of(main.interface, column) if main is not None else None
    return known.type if known is not None else ""


def _last_projection(bound: Bound) -> Span | None:
    main = main_scope(bound.places)
    if main is None or not isinstance(ir.unpack(bound.facts.query).scopes[-1], ir.Select):
        return None
    spans = [
        s for (scope, clause), s in bound.places.clauses.items() if scope == main.index and clause.startswith("column:")
    ]
    return max(spans, key=lambda span: span.end, default=None)


def _named(projection: str, column: str, graph: Graph, found: ModelImpact) -> str:
    """The projection under its name, also where the name came by itself."""
    if _ALIAS.search(projection) or projection.rpartition(".")[2].strip('"').lower() == column.lower():
        return projection
    return f"{projection} AS {quote(column, _dialect(graph, found), always=False)}"


def _free_name(bound: Bound, name: str) -> str:
    taken = {column.name.lower() for column in bound.facts.interface.columns}
    return next(each for each in (name, *(f"{name}_{n}" for n in range(2, len(taken) + 3))) if each not in taken)


def _indent(text: str, start: int) -> str:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return line if line and not line.strip() else "  "


def _dialect(graph: Graph, found: ModelImpact) -> str:
    model = graph.model(found.model)
    return model.dialect if model is not None else ""


_OFFERS: dict[str, tuple[Callable[[Graph, ModelImpact, Side, Reason], Iterator[Action]], ...]] = {
    "column-changed": (_cast_back, _keep_beside),
    "column-type": (_cast_back, _keep_beside),
    "column-removed": (_restore,),
    "column-renamed": (_carry_rename,),
}
