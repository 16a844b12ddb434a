"""Edits that often change data, one function for each trap: `trap(rng)` gives a query and versions of it.

Most of them do change data on some data set, some do not: the data decide, not this file.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.oracles.soundness.sql import TABLES, Column, Scope, Sel, aggregate, base, number, predicate, text
from tests.oracles.soundness.traps_of_sources import (
    join_kinds,
    lateral,
    left_join_added,
    natural_join_gains_column,
    pivots,
    positional,
    self_join,
    set_operation_gains_column,
    union_branches,
)

Trap = Callable[[Random], tuple[str, list[str]]]


def _added(rng: Random, sel: Sel, scope: Scope, at: int | None = None) -> Sel:
    after = sel.copy()
    place = len(after.columns) if at is None else at
    after.columns.insert(place, Column(number(rng, scope), f"n{rng.randint(0, 9)}"))
    return after


def distinct_gains_column(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    sel.distinct = "DISTINCT"
    sel.columns = sel.columns[:1]
    return sel.sql(), [_added(rng, sel, scope, rng.choice([0, 1])).sql() for _ in range(3)]


def _bare(rng: Random, joins: int) -> tuple[Sel, Scope, list[str]]:
    """A SELECT of bare columns, mostly without a filter: which rows it keeps, and in which order, shows in the data."""
    sel, scope = base(rng, joins=joins, grouped=False, where=rng.random() < 0.2)
    names = rng.sample(scope.numbers, min(3, len(scope.numbers)))
    sel.columns = [Column(name, f"c{at}") for at, name in enumerate(names)]
    return sel, scope, names


def distinct_on(rng: Random) -> tuple[str, list[str]]:
    sel, scope, (key, *by) = _bare(rng, rng.choice([0, 0, 1]))
    by = (by + rng.sample(scope.numbers, 2))[:2]
    sel.distinct, sel.order = f"DISTINCT ON ({key})", [key, *by]
    other, swapped, plain, keyed = sel.copy(), sel.copy(), sel.copy(), sel.copy()
    other.order = [key, f"{by[0]} DESC", by[1]]
    swapped.order = [key, by[1], by[0]]
    plain.distinct = ""
    keyed.distinct, keyed.order = f"DISTINCT ON ({by[0]})", [by[0], key, by[1]]
    return sel.sql(), [other.sql(), swapped.sql(), plain.sql(), keyed.sql(), _added(rng, sel, scope).sql()]


def group_by_all(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    key = rng.choice(scope.numbers)
    sel.columns = [Column(key, "c0"), Column(aggregate(rng, scope), "g0")]
    sel.group = ["ALL"]
    keyed, expression = _added(rng, sel, scope), sel.copy()
    expression.columns[0].text = f"({key} + 1)"
    more = sel.copy()
    more.columns.append(Column(aggregate(rng, scope), "g1"))
    return sel.sql(), [keyed.sql(), expression.sql(), more.sql()]


def ordinals(rng: Random) -> tuple[str, list[str]]:
    sel, scope, keys = _bare(rng, rng.choice([0, 1]))
    if rng.random() < 0.5:
        sel.columns, sel.group = [Column(keys[0], "c0"), Column("count(*)", "g0")], ["1"]
        after, both, moved = sel.copy(), sel.copy(), sel.copy()
        after.columns.insert(0, Column(keys[1], "n0"))
        after.group = ["1", "2"]
        both.columns.insert(0, Column("1", "n0"))
        both.group = ["2"]
        moved.columns = [Column(keys[1], "n0"), Column(f"max({keys[0]})", "c0"), Column("count(*)", "g0")]
        return sel.sql(), [after.sql(), both.sql(), moved.sql()]
    sel.columns, sel.order, sel.limit = sel.columns[:2], ["1", "2"], str(rng.randint(1, 3))
    after, other, back = sel.copy(), sel.copy(), sel.copy()
    after.columns.insert(rng.choice([0, 1]), Column(keys[-1] if rng.random() < 0.5 else number(rng, scope), "n0"))
    other.order = ["2", "1"]
    back.order = ["1 DESC", "2"]
    return sel.sql(), [after.sql(), other.sql(), back.sql()]


def aggregate_added(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    if rng.random() < 0.4:
        inner, _inner_scope = base(rng, joins=0, grouped=False)
        inner.items[0].alias, outer = "y0", "t1"
        inner.columns = [Column("1", "one")]
        inner.where = [predicate(rng, Scope([("y0", TABLES[inner.items[0].relation])]), 0)]
        after = inner.copy()
        after.columns = [Column(rng.choice(["count(*)", "max(1)"]), "one")]
        negate = rng.choice(["", "NOT "])
        wrap = f"SELECT a, b FROM {outer} WHERE {negate}EXISTS ({{}})"
        return wrap.format(inner.sql()), [wrap.format(after.sql())]
    sel.columns = [Column(rng.choice(["1", "2"]), "c0")]
    afters = []
    for _ in range(3):
        after = sel.copy()
        after.columns.append(Column(aggregate(rng, scope), "g0"))
        afters.append(after.sql())
    return sel.sql(), afters


def set_returning(rng: Random) -> tuple[str, list[str]]:
    sel, _scope = base(rng, joins=rng.choice([0, 1]), grouped=False)
    made = rng.choice(
        ["unnest([1, 2])", "generate_series(1, 2)", "unnest(generate_series(0, 1))", "unnest([x0.b, 1])", "range(0, 2)"]
    )
    after = sel.copy()
    after.columns.append(Column(made, "u"))
    other = after.copy()
    other.columns.append(Column("unnest([7, 8, 9])", "v"))
    third = after.copy()
    third.columns[-1].text = "unnest([2, 2, 1])"
    if rng.random() < 0.5:
        return sel.sql(), [after.sql(), third.sql()]
    return after.sql(), [other.sql(), third.sql(), sel.sql()]


def alias_captured(rng: Random) -> tuple[str, list[str]]:
    bound = rng.randint(0, 2)
    cases = [
        (f"SELECT a AS q FROM t1 WHERE {{0}} > {bound}", ["a", "b", "c"], ""),
        ("SELECT {0} AS q, count(*) AS n FROM t1 GROUP BY q", ["a", "b", "a + b"], ""),
        (f"SELECT {{0}} AS q, a FROM t1 WHERE q > {bound}", ["b", "c", "b + c"], ""),
        ("SELECT a{0} FROM t1 ORDER BY b, a LIMIT 2", ["", ", c AS b", ", -b AS b"], ""),
        ("SELECT max(a) AS m{0} FROM t1 GROUP BY b", ["", ", count(*) AS b", ", max(c) AS b"], ""),
        ("SELECT {0} AS q, q + 1 AS p FROM t1", ["a", "b", "a + b"], ""),
        ("SELECT b AS a{0}, count(*) AS n FROM t1 GROUP BY a, b, c", ["", ", c AS b", ", -c AS b"], ""),
        (
            "SELECT sum(a) AS m{0} FROM t1 GROUP BY s HAVING b > 0",
            [", max(c) AS b", ", max(b) AS b", ", min(c) AS b"],
            "",
        ),
    ]
    shape, versions, _ = rng.choice(cases)
    first, *rest = rng.sample(versions, len(versions))
    return shape.format(first), [shape.format(version) for version in rest]


def limits(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=rng.random() < 0.2)
    if sel.group:
        keys = [c.text for c in sel.columns]
    else:
        keys = rng.sample(scope.numbers, 2)
    sel.order, sel.limit = rng.choice([[], [keys[0]], keys]), str(rng.randint(1, 3))
    afters = []
    more = sel.copy()
    more.limit = str(int(sel.limit) + 1)
    ordered = sel.copy()
    ordered.order = [f"{keys[0]} DESC", *keys[1:]]
    nulls = sel.copy()
    nulls.order = [f"{keys[0]} NULLS FIRST", *keys[1:]]
    without = sel.copy()
    without.limit = ""
    shifted = sel.copy()
    shifted.limit += " OFFSET 1"
    afters += rng.sample([more, ordered, nulls, without, shifted], 3)
    if not sel.group and not sel.distinct:
        afters.append(_added(rng, sel, scope))
    filtered = sel.copy()
    filtered.where.append(predicate(rng, scope, 0))
    return sel.sql(), [after.sql() for after in [*afters, filtered]]


def window_frames(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, joins=rng.choice([0, 0, 1]), grouped=False)
    x, y, z = (rng.choice(scope.numbers) for _ in range(3))
    call = rng.choice(
        ["sum({})", "min({})", "count({})", "row_number()", "rank()", "lag({})", "first_value({})", "dense_rank()"]
    )
    overs = [
        f"PARTITION BY {y} ORDER BY {z}", f"PARTITION BY {z} ORDER BY {y}", f"ORDER BY {z}", f"ORDER BY {z} DESC", f"PARTITION BY {y}",
        f"ORDER BY {z} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", f"ORDER BY {z} ROWS UNBOUNDED PRECEDING",
        f"ORDER BY {z} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", f"ORDER BY {z}, {y}",
    ]  # fmt: skip
    versions = []
    for over in rng.sample(overs, 4):
        after = sel.copy()
        after.columns.append(Column(f"{call.format(x)} OVER ({over})", "w"))
        versions.append(after.sql())
    if rng.random() < 0.3:
        after = sel.copy()
        after.qualify = f"row_number() OVER ({rng.choice(overs[:4])}) = 1"
        other = sel.copy()
        other.qualify = f"row_number() OVER ({rng.choice(overs[:4])}) <= 2"
        versions = [after.sql(), other.sql(), sel.sql(), _added(rng, after, scope).sql()]
    return versions[0], versions[1:]


def subqueries(rng: Random) -> tuple[str, list[str]]:
    calls = ["max(t2.d)", "min(t2.d)", "sum(t2.b)", "count(*)", "count(t2.d)"]
    links = ["t2.a = x.a", "t2.b = x.a", "t2.a = x.b", "t2.a < x.a", "t2.a = t2.b", "t2.a IS NOT DISTINCT FROM x.a"]

    def query(call: str, link: str, kind: int) -> str:
        if kind == 0:
            return f"SELECT x.a, (SELECT {call} FROM t2 WHERE {link}) AS v FROM t1 x"
        if kind == 1:
            return f"SELECT x.a, x.b FROM t1 x WHERE x.b <= (SELECT {call} FROM t2 WHERE {link})"
        if kind == 2:
            return f"SELECT x.a, x.b FROM t1 x WHERE EXISTS (SELECT 1 FROM t2 WHERE {link} AND t2.d > 0)"
        if kind == 3:
            return f"SELECT x.a, x.b FROM t1 x WHERE x.b IN (SELECT t2.b FROM t2 WHERE {link})"
        if kind == 4:
            return f"SELECT x.a, x.b FROM t1 x WHERE x.b NOT IN (SELECT t2.b FROM t2 WHERE {link})"
        if kind == 5:
            return f"SELECT x.a, x.b > ALL (SELECT t2.b FROM t2 WHERE {link}) AS v FROM t1 x"
        quantified = rng.choice(["NOT (x.b {} {} {})", "x.b {} {} {}"])
        operator, kind_of = rng.choice(["<=", ">", "=", "<>"]), rng.choice(["ANY", "ALL"])
        return (
            f"SELECT x.a, {quantified.format(operator, kind_of, f'(SELECT t2.b FROM t2 WHERE {link})')} AS v FROM t1 x"
        )

    call, link, kind = rng.choice(calls), rng.choice(links), rng.randint(0, 8)
    others = [
        query(rng.choice(calls), link, kind),
        query(call, rng.choice(links), kind),
        query(call, rng.choice(links), rng.randint(2, 6)),
    ]
    first = query(call, link, kind)
    return first, [other for other in dict.fromkeys(others) if other != first] or [query(call, link, (kind + 2) % 7)]


def recursion(rng: Random) -> tuple[str, list[str]]:
    def query(start: int, stop: int, step: str, op: str, out: str) -> str:
        return (
            f"WITH RECURSIVE r AS (SELECT {start} AS n, a AS v FROM t1 WHERE a > 0 {op} "
            f"SELECT n + 1, {step} FROM r WHERE n < {stop}) SELECT {out} FROM r"
        )

    steps, outs = ["v", "v + 1", "v + n", "v + 0"], ["n, v", "v, n", "n, v + n AS v", "v"]

    def make():
        return query(
            rng.randint(1, 2),
            rng.randint(2, 4),
            rng.choice(steps),
            rng.choice(["UNION ALL", "UNION"]),
            rng.choice(outs),
        )

    first = make()
    return first, [other for other in {make(), make(), make()} if other != first] or [make()]


def aggregate_options(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, joins=rng.choice([0, 1]), grouped=False)
    key, x, y = (rng.choice(scope.numbers) for _ in range(3))
    calls = [
        f"sum({x})", f"sum(DISTINCT {x})", f"sum({x}) FILTER (WHERE {y} > 0)", f"sum({x}) FILTER (WHERE {y} > 1)", f"count({x})",
        f"count(DISTINCT {x})", f"quantile_disc({x}, 0.5)", f"mode({x})", f"last({x})", f"product({x})", f"arg_min({x}, {y} ORDER BY {y})", f"list({x} ORDER BY {x})", f"list({x} ORDER BY {x} DESC)", f"list({x})", f"list(DISTINCT {x} ORDER BY {x})",
        f"first({x} ORDER BY {y})", f"first({x})", f"arg_max({x}, {y})", f"max({x})", f"min({x})", f"max(DISTINCT {x})", "count(*)",
    ]  # fmt: skip
    versions = []
    for call in rng.sample(calls, 4):
        after = sel.copy()
        after.columns = [Column(key, "c0"), Column(call, "g0")]
        after.group = [key]
        versions.append(after.sql())
    return versions[0], versions[1:]


def three_valued_logic(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, joins=0, grouped=False, where=False)
    x, value = rng.choice(scope.numbers), str(rng.randint(0, 2))
    forms = [
        ("cmp", "<>", x, value), ("raw", f"{x} IS DISTINCT FROM {value}"), ("not", ("cmp", "=", x, value)),
        ("raw", f"NOT ({x} IS NOT DISTINCT FROM {value})"), ("cmp", "=", x, value), ("raw", f"coalesce({x} <> {value}, true)"),
        ("raw", f"{x} NOT IN ({value}, NULL)"), ("raw", f"({x} = {value}) IS NOT TRUE"), ("raw", f"NOT ({x} = {value} AND {x} IS NOT NULL)"),
        ("or", [("cmp", "<>", x, value), ("null", x, True)]), ("raw", f"{x} NOT IN ({value})"), ("raw", f"({x} = {value}) IS FALSE"),
    ]  # fmt: skip
    versions = []
    for form in rng.sample(forms, 4):
        after = sel.copy()
        after.where = [form]
        versions.append(after.sql())
    return versions[0], versions[1:]


def casts(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, joins=rng.choice([0, 1]), grouped=False)
    x = rng.choice(scope.numbers)
    forms = [x, f"CAST({x} AS BIGINT)", f"CAST({x} AS VARCHAR)", f"CAST({x} AS DECIMAL(9,1))", f"CAST({x} / 2 AS INTEGER)", f"{x} // 2", f"{x} / 2", f"{x}::BOOLEAN", f"{x}::DOUBLE", f"TRY_CAST({x}::VARCHAR AS INTEGER)"]  # fmt: skip
    versions = []
    for form in rng.sample(forms, 4):
        after = sel.copy()
        after.columns.append(Column(form, "v"))
        versions.append(after.sql())
    if rng.random() < 0.4:
        shapes = ["SELECT a FROM t1 WHERE s IN ('x', '1')", "SELECT a FROM t1 WHERE a BETWEEN 1 AND 1.5", "SELECT a FROM t1 WHERE a >= 1 AND a <= 1.5", "SELECT a FROM t1 WHERE a IN (1, 1.5)", "SELECT a FROM t1 WHERE a = 1 OR a = 1.5", "SELECT a FROM t1 WHERE a::VARCHAR BETWEEN '1' AND '2'", "SELECT a FROM t1 WHERE a BETWEEN '1' AND '2'"]  # fmt: skip
        versions = rng.sample(shapes, 4)
    return versions[0], versions[1:]


def stars(rng: Random) -> tuple[str, list[str]]:
    table = rng.choice(["t1", "t2"])
    last = "c" if table == "t1" else "d"
    versions = [
        f"SELECT * FROM {table}", f"SELECT * EXCLUDE (b) FROM {table}", f"SELECT * REPLACE (a + 1 AS a) FROM {table}", f"SELECT * REPLACE (b AS a) FROM {table}",
        f"SELECT DISTINCT * FROM {table}", f"SELECT DISTINCT * EXCLUDE ({last}) FROM {table}", f"SELECT *, a AS extra FROM {table}",
        f"SELECT DISTINCT *, a + 1 AS extra FROM {table}", f"SELECT x.* FROM {table} x JOIN t3 ON x.b = t3.b", f"SELECT COLUMNS('a|b') FROM {table}",
    ]  # fmt: skip
    picked = rng.sample(versions, 4)
    return picked[0], picked[1:]


def filters(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, where=True)
    afters = []
    for _ in range(3):
        after = sel.copy()
        if rng.random() < 0.5:
            after.where[rng.randrange(len(after.where))] = predicate(rng, scope)
        elif rng.random() < 0.5:
            after.where.append(predicate(rng, scope))
        else:
            after.where = [("or", after.where)] if len(after.where) > 1 else []
        afters.append(after.sql())
    return sel.sql(), afters


def column_changes(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng)
    changed, removed, swapped, renamed = sel.copy(), sel.copy(), sel.copy(), sel.copy()
    at = rng.randrange(len(sel.columns))
    if sel.group:
        changed.columns[-1].text = aggregate(rng, scope)
    else:
        changed.columns[at].text = text(rng, scope) if sel.columns[at].type == "s" else number(rng, scope)
    removed.columns = removed.columns[:at] + removed.columns[at + 1 :] or [Column("1", "one")]
    if len(swapped.columns) > 1:
        one, two = swapped.columns[0], swapped.columns[1]
        one.text, two.text = two.text, one.text
    renamed.columns[at].alias = "renamed"
    return sel.sql(), [after.sql() for after in (changed, removed, swapped, renamed)]


def group_keys(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=True)
    more, rolled, having, hidden = sel.copy(), sel.copy(), sel.copy(), sel.copy()
    more.group.append(rng.choice(scope.numbers))
    rolled.group = [f"ROLLUP ({', '.join(sel.group)})"]
    having.having = [("cmp", ">", "count(*)", "1")]
    hidden.columns = [c for c in sel.columns if c.text not in sel.group]
    fewer = sel.copy()
    if len(fewer.group) > 1:
        gone = fewer.group.pop()
        fewer.columns = [c for c in fewer.columns if c.text != gone]
    return sel.sql(), [after.sql() for after in (more, rolled, having, hidden, fewer)]


def order_by(rng: Random) -> tuple[str, list[str]]:
    sel, _scope, (one, two, *_) = _bare(rng, rng.choice([0, 0, 1]))
    versions = []
    for order in rng.sample([[], [one], [one, two], [f"{one} DESC", two], [two, one]], 4):
        after = sel.copy()
        after.order = order
        versions.append(after.sql())
    return versions[0], versions[1:]


def name_cases(rng: Random) -> tuple[str, list[str]]:
    shape = "SELECT {} FROM t1"
    picks = [
        'a AS "A", b',
        "A, B",
        '"a", b',
        "a AS b, b AS a",
        "b AS a, a AS b",
        "a, b",
        'a AS "x y", b',
        "s AS a, b",
        "upper(s) AS s, b",
        "s AS s, b",
    ]
    chosen = rng.sample(picks, 4)
    return shape.format(chosen[0]), [shape.format(pick) for pick in chosen[1:]]


TRAPS: dict[str, Trap] = {
    trap.__name__: trap
    for trap in (
        distinct_gains_column, distinct_on, set_operation_gains_column, group_by_all, ordinals, aggregate_added, set_returning,
        natural_join_gains_column, alias_captured, self_join, union_branches, left_join_added, limits, window_frames, subqueries, recursion,
        aggregate_options, three_valued_logic, casts, stars, filters, join_kinds, column_changes, group_keys, order_by, pivots, positional,
        lateral, name_cases,
    )
}  # fmt: skip
