"""The indexes by name, and circles among models."""

from __future__ import annotations

import random

from lsp_server.graph.names import Names


def linked(**upstreams: str) -> Names:
    names = Names()
    for name, ups in upstreams.items():
        names.link(name, tuple(ups.split()))
    names.find_cycles(set(upstreams))
    return names


def test_owners_and_readers_follow_their_files() -> None:
    names = Names()
    assert names.define("a.sql", ("shop.a",)) == {"shop.a"}
    assert names.define("b.sql", ("shop.a", "shop.b")) == {"shop.a", "shop.b"}
    assert names.owners("shop.a") == ("a.sql", "b.sql")
    assert names.define("b.sql", ("shop.b",)) == {"shop.a"}
    assert names.define("b.sql", ("shop.b",)) == set()
    names.link("shop.b", ("shop.a",))
    assert names.readers("shop.a") == ("shop.b",)
    assert names.link("shop.b", ())
    assert names.readers("shop.a") == ()


def test_a_circle_is_told_from_each_of_its_models() -> None:
    names = linked(a="b", b="c", c="a", d="a")
    assert names.cycles == {"a": ("a", "b", "c"), "b": ("b", "c", "a"), "c": ("c", "a", "b")}


def test_a_model_that_reads_itself_is_no_circle() -> None:
    assert linked(a="a b", b="").cycles == {}


def test_one_edge_closes_and_opens_a_circle() -> None:
    names = linked(a="b", b="c", c="")
    names.link("c", ("a",))
    assert set(names.find_cycles({"c"})) == {"a", "b", "c"}
    names.link("b", ())
    assert names.find_cycles({"b"}) == {"a": (), "b": (), "c": ()}
    assert names.cycles == {}


def test_who_stood_in_a_circle_beside_that_of_the_changed_model_is_out_of_it() -> None:
    names = linked(a="b c", b="a", c="a")
    assert names.cycles == {"a": ("a", "b"), "b": ("b", "a"), "c": ("c", "a")}
    names.link("a", ("b",))
    assert names.find_cycles({"a"}) == {"c": ()}


def test_after_any_edges_circles_are_those_of_an_index_that_never_knew_others() -> None:
    rng = random.Random(7)
    for _ in range(300):
        links = dict.fromkeys("abcdef", "")
        names = linked(**links)
        for _ in range(12):
            changed = set(rng.sample("abcdef", rng.randrange(1, 3)))
            for name in changed:
                links[name] = " ".join(sorted(rng.sample("abcdef", rng.randrange(3))))
                names.link(name, tuple(links[name].split()))
            names.find_cycles(changed)
            assert names.cycles == linked(**links).cycles


def test_long_chains_need_no_stack() -> None:
    size = 2_000
    names = linked(**{f"m{i}": f"m{i + 1}" for i in range(size)})
    assert names.cycles == {}
    names.link(f"m{size}", ("m0",))
    names.find_cycles({f"m{size}"})
    assert len(names.cycles) == size + 1
