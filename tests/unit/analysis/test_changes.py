"""docs/changes.md, executed: Headwater's verdict on every case is the one that is written there."""

from __future__ import annotations

import pytest

from tests.specs_of_changes import Case, cases, impact_of, verdict


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_case(case: Case) -> None:
    found = impact_of(case)
    assert verdict(found.models.get("m")) == case.verdict
    if case.reader:
        assert verdict(found.models.get("r")) == case.reader_verdict


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_breaking_and_metadata_say_why(case: Case) -> None:
    found = impact_of(case).models.get("m")
    if found is not None and found.category in ("breaking", "metadata"):
        assert found.reasons
        assert all(reason.message and reason.path == "models/m.sql" for reason in found.reasons)


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 120
