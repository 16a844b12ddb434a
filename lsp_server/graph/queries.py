"""The stages from a file's text to its models' facts, as queries of the engine.

    text -> model_file -> outline (models) -> parsed -> links (what it names) -> seen -> bound -> result -> facts -> interface

`model_file`, `parsed` and `bound` hold trees and positions: only the recently used ones stay in memory, and each
recomputation counts as a change.  `outline`, `links` and `result` are compact, are kept for every model, and are what
the cache on disk holds: each is looked up in `Engine.memo` by the digest of all that it depends on before it is computed.

A file that is damaged keeps its last good facts (`facts`, `outline`), so that its readers do not break with each keystroke.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from lsp_server.graph import digests, kept_places
from lsp_server.graph.config import AUDIT, MODEL, Config
from lsp_server.graph.engine import Engine, Input, query
from lsp_server.graph.headers import models_of, without_catalog
from lsp_server.graph.model import Declared, Links, Model, Outline, SeedFile
from lsp_server.semantics import ir
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Column, Facts, Interface, Places, as_table
from lsp_server.semantics.mentions import pack, part, unpack
from lsp_server.syntax.comments import column_descriptions
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import ModelFile, read_model
from lsp_server.syntax.names import table_key
from lsp_server.syntax.query import ParsedQuery, parse_query
from lsp_server.syntax.source_map import SourceMap
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

log = logging.getLogger(__name__)

TREES = 96
"""How many files' trees stay in memory."""
LARGEST = 1_000_000
"""A longer text is not read at all."""


class Macros(msgspec.Struct, frozen=True):
    """The workspace's own macros: texts of `macros/*.sql` (Jinja), names that `macros/*.py` define."""

    sql: tuple[str, ...] = ()
    python: frozenset[str] = frozenset()
    python_digest: str = ""
    """What tells two texts of `macros/*.py` apart."""


class Result(msgspec.Struct, frozen=True):
    """One bound query: what is kept for every model.  `places` are packed (`kept_places`)."""

    facts: Facts | None
    problems: tuple[Problem, ...] = ()
    damaged: bool = False
    places: bytes = b""
    bound: int = 0
    """So many of the problems, the last ones, are the binder's."""
    looks_at_all: bool = True
    """It depends on all columns of what the query names, not only on those that it `seen`."""


CONFIG: Input[None, Config] = Input("config", Config())
MACROS: Input[None, Macros] = Input("macros", Macros())
TEXT: Input[str, str | None] = Input("text", None)
DECLARED: Input[str, Declared | None] = Input("declared", None)
TABLE: Input[str, Interface | None] = Input("table", None)
SEED: Input[str, SeedFile | None] = Input("seed", None)
OWNERS: Input[str, tuple[str, ...]] = Input("owners", (), derived=True)
"""The files that define a model, sorted.  Set by the graph from the outlines."""
SAVED: Input[str, Interface | None] = Input("saved", None)
"""While a model's file has an edit that is not saved: its interface before."""
SCHEMA: Input[str, tuple[str, ...]] = Input("schema", (), derived=True)
"""The last parts of the names of all models in a schema, sorted.  Set by the graph from the outlines."""
CYCLE: Input[str, tuple[str, ...]] = Input("cycle", (), derived=True)
"""The models of a loop through this one, itself first.  Set by the graph from the links."""


def _internal(error: Exception) -> Problem:
    log.error("a query failed", exc_info=error)
    return Problem("internal-error", f"Headwater could not analyse this: {type(error).__name__}: {error}", Span(0, 0))


def _unread(path: str, error: Exception) -> ModelFile:
    return ModelFile("", "", None, (), (_internal(error),), damaged=True)


@query(keep=TREES, same=None, failed=_unread)
def model_file(db: Engine, path: str) -> ModelFile:
    """Header and statements."""
    return read_file(db, path)


def read_file(db: Engine, path: str) -> ModelFile:
    """The same, read anew and kept by nobody."""
    text = TEXT(db, path) or ""
    dialect = CONFIG(db, None).for_path(path).dialect
    if len(text) > LARGEST:
        message = f"This file has {len(text):,} characters; files above {LARGEST:,} are not analysed."
        return ModelFile("", dialect, None, (), (Problem("file-too-large", message, Span(0, 0)),), damaged=True)
    return read_model(text, dialect)


@query()
def settings_digest(db: Engine, prefix: str) -> bytes:
    """What tells two configurations of a project apart, as far as reading its files goes."""
    config, macros = CONFIG(db, None).for_path(prefix), MACROS(db, None)
    parts = (config.dialect, config.variables, config.defaults, config.default_catalog, config.infer_names, prefix)
    return digests.digest(*parts, macros.sql, sorted(macros.python))


@query()
def outline_key(db: Engine, path: str) -> bytes:
    """The content that `outline` depends on: text, path and configuration."""
    settings = settings_digest(db, CONFIG(db, None).for_path(path).prefix)
    return key_of_outline(path, TEXT(db, path) or "", settings)


def key_of_outline(path: str, text: str, settings: bytes) -> bytes:
    """The same, of a text that is no input yet; `settings` is `settings_digest` of the file's project."""
    return digests.digest("outline", path, digests.of_text(text), settings)


def links_key(db: Engine, found: Model) -> bytes:
    """The content that `links` depends on: the file, and which of its models."""
    return b"%b links %b" % (outline_key(db, found.path), found.name.encode("utf-8", "surrogatepass"))


def result_key(db: Engine, found: Model, named: Links, looks_at_all: bool) -> bytes:
    """The content that `result` depends on: the text, and the columns of what it names, all of them or those that it can name."""
    columns = digests.pack(_interfaces(db, found, named)) if looks_at_all else seen(db, found.name)
    return digests.digest("result", looks_at_all, links_key(db, found), columns)


def _interfaces(db: Engine, found: Model, named: Links) -> list[Interface | None]:
    return [interface(db, up) for up in _others(found, named)]


@query()
def seen(db: Engine, name: str) -> bytes:
    """What a query can see of what it names: the interfaces, packed, of only those columns that its text has words for.

    This is where a column that comes or goes upstream ends for a reader that does not name it.
    """
    found, named = model(db, name), links(db, name)
    if found is None:
        return b""
    db.need(interface, _others(found, named))
    mentions = unpack(named.mentions)
    return digests.pack([known and part(known, mentions) for known in _interfaces(db, found, named)])


@query(failed=lambda path, error: Outline((), (_internal(error),), True), slack=1)
def outline(db: Engine, path: str) -> Outline:
    """The models of a file.  What a damaged header does not tell any more is as it was."""
    config = CONFIG(db, None)
    declared = DECLARED(db, path)
    if declared is not None:
        return Outline(declared.models, declared.problems)
    text = TEXT(db, path)
    if text is None or config.role(path) not in (MODEL, AUDIT):
        return Outline()
    if db.memo and (known := db.memo.get(outline_key(db, path))):
        return digests.unpack(known, Outline)
    file = model_file(db, path)
    models, former = models_of(path, file, config.for_path(path)) if config.role(path) == MODEL else (), False
    if not models and (file.damaged or file.problems):
        before = db.peek(outline, path)
        models, former = (before.models, True) if before is not None and before.models else ((), False)
    beside = tuple((found.role, found.text.strip()) for found in file.statements if found.role in ("pre", "post"))
    named = file.header.name_span if file.header is not None else Span(0, 0)
    return Outline(models, file.problems, file.damaged, beside, named, former)


@query(part_of=outline, part=lambda name, shape: next((found for found in shape.models if found.name == name), None))
def model(db: Engine, name: str) -> Model | None:
    """The model of that name; of several files that define it the first, and a declared source table last."""
    named = [found for path in OWNERS(db, name) for found in outline(db, path).models if found.name == name]
    return next((found for found in named if not found.external), named[0] if named else None)


@query(keep=TREES, same=None, failed=lambda name, error: _unparsed(error), take_apart=lambda tree: tree.take_apart())
def parsed(db: Engine, name: str) -> ParsedQuery | None:
    """The tree of a model's query; None when it has none to read."""
    found = model(db, name)
    if found is None or found.external or found.opaque or found.kind.name == "SEED":
        return None

    def interface_of(text: str) -> Interface | None:
        return _read_interface(db, found, canonical(db, text, found))

    return parse_query(model_file(db, found.path), context(db, found, interface_of), db.peek(parsed, name))


def _unparsed(error: Exception) -> ParsedQuery:
    return ParsedQuery(None, SourceMap(), problems=(_internal(error),), damaged=True)


def context(db: Engine, found: Model, interface_of: Callable[[str], Interface | None] | None = None) -> MacroContext:
    """What the macros in a model's file may ask for; `interface_of` gives what the file calls by a name."""
    config, macros = CONFIG(db, None), MACROS(db, None)

    def columns(text: str) -> tuple[tuple[str, str], ...] | None:
        known = interface_of(text) if interface_of is not None else interface(db, canonical(db, text, found))
        complete = known is not None and known.complete
        return tuple((column.name, column.type) for column in known.columns) if known and complete else None

    return MacroContext(
        dialect=found.dialect,
        variables=config.for_path(found.path).variables,
        blueprint=found.blueprint,
        sql_macros=macros.sql,
        python_macros=macros.python,
        complete=config.for_path(found.path).path.endswith((".yaml", ".yml", ".toml")),
        columns=columns,
        this_model=found.name,
    )


def canonical(db: Engine, name: str, reader: Model) -> str:
    """The name under which the workspace knows what a query calls `name` (folded already)."""
    return without_catalog(name, CONFIG(db, None).for_path(reader.path))


@query(failed=lambda name, error: Links((), (_internal(error),), True, False), slack=2)
def links(db: Engine, name: str) -> Links:
    """What a model's query names."""
    found = model(db, name)
    if found is None:
        return Links()
    if db.memo and (known := db.memo.get(links_key(db, found))):
        return digests.unpack(known, Links)
    tree = parsed(db, name)
    if tree is None:
        return Links(found.upstreams)
    named = {canonical(db, table_key(t.parts, t.quoted, found.dialect), found) for t in tree.tables}
    asked = any(call.name in ("star", "union", "pivot", "deduplicate") for call in tree.macros)
    mentions = pack(tree.tokens) if not asked else b""
    return Links(tuple(sorted(named | set(found.upstreams))), tree.problems, tree.damaged, not asked, mentions)


@query(keep=TREES, same=None, failed=lambda name, error: _unbound(error))
def bound(db: Engine, name: str) -> Bound | None:
    """A model's query, names resolved, with the places of its names in the file."""
    tree, found = parsed(db, name), model(db, name)
    if tree is None or tree.tree is None or found is None:
        return None
    # Whether all columns matter, only binding tells; but in a damaged text they do.
    expected = tree.damaged or not links(db, name).mentions or _will_look_at_all(db, name)
    first = _bind(db, found, tree, expected)
    return first if first.looks_at_all == expected else _bind(db, found, tree, not expected)


def _will_look_at_all(db: Engine, name: str) -> bool:
    """A guess, so that mostly one attempt is enough: as it was, and where a column is gone, since its error says what there is."""
    latest, before, last = db.peek(result, name), db.peek(facts, name), db.peek(bound, name)
    if last is not None and last.reads_all:
        return True
    if latest is not None and latest.looks_at_all and not latest.bound and not latest.damaged:
        return True
    edges = (edge for edges in (before.rows, *before.edges) for edge in edges) if before is not None else ()
    columns: dict[str, set[str]] = {}
    for up, column in {(edge.model, edge.column.lower()) for edge in edges}:
        if up not in columns:
            known = db.peek(interface, up)
            columns[up] = (
                {each.name.lower() for each in known.columns} if known is not None and known.complete else set()
            )
        if columns[up] and column not in columns[up]:
            return True
    return False


def _bind(db: Engine, found: Model, tree: ParsedQuery, looks_at_all: bool) -> Bound:
    """Bound over all columns of what the query names, or over those that its text has words for."""
    named = links(db, found.name)
    if looks_at_all:
        db.need(interface, _others(found, named))
    packed = None if looks_at_all else seen(db, found.name)
    # In a circle that nobody knows of yet there is no such value; the interfaces have one for that.
    known = _interfaces(db, found, named) if packed is None else digests.unpack(packed, list[Interface | None])
    interfaces = dict(zip(_others(found, named), known, strict=True))

    def interface_of(table: str) -> Interface | None:
        db.give_way()  # asked of each relation in turn: what a query is long for
        called = canonical(db, table, found)
        return interfaces[called] if called in interfaces else _read_interface(db, found, called)

    return bind(tree, found.dialect, interface_of, db.peek(bound, found.name))


def _unbound(error: Exception) -> Bound:
    """What stands for a query that broke the binder: a scope that nobody understands."""
    query = ir.Query((ir.OpaqueScope("", "internal error"),), ())
    return Bound(Facts(Interface((), complete=False), (), (), (), ir.pack(query)), Places(problems=(_internal(error),)))


def _others(reader: Model, named: Links) -> tuple[str, ...]:
    return tuple(name for name in named.upstreams if name != reader.name)


def _read_interface(db: Engine, reader: Model, name: str) -> Interface | None:
    """The interface that `reader` sees under a name; of itself (an incremental model may read its own table) what it declares."""
    if name == reader.name:
        return reader.declared or Interface((), complete=False)
    return interface(db, name)


def seen_interface(db: Engine, name: str, table: str) -> Interface | None:
    """All columns of what a model's query calls `table`."""
    found = model(db, name)
    return _read_interface(db, found, canonical(db, table, found)) if found is not None else None


@query(cyclic=Result(None, damaged=True), slack=2)
def result(db: Engine, name: str) -> Result:
    """A model's facts and problems as its present text gives them."""
    found, named = model(db, name), links(db, name)
    if found is None:
        return Result(None)
    if db.memo and (known := _known_result(db, found, named)) is not None:
        return known
    tree, whole = parsed(db, name), bound(db, name)
    if tree is None:
        return Result(None)
    if whole is None:
        return Result(None, tree.problems, damaged=True)
    binder = _up_to_the_damage(tree, whole)
    kept = kept_places.pack(whole.places)
    return Result(whole.facts, (*tree.problems, *binder), tree.damaged, kept, len(binder), whole.looks_at_all)


def _known_result(db: Engine, found: Model, named: Links) -> Result | None:
    """What was computed elsewhere: of the columns that the text names, or, if that is not enough, of all."""
    for looks_at_all in (False, True):
        if (known := db.memo.get(result_key(db, found, named, looks_at_all))) is not None:
            return digests.unpack(known, Result)
    return None


def _up_to_the_damage(tree: ParsedQuery, whole: Bound) -> tuple[Problem, ...]:
    """What the binder found; behind the first syntax error only the parser's word counts."""
    if not tree.damaged:
        return whole.places.problems
    first = min((problem.span.start for problem in tree.problems), default=0)
    return tuple(problem for problem in whole.places.problems if problem.span.end < first)


@query(part_of=result, part=lambda name, found: found.facts)
def facts(db: Engine, name: str) -> Facts | None:
    """A model's facts; while its text is damaged, those of the last good version."""
    latest = result(db, name)
    if not latest.damaged:
        return latest.facts
    before = db.peek(facts, name)
    if before is not None and not before.never_whole:
        return before
    if latest.facts is None:
        return None
    open_ended = msgspec.structs.replace(latest.facts.interface, complete=False)
    return msgspec.structs.replace(latest.facts, interface=open_ended, never_whole=True)


@query(
    cyclic=Interface((), complete=False),
    part_of=facts,
    part=lambda name, found: found.interface if found is not None else None,
)
def interface(db: Engine, name: str) -> Interface | None:
    """The columns of a model or source table; None when nobody describes it."""
    found = model(db, name)
    if found is None:
        return TABLE(db, name)
    if CYCLE(db, name):
        return found.declared or Interface((), complete=False)
    if found.external:
        return found.declared or TABLE(db, name) or Interface((), complete=False)
    if found.opaque:
        return found.declared or Interface((), complete=False)
    if found.kind.name == "SEED":
        return found.declared or _seed_interface(SEED(db, found.seed))
    known = facts(db, name)
    if known is not None and found.kind.name.startswith("SCD_TYPE_2"):
        return _with_validity(as_table(known.interface), found)
    return as_table(known.interface) if known is not None else found.declared or Interface((), complete=False)


@query()
def descriptions(db: Engine, name: str) -> dict[str, str]:
    """What its author says of a model's columns, in the header or in comments; by name in lower case.

    Apart from the interface: a comment must not make readers think again.
    """
    found = model(db, name)
    if found is None or not found.path.endswith(".sql"):
        return {}
    return dict(column_descriptions(model_file(db, found.path).header, parsed(db, name)))


def _with_validity(of_query: Interface, found: Model) -> Interface:
    """A slowly changing dimension's table has two columns more than its query."""
    names = [str(found.kind.properties.get(f"{name}_name", name)) for name in ("valid_from", "valid_to")]
    kind = str(found.kind.properties.get("time_data_type", "TIMESTAMP")).upper()
    have = {column.name.lower() for column in of_query.columns}
    more = tuple(Column(name, kind) for name in names if name.lower() not in have)
    return Interface((*of_query.columns, *more), of_query.complete)


def _seed_interface(seed: SeedFile | None) -> Interface:
    return seed.interface if seed is not None and seed.interface is not None else Interface((), complete=False)


def problems(db: Engine, path: str) -> tuple[Problem, ...]:
    """What reading and binding a file found, in order of place (checks across models are not here).

    No query: one node less for each file, and what shows them (`analysis.checks.diagnostics`) is cut off by itself.
    """
    shape = outline(db, path)
    found = list(shape.problems)
    for item in shape.models:
        if model(db, item.name) == item:
            found += result(db, item.name).problems
    # Blueprints say the same of one place for each of their models; a problem's data cannot be hashed.
    unique = {(problem.span, problem.code, problem.message): problem for problem in found}
    return tuple(unique[key] for key in sorted(unique))
