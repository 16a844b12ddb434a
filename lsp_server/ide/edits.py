"""One replacement in one file, as renames and file operations make them."""

from __future__ import annotations

import msgspec

from lsp_server.text.spans import Span


class FileEdit(msgspec.Struct, frozen=True, order=True):
    """One replacement.  `model`: for whose sake (the label under which a client previews it)."""

    path: str
    span: Span
    new_text: str
    model: str
