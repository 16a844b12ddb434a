"""Where in a model's text a reason points: the clause, the projection or the keyword that it is about.

The binder knows the places of expressions and names.  Keywords (SELECT, UNION, GROUP BY) are looked for in the text just before
or after those; they are places to show something at, and nothing is decided from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lsp_server.analysis.rewrites.conditions import walk
from lsp_server.semantics import ir
from lsp_server.semantics.facts import told_apart
from lsp_server.text.spans import Span

Key = tuple[int, str]
"""(scope, clause): a key of `Places.clauses`, or one of the keywords "select", "operator", "group by", "columns"."""

_SELECT = re.compile(r"\bselect\b(?:\s+(?:distinct|all)\b)?", re.IGNORECASE)
_OPERATOR = re.compile(
    r"\b(?:union|except|intersect|minus)\b(?:\s+(?:all|distinct)\b)?(?:\s+by\s+name\b)?", re.IGNORECASE
)
_PIVOT = re.compile(r"\b(?:un)?pivot\b", re.IGNORECASE)
_JOIN = re.compile(
    r"\b(?:natural\s+)?(?:(?:left|right|full|inner|cross|asof|positional|semi|anti|outer|lateral)\s+)*join\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"(?:\b(?:not|exists|in)\s*)*\(\s*select\s+(?:distinct\s+)?\Z", re.IGNORECASE)
"""What stands before the first name of a condition that begins with a subquery."""
_GROUP_BY = re.compile(r"\bgroup\s+by\b(?:\s+all\b)?", re.IGNORECASE)


class ClausePlaces:
    """The places of one bound query in `text`."""

    def __init__(self, query: ir.Query, clauses: Mapping[Key, Span], text: str) -> None:
        self.query = query
        self._clauses = clauses
        self._text = text

    def first(self, keys: Iterable[Key]) -> Span | None:
        """The first place that is known; a whole scope is shown at its SELECT."""
        for scope, clause in keys:
            found = self._clause(scope, clause) if clause != "scope" else None
            found = found or self._keyword(scope, "select" if clause == "scope" else clause)
            if found is not None:
                return found
        return None

    def column(self, name: str) -> Span | None:
        """The projection that makes an output column."""
        return self.first(self._column_keys(len(self.query.scopes) - 1, name.lower()))

    def columns(self) -> Span | None:
        """All projections of the output."""
        return self.first(((self._main(len(self.query.scopes) - 1), "columns"),))

    def select(self) -> Span | None:
        """The keyword that begins the output."""
        return self.first(((self._main(len(self.query.scopes) - 1), "select"),))

    def reading(self, model: str) -> Span | None:
        """Where a FROM names `model`."""
        return self.first(self._reading_keys(model))

    def deciding(self, model: str, column: str) -> Span | None:
        """The clause that decides rows by a column of `model`; else where the model is named."""
        return self.first((*self._deciding_keys(model, column.lower()), *self._reading_keys(model)))

    def cut(self) -> Span | None:
        """The clause that keeps some rows by their order: LIMIT, DISTINCT ON, QUALIFY."""
        return self.first(
            (at, clause)
            for at in range(len(self.query.scopes))
            for clause in ("limit", "distinct", "qualify")
            if (at, clause) in self._clauses
        )

    # keys

    def _main(self, at: int) -> int:
        """The SELECT that names the output: of a set operation, its first."""
        scope = self._scope(at)
        return self._main(scope.left) if isinstance(scope, ir.SetOp) else at

    def _scope(self, at: int) -> ir.Scope | None:
        """Scope `at`; None where there is no query (a seed, a Python model)."""
        return self.query.scopes[at] if 0 <= at < len(self.query.scopes) else None

    def _column_keys(self, at: int, name: str) -> Iterator[Key]:
        at = self._main(at)
        scope = self._scope(at)
        outs = scope.columns if isinstance(scope, ir.Select) else ()
        for index, known in enumerate(told_apart([out.name for out in outs])):
            if known.lower() == name:
                yield (at, f"column:{index}")
        yield (at, "select")

    def _reading_keys(self, model: str) -> Iterator[Key]:
        for at, scope in enumerate(self.query.scopes):
            for number, join in enumerate(scope.joins if isinstance(scope, ir.Select) else ()):
                if self.query.sources[join.source].model == model:
                    yield (at, f"from:{join.source}")
                    yield (at, f"join:{number}")

    def _deciding_keys(self, model: str, column: str) -> Iterator[Key]:
        for at, scope in enumerate(self.query.scopes):
            if isinstance(scope, ir.Select):
                for clause, exprs in _deciding(scope):
                    if any(self._names(expr, model, column) for expr in exprs):
                        yield (at, clause)

    def _names(self, expr: ir.Expr, model: str, column: str) -> bool:
        for node in walk(expr):
            if isinstance(node, ir.Col) and 0 <= node.source < len(self.query.sources):
                source = self.query.sources[node.source]
                named = source.columns[node.index] if node.index < len(source.columns) else ""
                if source.model == model and named.lower() == column:
                    return True
        return False

    # stretches of text

    def _clause(self, scope: int, clause: str) -> Span | None:
        """The binder knows a clause from its first name on; here the whole of it."""
        span = self._clauses.get((scope, clause))
        if span is None:
            return None
        text = self._text
        inside = _INSIDE.search(text, 0, span.start) if not clause.startswith("column") else None
        if inside is not None:
            span = Span(inside.start(), max(span.end, self._closing(inside.end(), span.end)))
        missing = text.count(")", *span) - text.count("(", *span)
        start = span.start
        while missing > 0 and start > 0:
            start -= 1
            missing += (text[start] == ")") - (text[start] == "(")
        if missing == 0:
            span = Span(start, span.end)
        if clause.startswith("join:"):
            join = self._before(_JOIN, span.start)
            if join is not None and not text[join.end : span.start].strip(" \n\t("):
                return Span(join.start, span.end)
        return span

    def _closing(self, start: int, end: int) -> int:
        """The end of the bracket that holds `start`."""
        depth = 1
        for at in range(start, len(self._text)):
            depth += (self._text[at] == "(") - (self._text[at] == ")")
            if depth == 0:
                return at + 1
        return end

    # keywords

    def _keyword(self, scope: int, clause: str) -> Span | None:
        projections = [span for (at, name), span in self._clauses.items() if at == scope and name.startswith("column:")]
        if not projections or clause not in ("select", "operator", "group by", "columns", "pivot"):
            return None
        first, last = min(projections), max(projections, key=lambda span: span.end)
        if clause == "columns":
            return Span(first.start, last.end)
        if clause in ("group by", "pivot"):
            return self._after(_GROUP_BY if clause == "group by" else _PIVOT, last.end)
        select = self._before(_SELECT, first.start)
        if clause == "select" or select is None:
            return select
        return self._before(_OPERATOR, select.start)

    def _before(self, pattern: re.Pattern[str], end: int) -> Span | None:
        found = None
        for found in pattern.finditer(self._text, 0, end):  # noqa: B007 - the last one counts
            pass
        return Span(*found.span()) if found is not None else None

    def _after(self, pattern: re.Pattern[str], start: int) -> Span | None:
        found = pattern.search(self._text, start)
        return Span(*found.span()) if found is not None else None


def _deciding(scope: ir.Select) -> Iterator[tuple[str, tuple[ir.Expr, ...]]]:
    """The clauses that decide which rows there are, with their expressions."""
    for clause, expr in (("where", scope.where), ("having", scope.having), ("qualify", scope.qualify)):
        yield clause, (expr,) if expr is not None else ()
    for number, join in enumerate(scope.joins):
        yield f"join:{number}", (join.on,) if join.on is not None else ()
    yield "group", scope.group
    yield "distinct", scope.distinct_on
    if scope.limit is not None or scope.distinct == "on":
        yield "order", tuple(key.expr for key in scope.order)
    if scope.distinct == "all":
        yield "select", tuple(column.expr for column in scope.columns)
