"""The meanings of a workspace's models, kept up to date by the graph: one query more, cut off where a meaning is equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from lsp_server.analysis import fingerprints
from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.hashing import FINGERPRINT_VERSION, fingerprint
from lsp_server.graph import digests, queries
from lsp_server.graph.engine import Engine, Input, query
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Facts, Interface
from lsp_server.semantics.mentions import Mentions, is_named, unpack

METADATA = frozenset(["description", "owner", "tags", "audits", "grain", "grains", "references", "column_descriptions"])
"""Header properties that say nothing about data.  Every other one is data."""
_INTERVAL_KINDS = ("INCREMENTAL",)


GIVEN: Input[str, Meaning | None] = Input("given meaning", None)
"""What another process computed of a model that this graph does not hold."""


@query(part_of=queries.outline, part=lambda path, shape: shape.beside)
def statements(db: Engine, path: str) -> tuple[tuple[str, str], ...]:
    """(role, text) of the statements beside the query that may change data: those before and after it."""
    return queries.outline(db, path).beside


@query(failed=lambda name, error: unreadable(name, error))  # noqa: PLW0108 - defined below
def meaning(db: Engine, name: str) -> Meaning | None:
    """What a model means; None for a source table, which stands for itself."""
    model = queries.model(db, name)
    if model is None:
        return GIVEN(db, name)
    if model.external:
        return None
    properties = data_properties(model, statements(db, model.path) if model.path.endswith(".sql") else ())
    if model.kind.name == "SEED":
        return _seed(queries.SEED(db, model.seed), model, properties)
    if circle := queries.CYCLE(db, name):
        return _circular(db, model, circle, properties)
    facts = queries.facts(db, name)
    if facts is None or model.opaque or facts.never_whole:
        return _unread(db, model, properties)

    properties |= _declared_upstreams(db, model)
    key = _digest(db, model, facts, properties) if db.memo else b""
    if key and (known := db.memo.get(key)):
        return digests.unpack(known, Meaning)
    if key:
        db.missed.add(model.path)
    upstreams = _seen(db, model)

    def upstream(called: str) -> Meaning | None:
        up = queries.canonical(db, called, model)
        return upstreams[up] if up in upstreams else meaning(db, up)

    return fingerprints.meaning(ir.unpack(facts.query), upstream, properties, _around(db, model))


def _declared_upstreams(db: Engine, model: Model) -> dict[str, str]:
    """What `depends_on` names is read by statements beside the query: all that it means may decide the data."""
    found: dict[str, str] = {}
    for written in model.upstreams:
        name = queries.canonical(db, written, model)
        if name != model.name and (known := meaning(db, name)) is not None:
            found[f"depends_on {name}"] = fingerprint(digests.pack(known))
    return found


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """What a query reads, as far as it matters to a meaning: which other models, and whether all of their columns may matter."""

    others: tuple[str, ...]
    looks_at_all: bool


@query()
def reading(db: Engine, name: str) -> Reading:
    """Its links and its result are others with every character that is typed; this mostly is not, and there a meaning is cut off."""
    latest = queries.result(db, name)
    return Reading(tuple(_others(db, name)), latest.damaged or latest.looks_at_all)


def _seen(db: Engine, model: Model) -> dict[str, Meaning | None]:
    """What the models mean that a query names; of those of which it reads columns by name, only what these can show."""
    known = digests.unpack(_seen_packed(db, model), list[Meaning | None])
    return dict(zip(reading(db, model.name).others, known, strict=True))


def _seen_packed(db: Engine, model: Model) -> bytes:
    """The same, packed, in the order of the names."""
    read = reading(db, model.name)
    if read.looks_at_all:
        return digests.pack([meaning(db, name) for name in read.others])
    return seen_meanings(db, model.name)


@query()
def seen_meanings(db: Engine, name: str) -> bytes:
    """The meanings, packed, of what a query names, as far as the columns go that its text has words for (`queries.seen`)."""
    upstreams = _others(db, name)
    db.need(meaning, upstreams)
    mentions = unpack(queries.links(db, name).mentions)
    return digests.pack([seen_part(meaning(db, up), mentions) for up in upstreams])


def seen_part(found: Meaning | None, mentions: Mentions) -> Meaning | None:
    """What a query with these words can read of a model: its rows, their order, the columns that it names."""
    if found is None or found.rest:
        return found
    columns = tuple([column for column in found.columns if is_named(column[0], mentions)])
    keys = tuple([key for key in found.keys if all(is_named(name, mentions) for name in key)])
    return Meaning(found.rows, found.order, columns, keys=keys)


def _others(db: Engine, name: str) -> list[str]:
    return [up for up in queries.links(db, name).upstreams if up != name]


def _digest(db: Engine, model: Model, facts: Facts, properties: Mapping[str, str]) -> bytes:
    """The content that a meaning depends on: the query, the header's data, and what the upstream models mean."""
    seen = digests.digest(*reading(db, model.name).others, _seen_packed(db, model))
    return digests.digest("meaning", FINGERPRINT_VERSION, model.name, facts.query, properties, _around(db, model), seen)


def _around(db: Engine, model: Model) -> str:
    """What else may decide what a query's opaque parts do: the blueprint's values, the text of Python macros."""
    return repr((sorted(model.blueprint.items()), db.get(queries.MACROS, None).python_digest))


def _rows(graph: Graph, name: str) -> Iterator[tuple[bytes, bytes]]:
    """What the facts cache keeps of a model's meaning."""
    db = graph.engine
    model, facts, found = graph.model(name), graph.facts(name), db.peek(meaning, name)
    if (
        model is None
        or facts is None
        or found is None
        or model.opaque
        or model.kind.name == "SEED"
        or graph.stale(name)
    ):
        return
    properties = data_properties(model, statements(db, model.path) if model.path.endswith(".sql") else ())
    properties |= _declared_upstreams(db, model)
    yield _digest(db, model, facts, properties), digests.pack(found)


def observe(graph: Graph) -> None:
    """Keeps the meanings of `graph` up to date; costs nothing the second time."""
    if not any(known is meaning for known in graph._per_model):
        graph.observe(meaning, per="model")
        graph.exporters.append(_rows)


def meanings_of(graph: Graph) -> dict[str, Meaning]:
    """The meanings of all models that are not source tables."""
    found = ((name, graph.get(meaning, name)) for name in graph.models())
    return {name: known for name, known in found if known is not None}


def data_properties(model: Model, beside: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """What of a header is data, by name, as text; a declared type counts for its column alone (`column:NAME`)."""
    found = {"kind": model.kind.name}
    found |= {f"kind.{key}": _text(value) for key, value in model.kind.properties.items()}
    found |= {key: _text(value) for key, value in model.properties.items() if key not in METADATA}
    if model.start:
        found["start"] = model.start
    if model.kind.name.startswith(_INTERVAL_KINDS):
        found["cron"] = model.cron
    for column in model.columns:
        if column.type not in ("", "UNKNOWN"):
            found[f"column:{column.name.lower()}"] = column.type
    found |= {f"{role}-statement {at + 1}": text for at, (role, text) in enumerate(beside)}
    return found


def metadata(model: Model) -> dict[str, str]:
    """What of a header is metadata, by name, as text."""
    found = {
        "description": model.description,
        "owner": model.owner,
        "tags": _text(model.tags),
        "grain": _text(model.grain),
        "audits": _text(msgspec.to_builtins(model.audits)),
        "column descriptions": _text({c.name: c.description for c in model.columns if c.description}),
        "cron": "" if model.kind.name.startswith(_INTERVAL_KINDS) else model.cron,
    }
    return found | {key: _text(value) for key, value in model.properties.items() if key in METADATA}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value, enc_hook=str, order="sorted").decode()


def _seed(file: object, model: Model, properties: Mapping[str, str]) -> Meaning:
    interface: Interface | None = getattr(file, "interface", None) or model.declared
    digest = str(getattr(file, "digest", ""))
    cells: Mapping[str, str] = dict(getattr(file, "cells", ()) or ())
    rows = str(getattr(file, "height", "") or digest)
    columns = interface.columns if interface is not None else ()
    found = {column.name: (column.type, [rows, cells.get(column.name, digest)]) for column in columns}
    return fingerprints.seed(found, model.dialect, {**properties, "rows": rows})


def _unread(db: Engine, model: Model, properties: Mapping[str, str]) -> Meaning:
    """A Python model, or a text of which nothing could be read: known by its text, and by all that it names."""
    named = queries.links(db, model.name).upstreams
    reason = model.opaque or "the text cannot be read"
    return _by_text(model, _texts(db, [model.name]), {name: meaning(db, name) for name in named}, properties, reason)


def _circular(db: Engine, model: Model, circle: tuple[str, ...], properties: Mapping[str, str]) -> Meaning:
    """A model that reads itself through others has no meaning; it is known by the texts of its circle, in whatever order they are read."""
    named = queries.links(db, model.name).upstreams
    known = {name: meaning(db, name) for name in named if not queries.CYCLE(db, name)}
    return _by_text(model, _texts(db, circle), known, properties, "it reads itself through other models")


def _texts(db: Engine, names: Iterable[str]) -> str:
    return "\n".join(queries.TEXT(db, path) or "" for name in names for path in queries.OWNERS(db, name))


def _by_text(
    model: Model, text: str, upstreams: Mapping[str, Meaning | None], properties: Mapping[str, str], reason: str
) -> Meaning:
    sources = tuple(ir.Source("model", model=name) for name in upstreams)
    outs = tuple(ir.Out(column.name, column.type, ir.Opaque(column.name)) for column in model.columns)
    scope = ir.OpaqueScope(text, reason, tuple(range(len(sources))), outs)
    found = ir.Query((scope,), sources, model.dialect)
    return fingerprints.opaque(found, upstreams.get, properties, reason, text)


def unreadable(name: str, error: Exception) -> Meaning:
    """The meaning of a model over whose query Headwater itself failed: equal to nothing but the same failure."""
    text = f"{type(error).__name__}: {error}"
    scope = ir.OpaqueScope(text, text)
    return fingerprints.opaque(ir.Query((scope,), ()), lambda _: None, {"failed": name}, f"Headwater failed: {text}")
