"""The demo's workspace as a file set: where it is kept, and how a person gets a copy of it.

It writes where it is told to and nowhere else, and never over what is there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
NOT_COPIED = shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")


def source() -> Path:
    """The demo's workspace: packaged beside this file, or at the top of a checkout."""
    packaged, checkout = HERE / "demo_workspace", HERE.parents[1] / "demo_workspace"
    return packaged if packaged.is_dir() else checkout


def write(folder: Path) -> None:
    """Copy the demo into a new or empty folder; `FileExistsError` where there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists already and is not empty")
    shutil.copytree(source(), folder, ignore=NOT_COPIED, dirs_exist_ok=True)
