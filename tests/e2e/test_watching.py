"""A mirror of a folder that is only told what changed is the folder, whatever was done to it and however quickly."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lsp_server.project import watching
from lsp_server.project.files import Disk
from lsp_server.project.watching import changes

SEEDS = [1, 2, int(os.environ.get("SEED", random.randrange(1 << 30)))]


class Mirror:
    """The files of a folder as somebody knows them who reads a path, or all in a folder, when he is told of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = contents(root)
        self.told: set[str] = set()

    def hear(self, batch: set[Path]) -> None:
        for path in batch:
            place = path.relative_to(self.root).as_posix()
            self.told.add(place)
            inside = "" if place == "." else place + "/"
            for known in [known for known in self.files if known == place or known.startswith(inside)]:
                del self.files[known]
            now = contents(self.root)
            self.files |= {name: text for name, text in now.items() if name == place or name.startswith(inside)}


def contents(root: Path) -> dict[str, bytes]:
    disk = Disk(root)
    return {path: content for path in disk.paths() if (content := disk.read(path)) is not None}


@contextmanager
def watched(root: Path) -> Iterator[Mirror]:
    """A mirror, from the moment in which the folder is watched."""
    mirror, stop, stands = Mirror(root), threading.Event(), threading.Event()

    def follow() -> None:
        for batch in changes([root], stop):
            if root / "stands.sql" in batch:
                stands.set()
            mirror.hear(batch)

    thread = threading.Thread(target=follow)
    thread.start()
    while not stands.wait(0.05):
        (root / "stands.sql").write_text(str(time.time()))
    try:
        yield mirror
    finally:
        stop.set()
        thread.join()


def until_equal(mirror: Mirror) -> None:
    until = time.monotonic() + 10
    while mirror.files != contents(mirror.root) and time.monotonic() < until:
        time.sleep(0.05)
    assert mirror.files == contents(mirror.root)


def test_files_in_new_folders(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("SELECT 1")
    with watched(tmp_path) as mirror:
        (tmp_path / "models" / "deep" / "deeper").mkdir(parents=True)
        (tmp_path / "models" / "deep" / "deeper" / "b.sql").write_text("SELECT 2")
        until_equal(mirror)
        (tmp_path / "models" / "deep" / "deeper" / "b.sql").write_text("SELECT 3")
        until_equal(mirror)
        shutil.rmtree(tmp_path / "models" / "deep")
        until_equal(mirror)
        (tmp_path / "models" / "deep").mkdir()
        (tmp_path / "models" / "deep" / "c.sql").write_text("SELECT 4")
        until_equal(mirror)
        (tmp_path / "models" / "deep" / "c.sql").write_text("SELECT 5")
        until_equal(mirror)


def test_what_holds_no_sources_is_not_told(tmp_path: Path) -> None:
    for folder in (".venv/lib", "node_modules/x", "models"):
        (tmp_path / folder).mkdir(parents=True)
    with watched(tmp_path) as mirror:
        for folder in (".venv/lib", "node_modules/x", "models", "models/.hidden"):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / "a.sql").write_text("SELECT 1")
        until_equal(mirror)
        time.sleep(0.5)
    assert mirror.told == {"stands.sql", "models/a.sql"}


@pytest.mark.parametrize("moment", ["listed", "watched"])
def test_a_folder_that_comes_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """The folders are listed anew since one has come; another comes when that one is listed, or when the new watch is about to stand."""
    late = tmp_path / "models" / "late"
    begun = watching._batches

    def come() -> None:
        if (tmp_path / "models" / "first").is_dir() and not late.is_dir():
            late.mkdir()
            time.sleep(0.3)
            (late / "a.sql").write_text("SELECT 1")

    class Slow(Disk):
        def folders(self) -> Iterator[str]:
            yield from list(super().folders())
            if moment == "listed":
                come()

    def batches(*given: Any, **more: Any) -> Any:
        if moment == "watched":
            come()
        return begun(*given, **more)

    monkeypatch.setattr(watching, "Disk", Slow)
    monkeypatch.setattr(watching, "_batches", batches)
    (tmp_path / "models").mkdir()
    with watched(tmp_path) as mirror:
        (tmp_path / "models" / "first").mkdir()
        while not (late / "a.sql").is_file():
            time.sleep(0.01)
        until_equal(mirror)
        (late / "a.sql").write_text("SELECT 2")
        until_equal(mirror)


def test_files_that_are_in_a_new_folder_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written into it before it is watched is told with it, also where it came while the folders were listed."""
    real = watching._watch_folders

    def watch_folders(*given: Any) -> Any:
        found = real(*given)
        if (tmp_path / "models" / "first").is_dir() and not (tmp_path / "models" / "first" / "b.sql").is_file():
            (tmp_path / "models" / "c.sql").write_text("SELECT 1")  # while the old watch and the new one stand
            (tmp_path / "models" / "first" / "b.sql").write_text("SELECT 1")
        return found

    monkeypatch.setattr(watching, "_watch_folders", watch_folders)
    (tmp_path / "models").mkdir()
    with watched(tmp_path) as mirror:
        (tmp_path / "models" / "first").mkdir()
        (tmp_path / "models" / "first" / "a.sql").write_text("SELECT 1")
        until_equal(mirror)
        shutil.rmtree(tmp_path / "models" / "first")
        (tmp_path / "models" / "first").mkdir()
        (tmp_path / "models" / "first" / "a.sql").write_text("SELECT 3")
        until_equal(mirror)
        time.sleep(0.6)
        (tmp_path / "models" / "first" / "a.sql").write_text("SELECT 4")
        until_equal(mirror)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_history(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    folders = ["models", "models/a", "models/a/b", "models/c", "other", "other/d"]
    (tmp_path / "models").mkdir()
    with watched(tmp_path) as mirror:
        for step in range(60):
            folder = tmp_path / draw.choice(folders)
            match draw.randrange(6):
                case 0:
                    shutil.rmtree(folder, ignore_errors=True)
                case 1 if folder.is_dir():
                    os.replace(folder, tmp_path / "moved")
                    shutil.rmtree(tmp_path / draw.choice(folders), ignore_errors=True)
                    target = tmp_path / draw.choice(folders)
                    if target.parent.is_dir() and not target.exists():
                        os.replace(tmp_path / "moved", target)
                    shutil.rmtree(tmp_path / "moved", ignore_errors=True)
                case _:
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / f"{draw.choice('xyz')}.sql").write_text(f"SELECT {step}")
            time.sleep(draw.choice((0, 0, 0, 0.01, 0.1, 0.4)))
        until_equal(mirror)
