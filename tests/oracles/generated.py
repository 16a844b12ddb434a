"""Random schemas with data, and random scalar expressions over them; `constructs.py` makes whole queries of these.

Values come from small domains, so that joins meet, groups collide and conditions flip.
"""

from __future__ import annotations

import random
from collections.abc import Callable

Columns = list[tuple[str, str]]
"""(name, kind): kinds are "int", "text", "dec", "date", "list", "struct"."""

SQL_TYPES = {
    "int": "INTEGER",
    "text": "VARCHAR",
    "dec": "DECIMAL(8,2)",
    "date": "DATE",
    "list": "INTEGER[]",
    "struct": "STRUCT(f INTEGER, g VARCHAR)",
}


def value(rng: random.Random, kind: str) -> str:
    """A literal from a small domain, NULL now and then."""
    if rng.random() < 0.06:
        return "NULL"
    number = rng.randint(0, 4)
    return {
        "int": str(number),
        "text": f"'{'abcde'[number] * (number % 3 + 1)}'",
        "dec": f"{number}.{rng.choice(['25', '50'])}",
        "date": f"DATE '2024-01-0{number + 1}'",
        "list": "[" + ", ".join(str(rng.randint(0, 3)) for _ in range(rng.randint(0, 3))) + "]::INTEGER[]",
        "struct": f"{{'f': {number}, 'g': '{rng.choice('xyz')}'}}",
    }[kind]


class Schema:
    """Three tables.  Column names repeat across tables, as they do in life."""

    def __init__(self, rng: random.Random) -> None:
        self.tables: dict[str, Columns] = {}
        for name in ("t1", "t2", "t3"):
            kinds = ["int", "int", "text", "dec", "date", "list", "struct"]
            picked = [("id", "int"), ("k", "int")] + [
                (f"{kind[0]}{i}" if i % 2 else f"{kind[0]}{i}{name}", kind)
                for i, kind in enumerate(rng.sample(kinds, 5))
            ]
            if not any(kind == "text" for _, kind in picked):
                picked.append(("name", "text"))
            self.tables[name] = picked

    def ddl(self) -> list[str]:
        return [
            f"CREATE TABLE {table} ({', '.join(f'{n} {SQL_TYPES[k]}' for n, k in columns)})"
            for table, columns in self.tables.items()
        ]

    def value(self, rng: random.Random, kind: str) -> str:
        return value(rng, kind)

    def rows(self, rng: random.Random, table: str, count: int) -> list[list[str]]:
        return [[value(rng, kind) for _, kind in self.tables[table]] for _ in range(count)]


class Item:
    """A relation in a FROM: its text and what it offers under `alias`."""

    def __init__(self, text: str, alias: str, columns: Columns) -> None:
        self.text = text
        self.alias = alias
        self.columns = columns

    def of(self, *kinds: str) -> list[str]:
        return [f"{self.alias}.{name}" for name, kind in self.columns if kind in kinds]


Query = tuple[str, Columns]


class Expressions:
    """Makes names, relations of one table and scalar expressions."""

    def __init__(self, rng: random.Random, schema: Schema) -> None:
        self.rng = rng
        self.schema = schema
        self.count = 0

    def name(self, prefix: str = "c") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def pick(self, options: list[str], fallback: str = "1") -> str:
        return self.rng.choice(options) if options else fallback

    # -- relations

    def base(self) -> Item:
        table = self.rng.choice(list(self.schema.tables))
        alias = self.name("r")
        return Item(f"{table} AS {alias}", alias, list(self.schema.tables[table]))

    # -- scalar expressions

    def integer(self, item: Item, depth: int = 1) -> str:
        ints = item.of("int")
        options: list[Callable[[], str]] = [lambda: self.pick(ints), lambda: self.pick(ints)]
        if depth > 0:
            options += [
                lambda: f"{self.integer(item, 0)} {self.rng.choice('+-*')} {self.integer(item, 0)}",
                lambda: f"coalesce({self.pick(ints)}, {self.integer(item, 0)})",
                lambda: f"CASE WHEN {self.condition(item)} THEN {self.pick(ints)} ELSE {self.pick(ints, '7')} END",
                lambda: f"abs({self.pick(ints)} - 2)",
                lambda: f"length({self.pick(item.of('text'), chr(39) + 'abc' + chr(39))})",
                lambda: f"{self.pick(item.of('struct'), '{f: 1}')}.f" if item.of("struct") else self.pick(ints),
                lambda: f"{self.pick(item.of('list'))}[1]" if item.of("list") else self.pick(ints),
                lambda: f"len({self.pick(item.of('list'))})" if item.of("list") else self.pick(ints),
                lambda: (
                    f"list_sum(list_transform({self.pick(item.of('list'))}, lambda x: x + {self.pick(ints)}))"
                    if item.of("list")
                    else self.pick(ints)
                ),
                lambda: f"{self.pick(item.of('text'))}.upper().length()" if item.of("text") else self.pick(ints),
                lambda: f"nullif({self.pick(ints)}, 2)",
                lambda: f"greatest({self.pick(ints)}, {self.pick(ints)}, 1)",
                lambda: f"CAST({self.pick(item.of('dec'), '1.5')} AS INTEGER)",
                lambda: f"extract(day FROM {self.pick(item.of('date'))})" if item.of("date") else self.pick(ints),
                lambda: f"map([{self.pick(ints)}], [{self.pick(ints)}])[{self.pick(ints)}]" if ints else "1",
                lambda: f"if({self.condition(item)}, {self.pick(ints)}, 3)",
                lambda: f"(SELECT max(q.k) FROM t2 AS q WHERE q.id = {self.pick(ints)})",
                lambda: "(SELECT count(*) FROM t3 AS q WHERE q.k > 1)",
            ]
        return self.rng.choice(options)()

    def condition(self, item: Item) -> str:
        ints = item.of("int")
        options = [
            lambda: f"{self.pick(ints)} {self.rng.choice(['<', '>', '=', '<>', '>='])} {self.rng.randint(1, 3)}",
            lambda: f"{self.pick(ints)} BETWEEN 1 AND 3",
            lambda: f"{self.pick(ints)} IN (1, 2, {self.pick(ints)})",
            lambda: f"{self.pick(item.of('text', 'date', 'dec', 'int'))} IS NOT NULL",
            lambda: f"{self.pick(item.of('text'), chr(39) + 'b' + chr(39))} LIKE '%b%'",
            lambda: f"({self.pick(ints)} > 1 OR {self.pick(ints)} < 3) AND {self.pick(ints)} <> 4",
            lambda: f"EXISTS (SELECT 1 FROM t3 AS e WHERE e.id = {self.pick(ints)} AND e.k > 1)",
            lambda: f"{self.pick(ints)} IN (SELECT e.k FROM t1 AS e WHERE e.id < 3)",
            lambda: f"{self.pick(ints)} > ANY (SELECT e.id FROM t2 AS e)",
            lambda: f"{self.pick(ints)} IS DISTINCT FROM {self.pick(ints)}",
        ]
        return self.rng.choice(options)()

    def outputs(self, item: Item, count: int = 3) -> Query:
        """A few projections over an item."""
        parts, columns = [], []
        for _ in range(self.rng.randint(1, count)):
            if self.rng.random() < 0.55 and item.columns:
                name, kind = self.rng.choice(item.columns)
                alias = self.name()
                parts.append(f"{item.alias}.{name} AS {alias}")
            else:
                alias, kind = self.name(), "int?"
                parts.append(f"{self.integer(item)} AS {alias}")
            columns.append((alias, kind))
        return ", ".join(parts), columns

    def aggregate(self, item: Item) -> str:
        ints = item.of("int")
        x, y = self.pick(ints), self.pick(ints)
        return self.rng.choice([
            f"sum({x})", f"avg({x})", f"min({x})", f"max({x})", f"count({x})", f"count(DISTINCT {x})",
            f"sum({x}) FILTER (WHERE {self.condition(item)})", f"string_agg({x}::VARCHAR, ',' ORDER BY {y}, {x})",
            f"list({x} ORDER BY {x} DESC)", f"arg_max({x}, {y})", f"first({x} ORDER BY {y}, {x})", f"median({x})",
            f"quantile_cont({x}, 0.5)", f"bool_or({x} > {y})", f"sum({x} * {y})", f"max({self.pick(item.of('dec', 'date', 'text', 'int'))})",
            f"mode({x})", f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {x})", f"list({x})", f"first({x})", f"any_value({x})",
        ])  # fmt: skip
