"""What code actions are made of; `fixes.py` mends problems, `refactorings.py` rewrites without changing what a model means."""

from __future__ import annotations

import msgspec

from lsp_server.text.spans import Span


class Edit(msgspec.Struct, frozen=True, order=True):
    """Replace `span` of the file by `text`."""

    path: str
    span: Span
    text: str


class Action(msgspec.Struct, frozen=True):
    """One offer.

    `kind`: "quickfix", "refactor.rewrite", "refactor.extract", "refactor.inline", "source.fixAll".
    `creates`: files that do not exist yet; an edit of one of them is its whole text.
    `codes`: the rules whose problems it mends.  `preferred`: the one that Auto Fix takes.
    """

    title: str
    kind: str
    edits: tuple[Edit, ...]
    creates: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    preferred: bool = False
    problem: Span | None = None
    """Where the mended problem stands."""
