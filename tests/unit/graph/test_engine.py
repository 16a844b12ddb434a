"""Which queries run after which change: the engine's promise is a list, not a duration."""

from __future__ import annotations

import os
import random
import sys

import pytest

from lsp_server.graph.engine import Engine, Input, Query, query
from lsp_server.graph.nodes import Queue

TEXT: Input[str, str] = Input("cell of a spreadsheet", "")


@query()
def words(db: Engine, name: str) -> tuple[str, ...]:
    """The words of one text, comments (in brackets) left out."""
    return tuple(word for word in TEXT(db, name).split() if not word.startswith("("))


@query()
def total(db: Engine, name: str) -> int:
    """Numbers count themselves, names what they name: a spreadsheet."""
    parts = words(db, name)
    db.need(total, [part for part in parts if not part.isdigit()])
    return sum(int(part) if part.isdigit() else total(db, part) for part in parts)


def engine(**texts: str) -> Engine:
    db = Engine()
    for name, text in texts.items():
        db.set(TEXT, name, text)
        db.observe(total, name)
    db.stabilise()
    db.executed.clear()
    return db


def ran(db: Engine) -> list[tuple[str, str]]:
    log = list(db.executed)
    db.executed.clear()
    return log


def edit(db: Engine, name: str, text: str) -> list[tuple[str, str]]:
    db.set(TEXT, name, text)
    db.stabilise()
    return ran(db)


def test_an_equal_input_does_nothing() -> None:
    db = engine(a="1", b="a 2")
    assert not db.set(TEXT, "a", "1")
    assert db.dirty() == 0


def test_a_comment_stops_at_the_words() -> None:
    db = engine(a="1", b="a 2", c="b")
    assert edit(db, "a", "1 (one)") == [("words", "a")]


def test_an_equal_total_stops_before_the_readers() -> None:
    db = engine(a="3", b="a 2", c="b")
    assert edit(db, "a", "1 2") == [("words", "a"), ("total", "a")]


def test_only_the_cone_runs_each_node_once_lowest_first() -> None:
    db = engine(a="1", b="a 2", c="a b", d="c b a", other="5")
    assert edit(db, "a", "10") == [("words", "a"), ("total", "a"), ("total", "b"), ("total", "c"), ("total", "d")]
    assert db.get(total, "d") == 22 + 12 + 10


def test_a_changed_value_marks_its_direct_readers_only() -> None:
    db = engine(a="1", b="a", **{f"r{i}": "b" for i in range(100)})
    db.set(TEXT, "a", "1 (same)")
    assert db.dirty() == 1
    db.stabilise()
    assert len(ran(db)) == 1


def test_readers_are_put_in_order_by_the_pass_that_runs_them() -> None:
    db = engine(a="1", **{f"r{i}": "a" for i in range(100)}, last="r7")
    db.set(TEXT, "a", "2")
    assert db.settle([(total, "a")])
    assert db.dirty() == 100
    assert not db._todo.heap, "who typed does not wait for that"
    ran(db)
    assert not db.stabilise(cancelled=lambda: len(db.executed) > 10)
    assert db.stabilise()
    log = ran(db)
    assert len(log) == 101
    assert log[-1] == ("total", "last")
    assert not db.dirty()


def test_dependencies_follow_the_text() -> None:
    db = engine(a="1", b="2", c="a")
    edit(db, "c", "b")
    assert edit(db, "a", "5") == [("words", "a"), ("total", "a")]
    assert edit(db, "b", "7") == [("words", "b"), ("total", "b"), ("total", "c")]
    assert db.get(total, "c") == 7


def test_dependencies_can_turn_round_in_one_edit() -> None:
    db = engine(a="1", b="a", c="b")
    db.set(TEXT, "a", "b")
    db.set(TEXT, "b", "4")
    db.stabilise()
    assert [db.get(total, name) for name in "abc"] == [4, 4, 4]
    assert edit(db, "b", "5")[-1] in {("total", "a"), ("total", "c")}
    assert [db.get(total, name) for name in "abc"] == [5, 5, 5]


def test_demand_runs_only_what_the_key_needs() -> None:
    db = engine(a="1", b="a", c="a", d="b", other="1")
    db.set(TEXT, "a", "2")
    db.set(TEXT, "other", "2")
    assert db.get(total, "b") == 2
    assert ran(db) == [("words", "a"), ("total", "a"), ("total", "b")]
    db.stabilise()
    assert {name for _, name in ran(db)} == {"other", "c", "d"}


def test_targets_come_first_and_the_rest_later() -> None:
    db = engine(a="1", **{f"r{i}": "a" for i in range(50)}, open="r7")
    db.set(TEXT, "a", "2")
    assert db.settle([(total, "open")])
    assert ran(db) == [("words", "a"), ("total", "a"), ("total", "r7"), ("total", "open")]
    assert db.stabilise()
    assert len(ran(db)) == 49


def test_a_target_that_takes_on_new_reads_waits_for_them() -> None:
    db = engine(a="1", b="a", c="b", open="1")
    db.set(TEXT, "a", "2")
    db.set(TEXT, "open", "c")
    db.settle([(total, "open")])
    assert db.get(total, "open") == 2
    assert ("total", "open") in ran(db)


def test_a_chain_of_two_thousand_needs_no_deep_stack() -> None:
    db = Engine()
    size = 2_000
    for i in range(size):
        db.set(TEXT, f"m{i}", f"m{i + 1}" if i + 1 < size else "1")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        assert db.get(total, "m0") == 1
    finally:
        sys.setrecursionlimit(limit)
    assert len(db.executed) == 2 * size


def test_cancelling_leaves_work_that_the_next_run_finishes() -> None:
    db = engine(a="1", **{f"r{i}": "a" for i in range(10)})
    db.set(TEXT, "a", "2")
    left = iter([False] * 5 + [True])
    assert not db.stabilise(lambda: next(left))
    assert len(ran(db)) == 5
    assert db.stabilise()
    assert len(ran(db)) == 7
    assert all(db.get(total, f"r{i}") == 2 for i in range(10))


@query()
def slow_total(db: Engine, name: str) -> int:
    """`total`, in pieces, between any two of which a pass may be cancelled."""
    found = 0
    for part in words(db, name):
        db.give_way()
        found += int(part) if part.isdigit() else slow_total(db, part)
    return found


def test_a_long_function_is_abandoned_where_it_gives_way_and_starts_again() -> None:
    db, asked = Engine(), []
    db.set(TEXT, "a", "1 2 3")
    db.observe(slow_total, "a")

    def cancelled() -> bool:
        """From the second piece on."""
        asked.append(len(asked))
        return len(asked) == 3

    assert not db.stabilise(cancelled)
    assert ran(db) == [("words", "a")] and db.dirty() == 1
    assert db.stabilise()
    assert ran(db) == [("slow_total", "a")] and db.get(slow_total, "a") == 6


def test_a_function_that_gave_way_runs_to_its_end_the_next_time() -> None:
    """A client that asks all the time cancels every pass; what it interrupts must be done some time."""
    db = Engine()
    db.observe(slow_total, "a")
    db.stabilise()
    for text in ("1 2", "3 4"):
        db.set(TEXT, "a", text)
        for done in (False, False, True):  # after `words`; in the middle; not again
            steps = iter([False])
            assert db.settle([(slow_total, "a")], lambda steps=steps: next(steps, True)) == done  # type: ignore[misc]
        assert db.peek(slow_total, "a") == sum(map(int, text.split()))


def test_what_was_computed_on_the_spot_is_there_when_the_function_starts_again() -> None:
    db, asked = Engine(), []
    db.set(TEXT, "low", "5")
    db.set(TEXT, "high", "low 1 2")
    db.observe(slow_total, "high")

    def cancelled() -> bool:
        asked.append(("slow_total", "low") in db.executed)
        return asked[-1]

    assert not db.stabilise(cancelled)
    assert ("slow_total", "high") not in ran(db)
    assert db.stabilise()
    assert ran(db) == [("slow_total", "high")] and db.get(slow_total, "high") == 8


def test_outside_of_a_pass_nothing_gives_way() -> None:
    db = engine(a="1")
    db.give_way()
    assert db.get(slow_total, "a") == 1


def test_a_pass_that_is_stopped_at_every_step_costs_what_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks all the time stops the background at every request: beginning again must not sort all that is dirty."""
    db = engine(a="1", **{f"r{i}": "a" for i in range(300)})
    queued: list[object] = []
    push = Queue.push
    monkeypatch.setattr(Queue, "push", lambda queue, node, at: (queued.append(node), push(queue, node, at))[1])
    db.set(TEXT, "a", "2")
    done = False
    while not done:
        left = iter([False, True])
        done = db.stabilise(lambda left=left: next(left))  # type: ignore[misc]
    assert len(ran(db)) == 302, "each once"
    assert len(queued) <= 2 * 302


def test_a_memo_that_nobody_needs_goes_with_what_it_was_computed_from() -> None:
    """Marked among readers that are needed it would be left to do for ever: no pass computes what nobody needs."""
    db = engine(a="1", b="a")
    db.set(TEXT, "memo", "a 5")
    assert db.get(total, "memo") == 6
    edit(db, "a", "2")
    assert db.peek(total, "memo") is None and db.dirty() == 0
    assert db.get(total, "memo") == 7


def test_what_is_taken_out_while_a_pass_is_stopped_is_not_computed() -> None:
    db = engine(a="1", **{f"r{i}": "a" for i in range(10)})
    db.set(TEXT, "a", "2")
    left = iter([False] * 5 + [True])
    assert not db.stabilise(lambda: next(left))
    ran(db)
    waiting = {f"r{i}" for i in range(10) if db.peek(total, f"r{i}") == 1}
    for name in waiting:
        db.unobserve(total, name)
    assert db.stabilise()
    assert len(waiting) == 7
    assert ran(db) == []


def test_a_function_that_waited_when_its_pass_was_stopped_goes_on_in_the_next() -> None:
    db = engine(a="1", b="1", c="1")
    db.set(TEXT, "a", "b c 7")
    db.set(TEXT, "b", "c 1")
    db.set(TEXT, "c", "5")
    steps = 0
    while not db.stabilise(iter([False, True]).__next__):
        steps += 1
        assert steps < 50
    assert {name: db.peek(total, name) for name in "abc"} == {"a": 18, "b": 6, "c": 5}


def test_nobody_needs_it_nobody_computes_it() -> None:
    db = engine(a="1", b="a")
    db.unobserve(total, "b")
    assert edit(db, "a", "2") == [("words", "a"), ("total", "a")]
    assert db.get(total, "b") == 2


def test_a_cycle_is_answered_not_followed() -> None:
    db = Engine()
    seen = []

    @query(cyclic=0)
    def looping(db: Engine, name: str) -> int:
        seen.append(name)
        return 1 + sum(looping(db, part) for part in words(db, name))

    for name, text in {"a": "b", "b": "c", "c": "a"}.items():
        db.set(TEXT, name, text)
        db.observe(looping, name)
    assert db.stabilise()
    assert len(seen) < 20
    assert all(db.get(looping, name) >= 1 for name in "abc")


def test_an_evicted_value_comes_back_without_running_its_readers() -> None:
    runs = []

    @query(keep=2, same=None)
    def tree(db: Engine, name: str) -> list[str]:
        runs.append(name)
        return list(words(db, name))

    @query()
    def size(db: Engine, name: str) -> int:
        return len(tree(db, name))

    db = Engine()
    for name in "abcd":
        db.set(TEXT, name, "x y")
        db.observe(size, name)
    db.stabilise()
    assert sum(db.peek(tree, name) is not None for name in "abcd") == 2
    gone = next(name for name in "abcd" if db.peek(tree, name) is None)
    runs.clear()
    assert db.get(tree, gone) == ["x", "y"]
    assert runs == [gone]
    db.executed.clear()
    db.stabilise()
    assert db.executed == []


def test_a_failing_query_says_so_in_its_value_or_to_the_caller() -> None:
    @query(failed=lambda name, error: f"{name}: {error}")
    def guarded(db: Engine, name: str) -> str:
        raise ValueError("no")

    @query()
    def bare(db: Engine, name: str) -> str:
        raise ValueError(TEXT(db, name))

    db = Engine()
    assert db.get(guarded, "x") == "x: no"
    with pytest.raises(ValueError):
        db.get(bare, "x")
    assert db.get(total, "x") == 0, "the engine lives on"


def test_two_nodes_that_read_each_other_s_readers_lift_each_other_only_so_often() -> None:
    """`low` now reads what `high` made, `high` what `low` made, and `between` lets go: it must get its turn before they do."""
    before = {"high": "1", "between": "high", "from_high": "between", "low": "1", "from_low": "low"}
    after = before | {"low": "from_high", "high": "from_low", "between": "5"}
    db = Engine()
    for texts in (before, after | {"low": "1"}, before, after | {"high": "2"}, before):
        for name, text in texts.items():
            db.set(TEXT, name, text)
            db.observe(total, name)
        db.stabilise()
    for name, text in (after | {"high": "1 from_low", "low": "from_high"}).items():
        db.set(TEXT, name, text)
    steps = iter(range(2_000))
    assert db.stabilise(lambda: next(steps) > 1_000), "it never ends"
    assert {name: db.peek(total, name) for name in after} == _fresh(after | {"high": "1 from_low"})


def _fresh(texts: dict[str, str]) -> dict[str, int]:
    db = Engine()
    for name, text in texts.items():
        db.set(TEXT, name, text)
    return {name: db.get(total, name) for name in texts}


@pytest.mark.parametrize("seed", [7, 491_330, int(os.environ.get("SEED", "7"))])
@pytest.mark.parametrize("summed", [total, slow_total], ids=lambda summed: summed.name)
def test_any_history_equals_a_fresh_start(summed: Query[str, int], seed: int) -> None:
    """Random edits, partial runs and cancellations, between functions and inside them, on changing acyclic graphs."""
    chance = random.Random(seed)
    for _ in range(int(os.environ.get("N", "8"))):
        names = [f"n{i}" for i in range(12)]
        db, texts = Engine(), dict.fromkeys(names, "1")
        for name in names:
            db.set(TEXT, name, "1")
            db.observe(summed, name)
        for _ in range(25):
            order = chance.sample(names, len(names))  # a new order each time: edges turn round
            for name in chance.sample(names, 6):
                below = order[: order.index(name)]
                texts = dict(texts)
                texts[name] = " ".join([str(chance.randint(0, 2)), *chance.sample(below, min(len(below), 2))])
            if _cyclic(texts):
                texts = dict.fromkeys(names, "1") | {names[0]: str(chance.randint(0, 9))}
            for name in names:
                db.set(TEXT, name, texts[name])
            steps = chance.randint(0, 12)
            if chance.random() < 0.5:
                count = iter(range(1_000_000))
                db.stabilise(lambda count=count, steps=steps: next(count) >= steps)
            if chance.random() < 0.5:
                name = chance.choice(names)
                assert db.get(summed, name) == _fresh(texts)[name]
            if chance.random() < 0.7:
                db.stabilise()
                assert {name: db.peek(summed, name) for name in names} == _fresh(texts)


def _cyclic(texts: dict[str, str]) -> bool:
    done: set[str] = set()

    def visit(name: str, path: frozenset[str]) -> bool:
        if name in path:
            return True
        if name in done:
            return False
        loop = any(visit(part, path | {name}) for part in texts[name].split() if not part.isdigit())
        done.add(name)
        return loop

    return any(visit(name, frozenset()) for name in texts)


def test_what_is_no_longer_observed_is_still_kept_for_its_readers() -> None:
    db = engine(a="1", b="a 2")
    db.unobserve(total, "a")
    assert edit(db, "a", "5") == [("words", "a"), ("total", "a"), ("total", "b")]
    assert db.get(total, "b") == 7


class Tree:
    """A value with a circle in it (and not through it: nobody but the engine holds the value itself)."""

    def __init__(self) -> None:
        self.inside: list[object] = []
        self.inside.append(self.inside)


def test_a_large_value_that_nobody_holds_is_taken_apart() -> None:
    """When another takes its place, when there is no more room, when all are forgotten, and when the node goes."""
    apart: list[Tree] = []

    @query(keep=1, same=None, take_apart=apart.append)
    def tree(db: Engine, key: str) -> Tree:
        TEXT(db, key)
        return Tree()

    engine = Engine()
    first = id(engine.get(tree, "a"))
    engine.get(tree, "b")
    assert [id(found) for found in apart] == [first], "no room"
    engine.observe(tree, "b")
    engine.set(TEXT, "b", "another")
    engine.stabilise()
    assert len(apart) == 2, "replaced"
    engine.forget(tree)
    assert len(apart) == 3, "forgotten"
    engine.get(tree, "c")
    engine.set(TEXT, "c", "another")
    assert len(apart) == 4, "its node is gone with what it was computed from"


def test_a_large_value_that_somebody_reads_is_left_to_him() -> None:
    apart: list[Tree] = []

    @query(keep=1, same=None, take_apart=apart.append)
    def tree(db: Engine, key: str) -> Tree:
        return Tree()

    engine = Engine()
    held = engine.get(tree, "a")
    engine.get(tree, "b")
    assert apart == [] and held.inside


def test_reading_a_little_more_than_at_first_lifts_no_reader() -> None:
    """A result comes from the memo at the start, and from a tree after the first edit: its readers stand high enough for both."""
    known = {"a": 1}

    @query()
    def deep(db: Engine, key: str) -> int:
        return len(TEXT(db, key) or "")

    @query(slack=1)
    def result(db: Engine, key: str) -> int:
        TEXT(db, key)
        return known[key] if key in known else deep(db, key)

    @query()
    def reader(db: Engine, key: str) -> int:
        return result(db, key) + 1

    engine = Engine()
    engine.observe(reader, "a")
    engine.stabilise()
    heights = {name: engine._node(name, "a").height for name in (result, reader)}
    known.clear()
    engine.set(TEXT, "a", "abc")
    engine.stabilise()
    assert engine.get(reader, "a") == 4
    assert {name: engine._node(name, "a").height for name in (result, reader)} == heights


def test_more_large_values_than_are_kept_run_once_each_when_what_they_read_changes() -> None:
    runs: list[str] = []

    @query(keep=2, same=None)
    def tree(db: Engine, name: str) -> list[str]:
        runs.append(name)
        return [*words(db, name), *words(db, "all")]

    @query()
    def size(db: Engine, name: str) -> int:
        return len(tree(db, name))

    db = Engine()
    db.watched = frozenset([tree])
    for name in "abcdef":
        db.set(TEXT, name, "x y")
        db.observe(size, name)
    db.stabilise()
    runs.clear()
    db.updates.clear()
    db.set(TEXT, "all", "z")
    db.stabilise()
    assert sorted(runs) == list("abcdef")
    assert [db.get(size, name) for name in "abcdef"] == [3] * 6
    assert {key for _, key in db.updates} == set("abcdef"), "who watches hears of those too that were dropped"
