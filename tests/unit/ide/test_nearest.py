"""The models that fit best, found in the order of names, are those that looking at each would give; and few are looked at."""

import itertools
import random

import pytest

from lsp_server.graph.names import InOrder, Names
from lsp_server.ide.completion_words import distance
from lsp_server.ide.nearest import Wanted, nearest


def in_order(names: list[str]) -> InOrder:
    index = Names()
    for number, name in enumerate(names):
        index.define(f"{number}.sql", (name,))
    return index.in_order()


def by_looking_at_each(names: list[str], wanted: Wanted, limit: int) -> list[tuple[int, str]]:
    found = []
    for name in names:
        folded = name.lower()
        far = distance(wanted.prefix, folded[len(wanted.inside) :]) if folded.startswith(wanted.inside) else None
        if far is None or name == wanted.own:
            continue
        is_near = folded.startswith(wanted.home) and "." not in folded[len(wanted.home) :]
        found.append((far, 1 + (name in wanted.readers) + (not is_near), folded, name))
    return [(rank, name) for _, rank, _, name in sorted(found)[:limit]]


@pytest.mark.parametrize("seed", range(20))
def test_as_by_looking_at_each(seed: int) -> None:
    rng = random.Random(seed)
    words = ["orders", "Items", "ord", "daily", "d", "stg_orders", "r_o"]
    names = sorted(
        {".".join(rng.choices(words, k=rng.choice((1, 2, 2, 2, 3)))) + f"_{rng.randrange(9)}" for _ in range(300)}
    )
    own = rng.choice(names)
    readers = frozenset(rng.sample(names, 60))
    home = f"{own.rpartition('.')[0]}.".lower()
    for inside, prefix, limit in itertools.product(
        ("", "ord.", "orders."), ("", "o", "ord", "d", "os", "x", "r."), (5, 1000)
    ):
        wanted = Wanted(inside, prefix, home, own, readers)
        assert nearest(in_order(names), wanted, limit) == by_looking_at_each(names, wanted, limit)


class Looked(list[str]):
    """Counts how often somebody looks at a name."""

    count = 0

    def __getitem__(self, at):  # type: ignore[no-untyped-def,override]
        self.count += 1
        return super().__getitem__(at)


@pytest.mark.parametrize(
    ("inside", "prefix"), [("", ""), ("", "sch"), ("schema_3.", ""), ("schema_3.", "mod"), ("", "mod")]
)
def test_of_ten_thousand_few_are_looked_at(inside: str, prefix: str) -> None:
    names = in_order([f"schema_{number % 50}.model_{number}" for number in range(10_000)])
    looked = InOrder(Looked(names.folded), Looked(names.names))
    found = nearest(looked, Wanted(inside, prefix, "schema_7.", "schema_7.model_7", frozenset()), 101)
    assert len(found) == 101
    assert looked.folded.count + looked.names.count < 1500  # type: ignore[attr-defined]


def test_the_order_is_made_anew_when_a_name_comes_or_goes_only() -> None:
    index = Names()
    index.define("a.sql", ("s.b",))
    index.define("b.sql", ("S.A",))
    first = index.in_order()
    assert first == InOrder(["s.a", "s.b"], ["S.A", "s.b"])
    index.define("a.sql", ("s.b",))
    assert index.in_order() is first
    index.define("a.sql", ("s.c",))
    assert index.in_order().names == ["S.A", "s.c"]
