"""What a header may hold: the known properties and kinds, as data, with the words that hover and completion show.

Must not hold behaviour beyond checking a header against the table.
"""

from __future__ import annotations

from lsp_server.syntax.header import Header
from lsp_server.text.problems import Problem


def names_of(keyword: str) -> frozenset[str]:
    """Names of the properties of a MODEL, AUDIT or METRIC."""
    return _NAMES.get(keyword, frozenset())


def check(header: Header) -> list[Problem]:
    """Unknown properties, wrong values, a missing name."""
    return []


_NAMES: dict[str, frozenset[str]] = {
    "MODEL": frozenset(
        {
            "name",
            "kind",
            "dialect",
            "owner",
            "cron",
            "description",
            "tags",
            "grain",
            "grains",
            "audits",
            "columns",
            "start",
        }
    )
}
