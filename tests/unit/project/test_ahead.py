"""Files that are read ahead are those of the disk, and what moves meanwhile is found."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lsp_server.graph.digests import of_text
from lsp_server.project import ahead
from lsp_server.project.ahead import Ahead
from lsp_server.project.files import LARGEST, Disk, UnreadableError, decode
from lsp_server.project.workspace import open_workspace

SEEDS = [1, int(os.environ.get("SEED", random.randrange(1 << 30)))]
LONG_AGO = time.time() - 1000


def contents(disk: Disk) -> dict[str, bytes | str | None]:
    found: dict[str, bytes | str | None] = {}
    for path in disk.paths():
        try:
            found[path] = disk.read(path)
        except UnreadableError as error:
            found[path] = str(error)
    return found


def written(path: Path, content: bytes) -> None:
    """A file that was not written just now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))


def tree(root: Path, draw: random.Random) -> list[Path]:
    """A folder with all that folders may have."""
    written(root / "headwater.toml", b"")
    paths = [root / draw.choice(["", "models", "models/a", ".hidden", "build"]) / f"{n}.sql" for n in range(30)]
    for path in paths:
        written(path, draw.choice([b"SELECT 1", b"", b"\xff\xfe", b"\xef\xbb\xbfSELECT 2", b"SELECT '\xe9'", b"\0"]))
    written(root / "models" / "large.sql", b"x" * (LARGEST + 1))
    (root / "models" / "pipe.sql").unlink(missing_ok=True)
    os.mkfifo(root / "models" / "pipe.sql")
    (root / "models" / "again").symlink_to(root / "models")
    (root / "models" / "nowhere.sql").symlink_to(root / "nothing")
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_the_disk(tmp_path: Path, seed: int) -> None:
    tree(tmp_path, random.Random(seed))
    files = Ahead([str(tmp_path)]).files(tmp_path)
    assert files is not None
    assert contents(files) == contents(Disk(tmp_path))
    assert files.unreadable() == {}
    assert [path for path in files.moved() if path is not None] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_of_which_nothing_is_to_be_said_are_ready(tmp_path: Path, seed: int) -> None:
    tree(tmp_path, random.Random(seed))
    written(tmp_path / "models/lines.sql", "SELECT '\u00e9\U0001f600'\r\n".encode())
    files, disk = Ahead([str(tmp_path)]).files(tmp_path), contents(Disk(tmp_path))
    assert files is not None
    for path, content in disk.items():
        text, problem = decode(content) if isinstance(content, bytes) else (None, None)
        sound = text is not None and problem is None and text.encode() == content
        assert files.ready.get(path) == ((text, of_text(text)) if sound and text is not None else None), path
    assert "models/lines.sql" in files.ready
    written(tmp_path / "models/lines.sql", b"SELECT 2")
    assert files.read("models/lines.sql") == disk["models/lines.sql"]
    assert files.read("models/lines.sql") == b"SELECT 2", "what was read ahead is given once"
    assert {path for path in files.moved() if path is not None} == {"models/lines.sql"}
    assert not files.ready, "from then on the disk is asked"


def test_a_project_of_them_is_that_of_the_disk(tmp_path: Path) -> None:
    tree(tmp_path, random.Random(SEEDS[-1]))
    written(tmp_path / "models/read.sql", b"MODEL (name s.read);\nSELECT 1 AS a")
    ahead, plain = open_workspace(tmp_path, Ahead([str(tmp_path)])), open_workspace(tmp_path)
    assert not ahead._ready, "each was taken"
    for project in (ahead, plain):
        project.stabilise()
    assert ahead.problems == plain.problems
    assert ahead.graph.paths() == plain.graph.paths()
    assert [ahead.graph.text(path) for path in ahead.graph.paths()] == [
        plain.graph.text(path) for path in plain.graph.paths()
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_moved_since_is_told(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    paths = tree(tmp_path, draw)
    files = Ahead([str(tmp_path)]).files(tmp_path)
    assert files is not None
    before = contents(files)
    for path in draw.sample(paths, 5):
        match draw.randrange(3):
            case 0:
                path.unlink(missing_ok=True)
            case 1:
                path.write_bytes(path.read_bytes() + b" ")
            case 2:
                written(path.with_suffix(".new.sql"), b"SELECT 3")
    now = contents(Disk(tmp_path))
    different = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
    assert different
    told = [path for path in files.moved() if path is not None]
    assert sorted(told) == sorted(different)
    assert contents(files) == now


def test_after_that_the_disk_is_read(tmp_path: Path) -> None:
    written(tmp_path / "a.sql", b"SELECT 1")
    files = Ahead([str(tmp_path)]).files(tmp_path)
    assert files is not None
    (tmp_path / "a.sql").write_bytes(b"SELECT 2")
    assert list(files.moved()) == ["a.sql"]
    assert files.read("a.sql") == b"SELECT 2"


def test_a_file_of_this_moment_is_looked_at_again(tmp_path: Path) -> None:
    written(tmp_path / "old.sql", b"SELECT 1")
    (tmp_path / "new.sql").write_bytes(b"SELECT 1")
    files = Ahead([str(tmp_path)]).files(tmp_path)
    assert files is not None
    assert [path for path in files.moved() if path is not None] == ["new.sql"]


def test_a_project_catches_up(tmp_path: Path) -> None:
    """One file changes, one comes, one goes after they were read ahead."""
    for name in "abc":
        written(tmp_path / "models" / f"{name}.sql", f"MODEL (name {name});\nSELECT 1 AS x".encode())
    written(tmp_path / "headwater.toml", b"")
    begun = Ahead([str(tmp_path)])
    begun.files(Path("/nowhere"))  # waits until all is read
    (tmp_path / "models" / "a.sql").write_text("MODEL (name a);\nSELECT 1 AS y")
    (tmp_path / "models" / "b.sql").unlink()
    (tmp_path / "models" / "d.sql").write_text("MODEL (name d);\nSELECT 1 AS x")
    project = open_workspace(tmp_path, begun)
    project.stabilise()
    assert sorted(project.graph.names.names()) == ["a", "b", "c"]
    assert not project.catch_up(lambda: True), "so few files are one step"
    project.stabilise()
    assert sorted(project.graph.names.names()) == ["a", "c", "d"]
    assert [column.name for column in project.graph.interface("a").columns] == ["y"]
    assert project.catch_up(lambda: False) is False


def test_without_it_the_disk_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path / "a.sql", b"SELECT 1")
    monkeypatch.setattr(ahead, "command", lambda module, *given: [sys.executable, "-c", "raise SystemExit(3)"])
    begun = Ahead([str(tmp_path)])
    assert begun.files(tmp_path) is None
    assert "could not be read ahead: it ended with 3" in caplog.text
    assert begun.files(tmp_path) is None
    begun.close()


def test_no_more_is_held_than_is_allowed(tmp_path: Path) -> None:
    for number in range(10):
        written(tmp_path / f"{number}.sql", b"x" * 100)
    (listed, _, read), taken = ahead._read_all(str(tmp_path), 350)
    assert (len(listed), len(read), taken) == (10, 3, 300)


def test_no_code_of_the_current_folder_is_run(tmp_path: Path) -> None:
    """The server may be started in a workspace: a module of its own there, or of the standard library, is not ours."""
    for name in (
        "lsp_server/__init__.py",
        "lsp_server/project/__init__.py",
        "lsp_server/project/ahead.py",
        "msgspec.py",
        "marshal.py",
        "stat.py",
    ):
        written(tmp_path / name, b"raise SystemExit('code of the workspace was run')")
    for module in ("lsp_server.project.ahead", "lsp_server.project.worker"):
        script = "import sys\nfrom lsp_server.project import processes as p\nimport subprocess\nsys.path = [x for x in sys.path if x]\n"
        script += f"print(subprocess.run(p.command({module!r}), env=p.environment(), stdin=subprocess.DEVNULL, capture_output=True))"
        done = subprocess.run(
            [sys.executable, "-P", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert "code of the workspace" not in done.stdout
        assert "returncode=0" in done.stdout
