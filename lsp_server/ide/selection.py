"""Growing a selection: word, expression, term, item, clause, brackets, statement, file."""

from __future__ import annotations

from lsp_server.syntax.blocks import Block, blocks
from lsp_server.syntax.model_file import ModelFile
from lsp_server.text.spans import Span


def selection_ranges(file: ModelFile, offset: int) -> list[Span]:
    """The spans around `offset`, the smallest first; each lies inside the next, the last is the whole text."""
    around = sorted(
        {block.span for block in blocks(file) if _holds(file.text, block, offset)},
        key=lambda span: span.end - span.start,
    )
    grown: list[Span] = []
    for span in (*around, Span(0, len(file.text))):
        if not grown or (span.covers(grown[-1]) and span != grown[-1]):
            grown.append(span)
    return grown


def _holds(text: str, block: Block, offset: int) -> bool:
    """Whether the cursor is in a block.  Beside a comma or an operator it is in the word that it touches."""
    if block.kind == "word" and not (text[block.span.start].isalnum() or text[block.span.start] in "_\"'`@$"):
        return block.span.start < offset < block.span.end
    return offset in block.span
