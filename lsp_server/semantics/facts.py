"""What the graph keeps of a bound query: compact values without positions, and, apart from them, the places.

`Facts` decide the early cut-off: two texts with equal facts have the same readers' view.  `Places` belong to one version
of one file, and are what editor features read.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

IDENTITY: Final = "IDENTITY"
TRANSFORMATION: Final = "TRANSFORMATION"
AGGREGATION: Final = "AGGREGATION"
"""Subtypes of DIRECT lineage (OpenLineage's column-lineage facet)."""
JOIN: Final = "JOIN"
FILTER: Final = "FILTER"
GROUP_BY: Final = "GROUP_BY"
SORT: Final = "SORT"
WINDOW: Final = "WINDOW"
CONDITIONAL: Final = "CONDITIONAL"
"""Subtypes of INDIRECT lineage."""
Subtype = Literal[
    "IDENTITY", "TRANSFORMATION", "AGGREGATION", "JOIN", "FILTER", "GROUP_BY", "SORT", "WINDOW", "CONDITIONAL"
]
DIRECT = frozenset({IDENTITY, TRANSFORMATION, AGGREGATION})


class Column(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One column of an interface.  `name` is as the engine shows it."""

    name: str
    type: str
    description: str = ""


class Interface(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a relation offers its readers.  `complete` is False when columns may exist that nobody described:
    then a column that is not listed is unknown, not an error."""

    columns: tuple[Column, ...]
    complete: bool = True


def told_apart(names: list[str]) -> list[str]:
    """Names as in a table, a view or a subquery: of several equal ones the later get a number, as DuckDB does.

    >>> told_apart(["a", "b", "A"]), told_apart(["a", "a_1", "a"])
    (['a', 'b', 'A_1'], ['a', 'a_1', 'a_2'])
    """
    seen: dict[str, int] = {}
    found = []
    for name in names:
        key = name.lower()
        if key in seen:
            while f"{key}_{seen[key]}" in seen:
                seen[key] += 1
            name = f"{name}_{seen[key]}"
            key = name.lower()
        seen[key] = 1
        found.append(name)
    return found


def as_table(interface: Interface) -> Interface:
    """What readers of a table of this query see."""
    names = [column.name for column in interface.columns]
    if len({name.lower() for name in names}) == len(names):
        return interface
    columns = zip(told_apart(names), interface.columns, strict=True)
    return Interface(tuple(Column(name, each.type, each.description) for name, each in columns), interface.complete)


class Edge(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """Lineage to one upstream column of a model that the query names.

    A large workspace has hundreds of thousands: the type follows from the subtype, whose few words are shared when decoded.
    """

    model: str
    column: str
    subtype: Subtype

    @property
    def type(self) -> str:
        """DIRECT or INDIRECT."""
        return "DIRECT" if self.subtype in DIRECT else "INDIRECT"


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A bound query without positions.

    `edges[i]` belong to `interface.columns[i]`; `rows` are the columns that decide which rows there are;
    `rows_from` the models whose row set flows in; `query` is `ir.pack(...)`; `never_whole`: what could be read of a text that
    was damaged from the first on, which promises nothing.
    """

    interface: Interface
    edges: tuple[tuple[Edge, ...], ...]
    rows: tuple[Edge, ...]
    rows_from: tuple[str, ...]
    query: bytes
    never_whole: bool = False


class Target(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a name in the text means.

    kind       model (whose) / name (what) / scope
    "model"    model = the model or source table
    "cte"      name = its name; `definition` = the span of its name where it is defined
    "alias"    a table alias: name; `definition` = where it is defined; `model` if it stands for one
    "column"   model = owning model ("" when made in this file), name = its name there; for a column that a CTE, subquery or
               this model's own projection makes: `definition` = span of the projection that makes it
    "function", "macro", "variable", "star" (name = "alias.*"; `columns` = what it expands to)
    """

    kind: str
    name: str
    model: str = ""
    type: str = ""
    definition: Span | None = None
    columns: tuple[str, ...] = ()
    scope: int = -1


class Reference(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One name at `span` and what it means.  `declares`: this is the definition itself (alias, CTE name, projection)."""

    span: Span
    target: Target
    declares: bool = False


class ScopeSource(msgspec.Struct, frozen=True):
    """One relation that is visible in a scope: for completion and hover."""

    name: str
    """Alias, or the name it is read by."""
    model: str
    interface: Interface
    kind: str
    """"model", "cte", "subquery", "function"."""


class ScopePlace(msgspec.Struct, frozen=True):
    """Where scope `index` of the query stands, and what can be named inside it."""

    index: int
    span: Span
    sources: tuple[ScopeSource, ...]
    name: str = ""
    """The CTE's or subquery's name; "" for the main query."""
    interface: Interface = Interface(())


Clauses = dict[tuple[int, str], Span]
"""(scope index, clause) to its span; see `Places`."""


class Origin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A column that a query reads: of another model, or (with `model` "") of a scope of its own.  `name` is folded."""

    model: str
    scope: int
    name: str


class Output(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One column of a scope, and whose name it has: that of its alias at `label`, or the one of its `sources`.

    `final`: the model's own, of the last scope.  `made`: the place of an expression that makes it without an alias, where somebody
    can read it by name: `max(price)` in a CTE.
    """

    scope: int
    index: int
    name: str
    final: bool
    label: Span | None = None
    sources: tuple[Origin, ...] = ()
    made: Span | None = None


class Places(msgspec.Struct, frozen=True):
    """The positions of one bound text, in offsets of the *file* (macro output already mapped back to its call).

    `references` are sorted by span. `clauses` maps (scope index, clause) to its span, where clause is "from:<source>",
    "join:<n>", "where", "group", "having", "qualify", "distinct", "order", "limit", "set", "column:<n>" (the whole projection
    with its alias), "column-name:<n>" (its alias, or the expression when there is none), "scope".  `outputs` are the columns of
    all scopes (`passed_names.py`).
    """

    references: tuple[Reference, ...] = ()
    clauses: Clauses = msgspec.field(default_factory=dict)
    scopes: tuple[ScopePlace, ...] = ()
    problems: tuple[Problem, ...] = ()
    outputs: tuple[Output, ...] = ()


class Bound(msgspec.Struct, frozen=True):
    """The outcome of binding one query: what it means and where things stand."""

    facts: Facts
    places: Places
    looks_at_all: bool = True
    """All columns of what it names may matter (a star, an error, ...), not only those that its text names: see `mentions.py`."""
    reads_all: bool = True
    """Whether they would if the text were whole and had no error."""
    beginning: object = None
    """For the binding of the next text (`earlier.py`)."""
