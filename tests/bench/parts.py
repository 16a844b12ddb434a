"""The parts of the benchmark while somebody types: each measures one scenario and says how it compares with its bars.

What is compared is measured in turns (the limit, the empty server, each workspace size: a pass of each, and again), so that
a machine that slows down for a while slows all of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from lsp_server.cli.demo.client import Client
from tests.bench import machine, scenarios
from tests.bench.generate import PROBE, SECOND
from tests.bench.limit import Times, analysis_limit
from tests.bench.scenarios import COMMAND, EMPTY, Editor, started, times
from tests.bench.table import Table, ms

PROFILED = [*COMMAND, "--profile"]
TABLE_PLACES = ("FROM r", "FROM ra")
"""Before the first and the second letter of a table's name: every model fits."""
ALL_PLACES = ("o.amount", "hub.root", "e.net,", "c.orders", "lifetime_amount")


def typing(table: Table, folder: Path, sizes: list[int], passes: int) -> None:
    """Keystroke to diagnostics, above an empty handler, as a multiple of the limit; and how flat it is over the sizes."""
    spaces = {size: scenarios.indexed(folder, size) for size in sizes}
    limit: list[float] = []
    empty: list[float] = []
    found: dict[int, list[float]] = {size: [] for size in sizes}
    with ExitStack() as stack:
        bare = _editor(stack, EMPTY, *spaces[min(sizes)], "empty")
        editors = {size: _editor(stack, COMMAND, *spaces[size], f"typing-{size}") for size in sizes}
        for number in range(passes + 1):
            turn = [analysis_limit(PROBE, 30), scenarios.type_once(bare)]
            typed = {size: scenarios.type_once(editor) for size, editor in editors.items()}
            if number:  # the first warms up
                limit += turn[0]
                empty += turn[1]
                for size, seconds in typed.items():
                    found[size] += seconds
    at_rest, round_trip = times(limit), times(empty)
    table.tell("typing", 0, "the limit: sqlglot alone on the probe model", ms(at_rest))
    table.tell("typing", 0, "empty pygls server: change to diagnostics", ms(round_trip))
    for size, seconds in found.items():
        _against_the_limit(table, size, times(seconds), round_trip, at_rest)
    if len(sizes) > 1:
        ratio = times(found[max(sizes)]).p50 / times(found[min(sizes)]).p50
        table.judge("typing", 0, f"keystroke: p50 at {max(sizes):,} models / p50 at {min(sizes):,}", ratio, 1.3, "x")


def _against_the_limit(table: Table, size: int, typed: Times, empty: Times, limit: Times) -> None:
    table.tell("typing", 0, f"keystroke to diagnostics and impact, {size:,} models", ms(typed))
    for name, value, bar in (("p50", typed.p50, 2.0), ("p95", typed.p95, 4.0)):
        what = f"    {name} above empty / limit, {size:,} models"
        table.judge("typing", 0, what, (value - empty.p50) / limit.p50, bar, "x")


def answers(table: Table, folder: Path, size: int, passes: int) -> None:
    """Requests on the probe model, above an empty hover."""
    workspace, cache = scenarios.indexed(folder, size)
    places = scenarios.places_of(PROBE, *ALL_PLACES)
    completed = [*places, *scenarios.places_of(PROBE, *TABLE_PLACES)]
    asked: dict[str, Callable[[Editor], list[float]]] = {
        "hover": lambda editor: scenarios.requests(editor, "textDocument/hover", places, 50),
        "definition": lambda editor: scenarios.requests(editor, "textDocument/definition", places, 50),
        "call hierarchy": lambda editor: scenarios.call_hierarchy(editor, places, 50),
        "completion": lambda editor: scenarios.requests(editor, "textDocument/completion", completed, 50),
    }
    empty: list[float] = []
    found: dict[str, list[float]] = {name: [] for name in asked}
    with ExitStack() as stack:
        bare = _editor(stack, EMPTY, workspace, cache, "empty")
        editor = _editor(stack, COMMAND, workspace, cache, f"answers-{size}")
        for _ in range(passes):
            empty += scenarios.requests(bare, "textDocument/hover", places, 50)
            for name, ask in asked.items():
                found[name] += ask(editor)
    for name, seconds in found.items():
        above = times(seconds).p95 - times(empty).p50
        table.judge(
            "answers", size, f"{name}, p95 above empty", above, 15.0 if name == "completion" else 5.0, "ms",
            f"p50 {times(seconds).p50:.1f}",
        )  # fmt: skip


def root(table: Table, folder: Path, size: int, passes: int) -> None:
    """An edit that renames a column of the root which a fifth of all models read, and is taken back; limit and empty server in turns."""
    workspace, cache = scenarios.indexed(folder, size)
    alone, bares = [], []
    with ExitStack() as stack:
        bare = _editor(stack, EMPTY, workspace, cache, "empty")
        reader = _editor(stack, COMMAND, workspace, cache, f"root-{size}")
        top = Editor(reader.client, workspace, "models/hub/root.sql")
        top.diagnostics(1)
        ((line, character),) = scenarios.places_of(top.text, "AS tax")
        own, opened, again, whole = [], [], [], []
        for _ in range(passes):
            alone += analysis_limit(PROBE, 50)
            bares += scenarios.type_once(bare)
            start = top.send(scenarios.insert(line, character + 1, "es"))  # `tax` is `taxes` now: every reader breaks
            own.append(top.diagnostics(top.version) - start)
            opened.append(reader.published_since(start) - start)
            scenarios.until_ready(reader.client)
            whole.append(time.perf_counter() - start)
            alone += analysis_limit(PROBE, 50)
            start = top.send(_take_back(line, character + 1, 2))
            own.append(top.diagnostics(top.version) - start)
            again.append(top.change(scenarios.insert(0, 0, "\n")))
            top.change(scenarios.delete_line(0))
            scenarios.until_ready(reader.client)
    limit, empty = times(alone), times(bares)
    for what, seconds in (("its own file", own), ("the next keystroke, its readers under way", again)):
        ratio = (times(seconds).p50 - empty.p50) / limit.p50
        table.judge("root", size, f"root's interface changes: {what}", ratio, 2.0, "x limit", ms(times(seconds)))
    table.judge("root", size, "root's interface changes: an open reader, p50", times(opened).p50, 100.0, "ms")
    told = f"{times(whole).p50:.0f} ms in the background"
    table.tell("root", size, f"root's interface changes: all {size // 5:,} readers", told)


def readers(table: Table, folder: Path, size: int) -> None:
    """References and rename of a column that 200 models read (a tenth, in a small workspace)."""
    workspace, cache = scenarios.indexed(folder, size)
    with ExitStack() as stack:
        editor = _editor(stack, COMMAND, workspace, cache, f"readers-{size}")
        second = Editor(editor.client, workspace, "models/hub/second.sql")
        second.diagnostics(1)
        scenarios.until_ready(editor.client)
        places = scenarios.places_of(second.text, "AS amount")
        declared = {"context": {"includeDeclaration": True}}
        for method, more in (("references", declared), ("rename", {"newName": "amount_eur"})):
            found = times(scenarios.requests(second, f"textDocument/{method}", places, 10, **more))
            what = f"{method} of a column with {min(SECOND, size // 10)} readers, p50"
            table.judge("readers", size, what, found.p50, 150.0, "ms", ms(found))


def edits(table: Table, folder: Path, size: int, count: int) -> None:
    """Memory over many edits, and the longest pause of the loop meanwhile."""
    workspace, cache = scenarios.indexed(folder, size)
    log = f"edits-{size}"
    with ExitStack() as stack:
        editor = _editor(stack, PROFILED, workspace, cache, log)
        scenarios.type_once(editor)
        before = machine.memory_mb(editor.client.pid)
        done = 0
        while done < count:
            done += len(scenarios.type_once(editor))
        after = machine.memory_mb(editor.client.pid)
    table.judge(
        "edits", size, f"memory after {done:,} edits / before", after / before, 1.05, "x", f"{before:.0f} MB before"
    )
    table.judge(
        "edits", size, "longest pause of the loop while typing", scenarios.longest_pause(workspace, log), 50.0, "ms"
    )


def large(table: Table, folder: Path, size: int) -> None:
    """Typing in files of 20 KB and of 60 KB: how long the loop pauses."""
    workspace, cache = scenarios.indexed(folder, size)
    for kilobytes in (19, 60):
        log = f"large-{kilobytes}"
        with ExitStack() as stack:
            editor = _editor(stack, PROFILED, workspace, cache, log)
            text = _long_model(kilobytes * 1000)
            editor.change({"text": text})
            last = text.count("\n") - 2
            seconds = [editor.change(scenarios.insert(last, 0, " ")) for _ in range(20)]
        told = f"change to diagnostics p50 {times(seconds).p50:.0f} ms"
        pause = scenarios.longest_pause(workspace, log)
        table.judge("large", size, f"longest pause of the loop, a file of {kilobytes} KB", pause, 50.0, "ms", told)


def _long_model(length: int) -> str:
    """The probe model with so many more projections."""
    head, tail = PROBE.split("  e.net + e.tax AS gross,\n")
    rng, more = random.Random(1), ""
    while len(head) + len(tail) + len(more) < length:
        more += (
            f"  CASE WHEN e.net > {rng.randrange(1000)} THEN e.tax * {rng.randrange(9)} ELSE 0 END AS c_{len(more)},\n"
        )
    return f"{head}{more}  e.net + e.tax AS gross,\n{tail}"


def _editor(stack: ExitStack, command: list[str], workspace: Path, cache: Path, log: str) -> Editor:
    client: Client
    client, _ = stack.enter_context(started(command, workspace, cache, log))
    if command is not EMPTY:
        scenarios.until_ready(client)
    editor = Editor(client, workspace)
    if command is not EMPTY:
        editor.diagnostics(1)
        scenarios.until_ready(client)
    return editor


def _take_back(line: int, character: int, length: int) -> dict[str, object]:
    start, end = {"line": line, "character": character}, {"line": line, "character": character + length}
    return {"range": {"start": start, "end": end}, "text": ""}
