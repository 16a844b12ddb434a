"""Running a model's audits on data that has no recorded pass yet."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lsp_server.environments.engines.base import Session
from lsp_server.environments.errors import AuditFailed
from lsp_server.environments.rendering import Scene, query_of, statement_of
from lsp_server.plan.definitions import Reach, definition_key, reach
from lsp_server.plan.states import Snapshot
from lsp_server.plan.versions import AuditCall, Kind, ModelVersion, StandaloneAudit, digest, topological

SAMPLE = 5


class Warned(msgspec.Struct, frozen=True):
    """An audit that does not block found rows."""

    model: str
    audit: str
    count: int

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{_called(self.model, self.audit)} found {self.count} row{'s' if self.count > 1 else ''}"


class Subject(msgspec.Struct, frozen=True):
    """What an audit looks at: `key` names the data, `relation` is it in SQL; `lasting`: a pass of it can be recorded."""

    key: str
    relation: str
    lasting: bool


def table_key(snapshot: Snapshot) -> str:
    """What a pass on a table is recorded under: another write is other data."""
    return f"{snapshot.id}/{snapshot.data_version}"


def subject_of(
    model: ModelVersion, audit: AuditCall, scene: Scene, session: Session, variables: dict[str, str]
) -> Subject:
    """The table, or for a view its query.  A view's data can change under it, so a pass of it is not kept."""
    snapshot = scene.snapshot(model.name)
    if snapshot is not None:
        return Subject(_key(snapshot, audit, scene), session.name(snapshot.relation), True)
    key = definition_key(model, scene.models, scene.placements)
    return Subject(key, f"({query_of(model, scene, session, variables)}\n)", False)


def standalone(audit: StandaloneAudit, scene: Scene) -> tuple[ModelVersion, Subject]:
    """An audit that belongs to no model, as one of a model that is nowhere: its data are the tables that it reads."""
    call = audit.call
    nowhere = ModelVersion(call.name, Kind("EMBEDDED"), "", "", call.name, dialect=call.dialect, upstreams=audit.reads)
    return nowhere, Subject(_read(audit.reads, scene), "(SELECT 1)", audit.lasting)


def _key(snapshot: Snapshot, audit: AuditCall, scene: Scene) -> str:
    """What a pass of this audit is recorded under: its model's data, and those of the models that it reads beside."""
    own = table_key(snapshot)
    return f"{own} {_read(audit.reads, scene)}" if audit.reads else own


def tables_read(audit: AuditCall, models: Mapping[str, ModelVersion]) -> frozenset[str]:
    """The models whose tables an audit reads beside its own, views seen through."""
    return frozenset(_reach(audit.reads, models).tables)


def order_of(models: Mapping[str, ModelVersion]) -> tuple[str, ...]:
    """Upstream first, and what a model's audits read before it, where that is no circle."""
    upstreams = {name: model.upstreams for name, model in models.items()}
    beside = {
        name: (*ups, *(up for call in models[name].audits for up in call.reads)) for name, ups in upstreams.items()
    }
    order = topological(beside)
    at = {name: i for i, name in enumerate(order)}
    if any(at.get(up, -1) > at[name] for name, ups in upstreams.items() for up in ups):
        return topological(upstreams)
    return order


def _reach(names: tuple[str, ...], models: Mapping[str, ModelVersion]) -> Reach:
    return reach(ModelVersion("", Kind("EMBEDDED"), "", "", "", upstreams=names), models)


def _read(names: tuple[str, ...], scene: Scene) -> str:
    """The data behind these models: the tables, and what the models on the way make of them."""
    reached = _reach(names, scene.models)
    tables = [f"{name} {table_key(found)}" for name in reached.tables if (found := scene.snapshot(name)) is not None]
    return digest(*tables, "through", *(scene.models[name].identity for name in reached.inlined))


def check(
    model: ModelVersion,
    audit: AuditCall,
    subject: Subject,
    scene: Scene,
    session: Session,
    variables: dict[str, str],
) -> Warned | None:
    """Run one audit: nothing if it passes, `AuditFailed` if it blocks, else a warning."""
    upstreams = tuple(dict.fromkeys((*model.upstreams, *audit.reads)))
    written = msgspec.structs.replace(model, dialect=audit.dialect, upstreams=upstreams)
    query = statement_of(written, audit.query, scene, session, {**variables, "this_model": subject.relation})
    count = int(str(session.run(f"SELECT COUNT(*) FROM ({query}\n) AS _audit")[0][0]))
    if not count:
        return None
    if not audit.blocking:
        return Warned(model.name, audit.name, count)
    sample = f"SELECT * FROM ({query}\n) AS _audit LIMIT {SAMPLE}"
    rows = session.rows(sample)
    raise AuditFailed(
        f"{_called(model.name, audit.name)} found {count} row{'s' if count > 1 else ''}, for example {_shown(rows[0])}",
        "mend the model or its data and apply again; no view was moved",
        model.name,
        count,
        [column.name for column in session.describe(sample)],
        rows,
    )


def _called(model: str, audit: str) -> str:
    return f"audit {audit}" if model == audit else f"audit {audit} of {model}"


def outstanding(model: ModelVersion, scene: Scene, passed: set[tuple[str, str, str]]) -> list[AuditCall]:
    """The audits that have no recorded pass on the model's data."""
    snapshot = scene.snapshot(model.name)
    if snapshot is None:
        return list(model.audits)
    return [
        audit for audit in model.audits if (model.name, _key(snapshot, audit, scene), audit.fingerprint) not in passed
    ]


def _shown(row: tuple[object, ...]) -> str:
    text = ", ".join("NULL" if value is None else str(value) for value in row)
    return f"({text[:200]}{'...' if len(text) > 200 else ''})"
