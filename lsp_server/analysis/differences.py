"""What differs between two versions of one query, clause by clause, in words, with the keys of the places to show it at.

Scopes are matched from the last one downwards, through the sources that stand in the same position.  For explanations only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from lsp_server.analysis.expressions import rewritten
from lsp_server.analysis.rewrites.conditions import conjuncts, walk
from lsp_server.analysis.wording import Words, quoted
from lsp_server.semantics import ir

MAX_DEPTH = 30


class Found(msgspec.Struct, frozen=True):
    """One difference.  `about`: "rows" or "column"; `places`: keys of `Places.clauses`, the best first."""

    about: str
    code: str
    message: str
    places: tuple[tuple[int, str], ...] = ()
    column: str = ""


def differences(old: ir.Query, new: ir.Query) -> list[Found]:
    """What a person would point at, in the order of evaluation; the output columns last."""
    found = list(_Pair(old, new).scopes(len(old.scopes) - 1, len(new.scopes) - 1, 0))
    return list(dict.fromkeys(found))


class _Pair:
    def __init__(self, old: ir.Query, new: ir.Query) -> None:
        self.old, self.new = old, new
        self.was, self.now = Words(old), Words(new)

    def scopes(self, before: int, after: int, depth: int) -> Iterator[Found]:
        one, two = self.old.scopes[before], self.new.scopes[after]
        if depth > MAX_DEPTH:
            return
        if type(one) is not type(two):
            yield Found("rows", "query", "the query is built in another way", ((after, "scope"),))
        elif isinstance(one, ir.SetOp) and isinstance(two, ir.SetOp):
            yield from self._set_operations(one, two, after, depth)
        elif isinstance(one, ir.Select) and isinstance(two, ir.Select):
            yield from self._sources(one, two, after, depth)
            yield from self._clauses(one, two, after)
            if depth == 0:
                yield from self._outputs(one, two, before, after)
        elif one != two:
            yield Found("rows", "query", "the query changed", ((after, "scope"),))

    def _set_operations(self, one: ir.SetOp, two: ir.SetOp, at: int, depth: int) -> Iterator[Found]:
        names = [scope.op.upper() + ("" if scope.distinct else " ALL") for scope in (one, two)]
        if names[0] != names[1]:
            yield Found("rows", "set-operation", f"{names[0]} is now {names[1]}", ((at, "set"), (at, "scope")))
        if two.distinct and len(one.columns) != len(two.columns):
            yield from self._under_distinct(one.columns, two.columns, at, two.op.upper())
        yield from self.scopes(one.left, two.left, depth + (depth > 0))
        yield from self.scopes(one.right, two.right, depth + 1)
        yield from self._cut(one, two, at)

    def _under_distinct(self, before: tuple[str, ...], after: tuple[str, ...], at: int, what: str) -> Iterator[Found]:
        for index, name in enumerate(after):
            if name not in before:
                yield Found(
                    "rows",
                    "distinct",
                    f"`{name}` added under {what}",
                    ((at, f"column:{index}"), (at, "set"), (at, "scope")),
                )
        for name in before:
            if name not in after:
                yield Found("rows", "distinct", f"`{name}` removed under {what}", ((at, "distinct"), (at, "scope")))

    # FROM

    def _sources(self, one: ir.Select, two: ir.Select, at: int, depth: int) -> Iterator[Found]:
        before, after = (
            [self._item(join, self.old) for join in one.joins],
            [self._item(join, self.new) for join in two.joins],
        )
        more, less = Counter(after) - Counter(before), Counter(before) - Counter(after)
        for number, join in enumerate(two.joins):
            if more[after[number]] > 0 and len(two.joins) > len(one.joins):
                more[after[number]] -= 1
                yield Found(
                    "rows", "join", f"{self._joined(join, self.now)} added", self._join_places(at, number, join)
                )
        if len(one.joins) > len(two.joins):
            for number, join in enumerate(one.joins):
                if less[before[number]] > 0:
                    less[before[number]] -= 1
                    yield Found("rows", "join", f"{self._joined(join, self.was)} removed", ((at, "scope"),))
        if len(one.joins) == len(two.joins):
            for number, (left, right) in enumerate(zip(one.joins, two.joins, strict=True)):
                yield from self._join(left, right, at, number, depth)

    def _item(self, join: ir.Join, query: ir.Query) -> str:
        source = query.sources[join.source]
        return source.model or source.name or source.kind

    def _joined(self, join: ir.Join, words: Words) -> str:
        kind = {"from": "", "cross": "CROSS ", "inner": ""}.get(join.kind, join.kind.upper().replace("_", " ") + " ")
        return f"{kind}JOIN of `{words.source(join.source)}`"

    def _join_places(self, at: int, number: int, join: ir.Join) -> tuple[tuple[int, str], ...]:
        return ((at, f"join:{number}"), (at, f"from:{join.source}"), (at, "from"), (at, "scope"))

    def _join(self, one: ir.Join, two: ir.Join, at: int, number: int, depth: int) -> Iterator[Found]:
        places = self._join_places(at, number, two)
        before, after = self.old.sources[one.source], self.new.sources[two.source]
        if one.kind != two.kind and {one.kind, two.kind} - {"from", "cross", "inner"}:
            kinds = [join.kind.upper().replace("_", " ") + " JOIN" for join in (one, two)]
            yield Found("rows", "join", f"{kinds[0]} is now {kinds[1]}", places)
        if (before.kind, before.model, before.name) != (after.kind, after.model, after.name):
            yield Found(
                "rows", "source", f"`{self.was.source(one.source)}` is now `{self.now.source(two.source)}`", places
            )
        elif before.kind == "scope":
            yield from self.scopes(before.scope, after.scope, depth + 1)
        elif self.was.all(before.args) != self.now.all(after.args):
            yield Found(
                "rows",
                "source",
                f"{quoted(self.was.source(one.source))} is now {quoted(self.now.source(two.source))}",
                places,
            )
        yield from self._terms(one.on, two.on, "join condition", "join", places)

    # clauses

    def _clauses(self, one: ir.Select, two: ir.Select, at: int) -> Iterator[Found]:
        yield from self._terms(one.where, two.where, "filter", "filter", ((at, "where"), (at, "scope")))
        yield from self._groups(one, two, at)
        yield from self._terms(one.having, two.having, "HAVING", "having", ((at, "having"), (at, "scope")))
        yield from self._terms(one.qualify, two.qualify, "QUALIFY", "qualify", ((at, "qualify"), (at, "scope")))
        yield from self._row_makers(one, two, at)
        if one.distinct != two.distinct:
            what = "DISTINCT added" if two.distinct else "DISTINCT removed"
            yield Found("rows", "distinct", what, ((at, "distinct"), (at, "scope")))
        elif two.distinct == "all":
            yield from self._distinct(one, two, at)
        elif self.was.all(one.distinct_on) != self.now.all(two.distinct_on):
            yield Found("rows", "distinct", "DISTINCT ON has other keys", ((at, "distinct"), (at, "scope")))
        yield from self._cut(one, two, at)

    def _terms(
        self, one: ir.Expr | None, two: ir.Expr | None, what: str, code: str, places: tuple[tuple[int, str], ...]
    ) -> Iterator[Found]:
        # Compared as they are rewritten (`b > a` is `a < b`), said as they were written.
        before = [(self.was.say(rewritten(term, self.old.dialect)), self.was.say(term)) for term in conjuncts(one)]
        after = [(self.now.say(rewritten(term, self.new.dialect)), self.now.say(term)) for term in conjuncts(two)]
        gone, new = _unmatched(before, after), _unmatched(after, before)
        if not gone and not new:
            return
        was, now = quoted(" AND ".join(gone)), quoted(" AND ".join(new))
        if not new:
            text = f"{what} removed: {was}" if not after else f"{what} changed: {was} is gone"
        elif not gone:
            text = f"{what} added: {now}"
        else:
            text = f"{what} changed: {was} is now {now}"
        yield Found("rows", code, text, places)

    def _groups(self, one: ir.Select, two: ir.Select, at: int) -> Iterator[Found]:
        before, after = sorted(self.was.say(key) for key in one.group), sorted(self.now.say(key) for key in two.group)
        if one.grouped and two.grouped and (before != after or one.group_sets != two.group_sets):
            text = f"grouping changed: by {quoted(', '.join(before)) or 'nothing'} is now by {quoted(', '.join(after)) or 'nothing'}"
            yield Found("rows", "grouping", text, ((at, "group"), (at, "scope")))
        elif two.grouped and not one.grouped and two.group:
            yield Found(
                "rows", "grouping", f"GROUP BY {quoted(', '.join(after))} added", ((at, "group"), (at, "scope"))
            )
        elif two.grouped and not one.grouped:
            places = [
                (at, f"column:{i}")
                for i, out in enumerate(two.columns)
                if any(isinstance(n, ir.Agg) for n in walk(out.expr))
            ]
            yield Found(
                "rows",
                "aggregate",
                "an aggregate added to a SELECT without one makes one row of all",
                (*places, (at, "scope")),
            )
        elif one.grouped and not two.grouped:
            yield Found("rows", "grouping", "rows are no longer grouped", ((at, "scope"),))

    def _row_makers(self, one: ir.Select, two: ir.Select, at: int) -> Iterator[Found]:
        before = {
            self.was.say(node)
            for out in one.columns
            for node in walk(out.expr)
            if isinstance(node, ir.Op) and node.set_returning
        }
        after = {
            self.now.say(node): i
            for i, out in enumerate(two.columns)
            for node in walk(out.expr)
            if isinstance(node, ir.Op) and node.set_returning
        }
        for text, index in after.items():
            if text not in before:
                yield Found(
                    "rows",
                    "set-returning",
                    f"{quoted(text)} yields several rows for each row",
                    ((at, f"column:{index}"), (at, "scope")),
                )
        if before - after.keys():
            yield Found(
                "rows",
                "set-returning",
                f"{quoted(sorted(before - after.keys())[0])} no longer yields rows",
                ((at, "scope"),),
            )

    def _distinct(self, one: ir.Select, two: ir.Select, at: int) -> Iterator[Found]:
        before, after = tuple(c.name for c in one.columns), tuple(c.name for c in two.columns)
        yield from self._under_distinct(before, after, at, "DISTINCT")
        for index, out in enumerate(two.columns):
            old = next((c for c in one.columns if c.name == out.name), None)
            if old is not None and self.was.say(old.expr) != self.now.say(out.expr):
                text = f"`{out.name}` changed under DISTINCT: {quoted(self.was.say(old.expr))} is now {quoted(self.now.say(out.expr))}"
                yield Found("rows", "distinct", text, ((at, f"column:{index}"), (at, "scope")))

    def _cut(self, one: ir.Select | ir.SetOp, two: ir.Select | ir.SetOp, at: int) -> Iterator[Found]:
        for name, before, after in (("LIMIT", one.limit, two.limit), ("OFFSET", one.offset, two.offset)):
            was, now = self.was.say(before), self.now.say(after)
            if was != now:
                text = f"{name} {was or 'none'} is now {now or 'none'}"
                yield Found("rows", "limit", text, ((at, "limit"), (at, "scope")))
        was, now = self.was.keys(one.order), self.now.keys(two.order)
        if was != now and (two.limit is not None or getattr(two, "distinct", "") == "on"):
            text = f"order changed: {quoted(was) or 'none'} is now {quoted(now) or 'none'}"
            yield Found("rows", "order", text, ((at, "order"), (at, "limit"), (at, "scope")))

    # the output columns

    def _outputs(self, one: ir.Select, two: ir.Select, before: int, after: int) -> Iterator[Found]:
        old = {out.name.lower(): (index, out) for index, out in enumerate(one.columns)}
        new = {out.name.lower(): (index, out) for index, out in enumerate(two.columns)}
        for name, (index, out) in new.items():
            if name in old:
                yield from self._output(out.name, (before, old[name][0]), (after, index))
            else:
                places = ((after, f"column-name:{index}"), (after, f"column:{index}"), (after, "scope"))
                yield Found("column", "added", "", places, out.name)
        for name, (_, out) in old.items():
            if name not in new:
                yield Found("column", "removed", "", (), out.name)

    def _output(self, name: str, before: tuple[int, int], after: tuple[int, int]) -> Iterator[Found]:
        """Follows a column through CTEs and subqueries to where its two versions part."""
        one, two = self._expression(self.old, *before), self._expression(self.new, *after)
        for _ in range(MAX_DEPTH):
            if one is None or two is None:
                return
            down = self._down(self.old, one), self._down(self.new, two)
            if down[0] is None or down[1] is None:
                break
            before, after = down[0], down[1]
            one, two = self._expression(self.old, *before), self._expression(self.new, *after)
        if one is None or two is None:
            return
        was, now = self.was.say(one), self.now.say(two)
        if was != now:
            text = f"{quoted(was)} is now {quoted(now)}"
        elif one != two and one.type != two.type:
            text = f"type {one.type} is now {two.type}"
        else:
            return
        yield Found("column", "changed", text, ((after[0], f"column:{after[1]}"), (after[0], "scope")), name)

    def _expression(self, query: ir.Query, scope: int, index: int) -> ir.Expr | None:
        found = query.scopes[scope]
        return found.columns[index].expr if isinstance(found, ir.Select) and index < len(found.columns) else None

    def _down(self, query: ir.Query, expr: ir.Expr) -> tuple[int, int] | None:
        if isinstance(expr, ir.Col) and expr.source >= 0 and query.sources[expr.source].kind == "scope":
            scope = query.sources[expr.source].scope
            return (scope, expr.index) if isinstance(query.scopes[scope], ir.Select) else None
        return None


def _unmatched(these: list[tuple[str, str]], those: list[tuple[str, str]]) -> list[str]:
    """The words of the terms of one side that the other has not, repeats counted."""
    left = Counter(form for form, _ in those)
    words = []
    for form, said in these:
        if left[form]:
            left[form] -= 1
        else:
            words.append(said)
    return words
