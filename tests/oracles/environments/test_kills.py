"""kill -9 at many instants of create, apply, promote, rollback, run, drop and gc.

Afterwards every environment is wholly old or wholly new, every view resolves, finished tables are not built again, and every
physical table has its record.  N=200 kills for the long run (those that came too late are not counted); a few here.
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

N = int(os.environ.get("N", "16"))
SEED = int(os.environ.get("SEED", "0"))
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
    """Run it in a forked process, perhaps killing that after some seconds; its status as `os.waitpid` gives it."""
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


def points_of(doing: Callable[[], object], folder: Path) -> int:
    """How many fault points the operation comes to, done once in a process of its own."""
    counted = folder / "points"
    seen: list[str] = []

    def count() -> None:
        faults.observe(seen.append)
        doing()
        counted.write_text(str(len(seen)))

    assert in_a_process(count) == 0
    return int(counted.read_text())


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


class Killed:
    """One operation, killed again and again on copies of one database: old or new, and a second try finishes."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        steps, self.operation = OPERATIONS[name]
        self.template = prepared(folder / "template", steps)
        reference = copied(self.template, folder / "reference")
        self.old, self.old_views = environments(reference), shown(reference)
        start = time.monotonic()
        self.points = points_of(lambda: self.operation(reference), folder)
        self.duration = time.monotonic() - start
        self.new, self.new_views = environments(reference), shown(reference)
        self.built = reference.tables()
        self.at_points = self.at_moments = 0

    def at_point(self, point: int) -> None:
        """Dies when it comes to a fault point."""
        bench = copied(self.template, self.folder / f"point{self.at_points}")
        status = in_a_process(lambda: (killing_at(point), self.operation(bench)))
        assert os.WIFSIGNALED(status), f"it was over before point {point} of {self.points}"
        self.at_points += 1
        self._check(bench, f"killed at point {point}")

    def at_moment(self, number: int, after: float) -> None:
        """Dies after some seconds, if it still runs then."""
        bench = copied(self.template, self.folder / f"moment{number}")
        self.at_moments += os.WIFSIGNALED(in_a_process(lambda: self.operation(bench), after))
        self._check(bench, f"killed after {after:.3f} s")

    def _check(self, bench: Bench, how: str) -> None:
        assert environments(bench) in (self.old, self.new), how
        assert shown(bench) in (self.old_views, self.new_views), how
        records_match_tables(bench)
        finished = bench.tables()
        if environments(bench) == self.old and (self.name != "gc" or finished != self.built):
            again = self.operation(bench)
            plan = again if isinstance(again, Plan) else getattr(again, "plan", None)
            if plan is not None and self.name in ("first apply", "apply"):
                assert not {step.relation.name for step in plan.writing if step.relation} & finished, how
        assert shown(bench) == self.new_views, how
        records_match_tables(bench)
        assert bench.tables() == self.built, how
        shutil.rmtree(bench.path.parent)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kill_leaves_old_or_new_and_a_second_try_finishes(name: str, tmp_path: Path) -> None:
    killed, rng = Killed(name, tmp_path), random.Random(SEED)
    wanted = -(-N // len(OPERATIONS))
    order = rng.sample(range(1, killed.points + 1), killed.points)
    for point in order[: max(1, wanted // 2)]:
        killed.at_point(point)
    for number in range(wanted * 10):
        if killed.at_points + killed.at_moments >= wanted:
            break
        killed.at_moment(number, rng.uniform(0.0, killed.duration))
    print(f"{name}: {killed.at_points} kills at {killed.points} fault points, {killed.at_moments} at random moments")
    assert killed.at_points + killed.at_moments >= wanted
