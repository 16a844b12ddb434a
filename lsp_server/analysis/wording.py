"""The relational form in words: what a message quotes of the version that is gone, and of the one that is there.

For people only; nothing is decided from these texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

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
_UNIT = re.compile(r"unit=(\w+)")
_TRUNCATIONS = ("timestamptrunc", "datetrunc", "datetimetrunc")


def quoted(text: str) -> str:
    """Cut to what fits in a message."""
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 3].rstrip() + "..."


class Words:
    """Says the expressions of one query.  Columns go by the name they have where they come from."""

    def __init__(self, query: ir.Query) -> None:
        self.query = query

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
        return ", ".join(self.say(key.expr) + (" DESC" if key.descending else "") for key in keys)

    def source(self, at: int) -> str:
        """A FROM item: the model's name, or what else it is."""
        source = self.query.sources[at]
        if source.kind == "model":
            return source.model
        if source.kind == "function":
            return f"{source.name.removeprefix('fn:')}({self.all(source.args)})"
        return {"values": "VALUES", "recursion": "the recursive part"}.get(source.kind, "a subquery")

    def _col(self, col: ir.Col) -> str:
        if col.source < 0 or col.source >= len(self.query.sources):
            return f"column {col.index + 1}"
        source = self.query.sources[col.source]
        return source.columns[col.index] if col.index < len(source.columns) else f"column {col.index + 1}"

    def _lit(self, lit: ir.Lit) -> str:
        return (
            f"'{lit.text}'" if lit.type in ("VARCHAR", "TEXT", "STRING") and not lit.text.startswith("'") else lit.text
        )

    def _var(self, var: ir.Var) -> str:
        return f"@{var.name}"

    def _op(self, op: ir.Op) -> str:
        args = op.args
        if op.name in _INFIX and len(args) >= 2:
            return f" {_INFIX[op.name]} ".join(self._operand(arg, op) for arg in args)
        if op.name == "not" and len(args) == 1:
            return f"NOT {self._operand(args[0], op)}"
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
        return f"{op.name.removeprefix('fn:').upper()}({self.all(args)})"

    def _operand(self, expr: ir.Expr, inside: ir.Op) -> str:
        text = self.say(expr)
        if not isinstance(expr, ir.Op) or expr.name not in _INFIX or expr.name == inside.name:
            return text
        return text if _BINDS[expr.name] > _BINDS.get(inside.name, 3) else f"({text})"

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
        name = "COUNT" if agg.name == "count_star" else agg.name.removeprefix("fn:").upper()
        return f"{name}({inside})" + (f" FILTER (WHERE {self.say(agg.filter)})" if agg.filter is not None else "")

    def _win(self, win: ir.Win) -> str:
        parts = [f"PARTITION BY {self.all(win.partition)}" if win.partition else ""]
        parts += [f"ORDER BY {self.keys(win.order)}" if win.order else "", win.frame]
        return f"{self.say(win.call)} OVER ({' '.join(part for part in parts if part)})"

    def _sub(self, sub: ir.Sub) -> str:
        scope = self.query.scopes[sub.scope]
        inside = "SELECT ..."
        if isinstance(scope, ir.Select) and len(scope.columns) == 1:
            inside = f"SELECT {self.say(scope.columns[0].expr)} ..."
        if sub.kind == "scalar":
            return f"({inside})"
        left = self.all(sub.args)
        return f"{left} {sub.extra} {sub.kind.upper()} ({inside})".replace("  ", " ").strip()

    def _opaque(self, opaque: ir.Opaque) -> str:
        return opaque.text.removeprefix("name:")


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
