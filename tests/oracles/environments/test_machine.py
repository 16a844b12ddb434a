"""A random life of environments against a from-scratch build: every view of every environment, after every step.

Edits, applies, creates, promotes, rollbacks, drops, collections, kills, and days that pass with new source rows.  The oracle is
DuckDB alone: the texts of the version that an environment shows, built as plain tables in an empty database.  It also catches
an unsound reuse: fingerprints are the real ones.  STEPS=2000 for the long run; a short one here.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lsp_server.environments import commands, faults
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import Column, Interface

STEPS = int(os.environ.get("STEPS", "40"))
PER_LIFE = min(STEPS, 50)
DAY = timedelta(days=1)
FIRST_DAY = datetime(2024, 1, 1)

VARIANTS: dict[str, tuple[str, list[str]]] = {
    "stg.a": (
        "FULL",
        [
            "SELECT id, day, amount, kind FROM raw.events WHERE amount >= 0",
            "/* the same */ SELECT e.id, e.day, e.amount, e.kind FROM raw.events AS e WHERE 0 <= e.amount",
            "SELECT id, day, amount, kind, amount * 2 AS twice FROM raw.events WHERE amount >= 0",
            "SELECT id, day, amount, kind FROM raw.events WHERE amount >= 10",
            "SELECT id, day, amount + 1 AS amount, kind FROM raw.events WHERE amount >= 0",
            "SELECT kind, id, day, amount FROM raw.events WHERE amount >= 0",
        ],
    ),
    "stg.v1": (
        "VIEW",
        ["SELECT * FROM stg.a", "SELECT *, id % 3 AS third FROM stg.a", "SELECT * EXCLUDE (kind) FROM stg.a"],
    ),
    "stg.v2": (
        "VIEW",
        ["SELECT * FROM stg.v1", "SELECT DISTINCT * FROM stg.v1", "SELECT x.* FROM stg.v1 AS x WHERE x.id > 3"],
    ),
    "mart.b": (
        "FULL",
        [
            "SELECT day, SUM(amount) AS total, COUNT(*) AS n FROM stg.v2 GROUP BY day",
            "WITH d AS (SELECT * FROM stg.v2) SELECT day, SUM(amount) AS total, COUNT(*) AS n FROM d GROUP BY 1",
            "SELECT day, SUM(amount) AS total, COUNT(*) AS n FROM stg.v2 GROUP BY day HAVING COUNT(*) > 1",
        ],
    ),
    "mart.c": ("FULL", ["SELECT id, kind FROM stg.a", "SELECT id, UPPER(kind) AS kind FROM stg.a"]),
    "mart.d": (
        "EMBEDDED",
        ["SELECT id, amount FROM stg.v2 WHERE id % 2 = 0", "SELECT id, amount FROM stg.v2 WHERE id % 3 = 0"],
    ),
    "mart.e": (
        "FULL",
        [
            "SELECT COUNT(*) AS n, MAX(amount) AS m FROM mart.d",
            "SELECT MIN(id) AS n, MAX(amount) AS m FROM mart.d AS z",
        ],
    ),
    "mart.u": (
        "FULL",
        ["SELECT * FROM stg.v1 UNION SELECT * FROM stg.a", "SELECT * FROM stg.v1 UNION ALL SELECT * FROM stg.v1"],
    ),
    "mart.i": (
        "INCREMENTAL_BY_TIME_RANGE (time_column day, batch_size 2)",
        [
            "SELECT day, kind, SUM(amount) AS total FROM stg.a WHERE day BETWEEN @start_date AND @end_date GROUP BY day, kind",
            "SELECT day, kind, COUNT(*) AS total FROM stg.a WHERE day BETWEEN @start_date AND @end_date GROUP BY day, kind",
        ],
    ),
    "mart.j": (
        "FULL",
        ["SELECT SUM(total) AS s FROM mart.i", "SELECT kind, SUM(total) AS s FROM mart.i GROUP BY kind"],
    ),
}
NAMES = ("dev", "other")
Texts = dict[str, str]


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.path = Path(self.folder.name) / "life.duckdb"
        self.engine = DuckDB(self.path, patience=5)
        self.graph = Graph()
        self.graph.set_config(Config(defaults={"start": "2024-01-01"}))
        columns = (("id", "INTEGER"), ("day", "DATE"), ("amount", "INTEGER"), ("kind", "VARCHAR"))
        self.graph.set_tables("sources", {"raw.events": Interface(tuple(Column(*column) for column in columns))})
        self.texts: Texts = {}
        self.rows: list[str] = []
        self.now = FIRST_DAY + timedelta(days=3, hours=9)
        self.shown: dict[str, Texts] = {}
        self.past: dict[str, list[Texts]] = {}
        self.oracle: dict[object, dict[str, list[tuple[object, ...]]]] = {}
        self.checked = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    # ---- the world

    @initialize()
    def begin(self) -> None:
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(
                "CREATE SCHEMA raw; CREATE TABLE raw.events (id INTEGER, day DATE, amount INTEGER, kind VARCHAR)"
            )
        for day in range(3):
            self._new_rows(day)
        for name in VARIANTS:
            self._edit(name, 0)
        self._apply("prod")

    def _new_rows(self, day: int) -> None:
        rng = random.Random(day)
        date = (FIRST_DAY + day * DAY).date()
        rows = [f"({day * 5 + n}, DATE '{date}', {rng.randint(-5, 30)}, '{rng.choice('xyz')}')" for n in range(5)]
        self.rows += rows
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(f"INSERT INTO raw.events VALUES {', '.join(rows)}")

    def _edit(self, name: str, variant: int) -> None:
        kind, variants = VARIANTS[name]
        query = variants[variant % len(variants)]
        self.texts[name] = query
        self.graph.set_file(f"models/{name}.sql", f"MODEL (name {name}, kind {kind});\n{query}\n")

    def _do(self, doing: Callable[[], object]) -> bool:
        """Whether it was done; every refusal and failure has to be one of ours."""
        try:
            doing()
        except EnvironmentProblem:
            return False
        return True

    def _call(self) -> Call:
        self.now += timedelta(seconds=1)
        return Call(now=self.now)

    def _moved(self, name: str, texts: Texts) -> None:
        """The environment now shows these texts: its number tells whether that was a new version."""
        self.shown[name] = dict(texts)

    def _apply(self, name: str) -> None:
        self.graph.stabilise()
        version, call = workspace_version(self.graph, Path("/")), self._call()
        if self._do(lambda: commands.apply(self.engine, version, name, call)):
            self._moved(name, self.texts)

    # ---- what happens

    @rule(name=st.sampled_from(sorted(VARIANTS)), variant=st.integers(0, 5))
    def edit(self, name: str, variant: int) -> None:
        self._edit(name, variant)

    @rule(name=st.sampled_from(("prod", *NAMES)))
    def apply(self, name: str) -> None:
        self._apply(name)

    @rule(name=st.sampled_from(NAMES), source=st.sampled_from(("prod", *NAMES)))
    def create(self, name: str, source: str) -> None:
        call = self._call()
        if self._do(lambda: commands.create(self.engine, name, source, call)):
            self._moved(name, self.shown[source])

    @rule(name=st.sampled_from(NAMES), into=st.sampled_from(("prod", "other")))
    def promote(self, name: str, into: str) -> None:
        call = self._call()
        if self._do(lambda: commands.promote(self.engine, name, into, call)):
            self._moved(into, self.shown[name])

    @rule(name=st.sampled_from(("prod", *NAMES)))
    def rollback(self, name: str) -> None:
        call = self._call()
        if self._do(lambda: commands.rollback(self.engine, name, None, call)):
            found = commands.find(commands.read_world(self.engine), name)
            self._moved(name, self._recorded(name, found.number))

    def _recorded(self, name: str, number: int) -> Texts:
        """The texts that the state says an environment shows (compared with what its views do show)."""
        world = commands.read_world(self.engine)
        models = world.models_of(world.environments[name])
        return {model: version.text.split("\n", 1)[1].strip() for model, version in models.items()}

    @rule(name=st.sampled_from(NAMES))
    def drop(self, name: str) -> None:
        call = self._call()
        if self._do(lambda: commands.drop(self.engine, name, call)):
            del self.shown[name]

    @rule(hours=st.sampled_from([0, 1, 24 * 8]))
    def collect(self, hours: int) -> None:
        call = self._call()
        self._do(lambda: commands.gc(self.engine, call, timedelta(hours=hours)))

    @rule()
    def a_day_passes(self) -> None:
        """New source rows; every environment is run, `prod` first: then all of them hold what a fresh build would."""
        self.now += DAY
        self._new_rows((self.now - FIRST_DAY).days - 1)
        for name in sorted(self.shown, key=lambda n: n != "prod"):
            assert self._do(lambda name=name: commands.run(self.engine, name, self._call())), name  # type: ignore[misc]

    @precondition(lambda self: self.shown)
    @rule(
        name=st.sampled_from(("prod", *NAMES)),
        what=st.sampled_from(("apply", "promote", "rollback")),
        point=st.integers(1, 12),
    )
    def kill(self, name: str, what: str, point: int) -> None:
        """The same in a process that dies at one of its fault points."""
        self.graph.stabilise()
        version, call = workspace_version(self.graph, Path("/")), self._call()
        doing = {
            "apply": lambda: commands.apply(self.engine, version, name, call),
            "promote": lambda: commands.promote(self.engine, name, "prod", call),
            "rollback": lambda: commands.rollback(self.engine, name, None, call),
        }[what]
        target = "prod" if what == "promote" else name
        before = commands.read_world(self.engine).environments.get(target)
        _in_a_dying_process(doing, point)
        after = commands.read_world(self.engine).environments.get(target)
        if after is not None and (before is None or after.etag != before.etag):
            self._moved(target, self._recorded(target, after.number))

    # ---- what must hold

    @invariant()
    def every_view_shows_what_a_fresh_build_shows(self) -> None:
        if not self.shown:
            return
        self.checked += 1
        with duckdb.connect(str(self.path)) as connection:
            for name, texts in self.shown.items():
                fresh = self._fresh(texts)
                suffix = "" if name == "prod" else f"__{name}"
                for model, rows in fresh.items():
                    schema, table = model.split(".")
                    cursor = connection.execute(f'SELECT * FROM "{schema}{suffix}"."{table}"')
                    found = ([d[0] for d in cursor.description], sorted(cursor.fetchall(), key=repr))
                    assert found == rows, f"{name}: {model}\n{texts}"

    @invariant()
    def records_and_tables_agree(self) -> None:
        world = commands.read_world(self.engine)
        assert not world.lost
        assert set(world.environments) == set(self.shown)

    def _fresh(self, texts: Texts) -> dict[str, object]:
        """Names and rows of every model that has a view, built by DuckDB from nothing."""
        key = (tuple(sorted(texts.items())), len(self.rows))
        if key not in self.oracle:
            self.oracle[key] = _built(texts, self.rows, self.now)  # type: ignore[assignment]
        return self.oracle[key]  # type: ignore[return-value]


def _built(texts: Texts, rows: list[str], now: datetime) -> dict[str, object]:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA raw; CREATE SCHEMA stg; CREATE SCHEMA mart")
    connection.execute("CREATE TABLE raw.events (id INTEGER, day DATE, amount INTEGER, kind VARCHAR)")
    connection.execute(f"INSERT INTO raw.events VALUES {', '.join(rows)}")
    found: dict[str, object] = {}
    for model, (kind, _variants) in VARIANTS.items():
        query = texts[model].replace("@start_date", "DATE '2024-01-01'")
        query = query.replace("@end_date", f"DATE '{(now - DAY).date()}'")
        connection.execute(f"CREATE {'VIEW' if kind in ('VIEW', 'EMBEDDED') else 'TABLE'} {model} AS {query}")
        if kind != "EMBEDDED":
            cursor = connection.execute(f"SELECT * FROM {model}")
            found[model] = ([d[0] for d in cursor.description], sorted(cursor.fetchall(), key=repr))
    connection.close()
    return found


def _in_a_dying_process(doing: Callable[[], object], point: int) -> None:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    seen = 0

    def observer(_name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    faults.observe(observer)
    try:
        doing()
    except EnvironmentProblem:
        pass
    finally:
        os._exit(0)


def test_environments_show_what_a_fresh_build_shows() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=max(1, STEPS // PER_LIFE),
            stateful_step_count=PER_LIFE,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
