"""Markdown for clients that show it, and its words for those that would show the marks (Emacs without markdown-mode)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from lsprotocol import types

_RULE = re.compile(r"\|(-+\|)+")
_BAR = re.compile(r"(?<!\\)\|")


def markup(text: str, formats: Sequence[types.MarkupKind] | None) -> types.MarkupContent:
    """A text of ours in the first format that the client names; who names none gets Markdown."""
    wanted = next(iter(formats or ()), types.MarkupKind.Markdown)
    if wanted == types.MarkupKind.PlainText:
        return types.MarkupContent(types.MarkupKind.PlainText, plain(text))
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def plain(text: str) -> str:
    """What a text of ours says, without the marks of Markdown; tables as columns, code as it is.

    >>> plain("**a.b** · `VIEW`\\n\\n| column | type |\\n|--------|---|\\n| `id`   | INT |")
    'a.b · VIEW\\n\\nid    INT'
    """
    lines = []
    is_code = False
    for line, following in itertools.pairwise([*text.split("\n"), ""]):
        if line.startswith("```"):
            is_code = not is_code
        elif is_code:
            lines.append(line)
        elif not (_RULE.fullmatch(line) or _RULE.fullmatch(following)):
            lines.append(_words(line))
    return "\n".join(lines)


def _words(line: str) -> str:
    if line.startswith("| "):
        line = "  ".join(cell[1:-1].replace("\\|", "|") for cell in _BAR.split(line)[1:-1])
    return line.replace("`", "").replace("**", "").rstrip()
