"""What two versions of one model differ in, its category, and the verdict in words: the one place that says it.

Lens, hover and diagnostic in the editor, `headwater impact` and the steps of a plan all show `verdict`, to the word.

    >>> verdict("breaking", "changed", added=("tax",))
    'breaking: rows change, +tax'
    >>> verdict("non_breaking", added=("tax",))
    'non-breaking: +tax'
    >>> verdict("breaking")
    'breaking: columns in another order'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lsp_server.analysis.fingerprints import Meaning

CATEGORY = {
    "none": "no change of data",
    "metadata": "metadata only",
    "non_breaking": "non-breaking",
    "breaking": "breaking",
}
MOST_COLUMNS = 3
"""Columns of one kind that a verdict names; the rest is counted."""


class Renamed(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    """A column that has another name and the same fingerprint."""

    old: str
    new: str


class Difference(msgspec.Struct, frozen=True):
    """What two versions of one model differ in.  `rows`: "same" or "changed"."""

    category: str
    rows: str = "same"
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    reordered: bool = False

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        return verdict(self.category, self.rows, self.added, self.removed, self.changed, self.renamed)


def compare(old: Meaning, new: Meaning) -> Difference:
    """The category of a change, by the table of docs/changes.md.

    >>> old = Meaning("r", "o", (("a", "1"), ("b", "2")))
    >>> compare(old, Meaning("r", "o", (("a", "1"), ("b", "2"), ("c", "3")))).category
    'non_breaking'
    >>> compare(old, Meaning("r", "o", (("a", "1"),))).removed
    ('b',)
    """
    before, after = dict(old.columns), dict(new.columns)
    added = tuple(name for name in after if name not in before)
    removed = tuple(name for name in before if name not in after)
    changed = tuple(name for name, value in before.items() if name in after and after[name] != value)
    if old.rest != new.rest:
        changed = (*changed, "*")
    rows = "same" if old.rows == new.rows and old.version == new.version else "changed"
    kept = [name for name in before if name in after]
    reordered = kept != [name for name in after if name in before]
    renamed = _renamed(removed, added, before, after) if rows == "same" else ()
    if rows == "changed" or removed or changed or reordered:
        category = "breaking"
    else:
        category = "non_breaking" if added else "none"
    return Difference(category, rows, added, removed, changed, renamed, reordered)


def _renamed(
    removed: tuple[str, ...], added: tuple[str, ...], before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Renamed, ...]:
    free = list(added)
    found = []
    for name in removed:
        match = next((other for other in free if after[other] == before[name]), None)
        if match is not None:
            free.remove(match)
            found.append(Renamed(name, match))
    return tuple(found)


def verdict(
    category: str,
    rows: str = "same",
    added: Sequence[str] = (),
    removed: Sequence[str] = (),
    changed: Sequence[str] = (),
    renamed: Sequence[Renamed] = (),
) -> str:
    """The category in words, with what of the model it touches."""
    what = touched(category, rows, added, removed, changed, renamed)
    return f"{CATEGORY.get(category, category)}: {what}" if what else CATEGORY.get(category, category)


def touched(
    category: str,
    rows: str = "same",
    added: Sequence[str] = (),
    removed: Sequence[str] = (),
    changed: Sequence[str] = (),
    renamed: Sequence[Renamed] = (),
) -> str:
    """What of a model a change touches: `rows change, +tax, total changes`.

    Where rows change every value is another row's: only columns that come or go are named beside it.
    """
    old, new = {each.old for each in renamed}, {each.new for each in renamed}
    parts = ["rows change"] if rows == "changed" else []
    parts += _named("+{}", [name for name in added if name not in new])
    parts += _named("-{}", [name for name in removed if name not in old])
    parts += _named("{}", [f"{each.old} is now {each.new}" for each in renamed])
    if rows != "changed":
        parts += _named("{} changes", [name if name != "*" else "an undescribed column" for name in changed])
    if not parts and category == "breaking":
        parts = ["columns in another order"]
    return ", ".join(parts)


def _named(form: str, names: list[str]) -> list[str]:
    rest = len(names) - MOST_COLUMNS
    return [form.format(name) for name in names[:MOST_COLUMNS]] + ([f"{rest} more"] if rest > 0 else [])
