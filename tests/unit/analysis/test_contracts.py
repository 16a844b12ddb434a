"""What a model declares of itself, and an edit that no longer keeps it: an error, whatever the category."""

from __future__ import annotations

import pytest

from tests.specs_of_changes import graph, impact

PATH = "models/m.sql"
GROUPED = "SELECT customer, count(*) AS n, max(qty) AS q FROM orders GROUP BY customer"


def broken(header: str, before: str, after: str) -> list[str]:
    """The contract errors of the edit, all at the model's name."""
    texts = [f"MODEL (name m, kind FULL, {header});\n{query}\n" for query in (before, after)]
    old, new = (graph({PATH: text}) for text in texts)
    found = impact.impact(new, impact.baseline(old, "git:HEAD")).models.get("m")
    errors = [each for each in (found.reasons if found is not None else ()) if each.severity == "error"]
    assert all(each.code == "contract-broken" and texts[1][slice(*each.span)] == "m" for each in errors)
    return [each.message for each in errors]


BROKEN = [
    (
        "columns (customer INTEGER, n BIGINT)",
        "SELECT customer, max(qty) AS q FROM orders GROUP BY customer",
        "`n` is declared in columns (...), and the query no longer yields it",
    ),
    (
        "columns (customer INTEGER, n BIGINT)",
        "SELECT customer, CAST(count(*) AS VARCHAR) AS n FROM orders GROUP BY customer",
        "`n` is declared BIGINT, and the query now yields VARCHAR",
    ),
    (
        "grain customer",
        "SELECT count(*) AS n FROM orders GROUP BY customer",
        "`customer` is part of the grain, and the query no longer yields it",
    ),
    (
        "grain customer",
        "SELECT customer, qty AS n FROM orders",
        "the query no longer guarantees one row for each customer, which is the declared grain",
    ),
    (
        "audits (not_null(columns := (n)))",
        "SELECT customer, max(qty) AS q FROM orders GROUP BY customer",
        "`n` is checked by the audit not_null, and the query no longer yields it",
    ),
    (
        "audits (not_null(columns := (q)))",
        "SELECT customer, count(*) AS n, NULL AS q FROM orders GROUP BY customer",
        "`q` is checked by the audit not_null, and the query now yields NULL for every row",
    ),
    (
        "audits (unique_values(columns := (customer)))",
        "SELECT customer, count(*) AS n, max(qty) AS q FROM orders GROUP BY customer, status",
        "the query no longer guarantees that `customer` is unique, which the audit unique_values checks",
    ),
    (
        "audits (unique_combination_of_columns(columns := (customer, n)))",
        "SELECT customer, qty AS n FROM orders",
        "the query no longer guarantees that `customer`, `n` is unique, which the audit unique_combination_of_columns checks",
    ),
]


@pytest.mark.parametrize(("header", "after", "message"), BROKEN)
def test_a_change_that_breaks_a_declaration_is_an_error(header: str, after: str, message: str) -> None:
    assert message in broken(header, GROUPED, after)


KEPT = [
    ("columns (customer INTEGER, n BIGINT)", "SELECT customer, count(*) AS n FROM orders GROUP BY customer"),
    ("grain customer", "SELECT customer, count(*) AS n FROM orders WHERE qty > 1 GROUP BY customer"),
    ("audits (not_null(columns := (n)))", "SELECT customer, sum(qty) AS n FROM orders GROUP BY customer"),
    ("audits (unique_values(columns := (customer)))", "SELECT DISTINCT customer FROM orders"),
]


@pytest.mark.parametrize(("header", "after"), KEPT)
def test_a_breaking_change_that_keeps_the_declaration_is_none(header: str, after: str) -> None:
    assert broken(header, GROUPED, after) == []


def test_what_the_query_never_guaranteed_is_the_audits_to_find() -> None:
    before = "SELECT customer, qty AS n FROM orders"
    assert (
        broken("grain customer, audits (unique_values(columns := (customer)))", before, before + " WHERE qty > 1") == []
    )
