"""An engine that goes on from a file is the engine that wrote it, with the cells as they are now."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from lsp_server.graph import telling
from lsp_server.graph.engine import Engine, Input, query
from lsp_server.graph.past import NotKeptError, Past, restore, write

CELL: Input[str, str] = Input("cell of a past", "")


@query()
def parts(db: Engine, name: str) -> tuple[str, ...]:
    """The words of one cell."""
    return tuple(CELL(db, name).split())


@query(part_of=parts, part=lambda name, found: found[0] if found else "")
def first(db: Engine, name: str) -> str:
    """The first of them."""
    found = parts(db, name)
    return found[0] if found else ""


@query()
def sums(db: Engine, name: str) -> int:
    """Numbers count themselves, names what they name."""
    found = parts(db, name)
    db.need(sums, [part for part in found if not part.isdigit()])
    return sum(int(part) if part.isdigit() else sums(db, part) for part in found)


NAMES = "abcdefgh"
SEEDS = [*range(20), int(os.environ.get("SEED", random.randrange(1 << 30)))]


def engine(texts: dict[str, str]) -> Engine:
    db = Engine()
    for name, text in texts.items():
        db.set(CELL, name, text)
    for name in NAMES:
        db.observe(sums, name)
        db.observe(first, name)
    db.stabilise()
    db.executed.clear()
    return db


def kept(db: Engine, unsure: Any = lambda node: False) -> bytes:
    data = bytearray()
    for _ in write(db, data.extend, unsure, {}):
        pass
    return bytes(data)


def went_on(data: bytes, texts: dict[str, str]) -> Engine:
    past, db = Past.of(memoryview(data)), Engine()
    assert past is not None
    moved = restore(db, past, lambda of, key: (texts.get(key, ""), None))
    assert moved is not None
    return db


def text(rng: random.Random, name: str) -> str:
    """Names before it in the alphabet, and numbers."""
    return " ".join(rng.choice([*NAMES[: NAMES.index(name)], "1", "2", "30"]) for _ in range(rng.randrange(4)))


def read(db: Engine) -> list[tuple[int, str]]:
    return [(db.get(sums, name), db.get(first, name)) for name in NAMES]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_with_starts_in_between_equals_a_fresh_one(seed: int) -> None:
    rng = random.Random(seed)
    texts = {name: text(rng, name) for name in NAMES}
    db = engine(texts)
    for _ in range(12):
        if rng.random() < 0.5:
            data = kept(db)
            for name in rng.sample(NAMES, rng.randrange(3)):
                texts[name] = text(rng, name)
            db = went_on(data, texts)
        for name in rng.sample(NAMES, rng.randrange(3)):
            texts[name] = text(rng, name)
            db.set(CELL, name, texts[name])
        if rng.random() < 0.3:
            db.get(first, rng.choice(NAMES))
        db.stabilise()
        if rng.random() < 0.7:
            assert read(db) == read(engine(texts)), seed


def test_what_is_as_it_was_is_neither_run_nor_unpacked() -> None:
    texts = {"a": "1", "b": "a 2", "c": "b"}
    db = went_on(kept(engine(texts)), texts)
    db.stabilise()
    assert db.executed == []
    assert all(db.is_packed(sums, name) for name in NAMES)


def test_a_changed_cell_runs_its_cone_and_no_more() -> None:
    texts = {"a": "1", "b": "a 2", "c": "3"}
    data = kept(engine(texts))
    db = went_on(data, texts | {"a": "5"})
    db.stabilise()
    assert db.executed == [("parts", "a"), ("first", "a"), ("sums", "a"), ("sums", "b")]
    assert db.is_packed(sums, "c")


def test_a_value_that_comes_out_equal_stops_there_although_it_lay_in_the_file() -> None:
    texts = {"a": "1 2", "b": "a"}
    db = went_on(kept(engine(texts)), texts | {"a": "2 1"})
    db.stabilise()
    assert ("sums", "a") in db.executed
    assert ("sums", "b") not in db.executed


def test_what_it_was_is_known_while_it_is_out_of_date() -> None:
    texts = {"a": "1 2", "b": "a"}
    db = went_on(kept(engine(texts)), texts | {"a": "7"})
    assert db.peek(sums, "b") == 3


def test_a_reader_that_was_not_told_yet_does_not_pass_for_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MANY", 0)
    texts = {"a": "1", "b": "a 2", "c": "a 3", "d": "4"}
    data = kept(engine(texts))

    def edited() -> Engine:
        db = went_on(data, texts)
        db.set(CELL, "a", "7")
        assert db.settle([(sums, "a")])
        return db

    db = edited()
    assert not db.is_packed(sums, "b")
    assert db.packed(sums, "c") is None
    assert db.is_packed(sums, "d")
    assert edited().packed_keys(sums) & {"b", "c", "d"} == {"d"}
    assert edited().out_of_date(sums) == {"b", "c"}
    with pytest.raises(NotKeptError):
        kept(edited())


def test_an_unsure_value_is_computed_anew_without_what_it_was() -> None:
    texts = {"a": "1", "b": "a"}
    data = kept(engine(texts), lambda node: node.of is sums and node.key == "a")
    db = went_on(data, texts)
    assert db.peek(sums, "a") is None
    db.stabilise()
    assert ("sums", "a") in db.executed
    assert db.get(sums, "b") == 1


def test_an_engine_that_is_out_of_date_is_not_kept() -> None:
    db = engine({"a": "1"})
    db.set(CELL, "a", "2")
    with pytest.raises(NotKeptError):
        kept(db)


def test_every_cut_and_every_flipped_byte_is_seen() -> None:
    data = kept(engine({"a": "1 22 333"}))
    assert all(Past.of(memoryview(data[:size])) is None for size in range(len(data)))
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1
        assert Past.of(memoryview(bytes(flipped))) is None, at
