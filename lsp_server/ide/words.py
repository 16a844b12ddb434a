"""Words shared by hovers, lenses and messages, so that one thing is said in one way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def count(number: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str], limit: int = 4, mark: str = "`") -> str:
    """`a`, `b` and 3 more."""
    shown = [f"{mark}{name}{mark}" for name in names[:limit]]
    rest = len(names) - len(shown)
    if rest:
        return ", ".join(shown) + f" and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def fence(code: str, language: str = "sql") -> str:
    """A block of code."""
    return f"```{language}\n{code}\n```"


def table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> str:
    """A Markdown table; bars in cells are escaped.

    In columns, for who shows it as it is (a terminal): only the last one, where the prose stands, is as long as it is.
    """
    cells = [list(header), *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)][:-1]
    lines = ["| " + " | ".join([*map(str.ljust, row, widths), row[-1]]) + " |" for row in cells]
    lines.insert(1, "|" + "".join("-" * (width + 2) + "|" for width in widths) + "---|")
    return "\n".join(lines)
