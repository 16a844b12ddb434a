"""Every command that the README and the pages in docs/ show is run, and prints what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.console import Command, commands, matches

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_COMMANDS = [page for page in PAGES if any(True for _ in commands(page))]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    folder, environment = _place(tmp_path)
    for command in commands(page):
        if command.text.startswith("make "):
            _target_exists(command)
            continue
        done = subprocess.run(
            command.text,
            shell=True,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        where = f"{page.name}:{command.line}: {command.text}"
        assert done.returncode == command.exits, f"{where} exited {done.returncode}\n{done.stdout}{done.stderr}"
        assert matches(command.output, done.stdout), f"{where} printed\n{done.stdout}\nthe page shows\n" + "\n".join(
            command.output
        )


def _place(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A copy of the demo workspace in a git repository of its own, and an environment with `headwater` on the path."""
    folder, programs = tmp_path / "demo_workspace", tmp_path / "bin"
    shutil.copytree(
        ROOT / "demo_workspace", folder, ignore=shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")
    )
    programs.mkdir()
    launcher = programs / "headwater"
    launcher.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m lsp_server "$@"\n')
    launcher.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "COLUMNS": "80",
        "NO_COLOR": "1",
    }
    git = ["git", "-c", "user.name=Reader", "-c", "user.email=reader@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "The demo as it comes"]):
        subprocess.run([*git, *arguments], cwd=folder, env=environment, check=True)
    return folder, environment


def _target_exists(command: Command) -> None:
    target = command.text.split()[1]
    assert re.search(rf"^{re.escape(target)}:.*##", (ROOT / "Makefile").read_text(), re.MULTILINE), (
        f"no target: make {target}"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
