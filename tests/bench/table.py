"""The table of measured values and bars: as text while it is measured, as JSON, as a page's table.

A run may be made in pieces: rows of an earlier piece stay in the JSON file until their part is measured again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.bench.limit import Times


class Row(msgspec.Struct):
    """One line.  `holds` is None for what is only told; `load` is the share of the machine that others used meanwhile."""

    part: str
    models: int
    what: str
    measured: str
    bar: str = ""
    holds: bool | None = None
    load: float = 0.0


class Saved(msgspec.Struct):
    """The JSON file."""

    version: int
    machine: dict[str, str]
    rows: list[Row]


class Table:
    """Rows in the order in which they are measured."""

    def __init__(self, machine: dict[str, str], file: Path | None) -> None:
        self.machine = machine
        self.file = file
        known = msgspec.json.decode(file.read_bytes(), type=Saved) if file is not None and file.exists() else None
        self.rows = known.rows if known is not None else []
        self.now: list[Row] = []

    def tell(self, part: str, models: int, what: str, measured: str) -> None:
        """A value without a bar."""
        self._add(Row(part, models, what, measured))

    def judge(self, part: str, models: int, what: str, value: float, limit: float, unit: str, more: str = "") -> None:
        """A value that must not exceed its bar."""
        said = f"{value:.{0 if value >= 100 else 2}f} {unit}" + (f" ({more})" if more else "")
        self._add(Row(part, models, what, said, f"<= {limit:g} {unit}", value <= limit))

    def _add(self, row: Row) -> None:
        self.now.append(row)
        mark = {True: "holds", False: "FALLS SHORT", None: ""}[row.holds]
        size = f"{row.models:,}" if row.models else ""
        print(f"  {size:>7}  {row.what:<62} {row.measured:>44}  {row.bar:<22} {mark}", flush=True)

    def close_part(self, part: str, models: int, load: float) -> None:
        """A part is measured: its rows replace those of earlier runs."""
        done = [row for row in self.now if row.part == part and row.models == models]
        for row in done:
            row.load = round(load, 2)
        self.rows = [row for row in self.rows if not (row.part == part and row.models == models)] + done
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            saved = Saved(1, self.machine, self.rows)
            self.file.write_bytes(msgspec.json.format(msgspec.json.encode(saved), indent=2) + b"\n")

    def short(self) -> list[str]:
        """What falls short in this run."""
        return [f"{row.what} at {row.models:,} models" for row in self.now if row.holds is False]


def ms(times: Times) -> str:
    """Milliseconds in words."""
    return f"p50 {times.p50:.1f}, p95 {times.p95:.1f}, max {times.worst:.0f} ms"


BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def write_page(page: Path, file: Path) -> None:
    """The page with the JSON file's table between its markers."""
    saved = msgspec.json.decode(file.read_bytes(), type=Saved)
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    marks = {True: "holds", False: "**falls short**", None: ""}
    lines = [
        ", ".join(f"{name} {value}" for name, value in saved.machine.items()) + ".",
        "",
        "| models | what | measured | bar | | others' load |",
        "|---|---|---|---|---|---|",
    ]
    for row in saved.rows:
        size = f"{row.models:,}" if row.models else ""
        lines.append(
            f"| {size} | {row.what.strip()} | {row.measured} | {row.bar} | {marks[row.holds]} | {row.load:.0%} |"
        )
    page.write_text(head + BEGIN + "\n" + "\n".join(lines) + "\n" + END + tail, encoding="utf-8")
