"""Generated code is compiled once: the second import compiles nothing, a damaged file costs time and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lsp_server.project.cache import FOLDER_VARIABLE

SCRIPT = """
import builtins
from lsp_server.project import kept_code
compiled = []
def count(source, filename, mode):
    compiled.append(filename)
    return builtins.compile(source, filename, mode)
kept_code.compile = count
kept_code.keep_code()
from lsprotocol import converters, types
converter = converters.get_converter()
before = len(compiled)
print(len(compiled), types.Position(1, 2), converter.structure({"line": 1, "character": 2}, types.Position))
assert not compiled or len(compiled) > before, "what cattrs compiles is kept, too"
"""


def imported(folder: str) -> tuple[int, str]:
    environment = {**os.environ, FOLDER_VARIABLE: folder}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    number, _, said = done.stdout.strip().partition(" ")
    return int(number), said


def test_the_second_start_compiles_nothing(tmp_path: Path) -> None:
    first, said = imported(str(tmp_path))
    assert first > 300
    assert imported(str(tmp_path)) == (0, said)


def test_a_damaged_file_costs_time_and_no_more(tmp_path: Path) -> None:
    first, said = imported(str(tmp_path))
    (file,) = tmp_path.glob("*.code")
    file.write_bytes(file.read_bytes()[:5_000] + b"damage")
    again, once_more = imported(str(tmp_path))
    assert (0 < again <= first, once_more) == (True, said)
    assert imported(str(tmp_path)) == (0, said)


def test_switched_off_nothing_is_kept() -> None:
    assert imported("off")[0] > 300
    assert imported("off")[0] > 300
