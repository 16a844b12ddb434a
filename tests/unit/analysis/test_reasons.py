"""What the reasons of a verdict say, and where they point."""

from __future__ import annotations

import re

import pytest

from tests.specs_of_changes import Case, cases, graph, impact, impact_of, model

READER = "models/r.sql"
OURS = "models/m.sql"


def reasons(before: str, after: str, reader: str = "", of: str = "m") -> list[tuple[str, str]]:
    """(message, what it points at) of each reason of one model."""
    extra = {READER: model(reader, "r")} if reader else {}
    old = graph({OURS: model(before), **extra})
    new = graph({OURS: model(after), **extra})
    found = impact.impact(new, impact.baseline(old, "git:HEAD")).models[of]
    return [(each.message, (new.text(each.path) or "")[slice(*each.span)]) for each in found.reasons]


SAID = [
    (
        "SELECT id FROM orders WHERE qty > 1",
        "SELECT id FROM orders WHERE qty > 2",
        "filter changed: qty > 1 is now qty > 2: rows differ, so every reader is touched",
        "qty > 2",
    ),
    ("SELECT id, qty FROM orders", "SELECT id FROM orders", "`qty` removed", "SELECT"),
    (
        "SELECT status FROM orders",
        "SELECT DISTINCT status FROM orders",
        "DISTINCT added: rows differ, so every reader is touched",
        "SELECT DISTINCT",
    ),
    (
        "SELECT id FROM orders",
        "SELECT id FROM orders UNION ALL SELECT id FROM customers",
        "UNION ALL added: rows differ, so every reader is touched",
        "UNION ALL",
    ),
    (
        "SELECT id FROM orders o",
        "SELECT o.id FROM orders o LEFT JOIN (SELECT DISTINCT id, name FROM customers) c ON c.name = o.status",
        "LEFT JOIN of a subquery added: rows differ, so every reader is touched",
        "LEFT JOIN (SELECT DISTINCT id, name FROM customers) c ON c.name = o.status",
    ),
    (
        "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM items WHERE order_id = o.id)",
        "SELECT id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM items WHERE order_id = o.id)",
        "filter changed: EXISTS (SELECT 1 FROM items WHERE order_id = id) is now NOT EXISTS (SELECT 1 FROM items WHERE order_id = id): "
        "rows differ, so every reader is touched",
        "NOT EXISTS (SELECT 1 FROM items WHERE order_id = o.id)",
    ),
    (
        "SELECT id, (SELECT max(amount) FROM items WHERE order_id = orders.id) AS top FROM orders",
        "SELECT id, (SELECT max(amount) FROM items WHERE order_id = orders.customer) AS top FROM orders",
        "`top`: (SELECT MAX(amount) FROM items WHERE order_id = id) is now (SELECT MAX(amount) FROM items WHERE order_id = customer)",
        "(SELECT max(amount) FROM items WHERE order_id = orders.customer) AS top",
    ),
    (
        "SELECT a.id, a.qty FROM orders a JOIN orders b ON a.id = b.customer",
        "SELECT a.id, b.qty FROM orders a JOIN orders b ON a.id = b.customer",
        "`qty`: qty of the first `orders` is now qty of the second `orders`",
        "b.qty",
    ),
    (
        "SELECT x.id, y.qty AS id FROM orders x JOIN orders y ON x.id = y.customer",
        "SELECT x.id, y.id FROM orders x JOIN orders y ON x.id = y.customer",
        "`id_1`: qty is now id",
        "y.id",
    ),
    (
        "SELECT id FROM orders ORDER BY id LIMIT 2",
        "SELECT id FROM orders ORDER BY id NULLS FIRST LIMIT 2",
        "order changed: id NULLS LAST is now id NULLS FIRST: rows differ, so every reader is touched",
        "id",
    ),
    (
        "SELECT weight + price + qty AS x FROM orders",
        "SELECT weight + (price + qty) AS x FROM orders",
        "`x`: weight + price + qty is now weight + (price + qty)",
        "weight + (price + qty) AS x",
    ),
    (
        "SELECT id, random() AS r FROM orders",
        "SELECT id, random() AS r, qty FROM orders",
        "`r`: RANDOM() is drawn anew whenever the table is built, and this change builds it",
        "random() AS r",
    ),
    (
        "SELECT id, s FROM (SELECT id, qty, sum(qty) OVER () AS s FROM orders) q WHERE qty > 1",
        "SELECT id, s FROM (SELECT id, qty, sum(qty) OVER () AS s FROM orders WHERE qty > 1) q",
        "`s`: SUM(qty) OVER () is computed over other rows: filter added: qty > 1",
        "s",
    ),
    (
        "SELECT a.id FROM (SELECT id FROM orders) a POSITIONAL JOIN (SELECT qty FROM orders) b",
        "SELECT a.id FROM (SELECT id FROM orders) a POSITIONAL JOIN (SELECT qty FROM orders ORDER BY qty, id) b",
        "POSITIONAL JOIN pairs rows by their order, which changed: rows differ, so every reader is touched",
        "POSITIONAL JOIN (SELECT qty FROM orders ORDER BY qty, id) b",
    ),
    (
        "SELECT status, count(*) AS n FROM orders GROUP BY status",
        "SELECT status, count(*) AS n FROM orders GROUP BY ROLLUP (status)",
        "grouping changed: a plain list is now ROLLUP(0): rows differ, so every reader is touched",
        "status",
    ),
]


@pytest.mark.parametrize(("before", "after", "message", "place"), SAID)
def test_of_an_edited_model(before: str, after: str, message: str, place: str) -> None:
    assert (message, place) in reasons(before, after)


FROM_UPSTREAM = [
    (
        "SELECT id, qty AS q FROM orders",
        "SELECT id, qty + 1 AS q FROM orders",
        "SELECT id, q * 2 AS two FROM m",
        ("`two`: `m.q`, which it reads, has changed", "q * 2 AS two"),
    ),
    (
        "SELECT id, qty AS q FROM orders",
        "SELECT id, qty + 1 AS q FROM orders",
        "SELECT id FROM m WHERE q > 1",
        ("`m.q`, which decides the rows, has changed: rows differ, so every reader is touched", "q > 1"),
    ),
    (
        "SELECT id, qty FROM orders",
        "SELECT id, qty FROM orders ORDER BY qty, id",
        "SELECT first(id) AS f FROM m",
        ("`f`: FIRST(id) follows the order of `m`, which has changed", "first(id) AS f"),
    ),
    (
        "SELECT id, qty FROM orders",
        "SELECT id, qty FROM orders ORDER BY qty, id",
        "SELECT id FROM m LIMIT 1",
        ("the order of `m`, which decides the rows, has changed: rows differ, so every reader is touched", "1"),
    ),
    (
        "SELECT id, qty FROM orders",
        "SELECT qty, id FROM orders",
        "SELECT * FROM m UNION ALL SELECT id, 7 FROM customers",
        ("`id`: id is now 7 (after UNION)", "7"),
    ),
    (
        "SELECT id, qty FROM orders",
        "SELECT id FROM orders",
        "SELECT id FROM m WHERE qty > 1",
        ('the engine refuses this query: There is no column "qty".', "qty"),
    ),
    (
        "SELECT id FROM orders",
        "SELECT id FROM orders WHERE id > 1",
        "SELECT c.name FROM customers c JOIN m ON m.id = c.id",
        ("`m` has other rows: rows differ, so every reader is touched", "JOIN m ON m.id = c.id"),
    ),
]


@pytest.mark.parametrize(("before", "after", "reader", "expected"), FROM_UPSTREAM)
def test_of_a_reader(before: str, after: str, reader: str, expected: tuple[str, str]) -> None:
    said = reasons(before, after, reader, of="r")
    assert expected in said
    assert said[0][0] == "touched through m → r"
    assert "m" in said[0][1]


def test_what_the_engine_may_refuse_is_said_at_its_column() -> None:
    before, after = "SELECT id, qty FROM orders", "SELECT id, [qty] AS qty FROM orders"
    reader = "SELECT id, sum(qty) AS q FROM m GROUP BY id"
    words = "the engine may {} this query{}: it has no `sum(LIST)`"
    assert (words.format("refuse", ""), "sum(qty) AS q") in reasons(before, after, reader, "r")
    assert (words.format("have refused", " before"), "id, sum(qty) AS q") in reasons(after, before, reader, "r")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_no_reason_is_bare_and_each_has_a_place(case: Case) -> None:
    """Every reason of the specification says why, at something smaller than the query."""
    found = impact_of(case)
    for each in (each for touched in found.models.values() for each in touched.reasons):
        assert not re.fullmatch(r"`\w+` has changed.*|the query changed.*", each.message)
        assert each.span.end > each.span.start
        assert each.span.start > len("MODEL (")
        if each.code not in ("metadata", "property-changed"):
            assert each.span.start >= len("MODEL (name m, kind FULL);\n"), each.message
