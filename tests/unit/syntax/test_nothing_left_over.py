"""What is parsed to be executed leaves no nodes behind: where thousands of tables are built, no collector has to look for them."""

import gc

from sqlglot import exp

from lsp_server.syntax import names
from lsp_server.syntax.execution import executable

QUERY = "WITH c AS (SELECT o.id, COUNT(*) AS n FROM shop.orders AS o GROUP BY o.id) SELECT id, list_transform([n], x -> x + 1) AS l FROM c"


def nodes() -> int:
    return sum(isinstance(each, exp.Expression) for each in gc.get_objects())


def test_a_statement_that_is_made_executable() -> None:
    made = executable(QUERY, "duckdb", "duckdb", {"shop.orders": ("p", "t")}, {})
    gc.collect()
    gc.disable()
    try:
        before = nodes()
        assert executable(QUERY, "duckdb", "duckdb", {"shop.orders": ("p", "t")}, {}) == made
        assert nodes() == before
    finally:
        gc.enable()


def test_a_name_is_quoted_once() -> None:
    names._quoted.cache_clear()
    for _ in range(10):
        assert names.quote("orders", "duckdb") == '"orders"'
        assert names.quote("orders", "bigquery") == "`orders`"
    assert names._quoted.cache_info().misses == 2
