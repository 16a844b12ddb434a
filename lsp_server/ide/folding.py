"""What can be folded: the header, statements, CTEs and other brackets, CASE, runs of comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from lsp_server.syntax.blocks import blocks
from lsp_server.syntax.model_file import ModelFile
from lsp_server.text.lines import LineIndex

_FOLDING = {"header", "statement", "brackets", "case"}
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
        if block.kind in _FOLDING:
            yield Fold(lines.line_of(block.span.start), lines.line_of(max(block.span.end - 1, block.span.start)))
    for pattern in (_COMMENTS, _BLOCK_COMMENT):
        for match in pattern.finditer(file.text):
            text = match.group().rstrip("\n")
            yield Fold(lines.line_of(match.start()), lines.line_of(match.start() + len(text) - 1), "comment")
