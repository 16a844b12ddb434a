"""Definition, type definition, implementation, hierarchies: through stars, CTEs and files."""

import pytest

from lsp_server.ide import definition, hierarchy
from lsp_server.ide.outline import workspace_symbols
from lsp_server.ide.references import references
from tests.unit.ide.workspace import opened

SHOP = """
--- models/raw.sql
MODEL (name raw.items, kind FULL);
SELECT 1 AS id, 2.5 AS price, 3 AS qty
--- models/orders.sql
MODEL (name shop.orders, grain id);
WITH priced AS (
  SELECT i.id, i.price * i.qty AS total FROM raw.items AS i
)
SELECT p.id, p.total AS total FROM priced AS p WHERE p.total > 0
--- models/every.sql
MODEL (name shop.every);
SELECT * FROM shop.orders
--- models/report.sql
MODEL (name shop.report);
SELECT SUM(e.total) AS revenue FROM shop.every AS e
"""


def texts(graph, places) -> list[str]:
    return [f"{place.path}: {graph.text(place.path)[place.span.start : place.span.end]}" for place in places]


def check_definition(old: str, new: str, *expected: str, ask=definition.definition) -> None:
    assert old in SHOP
    graph, fixture = opened(SHOP.replace(old, new, 1))
    assert texts(graph, ask(graph, *fixture.cursor)) == list(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("FROM shop.orders", "FROM shop.or$0ders", "models/orders.sql: shop.orders"),
        ("FROM priced AS p", "FROM pri$0ced AS p", "models/orders.sql: priced"),
        ("WHERE p.total", "WHERE $0p.total", "models/orders.sql: p"),
        ("WHERE p.total", "WHERE p.to$0tal", "models/orders.sql: total"),
        ("i.price *", "i.pr$0ice *", "models/raw.sql: price"),
        ("grain id", "grain i$0d", "models/orders.sql: p.id"),
    ],
)
def test_definition(old: str, new: str, expected: str) -> None:
    check_definition(old, new, expected)


def test_a_column_that_came_through_a_star_leads_to_who_makes_it() -> None:
    check_definition("SUM(e.total)", "SUM(e.to$0tal)", "models/orders.sql: total")


def test_on_a_definition_that_only_repeats_the_source_is_the_answer() -> None:
    check_definition("AS total FROM priced", "AS to$0tal FROM priced", "models/orders.sql: total")


def test_type_definition_is_the_model() -> None:
    check_definition("SUM(e.total)", "SUM(e.to$0tal)", "models/every.sql: shop.every", ask=definition.type_definition)
    check_definition(
        "FROM shop.every AS e", "FROM shop.every AS $0e", "models/every.sql: shop.every", ask=definition.type_definition
    )


def test_implementation_is_the_end_of_the_chain() -> None:
    check_definition("SUM(e.total)", "SUM(e.to$0tal)", "models/orders.sql: total", ask=definition.implementation)
    check_definition(
        "FROM shop.every AS e", "FROM shop.ev$0ery AS e", "models/every.sql: SELECT * FROM shop.orders",
        ask=definition.implementation,
    )  # fmt: skip


def test_nothing_under_the_cursor_is_no_definition() -> None:
    check_definition("SELECT *", "$0SELECT *")


def test_the_hierarchy_of_a_column_is_its_lineage() -> None:
    graph, fixture = opened(SHOP.replace("AS revenue", "AS reve$0nue"))
    item = hierarchy.column_at(graph, *fixture.cursor)
    assert (item.model, item.column, item.detail) == ("shop.report", "revenue", "DOUBLE") or item.detail
    up = hierarchy.incoming(graph, "shop.report", "revenue")
    assert [(step.item.model, step.item.column, step.subtypes) for step in up] == [
        ("shop.every", "total", ("AGGREGATION",))
    ]
    up = hierarchy.incoming(graph, "shop.orders", "total")
    assert [(step.item.column, step.subtypes) for step in up] == [
        ("price", ("TRANSFORMATION",)),
        ("qty", ("TRANSFORMATION",)),
    ]
    down = hierarchy.outgoing(graph, "raw.items", "price")
    assert [(step.item.model, step.item.column) for step in down] == [("shop.orders", ""), ("shop.orders", "total")]


def test_the_hierarchy_of_models() -> None:
    graph, fixture = opened(SHOP.replace("FROM shop.orders", "FROM shop.ord$0ers"))
    item = hierarchy.model_under(graph, *fixture.cursor)
    assert item.model == "shop.orders"
    assert [i.model for i in hierarchy.supertypes(graph, "shop.orders")] == ["raw.items"]
    assert [i.model for i in hierarchy.subtypes(graph, "shop.orders")] == ["shop.every"]


CHAIN = """
--- models/raw.sql
MODEL (name raw.repairs, kind FULL);
SELECT 1 AS id, 5 AS cost, DATE '2026-01-01' AS date
--- models/repairs.sql
MODEL (name shop.repairs, grain id, columns (id INT, cost INT, date DATE), audits (forall(criteria := (cost >= 0))));
SELECT id, cost, date FROM raw.repairs
--- models/report.sql
MODEL (name shop.report);
SELECT SUM(cost) AS total, MAX(date) AS last FROM shop.repairs
"""


def check_references(old: str, new: str, *expected: str) -> None:
    assert old in CHAIN
    graph, fixture = opened(CHAIN.replace(old, new, 1))
    found = references(graph, *fixture.cursor)
    shown = [(graph.text(site.path)[: site.span.start].count("\n") + 1, site) for site in found]
    assert [f"{s.path}:{line} {graph.text(s.path)[slice(*s.span)]}" for line, s in shown] == list(expected)


def test_a_bare_name_in_a_projection_is_found_as_what_it_reads_and_as_what_it_makes() -> None:
    check_references(
        "SELECT id, cost",
        "SELECT id, co$0st",
        "models/raw.sql:2 cost",
        "models/repairs.sql:1 cost",
        "models/repairs.sql:1 cost",
        "models/repairs.sql:2 cost",
        "models/report.sql:2 cost",
    )


def test_the_header_names_columns_that_can_be_looked_for() -> None:
    check_references(
        "(cost >= 0)",
        "(co$0st >= 0)",
        "models/repairs.sql:1 cost",
        "models/repairs.sql:1 cost",
        "models/report.sql:2 cost",
    )


def test_the_hierarchy_of_a_bare_name_is_that_of_the_models_own_column() -> None:
    graph, fixture = opened(CHAIN.replace("SELECT id, cost", "SELECT id, co$0st"))
    item = hierarchy.column_at(graph, *fixture.cursor)
    assert (item.model, item.column) == ("shop.repairs", "cost")


def test_a_column_is_found_where_it_is_made() -> None:
    graph, _ = opened(CHAIN + "--- models/all.sql\nMODEL (name shop.all);\nSELECT * FROM shop.report\n")
    hits = workspace_symbols(graph, "total")
    assert [(hit.container, graph.text(hit.path)[slice(*hit.span)]) for hit in hits] == [
        ("shop.all", "shop.all"),
        ("shop.report", "total"),
    ]
