"""The page that explains a rule: `docs/rules/<code>.md`, shipped with the package, as the link of its diagnostics.

A file's URI and not an address in the network: it works without one, and tells of the version that runs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import lsp_server
from lsp_server.server import uris

_PACKAGE = Path(lsp_server.__file__).parent
_PLACES = (_PACKAGE / "docs", _PACKAGE.parent / "docs")
"""In an installed package, in a source tree."""
_CHANGES = "changes.md"
"""What the reasons of an impact mean, one and all."""


@cache
def page(code: str) -> str | None:
    """The URI of the page about a diagnostic's code; None where the documentation is not installed."""
    docs = next((place for place in _PLACES if (place / "rules").is_dir()), None)
    if docs is None:
        return None
    found = docs / "rules" / f"{code}.md"
    return uris.to_uri(str(found if found.is_file() else docs / _CHANGES))
