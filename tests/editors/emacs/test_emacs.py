"""Headwater in a real Emacs with eglot, with the documented set-up and nothing else, by keys."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors import workspace as demo
from tests.editors.emacs.emacs import RETURN, Emacs
from tests.editors.terminal import until

Open = Callable[[str], Emacs]
QUIET = """
(package-initialize)
(setq make-backup-files nil create-lockfiles nil auto-save-default nil inhibit-startup-screen t
      eglot-sync-connect 20 use-dialog-box nil eglot-confirm-server-initiated-edits nil)
"""
MESSAGES = '(mapconcat #\'flymake-diagnostic-text (flymake-diagnostics) "\\n")'
TEXT = "(buffer-substring-no-properties (point-min) (point-max))"


@pytest.fixture
def edit(tmp_path: Path) -> Iterator[Open]:
    """Opens a file of a fresh copy of the demo workspace in Emacs, attached to the real server."""
    home = tmp_path / "home"
    environment = demo.environment(home)
    init = home / "init.el"
    init.write_text(QUIET + demo.documented("eglot"), encoding="utf-8")
    folder = demo.copy_of_demo(tmp_path / "bikes")
    opened: list[Emacs] = []

    def start(file: str) -> Emacs:
        opened.append(Emacs(init, folder, file, environment))
        opened[-1].until("the server is attached", "(if (and (eglot-managed-p) (eglot-current-server)) t nil)", 40)
        return opened[-1]

    yield start
    for emacs in opened:
        emacs.__exit__()


def go_to(emacs: Emacs, words: str) -> None:
    """Search from the top, as a person does; the cursor is behind the words."""
    emacs.keys(f"\x1b<\x13{words}{RETURN}")


def test_a_typo_is_underlined_and_mended_by_its_code_action(edit: Open) -> None:
    emacs = edit("models/staging/stations.sql")
    go_to(emacs, "s.docks")
    emacs.keys("\x7f\x7f\x7fks")  # docks -> doks
    emacs.until("the mark at the unknown column", f'(if (string-match-p "docks" {MESSAGES}) t nil)')
    emacs.keys("\x02")  # back onto the word
    mark = emacs.terminal.mark()
    emacs.command("eglot-code-actions")
    until("the menu", lambda: "Change" in emacs.terminal.drawn_since(mark), show=emacs.terminal.last_drawn)
    emacs.keys(RETURN)
    emacs.until("the line is mended", f'(if (string-match-p "s.docks" {TEXT}) t nil)')


def test_hover_tells_where_a_column_comes_from(edit: Open) -> None:
    emacs = edit("models/marts/daily_revenue.sql")
    go_to(emacs, "gross_cents")
    emacs.keys("\x02")
    emacs.command("eldoc")
    text = '(if (buffer-live-p eldoc--doc-buffer) (with-current-buffer eldoc--doc-buffer (buffer-string)) "")'
    emacs.until("the hover's text", f'(if (string-match-p "intermediate.ride_charges" {text}) t nil)')


def test_completion_offers_the_columns_in_scope(edit: Open) -> None:
    emacs = edit("models/staging/stations.sql")
    go_to(emacs, "s.docks")
    emacs.keys(f",{RETURN}s.lat")
    emacs.command("completion-at-point")
    emacs.until("the column is completed", f'(if (string-match-p "s.latitude" {TEXT}) t nil)')


def test_rename_reaches_every_file(edit: Open) -> None:
    emacs = edit("models/staging/repairs.sql")
    folder = Path(str(emacs.lisp("default-directory"))).parents[1]
    emacs.keys("\x1b>\x12cost_cents" + RETURN)  # the last one, from below: the projection
    emacs.command("eglot-rename")
    mark = emacs.terminal.mark()
    emacs.keys(f"price_in_cents{RETURN}")
    until("the list of files", lambda: "Proceed?" in emacs.terminal.drawn_since(mark), show=emacs.terminal.last_drawn)
    emacs.keys("y")
    emacs.until("the column is renamed here", f'(if (string-match-p "price_in_cents" {TEXT}) t nil)')
    emacs.keys("\x18s!")  # save all of them
    reader = folder / "models/intermediate/bike_condition.sql"
    until("the reader is written", lambda: "SUM(price_in_cents)" in reader.read_text(encoding="utf-8"))
    checked = subprocess.run(
        [sys.executable, "-m", "lsp_server", "check", str(folder)],
        cwd=demo.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_environments_are_built_created_and_promoted_by_code_action(edit: Open) -> None:
    emacs = edit("models/staging/rides.sql")
    terminal = emacs.terminal
    folder = Path(str(emacs.lisp("default-directory"))).parents[1]

    def choose(title: str, asks: bool) -> tuple[set[str], int]:
        """Choose the action, confirm it if it changes prod, wait until it is told that it is done."""
        mark = terminal.mark()
        emacs.command("eglot-code-actions")
        until("the menu", lambda: "Pick an action" in terminal.drawn_since(mark), show=terminal.last_drawn)
        asked = terminal.mark()
        emacs.keys(title.replace(" ", "\x11 ") + RETURN)  # a space alone would complete a word
        if asks:
            until("the question", lambda: f"{title}?" in terminal.drawn_since(asked), show=terminal.last_drawn)
            emacs.keys(RETURN)  # the first answer stands there already
        until(f"the end of {title}", lambda: "tables computed" in terminal.drawn_since(asked), 90, terminal.last_drawn)
        return demo.views_and_tables(folder)

    views, tables = choose("Build prod", asks=True)
    assert (len(views), tables) == (29, 22)
    mirrored, tables = choose("Create dev as a mirror of prod", asks=False)
    assert (len(mirrored), tables) == (58, 22)
    assert choose("Promote dev to prod", asks=True) == (mirrored, 22)
