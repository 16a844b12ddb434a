"""The classifier against its oracles, in small; `make prove N=100000` and the commands of the packages run them in full."""

from __future__ import annotations

import os

import pytest

from tests.oracles.equivalent_pairs.pairs import category, pairs
from tests.oracles.mutation.__main__ import killer
from tests.oracles.mutation.mutants import MUTANTS, Mutant
from tests.oracles.soundness.harmless import HARMLESS
from tests.oracles.soundness.judge import Judge
from tests.oracles.soundness.verdicts import Promise

EDITS = int(os.environ.get("N", "150"))


def test_no_promise_is_broken() -> None:
    report = Judge(int(os.environ.get("SEED", "1"))).run(EDITS)
    assert not report.failures, [(failure.case, failure.what) for failure in report.failures[:3]]
    harmless = sum(tally.edits for name, tally in report.tallies.items() if name in HARMLESS)
    alarms = sum(tally.over_alarms for tally in report.tallies.values())
    assert alarms <= max(0.05 * harmless, 2)


def test_a_classifier_that_promises_everything_is_caught() -> None:
    everything = Promise(
        rows=True, columns=frozenset("abcdpqkvnmw") | {"c0", "c1"}, order=True, table=True, opaque=False
    )
    judge = Judge(1, ask=lambda before, after: dict.fromkeys(before, everything))
    assert judge.run(60, ["filters", "distinct_gains_column", "self_join"]).failures


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.title)
def test_the_document_notices_a_broken_rule(mutant: Mutant) -> None:
    assert killer(mutant)


def test_pairs_that_others_proved_equivalent() -> None:
    found = [category(pair) for pair in pairs()]
    assert found.count("none") >= 180
