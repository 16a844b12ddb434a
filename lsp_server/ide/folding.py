"""What can be folded: the header, statements, queries, CTEs and other brackets, CASE, runs of comments.

A line that begins with the closing bracket stays visible: in `), next AS (` the next fold begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from lsp_server.syntax.blocks import Block, blocks
from lsp_server.syntax.model_file import ModelFile
from lsp_server.text.lines import LineIndex
from lsp_server.text.spans import Span

_CLOSED = {"header", "brackets", "case"}
_FOLDING = {*_CLOSED, "statement", "query"}
_CLOSER = re.compile(r"[)\]}]|END\b", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:^[ \t]*--[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Fold(msgspec.Struct, frozen=True, order=True):
    """Lines `start` to `end` (from 0, both included) fold to the first.  `kind`: "region" or "comment"."""

    start: int
    end: int
    kind: str = "region"


def folding_ranges(file: ModelFile, lines: LineIndex) -> list[Fold]:
    """All folds of the file that span at least two lines, one for each first line, the widest."""
    widest: dict[int, Fold] = {}
    for fold in _folds(file, lines):
        known = widest.get(fold.start)
        if fold.end > fold.start and (known is None or known.end < fold.end):
            widest[fold.start] = fold
    return sorted(widest.values())


def _folds(file: ModelFile, lines: LineIndex) -> Iterator[Fold]:
    for block in blocks(file):
        if block.kind in _FOLDING and not (block.kind == "statement" and _begins_with_ctes(file, block.span)):
            yield Fold(lines.line_of(block.span.start), _last_line(file.text, lines, block))
    for pattern in (_COMMENTS, _BLOCK_COMMENT):
        for match in pattern.finditer(file.text):
            text = match.group().rstrip("\n")
            yield Fold(lines.line_of(match.start()), lines.line_of(match.start() + len(text) - 1), "comment")


def _begins_with_ctes(file: ModelFile, span: Span) -> bool:
    """Its first line is its first CTE's too, and one line folds one thing: the CTEs and the query behind them fold by themselves."""
    return file.text[span.start : span.start + 4].upper() == "WITH"


def _last_line(text: str, lines: LineIndex, block: Block) -> int:
    last = lines.line_of(max(block.span.end - 1, block.span.start))
    if block.kind not in _CLOSED:
        return last
    start = lines.line_start(last)
    written = text[start : block.span.end]
    return last - 1 if _CLOSER.fullmatch(written.strip()) else last
