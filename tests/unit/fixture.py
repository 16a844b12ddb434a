"""Fixtures that read like the editor: one string holds several files, a cursor, and what must show where.

    --- models/orders.sql
    MODEL (name shop.orders);
    SELECT id, price * qt$0 AS total FROM raw.items
    --                ^^ unknown column

`--- path` begins a file (without one, the whole string is `models/main.sql`).  `$0` is the cursor, `$1` and `$2` the ends of
a selection; they are taken out of the text.  A line `-- ^^^ message` is taken out too: its carets mark characters of
the line above (several such lines may follow each other).  An empty line before `---` belongs to nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lsp_server.text.spans import Span

_FILE = re.compile(r"^--- (\S+)[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"^[ \t]*--[ \t]*(?=\^)")
_CURSOR = re.compile(r"\$([0-2])")


@dataclass(frozen=True)
class Mark:
    """What must show at a place."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True)
class Fixture:
    """The parsed fixture.  `path` and `offset` are the cursor's (None, -1 without one)."""

    files: dict[str, str]
    path: str | None = None
    offset: int = -1
    selection: Span | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def cursor(self) -> tuple[str, int]:
        """Path and offset of `$0`; an error if the fixture has none."""
        assert self.path is not None, "the fixture has no $0"
        return self.path, self.offset


@dataclass
class _File:
    text: str = ""
    cursors: dict[str, int] = field(default_factory=dict)
    marks: list[tuple[Span, str]] = field(default_factory=list)


def parse(text: str) -> Fixture:
    """The fixture that a string describes."""
    files = {path: _read(body) for path, body in _split(text)}
    path, offset, selection = None, -1, None
    for name, file in files.items():
        if "0" in file.cursors:
            path, offset = name, file.cursors["0"]
        if "1" in file.cursors:
            path, selection = name, Span(file.cursors["1"], file.cursors["2"])
    marks = tuple(Mark(name, span, message) for name, file in files.items() for span, message in file.marks)
    return Fixture({name: file.text for name, file in files.items()}, path, offset, selection, marks)


def _split(text: str) -> list[tuple[str, str]]:
    text = text.removeprefix("\n")
    parts = _FILE.split(text)
    if len(parts) == 1:
        return [("models/main.sql", text)]
    assert not parts[0].strip(), f"text before the first file: {parts[0]!r}"
    return [
        (path, body.removeprefix("\n").rstrip("\n") + "\n") for path, body in zip(parts[1::2], parts[2::2], strict=True)
    ]


def _read(body: str) -> _File:
    file, line_start, above = _File(), 0, ""
    for line in body.splitlines(keepends=True):
        if mark := _MARK.match(line):
            file.marks.append(_mark(line, mark.end(), line_start, above))
            continue
        above = line
        for cursor in _CURSOR.finditer(line):
            file.cursors[cursor.group(1)] = len(file.text) + len(_CURSOR.sub("", line[: cursor.start()]))
        line_start = len(file.text)
        file.text += _CURSOR.sub("", line)
    return file


def _mark(line: str, start: int, line_start: int, above: str) -> tuple[Span, str]:
    """Carets stand under the line as it is written, cursors included."""
    end = len(line) - len(line[start:].lstrip("^"))
    first, last = (line_start + len(_CURSOR.sub("", above[:column])) for column in (start, end))
    return Span(first, last), line[end:].strip()


def render_marks(fixture_text: str, marks: list[tuple[str, Span, str]]) -> str:
    """The fixture's files with `marks` drawn in: what a failing check shows, to be compared or pasted."""
    files = parse(fixture_text).files
    drawn = []
    for path, text in files.items():
        lines, at = [f"--- {path}"], 0
        for line in text.splitlines(keepends=True):
            lines.append(line.rstrip("\n"))
            for _, span, message in sorted((mark for mark in marks if mark[0] == path), key=lambda mark: mark[1]):
                if at <= span.start < at + len(line):
                    carets = "^" * max(1, min(span.end, at + len(line.rstrip("\n"))) - span.start)
                    lines.append("--" + " " * (span.start - at - 2) + f"{carets} {message}".rstrip())
            at += len(line)
        drawn.append("\n".join(lines))
    return "\n".join(drawn) + "\n"
