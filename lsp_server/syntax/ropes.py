"""Text in pieces that know where in the file they came from, and plain values as SQL.

Macros work on ropes: what they pass through keeps its place, what they write themselves has the place of their call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sqlglot import exp

from lsp_server.syntax.source_map import Segment, SourceMap
from lsp_server.text.spans import Span


class Sql(str):
    """A variable's value that is SQL, not a string: `Sql("sushi.orders")` against `"active"`."""

    __slots__ = ()


_PLAIN = re.compile(r"[^\W\d]\w*")


def as_identifier(name: str, dialect: str) -> str:
    """The name as one identifier: in the dialect's quotes where it has to be.

    >>> as_identifier("orders", "duckdb"), as_identifier("a b", "duckdb"), as_identifier("a b", "bigquery")
    ('orders', '"a b"', '`a b`')
    """
    return name if _PLAIN.fullmatch(name) else exp.to_identifier(name, quoted=True).sql(dialect)


class Piece(NamedTuple):
    """Some text and its place in the file; `verbatim`: the place holds exactly this text."""

    text: str
    start: int
    end: int
    verbatim: bool


class Rope:
    """A sequence of pieces.

    >>> (Rope.made("a + ", Span(0, 3)) + Rope.copied("select b", 7, 8)).text
    'a + b'
    """

    __slots__ = ("pieces", "text")

    def __init__(self, pieces: tuple[Piece, ...] = ()) -> None:
        self.pieces = pieces
        self.text = "".join(piece.text for piece in pieces)

    @classmethod
    def copied(cls, file_text: str, start: int, end: int) -> Rope:
        """`file_text[start:end]`, at its own place."""
        return cls((Piece(file_text[start:end], start, end, True),)) if end > start else cls()

    @classmethod
    def made(cls, text: str, at: Span) -> Rope:
        """Text that a macro wrote, at the macro's call."""
        return cls((Piece(text, at.start, at.end, False),)) if text else cls()

    def __add__(self, other: Rope) -> Rope:
        return Rope(self.pieces + other.pieces)

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def cut(self, start: int, end: int) -> Rope:
        """The part of the rope that is `text[start:end]`."""
        found = []
        offset = 0
        for piece in self.pieces:
            low, high = max(start - offset, 0), min(end - offset, len(piece.text))
            if low < high:
                place = (piece.start + low, piece.start + high) if piece.verbatim else (piece.start, piece.end)
                found.append(Piece(piece.text[low:high], place[0], place[1], piece.verbatim))
            offset += len(piece.text)
        return Rope(tuple(found))

    def strip(self) -> Rope:
        """Without space around it."""
        bare = self.text.strip()
        if len(bare) == len(self.text):
            return self
        start = self.text.index(bare)
        return self.cut(start, start + len(bare))

    def moved(self, at: Span) -> Rope:
        """The same text as if written by a macro called at `at`."""
        return Rope.made(self.text, at)

    def unchanged(self) -> int:
        """How far, from its beginning, the rope is the file itself."""
        offset = 0
        for piece in self.pieces:
            if not piece.verbatim or piece.start != offset:
                break
            offset = piece.end
        return offset

    def source_map(self) -> SourceMap:
        """The map from offsets of `text` to the file."""
        segments = []
        offset = 0
        for piece in self.pieces:
            end = offset + len(piece.text)
            segments.append(Segment(offset, end, piece.start, piece.end, piece.verbatim))
            offset = end
        return SourceMap(tuple(segments))


def rope_span(rope: Rope, span: Span) -> Span:
    """Where in the file `rope.text[span]` came from."""
    return rope.source_map().to_file(*span)


def concat(parts: Iterable[Rope]) -> Rope:
    """All parts in one rope; linear in their pieces."""
    return Rope(tuple(piece for part in parts for piece in part.pieces))


def join(separator: str, parts: list[Rope], at: Span) -> Rope:
    """The parts with a separator between them."""
    between = Rope.made(separator, at)
    joined: list[Rope] = []
    for index, part in enumerate(parts):
        if index:
            joined.append(between)
        joined.append(part)
    return concat(joined)


def literal(value: object) -> str:
    """A plain value as SQL.

    >>> literal("it's"), literal(3), literal(None), literal([1, "a"]), literal(Sql("a.b"))
    ("'it''s'", '3', 'NULL', "(1, 'a')", 'a.b')
    """
    if value is None:
        return "NULL"
    if isinstance(value, Sql):
        return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"({', '.join(literal(item) for item in value)})"
    if isinstance(value, dict):
        pairs = ", ".join(f"{literal(str(key))}: {literal(item)}" for key, item in value.items())
        return f"MAP {{{pairs}}}"
    return "'" + str(value).replace("'", "''") + "'"


def raw(text: str) -> str:
    """SQL text as it stands inside an identifier: strings and quoted names without their quotes."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`":
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def through(outer: Rope, inner: Rope) -> Rope:
    """A rope whose places are offsets of `inner.text`, led on to the file that `inner`'s places refer to."""
    way = inner.source_map()
    parts: list[Rope] = []
    for piece in outer.pieces:
        if piece.verbatim:
            parts.append(inner.cut(piece.start, piece.end))
        else:
            parts.append(Rope.made(piece.text, way.to_file(piece.start, piece.end)))
    return concat(parts)
