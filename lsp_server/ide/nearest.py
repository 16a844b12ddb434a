"""Which models fit best what is typed of a name, of ten thousand: looked up in names that lie in order, best first, until there are enough.

What nobody sees is not even compared: names that begin with the letters are a stretch of the order, those of the home schema too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Set
from itertools import islice

import msgspec

from lsp_server.graph.names import InOrder
from lsp_server.ide.completion_words import distance

_LAST = "\U0010ffff"
Fits = Callable[[range], Iterator[int]]
"""Those of a stretch of names that fit in one way."""


class Wanted(msgspec.Struct, frozen=True):
    """`inside`: the schema with its dot, or ""; `prefix`: what is typed of the rest (both folded).

    `home`: the schema of the model in which is typed, with its dot; `own`: its name; `readers`: what reading would close a circle.
    """

    inside: str
    prefix: str
    home: str
    own: str
    readers: Set[str]


def nearest(names: InOrder, wanted: Wanted, limit: int) -> list[tuple[int, str]]:
    """(rank, name) of the `limit` models that fit best.

    First those that begin with the letters, then those that have them together, then those that have them in order; of these
    first the home schema's that are no readers, then the home schema's readers and others' that are none, then the rest.
    """
    found: list[tuple[int, str]] = []
    for fits in _ways(names.folded, wanted):
        if len(found) >= limit:
            break
        found += _ranked(names, wanted, fits, limit - len(found))
    return found


def _ways(folded: list[str], wanted: Wanted) -> list[Fits]:
    """How a name may fit, the best way first; no name fits in two ways."""
    whole, cut, prefix = _stretch(folded, wanted.inside), len(wanted.inside), wanted.prefix
    begin = _stretch(folded, wanted.inside + prefix)
    in_order = re.compile("".join(f"[^{re.escape(letter)}]*{re.escape(letter)}" for letter in prefix))

    def beginning(among: range) -> Iterator[int]:
        return iter(_both(among, begin))

    def together(among: range) -> Iterator[int]:
        return (at for at in _both(among, whole) if at not in begin and folded[at].find(prefix, cut) >= 0)

    def apart(among: range) -> Iterator[int]:
        possible = (at for at in _both(among, whole) if in_order.match(folded[at], cut))
        return (at for at in possible if distance(prefix, folded[at][cut:]) == 2)

    return [beginning, together, apart] if prefix else [beginning]


def _ranked(names: InOrder, wanted: Wanted, fits: Fits, limit: int) -> list[tuple[int, str]]:
    """Those that fit in one way, by what they are to the model in which is typed."""
    known = names.names
    home = [at for at in fits(_stretch(names.folded, wanted.home)) if _is_at_home(names.folded[at], wanted.home)]
    at_home = set(home)

    def others(reading: bool) -> Iterator[int]:
        everywhere = fits(range(len(known)))
        return (at for at in everywhere if at not in at_home and (known[at] in wanted.readers) == reading)

    ranks = (
        (at for at in home if known[at] not in wanted.readers),
        _merged([at for at in home if known[at] in wanted.readers], others(False), limit),
        others(True),
    )
    found: list[tuple[int, str]] = []
    for rank, places in enumerate(ranks, 1):
        usable = (known[at] for at in places if known[at] != wanted.own)
        found += [(rank, name) for name in islice(usable, limit - len(found))]
        if len(found) >= limit:
            break
    return found


def _merged(few: list[int], many: Iterator[int], limit: int) -> list[int]:
    """Both in order, as far as somebody may see."""
    return sorted([*few, *islice(many, limit + 1)])


def _is_at_home(name: str, home: str) -> bool:
    return name.find(".", len(home)) < 0


def _stretch(folded: list[str], start: str) -> range:
    """The names that begin so."""
    first = bisect_left(folded, start)
    return range(first, bisect_left(folded, start + _LAST, first))


def _both(left: range, right: range) -> range:
    return range(max(left.start, right.start), min(left.stop, right.stop))
