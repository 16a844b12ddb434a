"""Random schemas with data, and random DuckDB queries over them that between them use every construct the binder knows.

Every query is valid DuckDB; values come from small domains, so that joins meet, groups collide and conditions flip.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

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
        "text": f"'{'abcde'[number]}'",
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


class Generator:
    """Makes queries; `depth` bounds how far derived tables nest."""

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

    def item(self, depth: int) -> Item:
        if depth <= 0 or self.rng.random() < 0.45:
            return self.base()
        sql, columns = self.query(depth - 1)
        alias = self.name("s")
        return Item(f"({sql}) AS {alias}", alias, _unique(columns))

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

    # -- whole queries

    def query(self, depth: int) -> Query:
        return getattr(self, self.rng.choice(CONSTRUCTS))(depth)  # type: ignore[no-any-return]

    def select(self, depth: int) -> Query:
        item = self.item(depth)
        parts, columns = self.outputs(item)
        where = f" WHERE {self.condition(item)}" if self.rng.random() < 0.6 else ""
        return f"SELECT {parts} FROM {item.text}{where}", columns

    def star(self, depth: int) -> Query:
        item = self.item(depth)
        names = [n for n, _ in item.columns]
        choice = self.rng.randint(0, 4)
        if choice == 0 or len(names) < 3:
            return f"SELECT * FROM {item.text}", item.columns
        if choice == 1:
            gone = self.rng.choice(names)
            return f"SELECT {item.alias}.* EXCLUDE ({gone}) FROM {item.text}", [c for c in item.columns if c[0] != gone]
        if choice == 2:
            ints = [n for n, k in item.columns if k == "int"]
            if not ints:
                return f"SELECT * FROM {item.text}", item.columns
            changed = self.rng.choice(ints)
            columns = [(n, "int?" if n == changed else k) for n, k in item.columns]
            return f"SELECT * REPLACE ({self.integer(item)} AS {changed}) FROM {item.text}", columns
        if choice == 3:
            old, new = self.rng.choice(names), self.name()
            return f"SELECT * RENAME ({old} AS {new}) FROM {item.text}", [
                (new if n == old else n, k) for n, k in item.columns
            ]
        wanted = {self.rng.choice(names), self.rng.choice(names)}
        pattern = "^(" + "|".join(sorted(name.strip('"') for name in wanted)) + ")$"
        return f"SELECT COLUMNS('{pattern}') FROM {item.text}", [c for c in item.columns if c[0] in wanted]

    def join(self, depth: int) -> Query:
        left, right = self.item(depth), self.item(depth)
        kind = self.rng.choice(
            [
                "JOIN",
                "LEFT JOIN",
                "RIGHT JOIN",
                "FULL JOIN",
                "SEMI JOIN",
                "ANTI JOIN",
                "CROSS JOIN",
                "POSITIONAL JOIN",
                ",",
            ]
        )
        on = f" ON {self.pick(left.of('int'))} = {self.pick(right.of('int'))}"
        if kind in ("CROSS JOIN", "POSITIONAL JOIN", ","):
            on = ""
        one, columns = self.outputs(left)
        if kind in ("SEMI JOIN", "ANTI JOIN"):
            return f"SELECT {one} FROM {left.text} {kind} {right.text}{on}", columns
        two, more = self.outputs(right)
        return f"SELECT {one}, {two} FROM {left.text} {kind} {right.text}{on}", columns + more

    def using(self, depth: int) -> Query:
        left, right = self.base(), self.base()
        kind = self.rng.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
        if self.rng.random() < 0.4:
            one, two = (
                Item(f"(SELECT id, k AS a1 FROM {left.text}) AS n1", "n1", []),
                Item(f"(SELECT id, k AS b1 FROM {right.text}) AS n2", "n2", []),
            )
            return f"SELECT * FROM {one.text} NATURAL {kind} {two.text}", [("id", "int"), ("a1", "int"), ("b1", "int")]
        a, b = self.name(), self.name()
        return (
            f"SELECT id, {left.alias}.k AS {a}, {right.alias}.k AS {b} FROM {left.text} {kind} {right.text} USING (id)",
            [("id", "int"), (a, "int"), (b, "int")],
        )

    def asof(self, depth: int) -> Query:
        left, right = self.base(), self.base()
        a, b = self.name(), self.name()
        side = self.rng.choice(["", "LEFT "])
        return (
            f"SELECT {left.alias}.id AS {a}, {right.alias}.k AS {b} FROM {left.text} ASOF {side}JOIN {right.text}"
            f" ON {left.alias}.k = {right.alias}.k AND {left.alias}.id >= {right.alias}.id",
            [(a, "int"), (b, "int")],
        )

    def group(self, depth: int) -> Query:
        item = self.item(depth)
        key = self.integer(item)
        a, b, c = self.name(), self.name(), self.name()
        call = self.aggregate(item)
        having = f" HAVING count(*) > {self.rng.randint(0, 2)}" if self.rng.random() < 0.3 else ""
        by = self.rng.choice(["ALL", "1", key])
        return f"SELECT {key} AS {a}, {call} AS {b}, count(*) AS {c} FROM {item.text} GROUP BY {by}{having}", [
            (a, "int?"),
            (b, "any"),
            (c, "int?"),
        ]

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

    def total(self, depth: int) -> Query:
        item = self.item(depth)
        a = self.name()
        return f"SELECT {self.aggregate(item)} AS {a} FROM {item.text}", [(a, "any")]

    def grouping_sets(self, depth: int) -> Query:
        item = self.base()
        a, b, c, d = (self.name() for _ in range(4))
        x, y = self.pick(item.of("int")), self.pick(item.of("text"), "id")
        sets = self.rng.choice([f"GROUPING SETS (({x}), ({y}), ())", f"ROLLUP ({x}, {y})", f"CUBE ({x}, {y})"])
        return (
            f"SELECT {x} AS {a}, {y} AS {b}, sum({self.pick(item.of('int'))}) AS {c}, grouping({x}) AS {d} FROM {item.text} GROUP BY {sets}",
            [(a, "int?"), (b, "text?"), (c, "any"), (d, "any")],
        )

    def window(self, depth: int) -> Query:
        item = self.item(depth)
        x, y, z = (self.pick(item.of("int")) for _ in range(3))
        call = self.rng.choice(
            [
                "row_number()",
                "rank()",
                f"sum({x})",
                f"lag({x})",
                f"first_value({x})",
                f"count({x})",
                "ntile(2)",
                f"last_value({x})",
            ]
        )
        order = self.rng.choice(
            [
                f"ORDER BY {z}, {x}",
                f"ORDER BY {z}",
                f"ORDER BY {z} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW",
            ]
        )
        if call in ("rank()", "ntile(2)", "row_number()"):
            order = f"ORDER BY {z}"
        a, b = self.name(), self.name()
        if self.rng.random() < 0.5:
            return f"SELECT {x} AS {a}, {call} OVER (PARTITION BY {y} {order}) AS {b} FROM {item.text}", [
                (a, "int"),
                (b, "any"),
            ]
        return f"SELECT {x} AS {a}, {call} OVER w AS {b} FROM {item.text} WINDOW w AS (PARTITION BY {y} {order})", [
            (a, "int"),
            (b, "any"),
        ]

    def qualify(self, depth: int) -> Query:
        item = self.item(depth)
        parts, columns = self.outputs(item)
        x, y = self.pick(item.of("int")), self.pick(item.of("int"))
        return f"SELECT {parts} FROM {item.text} QUALIFY row_number() OVER (PARTITION BY {x} ORDER BY {y}) = 1", columns

    def distinct(self, depth: int) -> Query:
        item = self.item(depth)
        parts, columns = self.outputs(item)
        if self.rng.random() < 0.5:
            return f"SELECT DISTINCT {parts} FROM {item.text}", columns
        x, y = self.pick(item.of("int")), self.pick(item.of("int"))
        return f"SELECT DISTINCT ON ({x}) {parts} FROM {item.text} ORDER BY {x}, {y}", columns

    def limited(self, depth: int) -> Query:
        item = self.item(depth)
        parts, columns = self.outputs(item)
        order = (
            f" ORDER BY {self.pick(item.of('int'))}{self.rng.choice(['', ' DESC', ' NULLS FIRST'])}"
            if self.rng.random() < 0.7
            else ""
        )
        return f"SELECT {parts} FROM {item.text}{order} LIMIT {self.rng.randint(1, 4)}", columns

    def set_operation(self, depth: int) -> Query:
        left, right = self.item(depth), self.item(depth)
        op = self.rng.choice(
            [
                "UNION",
                "UNION ALL",
                "EXCEPT",
                "INTERSECT",
                "EXCEPT ALL",
                "INTERSECT ALL",
                "UNION ALL BY NAME",
                "UNION BY NAME",
            ]
        )
        a, b = self.name(), self.name()
        x, y = self.integer(left), self.integer(right)
        z = self.name() if "BY NAME" in op else b
        columns = [(a, "int?"), (b, "int?")] + ([(z, "int?")] if z != b else [])
        return (
            f"SELECT {x} AS {a}, {self.pick(left.of('int'))} AS {b} FROM {left.text} {op}"
            f" SELECT {y} AS {a}, {self.pick(right.of('int'))} AS {z} FROM {right.text}",
            columns,
        )

    def cte(self, depth: int) -> Query:
        sql, columns = self.query(depth - 1) if depth > 0 else self.select(0)
        name = self.name("w")
        columns = _unique(columns)
        one, two = Item(f"{name} AS x1", "x1", columns), Item(f"{name} AS x2", "x2", columns)
        parts, out = self.outputs(one)
        if self.rng.random() < 0.5:
            return f"WITH {name} AS ({sql}) SELECT {parts} FROM {one.text}", out
        more, others = self.outputs(two, 1)
        return f"WITH {name} AS ({sql}) SELECT {parts}, {more} FROM {one.text}, {two.text}", out + others

    def recursive(self, depth: int) -> Query:
        item = self.base()
        name = self.name("r")
        return (
            f"WITH RECURSIVE {name}(n, m) AS (SELECT {self.pick(item.of('int'))}, {self.pick(item.of('int'))} FROM {item.text} UNION "
            f"SELECT {name}.n + 1, coalesce(q.k, 0) FROM {name} LEFT JOIN t2 AS q ON q.id = {name}.n WHERE {name}.n < 3) SELECT n, m FROM {name}",
            [("n", "int?"), ("m", "int?")],
        )

    def unnested(self, depth: int) -> Query:
        item = self.base()
        lists = item.of("list")
        source = self.pick(lists, f"[{self.pick(item.of('int'))}, 5]")
        a, b = self.name(), self.name()
        x = self.pick(item.of("int"))
        if self.rng.random() < 0.5:
            return f"SELECT {x} AS {a}, u.e AS {b} FROM {item.text}, unnest({source}) AS u(e)", [
                (a, "int"),
                (b, "int?"),
            ]
        return f"SELECT {x} AS {a}, unnest({source}) AS {b} FROM {item.text}", [(a, "int"), (b, "int?")]

    def lateral(self, depth: int) -> Query:
        item = self.base()
        a, b = self.name(), self.name()
        word = self.rng.choice(["LATERAL ", ""])
        x = self.pick(item.of("int"))
        return (
            f"SELECT {x} AS {a}, l.v AS {b} FROM {item.text}, {word}(SELECT q.k + {self.pick(item.of('int'))} AS v FROM t2 AS q WHERE q.id = {x}) AS l",
            [(a, "int"), (b, "int?")],
        )

    def pivot(self, depth: int) -> Query:
        item = self.base()
        x, y = self.name(), self.name()
        inner = (
            f"(SELECT {self.pick(item.of('int'))} AS {x}, {self.pick(item.of('int'))} AS {y}, id AS g FROM {item.text})"
        )
        if self.rng.random() < 0.5:
            return f"SELECT * FROM {inner} PIVOT (sum({x}) FOR {y} IN (1, 2 AS two))", [
                ("g", "int"),
                ('"1"', "any"),
                ("two", "any"),
            ]
        return f"FROM (PIVOT {inner} ON {y} IN (1, 2) USING max({x}) AS m, count(*) AS n GROUP BY g)", [
            ("g", "int"), ('"1_m"', "any"), ('"1_n"', "any"), ('"2_m"', "any"), ('"2_n"', "any"),
        ]  # fmt: skip

    def unpivot(self, depth: int) -> Query:
        item = self.base()
        a, b = self.name(), self.name()
        inner = (
            f"(SELECT id AS g, {self.pick(item.of('int'))} AS {a}, {self.pick(item.of('int'))} AS {b} FROM {item.text})"
        )
        if self.rng.random() < 0.5:
            return f"SELECT * FROM {inner} UNPIVOT (v FOR n IN ({a}, {b}))", [
                ("g", "int"),
                ("n", "text?"),
                ("v", "int?"),
            ]
        return f"FROM (UNPIVOT {inner} ON {a}, {b} INTO NAME n VALUE v)", [("g", "int"), ("n", "text?"), ("v", "int?")]

    def values(self, depth: int) -> Query:
        item = self.base()
        a, b = self.name(), self.name()
        x = self.pick(item.of("int"))
        return (
            f"SELECT {x} AS {a}, v.q AS {b} FROM {item.text} JOIN (VALUES (1, 'x'), (2, 'y')) AS v(p, q) ON v.p = {self.pick(item.of('int'))}",
            [(a, "int"), (b, "text?")],
        )

    def series(self, depth: int) -> Query:
        item = self.base()
        a, b = self.name(), self.name()
        x = self.pick(item.of("int"))
        return (
            f"SELECT {x} AS {a}, g.n AS {b} FROM {item.text}, generate_series(1, {self.pick(item.of('int'))}) AS g(n)",
            [(a, "int"), (b, "int?")],
        )

    def lateral_alias(self, depth: int) -> Query:
        item = self.item(depth)
        a, b = self.name("al"), self.name("al")
        expression = self.integer(item)
        while "SELECT" in expression:  # DuckDB does not let an alias of a subquery be read
            expression = self.integer(item)
        return f"SELECT {expression} AS {a}, {a} + 1 AS {b} FROM {item.text} WHERE {a} > 1 ORDER BY {b}", [
            (a, "int?"),
            (b, "int?"),
        ]

    def ordered_list(self, depth: int) -> Query:
        item = self.base()
        x, y = self.pick(item.of("int")), self.pick(item.of("int"))
        a = self.name()
        return f"SELECT list(v) AS {a} FROM (SELECT {x} AS v FROM {item.text} ORDER BY {y}, {x})", [(a, "any")]

    def parenthesised(self, depth: int) -> Query:
        one, two, three = self.base(), self.base(), self.base()
        a, b = self.name(), self.name()
        return (
            f"SELECT {self.pick(one.of('int'))} AS {a}, {self.pick(three.of('int'))} AS {b} FROM {one.text} LEFT JOIN ({two.text} JOIN {three.text}"
            f" ON {two.alias}.id = {three.alias}.k) ON {self.pick(one.of('int'))} = {self.pick(two.of('int'))}",
            [(a, "int"), (b, "int")],
        )

    def whole_row(self, depth: int) -> Query:
        item = self.base()
        a, b = self.name(), self.name()
        return f"SELECT {item.alias} AS {a}, {item.alias}.id AS {b} FROM {item.text}", [(a, "any"), (b, "int")]


CONSTRUCTS = [
    "select", "select", "star", "star", "join", "join", "using", "asof", "group", "group", "total", "grouping_sets", "window", "qualify",
    "distinct", "limited", "set_operation", "cte", "recursive", "unnested", "lateral", "pivot", "unpivot", "values", "series", "lateral_alias",
    "ordered_list", "parenthesised", "whole_row",
]  # fmt: skip


def _unique(columns: Columns) -> Columns:
    """The names by which a derived table's columns are reached; only kinds that are certain are used in expressions."""
    seen: dict[str, int] = {}
    result = []
    for name, kind in columns:
        count = seen.get(name.lower(), 0)
        seen[name.lower()] = count + 1
        result.append(
            (f"{name}_{count}" if count else name, kind.rstrip("?") if kind.rstrip("?") in ("int", "text") else kind)
        )
    return result


def queries(rng: random.Random, schema: Schema, count: int, depth: int = 2) -> Iterator[str]:
    """`count` queries that use every construct in turn."""
    for i in range(count):
        generator = Generator(rng, schema)
        yield getattr(generator, CONSTRUCTS[i % len(CONSTRUCTS)])(rng.randint(0, depth))[0]
