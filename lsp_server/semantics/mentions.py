"""Which columns of an upstream relation can matter to a query: those that its text has a word for.

A query without a star reads a column by its name, so one that no word of the text names cannot matter: it may come, go or change
its type, and the query means what it meant.  That is what makes a new column of a table with a thousand readers cost nothing.
Whoever in the binder looks at *all* columns of a relation (a star, a whole row, NATURAL, PIVOT, an error that says what there is)
says so without having to think of it: `Shown`, the list of the columns that a model's relation shows, notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, SupportsIndex
from zlib import crc32

from sqlglot.tokens import Token

from lsp_server.semantics.facts import Interface

Mentions = frozenset[int]
"""Checksums of the words of a text, in lower case.  Two words with one checksum only make a column count that does not."""


def pack(tokens: Iterable[Token]) -> bytes:
    """The words of a text: four bytes each, sorted."""
    texts = {token.text for token in tokens}
    words = texts.union(*[text.split() for text in texts if " " in text])  # `GROUP BY` is one token
    return b"".join(code.to_bytes(4, "little") for code in sorted(map(_code, words)))


def unpack(data: bytes) -> Mentions:
    """What `pack` made."""
    return frozenset(memoryview(data).cast("I")) if data else frozenset()


@lru_cache(maxsize=1 << 16)  # a workspace's models share most of their words
def _code(word: str) -> int:
    return crc32(word.lower().encode("utf-8", "surrogatepass"))


def is_named(column: str, mentions: Mentions) -> bool:
    """Whether a text with these words can name the column."""
    return _code(column) in mentions


def part(interface: Interface, mentions: Mentions) -> Interface:
    """The columns that a text with these words can name.  Of what is not known as a whole, all.

    >>> from lsp_server.semantics.facts import Column
    >>> from sqlglot import tokenize
    >>> part(Interface((Column("id", "INTEGER"), Column("Note", "VARCHAR"))), unpack(pack(tokenize("SELECT note FROM t"))))
    Interface(columns=(Column(name='Note', type='VARCHAR', description=''),), complete=True)
    """
    if not interface.complete:
        return interface
    kept = tuple([column for column in interface.columns if is_named(column.name, mentions)])
    return interface if len(kept) == len(interface.columns) else Interface(kept)


class Shown(list[str]):
    """The columns of a model's relation.  Reading one by its number is free; whoever asks for all of them or how many there are
    calls `asked`."""

    __slots__ = ("_asked",)

    def __init__(self, names: list[str], asked: Callable[[], None]) -> None:
        super().__init__(names)
        self._asked = asked

    def __iter__(self) -> Iterator[str]:
        self._asked()
        return super().__iter__()

    def __len__(self) -> int:
        self._asked()
        return super().__len__()

    def __contains__(self, name: object) -> bool:
        self._asked()
        return super().__contains__(name)

    def __eq__(self, other: object) -> bool:
        self._asked()
        return super().__eq__(other)

    __hash__ = None

    def __getitem__(self, at: Any) -> Any:
        if type(at) is not int:
            self._asked()
        return super().__getitem__(at)

    def index(self, *args: Any) -> int:
        self._asked()
        return super().index(*args)

    def copy(self) -> list[str]:
        return list(self)

    def __mul__(self, times: SupportsIndex) -> list[str]:
        return list(self) * times

    def __add__(self, other: Any) -> Any:
        return list(self) + other
