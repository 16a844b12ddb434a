"""What a circle of models is does not depend on where a pass began, nor on what the graph held before."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations

import pytest

from lsp_server.analysis.meanings import meanings_of, observe
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine, Query, query
from lsp_server.graph.graph import Graph
from lsp_server.graph.queries import TEXT

QUERIES = ["SELECT 1 AS id, 2 AS b", "SELECT @STAR(s.{}) FROM s.{}", "SELECT * FROM s.{}", "SELECT id FROM s.{}", "SELECT LAST(id) AS id FROM s.{}"]  # fmt: skip


def graph_of(texts: dict[str, str | None], first: list[str]) -> Graph:
    graph = Graph()
    observe(graph)
    for path, text in texts.items():
        graph.set_file(path, text)
    graph.stabilise(first=first)
    return graph


def after(steps: int) -> Callable[[], bool]:
    """Cancels when it is asked more often."""
    left = iter(range(steps))
    return lambda: next(left, None) is None


def known(graph: Graph) -> dict[str, object]:
    """What the layers above see of all models."""
    of_all = (queries.links, queries.facts, queries.interface, queries.CYCLE)
    found: dict[str, object] = {name: [graph.get(each, name) for each in of_all] for name in graph.names.names()}
    return found | {"meanings": meanings_of(graph), "circles": graph.names.cycles, "upstreams": graph.names.upstreams}


@pytest.mark.parametrize("names", list(permutations("abc")))
def test_a_circle_through_the_columns_that_a_macro_asks_for_is_known_whoever_comes_first(
    names: tuple[str, ...],
) -> None:
    star, reader, above = names
    texts: dict[str, str | None] = {
        f"models/{star}.sql": f"MODEL (name s.{star}); SELECT @STAR(s.{reader}) FROM s.{reader}",
        f"models/{reader}.sql": f"MODEL (name s.{reader}); SELECT id FROM s.{star}",
        f"models/{above}.sql": f"MODEL (name s.{above}); SELECT LAST(id) AS d FROM s.{reader}",
    }
    for first in ([], *([path] for path in texts)):
        graph = graph_of(texts, first)
        assert graph.cycle(f"s.{star}") == (f"s.{star}", f"s.{reader}"), first
        assert graph.is_stable()


@pytest.mark.parametrize("seed", range(12))
def test_after_any_edits_it_is_as_if_there_had_been_none(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    rng = random.Random(seed)
    texts: dict[str, str | None] = {f"models/{name}.sql": f"MODEL (name s.{name}); SELECT 1 AS id" for name in "abcd"}
    graph = graph_of(texts, [])
    for step in range(15):
        for _ in range(rng.randrange(1, 3)):
            path = rng.choice(sorted(texts))
            text = rng.choice(QUERIES).replace("{}", rng.choice("abcd"))
            texts[path] = f"MODEL (name s.{path[7]}); {text}" if rng.randrange(10) else None
            graph.set_file(path, texts[path])
        until = rng.randrange(1, 25)
        if rng.randrange(2):
            graph.stabilise(first=[rng.choice(sorted(texts))], cancelled=after(until))
        graph.stabilise()
        if any(graph.stale(name) for name in graph.names.names()):
            continue  # a damaged text stands for its last whole one
        assert known(graph) == known(graph_of(texts, [])), step
        assert known(graph) == known(graph_of(texts, [rng.choice(sorted(texts))])), step
    assert not caplog.records


@query()
def _named(db: Engine, text: str) -> int:
    """Like `links`: needs the tree, and says the same whatever the columns were."""
    return 7 if TEXT(db, text) and _tree(db, text) is not None else 0


@query()
def _tree(db: Engine, text: str) -> int:
    return 3 if TEXT(db, text) and _columns(db, text) is not None else 2


@query()
def _columns(db: Engine, text: str) -> int:
    return (_named(db, text) or 0) if TEXT(db, text) else 1


def settled(db: Engine) -> list[int]:
    db.stabilise()
    while db.unsettled:
        db.stabilise()
    return [db.get(each, "x") for each in (_named, _tree, _columns)]


@pytest.mark.parametrize("order", list(permutations([_named, _tree, _columns])))
def test_who_was_given_a_value_in_place_of_one_reads_it_after_each_edit(order: tuple[Query[str, int], ...]) -> None:
    db = Engine()
    for each in order:
        db.observe(each, "x")
    for edit in range(1, 8):
        db.set(TEXT, "x", f"text {edit}")
        assert settled(db) == [7, 3, 7], edit


@pytest.mark.parametrize("order", list(permutations([_named, _tree, _columns])))
@pytest.mark.parametrize("steps", range(8))
def test_and_after_a_pass_that_was_cancelled_in_between(order: tuple[Query[str, int], ...], steps: int) -> None:
    db = Engine()
    for each in order:
        db.observe(each, "x")
    for edit in range(1, 4):
        db.set(TEXT, "x", f"text {edit}")
        db.stabilise(after(steps))
        assert settled(db) == [7, 3, 7], edit
