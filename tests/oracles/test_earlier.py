"""TPC-DS's and TPC-H's queries typed into at random: what is left of the text before changes nothing in the tree and in what it means.

`N=20000 SEED=...` for a long run.
"""

from __future__ import annotations

import os
import random
import re

import pytest

from lsp_server.semantics.binder import Beginning
from lsp_server.semantics.facts import Interface
from tests.inputs import sqlglot_fixtures
from tests.unit.semantics.helper import interface
from tests.unit.semantics.typist import Typist, history

STEPS = int(os.environ.get("N", "150"))
SEED = os.environ.get("SEED", "6")


def queries(suite: str) -> list[str]:
    """Those that begin with WITH: of all others nothing can be left."""
    text = (sqlglot_fixtures() / "optimizer" / suite / f"{suite}.sql").read_text()
    found = [part.strip() for part in re.split(r";|-{10,}", re.sub(r"--.*|\{\{.*?\}\}", "", text))]
    return [part for part in found if part[:4].upper() == "WITH" and len(part) < 6_000]


class Reader(Typist):
    """Nearly every table that a query names has some of the columns that its text has words for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._words = sorted({word.lower() for word in re.findall(r"\b[a-z]+_[a-z_]+\b", text, re.IGNORECASE)})

    def lookup(self, name: str) -> Interface | None:
        """See `Typist`."""
        kind = sum(name.lower().encode())
        return interface(", ".join(f"{word} INTEGER" for word in self._words[kind % 3 :: 3])) if kind % 9 else None


@pytest.mark.parametrize("suite", ["tpc-ds", "tpc-h"])
def test_histories_of_real_queries(suite: str) -> None:
    texts, taken = queries(suite), 0
    assert texts
    for number, text in enumerate(texts):
        rng, typist = random.Random(f"{SEED}.{number}"), Reader(text)

        def change(_: random.Random, typist: Typist = typist) -> None:
            nonlocal taken
            taken += typist.bound is not None and isinstance(typist.bound.beginning, Beginning)

        history(rng, typist, text, max(1, STEPS // len(texts)), change)
    print(f"{suite}: {len(texts)} queries; in {taken} texts there was something to go on from")
    assert taken > len(texts) // 4
