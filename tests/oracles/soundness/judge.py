"""Runs cases and compares what was promised with what the data say."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.oracles.soundness import workspaces
from tests.oracles.soundness.harmless import HARMLESS
from tests.oracles.soundness.oracle import Oracle, Result
from tests.oracles.soundness.traps import TRAPS
from tests.oracles.soundness.verdicts import Promise, promises
from tests.oracles.soundness.workspaces import Case

Promises = Callable[[Mapping[str, str], Mapping[str, str]], dict[str, Promise]]


@dataclass
class Tally:
    """What happened to the edits of one trap."""

    edits: int = 0
    visible: int = 0
    unsound: int = 0
    over_alarms: int = 0
    """Edits harmless by construction whose model was not promised the same."""
    unseen_alarms: int = 0
    """Edits that no data set told apart, and that were not promised the same."""
    failed: int = 0
    """Edits that the engine refused."""
    opaque: int = 0


@dataclass
class Failure:
    """A broken promise."""

    case: Case
    model: str
    what: str
    dataset: int


@dataclass
class Report:
    """The figures of a run."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    alarms: list[Case] = field(default_factory=list)
    seconds_asking: float = 0.0

    def of(self, trap: str) -> Tally:
        return self.tallies.setdefault(trap, Tally())


class Judge:
    """Judges random cases; `ask` is the classifier under test."""

    def __init__(self, seed: int, datasets: int = 3, ask: Promises = promises, pool: int = 9) -> None:
        self.rng = Random(seed)
        self.oracle = Oracle(seed, max(pool, datasets))
        self.each = datasets
        self.picked = list(range(datasets))
        """The data sets that the present base is run on, of all that there are."""
        self.ask = ask
        self.tell: Callable[[Failure], None] = lambda failure: None
        self.report = Report()

    def run(
        self, edits: int, only: list[str] | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> Report:
        """Judges about `edits` edits, each kind in turn; draws the data sets anew from time to time."""
        names = only or [*TRAPS, *HARMLESS]
        done, rounds = 0, 0
        while done < edits:
            for name in names:
                done += self.group(name)
                if done >= edits:
                    break
            rounds += 1
            if rounds % 4 == 0:
                self.oracle.fill(self.rng)
            progress(done)
        return self.report

    def group(self, name: str) -> int:
        """One query and its edits."""
        before, afters, harmless = workspaces.edit(self.rng, name)
        texts = [before, *afters]
        if not harmless or name in ("nested", "moved_cte", "counted"):
            wrapped, rest = workspaces.wrapped(self.rng, before, afters)
            texts = [wrapped, *rest]
        up, texts = workspaces.with_upstream(self.rng, texts)
        self.picked = self.rng.sample(range(self.oracle.datasets), self.each)
        self.oracle.use(self.picked[0])
        if up and not self.oracle.keep("u0", up["u0"]):
            return 0
        columns = self.oracle.describe(texts[0])
        if columns is None:
            self.report.of(name).failed += 1
            return 0
        down = workspaces.readers(self.rng, columns, "m", ordered=name == "order_by")
        base = {**up, "m": texts[0], **down}
        cases = [Case(name, harmless, base, {**base, "m": text}) for text in texts[1:] if text != texts[0]]
        self.judge(cases)
        return len(cases)

    def judge(self, cases: list[Case]) -> None:
        """Judges edits of one base."""
        if not cases:
            return
        tables = Tables(self.oracle, cases[0].before)
        for case in cases:
            tally = self.report.of(case.trap)
            tally.edits += 1
            start = time.perf_counter()
            promised = self.ask(case.before, case.after)
            self.report.seconds_asking += time.perf_counter() - start
            self._judge(case, promised, tables, tally)

    def _judge(self, case: Case, promised: dict[str, Promise], tables: Tables, tally: Tally) -> None:
        seen, failed = False, False
        broken: Failure | None = None
        for dataset in self.picked:
            after = tables.edited(dataset, case)
            if after is None:
                failed = True
                continue
            if not after:
                continue
            for model, promise in promised.items():
                if model != case.edited and seen and not promise.rows and not promise.table:
                    continue
                old, new = tables.before(dataset, model), tables.after(dataset, model, case, after)
                if old is None or new is None:
                    continue
                seen = seen or differs(old, new)
                what = broken_promise(promise, old, new)
                if what and broken is None:
                    broken = Failure(case, model, what, dataset)
            if broken or (seen and not any(promise.rows for promise in promised.values())):
                break
        first = tables.before(self.picked[0], case.edited)
        old_columns = {name.lower() for name in first.names} if first is not None else set()
        kept = promised[case.edited].rows and old_columns <= promised[case.edited].columns
        tally.visible += seen
        tally.failed += failed
        tally.opaque += promised[case.edited].opaque
        if broken:
            tally.unsound += 1
            self.report.failures.append(broken)
            self.tell(broken)
        if case.harmless and not kept and not failed:
            tally.over_alarms += 1
            self.report.alarms.append(case)
        tally.unseen_alarms += not seen and not kept and not failed


class Tables:
    """The tables of one base, made when they are first needed: ds0, ds1 hold the old ones, as0, as1 the new ones.

    A model's rows are those of its query, run once; it is written to a table only when another model reads it.
    """

    def __init__(self, oracle: Oracle, models: Mapping[str, str]) -> None:
        self.oracle = oracle
        self.models = models
        self._reads = {name: _read_by(models, name) for name in models}
        self._read = {up for ups in self._reads.values() for up in ups}
        self._before: dict[tuple[int, str], Result | None] = {}
        self._kept: set[tuple[int, str]] = set()

    def before(self, dataset: int, name: str) -> Result | None:
        """The old table; None if the engine refuses it."""
        key = (dataset, name)
        if key not in self._before:
            fine = all(self._keep(dataset, up) for up in self._reads[name])
            self.oracle.use(dataset)
            self._before[key] = self.oracle.run(self.models[name]) if fine else None
        return self._before[key]

    def _keep(self, dataset: int, name: str) -> bool:
        """Writes an old table; whether there is one."""
        if self.before(dataset, name) is None:
            return False
        if (dataset, name) not in self._kept:
            self.oracle.use(dataset)
            if not self.oracle.keep(name, self.models[name]):
                return False
            self._kept.add((dataset, name))
        return True

    def edited(self, dataset: int, case: Case) -> dict[str, Result | None] | None:
        """The edited model's new table; empty if it is the old one, row by row; None if the engine refuses it."""
        name = case.edited
        old = self.before(dataset, name)
        if old is None:
            return None
        self.oracle.use(dataset)
        new = self.oracle.run(case.after[name])
        if new is None or new == old:
            return None if new is None else {}
        return {name: new}

    def after(self, dataset: int, name: str, case: Case, found: dict[str, Result | None]) -> Result | None:
        """The new table of `name`; what reads nothing new is as it was."""
        if name in found:
            return found[name]
        reads = _read_by(case.after, name)
        if not reads:
            return self.before(dataset, name)
        fine = all(self._keep_new(dataset, up, case, found) for up in reads)
        self.oracle.use(dataset, after=True)
        found[name] = self.oracle.run(case.after[name]) if fine else None
        return found[name]

    def _keep_new(self, dataset: int, name: str, case: Case, found: dict[str, Result | None]) -> bool:
        if self.after(dataset, name, case, found) is None:
            return False
        if name not in found:
            return self._keep(dataset, name)
        if (key := f"kept {name}") not in found:
            self.oracle.use(dataset, after=True)
            found[key] = Result((), ()) if self.oracle.keep(name, case.after[name]) else None
        return found[key] is not None


def _read_by(models: Mapping[str, str], name: str) -> list[str]:
    words = set(re.findall(r"\w+", models[name]))
    return [other for other in models if other in words and other != name]


def differs(old: Result, new: Result) -> bool:
    """Whether a reader of the old columns sees another table."""
    names = [name.lower() for name in new.names]
    if not all(name.lower() in names for name in old.names):
        return True
    return old.bag(list(old.names)) != _lowered(new).bag([name.lower() for name in old.names])


def broken_promise(promise: Promise, old: Result, new: Result) -> str:
    """Which promise the data break, "" for none."""
    one, two = _lowered(old), _lowered(new)
    kept = [name for name in one.names if name in promise.columns]
    if promise.rows:
        if any(name not in two.names for name in kept):
            return "a column that was promised is gone"
        if one.bag(kept) != two.bag(kept):
            return "rows or columns that were promised differ"
        if promise.order and one.listed(kept) != two.listed(kept):
            return "the order that was promised differs"
    if promise.table and (one.names != two.names or one.bag(list(one.names)) != two.bag(list(one.names))):
        return "a table that was promised to be the same differs"
    return ""


def _lowered(result: Result) -> Result:
    return Result(tuple(name.lower() for name in result.names), result.rows)
