"""Which folders are workspaces: a configuration file marks a workspace's root."""

from __future__ import annotations

import os
from pathlib import Path

HEADWATER, YAMLS, PYTHON, DBT = "headwater.toml", ("config.yaml", "config.yml"), "config.py", "dbt_project.yml"
_MARKS = (HEADWATER, *YAMLS, DBT)


def find_root(start: Path) -> Path | None:
    """The nearest folder from `start` upwards that a configuration file marks as a workspace's root."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if any((folder / name).is_file() for name in _MARKS) or (
            (folder / PYTHON).is_file() and (folder / "models").is_dir()
        ):
            return folder
    return None


def roots_of(folder: str, depth: int = 3) -> list[str]:
    """The workspaces of a folder: the one that it lies in, those that lie in it, or itself."""
    above = find_root(Path(folder))
    if above is not None:
        return [os.path.realpath(above)]
    found: list[str] = []
    level = [folder]
    for _ in range(depth):
        below = [entry.path for parent in level for entry in _folders(parent)]
        found += [os.path.realpath(path) for path in below if find_root(Path(path)) == Path(path)]
        level = [path for path in below if os.path.realpath(path) not in found]
    return found or [os.path.realpath(folder)]


def _folders(parent: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(parent) as entries:
            return [
                entry for entry in entries if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []
