"""A small language of queries that are easy to edit: a SELECT in parts, predicates as tuples, everything else as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

Pred = tuple
"""("cmp", op, left, right) | ("between", x, low, high) | ("in", x, [items]) | ("not", p) | ("and"|"or", [p, ...])
| ("null", x, is_null) | ("raw", text)"""

TABLES: dict[str, dict[str, str]] = {
    "t1": {"a": "INTEGER", "b": "INTEGER", "c": "INTEGER", "s": "VARCHAR"},
    "t2": {"a": "INTEGER", "b": "INTEGER", "d": "BIGINT", "r": "VARCHAR"},
    "t3": {"k": "INTEGER", "b": "INTEGER", "e": "DECIMAL(9,2)", "xs": "INTEGER[]"},
}
NUMBERS = ("INTEGER", "BIGINT", "DECIMAL(9,2)")


@dataclass
class Column:
    """One projection: its text, the name it gets, and a rough type ("n" number, "s" text, "?" other)."""

    text: str
    alias: str
    type: str = "n"

    def sql(self) -> str:
        return f"{self.text} AS {self.alias}" if self.alias else self.text


@dataclass
class From:
    """One FROM item; `join` is "" for the first."""

    relation: str
    alias: str
    join: str = ""
    on: list[Pred] = field(default_factory=list)
    using: str = ""

    def sql(self) -> str:
        text = (
            f"{self.join} {self.relation} {self.alias}".strip()
            if self.join
            else f"{self.relation} {self.alias}".strip()
        )
        if self.using:
            return f"{text} USING ({self.using})"
        return f"{text} ON {conjunction(self.on)}" if self.on else text


@dataclass
class Sel:
    """One SELECT in parts."""

    columns: list[Column]
    items: list[From]
    where: list[Pred] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    having: list[Pred] = field(default_factory=list)
    qualify: str = ""
    distinct: str = ""
    order: list[str] = field(default_factory=list)
    limit: str = ""
    ctes: list[tuple[str, str]] = field(default_factory=list)

    def copy(self) -> Sel:
        """A copy whose lists can be changed."""
        items = [From(i.relation, i.alias, i.join, list(i.on), i.using) for i in self.items]
        columns = [Column(c.text, c.alias, c.type) for c in self.columns]
        return Sel(
            columns, items, list(self.where), list(self.group), list(self.having), self.qualify, self.distinct,
            list(self.order), self.limit, list(self.ctes),
        )  # fmt: skip

    def sql(self) -> str:
        parts = []
        if self.ctes:
            recursive = "RECURSIVE " if any("/*rec*/" in text for _, text in self.ctes) else ""
            parts.append(f"WITH {recursive}" + ", ".join(f"{name} AS ({text})" for name, text in self.ctes))
        parts.append(
            "SELECT " + (self.distinct + " " if self.distinct else "") + ", ".join(c.sql() for c in self.columns)
        )
        if self.items:
            parts.append("FROM " + " ".join(item.sql() for item in self.items))
        if self.where:
            parts.append("WHERE " + conjunction(self.where))
        if self.group:
            parts.append("GROUP BY " + ", ".join(self.group))
        if self.having:
            parts.append("HAVING " + conjunction(self.having))
        if self.qualify:
            parts.append("QUALIFY " + self.qualify)
        if self.order:
            parts.append("ORDER BY " + ", ".join(self.order))
        if self.limit:
            parts.append("LIMIT " + self.limit)
        return " ".join(parts)


def conjunction(preds: list[Pred]) -> str:
    """Predicates joined by AND."""
    return " AND ".join(pred_sql(pred, inner=True) for pred in preds)


def pred_sql(pred: Pred, inner: bool = False) -> str:
    """The text of a predicate; `inner`: inside another one."""
    match pred:
        case ("cmp", op, left, right):
            return f"{left} {op} {right}"
        case ("between", x, low, high):
            return f"{x} BETWEEN {low} AND {high}"
        case ("in", x, items):
            return f"{x} IN ({', '.join(items)})"
        case ("not", other):
            return f"NOT ({pred_sql(other)})"
        case ("and" | "or" as name, terms):
            text = f" {name.upper()} ".join(pred_sql(term, inner=True) for term in terms)
            return f"({text})" if inner else text
        case ("null", x, is_null):
            return f"{x} IS {'' if is_null else 'NOT '}NULL"
        case ("raw", text):
            return str(text)
    raise ValueError(pred)


class Scope:
    """What can be named in a SELECT: (qualified name, rough type)."""

    def __init__(self, items: list[tuple[str, dict[str, str]]]) -> None:
        self.numbers = [
            f"{alias}.{name}" for alias, cols in items for name, kind in cols.items() if kind in NUMBERS or kind == "n"
        ]
        self.integers = [
            f"{alias}.{name}" for alias, cols in items for name, kind in cols.items() if kind in ("INTEGER", "BIGINT")
        ]
        self.texts = [
            f"{alias}.{name}" for alias, cols in items for name, kind in cols.items() if kind in ("VARCHAR", "s")
        ]


def number(rng: Random, scope: Scope, depth: int = 1) -> str:
    """A random expression of exact numbers."""
    pick = rng.random()
    if depth <= 0 or pick < 0.45:
        return rng.choice(scope.numbers) if scope.numbers and rng.random() < 0.85 else str(rng.randint(0, 3))
    one, two = number(rng, scope, depth - 1), number(rng, scope, depth - 1)
    if pick < 0.75:
        return f"({one} {rng.choice('+-*')} {two})"
    if pick < 0.85:
        return f"coalesce({one}, {two})"
    if pick < 0.95:
        return f"CASE WHEN {pred_sql(predicate(rng, scope, 0))} THEN {one} ELSE {two} END"
    return f"abs({one})"


def text(rng: Random, scope: Scope) -> str:
    """A random text expression."""
    if not scope.texts or rng.random() < 0.1:
        return rng.choice(["'x'", "'y'"])
    name = rng.choice(scope.texts)
    return rng.choice([name, name, f"upper({name})", f"({name} || 'z')"])


def predicate(rng: Random, scope: Scope, depth: int = 1) -> Pred:
    """A random predicate."""
    pick = rng.random()
    if depth > 0 and pick < 0.2:
        return (rng.choice(["or", "and"]), [predicate(rng, scope, depth - 1) for _ in range(2)])
    if depth > 0 and pick < 0.3:
        return ("not", predicate(rng, scope, depth - 1))
    if pick < 0.4 and scope.texts:
        return ("cmp", rng.choice(["=", "<>", "<"]), rng.choice(scope.texts), rng.choice(["'x'", "'y'"]))
    x = rng.choice(scope.numbers or ["1"])
    if pick < 0.5:
        return ("null", x, rng.random() < 0.4)
    if pick < 0.6:
        return ("between", x, str(rng.randint(0, 1)), str(rng.randint(1, 3)))
    if pick < 0.7:
        return ("in", x, [str(value) for value in rng.sample(range(4), 2)])
    other = rng.choice(scope.numbers) if scope.numbers and rng.random() < 0.3 else str(rng.randint(0, 2))
    return ("cmp", rng.choice(["=", "<>", "<", "<=", ">", ">="]), x, other)


def base(
    rng: Random, joins: int | None = None, grouped: bool | None = None, where: bool | None = None
) -> tuple[Sel, Scope]:
    """A random SELECT over one to three tables, with or without groups."""
    count = rng.choice([0, 0, 1, 1, 2]) if joins is None else joins
    items, visible = [], []
    for at in range(count + 1):
        table = rng.choice(list(TABLES))
        alias = f"x{at}"
        item = From(table, alias)
        if at:
            here = Scope([(alias, TABLES[table])])
            before = Scope(visible)
            item.join = rng.choice(["JOIN", "JOIN", "LEFT JOIN"])
            item.on = [("cmp", "=", rng.choice(before.integers), rng.choice(here.integers))]
            if rng.random() < 0.2:
                item.on.append(predicate(rng, Scope([*visible, (alias, TABLES[table])]), 0))
        items.append(item)
        visible.append((alias, TABLES[table]))
    scope = Scope(visible)
    sel = Sel([], items)
    if rng.random() < 0.5 if where is None else where:
        sel.where = [predicate(rng, scope) for _ in range(rng.choice([1, 1, 2, 3]))]
    if rng.random() < 0.3 if grouped is None else grouped:
        make_grouped(rng, sel, scope)
    else:
        sel.columns = [Column(number(rng, scope), f"c{at}") for at in range(rng.choice([1, 2, 2, 3]))]
        if scope.texts and rng.random() < 0.4:
            sel.columns.append(Column(text(rng, scope), "cs", "s"))
    return sel, scope


def make_grouped(rng: Random, sel: Sel, scope: Scope) -> None:
    """GROUP BY one or two columns, with aggregates."""
    keys = rng.sample(scope.numbers, min(len(scope.numbers), rng.choice([1, 1, 2])))
    sel.group = list(keys)
    sel.columns = [Column(key, f"c{at}") for at, key in enumerate(keys)]
    for at in range(rng.choice([1, 2])):
        sel.columns.append(Column(aggregate(rng, scope), f"g{at}"))
    if rng.random() < 0.2:
        sel.having = [("cmp", ">", "count(*)", str(rng.randint(0, 2)))]


def aggregate(rng: Random, scope: Scope) -> str:
    """A random exact aggregate that does not read the order of rows."""
    x = number(rng, scope, 1)
    call = rng.choice(["sum({})", "min({})", "max({})", "count({})", "count(*)", "count(DISTINCT {})"])
    return call.format(x)
