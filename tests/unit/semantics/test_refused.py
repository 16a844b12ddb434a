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
    ("SELECT name FROM customers WHERE count(*) > 1 GROUP BY name", "aggregate-place"),
    ("SELECT id FROM orders WHERE row_number() OVER () = 1", "aggregate-place"),
    ("SELECT sum(max(price)) FROM orders", "aggregate-place"),
    ("SELECT o.id FROM orders AS o JOIN customers AS c ON count(*) = c.id", "aggregate-place"),
    ("SELECT name FROM customers GROUP BY name HAVING country = 'x'", "not-grouped"),
    ("SELECT count(*) FROM customers ORDER BY name", "not-grouped"),
    ("SELECT (SELECT id, name FROM customers) FROM orders", "subquery-columns"),
    ("SELECT id FROM orders WHERE id IN (SELECT * FROM customers)", "subquery-columns"),
    ("SELECT id FROM orders WHERE (id, day) IN (SELECT id FROM customers)", "subquery-columns"),
    ("SELECT jaccard(name) FROM customers", "argument-count"),
    ("SELECT id FROM orders WHERE day > id", "type-mismatch"),
    ("SELECT coalesce(day, id) FROM orders", "type-mismatch"),
    ("SELECT CASE WHEN id > 1 THEN status ELSE 0 END FROM orders", "type-mismatch"),
    ("SELECT * REPLACE (1 AS nothing) FROM customers", "unknown-column"),
    ("SELECT COLUMNS(['nothing']) FROM customers", "unknown-column"),
    ("SELECT 1 FROM orders AS a JOIN orders AS b ON true JOIN customers AS c USING (id)", "ambiguous-column"),
    ("WITH w(a, b) AS (SELECT id FROM orders) SELECT a FROM w", "cte-columns"),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED)
def test_errors_are_part_of_the_query(sql: str, code: str) -> None:
    assert query(sql).refused == (code,)


FINE = [
    "SELECT name FROM customers GROUP BY name HAVING count(*) > 1 ORDER BY max(id), name",
    "SELECT name, (SELECT max(price) FROM orders WHERE customer = customers.id) AS m FROM customers ORDER BY m",
    "SELECT id FROM orders WHERE day > '2024-01-01' AND price BETWEEN 1 AND 2.5 AND coalesce(day, NULL) IS NOT NULL",
    "SELECT id FROM orders WHERE (id, customer) IN (SELECT id, id FROM customers) QUALIFY row_number() OVER () = 1",
    "SELECT sum(sum(price)) OVER () FROM orders GROUP BY customer",
    "SELECT * RENAME (nothing AS x) FROM customers",
    "SELECT CASE WHEN id > 1 THEN 1 WHEN id > 2 THEN 1.5 ELSE true::INT END FROM orders",
]


@pytest.mark.parametrize("sql", FINE)
def test_what_the_engine_takes_is_not_refused(sql: str) -> None:
    assert query(sql).refused == ()


def test_each_code_once_and_sorted() -> None:
    assert query("SELECT id, x.id, id, nothing FROM orders, customers").refused == (
        "ambiguous-column", "unknown-column", "unknown-table-alias",
    )  # fmt: skip


def test_nothing_is_refused_that_is_fine_or_half_typed() -> None:
    assert query("SELECT id, name FROM customers").refused == ()
    assert query("SELECT anything FROM nobody_described_this").refused == ()
    assert query("SELECT id, x. FROM orders").refused == ()
