"""Completion and signature help at `$0`, in half-typed text."""

import pytest

from lsp_server.ide.completion import Item, completions
from lsp_server.ide.completion_words import distance
from lsp_server.ide.signature_help import signature_help
from tests.unit.ide.workspace import graph_of, opened

SHOP = """\
--- models/customers.sql
MODEL (name shop.customers, kind FULL, grain id);
SELECT 1::BIGINT AS id, 'x' AS name
--- models/orders.sql
MODEL (name shop.orders, kind FULL, grain order_id);
SELECT 1::BIGINT AS order_id, 2::BIGINT AS customer_id, 2.0 AS total
--- models/main.sql
MODEL (name shop.main);
"""


def proposed(query: str, *kinds: str) -> list[Item]:
    graph, parsed = opened(SHOP + query + "\n")
    found = completions(graph, *parsed.cursor).items
    return [item for item in found if not kinds or item.kind in kinds]


def labels(query: str, *kinds: str) -> list[str]:
    return [item.label for item in proposed(query, *kinds)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT o.$0 FROM shop.orders AS o",
        "SELECT o.$0\nFROM shop.orders AS o\nWHERE",
        "SELECT o.total, FROM shop.orders AS o WHERE o.$0",
        "WITH a AS (SELECT o.$0 FROM shop.orders AS o) SELECT 1 FROM a",
        "SELECT coalesce(o.$0 FROM shop.orders AS o",
        "SELECT 1 FROM shop.customers AS c JOIN shop.orders AS o ON o.$0",
    ],
)
def test_columns_of_exactly_the_qualified_relation(query: str) -> None:
    assert labels(query) == ["customer_id", "order_id", "total"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name FROM shop.customers UNION ALL SELECT $0 FROM shop.orders",
        "SELECT o.name FROM shop.customers AS o UNION ALL BY NAME SELECT o.$0 FROM shop.orders AS o",
        "SELECT o.$0 FROM shop.orders AS o EXCEPT SELECT o.name FROM shop.customers AS o",
        "WITH a AS (SELECT id FROM shop.customers UNION SELECT $0 FROM shop.orders UNION SELECT 1 AS id FROM shop.customers) SELECT 1",
    ],
)
def test_each_branch_of_a_union_has_its_own_columns(query: str) -> None:
    assert labels(query, "column") == ["customer_id", "order_id", "total"]


def test_a_star_with_exceptions_is_no_set_operation() -> None:
    text = (
        SHOP.replace("shop.main)", "shop.main, dialect bigquery)") + "SELECT * EXCEPT (order_id), $0 FROM shop.orders\n"
    )
    graph, parsed = opened(text)
    found = [item.label for item in completions(graph, *parsed.cursor).items if item.kind == "column"]
    assert found == ["customer_id", "order_id", "total"]


def test_columns_in_scope_come_before_everything_else() -> None:
    found = labels("SELECT $0 FROM shop.orders AS o")
    assert found[:3] == ["customer_id", "order_id", "total"]
    assert "name" not in found


def test_columns_of_two_relations_with_one_name_are_qualified() -> None:
    found = proposed("SELECT $0 FROM shop.orders AS o JOIN shop.orders AS p ON o.order_id = p.order_id", "column")
    assert {"o.total", "p.total"} <= {item.insert for item in found}


def test_models_and_ctes_after_from() -> None:
    found = proposed("WITH paid AS (SELECT 1 AS x) SELECT 1 FROM $0", "model", "cte")
    assert [item.label for item in found] == ["paid", "shop.customers", "shop.orders"]
    assert found[1].insert == "shop.customers AS ${1:c}"
    assert labels("SELECT 1 FROM shop.cu$0") == ["customers"]


def test_a_join_condition_from_the_grain() -> None:
    query = "SELECT 1 FROM shop.orders AS o JOIN shop.customers AS c ON $0"
    assert labels(query, "condition") == ["o.customer_id = c.id"]


def test_a_join_condition_from_lineage() -> None:
    text = """\
--- models/a.sql
MODEL (name shop.a, grain id);
SELECT 1::BIGINT AS id
--- models/b.sql
MODEL (name shop.b);
SELECT a.id AS source_row, 1 AS other FROM shop.a AS a
--- models/main.sql
MODEL (name shop.main);
SELECT 1 FROM shop.a AS a JOIN shop.b AS b ON $0
"""
    graph, parsed = opened(text)
    found = [item.label for item in completions(graph, *parsed.cursor).items if item.kind == "condition"]
    assert found == ["a.id = b.source_row"]


def test_order_by_offers_the_output() -> None:
    assert "twice" in labels("SELECT total * 2 AS twice FROM shop.orders ORDER BY $0", "column")


def test_functions_of_the_dialect() -> None:
    found = {item.label: item for item in proposed("SELECT date_tr$0 FROM shop.orders", "function")}
    assert "date_trunc" in found
    assert found["date_trunc"].detail == (
        "(part VARCHAR, timestamp DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> TIMESTAMP/INTERVAL/TIMESTAMPTZ"
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("MODEL (name a.b, $0", {"kind", "owner", "grain", "audits"}),
        ("MODEL (name a.b, kind $0", {"FULL", "VIEW", "INCREMENTAL_BY_TIME_RANGE"}),
        ("MODEL (name a.b, kind INCREMENTAL_BY_TIME_RANGE ($0", {"time_column", "lookback"}),
        ("MODEL (name a.b, dialect $0", {"duckdb", "snowflake"}),
        ("MODEL (name a.b, grain $0); SELECT 1 AS id", {"id"}),
    ],
)
def test_words_of_the_header(header: str, expected: set[str]) -> None:
    graph, parsed = opened(header)
    found = {item.label for item in completions(graph, *parsed.cursor).items}
    assert expected <= found
    assert "name" not in found or "name" in expected


def test_nothing_inside_texts_comments_and_new_names() -> None:
    for query in ("SELECT 'a$0' FROM shop.orders", "SELECT 1 -- a$0", "SELECT 1 AS a$0"):
        assert labels(query) == []


def test_signature_help_knows_the_parameter() -> None:
    graph, parsed = opened("SELECT date_trunc('month', $0")
    found = signature_help(graph, *parsed.cursor)
    assert found is not None
    assert (found.function.name, found.parameter) == ("date_trunc", 1)
    assert found.function.parameters[found.signature] == (
        "part VARCHAR",
        "timestamp DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP",
    )
    graph, parsed = opened("SELECT (1 + $0")
    assert signature_help(graph, *parsed.cursor) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT @EACH([a, b], $0", "@EACH: x -> expression"),
        ("SELECT @STAR(shop.orders, exclude := [total, $0", "@STAR: exclude := []"),
        ("SELECT @STAR(shop.orders, prefix := $0", "@STAR: prefix := ''"),
        ("SELECT a FROM shop.orders @WHERE($0", "@WHERE: condition"),
        ("SELECT date_trunc ('month', $0", "date_trunc: timestamp DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP"),
        ("SELECT * FROM read_csv('a.csv', header = $0", "read_csv: header BOOLEAN"),
        ("SELECT COUNT($0", "count: arg ANY"),
        ("SELECT COALESCE(a, b, c, d, $0", "coalesce: ANY ..."),
        ("SELECT 1 IN ($0", ""),
        ("SELECT SUM(1) OVER ($0", ""),
        ("SELECT nobody_knows($0", ""),
    ],
)
def test_what_signature_help_points_at(query: str, expected: str) -> None:
    graph, parsed = opened(query)
    found = signature_help(graph, *parsed.cursor)
    shown = f"{found.function.name}: {found.function.parameters[found.signature][found.parameter]}" if found else ""
    assert shown == expected


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("SELECT 1 FROM shop.orders AS o JOIN shop.customers AS c ON o.customer_id = $0", ["c.id"]),
        ("SELECT 1 FROM shop.orders AS o JOIN shop.customers AS c ON o.customer_id = c.$0", ["id", "name"]),
        (
            "SELECT order_id, SUM(total) AS paid, total * 2 AS twice FROM shop.orders GROUP BY $0",
            ["twice", "customer_id"],
        ),
        ("SELECT order_id, SUM(total) AS paid FROM shop.orders GROUP BY 1 ORDER BY $0", ["paid", "customer_id"]),
        ("SELECT ROW_NUMBER() OVER (PARTITION BY total ORDER BY $0) FROM shop.orders", ["customer_id", "order_id"]),
        ("SELECT total::$0 FROM shop.orders", ["INTEGER", "BIGINT"]),
        ("SELECT CAST(total AS $0 FROM shop.orders", ["INTEGER", "BIGINT"]),
        ("SELECT cou$0 FROM shop.orders", ["count", "count_if"]),
        ("SELECT total $0 FROM shop.orders", ["AND", "AS"]),
        ("SELECT total * $0 FROM shop.orders", ["customer_id", "order_id", "total"]),
        ("WITH x AS (SELECT 1 AS a)\n$0", ["FROM", "SELECT"]),
        ("WITH x AS (SELECT 1 AS a), y AS (SELECT * FROM $0) SELECT 1", ["x", "shop.customers"]),
        (
            "SELECT 1 FROM shop.orders AS o WHERE EXISTS (SELECT 1 FROM shop.customers AS c WHERE c.id = $0)",
            ["id", "name", "c", "o.customer_id"],
        ),
    ],
)
def test_the_likeliest_comes_first(query: str, first: list[str]) -> None:
    assert labels(query)[: len(first)] == first


def test_no_text_of_the_servers_own_is_offered() -> None:
    assert not [label for label in labels("SELECT total + 1 FROM shop.orders ORDER BY $0") if "__hw" in label]


def test_nothing_in_a_text_that_is_not_closed_yet() -> None:
    assert labels("SELECT * FROM read_csv('a$0") == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("MODEL (name a.b, audits ($0)); SELECT 1 AS id", "not_null"),
        ("MODEL (name a.b, audits (not_null(columns := ($0)))); SELECT 1 AS id", "id"),
        ("MODEL (name a.b, columns (id $0)); SELECT 1 AS id", "BIGINT"),
    ],
)
def test_audits_their_columns_and_types(header: str, expected: str) -> None:
    graph, parsed = opened(f"--- models/m.sql\n{header}\n")
    assert expected in [item.label for item in completions(graph, *parsed.cursor).items]


@pytest.mark.parametrize("prefix", ["", "o", "or", "ers", "sho", "od", "zz"])
def test_of_many_models_those_that_fit_best_come_first(prefix: str) -> None:
    """They are told apart by whole lists; here by what each says of itself."""
    words = ("orders", "order_days", "riders", "folders", "old_data", "shop", "zeal")
    names = [f"{schema}.{word}" for schema in ("shop", "other", "orders") for word in words]
    files = {f"models/{n}.sql": f"MODEL (name {name}); SELECT 1 AS id" for n, name in enumerate(names)}
    typed = f"MODEL (name shop.typed); SELECT 1 FROM {prefix}"
    graph = graph_of({**files, "models/typed.sql": typed})
    found = [
        item.label for item in completions(graph, "models/typed.sql", len(typed), limit=8).items if item.kind == "model"
    ]

    def fits(name: str) -> tuple[int, bool, str] | None:
        far = distance(prefix, name) if prefix else 0
        return None if far is None else (far, not name.startswith("shop."), name)

    fitting = sorted(key for name in names if (key := fits(name)) is not None)
    assert found == [name for _, _, name in fitting][:8]


STATIONS = """\
--- models/stations.sql
MODEL (name shop.stations, kind FULL, grain station_id);
SELECT 'S1' AS station_id, 'x' AS area
--- models/rides.sql
MODEL (name shop.rides, kind FULL, grain ride_id);
SELECT 1 AS ride_id, 'S1' AS start_station_id, 'S2' AS end_station_id, 'y' AS bike
--- models/main.sql
MODEL (name shop.main);
"""


def joined(query: str, *kinds: str) -> list[str]:
    graph, parsed = opened(STATIONS + query + "\n")
    return [item.label for item in completions(graph, *parsed.cursor).items if item.kind in kinds]


def test_a_key_in_a_role_is_joined() -> None:
    assert joined("SELECT 1 FROM shop.rides AS r JOIN shop.stations AS s ON $0", "condition") == [
        "r.end_station_id = s.station_id",
        "r.start_station_id = s.station_id",
    ]


def test_behind_on_stand_the_columns_of_the_joined_table_first_and_behind_one_of_them_the_others() -> None:
    query = "SELECT 1 FROM shop.stations AS s JOIN shop.rides AS r ON "
    assert joined(query + "$0", "column")[:4] == ["bike", "end_station_id", "ride_id", "start_station_id"]
    assert joined(query + "r.bike = $0", "column")[:2] == ["area", "station_id"]
    assert joined(query + "s.area = $0", "column")[0] == "bike"


def test_models_of_a_schema_in_a_dialect_that_folds_to_upper_case() -> None:
    graph, parsed = opened(
        "--- models/a.sql\nMODEL (name shop.orders, dialect snowflake); SELECT 1 AS id\n"
        "--- models/b.sql\nMODEL (name shop.b, dialect snowflake); SELECT * FROM shop.or$0\n"
    )
    found = completions(graph, *parsed.cursor)
    assert [(item.label, item.data) for item in found.items] == [("ORDERS", ("model", "SHOP.ORDERS"))]
