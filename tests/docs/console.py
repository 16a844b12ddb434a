"""The commands that the documentation shows, and what it says that they print.

A block that begins with ```console holds commands (`$ ...`) and the output below each of them.
In the output, a line `...` stands for any number of lines, and `...` within a line for anything in it.
A comment `# exits 1` behind a command is the exit code that it must have (0 otherwise).
All blocks of one page run in order in one copy of the demo workspace, as a reader would run them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_EXITS = re.compile(r"\s+# exits (\d)$")


@dataclass(frozen=True)
class Command:
    """One command of a page, with its line there."""

    line: int
    text: str
    exits: int
    output: tuple[str, ...]


def commands(page: Path) -> Iterator[Command]:
    """All commands of a page in order."""
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        yield from _of_block(block.group(1).splitlines(), first)


def _of_block(lines: list[str], first: int) -> Iterator[Command]:
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text, exits = lines[start][2:], 0
        if match := _EXITS.search(text):
            text, exits = text[: match.start()], int(match.group(1))
        yield Command(first + start, text, exits, tuple(line.rstrip() for line in lines[start + 1 : end]))


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether the output is what the page shows.  A command without shown output may print anything."""
    if not expected:
        return True
    parts = [
        r"(.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"[ ]*\n" for line in expected
    ]
    return re.fullmatch("".join(parts), printed.rstrip() + "\n") is not None
