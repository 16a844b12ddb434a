"""The order in which a verdict is told: each edited model, then what its change reaches."""

from __future__ import annotations

from tests.specs_of_changes import graph, impact, model


def test_the_cause_comes_before_its_readers() -> None:
    files = {
        "models/z.sql": model("SELECT id, qty FROM orders", "z"),
        "models/a.sql": model("SELECT id, qty FROM z", "a"),
        "models/b.sql": model("SELECT qty FROM a", "b"),
        "models/c.sql": model("SELECT id FROM customers", "c"),
    }
    after = graph(
        {
            **files,
            "models/z.sql": model("SELECT id, qty FROM orders WHERE qty > 1", "z"),
            "models/c.sql": model("SELECT id FROM customers WHERE id > 1", "c"),
        }
    )
    found = impact.impact(after, impact.baseline(graph(files), "git:HEAD"))
    assert list(found.models) == ["a", "b", "c", "z"]
    assert [each.model for each in found.by_cause()] == ["c", "z", "a", "b"]
