"""The columns of a query's scopes: who gave them their names."""

import pytest

from tests.unit.ide.workspace import graph_of

BASE = "MODEL (name s.base); SELECT 1 AS id, 2 AS price"


def columns(query: str) -> list[str]:
    """Each column as `scope.name < whose name it has`; `*` marks the model's own, `!` an expression without an alias."""
    text = f"MODEL (name s.m); {query}"
    graph = graph_of({"models/base.sql": BASE, "models/m.sql": text})
    bound = graph.bound("s.m")
    assert bound is not None
    said = []
    for output in bound.places.outputs:
        given = ["as " + text[slice(*output.label)]] if output.label is not None else []
        given += [f"{source.model or source.scope}.{source.name}" for source in output.sources]
        given += ["! " + text[slice(*output.made)]] if output.made is not None else []
        said.append(f"{output.scope}.{output.name}{'*' * output.final}" + "".join(f" < {each}" for each in given))
    return said


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id, b.price AS cost FROM s.base AS b", ["0.id* < s.base.id", "0.cost* < as cost"]),
        ("SELECT * FROM s.base", ["0.id* < s.base.id", "0.price* < s.base.price"]),
        (
            "WITH c AS (SELECT id, MAX(price) FROM s.base GROUP BY id) SELECT c.id FROM c",
            ["0.id < s.base.id", "0.max(price) < ! MAX(price)", "1.id* < 0.id"],
        ),
        (
            "SELECT id FROM s.base WHERE price = (SELECT MAX(price) FROM s.base)",
            ["0.max(price)", "1.id* < s.base.id"],  # nobody can name the column of a value
        ),
        (
            "SELECT id FROM s.base UNION ALL SELECT price FROM s.base",
            ["0.id < s.base.id", "1.price < s.base.price", "2.id* < 0.id"],
        ),
        (
            "SELECT id FROM s.base UNION ALL BY NAME SELECT price, id FROM s.base",
            ["0.id < s.base.id", "1.price < s.base.price", "1.id < s.base.id", "2.id* < 0.id < 1.id", "2.price* < 1.price"],
        ),
    ],
)  # fmt: skip
def test_who_gave_the_name(query: str, expected: list[str]) -> None:
    assert columns(query) == expected
