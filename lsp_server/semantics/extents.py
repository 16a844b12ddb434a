"""Where the parentheses of a text are: a node's positions end at its last name or literal, what a person sees ends at the `)`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_TOKENS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|[()]""", re.S)
_QUERY = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:(?:select|with|from|values|pivot|unpivot|table)\b|\()", re.I | re.S
)


class Parentheses:
    """Matching parentheses of one text, found when first asked for."""

    __slots__ = ("_closes", "_opens", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._opens: list[int] | None = None
        self._closes: list[int] = []

    def _scan(self) -> list[int]:
        """The opening parentheses in order; `_closes[i]` is the end of the i-th."""
        pairs: dict[int, int] = {}
        stack: list[int] = []
        for token in _TOKENS.finditer(self._text):
            char = token.group()
            if char == "(":
                stack.append(token.start())
            elif char == ")" and stack:
                pairs[stack.pop()] = token.end()
        for unclosed in stack:
            pairs[unclosed] = len(self._text)
        self._opens = sorted(pairs)
        self._closes = [pairs[start] for start in self._opens]
        return self._opens

    def closed(self, start: int, end: int) -> tuple[int, int]:
        """The range, extended over the closing parentheses of what it opens."""
        opens = self._opens if self._opens is not None else self._scan()
        for i in range(bisect_left(opens, start), len(opens)):
            if opens[i] > end or (opens[i] == end and self._text[opens[i] : opens[i] + 2] != "()"):
                break
            end = max(end, self._closes[i])
        return (start, end)

    def around(self, raw: tuple[int, int]) -> tuple[int, int]:
        """The inside of the parentheses that hold a nested query at `raw`; the whole text for the outermost."""
        opens = self._opens if self._opens is not None else self._scan()
        for i in range(bisect_right(opens, raw[0]) - 1, -1, -1):
            if self._closes[i] >= raw[1] and _QUERY.match(self._text, opens[i] + 1):
                return (
                    opens[i] + 1,
                    self._closes[i] - (1 if self._text[self._closes[i] - 1 : self._closes[i]] == ")" else 0),
                )
        return (0, len(self._text)) if self._text else raw
