"""Traps in what a query reads: joins, set operations, pivots, lateral items.  See `traps`."""

from __future__ import annotations

from random import Random

from tests.oracles.soundness.sql import TABLES, From, Scope, base, predicate


def set_operation_gains_column(rng: Random) -> tuple[str, list[str]]:
    table, other = rng.choice(["t1", "t2"]), rng.choice(["t1", "t2"])
    op = rng.choice(["UNION", "INTERSECT", "EXCEPT", "UNION", "EXCEPT ALL", "INTERSECT ALL", "UNION ALL"])
    one, two = rng.sample(["a", "b"], 2)
    before = f"SELECT {one} FROM {table} {op} SELECT {one} FROM {other}"
    after = f"SELECT {one}, {two} FROM {table} {op} SELECT {one}, {two} FROM {other}"
    literal = f"SELECT {one}, 1 AS k FROM {table} {op} SELECT {one}, {rng.randint(1, 2)} AS k FROM {other}"
    return before, [after, literal, f"SELECT {two} FROM {table} {op} SELECT {one} FROM {other}"]


def natural_join_gains_column(rng: Random) -> tuple[str, list[str]]:
    left = "SELECT a, c FROM t1"
    right = "SELECT a, d FROM t2"
    grown = rng.choice(["SELECT a, b AS c, d FROM t2", "SELECT a, d, d AS c FROM t2", "SELECT a, d, a AS c FROM t2"])
    shape = rng.choice(
        [
            "SELECT * FROM ({0}) x NATURAL JOIN ({1}) y",
            "WITH x AS ({0}), y AS ({1}) SELECT * FROM x NATURAL LEFT JOIN y",
            "SELECT a FROM ({0}) x NATURAL JOIN ({1}) y",
            "SELECT x.a, y.d FROM ({0}) x NATURAL JOIN ({1}) y",
            "SELECT a, count(*) AS n FROM ({0}) x NATURAL JOIN ({1}) y GROUP BY a",
        ]
    )
    using = "SELECT x.a, y.d FROM (SELECT a, b FROM t1) x JOIN (SELECT a, b, d FROM t2) y USING ({})"
    if rng.random() < 0.3:
        return using.format("a"), [using.format("a, b"), using.format("b")]
    filled = "SELECT a, d, CAST(NULL AS INTEGER) AS c FROM t2"
    return shape.format(left, right), [shape.format(left, grown), shape.format(left, filled)]


def self_join(rng: Random) -> tuple[str, list[str]]:
    table = rng.choice(["t1", "t2"])
    key = rng.choice(["a", "b"])
    other = "b" if key == "a" else "a"
    join = rng.choice(["JOIN", "LEFT JOIN", "JOIN"])
    extra = rng.choice(["", " AND x.b < y.b", " AND x.b = 1"])
    shape = f"SELECT {{}} FROM {table} x {join} {table} y ON x.{key} = y.{key}{extra}"
    picks = [
        f"x.{key} AS p, x.{other} AS q",
        f"x.{key} AS p, y.{other} AS q",
        f"y.{key} AS p, y.{other} AS q",
        f"y.{other} AS p, x.{other} AS q",
    ]
    first, *rest = rng.sample(picks, 3)
    return shape.format(first), [shape.format(pick) for pick in rest]


def union_branches(rng: Random) -> tuple[str, list[str]]:
    op = rng.choice(["UNION ALL", "UNION ALL", "UNION"])
    table = rng.choice(["t1", "t2"])
    crossed = f"SELECT a AS p, b AS q FROM {table} {op} SELECT b, a FROM {table}"
    doubled = f"SELECT a AS p, a AS q FROM {table} {op} SELECT b, b FROM {table}"
    single = f"SELECT a AS p, b AS q FROM {table} {op} SELECT a, b FROM {table}"
    texts = rng.sample([crossed, doubled, single], 3)
    return texts[0], texts[1:]


def left_join_added(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, joins=0, grouped=rng.random() < 0.3)
    key = rng.choice(scope.integers)
    sides = [
        ("t2", "y.a"),
        ("(SELECT DISTINCT a, b FROM t2)", "y.a"),
        ("(SELECT a, b, sum(d) AS d FROM t2 GROUP BY a, b)", "y.b"),
        ("(SELECT a, count(*) AS n FROM t2 GROUP BY a)", "y.a"),
        ("(SELECT a, count(*) AS n FROM t2 GROUP BY ROLLUP (a))", "y.a"),
        ("(SELECT a, unnest([1, 2]) AS n FROM t2 GROUP BY a)", "y.a"),
        ("(SELECT a + 1 AS a, count(*) AS n FROM t2 GROUP BY a, b)", "y.a"),
    ]
    afters = []
    for relation, column in rng.sample(sides, 3):
        after = sel.copy()
        after.items.append(
            From(relation, "y", rng.choice(["LEFT JOIN", "LEFT JOIN", "JOIN"]), [("cmp", "=", key, column)])
        )
        afters.append(after.sql())
    return sel.sql(), afters


def join_kinds(rng: Random) -> tuple[str, list[str]]:
    sel, _scope = base(rng, joins=rng.choice([1, 1, 2]))
    at = rng.randrange(1, len(sel.items))
    afters = []
    for join in rng.sample(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"], 3):
        after = sel.copy()
        after.items[at].join = join
        afters.append(after.sql())
    moved = sel.copy()
    if len(moved.items[at].on) > 1:
        moved.where.append(moved.items[at].on.pop())
        afters.append(moved.sql())
    condition = sel.copy()
    condition.items[at].on.append(
        predicate(rng, Scope([(i.alias, TABLES[i.relation]) for i in condition.items[: at + 1]]), 0)
    )
    return sel.sql(), [*afters, condition.sql()]


def pivots(rng: Random) -> tuple[str, list[str]]:
    source = "SELECT a, b FROM t1"
    grown = "SELECT a, b, c FROM t1"
    shape = rng.choice(
        [
            "SELECT * FROM ({}) PIVOT (count(*) FOR b IN (0, 1))",
            "SELECT * FROM ({}) PIVOT (count(*) FOR b IN (0, 2))",
            "SELECT * FROM ({}) UNPIVOT (v FOR n IN (a, b))",
            "SELECT * FROM ({}) UNPIVOT INCLUDE NULLS (v FOR n IN (a, b))",
        ]
    )
    return shape.format(source), [
        shape.format(grown),
        shape.format("SELECT a, b + 1 AS b FROM t1"),
        shape.format("SELECT DISTINCT a, b FROM t1"),
    ]


def positional(rng: Random) -> tuple[str, list[str]]:
    shape = "SELECT x.a, y.b FROM ({}) x POSITIONAL JOIN ({}) y"
    ones = [
        "SELECT a, b FROM t1",
        "SELECT a, b FROM t1 ORDER BY a, b",
        "SELECT a, b FROM t1 ORDER BY b DESC, a",
        "SELECT a, b FROM t1 WHERE a > 0",
    ]
    picks = [shape.format(rng.choice(ones), rng.choice(ones)) for _ in range(3)]
    return picks[0], [pick for pick in picks[1:] if pick != picks[0]] or [shape.format(ones[0], "SELECT b FROM t2")]


def lateral(rng: Random) -> tuple[str, list[str]]:
    shape = "SELECT x.b, u.v FROM t3 x, {} "
    sides = [
        "unnest(x.xs) u(v)",
        "unnest(x.xs || [1]) u(v)",
        "(SELECT t1.a AS v FROM t1 WHERE t1.b = x.b) u",
        "(SELECT max(t1.a) AS v FROM t1 WHERE t1.b = x.b) u",
        "generate_series(0, x.b) u(v)",
        "(SELECT t1.a AS v FROM t1 WHERE t1.b = x.k) u",
    ]
    picks = rng.sample(sides, 3)
    picks = [f"LATERAL {pick}" if pick.startswith("(") else pick for pick in picks]
    return shape.format(picks[0]), [shape.format(pick) for pick in picks[1:]]
