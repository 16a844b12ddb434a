"""What differs between two versions of one query, clause by clause, in words, with the keys of the places to show it at.

Scopes are matched from the last one downwards, through the sources that stand in the same position.  For explanations only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from lsp_server.analysis.clause_places import Key
from lsp_server.analysis.expressions import rewritten
from lsp_server.analysis.rewrites.conditions import conjuncts, walk
from lsp_server.analysis.wording import Words, is_now, quoted
from lsp_server.semantics import ir
from lsp_server.semantics.facts import told_apart

MAX_DEPTH = 30


class Found(msgspec.Struct, frozen=True):
    """One difference.  `about`: "rows" or "column"; `places`: the best first (`clause_places`)."""

    about: str
    code: str
    message: str
    places: tuple[Key, ...] = ()
    column: str = ""


def differences(old: ir.Query, new: ir.Query) -> list[Found]:
    """What a person would point at, in the order of evaluation; the output columns last."""
    found = list(_Pair(old, new).scopes(len(old.scopes) - 1, len(new.scopes) - 1, 0))
    return list(dict.fromkeys(found))


class _Pair:
    def __init__(self, old: ir.Query, new: ir.Query) -> None:
        self.old, self.new = old, new
        self.was, self.now = Words(old), Words(new)
        self.exactly_was, self.exactly_now = Words(old, exact=True), Words(new, exact=True)
        self._moved = {
            at
            for at in range(max(len(old.sources), len(new.sources)))
            if self.exactly_was.instance(at) != self.exactly_now.instance(at) or not _is_called_the_same(old, new, at)
        }
        """Sources of which the same index need not mean the same words."""

    def _is_same(self, one: ir.Expr | None, two: ir.Expr | None) -> bool:
        """Whether both certainly read the same, so that neither has to be said: most of what is compared."""
        if one is None or two is None or self.old.dialect != self.new.dialect:
            return one is two is None
        return one == two and not any(
            isinstance(node, ir.Sub) or (isinstance(node, ir.Col) and node.source in self._moved) for node in walk(one)
        )

    def scopes(self, before: int, after: int, depth: int) -> Iterator[Found]:
        one, two = self.old.scopes[before], self.new.scopes[after]
        if depth > MAX_DEPTH:
            return
        if type(one) is not type(two):
            yield _built_otherwise(one, two, after)
        elif isinstance(one, ir.SetOp) and isinstance(two, ir.SetOp):
            yield from self._set_operations(one, two, after, depth)
        elif isinstance(one, ir.Select) and isinstance(two, ir.Select):
            yield from self._sources(one, two, after, depth)
            yield from self._clauses(one, two, after)
            if depth == 0:
                yield from self._outputs(one, two, before, after)
        elif isinstance(one, ir.Pivot) and isinstance(two, ir.Pivot):
            yield from self._pivots(one, two, depth)
        elif one != two:
            yield Found("rows", "query", "a part that cannot be analysed changed", ((after, "scope"),))

    def _pivots(self, one: ir.Pivot, two: ir.Pivot, depth: int) -> Iterator[Found]:
        before, after = self.old.sources[one.source], self.new.sources[two.source]
        word = two.kind.upper()
        places = ((self._reader_of(two), "pivot"),)
        for name in after.columns:
            if name not in before.columns:
                yield Found("rows", "pivot", f"{word} takes in `{name}`", places)
        for name in before.columns:
            if name not in after.columns:
                yield Found("rows", "pivot", f"{word} no longer takes in `{name}`", places)
        if self.was.all(one.args) != self.now.all(two.args) or one.text != two.text or one.kind != two.kind:
            yield Found("rows", "pivot", f"{word} says something else than before", places)
        if before.kind == after.kind == "scope":
            yield from self.scopes(before.scope, after.scope, depth + 1)

    def _reader_of(self, pivot: ir.Pivot) -> int:
        """The scope that reads a pivot: the pivot itself has no place."""
        at = self.new.scopes.index(pivot)
        for number, scope in enumerate(self.new.scopes):
            if isinstance(scope, ir.Select) and any(self.new.sources[j.source].scope == at for j in scope.joins):
                return number
        return at

    def _set_operations(self, one: ir.SetOp, two: ir.SetOp, at: int, depth: int) -> Iterator[Found]:
        names = [scope.op.upper() + ("" if scope.distinct else " ALL") for scope in (one, two)]
        if names[0] != names[1]:
            yield Found(
                "rows", "set-operation", f"{names[0]} is now {names[1]}", ((two.right, "operator"), (at, "set"))
            )
        if names[1] != "UNION ALL" and len(one.columns) != len(two.columns):
            yield from self._under_distinct(one.columns, two.columns, at, names[1])
        yield from self.scopes(one.left, two.left, depth + (depth > 0))
        yield from self.scopes(one.right, two.right, depth + 1)
        if depth == 0:
            yield from self._outputs_by_position(one, two)
        yield from self._cut(one, two, at)

    def _outputs_by_position(self, one: ir.SetOp, two: ir.SetOp) -> Iterator[Found]:
        """What the right side gives for each column: it has no names of its own."""
        for name, pair in zip(two.columns, two.pairs, strict=False):
            if name in one.columns and (before := one.pairs[one.columns.index(name)][1]) >= 0 and pair[1] >= 0:
                for found in self._output(name, (one.right, before), (two.right, pair[1])):
                    said = f"{found.message} (after {two.op.upper()})"
                    yield msgspec.structs.replace(found, message=said)

    def _under_distinct(self, before: tuple[str, ...], after: tuple[str, ...], at: int, what: str) -> Iterator[Found]:
        for index, name in enumerate(after):
            if name not in before:
                yield Found(
                    "rows",
                    "distinct",
                    f"`{name}` added under {what}",
                    (*self._projections(at, index), (at, "scope")),
                )
        for name in before:
            if name not in after:
                yield Found(
                    "rows", "distinct", f"`{name}` removed under {what}", (*self._projections(at, 0)[1:], (at, "scope"))
                )

    def _projections(self, at: int, index: int) -> list[Key]:
        """Where output column `index` of scope `at` is made, and the keyword above it; of a set operation, on its left."""
        scope = self.new.scopes[at]
        if isinstance(scope, ir.SetOp):
            inner = scope.pairs[index][0] if index < len(scope.pairs) else -1
            return self._projections(scope.left, inner)
        return [(at, f"column:{index}"), (at, "select")]

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
                    yield Found(
                        "rows", "join", f"{self._joined(join, self.was)} removed", ((at, "from"), (at, "scope"))
                    )
        if len(one.joins) == len(two.joins):
            for number, (left, right) in enumerate(zip(one.joins, two.joins, strict=True)):
                yield from self._join(left, right, at, number, depth)

    def _item(self, join: ir.Join, query: ir.Query) -> str:
        source = query.sources[join.source]
        return source.model or source.name or source.kind

    def _joined(self, join: ir.Join, words: Words) -> str:
        kind = {"from": "", "cross": "CROSS ", "inner": ""}.get(join.kind, join.kind.upper().replace("_", " ") + " ")
        return f"{kind}JOIN of {self._named(join.source, words)}"

    def _named(self, at: int, words: Words) -> str:
        """A FROM item in a sentence: names and calls in backticks."""
        said = quoted(words.source(at))
        return said if words.query.sources[at].kind not in ("model", "function") else f"`{said}`"

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
                "rows",
                "source",
                f"{self._named(one.source, self.was)} is now {self._named(two.source, self.now)}",
                places,
            )
        elif before.kind == "scope":
            yield from self.scopes(before.scope, after.scope, depth + 1)
        elif self.was.all(before.args) != self.now.all(after.args):
            yield Found(
                "rows",
                "source",
                f"{self._named(one.source, self.was)} is now {self._named(two.source, self.now)}",
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
        if self._is_same(one, two):
            return
        # Compared as they are rewritten (`b > a` is `a < b`), said as they were written.
        before = [
            (self.exactly_was.say(rewritten(term, self.old.dialect)), self.was.say(term)) for term in conjuncts(one)
        ]
        after = [
            (self.exactly_now.say(rewritten(term, self.new.dialect)), self.now.say(term)) for term in conjuncts(two)
        ]
        gone, new = _unmatched(before, after), _unmatched(after, before)
        if gone == new:
            before, after = ([(form, form) for form, _ in terms] for terms in (before, after))
            gone, new = _unmatched(before, after), _unmatched(after, before)
        if not gone and not new:
            return
        was, now = " AND ".join(gone), " AND ".join(new)
        if not new:
            text = f"{what} removed: {quoted(was)}" if not after else f"{what} changed: {quoted(was)} is gone"
        elif not gone:
            text = f"{what} added: {quoted(now)}"
        else:
            text = f"{what} changed: {is_now(was, now)}"
        yield Found("rows", code, text, places)

    def _groups(self, one: ir.Select, two: ir.Select, at: int) -> Iterator[Found]:
        before, after = sorted(self.was.say(key) for key in one.group), sorted(self.now.say(key) for key in two.group)
        if one.grouped and two.grouped and before == after and one.group_sets != two.group_sets:
            was, now = (scope.group_sets.upper() or "a plain list" for scope in (one, two))
            yield Found("rows", "grouping", f"grouping changed: {is_now(was, now)}", ((at, "group"), (at, "group by")))
        elif one.grouped and two.grouped and before != after:
            text = f"grouping changed: by {quoted(', '.join(before)) or 'nothing'} is now by {quoted(', '.join(after)) or 'nothing'}"
            yield Found("rows", "grouping", text, ((at, "group"), (at, "group by"), (at, "scope")))
        elif two.grouped and not one.grouped and two.group:
            yield Found(
                "rows",
                "grouping",
                f"GROUP BY {quoted(', '.join(after))} added",
                ((at, "group"), (at, "group by"), (at, "scope")),
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
            said = self._said(old.expr, out.expr) if old is not None else ""
            if said:
                text = f"`{out.name}` changed under DISTINCT: {said}"
                yield Found("rows", "distinct", text, ((at, f"column:{index}"), (at, "scope")))

    def _cut(self, one: ir.Select | ir.SetOp, two: ir.Select | ir.SetOp, at: int) -> Iterator[Found]:
        for name, before, after in (("LIMIT", one.limit, two.limit), ("OFFSET", one.offset, two.offset)):
            was, now = self.was.say(before), self.now.say(after)
            if was != now:
                text = f"{name} {was or 'none'} is now {now or 'none'}"
                yield Found("rows", "limit", text, ((at, "limit"), (at, "scope")))
        was, now = self.was.keys(one.order), self.now.keys(two.order)
        if was == now:
            was, now = self.exactly_was.keys(one.order), self.exactly_now.keys(two.order)
        if was != now and (two.limit is not None or getattr(two, "distinct", "") == "on"):
            text = f"order changed: {is_now(was or 'none', now or 'none')}"
            yield Found("rows", "order", text, ((at, "order"), (at, "limit"), (at, "scope")))

    # the output columns

    def _outputs(self, one: ir.Select, two: ir.Select, before: int, after: int) -> Iterator[Found]:
        old, new = ({name.lower(): (at, name) for at, name in enumerate(_names(scope))} for scope in (one, two))
        for key, (index, name) in new.items():
            if key in old:
                yield from self._output(name, (before, old[key][0]), (after, index))
            else:
                places = ((after, f"column-name:{index}"), (after, f"column:{index}"), (after, "scope"))
                yield Found("column", "added", "", places, name)
        for key, (_, name) in old.items():
            if key not in new:
                yield Found("column", "removed", "", (), name)

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
        text = self._said(one, two)
        if not text and one.type != two.type:
            text = f"type {one.type} is now {two.type}"
        if not text:
            return
        yield Found("column", "changed", text, ((after[0], f"column:{after[1]}"), (after[0], "scope")), name)

    def _said(self, one: ir.Expr, two: ir.Expr) -> str:
        """`a + 1 is now a + 2`; "" for what reads the same."""
        if self._is_same(one, two):
            return ""
        for before, after in ((self.was, self.now), (self.exactly_was, self.exactly_now)):
            was, now = before.say(one), after.say(two)
            if was != now:
                return is_now(was, now)
        return ""

    def _expression(self, query: ir.Query, scope: int, index: int) -> ir.Expr | None:
        found = query.scopes[scope]
        return found.columns[index].expr if isinstance(found, ir.Select) and index < len(found.columns) else None

    def _down(self, query: ir.Query, expr: ir.Expr) -> tuple[int, int] | None:
        if isinstance(expr, ir.Col) and expr.source >= 0 and query.sources[expr.source].kind == "scope":
            scope = query.sources[expr.source].scope
            return (scope, expr.index) if isinstance(query.scopes[scope], ir.Select) else None
        return None


def _is_called_the_same(old: ir.Query, new: ir.Query, at: int) -> bool:
    """Whether a source's columns have the same names under the same numbers (behind them there may be more)."""
    if at >= min(len(old.sources), len(new.sources)):
        return False
    one, two = old.sources[at], new.sources[at]
    known = (one.kind, one.model, one.name, one.args) == (two.kind, two.model, two.name, two.args)
    return known and one.columns == two.columns[: len(one.columns)]


def _names(scope: ir.Select) -> list[str]:
    """The output columns as readers find them."""
    return told_apart([out.name for out in scope.columns])


def _built_otherwise(one: ir.Scope, two: ir.Scope, at: int) -> Found:
    """A query of one kind is now of another."""
    if isinstance(two, ir.SetOp):
        return Found("rows", "set-operation", f"{_operator(two)} added", ((two.right, "operator"), (at, "set")))
    if isinstance(one, ir.SetOp):
        return Found("rows", "set-operation", f"{_operator(one)} removed", ((at, "scope"),))
    kinds = {ir.Select: "a SELECT", ir.Pivot: "a PIVOT", ir.OpaqueScope: "what cannot be analysed"}
    before, after = (kinds.get(type(scope), "a query") for scope in (one, two))
    return Found("rows", "query", f"{before} is now {after}", ((at, "scope"),))


def _operator(scope: ir.SetOp) -> str:
    return scope.op.upper() + ("" if scope.distinct else " ALL")


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
