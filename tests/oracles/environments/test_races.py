"""Two processes promote different environments into one target at once: one wins, one is told; never a mixture.

N=100 rounds for the long run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import Cancelled, EnvironmentProblem, Locked, Moved
from lsp_server.environments.progress import Cancel, Progress
from tests.oracles.environments.bench import FIRST, NOW, Bench
from tests.versions import model, workspace

N = int(os.environ.get("N", "3"))


def version(number: int) -> object:
    """Both models hold the number: a mixture would show two."""
    one = model("shop.a", f"SELECT {number} AS n", columns="n")
    two = model("shop.b", f"SELECT {number} AS total", columns="total")
    return workspace(one, two, model("shop.v", "SELECT * FROM shop.a", "VIEW"))


def promote_in_a_process(path: Path, name: str) -> int:
    """A forked process that promotes; its exit status is 0 if it won, 7 if it was told that the target moved."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        commands.promote(DuckDB(path, patience=30), name, call=Call(now=NOW))
        code = 0
    except Moved:
        code = 7
    finally:
        os._exit(code)


def test_of_two_promotions_at_once_one_wins(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.apply(version(0))  # type: ignore[arg-type]
    for number in range(1, N + 1):
        for side in (1, 2):
            bench.apply(version(number * 10 + side), f"side{side}")  # type: ignore[arg-type]
        children = [promote_in_a_process(bench.path, f"side{side}") for side in (1, 2)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert sorted(codes) == [0, 7], codes
        won = number * 10 + codes.index(0) + 1
        assert bench.sql("SELECT (SELECT n FROM shop.a), (SELECT total FROM shop.b), (SELECT n FROM shop.v)") == [
            (won,) * 3
        ]


def held_by_a_terminal(path: Path) -> subprocess.Popen[str]:
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.readline()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "open\n"
    return process


def test_a_terminal_that_holds_the_file_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.apply(FIRST)
    holder = held_by_a_terminal(bench.path)
    with pytest.raises(Locked, match=rf"base\.duckdb is in use by .*python.* \(process {holder.pid}\)"):
        commands.create(bench.engine, "dev", call=Call(now=NOW))
    said: list[str] = []
    threading.Timer(1.0, lambda: holder.communicate("\n")).start()
    patient = DuckDB(bench.path, patience=30)
    commands.create(patient, "dev", call=Call(now=NOW, listener=lambda progress: said.append(progress.message)))
    assert any(f"process {holder.pid}" in message for message in said)
    assert bench.total("shop__dev") == 1225


def test_a_terminal_gets_in_while_a_build_goes_on(tmp_path: Path) -> None:
    """The file is released between models."""
    bench = Bench(tmp_path)
    slow = workspace(*(model(f"shop.m{n}", f"SELECT SUM(range + {n}) AS s FROM range(3000)") for n in range(3)))
    got_in = []

    def look(progress: Progress) -> None:
        if progress.message.endswith(" row"):  # a table is finished
            counted = "SELECT COUNT(*) FROM duckdb_tables() WHERE schema_name LIKE 'headwater%'"
            code = f"import duckdb; print(*duckdb.connect({str(bench.path)!r}).execute({counted!r}).fetchone())"
            got_in.append(int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout))

    commands.apply(bench.engine, slow, "prod", Call(now=NOW, listener=look))
    assert got_in == [1, 2, 3]


def test_a_cancelled_build_stops_within_a_second_and_goes_on_later(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.apply(FIRST)
    quick = model("shop.c", "SELECT 2 AS one", columns="one")
    endless = model(
        "shop.z",
        "SELECT COUNT(*) AS n FROM shop.c, range(10000000) AS a, range(10000000) AS b WHERE a.range * b.range % 7 = 3",
    )
    cancel, asked = Cancel(), []

    def listener(progress: object) -> None:
        if "build shop.z" in str(progress) and not asked:
            threading.Timer(0.5, lambda: (asked.append(time.monotonic()), cancel.cancel())).start()

    changed = workspace(*[m for m in FIRST.models.values() if m.name != "shop.c"], quick, endless)
    with pytest.raises(Cancelled, match="nothing was moved"):
        commands.apply(bench.engine, changed, "prod", Call(now=NOW, listener=listener, cancel=cancel))
    assert time.monotonic() - asked[0] < 1.5
    assert bench.sql("SELECT one FROM shop.c") == [(1,)]
    again = commands.plan(bench.engine, changed, "prod", Call(now=NOW)).plan
    assert {step.model: step.action for step in again.steps}["shop.c"] == "reuse"


def test_a_second_operation_in_one_process_waits_or_is_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.apply(FIRST)
    with bench.engine.session(), pytest.raises(EnvironmentProblem, match="in use inside this process"):
        commands.create(DuckDB(bench.path, patience=0.1), "dev", call=Call(now=NOW))
