"""`make bench`: every bar of the speed table with its measured value beside it.

    python -m tests.bench [--sizes 100,1000,5000,10000] [--passes 6] [--peers] [--json FILE] [--markdown PAGE]

The bars are ratios to limits measured in the same run, since absolute times belong to a machine.
Exit status 1 when a bar does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests.bench import machine, scenarios
from tests.bench.generate import PROBE
from tests.bench.index_cost import single_process_seconds
from tests.bench.limit import Times, analysis_limit


class Row(msgspec.Struct):
    """One line of the table.  `holds` is None for what is only told."""

    what: str
    measured: str
    bar: str = ""
    holds: bool | None = None


class Bench:
    """One run over all sizes."""

    def __init__(self, sizes: list[int], passes: int, folder: Path) -> None:
        self.sizes = sizes
        self.passes = passes
        self.folder = folder
        self.rows: list[Row] = []
        self.typing: dict[int, Times] = {}

    def add(self, what: str, measured: str, bar: str = "", holds: bool | None = None) -> None:
        self.rows.append(Row(what, measured, bar, holds))
        mark = {True: "holds", False: "FALLS SHORT", None: ""}[holds]
        print(f"  {what:<58} {measured:>34}  {bar:<34} {mark}", flush=True)

    def run(self) -> None:
        """Everything, the small sizes first."""
        self.limit = analysis_limit(PROBE)
        self.add("limit: sqlglot alone on the probe model", _ms(self.limit))
        smallest = scenarios.prepared(self.folder, min(self.sizes))
        with scenarios.started(scenarios.EMPTY, smallest, self.folder / "cache") as (client, _):
            editor = scenarios.Editor(client, smallest)
            self.empty_typing = scenarios.typing(editor, self.passes)
            self.empty_hover = scenarios.requests(editor, "textDocument/hover", [(0, 0)], 300)
        self.add("empty pygls server: change to diagnostics", _ms(self.empty_typing))
        self.add("empty pygls server: hover", _ms(self.empty_hover))
        for size in self.sizes:
            self.size(size)
        self.flatness()

    def size(self, models: int) -> None:
        """One workspace size: cold start, warm start, typing, requests, memory."""
        self.rows.append(Row(f"**{models} models**", ""))
        print(f"{models} models", flush=True)
        workspace, cache = scenarios.prepared(self.folder, models), self.folder / f"cache-{models}"
        self.cold(models, workspace, cache)
        with scenarios.started(scenarios.COMMAND, workspace, cache) as (client, start):
            scenarios.until_ready(client)
            warm = time.perf_counter() - start
            bar = {5000: 1.0, 10000: 2.0}.get(models)
            self.add("warm start, nothing changed, fully ready", f"{warm:.2f} s", *_bar(warm, bar, "s"))
            editor = scenarios.Editor(client, workspace)
            editor.diagnostics(1)
            self.keystrokes(models, editor)
            self.answers(editor)
            self.root_edit(client, workspace)
            megabytes = machine.memory_mb(client.pid)
            limit = {5000: 250.0, 10000: 400.0}.get(models)
            self.add("memory of the server after all that", f"{megabytes:.0f} MB", *_bar(megabytes, limit, "MB"))

    def cold(self, models: int, workspace: Path, cache: Path) -> None:
        """First answer for the open file, then the whole index, against the cost in one process."""
        alone = single_process_seconds(workspace)
        with scenarios.started(scenarios.COMMAND, workspace, cache) as (client, start):
            editor = scenarios.Editor(client, workspace)
            first = editor.diagnostics(1) - start
            scenarios.until_ready(client)
            whole = time.perf_counter() - start
        self.add("cold start: first answer for the open file", f"{first:.2f} s", *_bar(first, 1.5, "s"))
        ratio = whole / alone
        judged = _bar(ratio, 0.6, "x one process") if models >= 5000 else ("", None)
        self.add("cold start: whole index", f"{whole:.1f} s, {ratio:.2f}x of {alone:.1f} s", *judged)

    def keystrokes(self, models: int, editor: scenarios.Editor) -> None:
        """Keystroke to diagnostics, above an empty handler, as a multiple of the limit."""
        scenarios.typing(editor, 1)
        self.typing[models] = found = scenarios.typing(editor, self.passes)
        p50, p95 = found.p50 - self.empty_typing.p50, found.p95 - self.empty_typing.p50
        self.add("keystroke to diagnostics, lens and impact", _ms(found))
        ratio = p50 / self.limit.p50
        self.add("    p50 above empty / limit", f"{ratio:.2f}x", *_bar(ratio, 2.0, "x"))
        ratio = p95 / self.limit.p50
        self.add("    p95 above empty / limit", f"{ratio:.2f}x", *_bar(ratio, 4.0, "x"))

    def answers(self, editor: scenarios.Editor) -> None:
        """Requests on the probe model, above an empty hover."""
        places = scenarios.places_of(PROBE, "o.amount", "hub.root", "e.net,", "c.orders", "lifetime_amount")
        timed = {
            "hover": scenarios.requests(editor, "textDocument/hover", places, 200),
            "definition": scenarios.requests(editor, "textDocument/definition", places, 200),
            "call hierarchy": scenarios.call_hierarchy(editor, places, 100),
            "completion": scenarios.requests(editor, "textDocument/completion", places, 100),
        }
        for name, found in timed.items():
            above, limit = found.p95 - self.empty_hover.p50, 15.0 if name == "completion" else 5.0
            self.add(f"{name}, p95 above empty", f"{above:.1f} ms", *_bar(above, limit, "ms"))

    def root_edit(self, client: scenarios.Client, workspace: Path) -> None:
        """A new column in hub.root, which a fifth of all models read; then references and rename of its `amount`."""
        root = scenarios.Editor(client, workspace, "models/hub/root.sql")
        root.diagnostics(1)
        text = (workspace / "models/hub/root.sql").read_text()
        ((line, character),) = scenarios.places_of(text, "AS amount")
        seconds = []
        for _ in range(5):
            seconds.append(root.change(_insert(line, 0, "  s.id + 1 AS fresh,\n")))
            seconds.append(root.change(_delete_line(line)))
        own = Times.of(seconds)
        ratio = (own.p50 - self.empty_typing.p50) / self.limit.p50
        self.add("root's interface changes: its own file", _ms(own), *_bar(ratio, 2.0, "x limit"))
        scenarios.until_ready(client)
        context = {"context": {"includeDeclaration": True}}
        for method, more in (("textDocument/references", context), ("textDocument/rename", {"newName": "amount_eur"})):
            found = scenarios.requests(root, method, [(line, character)], 5, **more)
            self.add(f"{method.split('/')[1]} of a root's column", _ms(found), *_bar(found.p50, 150.0, "ms"))

    def flatness(self) -> None:
        """Typing costs what the edit changes, not what the workspace holds."""
        if len(self.typing) > 1:
            ratio = self.typing[max(self.typing)].p50 / self.typing[min(self.typing)].p50
            what = f"p50 at {max(self.typing)} models / at {min(self.typing)}"
            self.add(what, f"{ratio:.2f}x", *_bar(ratio, 1.3, "x"))


def _ms(times: Times) -> str:
    return f"p50 {times.p50:.1f}, p95 {times.p95:.1f}, max {times.worst:.0f} ms"


def _bar(value: float, limit: float | None, unit: str) -> tuple[str, bool | None]:
    return ("", None) if limit is None else (f"<= {limit:g} {unit}", value <= limit)


def _insert(line: int, character: int, text: str) -> dict[str, object]:
    place = {"line": line, "character": character}
    return {"range": {"start": place, "end": place}, "text": text}


def _delete_line(line: int) -> dict[str, object]:
    return {"range": {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}, "text": ""}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000,5000,10000")
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--peers", action="store_true", help="SQLMesh's server and dbt parse too (installs them once)")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path, help="put the table between the markers of this page")
    args = parser.parse_args()
    facts = machine.facts()
    print(", ".join(f"{name}: {value}" for name, value in facts.items()))
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as folder:
        bench = Bench([int(size) for size in args.sizes.split(",")], args.passes, Path(folder))
        bench.run()
        if args.peers:
            _peers(bench, Path(folder))
    if args.json:
        rows = msgspec.to_builtins(bench.rows)
        args.json.write_text(json.dumps({"version": 1, "machine": facts, "rows": rows}, indent=2) + "\n")
    if args.markdown:
        _write_page(args.markdown, facts, bench.rows)
    short = [row.what for row in bench.rows if row.holds is False]
    print(f"{sum(row.holds is True for row in bench.rows)} bars hold, {len(short)} fall short")
    sys.exit(1 if short else 0)


BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def _write_page(page: Path, facts: dict[str, str], rows: list[Row]) -> None:
    """The page with a new table between its markers."""
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    marks = {True: "holds", False: "**falls short**", None: ""}
    lines = [
        ", ".join(f"{name} {value}" for name, value in facts.items()),
        "",
        "| what | measured | bar | |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row.what.strip()} | {row.measured} | {row.bar} | {marks[row.holds]} |" for row in rows]
    page.write_text(head + BEGIN + "\n" + "\n".join(lines) + "\n" + END + tail, encoding="utf-8")


def _peers(bench: Bench, folder: Path) -> None:
    from tests.bench import peers

    for size in [size for size in bench.sizes if size <= 1000]:
        workspace = scenarios.prepared(folder, size)
        for name, seconds in (*peers.dbt(workspace).items(), *peers.sqlmesh(workspace).items()):
            peer = "dbt parse" if name in ("cold", "edit") else "SQLMesh's server"
            bench.add(f"{peer} at {size} models: {name.replace('_', ' ')}", f"{seconds:.2f} s")


if __name__ == "__main__":
    main()
