"""Random DuckDB queries that between them use every construct the binder knows, each valid.

`MARKS` says by which words each construct shows in a text, so that a test can count what was really used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.oracles.generated import Columns, Expressions, Item, Query, Schema


class Generator(Expressions):
    """Makes queries; `depth` bounds how far derived tables nest."""

    def item(self, depth: int) -> Item:
        if depth <= 0 or self.rng.random() < 0.45:
            return self.base()
        sql, columns = self.query(depth - 1)
        alias = self.name("s")
        return Item(f"({sql}) AS {alias}", alias, _unique(columns))

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
            word = self.rng.choice(["EXCLUDE", "EXCEPT"])
            return f"SELECT {item.alias}.* {word} ({gone}) FROM {item.text}", [c for c in item.columns if c[0] != gone]
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
        return self.columns_call(item)

    def columns_call(self, item: Item) -> Query:
        """The columns that a pattern, a list or a condition on their names picks."""
        names = [n for n, _ in item.columns]
        wanted = {self.rng.choice(names), self.rng.choice(names)}
        listed = ", ".join("'" + name.strip('"') + "'" for name in sorted(wanted))
        pattern = "^(" + "|".join(sorted(name.strip('"') for name in wanted)) + ")$"
        call = self.rng.choice([f"'{pattern}'", f"[{listed}]", f"lambda c: c IN ({listed})"])
        columns = [c for c in item.columns if c[0] in wanted]
        return f"SELECT COLUMNS({call}) FROM {item.text}", columns

    def of_many(self, depth: int) -> Query:
        """One aggregate of several columns, and the fields of a struct as columns."""
        item = self.base()
        if item.of("struct") and self.rng.random() < 0.5:
            struct = self.pick(item.of("struct"))
            form = self.rng.choice([f"{struct.partition('.')[2]}.*", f"unnest({struct})"])
            return f"SELECT id AS i, {form} FROM {item.text}", [("i", "int"), ("f", "int?"), ("g", "text?")]
        if self.rng.random() < 0.5:
            return f"SELECT max(COLUMNS(['id', 'k'])) FROM {item.text}", [("id", "any"), ("k", "any")]
        return f"SELECT * LIKE 'k%' FROM {item.text}", [c for c in item.columns if c[0].startswith("k")]

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
        if self.rng.random() < 0.4:
            sql = f"SELECT {left.alias}.id AS {a}, {right.alias}.k AS {b} FROM {left.text} ASOF {side}JOIN {right.text} USING (k, id)"
            return sql, [(a, "int"), (b, "int")]
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
            if self.rng.random() < 0.3:
                sql = f"SELECT {x} AS {a}, u.o AS {b} FROM {item.text}, unnest({source}) WITH ORDINALITY AS u(e, o)"
                return sql, [(a, "int"), (b, "int?")]
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
        if self.rng.random() < 0.4:
            inner = f"(SELECT max(q.k) + {self.pick(item.of('int'))} AS v FROM t2 AS q WHERE q.id <= {x}) AS l"
            return f"SELECT {x} AS {a}, l.v AS {b} FROM {item.text} LEFT JOIN LATERAL {inner} ON true", [
                (a, "int"),
                (b, "int?"),
            ]
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
            nulls = self.rng.choice(["", "INCLUDE NULLS "])
            return f"SELECT * FROM {inner} UNPIVOT {nulls}(v FOR n IN ({a}, {b}))", [
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
        function = self.rng.choice(["generate_series", "range"])
        return (
            f"SELECT {x} AS {a}, g.n AS {b} FROM {item.text}, {function}(1, {self.pick(item.of('int'))}) AS g(n)",
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
    "distinct", "limited", "set_operation", "set_operation", "star", "cte", "recursive", "unnested", "lateral", "pivot", "unpivot", "values", "series", "lateral_alias",
    "ordered_list", "parenthesised", "whole_row", "of_many",
]  # fmt: skip


MARKS = {
    "* EXCLUDE": r"\* EXCLUDE", "* EXCEPT": r"\* EXCEPT", "* REPLACE": r"\* REPLACE", "* RENAME": r"\* RENAME", "* LIKE": r"\* LIKE",
    "COLUMNS('pattern')": r"COLUMNS\('", "COLUMNS([names])": r"COLUMNS\(\[", "COLUMNS(lambda)": r"COLUMNS\(lambda", "struct.*": r"\w+ AS i, \w+\.\*",
    "USING": r"JOIN \w+ AS \w+ USING", "NATURAL": "NATURAL", "ASOF": r"ASOF (LEFT )?JOIN", "ASOF USING": r"ASOF .*USING \(k, id\)",
    "POSITIONAL": "POSITIONAL JOIN", "SEMI": "SEMI JOIN", "ANTI": "ANTI JOIN", "FULL": "FULL JOIN", "CROSS": "CROSS JOIN",
    "UNION": r"UNION SELECT|UNION BY NAME", "UNION ALL": "UNION ALL", "EXCEPT": r"EXCEPT SELECT", "EXCEPT ALL": "EXCEPT ALL",
    "INTERSECT": "INTERSECT", "BY NAME": "BY NAME", "UNNEST in FROM": r", unnest\(.*\) AS u", "UNNEST in SELECT": r", unnest\(\S+\) AS",
    "WITH ORDINALITY": "ORDINALITY", "LATERAL": "LATERAL", "LEFT JOIN LATERAL": "LEFT JOIN LATERAL", "PIVOT in FROM": r" PIVOT \(",
    "PIVOT statement": r"\(PIVOT ", "UNPIVOT in FROM": r" UNPIVOT \(", "UNPIVOT statement": r"\(UNPIVOT ", "INCLUDE NULLS": "INCLUDE NULLS",
    "struct field": r"\w+\.\w+\.f\b", "list element": r"\[1\]", "map access": r"map\(\[", "lambda": "lambda x", "method call": r"\.upper\(\)", "VALUES": r"\(VALUES",
    "generate_series": "generate_series", "range": r", range\(", "recursive CTE": "RECURSIVE", "CTE": r"WITH \w+ AS \(",
    "lateral alias": r" AS (al\d+), \1 \+ 1", "QUALIFY": "QUALIFY", "DISTINCT": r"SELECT DISTINCT (?!ON)", "DISTINCT ON": "DISTINCT ON",
    "GROUP BY ALL": "GROUP BY ALL", "GROUPING SETS": "GROUPING SETS|ROLLUP|CUBE", "HAVING": "HAVING", "FILTER": r"FILTER \(",
    "WITHIN GROUP": "WITHIN GROUP", "window": r"OVER \(", "named window": r"OVER w\b", "frame": "ROWS BETWEEN", "LIMIT": "LIMIT",
    "scalar subquery": r"\(SELECT max\(q\.k\) FROM", "EXISTS": r"EXISTS \(", "IN (SELECT)": r"IN \(SELECT", "ANY": r"ANY \(", "whole row": r"SELECT (r\d+) AS",
    "CASE": "CASE WHEN", "joined in parentheses": r"LEFT JOIN \(t\d AS",
}  # fmt: skip
"""Every construct, and a pattern by which a query's text shows it."""


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
