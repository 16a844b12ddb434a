"""Workspace versions made by hand: the test says what the fingerprint is."""

from __future__ import annotations

import re

from lsp_server.plan.versions import AuditCall, Kind, ModelVersion, WorkspaceVersion
from lsp_server.semantics.facts import Column

_READ = re.compile(r"\b(?:FROM|JOIN)\s+(\w+\.\w+)", re.IGNORECASE)


def model(name: str, query: str, kind: Kind | str = "FULL", fingerprint: str = "", **more: object) -> ModelVersion:
    """`name` is schema.model; `fingerprint` defaults to a hash of the query."""
    schema, table = name.split(".", 1)
    kind = Kind(kind) if isinstance(kind, str) else kind
    columns = tuple(Column(c, "INTEGER") for c in str(more.pop("columns", "")).split())
    return ModelVersion(
        name=name,
        kind=kind,
        fingerprint=fingerprint or f"{abs(hash((query, kind))):016x}",
        schema=schema,
        table=table,
        query=query,
        text=query,
        columns=columns,
        complete=bool(columns),
        upstreams=tuple(dict.fromkeys(_READ.findall(query))),
        **more,  # type: ignore[arg-type]
    )


def workspace(*models: ModelVersion) -> WorkspaceVersion:
    """All of them."""
    return WorkspaceVersion({m.name: m for m in models})


def audit(name: str, query: str, blocking: bool = True) -> AuditCall:
    """An audit whose query selects the rows that must not exist."""
    return AuditCall(name, query, blocking)
