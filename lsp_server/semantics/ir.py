"""The relational form of one query: names resolved, aliases erased, no positions.

The binder (`binder.py`) makes it from a syntax tree and the interfaces of the models that the query names;
lineage (`edges.py`) and fingerprints (`analysis/fingerprints.py`) are computed from it and from nothing else.
It is small (a few KB packed with msgspec), has no reference to a tree and compares by value, so it is what
the graph keeps and what worker processes send back.

Every scope (SELECT, set operation, CTE, subquery) is numbered, lower scopes first: scope `i` refers only to
scopes before it (a recursive CTE refers to itself by a source of kind "recursion").
Every relation that a FROM names is a *source*, one for each instance, in source order; a column is
`Col(source, index)`, whatever alias the text gave it; a correlated subquery simply refers to a source of an outer scope.

Types are strings in the dialect's own spelling (DuckDB: "DECIMAL(38,2)"); "UNKNOWN" is what is not known.
"""

from __future__ import annotations

import zlib

import msgspec

UNKNOWN = "UNKNOWN"


class _Node(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="node", tag=True):
    """Value semantics, compact on the wire, invisible to the garbage collector (nodes never form cycles)."""


class Col(_Node, tag="col", frozen=True):
    """Column `index` of relation instance `source` (an index into `Query.sources`)."""

    source: int
    index: int
    type: str = UNKNOWN


class Lit(_Node, tag="lit", frozen=True):
    """A constant.  `text` is its canonical spelling, `type` its type; NULL is `Lit("NULL", "NULL")`."""

    text: str
    type: str


class Var(_Node, tag="var", frozen=True):
    """A value known only at run time: `@start_ds`, `@execution_date`, a prepared-statement parameter."""

    name: str
    type: str = UNKNOWN


class Op(_Node, tag="op", frozen=True):
    """An operator or scalar function.

    `name` is canonical: sqlglot's class key in lower case ("add", "and", "coalesce", "in", "between", "not", "is",
    "cast", "trycast", "case", "bracket", "dot", "lambda", ...), for functions sqlglot does not know, "fn:" and the name.
    `args` in source order. "case": [operand or absent is flagged in `extra`="operand"], when1, then1, ..., [else, flagged
    "else" in `extra`]. "and"/"or" are flat (n-ary).  `extra` holds whatever else tells two calls apart and is no expression
    (the target type of a cast, a unit, an escape character, IGNORE NULLS, ...).
    `volatile`: two evaluations may differ (random(), uuid()); `stable`: fixed within a run only (now(), current_date).
    """

    name: str
    args: tuple[Expr, ...]
    type: str = UNKNOWN
    extra: str = ""
    volatile: bool = False
    stable: bool = False
    set_returning: bool = False


class SortKey(_Node, tag="key", frozen=True):
    """One ORDER BY term.  `nulls_first` is resolved by the dialect's default."""

    expr: Expr
    descending: bool = False
    nulls_first: bool = False


class Agg(_Node, tag="agg", frozen=True):
    """An aggregate call, evaluated over the groups of its scope (or, inside `Win`, over a frame)."""

    name: str
    args: tuple[Expr, ...]
    type: str = UNKNOWN
    distinct: bool = False
    order: tuple[SortKey, ...] = ()
    filter: Expr | None = None
    extra: str = ""
    order_dependent: bool = False
    """Reads the order of its input unless `order` is total: list, string_agg, first, any_value, arg_max ties, ..."""


class Win(_Node, tag="win", frozen=True):
    """A window call: `call` over (partition, order, frame). `frame` is its canonical text, "" for none."""

    call: Expr
    partition: tuple[Expr, ...] = ()
    order: tuple[SortKey, ...] = ()
    frame: str = ""
    type: str = UNKNOWN
    bounds: tuple[Expr, ...] = ()
    """Bounds of the frame that are more than constants; "?1" in `frame` is the first."""


class Sub(_Node, tag="sub", frozen=True):
    """A subquery in an expression. `kind`: "scalar", "exists", "in", "any", "all", "array". `args`: left operand."""

    kind: str
    scope: int
    args: tuple[Expr, ...] = ()
    type: str = UNKNOWN
    extra: str = ""
    """Operator of ANY/ALL."""


class Opaque(_Node, tag="opaque", frozen=True):
    """What cannot be understood (a Python macro, unsupported syntax): its arguments are its upstream columns.

    `text` is the normalised source text, so that an unchanged opaque expression stays comparable; `reason` is for people.
    """

    text: str
    args: tuple[Expr, ...] = ()
    reason: str = ""
    type: str = UNKNOWN


Expr = Col | Lit | Var | Op | Agg | Win | Sub | Opaque


class Source(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One relation instance of a FROM.

    kind        ref / scope / args
    "model"     `model` is the name of the model or source table
    "scope"     `scope` is a CTE's or subquery's scope
    "recursion" `scope` is the recursive CTE's own (set operation) scope, read inside it
    "function"  `name` is a table function, `args` its arguments ("unnest", "generate_series", "read_csv", "fn:...")
    "values"    `args` are the cells, row by row; `columns` gives the width
    "opaque"    `name` is normalised text; nothing more is known

    `columns` are the upstream names by index (for "model": as in that model's interface; columns that a query names on a
    relation whose interface is not known are appended and `open` is True). Column aliases of the FROM item are erased.
    `extra` keeps what else decides the rows: TABLESAMPLE, WITH ORDINALITY, a FROM-less SELECT's absence is no source at all.
    """

    kind: str
    model: str = ""
    scope: int = -1
    name: str = ""
    args: tuple[Expr, ...] = ()
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    open: bool = False
    extra: str = ""


class Join(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`source` joined to everything before it.

    `kind`: "from" (a FROM's first or comma-separated item), "cross", "inner", "left", "right", "full", "semi", "anti", "asof",
    "asof_left", "positional", "lateral", "lateral_left".
    USING and NATURAL are resolved into `on` (equalities); `merged` is True for them, since the output columns then differ.
    """

    kind: str
    source: int
    on: Expr | None = None
    merged: bool = False
    extra: str = ""
    """Whatever else the join says (hints, strictness ANY or ALL, ...)."""


class Out(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One output column: the engine's own name for it, its type, and the expression that makes it."""

    name: str
    type: str
    expr: Expr


class Select(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="select"):
    """SELECT ... FROM ... WHERE ... GROUP BY ... (stars expanded, ordinals and lateral aliases resolved).

    `grouped`: rows are groups (GROUP BY, or an aggregate without one).  `group_sets`: canonical text of GROUPING SETS, CUBE,
    ROLLUP over indices into `group`; "" for a plain list.  GROUP BY ALL is expanded.
    `distinct`: "" no, "all" DISTINCT, "on" DISTINCT ON (`distinct_on`).
    `limit`, `offset`: expressions; `limit_extra`: "percent", "with ties", a SAMPLE clause's text.
    `open_star`: a star over a relation whose interface is unknown stands among the columns: the interface is incomplete.
    """

    joins: tuple[Join, ...]
    columns: tuple[Out, ...]
    where: Expr | None = None
    grouped: bool = False
    group: tuple[Expr, ...] = ()
    group_sets: str = ""
    having: Expr | None = None
    qualify: Expr | None = None
    distinct: str = ""
    distinct_on: tuple[Expr, ...] = ()
    order: tuple[SortKey, ...] = ()
    limit: Expr | None = None
    offset: Expr | None = None
    limit_extra: str = ""
    open_star: bool = False
    others: tuple[Expr, ...] = ()
    """Clauses that have no field here (PREWHERE, CONNECT BY, hints ...), each an Op "clause:<name>": they may decide rows."""


class SetOp(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="set"):
    """UNION, EXCEPT, INTERSECT over scopes `left` and `right` (a chain of UNION ALL nests to the left).

    `pairs[i]` are the indices of the left's and right's columns that make output column i (-1: absent, BY NAME fills NULL).
    ORDER BY and LIMIT of the whole refer to the output columns as `Col(-1, index)`.
    `recursive`: the body of a recursive CTE; `recursive_extra`: USING KEY and the like.
    """

    op: str
    distinct: bool
    left: int
    right: int
    columns: tuple[str, ...]
    types: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    order: tuple[SortKey, ...] = ()
    limit: Expr | None = None
    offset: Expr | None = None
    limit_extra: str = ""
    recursive: bool = False
    recursive_extra: str = ""
    others: tuple[Expr, ...] = ()
    """As in `Select`."""


class Pivot(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="pivot"):
    """PIVOT or UNPIVOT of `source`.  `text` is the canonical clause over column indices; every output column depends on `args`.

    `passed[i]` is the index of the source column that output column i repeats unchanged, or -1 for a made column.
    """

    source: int
    kind: str
    text: str
    columns: tuple[Out, ...]
    args: tuple[Expr, ...]
    passed: tuple[int, ...] = ()
    open_star: bool = False


class OpaqueScope(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="opaque_scope"):
    """A scope that cannot be understood: rows and columns depend on everything in `sources`."""

    text: str
    reason: str
    sources: tuple[int, ...] = ()
    columns: tuple[Out, ...] = ()
    open_star: bool = True


Scope = Select | SetOp | Pivot | OpaqueScope


class Query(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One model's query. The last scope is the model's own output."""

    scopes: tuple[Scope, ...]
    sources: tuple[Source, ...]
    dialect: str = ""
    refused: tuple[str, ...] = ()
    """Codes of what the engine certainly refuses the query for ("unknown-column", "ambiguous-column", ...), sorted, each once;
    an edit upstream can bring one about without changing anything else here."""
    doubts: tuple[str, ...] = ()
    """Calls of which the engine takes none of that kind, for all we know ("sum(LIST)"), sorted, each once: it may refuse the query."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Query)


def pack(query: Query) -> bytes:
    """The compact form kept in the graph and in the facts cache: a third of the encoded bytes, for some 50 microseconds."""
    return zlib.compress(_encoder.encode(query), 1)


def unpack(data: bytes) -> Query:
    """The query of `pack`."""
    return _decoder.decode(zlib.decompress(data))
