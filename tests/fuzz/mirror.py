"""The client's side of a document: UTF-16 code units, as JavaScript has them.

Written without a look at the server's: two implementations that agree over many edits are the point.
"""

from __future__ import annotations

import hashlib

CR, LF = 13, 10


class Mirror:
    """A text as a list of code units, with its version."""

    def __init__(self, text: str, version: int = 1) -> None:
        self.units = units(text)
        self.version = version

    @property
    def text(self) -> str:
        """The text, with lone surrogates where the edits left some."""
        return string(self.units)

    def digest(self) -> str:
        """As the server gives it in `headwater/status`."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def lines(self) -> list[tuple[int, int]]:
        """Start and end of each line, without its break: CRLF, LF or CR."""
        found, start, at = [], 0, 0
        while at < len(self.units):
            unit = self.units[at]
            if unit in (CR, LF):
                found.append((start, at))
                at += 2 if unit == CR and self.units[at + 1 : at + 2] == [LF] else 1
                start = at
            else:
                at += 1
        return [*found, (start, len(self.units))]

    def replace(self, start: tuple[int, int], end: tuple[int, int], new: str) -> None:
        """Apply one change; characters beyond a line's end mean its end."""
        lines = self.lines()
        first = min(lines[start[0]][0] + start[1], lines[start[0]][1])
        last = min(lines[end[0]][0] + end[1], lines[end[0]][1])
        self.units[first:last] = units(new)

    def set(self, text: str) -> None:
        """Replace everything."""
        self.units = units(text)


def units(text: str) -> list[int]:
    """The UTF-16 code units of a string."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return [encoded[at] | encoded[at + 1] << 8 for at in range(0, len(encoded), 2)]


def string(code_units: list[int]) -> str:
    """The string of code units; pairs become characters."""
    encoded = b"".join(unit.to_bytes(2, "little") for unit in code_units)
    return encoded.decode("utf-16-le", "surrogatepass")
