"""Formatting a document, a part of it, or what was just finished by typing; what is laid out how is `syntax/format.py`'s."""

from __future__ import annotations

from lsp_server.syntax.format import Formatted, formatted
from lsp_server.syntax.model_file import ModelFile
from lsp_server.text.lines import LineIndex
from lsp_server.text.spans import Span, TextEdit

ON_TYPE = (";", "\n")
"""The characters behind which something is finished."""


def format_file(file: ModelFile, within: Span | None = None) -> Formatted:
    """The edits of a whole file, or those that touch a part of it; and why something was left alone."""
    found = formatted(file.text, file.dialect)
    if within is None:
        return found
    edits = (e for e in found.edits if e.span.start <= within.end and within.start <= e.span.end)
    return Formatted(tuple(edits), found.note)


def format_typed(file: ModelFile, cursor: int, character: str) -> list[TextEdit]:
    """Behind a `;` the statement that it ends, on a new line the line before it; never what stands behind the cursor."""
    area = _ended(file, cursor) if character == ";" else _line_before(LineIndex(file.text), cursor)
    if area is None:
        return []
    return [edit for edit in formatted(file.text, file.dialect).edits if area.covers(edit.span)]


def _ended(file: ModelFile, cursor: int) -> Span | None:
    starts = [statement.span.start for statement in file.statements]
    starts += [file.header.span.start] if file.header is not None else []
    before = [start for start in starts if start < cursor]
    return Span(max(before), _end_of_line(file.text, cursor)) if before else None


def _end_of_line(text: str, cursor: int) -> int:
    """Edits are of whole lines, their breaks included: where nothing follows on the cursor's line, it belongs to what ended."""
    end = text.find("\n", cursor) + 1 or len(text)
    return end if not text[cursor:end].strip() else cursor


def _line_before(lines: LineIndex, cursor: int) -> Span | None:
    line = lines.line_of(cursor) - 1
    return Span(lines.line_start(line), lines.line_start(line + 1)) if line >= 0 else None
