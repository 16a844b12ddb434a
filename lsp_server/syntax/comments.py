"""Comments in a query that say what its columns are: `total, -- the sum of all items`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from lsp_server.syntax.header import Header
from lsp_server.syntax.query import ParsedQuery


def column_descriptions(header: Header | None, parsed: ParsedQuery | None) -> Mapping[str, str]:
    """Descriptions by column name in lower case: the header's; where it gives none, the comments beside the projections.

    >>> from lsp_server.syntax.model_file import read_model
    >>> from lsp_server.syntax.query import parse_query
    >>> column_descriptions(None, parse_query(read_model("SELECT a, -- the key\\n b AS c /* of whom */ FROM t")))
    {'a': 'the key', 'c': 'of whom'}
    """
    written = header.value("column_descriptions") if header is not None else None
    if isinstance(written, dict):
        return {str(name).lower(): str(text) for name, text in written.items()}
    if parsed is None or parsed.tree is None:
        return {}
    select = parsed.tree.find(exp.Select) if not isinstance(parsed.tree, exp.Select) else parsed.tree
    found = {}
    for projection in select.expressions if select is not None else ():
        text = " ".join(comment.strip().rstrip("\\").strip() for comment in projection.comments or ())
        if text and projection.alias_or_name:
            found[projection.alias_or_name.lower()] = text
    return found
