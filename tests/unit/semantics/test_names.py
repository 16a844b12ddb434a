"""What names mean: columns, aliases, CTEs, stars, correlation, and what is certainly wrong."""

from __future__ import annotations

import pytest

from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from tests.unit.semantics.helper import RELATIONS, bound, columns, edges, meaning_at, names, problems, rows


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM customers", ["id", "name", "country"]),
        ("SELECT c.* EXCLUDE (id) FROM customers c", ["name", "country"]),
        ("SELECT * REPLACE (upper(name) AS name) RENAME (country AS land) FROM customers", ["id", "name", "land"]),
        ("SELECT COLUMNS('^n|y$') FROM customers", ["name", "country"]),
        ("SELECT * LIKE 'c%' FROM customers", ["country"]),
        ("SELECT * FROM customers JOIN orders USING (id)", ["id", "name", "country", "customer", "price", "status", "day", "tags", "place"]),
        ("SELECT * FROM customers NATURAL JOIN (SELECT id, 1 AS one)", ["id", "name", "country", "one"]),
        ("SELECT * FROM customers c SEMI JOIN orders o ON o.customer = c.id", ["id", "name", "country"]),
        ("SELECT place.city, (place).zip FROM orders", ["city", "(place).zip"]),
        ("FROM customers", ["id", "name", "country"]),
        ("SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b", ["a", "b"]),
        ("SELECT * FROM (VALUES (1, 'x')) v(a, b)", ["a", "b"]),
        ("SELECT * FROM (SELECT 1 AS a, 2 AS a)", ["a", "a_1"]),
        ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT * FROM r", ["n"]),
        ("SELECT * FROM orders, unnest(tags) AS t(tag)", ["id", "customer", "price", "status", "day", "tags", "place", "tag"]),
        ("SELECT * FROM items PIVOT (sum(qty) FOR sku IN ('a', 'b'))", ["orders", "a", "b"]),
        ("SELECT * FROM items UNPIVOT (v FOR n IN (orders, qty))", ["sku", "n", "v"]),
        ("FROM (PIVOT items ON sku IN ('a' AS one, 'b') USING sum(qty) AS q GROUP BY orders)", ["orders", "one_q", "b_q"]),
        ("SELECT * FROM customers JOIN items ON true CROSS JOIN (SELECT 1 AS id, 2 AS b) UNPIVOT (v FOR n IN (qty, b))", ["id", "name", "country", "orders", "sku", "id_1", "n", "v"]),
        ("FROM (VALUES (1, 2)) AS v(a, b) JOIN customers ON true SELECT v.b, name", ["b", "name"]),
    ],
)  # fmt: skip
def test_output_names(sql: str, expected: list[str]) -> None:
    assert names(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        # A comma binds less than a JOIN: what USING merges lies between two commas.
        ("SELECT * FROM customers c, customers d JOIN items i USING (id)", "id name country id name country orders sku qty"),
        ("SELECT id FROM customers c, customers d JOIN items i USING (id)", "id"),
        ("SELECT * FROM customers c JOIN items i USING (id) JOIN customers d ON true", "id name country orders sku qty id name country"),
        ("SELECT * FROM customers JOIN items USING (id), customers d JOIN items e USING (id)", "id name country orders sku qty id name country orders sku qty"),
        ("SELECT * FROM items JOIN (customers c JOIN customers d USING (id)) USING (id)", "orders sku qty id name country name country"),
        ("SELECT * FROM customers c RIGHT JOIN (SELECT 1 AS ID) USING (id)", "ID name country"),
        ("SELECT id FROM customers SEMI JOIN items USING (id) JOIN customers d ON true", "id"),
        ("SELECT id FROM customers NATURAL ANTI JOIN items, customers d", "id"),
    ],
)  # fmt: skip
def test_what_using_merges(sql: str, expected: str) -> None:
    known = {"customers": RELATIONS["customers"], "items": "orders INTEGER, sku VARCHAR, qty SMALLINT, id INTEGER"}
    found = bound(sql, relations=known)
    assert [problem.message for problem in found.places.problems] == []
    assert " ".join(c.name for c in found.facts.interface.columns) == expected


def test_on_looks_to_the_last_comma_first() -> None:
    sql = "SELECT 1 AS a FROM customers x, customers y JOIN items ON id = orders AND x.name = sku AND country = ''"
    assert problems(sql) == []
    assert (
        rows(sql) == "customers.country JOIN, customers.id JOIN, customers.name JOIN, items.orders JOIN, items.sku JOIN"
    )
    assert problems(sql.replace(", customers y", " CROSS JOIN customers y"))[0] == "ambiguous-column: id"


def test_pivots_before_and_behind_using() -> None:
    made = "(SELECT 1 AS id, 2 AS b, 'x' AS name) UNPIVOT (v FOR n IN (b)) AS u"
    assert names(f"SELECT * FROM customers JOIN {made} USING (id)") == ["id", "name", "country", "name", "n", "v"]
    made = "(SELECT 1 AS id, 2 AS b, 'x' AS name) AS s USING (id) UNPIVOT (v FOR n IN (b))"
    assert names(f"SELECT * FROM customers JOIN {made}") == ["id", "name", "country", "name_1", "n", "v"]


def test_bigquery_joins_from_left_to_right() -> None:
    assert problems("SELECT 1 AS x FROM customers c, customers d JOIN orders USING (id)", "bigquery") == [
        "ambiguous-column: id"
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT DATE '2024-01-31'::VARCHAR AS a", "a VARCHAR"),
        ("SELECT TIMESTAMP WITH TIME ZONE '2024-01-31 00:00:00+00'::DATE AS a", "a DATE"),
        ("SELECT DECIMAL(4, 2) '1.5'::INTEGER AS a", "a INTEGER"),
        ("SELECT [DATE '2024-01-31'::TIMESTAMP] AS a", "a TIMESTAMP[]"),
        ("SELECT INTERVAL '1 day'::VARCHAR AS a", "a VARCHAR"),
        ("SELECT id IN [1, 2]::INTEGER[] AS a FROM orders", "a BOOLEAN"),
        ("SELECT status NOT IN tags[1:2] || [name] AS a FROM orders, customers", "a BOOLEAN"),
        ("SELECT -2147483648 AS a", "a BIGINT"),
    ],
)
def test_casts_and_operands_bind_as_in_duckdb(sql: str, expected: str) -> None:
    parsed = parse_query(read_model(sql, "duckdb"))
    assert parsed.problems == ()
    assert columns(sql) == [expected]


def test_checksum_is_no_aggregate_in_tsql() -> None:
    assert problems("SELECT id FROM orders WHERE RAND(CHECKSUM(NEWID())) <= 0.5", "tsql") == []


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT nam FROM customers", ["unknown-column: nam"]),
        ("SELECT c.nam FROM customers c", ["unknown-column: nam"]),
        ("SELECT x.id FROM customers c", ["unknown-table-alias: x"]),
        ("SELECT id FROM customers, orders", ["ambiguous-column: id"]),
        ("SELECT 1, 2 UNION SELECT 3", ["set-operation-columns: 3"]),
        ("SELECT name, count(*) FROM customers GROUP BY country", ["not-grouped: name"]),
        ("SELECT id FROM customers ORDER BY 2", ["ordinal-out-of-range: 2"]),
        ("SELECT * EXCLUDE (nope) FROM customers", ["unknown-column: nope"]),
        ("SELECT nope FROM customers, unknown_relation", []),
        ("SELECT u.nope, nope FROM unknown_relation u", []),
        ("SELECT a, b + 1 AS c FROM (SELECT * FROM unknown_relation)", []),
        ("SELECT id AS x, x + 1 AS y FROM customers WHERE x > 1 ORDER BY y", []),
        ("SELECT (SELECT max(price) FROM orders WHERE customer = c.id) FROM customers c", []),
        ("SELECT rowid FROM customers", []),
        ("SELECT customers FROM customers", []),
        ("SELECT country, count(*) FROM customers GROUP BY ALL", []),
        ("SELECT list_filter(tags, lambda t: t <> status) FROM orders", []),
    ],
)
def test_problems(sql: str, expected: list[str]) -> None:
    assert problems(sql) == expected


def test_candidates_are_offered() -> None:
    (problem,) = bound("SELECT contry FROM customers").places.problems
    assert problem.data["candidates"] == ["country"]
    assert "Did you mean country?" in problem.message


def test_edges_see_through_ctes_and_stars() -> None:
    sql = "WITH o AS (SELECT * FROM orders), p AS (SELECT customer AS c, price * 2 AS double FROM o) SELECT c, sum(double) FROM p GROUP BY c"
    assert edges(sql) == ["orders.customer IDENTITY", "orders.price AGGREGATION"]
    assert rows(sql) == "orders.customer GROUP_BY"


def test_columns_of_an_undescribed_relation_are_followed() -> None:
    sql = "WITH r AS (SELECT * FROM raw.items) SELECT sku, r.qty * 2 AS q FROM r"
    assert edges(sql) == ["raw.items.sku IDENTITY", "raw.items.qty TRANSFORMATION"]
    assert bound(sql).facts.interface.complete
    assert not bound("SELECT * FROM raw.items").facts.interface.complete


def test_alias_precedence_is_duckdbs() -> None:
    """A column hides an alias everywhere but in ORDER BY (measured on DuckDB)."""
    assert edges("SELECT customer AS id, id + 1 AS next FROM orders")[1] == "orders.id TRANSFORMATION"
    assert rows("SELECT customer AS id FROM orders ORDER BY id LIMIT 1") == "orders.customer SORT"
    assert rows("SELECT customer AS id FROM orders WHERE id > 1") == "orders.id FILTER"


def test_references() -> None:
    sql = "WITH big AS (SELECT id AS key FROM orders) SELECT b.key FROM big AS b"
    assert meaning_at(sql, "key") == ["column - key defined as key", "column - key defined as key"]
    assert meaning_at(sql, "big") == ["cte - big defined as big", "cte - big defined as big"]
    assert meaning_at(sql, "id") == ["column orders id"]
    assert meaning_at(sql, "orders") == ["model orders orders"]


def test_damaged_text_keeps_what_stands_before() -> None:
    sql = "SELECT c.id, c.name, FROM customers c WHERE"
    assert meaning_at(sql, "c.id"[2:]) == ["column customers id"]
    assert columns(sql)[:2] == ["id INTEGER", "name VARCHAR"]


def test_a_cast_without_an_alias_is_told_by_the_engines_name() -> None:
    """SQLMesh and others name it by its column: who comes from there is told what to write."""
    (problem,) = bound("SELECT id FROM (SELECT id::BIGINT FROM customers) AS c").places.problems
    assert problem.message == (
        'There is no column "id". The engine names the cast `CAST(id AS BIGINT)`: write `AS id` behind it where it is made.'
    )
