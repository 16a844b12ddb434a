"""Between the analysis's spans (code points of one text) and the protocol's ranges (lines, and characters of an encoding)."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.text.lines import LineIndex
from lsp_server.text.spans import Span, TextEdit

SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


class Ruler:
    """Converts places of one text.  Made for the version of the text that a result was computed from."""

    __slots__ = ("encoding", "index")

    def __init__(self, text: str, encoding: str) -> None:
        self.index = LineIndex(text)
        self.encoding = encoding

    def position(self, offset: int) -> types.Position:
        """Where a code point stands."""
        return types.Position(*self.index.position(offset, self.encoding))

    def range(self, span: Span) -> types.Range:
        """Where a span stands."""
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """The code point at a position (clamped to the text)."""
        return self.index.offset(position.line, position.character, self.encoding)

    def span(self, range: types.Range) -> Span:
        """The span of a range, in the right order whatever the client sent."""
        start, end = self.offset(range.start), self.offset(range.end)
        return Span(min(start, end), max(start, end))

    def edit(self, edit: TextEdit) -> types.TextEdit:
        """An edit as the client applies it."""
        return types.TextEdit(self.range(edit.span), edit.new_text)
