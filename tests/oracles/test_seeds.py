"""The types of seeds, guessed without a database, against DuckDB's own reader: the demo's files, and random columns."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from lsp_server.environments.engines.duckdb import DuckSession
from lsp_server.environments.progress import Cancel
from lsp_server.project.seeds import look

ROOT = Path(__file__).resolve().parents[2]


def by_duckdb(path: Path) -> list[tuple[str, str]]:
    relation = duckdb.sql(f"SELECT * FROM read_csv('{path}') LIMIT 0")
    return [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]


def by_us(path: Path) -> list[tuple[str, str]]:
    interface = look(path.read_bytes()).interface
    return [(column.name, column.type) for column in interface.columns] if interface is not None else []


@pytest.mark.parametrize("path", sorted((ROOT / "demo_workspace" / "seeds").glob("*.csv")), ids=lambda path: path.name)
def test_the_demo_s_seeds(path: Path) -> None:
    assert by_us(path) == by_duckdb(path)


CELLS: dict[str, Callable[[random.Random], str]] = {
    "integer": lambda r: str(r.randint(-(10 ** r.randint(1, 18)), 10**9)),
    "large": lambda r: str(r.randint(10**19, 10**20)),
    "decimal": lambda r: f"{r.uniform(-100, 100):.{r.randint(1, 4)}f}",
    "exponent": lambda r: f"{r.randint(1, 9)}e{r.randint(0, 9)}",
    "boolean": lambda r: r.choice(("true", "false")),
    "date": lambda r: f"20{r.randint(10, 29)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}",
    "time": lambda r: f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}",
    "timestamp": lambda r: (
        f"2024-{r.randint(1, 12):02}-{r.randint(1, 28):02} {r.randint(0, 23):02}:00:{r.randint(0, 59):02}"
    ),
    "zoned": lambda r: f"2024-01-{r.randint(1, 28):02} 10:00:00+0{r.randint(0, 9)}",
    "word": lambda r: r.choice(("red", "green", "a, b", 'said "no"', "ü")),
    "code": lambda r: f"{r.randint(0, 99):04}",
}


def test_random_columns(tmp_path: Path) -> None:
    chance = random.Random(int(os.environ.get("SEED", "11")))
    for number in range(int(os.environ.get("N", "120"))):
        kinds = [chance.choice(list(CELLS)) for _ in range(chance.randint(2, 4))]
        empty = chance.choice((0, 0, 0.3))
        rows = [
            ["" if chance.random() < empty else CELLS[kind](chance) for kind in kinds]
            for _ in range(chance.randint(2, 9))
        ]
        if any(not any(row) for row in rows):
            continue
        path = tmp_path / f"{number}.csv"
        lines = [[f"{kind}_{i}" for i, kind in enumerate(kinds)], *rows]
        path.write_text("\n".join(",".join(quoted(cell) for cell in line) for line in lines) + "\n")
        assert by_us(path) == by_duckdb(path), path.read_text()


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell


def test_texts_that_stand_for_no_value(tmp_path: Path) -> None:
    path = tmp_path / "seed.csv"
    path.write_text("code,n\nNA,1\nb,-\n,3\n")
    options = [("na_values", "NA"), ("na_values", "-")]
    relation = duckdb.sql(DuckSession(duckdb.connect(), Cancel()).read_csv(str(path), options, ()))
    assert relation.fetchall() == [(None, 1), ("b", None), (None, 3)]
    interface = look(path.read_bytes(), {"na_values": ["NA", "-"]}).interface
    assert interface is not None
    assert [column.type for column in interface.columns] == [str(kind) for kind in relation.types]
