"""What an environment's views are over: which tables a model reaches through the models that hold no data.

A query names physical tables only. VIEW and EMBEDDED models on the way are put into it as common table expressions, so what a
view shows depends on its own version, on theirs, and on the tables below them, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lsp_server.plan.states import Placement
from lsp_server.plan.versions import DEFINED_KINDS, ModelVersion, digest, topological


class Reach(msgspec.Struct, frozen=True):
    """`inlined`: models without data that the query takes in, upstream first; `tables`: models whose tables it names."""

    inlined: tuple[str, ...]
    tables: tuple[str, ...]


def reach(model: ModelVersion, models: Mapping[str, ModelVersion]) -> Reach:
    """What one model's query takes in and names, in this set of models."""
    inlined: dict[str, tuple[str, ...]] = {}
    tables: set[str] = set()
    waiting = list(model.upstreams)
    while waiting:
        name = waiting.pop()
        upstream = models.get(name)
        if upstream is None or name in inlined or name == model.name:
            continue
        if upstream.kind.name in DEFINED_KINDS:
            inlined[name] = upstream.upstreams
            waiting.extend(upstream.upstreams)
        elif upstream.holds_data:
            tables.add(name)
    return Reach(topological(inlined), tuple(sorted(tables)))


def definition_key(model: ModelVersion, models: Mapping[str, ModelVersion], placements: Mapping[str, Placement]) -> str:
    """Equal keys: the query means the same over the same tables."""
    reached = reach(model, models)
    inlined = (f"{name}={models[name].identity}" for name in reached.inlined)
    tables = (f"{name}@{placements[name].snapshot}" for name in reached.tables if name in placements)
    return digest(model.identity, "inlined", *inlined, "tables", *tables)


def definition_keys(models: Mapping[str, ModelVersion], placements: Mapping[str, Placement]) -> dict[str, str]:
    """`definition_key` of every VIEW."""
    return {
        name: definition_key(model, models, placements) for name, model in models.items() if model.kind.name == "VIEW"
    }
