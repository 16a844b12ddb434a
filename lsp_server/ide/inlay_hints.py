"""Inlay hints: types of projections, columns of a star, targets of aliases.

Never inside or beside an identifier that is being typed: the line with the cursor has none (`quiet`).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Bound
from lsp_server.text.spans import Span

MAX_STAR = 8
"""Columns that a star's hint names; the tooltip has them all."""


class InlayHint(msgspec.Struct, frozen=True, order=True):
    """Text to show at `offset`.  `kind`: "type" or "parameter" (names)."""

    offset: int
    label: str
    kind: str = "type"
    tooltip: str = ""


def inlay_hints(graph: Graph, path: str, within: Span, quiet: Span | None = None) -> list[InlayHint]:
    """Hints whose place is in `within` and not in `quiet` (the line being typed), in order."""
    found: list[InlayHint] = []
    for model in graph.models_in(path):
        bound = graph.bound(model.name)
        if bound is not None:
            found += [*_types(bound), *_stars(bound), *_aliases(bound)]
    shown = {hint for hint in found if hint.offset in within and (quiet is None or hint.offset not in quiet)}
    return sorted(shown)


def _types(bound: Bound) -> Iterator[InlayHint]:
    """`AS total` gets `: DOUBLE`, in every scope; unknown types say nothing."""
    query = ir.unpack(bound.facts.query)
    for at, scope in enumerate(query.scopes):
        for index, column in enumerate(scope.columns if isinstance(scope, ir.Select) else ()):
            span = bound.places.clauses.get((at, f"column-name:{index}"))
            whole = bound.places.clauses.get((at, f"column:{index}"))
            shared = index > 0 and whole == bound.places.clauses.get((at, f"column:{index - 1}"))
            following = whole == bound.places.clauses.get((at, f"column:{index + 1}"))
            if span is not None and column.type not in (ir.UNKNOWN, "") and not shared and not following:
                yield InlayHint(span.end, f": {column.type}")


def _stars(bound: Bound) -> Iterator[InlayHint]:
    for reference in bound.places.references:
        columns = reference.target.columns
        if reference.target.kind == "star" and columns:
            shown = ", ".join(columns[:MAX_STAR]) + (
                f", … {len(columns) - MAX_STAR} more" if columns[MAX_STAR:] else ""
            )
            yield InlayHint(reference.span.end, f" {shown}", "parameter", ", ".join(columns))


def _aliases(bound: Bound) -> Iterator[InlayHint]:
    """A column qualified by an alias of few letters: what it stands for, at the alias's own place."""
    for reference in bound.places.references:
        target = reference.target
        if (
            target.kind == "alias"
            and reference.declares
            and target.model
            and target.model.split(".")[-1] != target.name
        ):
            interface = next(
                (s.interface for p in bound.places.scopes for s in p.sources if s.name == target.name), None
            )
            if interface is not None and interface.columns:
                count = f"{len(interface.columns)}{'' if interface.complete else '+'} columns"
                yield InlayHint(reference.span.end, f" {count}", "parameter", target.model)
