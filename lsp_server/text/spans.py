"""Spans: half-open ranges of code-point offsets into one text.

Everything inside Headwater counts in code points (as sqlglot and Python strings do).
Lines and UTF-8/16/32 columns exist only at the edges: see `lines.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """`text[start:end]`; `start == end` is a place between two characters."""

    start: int
    end: int

    def __contains__(self, offset: object) -> bool:
        """Whether a cursor at `offset` touches the span (its end included, as editors see it)."""
        return isinstance(offset, int) and self.start <= offset <= self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> Span:
        """The same range `by` characters further on."""
        return Span(self.start + by, self.end + by)


class TextEdit(NamedTuple):
    """Replace `span` by `new_text`.  Edits of one list never overlap and refer to the same original text."""

    span: Span
    new_text: str


def apply_edits(text: str, edits: list[TextEdit]) -> str:
    """The text after `edits`, which may come in any order."""
    for span, new_text in sorted(edits, reverse=True):
        text = text[: span.start] + new_text + text[span.end :]
    return text
