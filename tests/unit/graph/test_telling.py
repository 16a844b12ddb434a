"""Readers learn of a change when it matters to somebody: never too late, and a pass over one file does not look at thousands."""

from __future__ import annotations

import os
import random

import pytest

from lsp_server.graph import telling
from lsp_server.graph.engine import Engine, Input, query

LINE: Input[str, str] = Input("telling-line", "")
SEEDS = [*range(12), int(os.environ.get("SEED", random.randrange(1 << 30)))]


@query(keep=2, same=None)
def tree(db: Engine, name: str) -> list[str]:
    """Large, hence dropped and made again; it reads the values of what its line names, so that changes pass through it."""
    return [word if word.isdigit() else str(value(db, word)) for word in LINE(db, name).split()]


@query()
def value(db: Engine, name: str) -> int:
    """The sum of a line, small enough that different texts come to the same."""
    return sum(int(each) for each in tree(db, name)) % 5


@query()
def report(db: Engine, name: str) -> str:
    """Reads a value through a memo that nobody observes, and now and then not at all."""
    return f"{name}: {doubled(db, name)}" if value(db, name) != 3 else name


@query()
def doubled(db: Engine, name: str) -> int:
    """Needed only as long as somebody reads it."""
    return value(db, name) * 2


def root_with(readers: int) -> Engine:
    db = Engine()
    db.set(LINE, "root", "1")
    for at in range(readers):
        db.set(LINE, f"r{at}", "root 1")
        db.observe(value, f"r{at}")
    db.observe(report, "root")
    db.stabilise()
    db.executed.clear()
    return db


def test_a_pass_over_one_file_marks_none_of_its_many_readers() -> None:
    db = root_with(telling.MANY + 10)
    db.set(LINE, "root", "2")
    assert db.settle([(report, "root")])
    assert db.peek(report, "root") == "root: 4"
    assert not db._dirty
    assert db.dirty() >= telling.MANY + 10, "they may be out of date"
    assert db.stabilise()
    assert db.dirty() == 0
    assert {db.peek(value, f"r{at}") for at in range(telling.MANY + 10)} == {3}


def test_few_readers_are_told_at_once() -> None:
    db = root_with(3)
    db.set(LINE, "root", "2")
    db.settle([(report, "root")])
    assert db.dirty() == 3


def test_whoever_is_asked_for_has_learnt_of_it() -> None:
    db = root_with(telling.MANY + 10)
    db.set(LINE, "root", "2")
    db.settle([(report, "root")])
    db.executed.clear()
    assert db.get(value, "r7") == 3
    assert db.executed == [("tree", "r7"), ("value", "r7")], "and no other reader"
    db.settle([(value, "r8")])
    assert db.peek(value, "r8") == 3
    db.executed.clear()
    db.stabilise()
    assert ("value", "r7") not in db.executed
    assert ("value", "r8") not in db.executed
    assert len([name for name, _ in db.executed if name == "value"]) == telling.MANY + 8


def test_who_has_learnt_of_a_value_learns_of_the_next() -> None:
    db = root_with(telling.MANY + 10)
    for line, expected in (("2", 3), ("3", 4), ("2", 3)):
        db.set(LINE, "root", line)
        db.settle([(report, "root")])
        db.settle([(value, "r7")])
        assert db.peek(value, "r7") == expected
    db.stabilise()
    assert {db.peek(value, f"r{at}") for at in range(telling.MANY + 10)} == {3}


def test_telling_that_is_cancelled_goes_on_with_the_next_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_STEP", 20)
    db = root_with(telling.MANY + 50)
    db.set(LINE, "root", "2")
    db.settle([(report, "root")])
    for told in (20, 40, 60, 80, 100):
        assert not db.stabilise(lambda: True)
        assert len(db._dirty) == told
    assert db.stabilise()
    assert {db.peek(value, f"r{at}") for at in range(telling.MANY + 50)} == {3}


def test_a_memo_that_nobody_needs_is_not_read_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """`doubled` is let go while its value is 3, and stays as a memo; when it is read again what it was made of is another."""
    monkeypatch.setattr(telling, "MANY", 0)
    db = root_with(1)
    for line, expected in (("3", "root"), ("4", "root: 8"), ("3", "root"), ("1", "root: 2")):
        db.set(LINE, "root", line)
        db.settle([(report, "root")])
        assert db.peek(report, "root") == expected


@pytest.mark.parametrize("many", [0, 1, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_equals_a_fresh_start(monkeypatch: pytest.MonkeyPatch, seed: int, many: int) -> None:
    """Edits, passes over some, cancelled ones, questions, what is observed and what is not any more, and dropped trees."""
    monkeypatch.setattr(telling, "MANY", many)
    monkeypatch.setattr(telling, "_STEP", 1)
    rng = random.Random(f"{seed} {many}")
    names = [f"n{at}" for at in range(9)]
    lines = dict.fromkeys(names, "1")
    db, observed = _fresh(lines), set(names)
    for name in names:
        db.observe(report, name)
    for _ in range(60):
        _step(rng, db, lines, observed)
        if rng.random() < 0.3:
            db.stabilise()
            assert db.dirty() == 0
            fresh = _fresh(lines)
            assert all(db.peek(report, name) == fresh.get(report, name) for name in observed)


def _step(rng: random.Random, db: Engine, lines: dict[str, str], observed: set[str]) -> None:
    names = list(lines)
    for at in rng.sample(range(len(names)), rng.randrange(3)):
        below = names[:at]
        lines[names[at]] = " ".join([str(rng.randrange(4)), *rng.sample(below, min(at, rng.randrange(3)))])
        db.set(LINE, names[at], lines[names[at]])
    some = rng.sample(names, rng.randrange(1, 4))
    match rng.randrange(6):
        case 0 | 1:
            count = iter(range(1_000_000))
            limit = rng.choice([0, 2, 5, 1_000])
            if db.settle([(report, name) for name in some], lambda: next(count) >= limit):
                fresh = _fresh(lines)
                assert [db.peek(report, name) for name in some] == [fresh.get(report, name) for name in some]
        case 2:
            of = rng.choice([value, report, doubled])
            assert db.get(of, some[0]) == _fresh(lines).get(of, some[0])
        case 3:
            count = iter(range(1_000_000))
            limit = rng.randrange(12)
            db.stabilise(lambda: next(count) >= limit)
        case 4:
            (db.unobserve if some[0] in observed else db.observe)(report, some[0])
            observed ^= {some[0]}
        case 5:
            db.forget(tree)


def _fresh(lines: dict[str, str]) -> Engine:
    db = Engine()
    for name, line in lines.items():
        db.set(LINE, name, line)
    return db
