"""COLUMNS(...), method calls and `unnest` of structs: what they stand for, and where their columns come from."""

from __future__ import annotations

from tests.unit.semantics.helper import edges, names, query


def test_columns_with_a_lambda() -> None:
    assert names("SELECT COLUMNS(lambda c: c LIKE '%s' AND c <> 'tags') FROM orders") == ["status"]
    assert names("SELECT COLUMNS(lambda c: starts_with(c, 'c') OR upper(c) IN ('ID')) FROM customers") == [
        "id",
        "country",
    ]


def test_a_lambda_that_only_the_engine_can_follow_leaves_the_interface_open() -> None:
    scope = query("SELECT COLUMNS(lambda c: hash(c) > 7) FROM orders").scopes[-1]
    assert scope.open_star  # type: ignore[union-attr]


def test_groups_of_the_pattern_in_the_alias() -> None:
    assert names(r"SELECT COLUMNS('(c).*') AS '\1_\0' FROM customers") == ["c_country"]


def test_a_method_reads_its_column() -> None:
    assert edges("SELECT name.upper().length() AS n FROM customers") == ["customers.name TRANSFORMATION"]
    assert edges("SELECT orders.status.split(',')[1] AS n FROM orders") == ["orders.status TRANSFORMATION"]
    assert edges("SELECT main.abs(id) AS n FROM orders") == ["orders.id TRANSFORMATION"]


def test_lists_inside_a_struct_stay_lists() -> None:
    assert names("SELECT unnest([{'a': 1, 'b': [{'c': 2}]}], recursive := true)") == ["a", "b"]
