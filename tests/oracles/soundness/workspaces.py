"""An edited query among its neighbours: an upstream model, or none, and downstream models that read it in every way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from tests.oracles.soundness.harmless import HARMLESS
from tests.oracles.soundness.traps import TRAPS

Columns = list[tuple[str, str]]
"""(name, type as the engine shows it)."""


@dataclass
class Case:
    """One edit: model name to text, before and after, in topological order."""

    trap: str
    harmless: bool
    before: dict[str, str]
    after: dict[str, str]

    @property
    def edited(self) -> str:
        """The model whose text changed."""
        return next(name for name, text in self.before.items() if self.after[name] != text)


def edit(rng: Random, name: str) -> tuple[str, list[str], bool]:
    """A query and versions of it by the edit called `name`."""
    if name in TRAPS:
        before, afters = TRAPS[name](rng)
        return before, afters, False
    before, afters = HARMLESS[name](rng)
    return before, [after for after in afters if after != before], True


def wrapped(rng: Random, before: str, afters: list[str]) -> tuple[str, list[str]]:
    """The edited query as a part of a larger one, now and then."""
    pick = rng.random()
    if pick < 0.6:
        return before, afters
    shape = rng.choice(
        [
            "WITH q AS ({}) SELECT * FROM q",
            "SELECT * FROM ({}) q",
            "SELECT z.*, t1.c AS zc FROM t1 LEFT JOIN ({}) z ON t1.a > 0",
            "SELECT count(*) AS n FROM ({}) q",
            "SELECT * FROM ({}) q UNION ALL SELECT * FROM ({}) r",
            "WITH q AS ({}) SELECT x.*, y.* FROM q x, q y",
            "SELECT DISTINCT * FROM ({}) q",
            "SELECT a FROM t1 WHERE EXISTS (SELECT 1 FROM ({}) q)",
            "SELECT * FROM ({}) q LIMIT 2",
        ]
    )
    if any("RECURSIVE" in text for text in (before, *afters)):
        shape = "SELECT * FROM ({}) q"
    return shape.replace("{}", before), [shape.replace("{}", after) for after in afters]


def readers(rng: Random, columns: Columns, model: str, ordered: bool = False) -> dict[str, str]:
    """Downstream models of `model`: two to four, some of them reading one another; `ordered`: the first reads its order."""
    names = [f'"{name}"' for name, _ in columns]
    one, two = rng.choice(names), rng.choice(names)
    numbers = [
        f'"{name}"' for name, kind in columns if kind in ("INTEGER", "BIGINT", "HUGEINT") or kind.startswith("DECIMAL")
    ]
    number = rng.choice(numbers) if numbers else "1"
    texts = [
        f"SELECT DISTINCT * FROM {model}",
        f"SELECT * FROM {model} UNION SELECT * FROM {model} WHERE {number} > 0",
        f"SELECT * FROM {model} UNION ALL SELECT * FROM {model}",
        f"SELECT first({one}) AS v, count(*) AS n FROM {model}",
        f"SELECT list({one}) AS v FROM {model}",
        f"SELECT {one}, {two} AS o FROM {model} LIMIT 2",
        f"SELECT {one}, sum({number}) AS v, count(*) AS n FROM {model} GROUP BY {one}",
        f"SELECT {one}, {two} AS o FROM {model}",
        f"SELECT {one} FROM {model} WHERE {number} > 0",
        f"SELECT count(*) AS n FROM {model}",
        f"SELECT t1.a AS ta, m.{one} FROM t1 LEFT JOIN {model} m ON t1.a = {number}",
        f"SELECT * FROM t1 NATURAL LEFT JOIN {model}",
        f"SELECT {one}, row_number() OVER (ORDER BY {number}) AS rn FROM {model}",
        f"SELECT x.{one} AS p, y.{two} AS q FROM {model} x, {model} y",
        f"SELECT * FROM {model} EXCEPT SELECT * FROM {model} WHERE {number} > 1",
        f"SELECT a FROM t1 WHERE a IN (SELECT {number} FROM {model})",
        f"SELECT {one} FROM {model} QUALIFY row_number() OVER (PARTITION BY {one} ORDER BY {number}) = 1",
        f"SELECT * EXCLUDE ({one}), 1 AS more FROM {model}",
        f"SELECT *, count(*) OVER () AS more FROM {model}",
        f"SELECT m.{one}, u.g FROM {model} m, generate_series(1, 2) u(g)",
    ]
    picked = rng.sample(texts, rng.choice([2, 2, 3]))
    if ordered:
        everything = ", ".join(f"{call}({name})" for call, name in zip(["list", "first", "list"], names, strict=False))
        picked[0] = f"SELECT {everything}, list({rng.choice(names)}) FROM {model}"
    found = {f"d{at}": text for at, text in enumerate(picked)}
    if rng.random() < 0.4:
        last = f"d{rng.randrange(len(found))}"
        found["e0"] = rng.choice(
            [f"SELECT DISTINCT * FROM {last}", f"SELECT count(*) AS n FROM {last}", f"SELECT * FROM {last} LIMIT 1"]
        )
    return found


def with_upstream(rng: Random, texts: list[str]) -> tuple[dict[str, str], list[str]]:
    """Now and then a table that `texts` read is a model over that table; gives the model and the texts that read it."""
    table = rng.choice(["t1", "t2"])
    if rng.random() < 0.75 or any("RECURSIVE" in text for text in texts):
        return {}, texts
    shapes = [
        "SELECT * FROM {}",
        "SELECT * FROM {} WHERE a > 0",
        "SELECT DISTINCT * FROM {}",
        "SELECT * FROM {} ORDER BY b, a",
    ]
    model = {"u0": rng.choice(shapes).format(table)}
    return model, [re.sub(rf"\b{table}\b", "u0", text) for text in texts]
