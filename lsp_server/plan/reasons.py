"""In words: why a model gets a new table, by comparing what two versions of it mean.

The verdict is `analysis.categories`': the same, to the word, as in the editor and in `headwater impact`.
"""

from __future__ import annotations

from lsp_server.analysis.categories import compare
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.plan.versions import ModelVersion

_SHOWN = 4


def names(items: list[str]) -> str:
    """A readable list, cut when long."""
    if len(items) <= _SHOWN:
        return ", ".join(items)
    return f"{', '.join(items[:_SHOWN])} and {len(items) - _SHOWN} more"


def difference(old: ModelVersion, new: ModelVersion) -> str:
    """What differs in the data of two versions: the verdict, in the words of `headwater impact`; "" when nothing is known to."""
    if old.meaning.version != new.meaning.version:
        return _by_interface(old, new)
    found = compare(_meaning(old), _meaning(new))
    return found.verdict if found.category != "none" else ""


def _meaning(version: ModelVersion) -> Meaning:
    known = version.meaning
    return Meaning(known.rows, known.order, known.columns, rest=known.rest)


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


def why(
    old: ModelVersion | None, new: ModelVersion, changed_upstreams: list[str], order_readers: tuple[str, ...] = ()
) -> str:
    """Why `new` needs another table than `old` has."""
    if old is None:
        return "new model"
    what = difference(old, new)
    if old.meaning.version != new.meaning.version:
        known = "it was built by another release of Headwater, whose fingerprints cannot be compared"
        return f"{known} ({what})" if what else known
    if not what and old.meaning.order != new.meaning.order:
        what = "rows in another order"
    if old.query == new.query and old.text == new.text and changed_upstreams:
        source = f"it reads {names(changed_upstreams)}, which changed"
        return f"{what} ({source})" if what else source
    if not what and old.query == new.query and old.text == new.text and order_readers:
        depend = "depends" if len(order_readers) == 1 else "depend"
        return f"its text is the same, and {names(list(order_readers))} {depend} on the order of its rows"
    if not what and old.query == new.query and old.text == new.text:
        return "its text is the same: a reader depends on the order of its rows now, or a Python macro or a setting behind it changed"
    return what or "its definition changed"
