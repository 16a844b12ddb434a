"""The command: judges random edits and prints, for each trap, what was unsound and what was a false alarm.

    python -m tests.oracles.soundness --n 3000 --seed 1 [--only TRAP,TRAP] [--show 3] [--processes 2]

Exit code 1 if a promise was broken, if more than 5 % of the edits that are harmless by construction raised an alarm, or if a run
of 100,000 edits or more shows too little of a trap: fewer than 1,000 edits of it, or fewer than 30 % that change data visibly.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.oracles.soundness.harmless import HARMLESS
from tests.oracles.soundness.judge import Failure, Judge, Report, Tally
from tests.oracles.soundness.shrink import shrink
from tests.oracles.soundness.traps import TRAPS
from tests.oracles.soundness.workspaces import Case

ALARM_LIMIT = 0.05
LONG_RUN = 100_000
"""From so many edits on, each trap must be shown: by `LEAST_EDITS` edits, of which `LEAST_VISIBLE` change data."""
LEAST_EDITS = 1000
LEAST_VISIBLE = 0.30
SHRINKING = 15.0
"""Seconds for making one failure small."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracles.soundness")
    parser.add_argument("--n", type=int, default=3000, help="edits")
    parser.add_argument("--seed", type=int, default=None, help="without it a fresh one is drawn and printed")
    parser.add_argument("--only", default="", help="traps or harmless edits, by comma")
    parser.add_argument("--datasets", type=int, default=3, help="data sets for each edit")
    parser.add_argument("--show", type=int, default=3, help="failures to shrink and print")
    parser.add_argument("--alarms", type=int, default=0, help="false alarms to print")
    parser.add_argument("--save", default="", help="folder for each process's figures so far, as JSON")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    only = [name for name in options.only.split(",") if name]
    print(f"seed {seed}, {options.n} edits")
    start = time.perf_counter()
    parts = [
        (seed * 1000 + at, options.n // options.processes, options.datasets, only, options.save)
        for at in range(options.processes)
    ]
    if options.processes == 1:
        reports = [_part(*parts[0])]
    else:
        with ProcessPoolExecutor(options.processes) as pool:
            reports = list(pool.map(_part, *zip(*parts, strict=True)))
    report = _joined(reports)
    _print(report, time.perf_counter() - start)
    for failure in report.failures[: options.show]:
        _print_failure(failure)
    for case in report.alarms[: options.alarms]:
        print(f"\nfalse alarm ({case.trap})\n  before: {case.before[case.edited]}\n  after:  {case.after[case.edited]}")
    unshown = _unshown(report) if options.n >= LONG_RUN and not only else []
    if unshown:
        print(f"shown too little ({LEAST_EDITS} edits, {LEAST_VISIBLE:.0%} visible): {', '.join(unshown)}")
    return 1 if report.failures or unshown or _alarm_share(report) > ALARM_LIMIT else 0


def _unshown(report: Report) -> list[str]:
    """Traps of which a long run has shown too little to prove anything."""
    found = [(name, report.of(name)) for name in TRAPS]
    return [name for name, tally in found if tally.edits < LEAST_EDITS or tally.visible < LEAST_VISIBLE * tally.edits]


def _part(seed: int, edits: int, datasets: int, only: list[str], save: str) -> Report:
    step = min(max(edits // 20, 500), 2000)
    told = [step]

    def progress(done: int) -> None:
        if done >= told[0]:
            told[0] += step
            print(f"  {done} edits, {len(judge.report.failures)} unsound", file=sys.stderr, flush=True)
        if save:
            figures = {name: vars(tally) for name, tally in judge.report.tallies.items()}
            (Path(save) / f"{seed}.json").write_text(json.dumps(figures))

    def tell(failure: Failure) -> None:
        case = failure.case
        texts = [f"{name}: {text}" for name, text in case.before.items()] + [f"-> {case.after[case.edited]}"]
        print(
            f"unsound ({case.trap}): {failure.model}: {failure.what}\n  " + "\n  ".join(texts),
            file=sys.stderr,
            flush=True,
        )

    gc.set_threshold(100_000, 50, 50)  # trees come and go by the thousand, and hold no cycles that matter here
    judge = Judge(seed, datasets)
    judge.tell = tell
    return judge.run(edits, only or None, progress)


def _joined(reports: list[Report]) -> Report:
    whole = Report()
    for report in reports:
        whole.failures += report.failures
        whole.alarms += report.alarms
        whole.seconds_asking += report.seconds_asking
        for name, tally in report.tallies.items():
            for field, value in vars(tally).items():
                setattr(whole.of(name), field, getattr(whole.of(name), field) + value)
    return whole


def _alarm_share(report: Report) -> float:
    edits = sum(tally.edits for name, tally in report.tallies.items() if name in HARMLESS)
    return sum(tally.over_alarms for tally in report.tallies.values()) / max(edits, 1)


def _print(report: Report, seconds: float) -> None:
    print(
        f"{'edit':30} {'edits':>7} {'visible':>8} {'unsound':>8} {'alarms':>7} {'unseen':>7} {'refused':>8} {'opaque':>7}"
    )
    total = Tally()
    for name, tally in report.tallies.items():
        for field, value in vars(tally).items():
            setattr(total, field, getattr(total, field) + value)
        _line(name, tally)
    _line("all", total)
    print(f"over-alarms of edits that are harmless by construction: {_alarm_share(report):.2%}")
    unseen = total.edits - total.visible - total.failed
    print(f"over-alarms of edits that no data set tells apart: {total.unseen_alarms / max(unseen, 1):.2%} of {unseen}")
    print(
        f"{seconds:.0f} s, {seconds / max(total.edits, 1) * 1000:.1f} ms an edit, of which {report.seconds_asking / max(total.edits, 1) * 1000:.1f} asking"
    )


def _line(name: str, tally: Tally) -> None:
    share = tally.visible / max(tally.edits, 1)
    print(
        f"{name:30} {tally.edits:7} {share:8.0%} {tally.unsound:8} {tally.over_alarms:7} {tally.unseen_alarms:7} {tally.failed:8} {tally.opaque:7}"
    )


def _print_failure(failure: Failure) -> None:
    judge = Judge(0, 12, pool=12)

    stop = time.perf_counter() + SHRINKING

    def fails(case: Case) -> bool:
        if time.perf_counter() > stop:
            return False
        judge.report = Report()
        try:
            judge.judge([case])
        except KeyError:
            return False
        return any(found.what == failure.what for found in judge.report.failures)

    case = shrink(failure.case, fails) if fails(failure.case) else failure.case
    print(f"\nUNSOUND ({case.trap}): model {failure.model}: {failure.what}")
    for name, text in case.before.items():
        print(f"  {name}: {text}" + ("" if case.after[name] == text else f"\n   -> {case.after[name]}"))


if __name__ == "__main__":
    sys.exit(main())
