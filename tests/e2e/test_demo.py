"""`headwater demo` from an installed wheel: the four steps hold, the output fits a terminal, and a step that fails is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's content, as pip lays it out."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=_not_in_a_clone)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def _not_in_a_clone(folder: str, names: list[str]) -> set[str]:
    unwanted = {".git", ".venv", "node_modules", "build", "__pycache__", "tests", "vscode-extension", ".headwater"}
    return {name for name in names if name in unwanted or name.startswith(".mypy") or name.endswith(".duckdb")}


def run_demo(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo of that installation, elsewhere than in the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, "-m", "lsp_server", "demo", *arguments],
        cwd=site.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_every_step_holds_in_an_installed_package(installed: Path, tmp_path: Path) -> None:
    done = run_demo(installed, "--svg", str(tmp_path / "demo.svg"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✘") == 0
    for words in ("prod is built", "nothing is computed", "its impact shown", "prod's views move", "every step holds"):
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    picture = (tmp_path / "demo.svg").read_text(encoding="utf-8")
    assert "every" in picture
    assert "url(" not in picture.replace("url(#", "")  # it fetches nothing


def test_a_step_that_does_not_hold_is_told(installed: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(installed, site)
    hidden = "MODEL (name marts.hidden, kind FULL);\nselect ride_id from staging.rides\n"  # lower case: the demo's own search misses it
    (site / "lsp_server/project/demo_workspace/models/marts/hidden.sql").write_text(hidden)
    done = run_demo(site)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "a step does not hold" in done.stdout
