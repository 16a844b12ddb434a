"""Headwater in real Neovims, with the documented set-up and nothing else, by keys.

Debian's Neovim (0.7) and a current one; `make test` installs both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors import workspace as demo
from tests.editors.nvim.neovim import Neovim
from tests.editors.terminal import until

CACHE = Path(os.environ.get("HEADWATER_TEST_CACHE", "~/.cache/headwater-tests")).expanduser()
EDITORS = {"debian": ("/usr/bin/nvim", "neovim-old"), "newer": (str(CACHE / "neovim-forky/bin/nvim"), "neovim")}
Open = Callable[[str], Neovim]

ATTACHED = """
local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
return clients[1] ~= nil and clients[1].initialized == true and vim.lsp.buf_is_attached(0, clients[1].id)
"""
MESSAGES = "return table.concat(vim.tbl_map(function(d) return d.message end, vim.diagnostic.get(0)), '\\n')"
FLOATING = """
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\\n')
  end
end
return ''
"""


@pytest.fixture(params=list(EDITORS))
def edit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens a file of a fresh copy of the demo workspace in one of the Neovims, attached to the real server."""
    program, block = EDITORS[request.param]
    assert shutil.which(program), f"{program} is not there; `make test` installs it"
    home = tmp_path / "home"
    environment = demo.environment(home)
    init = home / "init.lua"
    init.write_text("vim.o.hidden = true\n" + demo.documented(block), encoding="utf-8")
    folder = demo.copy_of_demo(tmp_path / "bikes")
    opened: list[Neovim] = []

    def start(file: str) -> Neovim:
        opened.append(Neovim(program, init, folder, file, environment))
        opened[-1].until("the server is attached", ATTACHED, 120)
        return opened[-1]

    yield start
    for neovim in opened:
        neovim.__exit__()


def test_a_typo_is_underlined_and_mended_by_its_code_action(edit: Open) -> None:
    neovim = edit("models/staging/stations.sql")
    neovim.keys("/s.docks<CR>wwcwdoks<Esc>")
    neovim.until(
        "the mark at the unknown column",
        MESSAGES.replace("return ", "local m = ", 1) + " return m:find('docks') ~= nil",
    )
    mark = neovim.terminal.mark()
    neovim.keys("gra")
    neovim.keys(neovim.terminal.choice(mark, "Change to") + "<CR>")
    neovim.until("the line is mended", "return vim.api.nvim_get_current_line():find('s.docks', 1, true) ~= nil")
    neovim.until(
        "no mark is left", "return #vim.diagnostic.get(0, {severity = {min = vim.diagnostic.severity.WARN}}) == 0"
    )


def test_hover_tells_where_a_column_comes_from(edit: Open) -> None:
    neovim = edit("models/marts/daily_revenue.sql")
    neovim.keys("/gross_cents<CR>K")
    text = until("a floating window", lambda: neovim.lua(FLOATING), show=neovim.terminal.last_drawn)
    assert "gross_cents" in text
    assert "BIGINT" in text
    assert "intermediate.ride_charges" in text


def test_completion_offers_exactly_the_columns_in_scope(edit: Open) -> None:
    neovim = edit("models/staging/stations.sql")
    neovim.keys("/s.docks<CR>Os.<C-x><C-o>")
    words = neovim.until(
        "the menu",
        "local w = vim.tbl_map(function(i) return i.word end, vim.fn.complete_info({'items'}).items) return #w > 0 and w",
    )
    assert set(words) == {"station_id", "name", "district_id", "latitude", "longitude", "docks", "opened_on"}


def test_rename_reaches_every_file(edit: Open) -> None:
    neovim = edit("models/staging/repairs.sql")
    mark = neovim.terminal.mark()
    neovim.keys("/cost_cents$<CR>grn")
    until("the question", lambda: "New Name:" in neovim.terminal.drawn_since(mark), show=neovim.terminal.last_drawn)
    neovim.keys("<C-u>price_in_cents<CR>")
    neovim.until("the column is renamed here", "return vim.fn.search('price_in_cents', 'nw') > 0")
    neovim.keys("<Esc>:wall<CR>")
    folder = Path(str(neovim.lua("return vim.fn.getcwd()")))
    reader = folder / "models/intermediate/bike_condition.sql"
    until(
        "the reader is written",
        lambda: "SUM(price_in_cents)" in reader.read_text("utf-8"),
        20,
        neovim.terminal.last_drawn,
    )
    checked = subprocess.run(
        [sys.executable, "-m", "lsp_server", "check", str(folder)],
        cwd=demo.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_environments_are_built_created_and_promoted_by_code_action(edit: Open) -> None:
    neovim = edit("models/staging/rides.sql")
    terminal = neovim.terminal
    folder = Path(str(neovim.lua("return vim.fn.getcwd()")))

    def choose(title: str, asks: bool) -> tuple[set[str], int]:
        """Choose the action, confirm it if it changes prod, wait until it is told that it is done."""
        mark = terminal.mark()
        neovim.keys("gggra")
        number = terminal.choice(mark, title)
        asked = terminal.mark()
        neovim.keys(f"{number}<CR>")
        if asks:
            terminal.choice(asked, title)
            neovim.keys("1<CR>")
        until(f"the end of {title}", lambda: "tables computed" in terminal.drawn_since(asked), 90, terminal.last_drawn)
        neovim.keys("<CR>")
        return demo.views_and_tables(folder)

    views, tables = choose("Build prod", asks=True)
    assert len(views) == 29
    assert tables == 22
    mirrored, tables = choose("Create dev", asks=False)
    assert mirrored > views
    assert (len(mirrored), tables) == (58, 22)
    assert choose("Promote dev", asks=True) == (mirrored, 22)
