"""The generated table of functions is what the installed DuckDB's catalogue says."""

from __future__ import annotations

import os
import random

from lsp_server.semantics import catalog
from tests.generate.duckdb_catalog import TARGET, module, taken

SEED = int(os.environ.get("SEED", random.randrange(1 << 30)))


def test_catalog_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == module(known())


def test_what_functions_take() -> None:
    """All of it takes a minute to try out: a tenth of it each time."""
    print("seed", SEED)
    names = sorted({each.partition("/")[0] for names in known().values() for each in names})
    drawn = {*random.Random(SEED).sample(names, len(names) // 10), "sum", "upper", "round", "date_trunc"}
    wanted = {
        kinds: each
        for kinds, names in known().items()
        if (each := [name for name in names if name.partition("/")[0] in drawn])
    }
    assert taken(drawn.__contains__) == wanted


def known() -> dict[str, list[str]]:
    lines = (line.partition(": ") for line in catalog.TAKEN.strip().splitlines())
    return {kinds: names.split() for kinds, _, names in lines}
