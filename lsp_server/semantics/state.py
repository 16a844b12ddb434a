"""What one binding works on: the growing lists of sources, scopes, references and problems, and the frames of names.

A `State` lives for one call of `bind` and is never shared.  Nothing here decides what a name means (`resolve.py`) or what a
clause does (`scopes.py`, `relations.py`, `expressions.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from sqlglot import exp

from lsp_server.semantics import ir
from lsp_server.semantics.extents import Parentheses, Stretches
from lsp_server.semantics.facts import Interface, Reference, ScopePlace, Target
from lsp_server.syntax.names import fold
from lsp_server.syntax.output_names import OutputNames
from lsp_server.syntax.query import ParsedQuery, extent_of
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

if TYPE_CHECKING:
    from lsp_server.semantics.earlier import Beginning

RawSpan = tuple[int, int]
"""Half-open offsets into the *expanded* text, before the source map."""

MAX_DEPTH = 700
"""Nesting of expressions and queries that is still followed, in Python's frames (of which there are 1,000 by default)."""
EXPRESSION_DEPTH = 4
QUERY_DEPTH = 10
"""Frames that one level takes at most: 70 derived tables inside one another, 29 scalar subqueries, 175 CASEs."""

MAX_CHAIN = 60
"""Operators in one chain `a + b + ...` that still nest in the relational form; longer ones become one flat operator."""

_NOWHERE = 1 << 60


class Relation:
    """One relation that a FROM makes visible: `names[i]` is column i of source `source` as this FROM calls it."""

    __slots__ = (
        "alias_target",
        "derived",
        "described",
        "index",
        "key",
        "kind",
        "model",
        "name",
        "names",
        "open",
        "parts",
        "positions",
        "source",
        "span",
        "types",
    )

    def __init__(
        self,
        name: str,
        source: int,
        kind: str,
        names: list[str],
        types: list[str],
        *,
        open_: bool = False,
        model: str = "",
        parts: tuple[str, ...] = (),
        span: RawSpan | None = None,
        derived: Derived | None = None,
    ) -> None:
        self.name = name
        self.key = name.lower()
        self.source = source
        self.kind = kind
        self.names = names
        self.types = types
        self.open = open_
        self.model = model
        self.parts = parts
        """Folded name parts by which `schema.table.column` may qualify it; only the alias once there is one."""
        self.span = span
        self.derived = derived
        self.alias_target: Target | None = None
        """What a use of its name means, made once."""
        self.positions: list[int] | None = None
        """Where its columns stand among those of its source, if not in the same places (joined tables in parentheses)."""
        self.described = len(names)
        """Columns before this index were described; those after it are there because somebody named them."""
        self.index: dict[str, int] = {}
        for i, column in enumerate(names):
            self.index.setdefault(column.lower(), i)

    def column(self, index: int) -> ir.Col:
        """Its column number `index` as an expression."""
        place = index if self.positions is None else self.positions[index]
        return ir.Col(self.source, place, self.types[index])

    def index_of(self, column: ir.Col) -> int | None:
        """The number under which it has a column of its source."""
        if column.source != self.source:
            return None
        if self.positions is None:
            return column.index
        return self.positions.index(column.index) if column.index in self.positions else None


class Derived:
    """What a bound scope offers to whoever reads it; grows when a reader demands a column of an unknown relation."""

    __slots__ = ("definitions", "names", "open", "parts", "scope", "stars", "types")

    def __init__(self, scope: int, names: list[str], types: list[str], definitions: list[RawSpan | None]) -> None:
        self.scope = scope
        self.names = names
        self.types = types
        self.definitions = definitions
        self.open = False
        self.stars: list[tuple[Relation, frozenset[str]]] = []
        """Relations of unknown interface that a star of this scope stands for, each with the names it excludes."""
        self.parts: tuple[Derived, Derived] | None = None
        """Left and right of a set operation."""


class Cte:
    """A common table expression in reach."""

    __slots__ = ("columns", "derived", "extra", "name", "recursion", "span", "uses")

    def __init__(self, name: str, span: RawSpan | None, derived: Derived | None, columns: list[str]) -> None:
        self.name = name
        self.span = span
        self.derived = derived
        self.columns = columns
        self.recursion: tuple[list[str], list[str], Derived] | None = None
        """Names, types and anchor, while its own recursive part is bound."""
        self.uses: list[Draft] = []
        """Sources inside its recursive part, which learn its scope once that is numbered."""
        self.extra = ""


class Merged:
    """What USING or NATURAL makes of the columns of one name: one column, which `relations` do not show by themselves any more."""

    __slots__ = ("first", "name", "relations", "value")

    def __init__(self, name: str, value: ir.Expr, relations: list[Relation], first: int) -> None:
        self.name = name
        self.value = value
        self.relations = relations
        self.first = first
        """Index, among the relations of the FROM, of the first one of the joins that it stands in (a comma begins anew)."""

    def holds(self, relation: Relation) -> bool:
        return any(part is relation for part in self.relations)


class Frame:
    """The names that expressions of one SELECT can see.  `parent` is the frame around it (correlation)."""

    __slots__ = (
        "alias_first", "alias_spans", "aliases", "ctes", "current_column", "first_aliases", "grouped", "inside_aggregate", "merged", "outputs",
        "params", "parent", "relations", "told_of_from", "windows",
    )  # fmt: skip

    def __init__(self, parent: Frame | None, ctes: dict[str, Cte]) -> None:
        self.parent = parent
        self.ctes = ctes
        self.relations: list[Relation] = []
        self.merged: dict[str, list[Merged]] = {}
        """Columns merged by USING or NATURAL, by folded name; several where commas part the joins."""
        self.aliases: dict[str, ir.Expr] = {}
        self.alias_spans: dict[str, RawSpan | None] = {}
        self.alias_first = False
        self.first_aliases: frozenset[str] = frozenset()
        """Aliases that win over a column, outside of aggregates: in DuckDB's HAVING those that name no key of the groups."""
        self.current_column: ir.Expr | None = None
        self.windows: dict[str, Any] = {}
        self.params: list[dict[str, ir.Var]] = []
        self.grouped = False
        """An aggregate was seen that is evaluated over this scope's groups."""
        self.inside_aggregate = 0
        self.outputs: dict[str, ir.Expr] = {}
        """Output columns by name, for ORDER BY."""
        self.told_of_from = False
        """It was said that names mean nothing without a FROM: one is enough while a list is being typed."""


class Draft:
    """A source under construction (columns are appended while names on an unknown relation turn up)."""

    __slots__ = ("args", "columns", "extra", "kind", "model", "name", "open", "scope", "types")

    def __init__(
        self,
        kind: str,
        *,
        model: str = "",
        scope: int = -1,
        name: str = "",
        args: tuple[ir.Expr, ...] = (),
        columns: list[str] | None = None,
        types: list[str] | None = None,
        open_: bool = False,
        extra: str = "",
    ) -> None:
        self.kind = kind
        self.model = model
        self.scope = scope
        self.name = name
        self.args = args
        self.columns = columns if columns is not None else []
        self.types = types if types is not None else []
        self.open = open_
        self.extra = extra

    def freeze(self) -> ir.Source:
        return ir.Source(
            self.kind,
            self.model,
            self.scope,
            self.name,
            self.args,
            tuple(self.columns),
            tuple(self.types),
            self.open,
            self.extra,
        )


class State:
    """Everything that one binding collects."""

    def __init__(
        self,
        dialect: str,
        interfaces: Callable[[str], Interface | None],
        to_file: Callable[[int, int], Span] | None,
        parsed: ParsedQuery | None = None,
    ) -> None:
        text = parsed.text if parsed is not None else ""
        self.parsed = parsed
        self._names: OutputNames | None = None
        self.damaged = parsed is None or parsed.damaged
        self.depends_on_damage = False
        """Whether something was left unsaid, or not, because of that."""
        self.beginning: Beginning | None = None
        """Notes what the binding of the next text may begin with."""
        self.dialect = dialect
        self.duckdb = dialect in ("duckdb", "")
        self.looks_at_all = False
        """Whether somebody did (`look_at_all`)."""
        self.interfaces = interfaces
        self.to_file = to_file
        self.text = text
        self.sources: list[Draft] = []
        self.scopes: list[ir.Scope] = []
        self.derived: dict[int, Derived] = {}
        self.references: list[Reference] = []
        self._spans: dict[RawSpan, Span] = {}
        self.clauses: dict[tuple[int, str], Span] = {}
        self.places: list[ScopePlace] = []
        self.problems: list[Problem] = []
        self.doubts: set[str] = set()
        self.scalars: dict[str, Callable[[Frame], ir.Expr]] = {}
        """ClickHouse's `WITH 1 AS x`."""
        self.has_columns_call = "columns" in text.lower() if text else True
        self.outer = Parentheses(text, parsed.extent[0] if parsed is not None else 0)
        self.stretches = Stretches(parsed.tokens if parsed is not None else [])
        self.lambda_types: tuple[str, ...] = ()
        """Types of the parameters of the lambda that is bound next."""
        self.depth = 0
        self.spread = 0
        """Columns that stars have made so far."""
        self.lo = _NOWHERE
        self.hi = -1

    # -- names

    def name_of(self, select: Any, index: int) -> str:
        """The engine's name for a projection of a SELECT that has no alias; "" where it cannot be told."""
        if self.parsed is None or index >= len(select.expressions):
            return ""
        if self._names is None:
            self._names = OutputNames(self.parsed)
        return self._names.name_of(select, index)

    def fold(self, name: str, quoted: bool = False) -> str:
        """The name of a column as the engine stores it (DuckDB keeps what was written)."""
        return name if self.duckdb else fold(name, quoted, self.dialect)

    # -- positions

    def mark(self, node: Any) -> RawSpan | None:
        """Take a positioned node into the extent of the clause being bound."""
        meta = node._meta
        if not meta:
            return None
        start, end = meta.get("start"), meta.get("end")
        if start is None or end is None:
            return None  # the parser makes some names itself
        if start < self.lo:
            self.lo = start
        if end > self.hi:
            self.hi = end
        return (start, end + 1)

    def begin(self) -> RawSpan:
        """Start measuring a clause; give the result to `finish`."""
        saved = (self.lo, self.hi)
        self.lo, self.hi = _NOWHERE, -1
        return saved

    def finish(self, saved: RawSpan) -> RawSpan | None:
        """The extent since `begin` (None: nothing with a position), which also counts for whatever encloses it."""
        found = self.outer.closed(self.lo, self.hi + 1) if self.hi >= 0 else None
        if found is not None:
            self.hi = found[1] - 1
        self.lo, self.hi = min(self.lo, saved[0]), max(self.hi, saved[1])
        return found

    def span(self, raw: RawSpan) -> Span:
        """Where expanded text stands in the file."""
        found = self._spans.get(raw)
        if found is None:
            found = self.to_file(raw[0], raw[1]) if self.to_file else Span(raw[0], raw[1])
            self._spans[raw] = found
        return found

    def clause(self, scope: int, name: str, raw: RawSpan | None) -> None:
        if raw is not None:
            self.clauses[(scope, name)] = self.span(raw)

    # -- results

    def refer(self, raw: RawSpan | None, target: Target, *, declares: bool = False) -> None:
        if raw is not None:
            self.references.append(Reference(self.span(raw), target, declares))

    def problem(
        self, code: str, message: str, raw: RawSpan | None, data: dict[str, str | list[str]] | None = None
    ) -> None:
        """Report something that is certainly wrong, if it stands anywhere in the text."""
        if raw is not None:
            self.problems.append(Problem(code, message, self.span(raw), data=data or {}))

    def too_deep(self, node: Any) -> None:
        """Say that a part is nested too deeply."""
        self.given_up(node, "it is nested too deeply.")

    def given_up(self, node: Any, why: str) -> None:
        """Say once that a part is not analysed: what is not followed is not known, and nobody should wonder why."""
        self.looks_at_all = True
        found = extent_of(node) if isinstance(node, exp.Expression) else None
        if found is not None and not any(problem.code == "not-analysed" for problem in self.problems):
            message = f"This part of the query cannot be analysed: {why}"
            self.problems.append(Problem("not-analysed", message, self.span(found), severity="warning"))

    def add_source(self, draft: Draft) -> int:
        if draft.kind == "opaque":
            self.looks_at_all = True
        self.sources.append(draft)
        return len(self.sources) - 1

    def look_at_all(self) -> None:
        """All columns of what the query names may matter: those that its text does not name too (`mentions.py`)."""
        self.looks_at_all = True

    def add_scope(self, scope: ir.Scope, derived: Derived | None = None) -> int:
        if isinstance(scope, ir.OpaqueScope):
            self.looks_at_all = True
        self.scopes.append(scope)
        index = len(self.scopes) - 1
        if derived is not None:
            derived.scope = index
            self.derived[index] = derived
        return index

    def append_pair(self, scope: int, name: str, pair: tuple[int, int]) -> None:
        """A reader demanded a column of a set operation over open stars."""
        draft = self.scopes[scope]
        if isinstance(draft, ir.SetOp):
            self.scopes[scope] = msgspec.structs.replace(
                draft, columns=(*draft.columns, name), types=(*draft.types, ir.UNKNOWN), pairs=(*draft.pairs, pair)
            )

    def append_column(self, scope: int, out: ir.Out) -> None:
        """A reader demanded a column of an open star of `scope`."""
        draft = self.scopes[scope]
        if isinstance(draft, ir.Select | ir.Pivot | ir.OpaqueScope):
            self.scopes[scope] = msgspec.structs.replace(draft, columns=(*draft.columns, out))
