"""What is asked of every model's meaning at a start, in so few bytes that all of them are read at once; the rest stays packed.

A comparison asks of most models only whether they are as they were.  Of a model that the session before knew and that is
as it was (`graph.past`) this says enough: who has the same `Standing` object on both sides has the same meaning.
"""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.meanings import meaning
from lsp_server.graph import digests, queries
from lsp_server.graph.graph import Graph

HOLD_NO_TABLE = frozenset(["VIEW", "EMBEDDED", "EXTERNAL"])
"""Kinds that hold no table; all others do."""
_NAME = "standings"
_STEP = 300


class Standing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of a `Meaning` what tells tables apart; of its model the file, whether it holds a table, and whether it names audits."""

    path: str
    table: str
    ordered_table: str
    reads_order: tuple[str, ...]
    passes_order: tuple[str, ...]
    holds_table: bool
    is_audited: bool


Stands = Meaning | Standing
"""Both have `table`, `ordered_table`, `reads_order` and `passes_order`."""


def standing(graph: Graph, name: str) -> Stands | None:
    """How a model stands; its whole meaning where that is at hand, or may be another than the session before knew."""
    db = graph.engine
    if db.past is not None and db.is_packed(meaning, name):
        return db.past.extra(_NAME, dict[str, Standing]).get(name)
    return db.get(meaning, name)


def as_they_were(graph: Graph) -> dict[str, Standing]:
    """The models that are (header, meaning, facts, what stands beside the query) what the session before knew."""
    db = graph.engine
    names = db.packed_keys(meaning) & db.packed_keys(queries.facts) if db.past is not None else frozenset()
    known = db.past.extra(_NAME, dict[str, Standing]) if db.past is not None else {}
    return {name: known[name] for name in names if name in known}


def kept(graph: Graph) -> Generator[None, None, dict[str, bytes]]:
    """The standings, to be kept beside the graph (`graph.remembering`); a step at a time."""
    found = {}
    for count, name in enumerate(graph.names.names()):
        if count % _STEP == 0:
            yield
        known = standing(graph, name)
        if isinstance(known, Meaning):
            known = _made(graph, name, known)
        if known is not None:
            found[name] = known
    return {_NAME: digests.pack(found)}


def _made(graph: Graph, name: str, known: Meaning) -> Standing | None:
    model = graph.model(name)
    if model is None:
        return None
    holds = model.kind.name not in HOLD_NO_TABLE
    return Standing(
        model.path, known.table, known.ordered_table, known.reads_order, known.passes_order, holds, bool(model.audits)
    )
