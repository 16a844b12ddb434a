"""Which columns of a query's scopes have which names, and from where: what following a name through the workspace is made of.

`SELECT o.id`, `SELECT *`, the left branch of a UNION pass a name on; an alias ends its journey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.semantics import ir
from lsp_server.semantics.facts import Clauses, Origin, Output, Reference


def outputs(query: ir.Query, references: Iterable[Reference], clauses: Clauses) -> Iterator[Output]:
    """All columns of all scopes, in order."""
    given = {(r.target.name.lower(), r.span) for r in references if r.declares and r.target.kind == "column"}
    named = _read_by_name(query)
    for at, scope in enumerate(query.scopes):
        final = at == len(query.scopes) - 1
        if isinstance(scope, ir.SetOp):
            for index, name in enumerate(scope.columns):
                yield Output(at, index, name, final, sources=tuple(_branches(query, scope, index)))
            continue
        is_named = at in named and isinstance(scope, ir.Select)
        for index, column in enumerate(scope.columns):
            label, folded = clauses.get((at, f"column-name:{index}")), column.name.lower()
            if label is not None and (folded, label) in given:
                yield Output(at, index, column.name, final, label)
            elif isinstance(column.expr, ir.Col):
                source = _read(query, column.expr)
                yield Output(
                    at, index, column.name, final, sources=(source,) if source and source.name == folded else ()
                )
            else:
                made = clauses.get((at, f"column:{index}")) if is_named else None
                yield Output(at, index, column.name, final, made=made)


def _branches(query: ir.Query, scope: ir.SetOp, index: int) -> Iterator[Origin]:
    """The left branch names the output; BY NAME both do."""
    left, right = scope.pairs[index]
    folded = scope.columns[index].lower()
    for side, position in ((scope.left, left), (scope.right, right)):
        name = _name(query.scopes[side], position).lower() if position >= 0 else ""
        if name == folded and (side == scope.left or left < 0 or left != right):
            yield Origin("", side, name)


def _name(scope: ir.Scope, index: int) -> str:
    if index >= len(scope.columns):
        return ""
    column = scope.columns[index]
    return column if isinstance(column, str) else column.name


def _read(query: ir.Query, column: ir.Col) -> Origin | None:
    if not 0 <= column.source < len(query.sources):
        return None
    source = query.sources[column.source]
    if column.index >= len(source.columns):
        return None
    name = source.columns[column.index].lower()
    if source.kind == "model":
        return Origin(source.model, -1, name)
    return Origin("", source.scope, name) if source.kind in ("scope", "recursion") else None


def _read_by_name(query: ir.Query) -> set[int]:
    """The scopes whose columns somebody can name: nobody can those of `(SELECT MAX(d) FROM t)` as a value."""
    waiting = [len(query.scopes) - 1, *(s.scope for s in query.sources if s.kind in ("scope", "recursion"))]
    found: set[int] = set()
    while waiting:
        at = waiting.pop()
        if at in found or not 0 <= at < len(query.scopes):
            continue
        found.add(at)
        scope = query.scopes[at]
        if isinstance(scope, ir.SetOp):
            waiting += [scope.left, scope.right]
    return found
