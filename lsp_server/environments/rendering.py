"""A model's query as SQL over the tables of one environment.

Models that hold data become the tables of this environment's snapshots, VIEW and EMBEDDED models become common table
expressions, run-time variables become literals.  A query never names a virtual view.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from lsp_server.environments.engines.base import Session
from lsp_server.environments.errors import BuildFailed
from lsp_server.plan.definitions import reach
from lsp_server.plan.intervals import EPOCH, Interval
from lsp_server.plan.names import Relation
from lsp_server.plan.states import Placement, Snapshot
from lsp_server.plan.versions import ModelVersion, digest
from lsp_server.syntax import indexes, merging
from lsp_server.syntax.execution import Inlined, RenderError, data_type, executable, quoted_path
from lsp_server.syntax.expansion import literal

Snapshots = Mapping[tuple[str, str], Snapshot]


class Scene:
    """One environment as queries see it: the versions of its models, where they stand, and the tables."""

    def __init__(
        self, models: Mapping[str, ModelVersion], placements: Mapping[str, Placement], snapshots: Snapshots
    ) -> None:
        self.models, self.placements, self.snapshots = models, placements, snapshots
        self.catalogs = {model.catalog.lower() for model in models.values() if model.catalog}
        """Names of the database that queries may put before those of models."""

    def snapshot(self, model: str) -> Snapshot | None:
        """The table of a model."""
        placement = self.placements.get(model)
        return self.snapshots.get((model, placement.snapshot)) if placement else None


class Sources(msgspec.Struct, frozen=True):
    """What a query's names stand for."""

    tables: dict[str, tuple[str, ...]]
    inlined: tuple[Inlined, ...]


def sources_of(model: ModelVersion, scene: Scene, session: Session, variables: Mapping[str, str]) -> Sources:
    """The tables and the CTEs that stand for what `model` reads."""
    reached = reach(model, scene.models)
    tables: dict[str, tuple[str, ...]] = {}
    inlined: list[Inlined] = []
    for name in reached.tables:
        snapshot = scene.snapshot(name)
        if snapshot is None:
            raise BuildFailed(
                f"{model.name} reads {name}, which has no table in this environment", "plan again", model.name
            )
        tables |= _spellings(name, (snapshot.relation.schema, snapshot.relation.name), scene)
        if snapshot.logic and scene.models[name].complete:
            # The table may have more columns than this version of the model: a star over it must not take them in.
            pinned = session.quoted(scene.models[name].column_names)
            cte = _cte_name(name)
            inlined.append(Inlined(cte, f"SELECT {pinned} FROM {quoted_path(tables[name], session.dialect)}"))
            tables |= _spellings(name, (cte,), scene)
    for name in reached.inlined:
        upstream = scene.models[name]
        sql = _render(upstream, upstream.query, session, tables, variables)
        inlined.append(Inlined(_cte_name(name), sql))
        tables |= _spellings(name, (_cte_name(name),), scene)
    return Sources(tables, tuple(inlined))


def _spellings(name: str, parts: tuple[str, ...], scene: Scene) -> dict[str, tuple[str, ...]]:
    """A model's name as queries may write it: with the workspace's catalog too."""
    return {name: parts} | {f"{catalog}.{name}": parts for catalog in scene.catalogs if name.count(".") < 2}


def query_of(model: ModelVersion, scene: Scene, session: Session, variables: Mapping[str, str]) -> str:
    """The model's query, ready to run; columns that the header declares with types are cast to them."""
    sources = sources_of(model, scene, session, variables)
    sql = _render(model, model.query, session, sources.tables, variables, sources.inlined)
    if not model.declared:
        return sql
    types = {name.casefold(): type_of(model, type_, session) for name, type_ in model.declared}
    columns = [
        f"CAST({session.quote(c.name)} AS {types[c.name.casefold()]}) AS {session.quote(c.name)}"
        if c.name.casefold() in types
        else session.quote(c.name)
        for c in session.describe(sql)
    ]
    return f"SELECT {', '.join(columns)} FROM ({sql}\n) AS _typed"


def statement_of(
    model: ModelVersion,
    statement: str,
    scene: Scene,
    session: Session,
    variables: Mapping[str, str],
    view: Relation | None = None,
) -> str:
    """A pre- or post-statement, or an audit's query.

    The model's own name is its table there, or `view`; of a model without a table what its query gives.
    """
    sources = sources_of(model, scene, session, variables)
    own = view or (found.relation if (found := scene.snapshot(model.name)) is not None else None)
    inlined, cte = sources.inlined, _cte_name(model.name)
    if own is None and model.query:
        inlined += (Inlined(cte, _render(model, model.query, session, sources.tables, variables)),)
    parts = (own.schema, own.name) if own is not None else (cte,)
    tables = {**_spellings(model.name, parts, scene), **sources.tables}
    return _render(model, statement, session, tables, variables, inlined)


def own_statement(
    model: ModelVersion, statement: str, scene: Scene, session: Session, variables: Mapping[str, str]
) -> str:
    """A statement before or after the query; indexes of the model's table have names of their own, see `syntax.indexes`."""
    sql = statement_of(model, statement, scene, session, variables)
    found = scene.snapshot(model.name)
    if found is None or "index" not in sql.lower():
        return sql
    table = (found.relation.schema, found.relation.name)
    others = [statement_of(model, text, scene, session, variables) for text in (*model.pre, *model.post)]
    made = indexes.made_on(others, session.dialect, table)
    return indexes.marked(sql, session.dialect, table, f"__{digest(*table)[:8]}", made)


def _render(
    model: ModelVersion,
    text: str,
    session: Session,
    tables: Mapping[str, tuple[str, ...]],
    variables: Mapping[str, str],
    inlined: tuple[Inlined, ...] = (),
) -> str:
    try:
        return executable(text, model.dialect, session.dialect, tables, variables, inlined)
    except RenderError as error:
        raise BuildFailed(f"{model.name}: {str(error).rstrip('.')}", "mend the model", model.name) from error


def key_over(model: ModelVersion, key: str, session: Session, alias: str) -> str:
    """An expression of the unique key, for the engine."""
    try:
        return merging.key_of(key, model.dialect, session.dialect, alias)
    except RenderError as error:
        raise BuildFailed(f"{model.name}: {error}", "mend the model's header", model.name) from error


def merge_of(model: ModelVersion, session: Session, variables: Mapping[str, str]) -> tuple[str, str]:
    """The WHEN MATCHED clauses and the condition that the header gives a MERGE; "" for what it does not give."""
    kind, dialects = model.kind, (model.dialect, session.dialect)
    try:
        whens = merging.clauses(kind.when_matched, *dialects, variables) if kind.when_matched else ""
        return whens, merging.condition(kind.merge_filter, *dialects, variables) if kind.merge_filter else ""
    except RenderError as error:
        raise BuildFailed(f"{model.name}: {error}", "mend the model's header", model.name) from error


def type_of(model: ModelVersion, text: str, session: Session) -> str:
    try:
        return data_type(text, model.dialect, session.dialect)
    except RenderError as error:
        raise BuildFailed(f"{model.name}: {error}", "mend the model's columns", model.name) from error


def _cte_name(model: str) -> str:
    return f"__hw_{digest(model)[:12]}"


def variables_for(
    session: Session, now: datetime, interval: Interval | None = None, this: Relation | None = None
) -> dict[str, str]:
    """Values of `@start_ds` and its like, as in SQLMesh: ends are inclusive, to the microsecond."""
    start = interval.start if interval else EPOCH
    end = (interval.end if interval else max(now, EPOCH + timedelta(days=1))) - timedelta(microseconds=1)
    values: dict[str, str] = {}
    for prefix, moment in (("start", start), ("end", end), ("execution", now), ("latest", end)):
        values |= {f"{prefix}_{suffix}": text for suffix, text in _moment(moment).items()}
    if this is not None:
        values["this_model"] = session.name(this)
    return values


def _moment(moment: datetime) -> dict[str, str]:
    text = moment.isoformat(sep=" ")
    seconds = (moment - EPOCH).total_seconds()
    return {
        "dt": f"CAST('{text}+00:00' AS TIMESTAMPTZ)",
        "dtntz": f"CAST('{text}' AS TIMESTAMP)",
        "date": f"CAST('{moment:%Y-%m-%d}' AS DATE)",
        "ds": f"'{moment:%Y-%m-%d}'",
        "ts": f"'{text}'",
        "tstz": f"'{text}+00:00'",
        "epoch": repr(seconds),
        "millis": str(int(seconds * 1000)),
        "hour": str(moment.hour),
    }


def time_literal(moment: datetime, format_: str, type_: str) -> str:
    """A moment as the time column writes it; a column that is a date or timestamp needs no format."""
    kind = type_.upper()
    if kind == "DATE":
        return f"CAST('{moment:%Y-%m-%d}' AS DATE)"
    if kind.startswith("TIMESTAMP"):
        zoned = "ZONE" in kind
        return f"CAST('{moment.isoformat(sep=' ')}{'+00:00' if zoned else ''}' AS {'TIMESTAMPTZ' if zoned else 'TIMESTAMP'})"
    # Python's own %s goes by the machine's time zone.
    text = moment.strftime((format_ or "%Y-%m-%d").replace("%s", str(int((moment - EPOCH).total_seconds()))))
    return text if text.isdigit() and "CHAR" not in kind else literal(text)
