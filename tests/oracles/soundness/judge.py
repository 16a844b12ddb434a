"""Runs cases and compares what was promised with what the data say."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from tests.oracles.soundness import workspaces
from tests.oracles.soundness.harmless import HARMLESS
from tests.oracles.soundness.oracle import Oracle, Result
from tests.oracles.soundness.tables import Tables
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
        """One query and its edits: from the query to each of its versions, and from version to version."""
        before, afters, harmless = workspaces.edit(self.rng, name)
        texts = [before, *afters]
        if not harmless or name in ("nested", "moved_cte", "counted"):
            wrapped, rest = workspaces.wrapped(self.rng, before, afters)
            texts = [wrapped, *rest]
        up, texts = workspaces.with_upstream(self.rng, texts)
        self.picked = self.rng.sample(range(self.oracle.datasets), self.each)
        self.oracle.use(self.picked[0])
        if up and not self.oracle.keep("u0", up["u0"], self.picked[0]):
            return 0
        columns = self.oracle.describe(texts[0])
        if columns is None:
            self.report.of(name).failed += 1
            return 0
        down = workspaces.readers(self.rng, columns, "m", ordered=name == "order_by")
        versions = [{**up, "m": text, **down} for text in dict.fromkeys(texts)]
        pairs = [
            pair if pair[0] == 0 or self.rng.random() < 0.5 else pair[::-1]
            for pair in combinations(range(len(versions)), 2)
        ]
        cases = [Case(name, harmless, versions[one], versions[two]) for one, two in pairs]
        self.judge(cases)
        return len(cases)

    def judge(self, cases: list[Case]) -> None:
        """Judges edits between versions of one workspace."""
        versions: list[Mapping[str, str]] = []
        for models in (models for case in cases for models in (case.before, case.after)):
            if models not in versions:
                versions.append(models)
        tables = Tables(self.oracle, versions)
        for case in cases:
            tally = self.report.of(case.trap)
            tally.edits += 1
            start = time.perf_counter()
            promised = self.ask(case.before, case.after)
            self.report.seconds_asking += time.perf_counter() - start
            pair = (versions.index(case.before), versions.index(case.after))
            self._judge(case, promised, tables, pair, tally)

    def _judge(
        self, case: Case, promised: dict[str, Promise], tables: Tables, pair: tuple[int, int], tally: Tally
    ) -> None:
        seen, failed = False, False
        broken: Failure | None = None
        for dataset in self.picked:
            one, two = (tables.result(dataset, version, case.edited) for version in pair)
            if one is None or two is None:
                failed = True
                continue
            if tables.same_as(dataset, pair[0], case.edited) == tables.same_as(dataset, pair[1], case.edited):
                continue
            for model, promise in promised.items():
                if model != case.edited and seen and not promise.rows and not promise.table:
                    continue
                old, new = (tables.result(dataset, version, model) for version in pair)
                if old is None:
                    continue
                seen = seen or new is None or differs(old, new)
                what = broken_promise(promise, old, new)
                if what and broken is None:
                    broken = Failure(case, model, what, dataset)
            if broken or (seen and not any(promise.rows for promise in promised.values())):
                break
        first = tables.result(self.picked[0], pair[0], case.edited)
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


def differs(old: Result, new: Result) -> bool:
    """Whether a reader of the old columns sees another table."""
    names = [name.lower() for name in new.names]
    if not all(name.lower() in names for name in old.names):
        return True
    return old.bag(list(old.names)) != _lowered(new).bag([name.lower() for name in old.names])


def broken_promise(promise: Promise, old: Result, new: Result | None) -> str:
    """Which promise the data break, "" for none; `new` is None where the engine refuses a model that it ran before."""
    if new is None:
        kept_all = promise.rows and {name.lower() for name in old.names} <= promise.columns
        return "the engine refuses a model that was promised to be as it was" if kept_all or promise.table else ""
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
