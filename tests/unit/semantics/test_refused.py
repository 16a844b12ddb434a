"""What the engine certainly refuses a query for is part of the relational form, so that a comparison of queries sees it."""

from __future__ import annotations

import pytest

from tests.unit.semantics.helper import query

REFUSED = [
    ("SELECT missing FROM orders", "unknown-column"),
    ("SELECT id FROM orders, customers", "ambiguous-column"),
    ("SELECT x.id FROM orders", "unknown-table-alias"),
    ("SELECT id, name FROM customers UNION ALL SELECT id FROM orders", "set-operation-columns"),
    ("SELECT name, count(*) FROM customers GROUP BY country", "not-grouped"),
    ("SELECT id FROM orders ORDER BY 3", "ordinal-out-of-range"),
    ("WITH w(a, b) AS (SELECT id FROM orders) SELECT a FROM w", "cte-columns"),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED)
def test_errors_are_part_of_the_query(sql: str, code: str) -> None:
    assert query(sql).refused == (code,)


def test_each_code_once_and_sorted() -> None:
    assert query("SELECT id, x.id, id, nothing FROM orders, customers").refused == (
        "ambiguous-column", "unknown-column", "unknown-table-alias",
    )  # fmt: skip


def test_nothing_is_refused_that_is_fine_or_half_typed() -> None:
    assert query("SELECT id, name FROM customers").refused == ()
    assert query("SELECT anything FROM nobody_described_this").refused == ()
    assert query("SELECT id, x. FROM orders").refused == ()
