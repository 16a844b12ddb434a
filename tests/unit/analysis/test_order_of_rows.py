"""Whether a table is rebuilt because somebody depends on the order of its rows."""

from __future__ import annotations

import pytest

from lsp_server.analysis.fingerprints import order_readers
from lsp_server.analysis.impact import meanings_of
from tests.specs_of_changes import graph, impact, model

FILES = {
    "models/a.sql": model("SELECT id, qty FROM orders", "a"),
    "models/b.sql": model("SELECT SUM(qty) AS total FROM a", "b"),
}


@pytest.mark.parametrize(
    ("query", "rebuilt"),
    [
        ("SELECT SUM(qty) AS total, 1 AS one FROM a", 1),
        ("SELECT FIRST(qty) AS total FROM a", 2),
        ("SELECT SUM(qtty) AS total FROM a", 1),
        ("SELECT FIRST(qtty) AS total FROM a", 1),
    ],
    ids=["no order", "order", "a typo", "order and a typo"],
)
def test_what_the_engine_refuses_rebuilds_nothing_above_it(query: str, rebuilt: int) -> None:
    after = graph({**FILES, "models/b.sql": model(query, "b")})
    assert impact.impact(after, impact.baseline(graph(FILES), "git:HEAD")).rebuild == rebuilt


def test_who_depends_on_the_order_is_known_by_name() -> None:
    through = {
        "models/v.sql": model("SELECT qty FROM a", "v"),
        "models/b.sql": model("SELECT FIRST(qty) AS f FROM v", "b"),
    }
    after = graph({**FILES, **through})
    assert (
        order_readers(meanings_of(after)) == dict.fromkeys(("a", "v", "orders"), ("b",))
        and order_readers(meanings_of(graph(FILES))) == {}
    )
