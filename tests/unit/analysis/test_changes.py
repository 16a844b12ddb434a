"""docs/changes.md, executed: Headwater's verdict on every case is the one that is written there, and it says why."""

from __future__ import annotations

import pytest

from tests.specs_of_changes import Case, cases, impact_of, verdict


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_case(case: Case) -> None:
    found = impact_of(case)
    model = found.models.get("m")
    assert verdict(model) == case.verdict
    if case.reader:
        assert verdict(found.models.get("r")) == case.reader_verdict
    if model is not None and model.category in ("breaking", "metadata"):
        assert model.reasons
        assert all(reason.message and reason.path == "models/m.sql" for reason in model.reasons)


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 120
