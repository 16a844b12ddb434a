"""A query that is made ready for execution gives the rows of its text: TPC-H and TPC-DS over renamed physical tables.

And the same through macros: variables in, the same rows out.
"""

from __future__ import annotations

import duckdb
import pytest

from lsp_server.syntax.execution import executable
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query
from tests.inputs import sqlglot_fixtures


@pytest.mark.parametrize("suite", ["tpc-h", "tpc-ds"])
def test_names_replaced_rows_the_same(suite: str) -> None:
    folder = sqlglot_fixtures() / "optimizer" / suite
    made = duckdb.connect()
    made.execute("create schema shop; create schema headwater__shop")
    tables = {}
    for path in sorted(folder.glob("*.csv.gz")):
        name = path.name[:-7]
        made.execute(f"create table main.{name} as select * from read_csv('{path}', delim='|', header=true)")
        made.execute(f'create table headwater__shop."shop__{name}__0a" as from main.{name}')
        tables[name] = ("headwater__shop", f"shop__{name}__0a")
    ran = 0
    for statement in (folder / f"{suite}.sql").read_text(encoding="utf-8").split(";")[::2]:
        query = "\n".join(line for line in statement.splitlines() if not line.startswith("#"))
        if not query.strip():
            continue
        parsed = parse_query(read_model(query, "duckdb"))
        assert {".".join(table.parts).lower() for table in parsed.tables} <= set(tables)
        start, end = parsed.extent
        sql = executable(parsed.text[start:end], "duckdb", "duckdb", tables, {})
        try:
            before = made.execute(query)
            names, rows = [column[0] for column in before.description or []], before.fetchall()
        except duckdb.Error:
            continue  # the fixture's sniffed types do not fit some queries
        after = made.execute(sql)
        assert [column[0] for column in after.description or []] == names
        assert sorted(map(repr, after.fetchall())) == sorted(map(repr, rows))
        ran += 1
    assert ran >= {"tpc-h": 20, "tpc-ds": 80}[suite]


MACROS = """MODEL (name shop.report);
@DEF(threshold, 2);
WITH c AS (SELECT o.id, @EACH([a, b], x -> o.@x * 2 AS double_@x), shop.orders.ds FROM shop.orders AS o, shop.orders WHERE o.id = shop.orders.id)
SELECT id, double_a, @SAFE_DIV(double_a, double_b) AS ratio, @IF(@threshold > 1, 'many', 'few') AS word
FROM c @WHERE(TRUE) ds BETWEEN @start_ds AND @end_ds AND id > @threshold
ORDER BY id"""

PLAIN = """WITH c AS (SELECT o.id, o.a * 2 AS double_a, o.b * 2 AS double_b, p.ds FROM orders AS o, orders AS p WHERE o.id = p.id)
SELECT id, double_a, double_a / NULLIF(double_b, 0) AS ratio, 'many' AS word FROM c
WHERE ds BETWEEN '2024-01-03' AND '2024-01-08' AND id > 2 ORDER BY id"""


def test_macros_and_run_time_values() -> None:
    made = duckdb.connect()
    made.execute(
        "create table orders as select i as id, i as a, i % 3 as b, '2024-01-' || lpad(i::varchar, 2, '0') as ds from range(1, 10) t(i)"
    )
    parsed = parse_query(read_model(MACROS, "duckdb"), MacroContext("duckdb"))
    assert parsed.problems == ()
    start, end = parsed.extent
    values = {"start_ds": "'2024-01-03'", "end_ds": "'2024-01-08'"}
    sql = executable(parsed.text[start:end], "duckdb", "duckdb", {"shop.orders": ("main", "orders")}, values)
    assert made.execute(sql).fetchall() == made.execute(PLAIN).fetchall()
    assert len(made.execute(sql).fetchall()) == 6
