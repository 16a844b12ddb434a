"""The relations that a tree names: what is left when its CTEs are taken out."""

from __future__ import annotations

import msgspec
from sqlglot import exp

from lsp_server.syntax.source_map import SourceMap
from lsp_server.text.spans import Span


class TableName(msgspec.Struct, frozen=True):
    """A relation as the text names it.  `parts` as written (not folded), `quoted` for each part."""

    parts: tuple[str, ...]
    span: Span
    quoted: tuple[bool, ...] = ()


def table_names(tree: exp.Expression, source_map: SourceMap) -> tuple[TableName, ...]:
    """The tables of `tree` that are none of its CTEs, in source order, one for each place."""
    found = []
    for table in outer_tables(tree):
        parts = [part for part in table.parts if isinstance(part, exp.Identifier)]
        places = [part.meta for part in parts if part.meta.get("end") is not None]  # the parser makes some names itself
        if not places:
            continue
        span = source_map.to_file(places[0]["start"], places[-1]["end"] + 1)
        found.append(TableName(tuple(part.name for part in parts), span, tuple(bool(part.quoted) for part in parts)))
    return tuple(sorted(found, key=lambda name: name.span))


def outer_tables(tree: exp.Expression) -> list[exp.Table]:
    """Table nodes that name something outside `tree`."""
    return [
        table
        for table in tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier)
        and not isinstance(table.parent, exp.Hint | exp.JoinHint)  # `/*+ BROADCAST(o) */` says an alias
        and not (len(table.parts) == 1 and _is_cte(table))
    ]


def _is_cte(table: exp.Table) -> bool:
    """Whether a CTE that is visible at `table` has its name."""
    name = table.name.lower()
    inside: exp.Expression = table
    above = table.parent
    while above is not None:
        clause = above.args.get("with_")
        if isinstance(clause, exp.With):
            for cte in clause.expressions:
                # A CTE sees those before it, and itself when the clause is recursive.
                if cte is inside and not clause.args.get("recursive"):
                    break
                if cte.alias.lower() == name:
                    return True
                if cte is inside:
                    break
        # Climbing out of a CTE passes its WITH clause: remember which CTE it was.
        if not isinstance(above, exp.With):
            inside = above
        above = above.parent
    return False
