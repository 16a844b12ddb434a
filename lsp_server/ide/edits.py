"""One replacement in one file, as renames and file operations make them, and names as they are written."""

from __future__ import annotations

import msgspec

from lsp_server.syntax.names import quote
from lsp_server.text.spans import Span


class FileEdit(msgspec.Struct, frozen=True, order=True):
    """One replacement.  `model`: for whose sake (the label under which a client previews it)."""

    path: str
    span: Span
    new_text: str
    model: str


class RefusedError(Exception):
    """The rename cannot be done; the message says why and what to do."""


def bare(text: str) -> str:
    """A name without its quotes."""
    if len(text) > 1 and text[0] in '"`[' and text[-1] in '"`]':
        return text[1:-1]
    return text


def quoted(name: str, dialect: str) -> str:
    """The name as the dialect wants it written: bare when it can be."""
    return quote(name, dialect, always=False)
