"""Open documents: frozen texts with their versions, and edits applied exactly as the client applies them.

Pure.  pygls's own text synchronisation is not used: it works in code points and drops what falls into the middle of
a surrogate pair, after which server and client disagree for the rest of the session.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

_EOL = re.compile(r"\r\n|\n|\r")
_LONE = re.compile("[\ud800-\udfff]")
_CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


class Change(NamedTuple):
    """One change of a `didChange`: `start` and `end` are (line, character), None for the whole text."""

    start: tuple[int, int] | None
    end: tuple[int, int] | None
    text: str


class Document(msgspec.Struct, frozen=True):
    """One version of an open document.  `text` is the client's to the code unit (lone surrogates included)."""

    uri: str
    version: int
    text: str
    language: str = "sql"

    @property
    def analysed(self) -> str:
        """The text that the analysis sees: same offsets, lone surrogates replaced (no tokenizer takes them)."""
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", self.text)


def apply_changes(text: str, changes: Iterable[Change], encoding: str) -> str:
    """The text after `changes`, one after the other, positions counted in `encoding`.

    A character beyond its line's end means the line's end, a line beyond the last means the text's end,
    and start and end may come in the wrong order (as the specification and its reference implementation have it).
    """
    for change in changes:
        if change.start is None or change.end is None:
            text = change.text
        else:
            text = _replace(text, change.start, change.end, change.text, encoding)
    return text


def _replace(text: str, start: tuple[int, int], end: tuple[int, int], new: str, encoding: str) -> str:
    if start > end:
        start, end = end, start
    lines = line_bounds(text)
    start, end = _clamp(lines, start), _clamp(lines, end)
    first, last = lines[start[0]], lines[end[0]]
    head = _units(text[first[0] : first[1]], encoding)[: _cut(text, first, start[1], encoding)]
    tail = _units(text[last[0] : last[1]], encoding)[_cut(text, last, end[1], encoding) :]
    middle = head + _units(new, encoding) + tail
    return text[: first[0]] + middle.decode(_CODEC[encoding], "surrogatepass") + text[last[1] :]


def _clamp(lines: list[tuple[int, int]], position: tuple[int, int]) -> tuple[int, int]:
    """A line beyond the last means the end of the text."""
    line, _ = position
    return position if line < len(lines) else (len(lines) - 1, sys.maxsize)


def _cut(text: str, bounds: tuple[int, int], character: int, encoding: str) -> int:
    """The byte at which to cut a line: within it, and for UTF-8 not inside of a character."""
    units = _units(text[bounds[0] : bounds[1]], encoding)
    at = min(character * _UNIT[encoding], len(units))
    while encoding == "utf-8" and 0 < at < len(units) and units[at] & 0xC0 == 0x80:
        at -= 1
    return at


def _units(text: str, encoding: str) -> bytes:
    return text.encode(_CODEC[encoding], "surrogatepass")


def line_bounds(text: str) -> list[tuple[int, int]]:
    """Start and end (line break excluded) of every line."""
    bounds, start = [], 0
    for match in _EOL.finditer(text):
        bounds.append((start, match.start()))
        start = match.end()
    bounds.append((start, len(text)))
    return bounds
