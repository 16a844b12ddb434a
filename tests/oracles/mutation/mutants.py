"""The mutants: each replaces one rule or one condition by a wrong one.

`is_drawn_anew` has none: what may be drawn anew holds the whole query in its fingerprint, so that the condition of the
rewrites is a second lock on the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lsp_server.analysis import expressions, fingerprints, meanings, relations, scopes, selects
from lsp_server.analysis.rewrites import aggregates, casts, comparisons, conditions, nulls, operands, ordering, windows
from lsp_server.analysis.rewrites import relations as joins


@dataclass(frozen=True)
class Mutant:
    """`owner.name` becomes `value` (of the old one, where it is a function of it)."""

    title: str
    owner: Any
    name: str
    make: Callable[[Any], Any]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """While this lasts, the rule is broken."""
        old = self.owner[self.name] if isinstance(self.owner, dict) else getattr(self.owner, self.name)
        self._set(self.make(old))
        try:
            yield
        finally:
            self._set(old)

    def _set(self, value: Any) -> None:
        if isinstance(self.owner, dict):
            self.owner[self.name] = value
        else:
            setattr(self.owner, self.name, value)


def always(value: Any) -> Callable[[Any], Any]:
    """The rule answers `value`, whatever it is asked."""
    return lambda _old: lambda *args, **kwargs: value


def constant(value: Any) -> Callable[[Any], Any]:
    """The table is `value`."""
    return lambda _old: value


def without_tag(*tags: bytes) -> Callable[[Any], Any]:
    """`cat` forgets to seal or number: canons with one of `tags` are their last part alone."""
    return lambda old: lambda tag, *parts: parts[-1] if tag in tags else old(tag, *parts)


def nothing(_op: Any, _dialect: str) -> None:
    """A rewrite that never applies."""


MUTANTS = [
    *[
        Mutant(f"rewrite of {name} is gone", comparisons.REWRITES, name, constant(nothing))
        for name in ("gt", "between", "in", "not", "and")
    ],
    Mutant("BETWEEN and IN over any types", conditions, "one_type", always(True)),
    Mutant("NOT over any comparison", comparisons, "negatable", always(True)),
    Mutant("NOT over ANY and ALL", comparisons, "is_quantified", always(False)),
    Mutant("operands never commute", operands, "commutes", always(False)),
    Mutant("all operands commute", operands, "commutes", always(True)),
    Mutant("any join may be reordered", joins, "is_reorderable", always(True)),
    Mutant("no join may be reordered", joins, "is_reorderable", always(False)),
    Mutant("self-joins in source order only", joins, "numberings", lambda _old: lambda atoms: [tuple(atoms)]),
    Mutant("any SELECT may be merged", joins, "is_mergeable", always(True)),
    Mutant("no subquery may be merged", joins, "is_mergeable", always(False)),
    Mutant(
        "any LEFT JOIN keeps the rows", joins, "is_lookup", lambda _old: lambda join, later, keys: join.kind == "left"
    ),
    Mutant("no LEFT JOIN keeps the rows", joins, "is_lookup", always(False)),
    Mutant("set-returning columns keep keys unique", joins, "_makes_rows", always(False)),
    Mutant("keys of any type", conditions, "is_exact", always(True)),
    Mutant(
        "a lookup before a FULL JOIN",
        joins,
        "_KEEPS_LEFT_ROWS",
        constant(frozenset(["from", "cross", "inner", "left", "semi", "anti", "full", "right"])),
    ),
    Mutant("DISTINCT over groups is always repeated", joins, "is_repeated_distinct", always(True)),
    Mutant("DISTINCT over groups is never repeated", joins, "is_repeated_distinct", always(False)),
    Mutant(
        "COUNT of anything counts rows",
        aggregates,
        "counts_rows",
        lambda _old: lambda call: call.name == "count" and not call.distinct,
    ),
    Mutant("COUNT(1) is not COUNT(*)", aggregates, "counts_rows", always(False)),
    Mutant("DISTINCT inside any aggregate does not matter", aggregates, "ignores_repeats", always(True)),
    Mutant("DISTINCT inside MAX matters", aggregates, "ignores_repeats", always(False)),
    Mutant("ordered aggregates never read the order", aggregates, "is_ordered_by_its_values", always(True)),
    Mutant("ordered aggregates always read the order", aggregates, "is_ordered_by_its_values", always(False)),
    Mutant("windows never read the order", windows, "ties_do_not_show", always(True)),
    Mutant("windows always read the order", windows, "ties_do_not_show", always(False)),
    Mutant("every order is total", ordering, "is_total", always(True)),
    Mutant("no order is total", ordering, "is_total", always(False)),
    Mutant("IS NOT NULL is never implied", nulls, "rejects_null", always(())),
    Mutant(
        "IS NOT NULL is always implied",
        nulls,
        "without_implied",
        lambda _old: lambda terms, asserts, rejects: [t for t in terms if t not in asserts],
    ),
    Mutant("true conditions count", expressions, "is_true", always(False)),
    Mutant("instances are not numbered", relations, "cat", without_tag(b"col")),
    Mutant("groups do not seal their columns", selects, "cat", without_tag(b"out")),
    Mutant(
        "DISTINCT does not take in the columns",
        selects.SelectReader,
        "_distinct",
        lambda _old: lambda self, rows, columns, makes: selects.cat(b"distinct", rows),
    ),
    Mutant(
        "set-returning columns leave the rows",
        selects,
        "cat",
        lambda old: lambda tag, *parts: parts[0] if tag == b"made" else old(tag, *parts),
    ),
    Mutant(
        "LIMIT leaves the rows", scopes.Scopes, "limited", lambda _old: lambda self, rows, scope, frame, order: rows
    ),
    Mutant("every OFFSET skips nothing", ordering, "skips_nothing", always(True)),
    Mutant("OFFSET 0 is an OFFSET", ordering, "skips_nothing", lambda _old: lambda offset: offset is None),
    Mutant("what stands beside LIMIT is nothing", ordering, "beside_limit", always("")),
    Mutant("FETCH is not LIMIT", ordering, "beside_limit", lambda _old: lambda extra: extra),
    Mutant("every cast is repeated", casts, "is_proven", always(True)),
    Mutant("no cast is repeated", casts, "is_proven", always(False)),
    Mutant("set operations do not take in the columns", scopes, "unordered", always(b"")),
    Mutant(
        "branches are one bag",
        scopes,
        "cat",
        lambda old: lambda tag, *parts: old(tag, *sorted(parts)) if tag == b"branches" else old(tag, *parts),
    ),
    Mutant("nothing is drawn anew", scopes.Scopes, "salt", always(b"")),
    Mutant("opaque parts read nothing", scopes.Scopes, "surroundings", always(b"")),
    Mutant("the header is no data", meanings, "data_properties", always({})),
    Mutant("all of the header is data", meanings, "METADATA", constant(frozenset())),
    Mutant("names in another case are others", fingerprints, "fold", lambda _old: lambda name, dialect: name),
    Mutant(
        "windows forget their rows",
        expressions,
        "cat",
        lambda old: lambda tag, *parts: old(tag, *parts[:4], *parts[5:]) if tag == b"win" else old(tag, *parts),
    ),
]
