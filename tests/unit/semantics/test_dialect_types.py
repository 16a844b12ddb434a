"""Types that a query computes in other dialects than DuckDB: what the dialect's manual says, or UNKNOWN; never DuckDB's own."""

from __future__ import annotations

import pytest

from tests.unit.semantics.helper import bound

COLUMNS = {
    "postgres": "i INT, b BIGINT, d DOUBLE PRECISION, n DECIMAL(10, 2), s TEXT, day DATE",
    "bigquery": "i INT64, b INT64, d FLOAT64, n NUMERIC, s STRING, day DATE",
    "databricks": "i INT, b BIGINT, d DOUBLE, n DECIMAL(10, 2), s STRING, day DATE",
    "spark": "i INT, b BIGINT, d DOUBLE, n DECIMAL(10, 2), s STRING, day DATE",
    "hive": "i INT, b BIGINT, d DOUBLE, n DECIMAL(10, 2), s STRING, day DATE",
    "snowflake": "I INT, B BIGINT, D FLOAT, N DECIMAL(10, 2), S VARCHAR, DAY DATE",
    "redshift": "i INTEGER, b BIGINT, d DOUBLE PRECISION, n DECIMAL(10, 2), s VARCHAR(20), day DATE",
    "trino": "i INTEGER, b BIGINT, d DOUBLE, n DECIMAL(10, 2), s VARCHAR, day DATE",
    "tsql": "i INTEGER, b BIGINT, d FLOAT, n NUMERIC(10, 2), s VARCHAR(20), day DATE",
    "mysql": "i INT, b BIGINT, d DOUBLE, n DECIMAL(10, 2), s TEXT, day DATE",
    "clickhouse": "i Int32, b Int64, d Float64, n Decimal(10, 2), s String, day Date",
}
HEAD = ("1", "'x'", "i + 1", "i + b", "i * d", "i / 2", "i = 1", "count(*)", "sum(i)", "sum(n)", "avg(i)", "coalesce(d, 0)", "upper(s)",
        "row_number() OVER ()", "max(day)")  # fmt: skip
U = "UNKNOWN"
EXPECTED = {
    "postgres": ("INT", "TEXT", "INT", "BIGINT", "DOUBLE PRECISION", "INT", "BOOLEAN", "BIGINT", "BIGINT", "DECIMAL", "DECIMAL",
                 "DOUBLE PRECISION", "TEXT", "BIGINT", "DATE"),
    "bigquery": ("INT64", "STRING", "INT64", "INT64", "FLOAT64", "FLOAT64", "BOOL", "INT64", "INT64", "NUMERIC", "FLOAT64", "FLOAT64",
                 "STRING", "INT64", "DATE"),
    "databricks": ("INT", "STRING", "INT", "BIGINT", "DOUBLE", "DOUBLE", "BOOLEAN", "BIGINT", "BIGINT", "DECIMAL(20, 2)", "DOUBLE", "DOUBLE",
                   "STRING", "INT", "DATE"),
    "snowflake": (U, "VARCHAR", "DECIMAL(38, 0)", "DECIMAL(38, 0)", "FLOAT", U, "BOOLEAN", "DECIMAL(18, 0)", "DECIMAL(38, 0)", "DECIMAL(38, 2)",
                  U, "FLOAT", "VARCHAR", U, "DATE"),
    "redshift": ("INTEGER", "VARCHAR", "INTEGER", "BIGINT", "DOUBLE PRECISION", "INTEGER", "BOOLEAN", "BIGINT", "BIGINT", U, "BIGINT",
                 "DOUBLE PRECISION", "VARCHAR", "BIGINT", "DATE"),
    "trino": ("INTEGER", "VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "INTEGER", "BOOLEAN", "BIGINT", "BIGINT", "DECIMAL(38, 2)", "DOUBLE",
              "DOUBLE", "VARCHAR", "BIGINT", "DATE"),
    "tsql": ("INTEGER", "VARCHAR", "INTEGER", "BIGINT", "FLOAT", "INTEGER", "BIT", "INTEGER", "INTEGER", "DECIMAL(38, 2)", "INTEGER", "FLOAT",
             "VARCHAR", "BIGINT", "DATE"),
    "mysql": (U, "VARCHAR", U, U, "DOUBLE", U, "INT", "BIGINT", U, U, U, "DOUBLE", "VARCHAR", U, "DATE"),
    "clickhouse": (U, U, U, U, U, U, "UInt8", "UInt64", U, U, U, U, U, U, "Date"),
}  # fmt: skip
EXPECTED |= dict.fromkeys(("spark", "hive"), EXPECTED["databricks"])


@pytest.mark.parametrize("dialect", sorted(COLUMNS))
def test_computed_types(dialect: str) -> None:
    found = {}
    for expression in HEAD:
        result = bound(f"SELECT {expression} AS c FROM t", dialect, {"t": COLUMNS[dialect]})
        found[expression] = result.facts.interface.columns[0].type
    assert found == dict(zip(HEAD, EXPECTED[dialect], strict=True))


def test_a_column_keeps_its_type_as_it_is_spelled() -> None:
    result = bound("SELECT n, s FROM t", "snowflake", {"t": COLUMNS["snowflake"]})
    assert [c.type for c in result.facts.interface.columns] == ["DECIMAL(10, 2)", "VARCHAR"]
