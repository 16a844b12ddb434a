"""A problem: something wrong or noteworthy at a place of a file, found by any layer."""

from __future__ import annotations

import msgspec

from lsp_server.text.spans import Span


class Related(msgspec.Struct, frozen=True):
    """Another place that explains a problem."""

    path: str
    span: Span
    message: str


class Problem(msgspec.Struct, frozen=True):
    """`code` names the rule (one page each in docs/rules), `data` carries what its quick fix needs."""

    code: str
    message: str
    span: Span
    severity: str = "error"
    """"error", "warning", "information", "hint"."""
    data: dict[str, str | list[str]] = msgspec.field(default_factory=dict)
    related: tuple[Related, ...] = ()
