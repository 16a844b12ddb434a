"""What a model means, through all its upstream models: the row set, each column, the order, and the identity of its table.

Computed from the relational form (`semantics.ir`) and from the upstream models' meanings alone: aliases, formatting, the
order of CTEs and the rewrites of `rewrites/` leave them as they are.  Equal fingerprints promise equal data; nothing is
promised of different ones.  What cannot be understood equals only itself, read from the same upstream.

    >>> from lsp_server.semantics import ir
    >>> read = ir.Source("model", model="raw.t", columns=("a", "b"))
    >>> def select(*columns):
    ...     outs = tuple(ir.Out(name, "INTEGER", ir.Col(0, index, "INTEGER")) for name, index in columns)
    ...     return ir.Query((ir.Select((ir.Join("from", 0),), outs),), (read,), "duckdb")
    >>> one, two = (meaning(select(*names), {}.get) for names in ([("a", 0)], [("a", 0), ("b", 1)]))
    >>> one.rows == two.rows, one.column("a") == two.column("a"), one.table == two.table
    (True, True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from lsp_server.analysis.hashing import FINGERPRINT_VERSION, cat, fingerprint
from lsp_server.analysis.relations import Relation
from lsp_server.analysis.rewrites.conditions import may_make_rows, walk
from lsp_server.analysis.scopes import Scopes, expressions_of
from lsp_server.semantics import ir
from lsp_server.semantics.facts import told_apart

_NO_PROPERTIES: Mapping[str, str] = {}


class Meaning(msgspec.Struct, frozen=True, gc=False):
    """Fingerprints of one model version, 32 hexadecimal digits each.

    `columns` are (name, fingerprint) in order; names are folded, since readers find columns by folded name.
    `rest` stands for the columns that nobody described (a star over an unknown interface), "" when there are none.
    `data` are the properties beside the query that decide the data, by name.
    `reads_order`: upstream models whose order shows in rows or values; `passes_order`: whose order shows in this one's order.
    `table` identifies the physical table when nobody reads its order, `ordered_table` when somebody does.
    `keys`: names of columns of which no two rows agree, derived from the query.
    """

    rows: str
    order: str
    columns: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...] = ()
    rest: str = ""
    table: str = ""
    ordered_table: str = ""
    reads_order: tuple[str, ...] = ()
    passes_order: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    cannot_be_analysed: str = ""
    """Why nothing is known beyond the text, "" normally."""
    version: int = FINGERPRINT_VERSION

    def column(self, name: str) -> str | None:
        """The fingerprint of the column called `name` (folded)."""
        for known, found in self.columns:
            if known == name:
                return found
        return None


Upstream = Callable[[str], Meaning | None]


def fold(name: str, dialect: str) -> str:
    """The name by which readers find a column: the common engines do not tell letters' case apart in an interface."""
    return name.lower()


def meaning(
    query: ir.Query,
    upstream: Upstream,
    properties: Mapping[str, str] = _NO_PROPERTIES,
    surroundings: str = "",
) -> Meaning:
    """The meaning of one query.

    `upstream` gives the meanings of the models that it names, None for source tables (known by name and declared type).
    `properties`: header properties and statements that are data.  One called `column:NAME` counts for that column alone.
    `surroundings`: whatever else may decide what opaque parts do (the text of Python macros).
    A query that the engine refuses, or may refuse, has other rows than one that it runs, whatever else is the same.
    """
    reader = _Models(upstream)
    try:
        scopes = Scopes(query, reader.relation, cat(b"outside", surroundings.encode(), *_packed(properties)))
        output = scopes.output()
        # What the engine refuses is never built: no table upstream needs its rows in order for it.
        reads = frozenset(() if query.refused else reader.order_read)
        reader.order_read.clear()
        rows = cat(b"refused", output.rows, *map(str.encode, query.refused)) if query.refused else output.rows
        if query.doubts:
            rows = cat(b"doubted", rows, *map(str.encode, query.doubts))
        found = _Output(rows, output.columns, output.order(), output.keys)
        return _published(query, found, properties, reads, frozenset(reader.order_read))
    except RecursionError:
        return opaque(query, upstream, properties, "the query is nested too deeply")


class _Output(msgspec.Struct, frozen=True):
    rows: bytes
    columns: tuple[bytes, ...]
    order: bytes
    keys: tuple[frozenset[int], ...] = ()


class _Models:
    """Relations of upstream models, remembering whose order was read."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self.order_read: set[str] = set()

    def relation(self, source: ir.Source) -> Relation:
        found = self._upstream(source.model)
        known = _table(source) if found is None else _described(found, source)
        order = known.make_order

        def read() -> bytes:
            self.order_read.add(source.model)
            return order()

        return Relation(known.rows, known.columns, read, known.keys, known.rest)


def _table(source: ir.Source) -> Relation:
    """A source table: what is in it is not ours to know; its name and its columns' declared types stand for it."""
    name = source.model.encode()
    types = (*source.types, *[ir.UNKNOWN] * (len(source.columns) - len(source.types)))
    columns = tuple(
        cat(b"table column", name, fold(column, "").encode(), kind.encode())
        for column, kind in zip(source.columns, types, strict=False)
    )
    return Relation(cat(b"table", name), columns, lambda: cat(b"table order", name))


def _described(found: Meaning, source: ir.Source) -> Relation:
    by_name = {name: bytes.fromhex(value) for name, value in found.columns}
    rest = found.rest.encode()
    columns = tuple(
        by_name.get(fold(name, "")) or cat(b"missing", found.rows.encode(), rest, fold(name, "").encode())
        for name in source.columns
    )
    order = bytes.fromhex(found.order)
    everything = cat(b"all", rest, *(f"{name}={value}".encode() for name, value in found.columns))
    keys = _indices(found.keys, source.columns)
    return Relation(bytes.fromhex(found.rows), columns, lambda: order, keys, everything)


def _indices(keys: tuple[tuple[str, ...], ...], columns: tuple[str, ...]) -> tuple[frozenset[int], ...]:
    folded = [fold(name, "") for name in columns]
    return tuple(frozenset(folded.index(name) for name in key) for key in keys if all(name in folded for name in key))


def _packed(properties: Mapping[str, str]) -> Iterable[bytes]:
    return [cat(b"property", name.encode(), properties[name].encode()) for name in sorted(properties)]


def _published(
    query: ir.Query, output: _Output, properties: Mapping[str, str], reads: frozenset[str], passes: frozenset[str]
) -> Meaning:
    data = {name: text for name, text in properties.items() if not name.startswith("column:")}
    head = cat(b"model", b"%d" % FINGERPRINT_VERSION, query.dialect.encode(), *_packed(data))
    last = query.scopes[-1]
    names = told_apart([fold(name, query.dialect) for name in output_names(last)])
    kinds = _types(last)
    columns = tuple(
        (name, fingerprint(cat(b"column", canon, kind.encode(), properties.get(f"column:{name}", "").encode())))
        for name, canon, kind in zip(names, output.columns, kinds, strict=False)
    )
    rest = fingerprint(output.columns[-1]) if getattr(last, "open_star", False) and output.columns else ""
    rows, order = fingerprint(cat(b"rows", head, output.rows)), fingerprint(cat(b"order", output.order))
    keys = tuple(tuple(sorted(names[index] for index in key)) for key in output.keys)
    whole = [rows, rest, *(f"{exact}:{value}" for exact, (_, value) in zip(output_names(last), columns, strict=True))]
    table = cat(b"identity", *(part.encode() for part in whole))
    return Meaning(
        rows=rows,
        order=order,
        columns=columns,
        data=tuple(sorted(data.items())),
        rest=rest,
        table=fingerprint(table),
        ordered_table=fingerprint(cat(b"ordered", table, order.encode())),
        reads_order=tuple(sorted(reads)),
        passes_order=tuple(sorted(passes)),
        keys=keys if _holds_one_result(data) else (),
        cannot_be_analysed=next(iter(opaque_reasons(query)), ""),
    )


def _holds_one_result(data: Mapping[str, str]) -> bool:
    """Whether the table is one run of the query: an incremental table gathers many, and a key of one is none of all; statements beside
    the query may write to it."""
    beside = any("statement" in name for name in data)
    return not beside and data.get("kind", "full").lower() in ("full", "view", "embedded", "")


def output_names(scope: ir.Scope) -> tuple[str, ...]:
    """The output columns' names, as the engine shows them."""
    if isinstance(scope, ir.SetOp):
        return scope.columns
    return tuple(column.name for column in scope.columns)


def _types(scope: ir.Scope) -> tuple[str, ...]:
    if isinstance(scope, ir.SetOp):
        return scope.types
    return tuple(column.type for column in scope.columns)


def opaque_reasons(query: ir.Query) -> list[str]:
    """Why parts of `query` cannot be understood, in source order."""
    found = [scope.reason for scope in query.scopes if isinstance(scope, ir.OpaqueScope)]
    found += [f"`{source.name}` cannot be looked into" for source in query.sources if source.kind == "opaque"]
    found += [
        node.reason or node.text for expr in expressions_of(query) for node in walk(expr) if isinstance(node, ir.Opaque)
    ]
    return found


def is_unknown_call(node: ir.Expr, dialect: str) -> bool:
    """A call of a function that may be anything."""
    return isinstance(node, ir.Op) and not node.set_returning and may_make_rows(node, dialect)


def opaque(
    query: ir.Query,
    upstream: Upstream,
    properties: Mapping[str, str] = _NO_PROPERTIES,
    reason: str = "",
    text: str = "",
) -> Meaning:
    """The meaning of what cannot be understood (a Python model, a query nested too deeply).

    It equals itself only while its text, its properties and everything in its upstream models are equal.
    """
    reader = _Models(upstream)
    wholes = [reader.relation(source).whole() for source in query.sources if source.kind == "model"]
    rows = cat(b"opaque model", ir.pack(query), text.encode(), *_packed(properties), *wholes)
    names = output_names(query.scopes[-1]) if query.scopes else ()
    columns = tuple(cat(b"of", rows, fold(name, "").encode()) for name in names)
    if not query.scopes:
        query = ir.Query((ir.OpaqueScope(text, reason),), query.sources, query.dialect)
    read = frozenset(reader.order_read)
    found = _published(query, _Output(rows, columns, cat(b"order of", rows)), properties, read, read)
    return msgspec.structs.replace(found, cannot_be_analysed=reason)


def seed(
    columns: Mapping[str, tuple[str, Iterable[str]]], dialect: str = "", properties: Mapping[str, str] = _NO_PROPERTIES
) -> Meaning:
    """The meaning of a seed: `columns` are name to (type, cells).  A row is its number, a column the values in it."""
    cells = {name: (kind, tuple(values)) for name, (kind, values) in columns.items()}
    height = max((len(values) for _, values in cells.values()), default=0)
    rows = cat(b"seed", b"%d" % height)
    outs = tuple(ir.Out(name, kind, ir.Lit("", kind)) for name, (kind, _) in cells.items())
    canons = tuple(cat(b"cells", *(value.encode() for value in values)) for _, values in cells.values())
    query = ir.Query((ir.Select((), outs),), (), dialect)
    return _published(query, _Output(rows, canons, cat(b"order of", rows)), properties, frozenset(), frozenset())


def order_readers(meanings: Mapping[str, Meaning]) -> dict[str, tuple[str, ...]]:
    """By model: those that read its order, directly or through others, for which its table's identity takes that in."""
    found: dict[str, set[str]] = {}
    for reader, known in meanings.items():
        for name in known.reads_order:
            found.setdefault(name, set()).add(reader)
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for above in meanings[name].passes_order if name in meanings else ():
            if not found[name] <= found.setdefault(above, set()):
                found[above] |= found[name]
                waiting.append(above)
    return {name: tuple(sorted(readers)) for name, readers in found.items()}


class Ordered(Protocol):
    """What says which table is a model's: a `Meaning`, or what was kept of one."""

    @property
    def table(self) -> str: ...
    @property
    def ordered_table(self) -> str: ...
    @property
    def reads_order(self) -> tuple[str, ...]: ...
    @property
    def passes_order(self) -> tuple[str, ...]: ...


def identities(meanings: Mapping[str, Ordered]) -> dict[str, str]:
    """The identity of each model's physical table: with its order, where a reader reads that, directly or through others."""
    read = [name for found in meanings.values() for name in found.reads_order]
    ordered: set[str] = set()
    while read:
        name = read.pop()
        if name not in ordered:
            ordered.add(name)
            read += meanings[name].passes_order if name in meanings else ()
    return {name: found.ordered_table if name in ordered else found.table for name, found in meanings.items()}


__all__ = ["Meaning", "Upstream", "identities", "meaning", "opaque", "order_readers", "seed"]
