"""Random DuckDB queries that put constructs together in ways nobody plans: names in other case or quoted, columns renamed by an alias's
list, nested types, chains of USING, set operations by name, stars with every option, subqueries anywhere.

Nothing here promises that a query is valid: DuckDB says so.  (`constructs.py` makes valid queries, one construct on top of another.)
"""

from __future__ import annotations

import random
from collections.abc import Callable

Columns = list[tuple[str, str]]
"""(name, kind): kinds are "int", "dec", "float", "text", "date", "stamp", "bool", "list", "texts", "struct", "deep", "structs", "map"."""

SQL_TYPES = {
    "int": "INTEGER",
    "dec": "DECIMAL(10,3)",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "stamp": "TIMESTAMP",
    "bool": "BOOLEAN",
    "list": "INTEGER[]",
    "texts": "VARCHAR[]",
    "struct": 'STRUCT(f INTEGER, "G h" VARCHAR)',
    "deep": "STRUCT(a INTEGER, inner_ STRUCT(b DATE, l INTEGER[]))",
    "structs": "STRUCT(p INTEGER, q VARCHAR)[]",
    "map": "MAP(VARCHAR, INTEGER)",
}
LETTERS = "abc"
TABLES: dict[str, Columns] = {
    "orders": [
        ("id", "int"),
        ("Customer", "int"),
        ("total price", "dec"),
        ("day", "date"),
        ("tags", "texts"),
        ("place", "struct"),
        ("größe", "float"),
    ],
    "customers": [
        ("id", "int"),
        ("name", "text"),
        ("Day", "date"),
        ("active", "bool"),
        ("scores", "list"),
        ("deep", "deep"),
    ],
    "Items": [
        ("id", "int"),
        ("order", "int"),
        ("parts", "structs"),
        ("attrs", "map"),
        ("at", "stamp"),
        ("name", "text"),
    ],
}


class Schema:
    """The tables, with data."""

    def __init__(self) -> None:
        self.tables = TABLES

    def ddl(self) -> list[str]:
        return [
            f"CREATE TABLE {table} ({', '.join(f'{quoted(n)} {SQL_TYPES[k]}' for n, k in columns)})"
            for table, columns in TABLES.items()
        ]

    def value(self, rng: random.Random, kind: str) -> str:
        return value(rng, kind)

    def rows(self, rng: random.Random, table: str, count: int) -> list[list[str]]:
        return [[value(rng, kind) for _, kind in TABLES[table]] for _ in range(count)]


def value(rng: random.Random, kind: str) -> str:
    """A literal from a small domain, NULL now and then."""
    if rng.random() < 0.06:
        return "NULL"
    n, m = rng.randint(0, 4), rng.randint(0, 4)
    return {
        "int": f"{n}",
        "dec": f"{n}.{m}25",
        "float": f"{n}.5",
        "text": f"'{'abcde'[n]}{'xy'[m % 2]}'",
        "date": f"DATE '2024-01-0{n + 1}'",
        "stamp": f"TIMESTAMP '2024-01-0{n + 1} 0{m}:30:00'",
        "bool": "true" if n % 2 else "false",
        "list": f"[{', '.join(str(rng.randint(0, 3)) for _ in range(rng.randint(0, 3)))}]::INTEGER[]",
        "texts": f"[{', '.join(repr(rng.choice('abc')) for _ in range(rng.randint(0, 3)))}]::VARCHAR[]",
        "struct": f"{{'f': {n}, 'G h': '{'xyz'[m % 3]}'}}",
        "deep": f"{{'a': {n}, 'inner_': {{'b': DATE '2024-02-0{m + 1}', 'l': [{n}, {m}]}}}}",
        "structs": f"[{', '.join(f'{{p: {rng.randint(0, 3)}, q: {rng.choice(LETTERS)!r}}}' for _ in range(rng.randint(1, 2)))}]",
        "map": f"MAP {{'a': {n}, 'b': {m}}}",
    }[kind]


def quoted(name: str) -> str:
    """The name as it has to be written."""
    plain = name.isascii() and name.isidentifier() and name not in ("order", "at")
    return name if plain else f'"{name}"'


class Scope:
    """What expressions may name: (how it is written, kind)."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns


class Wild:
    """Makes queries; every method yields a text, and columns where it makes a relation."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0
        self.ctes: list[tuple[str, Columns]] = []

    # -- names

    def fresh(self, prefix: str = "c") -> str:
        self.count += 1
        return self.rng.choice([f"{prefix}{self.count}", f"{prefix.upper()}{self.count}", f"{prefix} {self.count}"])

    def spelt(self, name: str) -> str:
        """A name in one of the ways in which it can be written."""
        written = quoted(name)
        choice = self.rng.random()
        if choice < 0.15:
            return f'"{name}"'
        if choice < 0.3 and not written.startswith('"'):
            return self.rng.choice([name.upper(), name.capitalize()])
        return f'"{name.upper()}"' if choice < 0.34 and name.isascii() else written

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def one(self, options: list[str]) -> str:
        return self.rng.choice(options)

    # -- expressions

    def column(self, scope: Scope, *kinds: str) -> str | None:
        found = [text for text, kind in scope.columns if kind in kinds]
        return self.rng.choice(found) if found else None

    def expr(self, scope: Scope, kind: str, depth: int) -> str:
        """An expression of about this kind."""
        named = self.column(scope, kind)
        if named is not None and (depth <= 0 or self.chance(0.4)):
            return named
        if depth <= 0:
            return value(random.Random(self.rng.random()), kind).replace("NULL", "NULL")
        return self.rng.choice(self.makers(scope, kind, depth - 1))()

    def makers(self, scope: Scope, kind: str, depth: int) -> list[Callable[[], str]]:
        def e(k: str) -> str:
            return self.expr(scope, k, depth)

        common: list[Callable[[], str]] = [
            lambda: f"CASE WHEN {e('bool')} THEN {e(kind)} ELSE {e(kind)} END",
            lambda: f"coalesce({e(kind)}, {e(kind)})",
            lambda: f"if({e('bool')}, {e(kind)}, {e(kind)})",
            lambda: f"({self.scalar(scope, kind)})",
        ]
        if kind == "int":
            return [
                *common,
                lambda: f"{e('int')} {self.one(['+', '-', '*', '%', '//', '&', '|'])} {e('int')}",
                lambda: f"-{e('int')}",
                lambda: f"{e('dec')}::INT",
                lambda: f"len({e('list')})",
                lambda: f"{e('list')}[{self.rng.randint(-1, 2)}]",
                lambda: f"{e('struct')}.f",
                lambda: f"({e('deep')}).inner_.l[1]",
                lambda: f"{e('structs')}[1].p",
                lambda: f"{e('map')}['a']",
                lambda: f"extract(day FROM {e('date')})",
                lambda: f"date_diff('day', {e('date')}, {e('date')})",
                lambda: f"list_sum([x + {e('int')} FOR x IN {e('list')} IF x > 1])",
                lambda: f"list_reduce({e('list')}, lambda x, y: x + y)",
                lambda: f"length({e('text')})",
                lambda: f"{e('text')}.length()",
                lambda: f"greatest({e('int')}, {e('int')})",
                lambda: f"nullif({e('int')}, {e('int')})",
                lambda: f"TRY_CAST({e('text')} AS INTEGER)",
                lambda: f"sign({e('int')})",
                lambda: f"strpos({e('text')}, 'a')",
            ]
        if kind == "dec":
            return [
                *common,
                lambda: f"{e('dec')} {self.one(['+', '-', '*'])} {e('dec')}",
                lambda: f"{e('dec')} {self.one(['+', '*'])} {e('int')}",
                lambda: f"round({e('dec')}, 1)",
                lambda: f"abs({e('dec')})",
                lambda: f"{e('int')}::DECIMAL(6,2)",
            ]
        if kind == "float":
            return [
                *common,
                lambda: f"{e('int')} / {e('int')}",
                lambda: f"{e('float')} * {e('dec')}",
                lambda: f"sqrt(abs({e('int')}))",
                lambda: f"{e('int')} ** 2",
                lambda: f"{e('float')} + 1",
            ]
        if kind == "text":
            return [
                *common,
                lambda: f"{e('text')} || {e('text')}",
                lambda: f"upper({e('text')})",
                lambda: f"concat({e('text')}, {e('int')})",
                lambda: f"{e('int')}::VARCHAR",
                lambda: f'{e("struct")}."G h"',
                lambda: f"{e('texts')}[1]",
                lambda: f"{e('text')}[1:2]",
                lambda: f"substring({e('text')}, 1, 2)",
                lambda: f"strftime({e('date')}, '%Y')",
                lambda: f"array_to_string({e('texts')}, ',')",
                lambda: f"{e('structs')}[1].q",
                lambda: f"monthname({e('date')})",
                lambda: f"format('{{}}-{{}}', {e('int')}, {e('text')})",
                lambda: f"trim({e('text')})",
            ]
        if kind == "date":
            return [
                *common,
                lambda: f"{e('date')} + {e('int')}",
                lambda: f"{e('stamp')}::DATE",
                lambda: f"({e('deep')}).inner_.b",
                lambda: f"last_day({e('date')})",
                lambda: f"greatest({e('date')}, DATE '2024-01-02')",
            ]
        if kind == "stamp":
            return [
                *common,
                lambda: f"date_trunc('hour', {e('stamp')})",
                lambda: f"{e('date')} + INTERVAL 1 DAY",
                lambda: f"{e('stamp')} - INTERVAL ({e('int')}) HOUR",
                lambda: f"{e('date')}::TIMESTAMP",
                lambda: f"time_bucket(INTERVAL '2 hours', {e('stamp')})",
            ]
        if kind == "bool":
            return [
                *common,
                lambda: f"{e('int')} {self.one(['=', '<', '>=', '<>', 'IS DISTINCT FROM'])} {e('int')}",
                lambda: f"({e('bool')} {self.one(['AND', 'OR'])} {e('bool')})",
                lambda: f"NOT {e('bool')}",
                lambda: f"{e('text')} {self.one(['LIKE', 'ILIKE', 'NOT LIKE', 'GLOB', 'SIMILAR TO'])} 'a%'",
                lambda: f"{e('int')} BETWEEN {e('int')} AND {e('int')}",
                lambda: f"{e('int')} IN ({e('int')}, 2)",
                lambda: f"{e('date')} IS NOT NULL",
                lambda: f"EXISTS ({self.inner(scope)})",
                lambda: f"{e('int')} IN ({self.scalar(scope, 'int', many=True)})",
                lambda: f"{e('int')} >= ALL ({self.scalar(scope, 'int', many=True)})",
                lambda: f"({e('int')}, {e('int')}) IN ((1, 2), ({e('int')}, 3))",
                lambda: f"list_contains({e('list')}, {e('int')})",
                lambda: f"{e('int')} IN {e('list')}",
                lambda: f"starts_with({e('text')}, 'a')",
                lambda: f"{e('struct')} = {e('struct')}",
            ]
        if kind == "list":
            return [
                *common,
                lambda: f"[{e('int')}, {e('int')}]",
                lambda: f"list_transform({e('list')}, lambda x: x * {e('int')})",
                lambda: f"list_filter({e('list')}, lambda x, i: x > i)",
                lambda: f"{e('list')}[1:2]",
                lambda: f"list_sort({e('list')})",
                lambda: f"[x.p FOR x IN {e('structs')}]",
                lambda: f"({e('deep')}).inner_.l",
                lambda: f"{e('list')} || {e('list')}",
                lambda: f"ARRAY({self.scalar(scope, 'int', many=True)} ORDER BY 1)",
                lambda: f"map_values({e('map')})",
                lambda: f"range({e('int')})",
            ]
        if kind == "texts":
            return [
                *common,
                lambda: f"[{e('text')}]",
                lambda: f"string_split({e('text')}, 'x')",
                lambda: f"map_keys({e('map')})",
                lambda: f"list_distinct({e('texts')})",
            ]
        if kind == "struct":
            return [
                *common,
                lambda: f"{{f: {e('int')}, 'G h': {e('text')}}}",
                lambda: f'struct_pack(f := {e("int")}, "G h" := {e("text")})',
            ]
        if kind == "deep":
            return [*common, lambda: f"{{a: {e('int')}, inner_: {{b: {e('date')}, l: {e('list')}}}}}"]
        if kind == "structs":
            return [
                *common,
                lambda: f"[{{p: {e('int')}, q: {e('text')}}}]",
                lambda: f"list_transform({e('list')}, lambda y: {{p: y, q: {e('text')}}})",
            ]
        return [*common, lambda: f"MAP {{'a': {e('int')}}}", lambda: f"map(['a', 'b'], [{e('int')}, {e('int')}])"]

    def scalar(self, scope: Scope, kind: str, *, many: bool = False) -> str:
        """A subquery of one column (and, unless `many`, one row), correlated now and then."""
        table = self.one(list(TABLES))
        alias = self.fresh("q").replace(" ", "_")
        own = Scope([(f"{alias}.{self.spelt(n)}", k) for n, k in TABLES[table]])
        both = Scope(own.columns + scope.columns) if self.chance(0.6) else own
        inner = self.expr(own, kind, 0)
        call = inner if many else f"{self.one(['max', 'min', 'any_value'])}({inner})"
        if not many and kind in ("list", "texts", "struct", "deep", "structs", "map", "bool"):
            call = f"max({inner})"
        where = f" WHERE {self.expr(both, 'bool', 0)} AND {self.expr(own, 'int', 0)} <= {self.expr(both, 'int', 0)}"
        return f"SELECT {call} FROM {self.spelt(table)} AS {alias}{where if self.chance(0.7) else ''}"

    def inner(self, scope: Scope) -> str:
        return self.scalar(scope, "int", many=True)

    def aggregate(self, scope: Scope) -> tuple[str, str]:
        """(call, kind)"""

        def e(k: str) -> str:
            return self.expr(scope, k, 1)

        kind = self.one(["int", "text", "date", "dec"])
        call, result = self.rng.choice(
            [
                (f"sum({e('int')})", "big"),
                (f"sum({e('dec')})", "any"),
                (f"avg({e('int')})", "float"),
                ("count(*)", "big"),
                (f"count(DISTINCT {e('text')})", "big"),
                (f"{self.one(['min', 'max'])}({e(kind)})", kind),
                (f"arg_max({e(kind)}, {e('int')} ORDER BY {e('int')})", "any"),
                (f"list({e('int')} ORDER BY {e('int')})", "list"),
                (f"string_agg(DISTINCT {e('text')}, ',' ORDER BY 1)", "any"),
                (f"bool_and({e('bool')})", "bool"),
                (f"quantile_cont({e('dec')}, 0.5)", "any"),
                (f"median({e('int')})", "float"),
                (f"histogram({e('int')})", "any"),
                (f"percentile_cont(0.25) WITHIN GROUP (ORDER BY {e('int')})", "any"),
                (f"bit_or({e('int')})", "int"),
                (f"max({e('int')}, 2)", "any"),
            ]
        )
        if self.chance(0.2) and "WITHIN" not in call:
            call += f" FILTER ({self.one(['WHERE ', ''])}{e('bool')})"
        return call, result

    def window(self, scope: Scope) -> tuple[str, str]:
        def e(k: str) -> str:
            return self.expr(scope, k, 1)

        frame = self.one(
            [
                "",
                " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
                " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
                " GROUPS 1 PRECEDING",
                " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES",
            ]
        )
        call, kind, frame = self.rng.choice(
            [
                ("rank()", "big", ""),
                ("dense_rank()", "big", ""),
                ("cume_dist()", "float", ""),
                (f"sum({e('int')})", "any", frame),
                (f"lag({e('int')}, 1, {e('int')})", "int", ""),
                (f"lead({e('date')})", "date", ""),
                (f"first_value({e('text')} IGNORE NULLS)", "text", frame),
                (f"nth_value({e('int')}, 2)", "int", frame),
                (f"count(*) FILTER (WHERE {e('bool')})", "big", frame),
                (f"max({e('dec')})", "any", frame),
                (f"rank(ORDER BY {e('int')})", "big", ""),
            ]
        )
        part = f"PARTITION BY {e('int')} " if self.chance(0.6) else ""
        return f"{call} OVER ({part}ORDER BY {e('int')}{self.one(['', ' DESC', ' NULLS FIRST'])}{frame})", kind

    # -- relations

    def relation(self, depth: int) -> tuple[str, str, Columns]:
        """(text, alias, columns as the alias offers them)"""
        forms = [self.table, self.table, self.aliased]
        if depth > 0:
            forms += [self.derived, self.derived, self.values, self.pivoted, self.unpivoted, self.nested_join]
        text, alias, columns = self.rng.choice(forms)(depth)
        return text, alias, columns

    def table(self, depth: int) -> tuple[str, str, Columns]:
        if self.ctes and self.chance(0.5):
            name, columns = self.rng.choice(self.ctes)
            alias = self.fresh("x")
            return f"{self.spelt(name)} AS {quoted(alias)}", alias, columns
        table = self.one(list(TABLES))
        if self.chance(0.3):
            return self.spelt(table), table, TABLES[table]
        alias = self.fresh("t")
        return f"{self.spelt(table)} {self.one(['AS ', ''])}{quoted(alias)}", alias, TABLES[table]

    def aliased(self, depth: int) -> tuple[str, str, Columns]:
        """`t AS x(a, b)`: the first columns under other names."""
        table = self.one(list(TABLES))
        alias, columns = self.fresh("t"), list(TABLES[table])
        names = [self.fresh("n") for _ in range(self.rng.randint(1, 3))]
        columns = [(name, kind) for name, (_, kind) in zip(names, columns, strict=False)] + columns[len(names) :]
        return f"{self.spelt(table)} AS {quoted(alias)}({', '.join(map(quoted, names))})", alias, columns

    def derived(self, depth: int) -> tuple[str, str, Columns]:
        sql, columns = self.query(depth - 1)
        alias = self.fresh("d")
        return f"({sql}) AS {quoted(alias)}", alias, columns

    def values(self, depth: int) -> tuple[str, str, Columns]:
        kinds = [self.one(["int", "text", "date", "dec"]) for _ in range(2)]
        rows = ", ".join(f"({', '.join(value(self.rng, k) for k in kinds)})" for _ in range(3))
        alias, names = self.fresh("v"), [self.fresh("v"), self.fresh("v")]
        return (
            f"(VALUES {rows}) AS {quoted(alias)}({', '.join(map(quoted, names))})",
            alias,
            list(zip(names, kinds, strict=True)),
        )

    def pivoted(self, depth: int) -> tuple[str, str, Columns]:
        alias = self.fresh("p")
        many = self.chance(0.4)
        using = "sum(v) AS s, max(w) AS m" if many else "sum(v)"
        keys = "(1, 2)" if self.chance(0.6) else "(1 AS one, 2)"
        table = self.one(list(TABLES))
        number = [n for n, k in TABLES[table] if k == "int"]
        inner = (
            f"(SELECT {quoted(number[0])} AS g, {quoted(number[-1])} AS k, id AS v, id + 1 AS w FROM {quoted(table)})"
        )
        if self.chance(0.5):
            return (
                f"{inner} PIVOT ({using} FOR k IN {keys}{' GROUP BY g' if self.chance(0.5) else ''}) AS {quoted(alias)}",
                alias,
                [],
            )
        return (
            f"(PIVOT {inner} ON k IN {keys} USING {using}{' GROUP BY g' if self.chance(0.5) else ''}) AS {quoted(alias)}",
            alias,
            [],
        )

    def unpivoted(self, depth: int) -> tuple[str, str, Columns]:
        alias = self.fresh("u")
        inner = "(SELECT id, id * 2 AS b, id + 1 AS c, name FROM customers)"
        form = self.one(
            [
                f"{inner} UNPIVOT (v FOR n IN (b, c)) AS {quoted(alias)}",
                f"{inner} UNPIVOT INCLUDE NULLS (v FOR n IN (b AS 'bee', c)) AS {quoted(alias)}",
                f"(UNPIVOT {inner} ON b, c INTO NAME n VALUE v) AS {quoted(alias)}",
                f"(UNPIVOT {inner} ON COLUMNS(* EXCLUDE (id, name)) INTO NAME n VALUE v) AS {quoted(alias)}",
                f"(UNPIVOT {inner} ON (b, c) AS both INTO NAME n VALUE v, w) AS {quoted(alias)}",
            ]
        )
        return form, alias, [("id", "int"), ("name", "text"), ("n", "text"), ("v", "int")]

    def nested_join(self, depth: int) -> tuple[str, str, Columns]:
        alias = self.fresh("j")
        return (
            f"(customers JOIN orders USING (id)) AS {quoted(alias)}",
            alias,
            [("id", "int"), ("name", "text"), ("Customer", "int")],
        )

    def source(self, depth: int) -> tuple[str, Scope, list[str]]:
        """(FROM, what may be named, aliases)"""
        text, alias, columns = self.relation(depth)
        scope = self.offered(alias, columns)
        aliases = [alias]
        for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
            more, next_, others = self.relation(depth - 1)
            text = self.joined(text, scope, more, next_, others, columns)
            if " SEMI " not in text and " ANTI " not in text:
                scope = Scope(scope.columns + self.offered(next_, others).columns)
                aliases.append(next_)
        if self.chance(0.15):
            text, scope = self.spread(text, scope)
        return text, scope, aliases

    def joined(self, text: str, scope: Scope, more: str, alias: str, others: Columns, columns: Columns) -> str:
        both = {n.lower() for n, _ in columns} & {n.lower() for n, _ in others}
        side = self.one(["", "LEFT ", "RIGHT ", "FULL ", "LEFT OUTER "])
        if both and self.chance(0.4):
            keys = ", ".join(self.spelt(key) for key in sorted(both)[: self.rng.randint(1, 2)])
            if self.chance(0.2):
                return f"{text} NATURAL {side}JOIN {more}"
            return f"{text} {self.one([side, side, 'SEMI ', 'ANTI ', 'ASOF '])}JOIN {more} USING ({keys})"
        if self.chance(0.15):
            return f"{text}{self.one([', ', ' CROSS JOIN ', ' POSITIONAL JOIN '])}{more}"
        pair = Scope(scope.columns + self.offered(alias, others).columns)
        return f"{text} {side}JOIN {more} ON {self.expr(pair, 'bool', 1)}"

    def spread(self, text: str, scope: Scope) -> tuple[str, Scope]:
        """A relation made of the columns beside it."""
        name = self.fresh("s")
        form, kind = self.rng.choice(
            [
                (f"unnest({self.expr(scope, 'list', 0)})", "int"),
                (f"generate_series(1, {self.expr(scope, 'int', 0)})", "big"),
                (f"(SELECT unnest({self.expr(scope, 'texts', 0)}))", "text"),
            ]
        )
        written = f"{text}, {self.one(['', 'LATERAL ']) if form.startswith('(') else ''}{form} AS {quoted(name)}(e)"
        return written, Scope([*scope.columns, (f"{quoted(name)}.e", kind)])

    def offered(self, alias: str, columns: Columns) -> Scope:
        return Scope(
            [(f"{self.spelt(alias)}.{self.spelt(n)}" if self.chance(0.7) else self.spelt(n), k) for n, k in columns]
        )

    # -- queries

    def query(self, depth: int) -> tuple[str, Columns]:
        forms = [self.select, self.select, self.select, self.grouped, self.starred]
        if depth > 0:
            forms += [self.combined, self.combined, self.with_ctes]
        return self.rng.choice(forms)(depth)

    def item(self, scope: Scope, made: Columns) -> str:
        """One projection; what it is called is noted where that is certain."""
        kind = self.one(list(SQL_TYPES))
        text = self.expr(scope, kind, self.rng.randint(0, 2))
        if self.chance(0.1):
            text, kind = self.window(scope)
        if self.chance(0.25):
            return text
        name = self.fresh()
        made.append((name, kind))
        return (
            f"{quoted(name)}: {text}"
            if self.chance(0.1)
            else f"{text} {self.one(['AS ', 'AS ', ''])}{quoted(name)}"
            if not text[-1].isdigit()
            else f"{text} AS {quoted(name)}"
        )

    def select(self, depth: int) -> tuple[str, Columns]:
        source, scope, _ = self.source(depth)
        made: Columns = []
        items = [self.item(scope, made) for _ in range(self.rng.randint(1, 4))]
        if made and self.chance(0.25) and made[0][1] == "int":
            name = self.fresh("al")
            items.append(f"{quoted(made[0][0])} + 1 AS {quoted(name)}")
            made.append((name, "int"))
        words = f"SELECT {self.one(['', '', '', 'DISTINCT '])}{', '.join(items)}"
        text = f"FROM {source} {words}" if self.chance(0.1) else f"{words} FROM {source}"
        if self.chance(0.4):
            text += f" WHERE {self.expr(scope, 'bool', 2)}"
        if self.chance(0.12):
            text += f" QUALIFY {self.window(scope)[0]} IS NOT NULL"
        if self.chance(0.15):
            text += f" ORDER BY {self.one(['ALL', '1', '1 DESC NULLS LAST'])}{self.one(['', ' LIMIT 5', ' LIMIT 50%', ' OFFSET 1'])}"
        return text, made

    def grouped(self, depth: int) -> tuple[str, Columns]:
        source, scope, _ = self.source(depth)
        made: Columns = []
        kinds = [self.one(["int", "text", "date"]) for _ in range(self.rng.randint(1, 2))]
        keys = [self.expr(scope, k, 1) for k in kinds]
        items = []
        for key, kind in zip(keys, kinds, strict=True):
            name = self.fresh("k")
            items.append(f"{key} AS {quoted(name)}")
            made.append((name, kind))
        for _ in range(self.rng.randint(1, 3)):
            call, kind = self.aggregate(scope)
            if self.chance(0.3):
                items.append(call)
            else:
                name = self.fresh("a")
                items.append(f"{call} AS {quoted(name)}")
                made.append((name, kind))
        numbers = ", ".join(str(i + 1) for i in range(len(keys)))
        by = self.one(
            [
                "ALL",
                numbers,
                ", ".join(keys),
                ", ".join(quoted(n) for n, _ in made[: len(keys)]),
                f"ROLLUP ({', '.join(keys)})",
            ]
        )
        text = f"SELECT {', '.join(items)} FROM {source} GROUP BY {by}"
        if self.chance(0.3):
            text += f" HAVING {self.aggregate(scope)[0]} IS NOT NULL"
        return text, made

    def starred(self, depth: int) -> tuple[str, Columns]:
        """Stars with every option, and COLUMNS in expressions."""
        text, alias, columns = self.relation(depth)
        names = [n for n, _ in columns] or ["g"]
        a, b, c = (self.one(names) for _ in range(3))
        number = self.one([n for n, k in columns if k == "int"] or ["g"])
        star = self.one(["*", f"{self.spelt(alias)}.*"])
        form, left = self.rng.choice(
            [
                ("FROM", columns),
                (f"SELECT {star} FROM", columns),
                (f"SELECT {star} EXCLUDE ({self.spelt(a)}) FROM", [x for x in columns if x[0] != a]),
                (
                    f"SELECT {star} EXCLUDE ({self.spelt(a)}) REPLACE ({self.spelt(b)} IS NULL AS {self.spelt(b)}) FROM",
                    [],
                ),
                (f"SELECT {star} RENAME ({self.spelt(a)} AS zz, {self.spelt(b)} AS yy) FROM", []),
                (f"SELECT {star} REPLACE (1 AS {self.spelt(c)}), 2 AS {self.spelt(c)} FROM", []),
                ("SELECT COLUMNS('(.)(.*)') AS '\\2_\\1' FROM", []),
                ("SELECT COLUMNS(c -> c LIKE '%d%')::VARCHAR FROM", []),
                (f"SELECT COLUMNS([{a!r}, {b!r}]) IS NULL AS n FROM", []),
                (f"SELECT coalesce(*COLUMNS([{number!r}, 'id'])) AS first_one FROM", [("first_one", "int")]),
                (f"SELECT min(COLUMNS(* EXCLUDE ({self.spelt(a)}))) FROM", []),
                (f"SELECT {star} LIKE '%a%' FROM", []),
                (f"SELECT {star} SIMILAR TO '.*[ae].*' FROM", []),
                ("SELECT COLUMNS('i') + COLUMNS('i') FROM", []),
                (f"SELECT {self.spelt(number)}, {star}, {self.spelt(number)} FROM", []),
                ("SELECT unnest({'k1': 1, 'K2': {'z': 'x'}}), * FROM", []),
                ("SELECT unnest({'k1': 1, 'K2': {'z': 'x'}}, recursive := true), 1 FROM", []),
                ("SELECT unnest([{'p': 1}], max_depth := 2) FROM", []),
            ]
        )
        return f"{form} {text}", left

    def combined(self, depth: int) -> tuple[str, Columns]:
        """A set operation over two queries with columns of kinds that go together, in this order or by name."""
        kinds = [
            self.one(["int", "text", "date", "dec", "float", "list", "struct", "stamp"])
            for _ in range(self.rng.randint(1, 3))
        ]
        names = [self.fresh("u") for _ in kinds]
        one = self.side(depth, kinds, names)
        by_name = self.chance(0.4)
        wider = {"int": "dec", "dec": "float", "date": "stamp"}
        others = [wider.get(k, k) if self.chance(0.4) else k for k in kinds]
        pairs = list(zip(others, names, strict=True))
        if by_name:
            self.rng.shuffle(pairs)
            if self.chance(0.4):
                pairs[-1] = (pairs[-1][0], self.fresh("o"))
        two = self.side(depth, [k for k, _ in pairs], [self.one([n, n.upper()]) if by_name else n for _, n in pairs])
        word = self.one(["UNION ALL", "UNION", "EXCEPT", "INTERSECT", "EXCEPT ALL"])
        if by_name:
            word = self.one(["UNION ALL BY NAME", "UNION BY NAME"])
        text = f"{one} {word} {two}"
        if self.chance(0.2):
            text = f"{text} {word} ({one} ORDER BY 1)"
        if self.chance(0.2):
            text = f"{text} ORDER BY {self.one(['1', 'ALL'])} LIMIT 7"
        return text, list(zip(names, others, strict=True))

    def side(self, depth: int, kinds: list[str], names: list[str]) -> str:
        source, scope, _ = self.source(depth - 1)
        items = ", ".join(
            f"{self.expr(scope, kind, 1)} AS {quoted(name)}" for kind, name in zip(kinds, names, strict=True)
        )
        return f"SELECT {items} FROM {source}"

    def with_ctes(self, depth: int) -> tuple[str, Columns]:
        """CTEs, each of them read: DuckDB does not look into those that nobody reads."""
        outside, parts = list(self.ctes), []
        for _ in range(self.rng.randint(1, 2)):
            sql, columns = self.query(depth - 1)
            name = self.fresh("w")
            listed = ""
            if columns and self.chance(0.25):
                listed = f"({quoted(self.fresh('l'))})"
                columns = []  # the first column may be one without a name
            parts.append(f"{quoted(name)}{listed} AS {self.one(['', '', 'MATERIALIZED '])}({sql})")
            self.ctes.append((name, columns))
        made = self.ctes[len(outside) :]
        sql, columns = self.query(depth - 1)
        self.ctes = outside
        read = " ".join(f"JOIN {self.spelt(name)} ON true" for name, _ in made)
        if self.chance(0.5):
            return f"WITH {', '.join(parts)} SELECT m_.* FROM ({sql}) AS m_ {read}", columns
        return f"WITH {', '.join(parts)} SELECT * FROM ({sql}) {read}", []
