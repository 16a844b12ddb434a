"""Calls that the engine may refuse (`semantics.doubts`): what is new of them, in words, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.clause_places import ClausePlaces
from lsp_server.analysis.rewrites.conditions import walk
from lsp_server.semantics import ir
from lsp_server.semantics.doubts import head
from lsp_server.text.spans import Span


def changed(before: ir.Query, now: ir.Query) -> Iterator[tuple[str, str]]:
    """(doubt, message) of the calls that one version of a query has and the other has not."""
    for doubt in sorted(set(now.doubts) - set(before.doubts)):
        yield doubt, f"the engine may refuse this query: it has no `{doubt}`"
    for doubt in sorted(set(before.doubts) - set(now.doubts)):
        yield doubt, f"the engine may have refused this query before: it has no `{doubt}`"


def place(doubt: str, query: ir.Query, places: ClausePlaces) -> Span | None:
    """The column in which a call has arguments of these kinds; all columns, where that is not found."""
    for at, scope in enumerate(query.scopes):
        for index, out in enumerate(scope.columns if isinstance(scope, ir.Select) else ()):
            if any(isinstance(node, ir.Op | ir.Agg) and _is_doubted(doubt, node.args) for node in walk(out.expr)):
                return places.first(((at, f"column:{index}"), (at, "scope")))
    return places.columns()


def _is_doubted(doubt: str, args: tuple[ir.Expr, ...]) -> bool:
    kinds = [head(arg) for arg in args]
    if not kinds:
        return False
    operands = len(kinds) == 2 and doubt.startswith(f"{kinds[0]} ") and doubt.endswith(f" {kinds[1]}")
    return operands or doubt.endswith(f"({', '.join(kinds)})")
