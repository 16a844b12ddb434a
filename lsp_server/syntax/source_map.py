"""From offsets of an expanded text back to offsets of the file that was typed."""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from lsp_server.text.spans import Span


class Segment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`expanded[start:end]` came from `file_start:file_end`; `verbatim`: character by character."""

    start: int
    end: int
    file_start: int
    file_end: int
    verbatim: bool


class SourceMap:
    """Maps ranges of an expanded text to spans of its file; without segments it is the identity.

    What a macro produced maps to the macro's call; what it passed through (an argument) maps to where it was typed.
    """

    __slots__ = ("_segments", "_starts")

    def __init__(self, segments: tuple[Segment, ...] = ()) -> None:
        self._segments = segments
        self._starts = [segment.start for segment in segments]

    @property
    def is_identity(self) -> bool:
        """Whether nothing was expanded."""
        return not self._segments

    def to_file(self, start: int, end: int) -> Span:
        """The span of the file that `expanded[start:end]` came from."""
        if not self._segments:
            return Span(start, end)
        first = self._at(start)
        if first.verbatim and first.start <= start and end <= first.end:
            moved = first.file_start - first.start
            return Span(start + moved, max(end, start) + moved)
        last = self._at(max(end - 1, start))
        file_start = (
            first.file_start + min(start - first.start, first.end - first.start) if first.verbatim else first.file_start
        )
        file_end = last.file_start + min(end - last.start, last.end - last.start) if last.verbatim else last.file_end
        return Span(file_start, max(file_start, file_end))

    def from_file(self, span: Span) -> Span | None:
        """The part of the expanded text that came from a span of the file: a macro's call, with the arguments it passed through."""
        inside = [
            s for s in self._segments if span.start <= s.file_start and s.file_end <= span.end and s.end > s.start
        ]
        return Span(inside[0].start, inside[-1].end) if inside else None

    def is_verbatim(self, start: int, end: int) -> bool:
        """Whether the range stands in the file as it is: only then may an edit replace it."""
        if not self._segments:
            return True
        segment = self._at(start)
        return segment.verbatim and end <= segment.end

    def _at(self, offset: int) -> Segment:
        return self._segments[max(bisect_right(self._starts, offset) - 1, 0)]
