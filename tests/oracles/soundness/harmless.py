"""Edits that are harmless by construction: whoever calls them breaking has raised a false alarm.

`edit(rng)` gives a query and versions that yield the same rows and the same old columns.  `ADDS` may add columns.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.oracles.soundness.sql import Column, From, Pred, Scope, base, number, pred_sql, predicate

Edit = Callable[[Random], tuple[str, list[str]]]


def aliases(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng)
    texts = sel.sql()
    for at in range(len(sel.items)):
        texts = texts.replace(f"x{at}", rng.choice(["orders", "zz", "Q"]) + str(at))
    return sel.sql(), [texts]


def layout(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng)
    spaced = (
        sel.sql()
        .replace(" FROM ", "\n  from\n")
        .replace(" WHERE ", "\nwhere -- a note\n ")
        .replace("SELECT ", "select /* x */ ")
    )
    return sel.sql(), [spaced]


def reordered_conditions(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, where=True)
    sel.where += [predicate(rng, scope), predicate(rng, scope)]
    after = sel.copy()
    rng.shuffle(after.where)
    flat = sel.copy()
    flat.where = [("and", sel.where[:2]), *sel.where[2:]]
    return sel.sql(), [after.sql(), flat.sql()]


_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "<>", "<>": "="}


def mirrored(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng)
    left, right, op = rng.choice(scope.numbers), rng.choice([*scope.numbers, "1"]), rng.choice(list(_MIRROR))
    one, two = sel.copy(), sel.copy()
    one.where.append(("cmp", op, left, right))
    two.where.append(("cmp", _MIRROR[op], right, left))
    return one.sql(), [two.sql()]


def negated(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng)
    left, op = rng.choice(scope.integers), rng.choice(list(_MIRROR))
    right = rng.choice([*scope.integers, "1"])
    one, two, three = sel.copy(), sel.copy(), sel.copy()
    one.where.append(("not", ("cmp", op, left, right)))
    two.where.append(("cmp", _OPPOSITE[op], left, right))
    three.where.append(("not", ("not", ("cmp", _OPPOSITE[op], left, right))))
    return one.sql(), [two.sql(), three.sql()]


def ranges(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng)
    x = rng.choice(scope.integers)
    pairs: list[tuple[Pred, Pred]] = [
        (("between", x, "0", "2"), ("and", [("cmp", ">=", x, "0"), ("cmp", "<=", x, "2")])),
        (("in", x, ["1", "2"]), ("or", [("cmp", "=", x, "1"), ("cmp", "=", x, "2")])),
        (("in", x, ["1", "2"]), ("in", x, ["2", "1"])),
        (("not", ("in", x, ["1", "2"])), ("and", [("cmp", "<>", x, "1"), ("cmp", "<>", x, "2")])),
    ]
    first, second = rng.choice(pairs)
    one, two = sel.copy(), sel.copy()
    one.where.append(first)
    two.where.append(second)
    return one.sql(), [two.sql()]


def implied_not_null(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng)
    x = rng.choice(scope.numbers)
    term: Pred = rng.choice(
        [
            ("cmp", rng.choice(list(_MIRROR)), x, "1"),
            ("not", ("cmp", "=", x, "1")),
            ("in", x, ["1", "2"]),
            ("between", x, "0", "2"),
        ]
    )
    one, two = sel.copy(), sel.copy()
    one.where.append(term)
    two.where += rng.sample([term, ("null", x, False)], 2)
    return one.sql(), [two.sql()]


def swapped_numbers(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    left, right, op = rng.choice(scope.numbers), rng.choice([*scope.numbers, "2"]), rng.choice("+*")
    one, two = sel.copy(), sel.copy()
    one.columns.append(Column(f"{left} {op} {right}", "v"))
    two.columns.append(Column(f"{right} {op} {left}", "v"))
    return one.sql(), [two.sql()]


def reordered_joins(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng, joins=rng.choice([1, 2]))
    for item in sel.items[1:]:
        item.join = "JOIN"
    conditions = [condition for item in sel.items[1:] for condition in item.on]
    after = sel.copy()
    rng.shuffle(after.items)
    for item in after.items:
        item.join, item.on = "CROSS JOIN", []
    after.items[0].join = ""
    after.where = [*conditions, *after.where]
    moved = sel.copy()
    for item in moved.items[1:]:
        item.join, item.on = "CROSS JOIN", []
    moved.where = [*moved.where, *conditions]
    return sel.sql(), [after.sql(), moved.sql()]


def nested(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng)
    names = ", ".join(column.alias for column in sel.columns)
    inlined = f"SELECT {names} FROM ({sel.sql()}) q"
    star = f"SELECT * FROM ({sel.sql()}) AS q"
    cte = f"WITH q AS ({sel.sql()}) SELECT {names} FROM q"
    unused = f"WITH nobody AS (SELECT a FROM t1) {sel.sql()}"
    twice = f"WITH p AS ({sel.sql()}), q AS (SELECT * FROM p) SELECT * FROM q"
    texts = [sel.sql(), inlined, star, cte, unused, twice]
    first = rng.choice(texts)
    return first, [other for other in rng.sample(texts, 3) if other != first]


def merged(rng: Random) -> tuple[str, list[str]]:
    sel, _scope = base(rng, joins=rng.choice([0, 0, 1]), grouped=False)
    for item in sel.items[1:]:
        item.join = "JOIN"
    numbers = [column for column in sel.columns if column.type == "n"]
    condition = predicate(rng, Scope([("q", {column.alias: "n" for column in numbers})]))
    inner = pred_sql(condition)
    for column in numbers:
        inner = inner.replace(f"q.{column.alias}", f"({column.text})")
    flat = sel.copy()
    flat.where.append(("raw", f"({inner})"))
    names = ", ".join(f"q.{column.alias}" for column in sel.columns)
    outer = f"SELECT {names} FROM ({sel.sql()}) q WHERE {pred_sql(condition)}"
    return outer, [flat.sql()]


def moved_cte(rng: Random) -> tuple[str, list[str]]:
    one, _ = base(rng, joins=0)
    two, _ = base(rng, joins=0)
    body = f"SELECT p.{one.columns[0].alias} AS u, q.{two.columns[0].alias} AS v FROM p, q"
    return f"WITH p AS ({one.sql()}), q AS ({two.sql()}) {body}", [
        f"WITH q AS ({two.sql()}), p AS ({one.sql()}) {body}",
        body.replace("FROM p, q", f"FROM ({one.sql()}) p, ({two.sql()}) q"),
    ]


def counted(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng, grouped=True)
    texts = []
    for call in ("count(*)", "count(1)", "count('x')", "count()"):
        after = sel.copy()
        after.columns.append(Column(call, "n"))
        texts.append(after.sql())
    return texts[0], texts[1:]


def group_order(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng, grouped=True)
    after = sel.copy()
    after.group.reverse()
    repeated = sel.copy()
    repeated.distinct = "DISTINCT"
    return sel.sql(), [after.sql(), repeated.sql()]


def distinct_as_groups(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    sel.columns = [Column(name, f"c{at}") for at, name in enumerate(rng.sample(scope.numbers, 2))]
    distinct, grouped = sel.copy(), sel.copy()
    distinct.distinct = "DISTINCT"
    grouped.group = [column.text for column in sel.columns]
    return distinct.sql(), [grouped.sql()]


def added_columns(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng)
    after = sel.copy()
    for _ in range(rng.choice([1, 1, 2])):
        new = Column(f"max({number(rng, scope)})" if sel.group else number(rng, scope), f"n{rng.randint(0, 99)}")
        after.columns.insert(rng.randint(0, len(after.columns)), new)
    return sel.sql(), [after.sql()]


def added_windows(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    after = sel.copy()
    after.columns.append(Column(f"sum({number(rng, scope)}) OVER (PARTITION BY {rng.choice(scope.numbers)})", "w"))
    return sel.sql(), [after.sql()]


def lookup_added(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, joins=rng.choice([0, 1]))
    key = next((name for name in scope.integers if name.startswith("x0.")), None)
    if key is None or key == "x0.d":
        return added_columns(rng)
    side = rng.choice(["(SELECT a, max(b) AS top FROM t1 GROUP BY a)", "(SELECT DISTINCT b AS a, 7 AS top FROM t2)"])
    after = sel.copy()
    if "DISTINCT" in side:
        side = "(SELECT DISTINCT b AS a FROM t2)"
    after.items.append(From(side, "look", "LEFT JOIN", [("cmp", "=", "look.a", key)]))
    if not sel.group:
        after.columns.append(Column("look.a", "looked"))
    return sel.sql(), [after.sql()]


def parentheses(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng, where=True)
    after = sel.copy()
    after.where = [("raw", f"(({pred_sql(pred, inner=True)}))") for pred in sel.where]
    return sel.sql(), [after.sql()]


def repeated_casts(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    kind = rng.choice(["BIGINT", "DOUBLE", "DECIMAL(12,2)", "INTEGER"])
    once = f"CAST({rng.choice(scope.integers)} AS {kind})"
    call = rng.choice(["CAST", "TRY_CAST"])
    one, two = sel.copy(), sel.copy()
    one.columns.append(Column(once, "v"))
    two.columns.append(Column(f"{call}({once} AS {kind})", "v"))
    return one.sql(), [two.sql()]


def no_offset(rng: Random) -> tuple[str, list[str]]:
    sel, scope = base(rng, grouped=False)
    sel.order, sel.limit = [rng.choice(scope.numbers)], str(rng.randint(1, 3))  # without an order it may be other rows
    after = sel.copy()
    after.limit += " OFFSET 0"
    return sel.sql(), [after.sql()]


def sorted_for_nobody(rng: Random) -> tuple[str, list[str]]:
    sel, _ = base(rng)
    after = sel.copy()
    after.order = ["1"]
    return sel.sql(), [after.sql()]


HARMLESS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        aliases, layout, reordered_conditions, mirrored, negated, ranges, implied_not_null, swapped_numbers, reordered_joins, nested, merged, moved_cte, counted,
        group_order, distinct_as_groups, added_columns, added_windows, lookup_added, parentheses, repeated_casts, no_offset, sorted_for_nobody,
    )
}  # fmt: skip
