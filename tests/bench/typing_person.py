"""Edits as a person makes them: a character at a time, a slip taken back, a word's pause, an undo of it all.

Each stroke is the LSP change to send and leaves the text one step further; a session ends where it began, so that it can be
repeated without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INSERTIONS = (
    ("  e.tax,\n", "  e.net * 2 AS twice,"),  # an added column
    ("WHERE e.net > 0\n", "  AND e.tax >= 0"),  # a changed filter
    ("    COUNT(*) AS orders,\n", "    MAX(s.amount) AS largest,"),  # inside a CTE
)
PAUSE = 0.04
"""Seconds between two words: long enough for the server to fall idle, and to tidy up if it wants to."""


@dataclass(frozen=True)
class Stroke:
    """Replace from (line, character) to (line, character) by `text`, after `pause` seconds."""

    line: int
    character: int
    end_line: int
    end_character: int
    text: str
    pause: float = 0.0

    def change(self) -> dict[str, object]:
        """As a `TextDocumentContentChangeEvent`."""
        return {
            "range": {
                "start": {"line": self.line, "character": self.character},
                "end": {"line": self.end_line, "character": self.end_character},
            },
            "text": self.text,
        }


def session(text: str) -> Iterator[Stroke]:
    """All strokes of one pass over `text`: a new line, each insertion typed with one slip, then undone at once."""
    for anchor, typed in INSERTIONS:
        line = text.count("\n", 0, text.index(anchor)) + 1
        yield Stroke(line, 0, line, 0, "\n", PAUSE)
        for i, letter in enumerate(typed):
            if i == len(typed) // 2:  # a slip, taken back
                yield Stroke(line, i, line, i, "x")
                yield Stroke(line, i, line, i + 1, "")
            yield Stroke(line, i, line, i, letter, PAUSE if letter == " " and i > 2 else 0.0)
        yield Stroke(line, 0, line + 1, 0, "", PAUSE)
