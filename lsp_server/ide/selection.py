"""Growing a selection: word, expression, term, item, clause, brackets, statement, file."""

from __future__ import annotations

from lsp_server.syntax.blocks import blocks
from lsp_server.syntax.model_file import ModelFile
from lsp_server.text.spans import Span


def selection_ranges(file: ModelFile, offset: int) -> list[Span]:
    """The spans around `offset`, the smallest first; each lies inside the next, the last is the whole text."""
    around = sorted(
        {block.span for block in blocks(file) if offset in block.span}, key=lambda span: span.end - span.start
    )
    grown: list[Span] = []
    for span in (*around, Span(0, len(file.text))):
        if not grown or (span.covers(grown[-1]) and span != grown[-1]):
            grown.append(span)
    return grown
