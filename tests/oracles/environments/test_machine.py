"""A random life of environments against a from-scratch build: every view of every environment, after every step.

Edits, applies (forward-only too), creates, promotes, rollbacks, drops, collections, kills, two writers at once, and days that
pass with new source rows.  The oracle is DuckDB alone (`life.py`): the texts of the version that an environment shows, built
as plain tables in an empty database; incremental tables by replaying which logic wrote which day, tables with history by what each run saw.  It also catches an unsound
reuse: fingerprints are the real ones.  STEPS=2000 for the long run; a short one here.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
from hypothesis import HealthCheck, Phase, seed, settings
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
from lsp_server.environments.errors import EnvironmentProblem, Refused
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.plan.intervals import EPOCH, Interval
from lsp_server.plan.states import LogicSpan, Snapshot, World
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.semantics.facts import Column, Interface
from tests.oracles.environments.life import (
    DAY,
    FIRST_DAY,
    INCREMENTAL,
    REMEMBERING,
    VARIANTS,
    Shown,
    States,
    Texts,
    built,
    fill_sources,
    hold_states,
    shown_by,
)

STEPS = int(os.environ.get("STEPS", "40"))
PER_LIFE = min(STEPS, 50)
LAST_DAY = 12
SEED = int(os.environ.get("SEED", "0"))
NAMES = ("dev", "other")
ALL = ("prod", *NAMES)
DONE, REFUSED = 0, 7
"""How the process of a writer ends."""
happened: Counter[str] = Counter()
"""How often each thing was done, and refused: shown at the end of a long run."""


class Deed(msgspec.Struct, frozen=True):
    """One command.  `leads_to`: the texts that its target may show afterwards."""

    what: str
    target: str
    do: Callable[[], object]
    leads_to: list[Texts]


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.path = Path(self.folder.name) / "life.duckdb"
        self.engine = DuckDB(self.path, patience=30)
        self.graph = Graph()
        self.graph.set_config(Config(defaults={"start": "2024-01-01"}))
        columns = (("id", "INTEGER"), ("day", "DATE"), ("amount", "INTEGER"), ("kind", "VARCHAR"))
        states = (("id", "INTEGER"), ("state", "VARCHAR"), ("changed", "TIMESTAMP"))
        sources = {"raw.events": columns, "raw.states": states}
        described = {name: Interface(tuple(Column(*column) for column in given)) for name, given in sources.items()}
        self.graph.set_tables("sources", described)
        self.texts: Texts = {}
        self.rows: list[str] = []
        self.now = FIRST_DAY + timedelta(days=3, hours=9)
        self.shown: dict[str, Texts] = {}
        """What each environment must show."""
        self.kept: dict[tuple[str, int], Texts] = {}
        """What each version of each environment showed: what a rollback must bring back."""
        self.logic: dict[str, Texts] = {}
        """By fingerprint of a model whose table is kept: the texts that had it."""
        self.states: States = ()
        self.seen = World()
        """The state when it was last looked at, and what each table with history had seen by then."""
        self.histories: dict[tuple[str, str], list[tuple[datetime, States, str]]] = {}
        self.oracle: dict[object, dict[str, Shown]] = {}

    def teardown(self) -> None:
        self.folder.cleanup()

    # ---- the world

    @initialize()
    def begin(self) -> None:
        with duckdb.connect(str(self.path)) as connection:
            fill_sources(connection, ())
            hold_states(connection, ())
        for day in range(3):
            self._new_rows(day)
        for name in VARIANTS:
            self._edit(name, 0)
        self._do(self._deed("apply", "prod"))

    def _new_rows(self, day: int) -> None:
        rng = random.Random(day)
        moment = (FIRST_DAY + day * DAY).date()
        rows = [f"({day * 5 + n}, DATE '{moment}', {rng.randint(-5, 30)}, '{rng.choice('xyz')}')" for n in range(5)]
        self.rows += rows
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(f"INSERT INTO raw.events VALUES {', '.join(rows)}")
            self.states = _changed(self.states, moment, rng)
            hold_states(connection, self.states)

    def _edit(self, name: str, variant: int) -> None:
        kind, variants = VARIANTS[name]
        query = variants[variant % len(variants)]
        self.texts[name] = query
        self.graph.set_file(f"models/{name}.sql", f"MODEL (name {name}, kind {kind});\n{query}\n")

    def _version(self) -> WorkspaceVersion:
        self.graph.stabilise()
        version = workspace_version(self.graph, Path("/"))
        for model in (*INCREMENTAL, *REMEMBERING):
            self.logic.setdefault(version.models[model].fingerprint, dict(self.texts))
        return version

    def _call(self, **more: object) -> Call:
        self.now += timedelta(seconds=1)
        return Call(now=self.now, **more)  # type: ignore[arg-type]

    def _deed(self, what: str, name: str, other: str = "prod", **more: object) -> Deed:
        """`other`: where a promotion goes, what a creation mirrors."""
        call = self._call(**more)
        if what == "apply":
            version = self._version()
            do = lambda: commands.apply(self.engine, version, name, call)  # noqa: E731 - one line each
            return Deed(what, name, do, [dict(self.texts)])
        mirrored = [self.shown[source] for source in (name, other) if source in self.shown]
        kept = [texts for (environment, _), texts in self.kept.items() if environment == name]
        return {
            "promote": Deed(what, other, lambda: commands.promote(self.engine, name, other, call), mirrored[:1]),
            "create": Deed(what, name, lambda: commands.create(self.engine, name, other, call), mirrored[-1:]),
            "rollback": Deed(what, name, lambda: commands.rollback(self.engine, name, None, call), kept),
            "drop": Deed(what, name, lambda: commands.drop(self.engine, name, call), []),
            "gc": Deed(what, "", lambda: commands.gc(self.engine, call, timedelta(0)), []),
        }[what]

    def _do(self, deed: Deed) -> None:
        """Every refusal and failure has to be one of ours."""
        before = self._world()
        try:
            deed.do()
        except EnvironmentProblem as error:
            why = error.refusals[0].code if isinstance(error, Refused) else error.code
            happened[f"{deed.what}, refused ({why})"] += 1
            assert self._world().environments == before.environments, "it was refused, and moved"
            return
        happened[deed.what] += 1
        self._settle([deed], before)

    def _world(self) -> World:
        world = commands.read_world(self.engine)
        self._watch(world)
        return world

    def _watch(self, world: World) -> None:
        """What runs the tables with history have seen since the state was last looked at: at most one each."""
        for key, snapshot in world.snapshots.items():
            before = self.seen.snapshots.get(key)
            if key[0] not in REMEMBERING or (before and before.data_version == snapshot.data_version):
                continue
            copied = None if before or snapshot.data_version == 1 else self._copied(snapshot)
            source = before or copied
            assert snapshot.data_version == (source.data_version if source else 0) + 1, f"{key} was written twice"
            logic = snapshot.logic[-1].fingerprint if snapshot.logic else snapshot.fingerprint
            earlier = self.histories[source.key] if source else []
            self.histories[key] = [*earlier, (snapshot.executed_at, self.states, logic)]
            happened["runs that a copied history saw"] += copied is not None
        self.seen = world

    def _copied(self, snapshot: Snapshot) -> Snapshot | None:
        """The table that a new one went on from: `prod`'s, or what another environment shows."""
        shown = sorted(self.seen.environments.values(), key=lambda e: e.name != "prod")
        found = (self.seen.snapshot_of(environment, snapshot.model) for environment in shown)
        return next((one for one in found if one and one.fingerprint == snapshot.fingerprint), None)

    def _settle(self, deeds: Iterable[Deed], before: World) -> None:
        """Take in what was done: whatever moved must now show what one of these deeds leads to."""
        after = self._world()
        for target in {deed.target for deed in deeds if deed.target}:
            old, new = before.environments.get(target), after.environments.get(target)
            if new is None:
                assert old is None or any(deed.what == "drop" for deed in deeds)
                self.shown.pop(target, None)
            elif old is None or old.etag != new.etag:
                self._moved(target, after, [texts for d in deeds if d.target == target for texts in d.leads_to])

    def _moved(self, name: str, world: World, allowed: list[Texts]) -> None:
        """An environment has a new version: which texts it records, and whether those were asked for."""
        found = world.environments[name]
        texts = {m: v.text.split("\n", 1)[1].strip() for m, v in world.models_of(found).items()}
        assert texts in allowed, f"{name} shows what nobody asked for"
        if found.restored:
            assert texts == self.kept[(name, found.restored)], f"{name}: not what version {found.restored} showed"
        self.shown[name] = self.kept[(name, found.number)] = texts

    # ---- what happens

    @rule(name=st.sampled_from(sorted(VARIANTS)), variant=st.integers(0, 5))
    def edit(self, name: str, variant: int) -> None:
        self._edit(name, variant)

    @rule(
        name=st.sampled_from(ALL),
        forward_only=st.sampled_from((False, False, True)),
        since=st.sampled_from(("", "", "2 days ago")),
    )
    def apply(self, name: str, forward_only: bool, since: str) -> None:
        """`forward_only` keeps the tables of all incremental models; otherwise of those whose header says so."""
        happened["apply, forward-only plan"] += forward_only
        self._do(self._deed("apply", name, forward_only=forward_only, effective_from=since))

    @rule(name=st.sampled_from(ALL), variant=st.integers(0, 3), since=st.sampled_from(("", "2 days ago")))
    def a_forward_only_model_changes(self, name: str, variant: int, since: str) -> None:
        """`prod`'s table stays, or is copied from a day on; any other environment gets a preview."""
        self._edit("mart.f", variant)
        self._do(self._deed("apply", name, effective_from=since))

    @rule(name=st.sampled_from(NAMES), source=st.sampled_from(ALL))
    def create(self, name: str, source: str) -> None:
        self._do(self._deed("create", name, source))

    @rule(name=st.sampled_from(NAMES), into=st.sampled_from(("prod", "prod", "other")))
    def promote(self, name: str, into: str) -> None:
        self._do(self._deed("promote", name, into))

    @rule(
        model=st.sampled_from(sorted(VARIANTS)),
        variant=st.integers(0, 5),
        name=st.sampled_from(NAMES),
        ends=st.sampled_from(("", "rollback", "killed promote", "killed rollback")),
        point=st.integers(1, 12),
    )
    def a_change_is_promoted(self, model: str, variant: int, name: str, ends: str, point: int) -> None:
        """What people do all day; left to chance it seldom comes about, since environments are dropped and others move `prod`."""
        self._edit(model, variant)
        self._do(self._deed("apply", name))
        if name not in self.shown:
            return  # the change was refused
        self.every_view_shows_what_a_fresh_build_shows()
        if ends == "killed promote":
            self._killed("promote", name, point)
        self._do(self._deed("promote", name))
        self.every_view_shows_what_a_fresh_build_shows()
        if ends == "killed rollback":
            self._killed("rollback", "prod", point)
        if ends:
            self._do(self._deed("rollback", "prod"))

    @rule(name=st.sampled_from(ALL))
    def rollback(self, name: str) -> None:
        self._do(self._deed("rollback", name))

    @rule(name=st.sampled_from(NAMES))
    def drop(self, name: str) -> None:
        self._do(self._deed("drop", name))

    @rule(name=st.sampled_from(NAMES), source=st.sampled_from(ALL))
    def a_mirror_is_made_anew(self, name: str, source: str) -> None:
        if name in self.shown and name != source:
            self._do(self._deed("drop", name))
        self._do(self._deed("create", name, source))

    @rule(hours=st.sampled_from([0, 1, 24 * 8]))
    def collect(self, hours: int) -> None:
        happened["gc"] += 1
        commands.gc(self.engine, self._call(), timedelta(hours=hours))

    @rule(name=st.sampled_from(ALL), variant=st.sampled_from((2, 0)))
    def a_parent_gains_a_column_under_a_chain_of_views(self, name: str, variant: int) -> None:
        """Environments share all that is not touched, and collecting at once takes nothing that a view needs."""
        self._edit("stg.a", variant)
        self._do(self._deed("apply", name))
        self.every_view_shows_what_a_fresh_build_shows()
        self._do(self._deed("gc", ""))

    @precondition(lambda self: len(self.rows) < 5 * LAST_DAY)
    @rule(
        point=st.integers(0, 20), order=st.sampled_from((ALL, ALL, ("dev", "prod", "other"), ("other", "dev", "prod")))
    )
    def a_day_passes(self, point: int, order: tuple[str, ...]) -> None:
        """New source rows; every environment is run, and then all of them hold what a fresh build would.

        One that runs before `prod` gets copies of its tables.  Perhaps `prod`'s first run dies at one of its fault points: the
        second goes on from there.
        """
        self.now += DAY
        self._new_rows((self.now - FIRST_DAY).days - 1)
        happened["a day passes"] += 1
        if point > 5 and order is ALL:
            happened["run, killed"] += _in_a_dying_process(
                lambda: commands.run(self.engine, "prod", self._call()), point
            )
        for name in (name for name in order if name in self.shown):
            before = self._world()
            commands.run(self.engine, name, self._call())
            deed = Deed("run", name, lambda: None, [self.shown[name]])
            self._settle([deed], before)

    @precondition(lambda self: self.shown)
    @rule(
        name=st.sampled_from(ALL),
        what=st.sampled_from(("apply", "apply", "promote", "rollback", "create", "drop", "gc")),
        point=st.integers(1, 12),
    )
    def kill(self, name: str, what: str, point: int) -> None:
        """The same in a process that dies at one of its fault points."""
        self._killed(what, name, point)

    def _killed(self, what: str, name: str, point: int) -> None:
        before, deed = self._world(), self._deed(what, name)
        happened[f"{what}, killed"] += _in_a_dying_process(deed.do, point)
        self._settle([deed], before)

    @precondition(lambda self: self.shown)
    @rule(
        first=st.sampled_from((("promote", "dev"), ("apply", "prod"), ("apply", "dev"), ("gc", ""))),
        second=st.sampled_from((("promote", "other"), ("rollback", "prod"), ("apply", "other"), ("create", "dev"))),
    )
    def two_writers(self, first: tuple[str, str], second: tuple[str, str]) -> None:
        """Two processes at once: each is done or told; of two promotions that would both move `prod`, one is told.

        (One that finds `prod` as it would make it moves nothing, and is done whatever the other did.)
        """
        before = self._world()
        deeds = [self._deed(*first), self._deed(*second)]
        children = [_in_a_process(deed.do) for deed in deeds]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert set(codes) <= {DONE, REFUSED}, codes
        happened[f"two writers, {codes.count(DONE)} done"] += 1
        if codes == [DONE, DONE] and deeds[0].what == deeds[1].what == "promote":
            moves = self._world().environments["prod"].number - before.environments["prod"].number
            assert moves <= 1, "both moved prod"
            happened["two promotions at once, both done"] += 1
        if second[0] == "create" and deeds[0].target == "prod":
            deeds[1].leads_to.extend(deeds[0].leads_to)  # it mirrors `prod`, perhaps as the first has made it
        self._settle([deed for deed, code in zip(deeds, codes, strict=True) if code == DONE], before)

    # ---- what must hold

    @invariant()
    def every_view_shows_what_a_fresh_build_shows(self) -> None:
        if not self.shown:
            return
        happened["checks of all views"] += 1
        world = self._world()
        assert not world.lost and not world.incomplete and not world.altered
        assert set(world.environments) == set(self.shown)
        with duckdb.connect(str(self.path), read_only=True) as connection:
            for name, texts in self.shown.items():
                suffix = "" if name == "prod" else f"__{name}"
                for model, expected in self._fresh(world, name, texts).items():
                    schema, table = model.split(".")
                    found = shown_by(connection, f'"{schema}{suffix}"."{table}"')
                    assert found == expected, f"{name}: {model}\n{texts}"

    def _fresh(self, world: World, name: str, texts: Texts) -> dict[str, Shown]:
        replays = {model: self._days(world, name, model) for model in INCREMENTAL}
        histories = {model: self._history(world, name, model) for model in REMEMBERING}
        key = (tuple(sorted(texts.items())), len(self.rows), tuple(replays.items()), repr(histories))
        if key not in self.oracle:
            logic = {m: [(day, self.logic[fingerprint]) for day, fingerprint in days] for m, days in replays.items()}
            seen = {m: [(at, held, self.logic[of]) for at, held, of in runs] for m, runs in histories.items()}
            self.oracle[key] = built(texts, self.rows, logic, seen)
        return self.oracle[key]

    def _history(self, world: World, name: str, model: str) -> list[tuple[datetime, States, str]]:
        snapshot = world.snapshot_of(world.environments[name], model)
        assert snapshot is not None
        happened["checks of a table with history"] += len(self.histories[snapshot.key]) > 1
        return self.histories[snapshot.key]

    def _days(self, world: World, name: str, model: str) -> tuple[tuple[date, str], ...]:
        """Each day that the table holds, with the fingerprint of the logic that wrote it."""
        snapshot = world.snapshot_of(world.environments[name], model)
        assert snapshot is not None
        if not snapshot.preview:
            midnight = self.now.replace(hour=0, minute=0, second=0)
            assert snapshot.intervals == (Interval(FIRST_DAY, midnight),), f"{name}: {model} lacks days"
        happened["checks of a table of several logics"] += len(snapshot.logic) > 1
        happened["checks of a preview"] += snapshot.preview
        return tuple(_written(snapshot))


def _changed(states: States, moment: object, rng: random.Random) -> States:
    """What the source of the tables with history holds after one more day: rows changed, gone, come back, new."""
    at = datetime.fromisoformat(f"{moment} 08:00:00")
    kept = [row if rng.random() < 0.6 else (row[0], rng.choice("pqr"), at) for row in states if rng.random() < 0.85]
    gone = [number for number in range(6) if number not in {row[0] for row in kept}]
    new = [(number, rng.choice("pqr"), at) for number in gone if rng.random() < 0.4]
    return (*kept, *new)


def _written(snapshot: Snapshot) -> Iterable[tuple[date, str]]:
    logic = snapshot.logic or (LogicSpan(EPOCH, snapshot.fingerprint),)
    for interval in snapshot.intervals:
        day = interval.start
        while day < interval.end:
            yield day.date(), next(span.fingerprint for span in reversed(logic) if span.start <= day)
            day += DAY


def _in_a_process(doing: Callable[[], object]) -> int:
    """A forked process that does it; its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        doing()
        code = DONE
    except EnvironmentProblem:
        code = REFUSED
    finally:
        os._exit(code)


def _in_a_dying_process(doing: Callable[[], object], point: int) -> bool:
    """Whether it died: it may be done, or refused, before it comes to that point."""

    def dying() -> None:
        faults.observe(_killer(point))
        with suppress(EnvironmentProblem):
            doing()

    return os.WIFSIGNALED(os.waitpid(_in_a_process(dying), 0)[1])


def _killer(point: int) -> Callable[[str], None]:
    seen = 0

    def observer(_name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return observer


def test_environments_show_what_a_fresh_build_shows() -> None:
    happened.clear()
    run_state_machine_as_test(
        seed(SEED)(Life),
        settings=settings(
            max_examples=1 + max(1, STEPS // PER_LIFE),  # the first is always the plainest: one rule again and again
            stateful_step_count=PER_LIFE,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # to shrink a life takes longer than to read it
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("; ".join(f"{what}: {times}" for what, times in sorted(happened.items())))
