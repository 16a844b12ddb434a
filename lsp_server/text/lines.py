"""Lines of a text, and positions in the three encodings that a client may count in.

A position is (line, character), both from 0, as the Language Server Protocol has it: lines end at "\\n", "\\r\\n" or "\\r",
characters are code units of the agreed encoding.  Offsets are code points (`spans.py`).
Nothing here raises on a position that does not exist: it is clamped to the nearest that does.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from lsp_server.text.spans import Span

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"

_LINE_END = re.compile(r"\r\n|\n|\r")


class LineIndex:
    """Where the lines of `text` begin; made once for each version of a file.

    >>> index = LineIndex("a\\n😀b")
    >>> index.position(3, "utf-16"), index.position(3, "utf-8")
    ((1, 2), (1, 4))
    >>> index.offset(1, 2, "utf-16")
    3
    """

    __slots__ = ("_ascii", "_ends", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._ascii = text.isascii()
        breaks = [match.span() for match in _LINE_END.finditer(text)]
        self._starts = [0, *(end for _, end in breaks)]
        self._ends = [*(start for start, _ in breaks), len(text)]

    def __len__(self) -> int:
        """How many lines there are; an empty text has one."""
        return len(self._starts)

    def line_of(self, offset: int) -> int:
        """The line that holds `offset` (a line end belongs to the line it ends)."""
        return bisect_right(self._starts, max(offset, 0)) - 1

    def line_start(self, line: int) -> int:
        """Offset of the first character of `line`."""
        return self._starts[min(max(line, 0), len(self._starts) - 1)]

    def line_end(self, line: int) -> int:
        """Offset just after the last character of `line`, its line end not counted."""
        return self._ends[min(max(line, 0), len(self._ends) - 1)]

    def line_text(self, line: int) -> str:
        """The characters of `line` without its line end."""
        return self.text[self.line_start(line) : self.line_end(line)]

    def position(self, offset: int, encoding: str = UTF16) -> tuple[int, int]:
        """(line, character) of `offset`, counted in `encoding`."""
        offset = min(max(offset, 0), len(self.text))
        line = self.line_of(offset)
        # An offset between "\r" and "\n" is no place in any line: it is the end of the line.
        offset = min(offset, self._ends[line])
        start = self._starts[line]
        return line, self._units(start, offset, encoding)

    def offset(self, line: int, character: int, encoding: str = UTF16) -> int:
        """The offset at (line, character); beyond the end of a line is its end, beyond the last line the end of the text."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[line], self._ends[line]
        if character <= 0:
            return start
        if self._ascii or encoding == UTF32:
            return min(start + character, end)
        return _advance(self.text, start, end, character, encoding)

    def range(self, span: Span, encoding: str = UTF16) -> tuple[tuple[int, int], tuple[int, int]]:
        """The positions of both ends of `span`."""
        return self.position(span.start, encoding), self.position(span.end, encoding)

    def _units(self, start: int, end: int, encoding: str) -> int:
        if self._ascii or encoding == UTF32:
            return end - start
        return sum(_width(character, encoding) for character in self.text[start:end])


def _advance(text: str, start: int, end: int, units: int, encoding: str) -> int:
    """The offset `units` code units after `start`; a position inside a character is its beginning."""
    offset = start
    while offset < end:
        units -= _width(text[offset], encoding)
        if units < 0:
            return offset
        offset += 1
        if units == 0:
            return offset
    return offset


def _width(character: str, encoding: str) -> int:
    """Code units of one character.  A lone surrogate counts as its three bytes or one unit; it never raises."""
    code = ord(character)
    if encoding == UTF16:
        return 2 if code > 0xFFFF else 1
    if code < 0x80:
        return 1
    if code < 0x800:
        return 2
    return 3 if code < 0x10000 else 4
