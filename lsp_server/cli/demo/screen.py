"""What the demo prints: 80 columns, colour where the terminal has it.  It shows; it decides nothing."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from lsp_server.cli.demo.editor import Hints

WIDTH = 80
SEVERITY = {
    1: ("error", "bold red"),
    2: ("warning", "bold yellow"),
    3: ("info", "bold cyan"),
    4: ("hint", "bold green"),
}
CATEGORY = {"breaking": "bold red", "non_breaking": "bold green", "none": "dim", "metadata": "dim"}


class Screen:
    """The demo's terminal.  `record` keeps what was printed for an SVG."""

    def __init__(self, record: bool = False) -> None:
        self.console = Console(width=WIDTH, highlight=False, record=record, soft_wrap=False)
        self._shown: dict[str, str] = {}

    def picture(self) -> str:
        """What was printed, as an SVG that fetches nothing: the reader's own monospaced font."""
        svg = self.console.export_svg(title="headwater demo")
        svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
        return re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)

    def title(self, lines: Iterable[str]) -> None:
        """The head of the demo."""
        self.console.print(
            Panel("\n".join(lines), title="[bold]Headwater[/]", title_align="left", border_style="blue", width=WIDTH)
        )

    def step(self, number: int, sentence: str) -> None:
        """One of the four steps begins."""
        self.console.print()
        self.console.rule(f"[bold blue]{number}[/]  [bold]{sentence}[/]", align="left", style="blue")

    def say(self, text: str) -> None:
        """A sentence of the demo's own."""
        self.console.print(Padding(Text.from_markup(text), (0, 0, 0, 2)))

    def action(self, title: str) -> None:
        """A code action is chosen."""
        self._row("code action", Text(title, style="bold"))

    def question(self, text: str, answers: list[str], chosen: str) -> None:
        """The server asked; a person chose."""
        body = Text(text.strip() + "\n")
        for answer in answers:
            body.append(f" {answer} ", style="reverse bold" if answer == chosen else "dim")
            body.append(" ")
        self._row("asks", body)

    def progress(self, title: str, message: str, percentage: int | None) -> None:
        """Every quarter of a progress bar, so that a log stays readable."""
        quarter = "" if percentage is None else str(percentage // 25)
        if percentage is None or self._shown.get(title) == quarter:
            return
        self._shown[title] = quarter
        filled = percentage // 5
        self._row(
            "progress",
            Text.assemble(("━" * filled, "green"), ("━" * (20 - filled), "dim"), f" {percentage:3} %  {message}"),
        )

    def message(self, text: str) -> None:
        """A message box of the editor."""
        self._row("message", Text(text))

    def edit(self, path: str, first_line: int, lines: list[tuple[str, str]]) -> None:
        """The edited place: lines with their mark (`+`, `-` or a space)."""
        self._row("types", Text(path, style="bold"))
        style = {"+": "green", "-": "red", " ": "dim"}
        number = first_line
        for mark, line in lines:
            shown = f"{number:>14} {mark} " if mark != "-" else f"{'':>14} - "
            number += mark != "-"
            self.console.print(Text(f"{shown}{line}"[:WIDTH], style=style[mark]))

    def hints(self, hints: Hints) -> None:
        """The lens and the diagnostics, as the editor shows them."""
        for lens in hints.lenses:
            self._row("lens", Text(lens["command"]["title"], style="italic"))
        for diagnostic in hints.diagnostics:
            word, style = SEVERITY[diagnostic.get("severity", 1)]
            line = diagnostic["range"]["start"]["line"] + 1
            self._row(word, Text(f"line {line}: {diagnostic['message']}"), style)

    def latency(self, keys: list[float]) -> None:
        """Of every key, from sending it to having the diagnostics of its text."""
        text = f"key to hints: median {statistics.median(keys):.0f} ms, slowest {max(keys):.0f} ms, {len(keys)} keys"
        self._row("latency", Text(text, style="magenta"))

    def models(self, touched: list[dict[str, Any]], untouched: list[str]) -> None:
        """Which models an edit touches, and which it does not."""
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
        for model in touched:
            style = CATEGORY.get(model["category"], "")
            rows = (
                "rows change"
                if model["rows"] == "changed"
                else ", ".join([*model["changed"], *(f"+{c}" for c in model["added"])])
            )
            table.add_row(
                Text(model["name"]),
                Text(model["category"].replace("_", "-"), style=style),
                Text(rows),
                Text(model["build"] or "", style="dim"),
            )
        self._row("touched", table if touched else Text("none"))
        self._row("untouched", Text(", ".join(untouched), style="dim"))

    def check(self, holds: bool, sentence: str) -> None:
        """What was found out about a step."""
        self._row("[green]✔[/]" if holds else "[bold red]✘[/]", Text(sentence, style="" if holds else "bold red"))

    def _row(self, label: str, body: Any, style: str = "cyan") -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=12, justify="right", style=style)
        grid.add_column(width=WIDTH - 14)
        grid.add_row(label, body)
        self.console.print(grid)
