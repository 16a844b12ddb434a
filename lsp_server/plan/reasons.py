"""In words: why a model gets a new table, by comparing what two versions of it mean."""

from __future__ import annotations

from lsp_server.plan.versions import ModelVersion

_SHOWN = 4


def names(items: list[str]) -> str:
    """A readable list, cut when long."""
    if len(items) <= _SHOWN:
        return ", ".join(items)
    return f"{', '.join(items[:_SHOWN])} and {len(items) - _SHOWN} more"


def difference(old: ModelVersion, new: ModelVersion) -> str:
    """What differs in the data of two versions, most telling first; "" when nothing is known to."""
    if old.kind.name != new.kind.name:
        return f"kind {old.kind.name} is now {new.kind.name}"
    if old.meaning.version != new.meaning.version:
        return _by_interface(old, new)
    before, after = dict(old.meaning.columns), dict(new.meaning.columns)
    parts: list[str] = []
    if old.meaning.rows != new.meaning.rows:
        parts.append("other rows")
    if added := [name for name in after if name not in before]:
        parts.append(f"column added: {names(added)}")
    if removed := [name for name in before if name not in after]:
        parts.append(f"column removed: {names(removed)}")
    changed = [name for name in after if name in before and after[name] != before[name]]
    if changed and old.meaning.rows == new.meaning.rows:
        parts.append(f"column changed: {names(changed)}")
    if not parts and list(before) != list(after):
        parts.append("columns in another order")
    if not parts and old.meaning.data != new.meaning.data:
        parts.append("a property that decides about data changed")
    return "; ".join(parts)


def _by_interface(old: ModelVersion, new: ModelVersion) -> str:
    """What differs by names alone: fingerprints of two releases say nothing of each other."""
    parts: list[str] = []
    if added := [name for name in new.column_names if name not in old.column_names]:
        parts.append(f"column added: {names(added)}")
    if removed := [name for name in old.column_names if name not in new.column_names]:
        parts.append(f"column removed: {names(removed)}")
    if old.query != new.query:
        parts.append("its query has another text")
    return "; ".join(parts)


def why(old: ModelVersion | None, new: ModelVersion, changed_upstreams: list[str]) -> str:
    """Why `new` needs another table than `old` has."""
    if old is None:
        return "new model"
    what = difference(old, new)
    if old.meaning.version != new.meaning.version:
        known = "it was built by another release of Headwater, whose fingerprints cannot be compared"
        return f"{known} ({what})" if what else known
    if old.query == new.query and old.text == new.text and changed_upstreams:
        source = f"it reads {names(changed_upstreams)}, which changed"
        return f"{source} ({what})" if what else source
    return what or "its definition changed"
