"""docs/changes.md on DuckDB: what each case promises is so, on random data.  N=... runs more data sets."""

from __future__ import annotations

import os
from random import Random

import pytest

from lsp_server.analysis.meanings import meanings_of
from tests.oracles.soundness.judge import Judge
from tests.oracles.soundness.oracle import Oracle
from tests.oracles.soundness.verdicts import Promise, compared
from tests.oracles.soundness.workspaces import Case as Edit
from tests.specs_of_changes import Case, cases, graph, model, tables

DATASETS = int(os.environ.get("N", "6"))
_NOTHING = Promise(rows=False, columns=frozenset(), order=False, table=False, opaque=False)
_DRAWN = ("random()", "now()", "@our_macro", "our_function")


def runs(case: Case) -> bool:
    """Whether DuckDB alone can say: headers are not its affair, and what is drawn anew is not compared."""
    return not case.before.startswith("MODEL") and not any(word in case.before + case.after for word in _DRAWN)


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle(int(os.environ.get("SEED", "7")), DATASETS, tables())


@pytest.mark.parametrize("case", [case for case in cases() if runs(case)], ids=lambda case: case.title)
def test_promise_holds(case: Case, oracle: Oracle) -> None:
    reader = {"r": case.reader} if case.reader and "@" not in case.reader else {}
    edit = Edit("document", False, {"m": case.before, **reader}, {"m": case.after, **reader})
    one, two = (
        meanings_of(graph({f"models/{name}.sql": model(text, name) for name, text in texts.items()}))
        for texts in (edit.before, edit.after)
    )
    judge = Judge(0, 1, lambda before, after: compared(one, two), pool=1)
    judge.oracle, judge.picked = oracle, list(range(DATASETS))
    judge.judge([edit])
    assert not judge.report.failures, judge.report.failures[0].what
    assert judge.report.of("document").failed == 0


def test_the_data_tell_edits_apart(oracle: Oracle) -> None:
    """An oracle that never sees a difference proves nothing."""
    rng = Random(1)
    harmful = [case for case in cases() if runs(case) and case.verdict.startswith("breaking rows") and not case.reader]
    seen = 0
    for case in rng.sample(harmful, 20):
        judge = Judge(0, 1, lambda before, after: {"m": _NOTHING}, pool=1)
        judge.oracle, judge.picked = oracle, list(range(DATASETS))
        judge.judge([Edit("document", False, {"m": case.before}, {"m": case.after})])
        seen += judge.report.of("document").visible
    assert seen >= 10
