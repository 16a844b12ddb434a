"""What is kept of a query's places says the same as the binder, all of it or one name's."""

from __future__ import annotations

import pytest

from lsp_server.graph.graph import Graph

MODELS = {
    "models/orders.sql": "MODEL (name shop.orders); SELECT 1 AS id, 2 AS Amount, 'x' AS status",
    "models/paid.sql": (
        "MODEL (name shop.paid); WITH c AS (SELECT o.id, o.amount AS amount FROM shop.orders AS o WHERE o.status = 'x') "
        "SELECT c.id, SUM(c.amount) AS amount, MAX(amount) FROM c GROUP BY c.id ORDER BY amount"
    ),
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    found = Graph()
    for path, text in MODELS.items():
        found.set_file(path, text)
    found.stabilise()
    return found


@pytest.mark.parametrize("model", ["shop.orders", "shop.paid"])
def test_all_of_it(graph: Graph, model: str) -> None:
    bound = graph.bound(model)
    assert bound is not None and bound.places.references
    kept = graph.kept_places(model)
    assert kept.references == bound.places.references
    assert kept.clauses == bound.places.clauses
    assert kept.unnamed == tuple(output for output in bound.places.outputs if output.made is not None)


def test_one_name(graph: Graph) -> None:
    bound = graph.bound("shop.paid")
    assert bound is not None
    for name in ("amount", "id", "c", "o", "status", "nobody"):
        expected = [r for r in bound.places.references if r.target.name.lower() == name]
        assert graph.kept_places("shop.paid").named(name) == expected
        columns = tuple(output for output in bound.places.outputs if output.name.lower() == name)
        assert graph.kept_places("shop.paid").outputs(name) == columns
    assert len(graph.kept_places("shop.paid").named("amount")) > 3


def test_of_a_model_without_a_query_nothing_is_kept(graph: Graph) -> None:
    nothing = graph.kept_places("nobody.knows")
    assert (nothing.references, nothing.unnamed, nothing.outputs("id"), nothing.clauses) == ((), (), (), {})
