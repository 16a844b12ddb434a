"""Completion: models after FROM and JOIN, exactly the columns in scope, join conditions, functions, header words.

The text with a name put where the cursor is gets bound once (`Graph.trial`), so that what is in scope is known in half-typed
SQL too.  Nothing is offered because it stands somewhere in the buffer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.functions import functions
from lsp_server.ide.joins import join_conditions
from lsp_server.ide.places import scope_at
from lsp_server.semantics.facts import Bound, ScopePlace, ScopeSource
from lsp_server.syntax import properties
from lsp_server.syntax.cursor import Cursor, context_at, with_placeholder
from lsp_server.syntax.names import quote
from lsp_server.text.spans import Span

MAX_ITEMS = 200
"""A list beyond that is cut and marked incomplete."""

_AFTER_TABLE = (
    "AS,JOIN,LEFT JOIN,INNER JOIN,CROSS JOIN,FULL JOIN,ON,USING,WHERE,GROUP BY,HAVING,QUALIFY,ORDER BY,LIMIT,UNION ALL"
)
_IN_EXPRESSION = "AND,OR,NOT,CASE,WHEN,THEN,ELSE,END,IS NULL,IS NOT NULL,IN,BETWEEN,LIKE,AS,FROM,WHERE,GROUP BY,ORDER BY,OVER,DISTINCT"
_AT_START = "SELECT,WITH,FROM,VALUES"
_DEFAULT_VARIABLES = [
    "start_ds",
    "end_ds",
    "start_date",
    "end_date",
    "start_ts",
    "end_ts",
    "start_dt",
    "end_dt",
    "execution_date",
    "execution_ds",
    "execution_ts",
    "this_model",
    "runtime_stage",
]
_MACROS = [
    "VAR",
    "DEF",
    "EACH",
    "IF",
    "AND",
    "OR",
    "REDUCE",
    "FILTER",
    "STAR",
    "UNION",
    "PIVOT",
    "DEDUPLICATE",
    "GENERATE_SURROGATE_KEY",
    "SAFE_ADD",
    "SAFE_SUB",
    "SAFE_DIV",
    "DATE_SPINE",
    "EVAL",
    "SQL",
    "RESOLVE_TEMPLATE",
    "WHERE",
    "GROUP_BY",
    "HAVING",
    "ORDER_BY",
    "LIMIT",
    "JOIN",
    "WITH",
    "BLUEPRINT_VAR",
]


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
    place = _Place(graph, path, text, offset)
    items = _PROPOSERS.get(place.cursor.kind, _nothing)(place)
    wanted = place.cursor.prefix.lower()
    fitting = [item for item in items if _fits(wanted, item.label.lower())]
    fitting.sort(key=lambda item: (item.rank, item.label))
    more = len(fitting) > limit or (place.cursor.kind == "expression" and not wanted)
    return Completions(place.cursor.replace, tuple(fitting[:limit]), more)


def _fits(wanted: str, label: str) -> bool:
    """Whether the letters occur in order, the first at the beginning of a word."""
    if not wanted or wanted in label:
        return True
    at = -1
    for letter in wanted:
        at = label.find(letter, at + 1)
        if at < 0:
            return False
    return wanted[0] in {word[:1] for word in label.replace(".", "_").split("_")}


class _Place:
    """The cursor, and, when somebody asks, what the query around it has in scope."""

    def __init__(self, graph: Graph, path: str, text: str, offset: int) -> None:
        self.graph = graph
        self.path = path
        self.text = text
        self.model = next(iter(graph.models_in(path)), None)
        self.dialect = self.model.dialect if self.model is not None else graph.config().for_path(path).dialect
        self.cursor = context_at(text, offset, self.dialect)
        self._bound: Bound | None = None
        self._tried = False

    @property
    def bound(self) -> Bound | None:
        """The query with a name at the cursor."""
        if not self._tried:
            self._tried = True
            self._bound = self.graph.trial(self.path, with_placeholder(self.text, self.cursor))
        return self._bound

    @property
    def scope(self) -> ScopePlace | None:
        """The innermost scope around the cursor."""
        return scope_at(self.bound.places, self.cursor.replace.start) if self.bound is not None else None

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
    readers = set(_downstream(place))
    own = place.model.name if place.model is not None else ""
    for name, model in place.graph.models().items():
        if name == own or (schema and not name.startswith(f"{schema}.")):
            continue
        shown = name[len(schema) + 1 :] if schema else name
        rank = 1 + (name in readers) + (name.rpartition(".")[0] != own.rpartition(".")[0])
        alias = _alias(name, {source.name.lower() for source in place.sources})
        kind = "table" if model.external else "model"
        detail = "source table" if model.external else model.kind.name
        written = ".".join(quote(part, place.dialect, always=False) for part in shown.split("."))
        insert = f"{written} AS ${{1:{alias}}}"
        yield Item(shown, kind, insert, rank, detail, written, snippet=True, data=("model", name))


def _ctes(place: _Place) -> Iterator[Item]:
    for reference in place.bound.places.references if place.bound is not None else ():
        if reference.declares and reference.target.kind == "cte" and reference.span.end < place.cursor.replace.start:
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
    yield from _keywords(_AFTER_TABLE, 1)


# Columns and expressions


def _qualified(place: _Place) -> Iterator[Item]:
    wanted = ".".join(place.cursor.qualifier).lower()
    for source in place.sources:
        if wanted in (source.name.lower(), source.model.lower()):
            yield from _columns_of(place, source, 0, "")
            return
    yield from _tables(place)


def _columns_of(place: _Place, source: ScopeSource, rank: int, prefix: str) -> Iterator[Item]:
    for column in source.interface.columns:
        written = quote(column.name, place.dialect, always=False)
        kind = "" if column.type == "UNKNOWN" else column.type
        detail = " · ".join(part for part in (kind, source.model or source.name) if part)
        data = ("column", source.model, column.name) if source.model else ()
        yield Item(column.name, "column", f"{prefix}{written}", rank, detail, data=data)


def _expressions(place: _Place) -> Iterator[Item]:
    sources = place.sources
    if place.cursor.clause == "ON":
        for at, condition in enumerate(join_conditions(place.graph, sources)):
            yield Item(condition, "condition", condition, -10 + at, "join condition")
    names = [column.name.lower() for source in sources for column in source.interface.columns]
    shared = {name for name in names if names.count(name) > 1}
    for source in sources:
        for item in _columns_of(place, source, 0, ""):
            if item.label.lower() in shared:
                item = msgspec.structs.replace(
                    item, label=f"{source.name}.{item.label}", insert=f"{source.name}.{item.insert}"
                )
            yield item
        yield Item(source.name, "alias", source.name, 2, source.model or source.kind)
    if place.cursor.clause in ("ORDER BY", "GROUP BY", "HAVING", "QUALIFY"):
        for column in place.scope.interface.columns if place.scope is not None else ():
            yield Item(column.name, "column", quote(column.name, place.dialect, always=False), 1, column.type)
    # Nobody reads seven hundred functions: they come with the first letter, for which the client asks again.
    known = functions(place.dialect) if place.cursor.prefix else {}
    for name, function in known.items():
        if function.kind != "table":
            rank = 3
            yield Item(
                name,
                "function",
                f"{name}($1)",
                rank,
                function.signatures[0],
                f"{name}(",
                snippet=True,
                data=("function", name),
            )
    yield from _keywords(_IN_EXPRESSION, 4)


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
    for name in _DEFAULT_VARIABLES:
        yield Item(name, "macro", name, 1, "run-time variable")
    for name in _MACROS:
        yield Item(name, "macro", f"{name}($1)", 2, "macro", f"{name}(", snippet=True)


def _statements(_place: _Place) -> Iterator[Item]:
    yield from _keywords(_AT_START, 1)


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


_PROPOSERS: dict[str, Callable[[_Place], Iterable[Item]]] = {
    "table": _tables,
    "after_table": _after_table,
    "column": _qualified,
    "expression": _expressions,
    "using": _using,
    "macro": _macros,
    "statement": _statements,
    "property": _properties,
    "kind": _kinds,
    "kind_property": _kind_properties,
    "value": _values,
}


__all__ = ["Completions", "Cursor", "Item", "completions"]
