"""The parts of the benchmark around files that nobody types: cold and warm starts, a checkout, an environment being built."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import duckdb

from tests.bench import machine, scenarios
from tests.bench.generate import MEASURES, SOURCES
from tests.bench.index_cost import single_process_seconds
from tests.bench.limit import Times
from tests.bench.parts import PROFILED
from tests.bench.scenarios import Editor, started, times
from tests.bench.table import Table, ms

CHECKOUT = 500
WARM = {5000: 1.0, 10000: 2.0}
LONGEST = 1800
"""Seconds that building an environment may take: two thousand tables and five thousand views are work for DuckDB."""
MEMORY = {5000: 250.0, 10000: 400.0}


def cold(table: Table, folder: Path, size: int) -> None:
    """First answer for the open file, then the whole index against the cost in one process; memory; the loop's pauses in a second run."""
    workspace, cache, log = scenarios.prepared(folder, size), folder / f"cache-{size}", f"cold-{size}"
    shutil.rmtree(cache, ignore_errors=True)
    alone = single_process_seconds(workspace, 150)
    with started(scenarios.COMMAND, workspace, cache, log) as (client, start):
        first = Editor(client, workspace).diagnostics(1) - start
        scenarios.until_ready(client)
        whole = time.perf_counter() - start
        megabytes = machine.memory_mb(client.pid)
    shutil.rmtree(cache, ignore_errors=True)
    with started(PROFILED, workspace, cache, log) as (client, _):
        Editor(client, workspace).diagnostics(1)
        scenarios.until_ready(client)
    alone = (alone + single_process_seconds(workspace, 150)) / 2
    table.judge("cold", size, "cold start: first answer for the open file", first, 1.5, "s")
    told = f"{whole:.1f} s of {alone:.1f} s"
    if size >= 5000:
        table.judge("cold", size, "cold start: whole index / one process of sqlglot", whole / alone, 0.6, "x", told)
    else:
        table.tell("cold", size, "cold start: whole index / one process of sqlglot", f"{whole / alone:.2f} x ({told})")
    pause = scenarios.longest_pause(workspace, log)
    table.judge("cold", size, "longest pause of the loop while indexing", pause, 50.0, "ms")
    _memory(table, "cold", size, "memory after a cold start", megabytes)


def warm(table: Table, folder: Path, size: int, runs: int) -> None:
    """Start with everything in the facts cache, nothing changed; pauses in runs of their own, since looking for them costs time."""
    workspace, cache = scenarios.indexed(folder, size)
    seconds, megabytes, pauses = [], [], []
    for number in range(2 * runs):
        log, command = f"warm-{size}-{number}", PROFILED if number % 2 else scenarios.COMMAND
        with started(command, workspace, cache, log) as (client, start):
            scenarios.until_ready(client)
            took = time.perf_counter() - start
            taken = machine.memory_mb(client.pid)
        if command is PROFILED:
            pauses.append(scenarios.longest_pause(workspace, log))
        else:
            seconds.append(took)
            megabytes.append(taken)
    what, found = "warm start, fully ready (index, comparison, diagnostics), p50", times(seconds).p50 / 1000
    if size in WARM:
        table.judge("warm", size, what, found, WARM[size], "s")
    else:
        table.tell("warm", size, what, f"{found:.2f} s")
    table.judge("warm", size, "longest pause of the loop meanwhile", max(pauses), 50.0, "ms")
    _memory(table, "warm", size, "memory after a warm start", times(megabytes).p50 / 1000)


def _memory(table: Table, part: str, size: int, what: str, megabytes: float) -> None:
    if size in MEMORY:
        table.judge(part, size, what, megabytes, MEMORY[size], "MB")
    else:
        table.tell(part, size, what, f"{megabytes:.0f} MB")


def checkout(table: Table, folder: Path, size: int) -> None:
    """500 files change on disk at once, as another branch would have it: a new column each, all over the layers.

    The column is another one in each run: of texts that it has seen once the facts cache knows all.
    """
    workspace, cache = scenarios.indexed(folder, size)
    files = sorted((workspace / "models").rglob("layer_*/*.sql"))
    chosen = files[:: max(1, len(files) // CHECKOUT)][:CHECKOUT]
    texts = {path: path.read_text() for path in chosen}
    alone = _cold_cost(scenarios.prepared(folder, CHECKOUT))
    log, factor = f"checkout-{size}", time.time_ns() % 1_000_000_007
    try:
        with started(PROFILED, workspace, cache, log) as (client, _):
            editor = Editor(client, workspace)
            editor.diagnostics(1)
            scenarios.until_ready(client)
            for path, text in texts.items():
                path.write_text(
                    text.replace("  r.happened_at,\n", f"  r.happened_at,\n  r.amount + r.tax * {factor} AS gross,\n")
                )
            start = time.perf_counter()
            changes = [{"uri": path.as_uri(), "type": 2} for path in chosen]
            client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
            scenarios.until_ready(client)
            seconds = time.perf_counter() - start
    finally:
        for path, text in texts.items():
            path.write_text(text)
    told = f"{seconds:.1f} s of {alone:.1f} s"
    table.judge("checkout", size, f"checkout of {len(chosen)} files / their cold cost", seconds / alone, 1.5, "x", told)
    pause = scenarios.longest_pause(workspace, log)
    table.judge("checkout", size, "longest pause of the loop meanwhile", pause, 50.0, "ms")


def _cold_cost(workspace: Path) -> float:
    """Seconds that Headwater takes for a workspace of which it knows nothing, the interpreter's start left out."""
    command = [sys.executable, "-m", "tests.bench.cold_cost", str(workspace)]
    done = subprocess.run(command, cwd=scenarios.ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def environment(table: Table, folder: Path, size: int) -> None:
    """Typing while an environment is built."""
    workspace, cache = scenarios.indexed(folder, size)
    _fill(workspace / "bench.duckdb")
    log = f"environment-{size}"
    with ExitStack() as stack:
        client, _ = stack.enter_context(started(PROFILED, workspace, cache, log))
        editor = Editor(client, workspace)
        editor.diagnostics(1)
        scenarios.until_ready(client)
        arguments = {"workspace": workspace.as_uri(), "name": "bench", "yes": True}
        params = {"command": "headwater.env.apply", "arguments": [arguments]}
        build = Thread(target=lambda: client.request("workspace/executeCommand", params, timeout=LONGEST))
        start = time.perf_counter()
        build.start()
        seconds: list[float] = []
        while build.is_alive() and len(seconds) < 2000:
            seconds += scenarios.type_once(editor)
        build.join()
        took = time.perf_counter() - start
    (workspace / "bench.duckdb").unlink()
    told = Times.of(seconds)
    table.tell("environment", size, f"keystrokes while an environment is built ({took:.0f} s)", ms(told))
    pause = scenarios.longest_pause(workspace, log)
    table.judge("environment", size, "longest pause of the loop meanwhile", pause, 50.0, "ms")


def _fill(file: Path) -> None:
    """The source tables that the generated models read."""
    file.unlink(missing_ok=True)
    measures = ", ".join(f"(i % {n + 7})::DECIMAL(18,2) AS {name}" for n, name in enumerate(MEASURES))
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA raw")
        for number in range(SOURCES):
            connection.execute(
                f"CREATE TABLE raw.source_{number} AS SELECT i::BIGINT AS id, (i % 50)::BIGINT AS customer_id, "
                f"'open' AS status, TIMESTAMP '2024-01-01' + to_minutes(i::INT) AS happened_at, {measures} "
                "FROM range(500) AS t(i)"
            )


def peers(table: Table, folder: Path, size: int) -> None:
    """SQLMesh's server and `dbt parse` on the same workspace (installs them once)."""
    from tests.bench import peers as programs

    workspace = scenarios.prepared(folder, size)
    for name, seconds in programs.dbt(workspace).items():
        table.tell("peers", size, f"dbt parse: {name.replace('_', ' ')}", f"{seconds:.2f} s")
    for name, seconds in programs.sqlmesh(workspace).items():
        table.tell("peers", size, f"SQLMesh's server: {name.replace('_', ' ')}", f"{seconds:.2f} s")
