"""What the readers of an environment will notice when its views move: rows, columns, types.

Computed from what two versions of each model mean and offer; that a table was rebuilt is nothing to notice by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lsp_server.plan.reasons import difference, names
from lsp_server.plan.versions import ModelVersion


class Notice(msgspec.Struct, frozen=True):
    """One view whose rows or columns will be others."""

    model: str
    what: str


def notices(before: Mapping[str, ModelVersion], after: Mapping[str, ModelVersion]) -> tuple[Notice, ...]:
    """By model: what changes for those who query its view; empty where there was nothing to query before."""
    if not before:
        return ()
    found = (Notice(name, _what(before.get(name), after.get(name))) for name in sorted({*before, *after}))
    return tuple(notice for notice in found if notice.what)


def _what(old: ModelVersion | None, new: ModelVersion | None) -> str:
    if old is None or new is None:
        shown = old or new
        if shown is None or shown.kind.name in ("EMBEDDED", "EXTERNAL"):
            return ""
        return "a new view" if old is None else "the view goes"
    if new.kind.name in ("EMBEDDED", "EXTERNAL"):
        return ""
    return "; ".join(part for part in (difference(old, new), _retyped(old, new)) if part)


def _retyped(old: ModelVersion, new: ModelVersion) -> str:
    types = {column.name: column.type for column in old.columns}
    changed = [c.name for c in new.columns if c.name in types and c.type != types[c.name]]
    return f"another type: {names(changed)}" if changed else ""
