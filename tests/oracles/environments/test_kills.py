"""kill -9 at many instants of create, apply, promote, rollback, run, drop and gc.

Afterwards every environment is wholly old or wholly new, every view resolves, finished tables are not built again, and every
physical table has its record.  N=200 for the long run; a few instants here.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from lsp_server.environments import commands, faults
from lsp_server.environments.commands import Call
from lsp_server.plan.steps import Plan
from tests.oracles.environments.bench import FIRST, NOW, SECOND, Bench

N = int(os.environ.get("N", "14"))
LATER = Call(now=NOW + timedelta(days=20))
NOW_CALL = Call(now=NOW)

Operation = Callable[[Bench], object]
OPERATIONS: dict[str, tuple[list[Operation], Operation]] = {
    "first apply": ([], lambda b: b.apply(FIRST)),
    "create": ([lambda b: b.apply(FIRST)], lambda b: commands.create(b.engine, "dev", call=NOW_CALL)),
    "apply": (
        [lambda b: b.apply(FIRST), lambda b: commands.create(b.engine, "dev", call=NOW_CALL)],
        lambda b: b.apply(SECOND, "dev"),
    ),
    "promote": (
        [lambda b: b.apply(FIRST), lambda b: b.apply(SECOND, "dev")],
        lambda b: commands.promote(b.engine, "dev", call=NOW_CALL),
    ),
    "rollback": (
        [lambda b: b.apply(FIRST), lambda b: b.apply(SECOND)],
        lambda b: commands.rollback(b.engine, "prod", call=NOW_CALL),
    ),
    "run": ([lambda b: b.apply(FIRST)], lambda b: commands.run(b.engine, "prod", LATER)),
    "drop": (
        [lambda b: b.apply(FIRST), lambda b: b.apply(SECOND, "dev")],
        lambda b: commands.drop(b.engine, "dev", NOW_CALL),
    ),
    "gc": ([lambda b: b.apply(FIRST), lambda b: b.apply(SECOND)], lambda b: commands.gc(b.engine, LATER)),
}


def in_a_process(doing: Callable[[], object], kill_after: float | None = None) -> int:
    """Run it in a forked process, perhaps killing that after some seconds; how it ended."""
    child = os.fork()
    if not child:
        code = 1
        try:
            doing()
            code = 0
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def killing_at(point: int) -> None:
    """From now on, this process dies at its `point`-th fault point."""
    seen = 0

    def observer(_name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    faults.observe(observer)


def shown(bench: Bench) -> dict[str, object]:
    """What every view of every environment shows; raises if one does not resolve."""
    views = bench.sql(
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal AND schema_name NOT LIKE 'headwater%' ORDER BY ALL"
    )
    with duckdb.connect(str(bench.path)) as connection:
        return {f"{s}.{v}": sorted(connection.execute(f'SELECT * FROM "{s}"."{v}"').fetchall()) for s, v in views}


def environments(bench: Bench) -> dict[str, tuple[int, object]]:
    """Each environment by what it shows: its number, and its models' tables."""
    found = commands.read_world(bench.engine).environments
    return {name: (e.number, {m: p.snapshot for m, p in e.models.items()}) for name, e in found.items()}


def records_match_tables(bench: Bench) -> None:
    world = commands.read_world(bench.engine)
    recorded = {snapshot.relation.name for snapshot in world.snapshots.values()}
    assert bench.tables() == recorded and not world.lost


def prepared(folder: Path, steps: list[Operation]) -> Bench:
    folder.mkdir(parents=True)
    bench = Bench(folder)
    for step in steps:
        step(bench)
    return bench


def copied(template: Bench, folder: Path) -> Bench:
    folder.mkdir(parents=True)
    shutil.copy(template.path, folder)
    return Bench(folder, fresh=False)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kill_leaves_old_or_new_and_a_second_try_finishes(name: str, tmp_path: Path) -> None:
    steps, operation = OPERATIONS[name]
    template = prepared(tmp_path / "template", steps)
    reference = copied(template, tmp_path / "reference")
    old, old_views = environments(reference), shown(reference)
    start = time.monotonic()
    assert in_a_process(lambda: operation(reference)) == 0
    duration = time.monotonic() - start
    new, new_views = environments(reference), shown(reference)
    rng = random.Random(len(name))
    rounds = max(2, N // len(OPERATIONS))
    for number in range(rounds):
        bench = copied(template, tmp_path / f"round{number}")
        if number % 2 == 0:
            point = number // 2 + 1
            in_a_process(lambda bench=bench, point=point: (killing_at(point), operation(bench)))  # type: ignore[misc]
        else:
            in_a_process(lambda bench=bench: operation(bench), rng.uniform(0.0, duration))  # type: ignore[misc]
        assert environments(bench) in (old, new), f"round {number}"
        assert shown(bench) in (old_views, new_views), f"round {number}"
        records_match_tables(bench)
        finished = bench.tables()
        if environments(bench) == old and (name != "gc" or finished != reference.tables()):
            again = operation(bench)
            plan = again if isinstance(again, Plan) else getattr(again, "plan", None)
            if plan is not None and name in ("first apply", "apply"):
                assert not {step.relation.name for step in plan.writing if step.relation} & finished
        assert shown(bench) == new_views, f"round {number}"
        records_match_tables(bench)
