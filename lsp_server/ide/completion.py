"""Completion: models after FROM and JOIN, exactly the columns in scope, join conditions, functions, header words.

The text with a name put where the cursor is gets bound once (`Graph.trial`), so that what is in scope is known in half-typed
SQL too.  Nothing is offered because it stands somewhere in the buffer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec

from lsp_server.analysis.audits import BUILT_IN
from lsp_server.graph.config import AUDIT
from lsp_server.graph.graph import Graph
from lsp_server.ide.completion_words import (
    AFTER_TABLE,
    AFTER_VALUE,
    AT_START,
    BEFORE_VALUE,
    COMMON,
    DEFAULT_VARIABLES,
    TYPES,
    distance,
)
from lsp_server.ide.functions import functions
from lsp_server.ide.joins import join_conditions
from lsp_server.ide.macros import MACROS
from lsp_server.ide.nearest import Wanted, nearest
from lsp_server.ide.places import scope_at
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Bound, ScopePlace, ScopeSource
from lsp_server.syntax import properties
from lsp_server.syntax.cursor import PLACEHOLDER, Cursor, context_at, with_placeholder
from lsp_server.syntax.names import quote
from lsp_server.text.spans import Span

MAX_ITEMS = 100
"""A list beyond that is cut and marked incomplete: the client asks again with the next letter (clangd cuts there too)."""


class Item(msgspec.Struct, frozen=True):
    """One proposal.

    `kind`: "model", "table", "cte", "column", "function", "keyword", "macro", "property", "value", "condition", "alias".
    `insert` replaces the list's span; with `snippet` it holds tab stops (`plain` is for clients without them).
    `rank`: lower comes first.  `data` finds its documentation later (`documentation`).
    """

    label: str
    kind: str
    insert: str
    rank: int
    detail: str = ""
    plain: str = ""
    snippet: bool = False
    data: tuple[str, ...] = ()


class Completions(msgspec.Struct, frozen=True):
    """Proposals for the word at `span`."""

    span: Span
    items: tuple[Item, ...] = ()
    incomplete: bool = False


def completions(graph: Graph, path: str, offset: int, limit: int = MAX_ITEMS) -> Completions:
    """What may stand at the cursor."""
    text = graph.text(path) or ""
    place = _Place(graph, path, text, offset, limit)
    items = _PROPOSERS.get(place.cursor.kind, _nothing)(place)
    wanted = place.cursor.prefix.lower()
    ranked = [(distance(wanted, item.label.lower()), item) for item in items]
    ranked = [(far, item) for far, item in ranked if far is not None]
    ranked.sort(key=lambda found: (found[0], found[1].rank, found[1].label))
    fitting = [item for _, item in ranked]
    more = len(fitting) > limit or (place.cursor.kind == "expression" and not wanted)
    return Completions(place.cursor.replace, tuple(fitting[:limit]), more)


class _Place:
    """The cursor, and, when somebody asks, what the query around it has in scope."""

    def __init__(self, graph: Graph, path: str, text: str, offset: int, limit: int) -> None:
        self.limit = limit
        self.graph = graph
        self.path = path
        self.text = text
        self.model = next(iter(graph.models_in(path)), None)
        self.dialect = self.model.dialect if self.model is not None else graph.config().for_path(path).dialect
        self.cursor = context_at(text, offset, self.dialect)

    @cached_property
    def bound(self) -> Bound | None:
        """The query with a name at the cursor."""
        return self.graph.trial(self.path, with_placeholder(self.text, self.cursor))

    @cached_property
    def scope(self) -> ScopePlace | None:
        """The innermost scope around the cursor."""
        return scope_at(self.bound.places, self.cursor.replace.start) if self.bound is not None else None

    @property
    def is_recursive(self) -> bool:
        """Whether a CTE may read itself."""
        return "recursive" in self.text.lower()

    @cached_property
    def outer(self) -> tuple[ScopeSource, ...]:
        """The relations of the queries around the innermost one, which a subquery may name too."""
        at, bound = self.cursor.replace.start, self.bound
        around = [p for p in bound.places.scopes if at in p.span and p != self.scope] if bound is not None else []
        ctes = [p.span for p in around if p.name] + (
            [self.scope.span] if self.scope is not None and self.scope.name else []
        )
        hidden = {source.name for source in self.sources}
        found = [source for p in around for source in p.sources if not any(p.span.covers(cte) for cte in ctes)]
        return tuple(source for source in found if source.name not in hidden)

    @property
    def sources(self) -> tuple[ScopeSource, ...]:
        """The relations in scope."""
        return self.scope.sources if self.scope is not None else ()


def _nothing(_place: _Place) -> Iterable[Item]:
    return ()


# Relations


def _tables(place: _Place) -> Iterator[Item]:
    schema = ".".join(place.cursor.qualifier).lower()
    if not schema:
        yield from _ctes(place)
    taken = {source.name.lower() for source in place.sources}
    inside = f"{schema}." if schema else ""
    own = place.model.name if place.model is not None else ""
    home = f"{own.rpartition('.')[0]}.".lower()
    wanted = Wanted(inside, place.cursor.prefix.lower(), home, own, frozenset(_downstream(place)))
    # One more than are shown tells that there are more; what nobody sees needs no quotes and no alias.
    for rank, name in nearest(place.graph.names.in_order(), wanted, place.limit + 1):
        model, shown = place.graph.model(name), name[len(inside) :]
        if model is None:
            continue
        alias = _alias(name, taken)
        kind = "table" if model.external else "model"
        detail = "source table" if model.external else model.kind.name
        written = ".".join(quote(part, place.dialect, always=False) for part in shown.split("."))
        insert = f"{written} AS ${{1:{alias}}}"
        yield Item(shown, kind, insert, rank, detail, written, snippet=True, data=("model", name))


def _ctes(place: _Place) -> Iterator[Item]:
    at = place.cursor.replace.start
    scopes = place.bound.places.scopes if place.bound is not None else ()
    own = (
        {scope.name.lower() for scope in scopes if scope.name and at in scope.span} if not place.is_recursive else set()
    )
    for reference in place.bound.places.references if place.bound is not None else ():
        if (
            reference.declares
            and reference.target.kind == "cte"
            and reference.span.end < at
            and reference.target.name.lower() not in own
        ):
            yield Item(reference.target.name, "cte", reference.target.name, 0, "CTE")


def _downstream(place: _Place) -> list[str]:
    """Models that read this one, directly or not: reading one of them would close a circle."""
    found: dict[str, None] = {}
    waiting = [place.model.name] if place.model is not None else []
    while waiting and len(found) < 1000:
        for reader in place.graph.readers(waiting.pop()):
            if reader not in found:
                found[reader] = None
                waiting.append(reader)
    return list(found)


def _alias(name: str, taken: set[str]) -> str:
    """The first letters of the words of a model's name: `int_daily_rides` is `idr`."""
    letters = "".join(word[:1] for word in name.rpartition(".")[2].split("_")) or "t"
    return letters if letters not in taken else f"{letters}2"


def _after_table(place: _Place) -> Iterator[Item]:
    yield from _keywords(AFTER_TABLE, 1)


# Columns and expressions


def _qualified(place: _Place) -> Iterator[Item]:
    wanted = ".".join(place.cursor.qualifier).lower()
    for source in (*place.sources, *place.outer):
        if wanted in (source.name.lower(), source.model.lower()):
            meant = _other_side(place) if place.cursor.clause == "ON" else {}
            for item in _columns_of(place, source, 0, ""):
                likely = f"{source.name}.{item.label}".lower() in meant
                yield msgspec.structs.replace(item, rank=-10) if likely else item
            return
    yield from _tables(place)


_EQUALS = re.compile(r"([\w.\"]+)\s*=\s*(?:[\w\"]+\.)*\w*\Z")


def _other_side(place: _Place) -> dict[str, str]:
    """Behind `o.customer_id =`: what the join conditions that begin so compare it with, folded and as written."""
    left = _EQUALS.search(place.text, 0, place.cursor.replace.end)
    found = {}
    for condition in join_conditions(place.graph, place.sources) if left else ():
        sides = condition.split(" = ")
        for here, there in (sides, sides[::-1]):
            if left is not None and here.lower() == left.group(1).lower():
                found[there.lower()] = there
    return found


def _columns_of(place: _Place, source: ScopeSource, rank: int, prefix: str) -> Iterator[Item]:
    for column in source.interface.columns:
        written = quote(column.name, place.dialect, always=False)
        kind = "" if column.type == "UNKNOWN" else column.type
        detail = " · ".join(part for part in (kind, source.model or source.name) if part)
        data = ("column", source.model, column.name) if source.model else ()
        yield Item(column.name, "column", f"{prefix}{written}", rank, detail, data=data)


def _expressions(place: _Place) -> Iterator[Item]:
    yield from _conditions(place)
    yield from _outputs(place)
    sources = place.sources
    names = [column.name.lower() for source in sources for column in source.interface.columns]
    shared = {name for name in names if names.count(name) > 1}
    likely = _side_of_a_join(place)
    for source in sources:
        for item in _columns_of(place, source, -1 if source in likely else 0, ""):
            yield _named(item, source) if item.label.lower() in shared else item
        yield Item(source.name, "alias", source.name, 2, source.model or source.kind)
    for source in place.outer:
        for item in _columns_of(place, source, 2, ""):
            yield _named(item, source)
    # Nobody reads seven hundred functions: they come with the first letter, for which the client asks again.
    known = functions(place.dialect) if place.cursor.prefix else {}
    for name, function in known.items():
        if function.kind != "table":
            rank = 3 if name in COMMON else 4
            detail = function.signatures[0]
            yield Item(name, "function", f"{name}($1)", rank, detail, f"{name}(", snippet=True, data=("function", name))
    yield from _keywords(BEFORE_VALUE, 4)


def _side_of_a_join(place: _Place) -> tuple[ScopeSource, ...]:
    """In an ON, the relations that the next column is likely of: the joined one, behind its `r.id =` those before it."""
    if place.cursor.clause != "ON" or len(place.sources) < 2:
        return ()
    left = _EQUALS.search(place.text, 0, place.cursor.replace.end)
    *earlier, joined = place.sources
    owner = left.group(1).rpartition(".")[0].lower() if left is not None else ""
    return tuple(earlier) if owner == joined.name.lower() else (joined,)


def _named(item: Item, source: ScopeSource) -> Item:
    return msgspec.structs.replace(item, label=f"{source.name}.{item.label}", insert=f"{source.name}.{item.insert}")


def _conditions(place: _Place) -> Iterator[Item]:
    """Whole join conditions; behind `o.customer_id =` the other side of one."""
    if place.cursor.clause != "ON":
        return
    if _EQUALS.search(place.text, 0, place.cursor.replace.end):
        found = list(_other_side(place).values())
    else:
        found = join_conditions(place.graph, place.sources)
    for at, condition in enumerate(found):
        yield Item(condition, "condition", condition, -10 + at, "join condition")


def _outputs(place: _Place) -> Iterator[Item]:
    """The projections, where a clause may name them: in GROUP BY those that are no aggregates, first those that the sources do not have."""
    scope, clause = place.scope, place.cursor.clause
    if scope is None or clause not in ("ORDER BY", "GROUP BY", "HAVING", "QUALIFY"):
        return
    query = ir.unpack(place.bound.facts.query).scopes if place.bound is not None else ()
    select = query[scope.index] if scope.index < len(query) else None
    known = {column.name.lower() for source in scope.sources for column in source.interface.columns}
    for at, column in enumerate(scope.interface.columns):
        made = select.columns[at].expr if isinstance(select, ir.Select) and at < len(select.columns) else None
        if PLACEHOLDER in column.name or column.name.lower() in known:
            continue
        if clause != "GROUP BY" or not isinstance(made, ir.Agg | ir.Win):
            yield Item(column.name, "column", quote(column.name, place.dialect, always=False), -1, column.type)


def _operators(place: _Place) -> Iterator[Item]:
    yield from _keywords(AFTER_VALUE, 1)


def _types(_place: _Place) -> Iterator[Item]:
    for at, name in enumerate(TYPES.replace("\\,", ";").split(",")):
        yield Item(name.replace(";", ","), "value", name.replace(";", ","), at, "type")


def _using(place: _Place) -> Iterator[Item]:
    """Columns that the last relation shares with those before it."""
    *earlier, last = place.sources or (None,)
    there = {column.name.lower() for source in earlier if source is not None for column in source.interface.columns}
    for item in _columns_of(place, last, 0, "") if last is not None else ():
        if item.label.lower() in there:
            yield item


def _macros(place: _Place) -> Iterator[Item]:
    for name in place.graph.config().for_path(place.path).variables:
        yield Item(name, "macro", name, 0, "variable")
    for name in place.model.blueprint if place.model is not None else ():
        yield Item(name, "macro", name, 0, "blueprint variable")
    for name in sorted(place.graph.macros().python):
        yield Item(name, "macro", f"{name}($1)", 0, "macro of the workspace", f"{name}(", snippet=True)
    for name in DEFAULT_VARIABLES:
        yield Item(name, "macro", name, 1, "run-time variable")
    for macro in MACROS.values():
        name = macro.name.removeprefix("@")
        yield Item(name, "macro", f"{name}($1)", 2, macro.signatures[0], f"{name}(", snippet=True)


def _statements(_place: _Place) -> Iterator[Item]:
    yield from _keywords(AT_START, 1)


def _keywords(words: str, rank: int) -> Iterator[Item]:
    for word in words.split(","):
        yield Item(word, "keyword", word, rank)


# The header


def _properties(place: _Place) -> Iterator[Item]:
    keyword = "AUDIT" if place.text.lstrip()[:5].upper() == "AUDIT" else "MODEL"
    file = place.graph.file(place.path)
    header = file.header if file is not None else None
    present = {prop.name.lower() for prop in header.properties} if header is not None else set()
    for known in properties.table_of(keyword):
        if known.name not in present - {place.cursor.prefix.lower()}:
            yield Item(known.name, "property", f"{known.name} ", 1, known.doc)


def _kinds(_place: _Place) -> Iterator[Item]:
    for kind in properties.KINDS:
        names = [known.name for known in kind.properties if known.required]
        required = ", ".join(f"{name} ${{{at}:{name}}}" for at, name in enumerate(names, 1))
        insert = f"{kind.name} ({required})" if required else kind.name
        yield Item(kind.name, "value", insert, 1, kind.doc, kind.name, snippet=bool(required))


def _kind_properties(place: _Place) -> Iterator[Item]:
    kind = properties.known_kind(place.cursor.kind_name)
    for known in kind.properties if kind is not None else ():
        yield Item(known.name, "property", f"{known.name} ", 1, known.doc)


def _values(place: _Place) -> Iterator[Item]:
    name, kind = place.cursor.property.lower(), place.cursor.kind_name
    known = (
        properties.kind_property(kind, name)
        if kind
        else properties.known_property("MODEL", name) or properties.known_property("AUDIT", name)
    )
    if known is None:
        return
    if known.shape == "columns_types" and _COLUMN_BEFORE.search(place.text, 0, place.cursor.replace.end):
        yield from _types(place)
        return
    if known.shape == "calls":
        yield from _audits(place)
        return
    for at, choice in enumerate(properties.choices(known)):
        yield Item(choice, "value", choice, at, known.doc)
    if known.shape in ("columns", "columns_types", "expressions", "time_column"):
        bound = place.graph.bound(place.model.name) if place.model is not None else None
        for column in bound.facts.interface.columns if bound is not None else ():
            yield Item(column.name, "column", quote(column.name, place.dialect, always=False), 0, column.type)
    if known.shape == "dialect":
        for name in [
            "duckdb",
            "postgres",
            "snowflake",
            "bigquery",
            "databricks",
            "spark",
            "redshift",
            "trino",
            "clickhouse",
            "tsql",
            "mysql",
        ]:
            yield Item(name, "value", name, 0, "dialect")
    if known.name == "depends_on":
        yield from _tables(place)


_COLUMN_BEFORE = re.compile(r"[(,]\s*[\w\"]+\s+\w*\Z")
_INSIDE_A_CALL = re.compile(r"\baudits\s*\([^;]*?\w\s*\([^()]*(?:\([^()]*)?\Z", re.IGNORECASE)


def _audits(place: _Place) -> Iterator[Item]:
    """Names of audits; inside of one's parentheses the model's columns."""
    if _INSIDE_A_CALL.search(place.text, 0, place.cursor.replace.end):
        bound = place.graph.bound(place.model.name) if place.model is not None else None
        for column in bound.facts.interface.columns if bound is not None else ():
            yield Item(column.name, "column", quote(column.name, place.dialect, always=False), 0, column.type)
    elif place.cursor.property == "audits":
        own = [place.graph.file(path) for path in place.graph.paths() if place.graph.config().role(path) == AUDIT]
        for name in [file.header.name for file in own if file is not None and file.header is not None]:
            yield Item(name, "value", name, 0, "audit of the workspace")
        for name in sorted(BUILT_IN):
            yield Item(name, "value", name, 1, "audit")


_PROPOSERS: dict[str, Callable[[_Place], Iterable[Item]]] = {
    "table": _tables,
    "after_table": _after_table,
    "column": _qualified,
    "expression": _expressions,
    "operator": _operators,
    "type": _types,
    "using": _using,
    "macro": _macros,
    "statement": _statements,
    "property": _properties,
    "kind": _kinds,
    "kind_property": _kind_properties,
    "value": _values,
}


__all__ = ["Completions", "Cursor", "Item", "completions"]
