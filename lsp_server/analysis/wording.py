"""The relational form in words: what a message quotes of the version that is gone, and of the one that is there.

For people only; nothing is decided from these texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lsp_server.semantics import ir

MAX_LENGTH = 60

_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "intdiv": "//", "mod": "%", "eq": "=", "neq": "<>", "lt": "<", "lte": "<=",
    "gt": ">", "gte": ">=", "and": "AND", "or": "OR", "is": "IS", "like": "LIKE", "ilike": "ILIKE", "dpipe": "||",
    "nullsafeeq": "IS NOT DISTINCT FROM", "nullsafeneq": "IS DISTINCT FROM",
}  # fmt: skip


_BINDS = {
    "or": 1, "and": 2, "eq": 4, "neq": 4, "lt": 4, "lte": 4, "gt": 4, "gte": 4, "is": 4, "like": 4, "ilike": 4, "nullsafeeq": 4,
    "nullsafeneq": 4, "dpipe": 5, "add": 6, "sub": 6, "mul": 7, "div": 7, "intdiv": 7, "mod": 7,
}  # fmt: skip
"""How strongly an operator binds: what binds stronger needs no brackets."""
_COMPARES = 4
"""Comparisons do not chain: one beside another always has brackets."""
_UNIT = re.compile(r"unit=(\w+)")
_NAMES = {function.key: function.sql_name() for function in exp.ALL_FUNCTIONS} | {
    "arrayagg": "LIST",
    "explode": "UNNEST",
    "rand": "RANDOM",
}
"""What a class of the syntax tree is called in SQL."""
_TRUNCATIONS = ("timestamptrunc", "datetrunc", "datetimetrunc")


def quoted(text: str) -> str:
    """Cut to what fits in a message."""
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 3].rstrip() + "..."


def is_now(was: str, now: str) -> str:
    """`A is now B`, each cut to what fits in a message: the cut keeps where they part.

    >>> is_now("a + 1", "a + 2")
    'a + 1 is now a + 2'
    """
    if max(len(was), len(now)) > MAX_LENGTH:
        same = next(
            (at for at, (one, two) in enumerate(zip(was, now, strict=False)) if one != two), min(len(was), len(now))
        )
        start = was.rfind(" ", 0, max(same - 8, 0)) + 1
        if start and same > MAX_LENGTH // 2:
            was, now = "..." + was[start:], "..." + now[start:]
    return f"{quoted(was)} is now {quoted(now)}"


class Words:
    """Says the expressions of one query.  Columns go by the name they have where they come from.

    `exact` says more than is pleasant to read, for what would read the same without: which of several instances of one
    relation a column is of, where NULLs are sorted.
    """

    def __init__(self, query: ir.Query, exact: bool = False) -> None:
        self.query = query
        self._instances = _instances(query) if exact else {}
        self._exact = exact

    def say(self, expr: ir.Expr | None) -> str:
        """An expression as SQL."""
        if expr is None:
            return ""
        return _SAY[type(expr)](self, expr)

    def all(self, exprs: tuple[ir.Expr, ...], between: str = ", ") -> str:
        """Several, separated."""
        return between.join(self.say(expr) for expr in exprs)

    def keys(self, keys: tuple[ir.SortKey, ...]) -> str:
        """ORDER BY terms."""
        return ", ".join(self._key(key) for key in keys)

    def _key(self, key: ir.SortKey) -> str:
        nulls = f" NULLS {'FIRST' if key.nulls_first else 'LAST'}" if self._exact else ""
        return self.say(key.expr) + (" DESC" if key.descending else "") + nulls

    def source(self, at: int) -> str:
        """A FROM item: the model's name, or what else it is."""
        source = self.query.sources[at]
        if source.kind == "model":
            return source.model
        if source.kind == "function":
            return f"{source.name.removeprefix('fn:')}({self.all(source.args)})"
        return {"values": "VALUES", "recursion": "the recursive part"}.get(source.kind, "a subquery")

    def instance(self, at: int) -> str | None:
        """Which of several instances of one relation a source is; None where that is not said."""
        return self._instances.get(at)

    def _col(self, col: ir.Col) -> str:
        if col.source < 0 or col.source >= len(self.query.sources):
            return f"column {col.index + 1}"
        source = self.query.sources[col.source]
        name = source.columns[col.index] if col.index < len(source.columns) else f"column {col.index + 1}"
        instance = self._instances.get(col.source)
        return f"{name} of the {instance}" if instance else name

    def _lit(self, lit: ir.Lit) -> str:
        return (
            f"'{lit.text}'" if lit.type in ("VARCHAR", "TEXT", "STRING") and not lit.text.startswith("'") else lit.text
        )

    def _var(self, var: ir.Var) -> str:
        return f"@{var.name}"

    def _op(self, op: ir.Op) -> str:
        args = op.args
        if op.name in _INFIX and len(args) >= 2:
            return f" {_INFIX[op.name]} ".join(self._operand(arg, op, at) for at, arg in enumerate(args))
        if op.name == "not" and len(args) == 1:
            return self._negated(args[0], op)
        if op.name == "array":
            return f"[{self.all(args)}]"
        if op.name == "neg" and len(args) == 1:
            return f"-{self._operand(args[0], op)}"
        if op.name in ("cast", "trycast") and args:
            return f"{'CAST' if op.name == 'cast' else 'TRY_CAST'}({self.say(args[0])} AS {op.extra or op.type})"
        if op.name == "between" and len(args) == 3:
            return f"{self.say(args[0])} BETWEEN {self.say(args[1])} AND {self.say(args[2])}"
        if op.name == "in" and args:
            return f"{self.say(args[0])} IN ({self.all(args[1:])})"
        if op.name == "case":
            return self._case(op)
        unit = _UNIT.search(op.extra)
        if unit is not None and op.name == "interval":
            return f"INTERVAL {self._bare(args[0])} {unit[1]}"
        if unit is not None and op.name in _TRUNCATIONS:
            return f"DATE_TRUNC('{unit[1].lower()}', {self.all(args)})"
        return f"{_name(op.name)}({self.all(args)})"

    def _operand(self, expr: ir.Expr, inside: ir.Op, at: int = 0) -> str:
        text = self.say(expr)
        if not isinstance(expr, ir.Op) or expr.name not in _INFIX or expr.name == inside.name in ("and", "or"):
            return text
        binds, around = _BINDS[expr.name], _BINDS.get(inside.name, 3)
        return text if binds > around or (binds == around != _COMPARES and at == 0) else f"({text})"

    def _negated(self, inner: ir.Expr, op: ir.Op) -> str:
        """`x IS NOT NULL`, `x NOT IN (...)`, `NOT x`."""
        text = self._operand(inner, op)
        if isinstance(inner, ir.Op) and inner.name == "is" and len(inner.args) == 2:
            return f"{self._operand(inner.args[0], inner)} IS NOT {self.say(inner.args[1])}"
        if isinstance(inner, ir.Op) and inner.name in ("in", "between") and inner.args:
            first = self.say(inner.args[0])
            return f"{first} NOT{text[len(first) :]}"
        return f"NOT {text}"

    def _bare(self, expr: ir.Expr) -> str:
        """A number that the tree holds as a text."""
        return expr.text if isinstance(expr, ir.Lit) and expr.text.isdigit() else self.say(expr)

    def _case(self, op: ir.Op) -> str:
        args = list(op.args)
        head = f"CASE {self.say(args.pop(0))}" if "operand" in op.extra and args else "CASE"
        last = f" ELSE {self.say(args.pop())}" if "else" in op.extra and args else ""
        pairs = zip(args[::2], args[1::2], strict=False)
        return head + "".join(f" WHEN {self.say(when)} THEN {self.say(then)}" for when, then in pairs) + last + " END"

    def _agg(self, agg: ir.Agg) -> str:
        inside = self.all(agg.args) or "*"
        if agg.distinct:
            inside = f"DISTINCT {inside}"
        if agg.order:
            inside += f" ORDER BY {self.keys(agg.order)}"
        name = "COUNT" if agg.name == "count_star" else _name(agg.name)
        return f"{name}({inside})" + (f" FILTER (WHERE {self.say(agg.filter)})" if agg.filter is not None else "")

    def _win(self, win: ir.Win) -> str:
        parts = [f"PARTITION BY {self.all(win.partition)}" if win.partition else ""]
        parts += [f"ORDER BY {self.keys(win.order)}" if win.order else "", win.frame]
        return f"{self.say(win.call)} OVER ({' '.join(part for part in parts if part)})"

    def _sub(self, sub: ir.Sub) -> str:
        inside = self._query(sub.scope)
        if sub.kind == "scalar":
            return f"({inside})"
        left = self.all(sub.args)
        return f"{left} {sub.extra} {sub.kind.upper()} ({inside})".replace("  ", " ").strip()

    def _query(self, at: int) -> str:
        """A subquery, as far as a message wants it."""
        scope = self.query.scopes[at]
        if not isinstance(scope, ir.Select):
            return "SELECT ..."
        columns = ", ".join(self.say(column.expr) for column in scope.columns)
        parts = [f"SELECT {'DISTINCT ' if scope.distinct else ''}{columns}"]
        if scope.joins:
            parts.append("FROM " + ", ".join(self.source(join.source) for join in scope.joins))
        conditions = [join.on for join in scope.joins if join.on is not None]
        conditions += [scope.where] if scope.where is not None else []
        if conditions:
            parts.append("WHERE " + self.all(tuple(conditions), " AND "))
        for word, exprs in (("GROUP BY", scope.group), ("HAVING", (scope.having,) if scope.having is not None else ())):
            parts += [f"{word} {self.all(exprs)}"] if exprs else []
        if scope.order:
            parts.append(f"ORDER BY {self.keys(scope.order)}")
        return " ".join([*parts, *([f"LIMIT {self.say(scope.limit)}"] if scope.limit is not None else [])])

    def _opaque(self, opaque: ir.Opaque) -> str:
        return opaque.text.removeprefix("name:")


def _name(name: str) -> str:
    """A function as people write it."""
    return _NAMES.get(name) or name.removeprefix("fn:").upper()


def _instances(query: ir.Query) -> dict[int, str]:
    """Of relations that a query reads several times: which instance a source is, in words."""
    numbers: dict[str, list[int]] = {}
    for at, source in enumerate(query.sources):
        if source.kind == "model":
            numbers.setdefault(source.model, []).append(at)
    ordinals = ("first", "second", "third", "fourth", "fifth")
    return {
        at: f"{ordinals[number] if number < len(ordinals) else f'{number + 1}th'} `{model}`"
        for model, found in numbers.items()
        if len(found) > 1
        for number, at in enumerate(found)
    }


_SAY: dict[type, Callable[[Words, Any], str]] = {
    ir.Col: Words._col,
    ir.Lit: Words._lit,
    ir.Var: Words._var,
    ir.Op: Words._op,
    ir.Agg: Words._agg,
    ir.Win: Words._win,
    ir.Sub: Words._sub,
    ir.Opaque: Words._opaque,
}
