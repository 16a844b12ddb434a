"""The facts cache: whatever happened to its file, rows come back whole or not at all."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from lsp_server.project.cache import Cache, cache_for

ROWS = {b"key %d" % i: bytes([i]) * (i * 7) for i in range(40)}


def filled(folder: Path) -> Cache:
    cache = Cache(folder / "sub" / "w.facts")
    cache.append(ROWS.items())
    return cache


def test_rows_come_back_and_the_later_one_counts(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.append([(b"key 3", b"new")])
    assert cache.load() == {**ROWS, b"key 3": b"new"}


def test_two_servers_append_to_one_file(tmp_path: Path) -> None:
    one, two = filled(tmp_path), Cache(tmp_path / "sub" / "w.facts")
    two.append([(b"b", b"2")])
    one.append([(b"a", b"1")])
    assert two.load() == {**ROWS, b"a": b"1", b"b": b"2"}


def test_a_file_cut_anywhere_gives_the_rows_before_and_takes_new_ones(tmp_path: Path) -> None:
    data = (filled(tmp_path).path or Path()).read_bytes()
    chance = random.Random(3)
    for size in [0, 1, 17, 18, 19, *(chance.randrange(len(data)) for _ in range(30))]:
        path = tmp_path / f"cut{size}.facts"
        path.write_bytes(data[:size])
        cache = Cache(path)
        found = cache.load()
        assert found.items() <= ROWS.items()
        cache.append([(b"more", b"x")])
        assert cache.load() == {**found, b"more": b"x"}


def test_flipped_bytes_never_give_a_wrong_row(tmp_path: Path) -> None:
    data = (filled(tmp_path).path or Path()).read_bytes()
    chance = random.Random(5)
    for i in range(60):
        broken = bytearray(data)
        broken[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / f"flip{i}.facts"
        path.write_bytes(bytes(broken))
        assert Cache(path).load().items() <= ROWS.items()


def test_a_cache_that_cannot_be_used_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "folder.facts").mkdir()
    for cache in (Cache(tmp_path / "folder.facts"), Cache(None)):
        cache.append([(b"a", b"1")])
        assert cache.load() == {}


def test_one_file_for_a_workspace_and_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_CACHE", str(tmp_path))
    one, other = cache_for(Path("/a")).path, cache_for(Path("/b")).path
    assert one is not None
    assert one == cache_for(Path("/a")).path
    assert one != other
    old = tmp_path / (one.name.split("-")[0] + "-0000.facts")
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    cache_for(Path("/b"))
    assert old.exists()
    cache_for(Path("/a"))
    assert not old.exists()
    monkeypatch.setenv("HEADWATER_CACHE", "off")
    assert cache_for(Path("/a")).path is None


def test_replace(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.replace([(b"only", b"1")])
    assert cache.load() == {b"only": b"1"}
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["w.facts"]


def test_another_version_of_the_parser_finds_nothing_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_CACHE", str(tmp_path))
    before = cache_for(Path("/w")).path
    monkeypatch.setattr("lsp_server.project.cache.version", lambda name: f"{name} of tomorrow")
    assert cache_for(Path("/w")).path != before
