"""Unit tests in SQLMesh's YAML: what passes, what fails, and how a failure reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.environments.unit_tests.reading import read_tests
from lsp_server.environments.unit_tests.running import ERROR, FAILED, PASSED, Result, run_tests, table_text
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import Column, Interface

ORDERS = """MODEL (name shop.orders, kind FULL);
WITH paid AS (SELECT id, price * 1.5 AS total, placed FROM raw.items WHERE price > @VAR('least', 0))
SELECT id, total, placed, CURRENT_DATE AS seen FROM paid WHERE placed <= @end_date
"""


def run(yaml: str, model: str = ORDERS) -> Result:
    graph = Graph()
    graph.set_config(Config(variables={"least": 0}))
    columns = (Column("id", "INTEGER"), Column("price", "DOUBLE"), Column("placed", "DATE"))
    graph.set_tables("sources", {"raw.items": Interface(columns)})
    graph.set_file("models/orders.sql", model)
    graph.stabilise()
    tests, problems = read_tests("tests/test_orders.yaml", yaml)
    assert not problems
    return run_tests(graph, Path("/"), tests)[0]


YAML = """test_orders:
  model: shop.orders
  vars: {execution_time: '2024-02-03', end: '2024-01-31', least: 1}
  inputs:
    raw.items:
      - {id: 1, price: 2, placed: '2024-01-31'}
      - {id: 2, price: 0.5, placed: '2024-01-31'}
      - {id: 3, price: 4, placed: '2024-02-01'}
  outputs:
    ctes:
      paid:
        partial: true
        rows: [{id: 3, total: 6}, {id: 1}]
    query:
      rows:
        - {id: 1, total: 3.0, placed: '2024-01-31', seen: '2024-02-03'}
"""


def test_given_expect_ctes_partial_variables_and_a_clock_that_stands() -> None:
    result = run(YAML.replace("[{id: 3, total: 6}, {id: 1}]", "[{id: 3, total: 6}, {id: 1, total: 3}]"))
    assert (result.outcome, result.message) == (PASSED, "")


def test_a_failure_shows_both_sides_and_its_place() -> None:
    yaml = YAML.replace("total: 3.0", "total: 4.0").replace("[{id: 3, total: 6}, {id: 1}]", "[{id: 3}, {id: 1}]")
    result = run(yaml)
    assert result.outcome == FAILED
    difference = result.differences[0]
    assert yaml[difference.span.start :].startswith("{id: 1, total: 4.0")
    assert table_text(difference).splitlines() == [
        "  id | total | placed     | seen",
        "- 1  | 4.0   | 2024-01-31 | 2024-02-03",
        "+ 1  | 3.0   | 2024-01-31 | 2024-02-03",
    ]


def test_a_row_that_comes_twice_is_not_expected_once() -> None:
    result = run(YAML.replace("[{id: 3, total: 6}, {id: 1}]", "[{id: 3}, {id: 1}, {id: 1}]"))
    assert result.differences[0].message == "paid: 1 row is missing"


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        (YAML.replace("shop.orders", "shop.nothing"), "there is no model shop.nothing"),
        (YAML.replace("paid:", "unpaid:"), "there is no CTE unpaid"),
        (YAML.replace("price: 0.5", "price: much"), "Conversion Error"),
    ],
)
def test_errors_are_told(yaml: str, message: str) -> None:
    result = run(yaml)
    assert result.outcome == ERROR and message in result.message


def test_a_column_that_is_not_there_is_named() -> None:
    result = run(YAML.replace("total: 3.0", "sum: 3.0"))
    assert "query has no column sum (it has id, total, placed, seen)" in result.message


def test_a_file_that_is_no_test_is_a_problem_at_its_place() -> None:
    assert read_tests("t.yaml", "test_a: {model: x.y}")[1][0].code == "test-outputs"
    assert read_tests("t.yaml", "test_a: {outputs: {query: []}}")[1][0].code == "test-model"
    assert read_tests("t.yaml", "a: [")[1][0].code == "yaml-syntax"
