"""What differs between two environments: models, interfaces, and rows, by key where the model has one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lsp_server.environments.commands import check_lost, find
from lsp_server.environments.engines.base import Engine, Row, Session
from lsp_server.environments.kinds.time_range import between
from lsp_server.environments.state import State
from lsp_server.plan.definitions import definition_keys
from lsp_server.plan.intervals import Interval
from lsp_server.plan.names import Relation, virtual_view
from lsp_server.plan.reasons import difference
from lsp_server.plan.states import Environment, World
from lsp_server.plan.versions import ModelVersion, topological
from lsp_server.semantics.facts import Column


class Rows(msgspec.Struct, frozen=True, omit_defaults=True):
    """Counts, in the second environment against the first; `changed` and `by_column` need a key."""

    before: int
    after: int
    added: int = 0
    removed: int = 0
    changed: int | None = None
    key: tuple[str, ...] = ()
    by_column: dict[str, int] = {}
    """In how many of the changed rows a column differs; columns that differ nowhere are left out."""


class Sample(msgspec.Struct, frozen=True):
    """One row that differs: `before` or `after` is None for an added or removed one."""

    before: dict[str, str | None] | None
    after: dict[str, str | None] | None


class ModelDiff(msgspec.Struct, frozen=True, omit_defaults=True):
    """One model.  `change`: "modified", "added", "removed", or "rebuilt" (another table that means the same)."""

    model: str
    change: str
    reason: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()
    rows: Rows | None = None
    samples: tuple[Sample, ...] = ()
    preview: tuple[Interval, ...] | None = None
    """What the preview of a forward-only change holds; None for a table that is none.  By time, rows are compared only there."""
    from_previews: tuple[str, ...] = ()
    """Models whose previews this one was computed from, on whatever way: it has their rows only."""


class Diff(msgspec.Struct, frozen=True):
    """`environment` compared with `against`."""

    environment: str
    against: str
    models: tuple[ModelDiff, ...]
    same: int


def diff(engine: Engine, name: str, against: str, samples: int = 3, rows: bool = True) -> Diff:
    """Compare two environments' models, and (with `rows`) what their views show."""
    if not engine.exists():
        find(World(), name)
    with engine.session(write=False) as session:
        world = State(session).world()
        after, before = find(world, name), find(world, against)
        for environment in (after, before):
            check_lost(world, environment)
        previewed = _previewed(world, after)
        found = []
        for model in sorted({*before.models, *after.models}):
            one = _compare(session, world, before, after, model, samples if rows else -1, engine.identifier_limit)
            if one is not None:
                found.append(msgspec.structs.replace(one, from_previews=previewed.get(model, ())))
    return Diff(name, against, tuple(found), len({*before.models, *after.models}) - len(found))


def _compare(
    session: Session, world: World, before: Environment, after: Environment, name: str, samples: int, limit: int
) -> ModelDiff | None:
    old, new = world.version_of(before, name), world.version_of(after, name)
    if old is None or new is None:
        return ModelDiff(name, "added" if old is None else "removed")
    if _same(world, before, after, name) or not (new.holds_data or new.kind.name == "VIEW"):
        return None
    one, two = virtual_view(old, before.name, limit), virtual_view(new, after.name, limit)
    here, there = session.columns(one), session.columns(two)
    shown = world.snapshot_of(after, name)
    preview = shown.intervals if shown is not None and shown.preview else None
    old_side, new_side = (_side(session, relation, new, preview) for relation in (one, two))
    change = "modified" if old.fingerprint != new.fingerprint or here != there else "rebuilt"
    counted = _rows(session, old_side, new_side, here, there, _key(new, here, there)) if samples >= 0 else None
    sampled = _samples(session, old_side, new_side, here, there, _key(new, here, there), samples) if samples > 0 else ()
    return ModelDiff(
        name,
        change,
        difference(old, new),
        tuple(c.name for c in there if c.name not in {h.name for h in here}),
        tuple(c.name for c in here if c.name not in {t.name for t in there}),
        tuple(h.name for h in here for t in there if h.name == t.name and h.type != t.type),
        counted,
        sampled,
        preview,
    )


def _side(session: Session, relation: Relation, model: ModelVersion, preview: tuple[Interval, ...] | None) -> str:
    """What is compared, as a FROM names it: of a preview only the time that it holds, or all other rows would look lost."""
    name = session.name(relation)
    wanted = model.kind.time_column.casefold()
    column = next((c for c in session.columns(relation) if c.name.casefold() == wanted), None)
    if not preview or column is None:
        return name
    held = " OR ".join(f"({between(session, column, model.kind.time_format, i)})" for i in preview)
    return f"(SELECT * FROM {name} WHERE {held})"


def _previewed(world: World, environment: Environment) -> dict[str, tuple[str, ...]]:
    """By model: the models whose previews its rows come from."""
    models = world.models_of(environment)
    found: dict[str, set[str]] = {}
    for name in topological({n: m.upstreams for n, m in models.items()}):
        above = {up for read in models[name].upstreams for up in found.get(read, ())}
        snapshot = world.snapshot_of(environment, name)
        found[name] = {name} if snapshot is not None and snapshot.preview else above
    return {name: tuple(sorted(previews - {name})) for name, previews in found.items()}


def _same(world: World, before: Environment, after: Environment, name: str) -> bool:
    one, two = before.models[name], after.models[name]
    if one.snapshot or two.snapshot:
        return one.snapshot == two.snapshot
    keys = (
        definition_keys({name: m, **world.models_of(e)}, e.models).get(name)
        for e, m in _versions(world, before, after, name)
    )
    return len(set(keys)) == 1


def _versions(
    world: World, before: Environment, after: Environment, name: str
) -> list[tuple[Environment, ModelVersion]]:
    return [(e, world.versions[e.models[name].version]) for e in (before, after)]


def _key(model: ModelVersion, here: Sequence[Column], there: Sequence[Column]) -> tuple[str, ...]:
    """The model's grain, where both sides have its columns."""
    wanted = model.grain or model.kind.unique_key
    both = {c.name.casefold() for c in here} & {c.name.casefold() for c in there}
    return tuple(wanted) if wanted and all(name.casefold() in both for name in wanted) else ()


def _shared(here: Sequence[Column], there: Sequence[Column]) -> list[str]:
    names = {c.name.casefold() for c in there}
    return [c.name for c in here if c.name.casefold() in names]


def _rows(
    session: Session,
    one: str,
    two: str,
    here: Sequence[Column],
    there: Sequence[Column],
    key: tuple[str, ...],
) -> Rows:
    before, after = (_count(session, f"SELECT 1 FROM {side}") for side in (one, two))
    if key:
        added = _count(session, f"SELECT 1 FROM {_joined(session, one, two, key)} WHERE o._there IS NULL")
        removed = _count(session, f"SELECT 1 FROM {_joined(session, one, two, key)} WHERE n._there IS NULL")
        changed, by_column = _changed(session, one, two, here, there, key)
        return Rows(before, after, added, removed, changed, key, by_column)
    names = session.quoted(_shared(here, there)) or "1"
    sides = [f"SELECT {names} FROM {side}" for side in (one, two)]
    added = _count(session, f"{sides[1]} EXCEPT ALL {sides[0]}")
    removed = _count(session, f"{sides[0]} EXCEPT ALL {sides[1]}")
    return Rows(before, after, added, removed)


def _changed(
    session: Session,
    one: str,
    two: str,
    here: Sequence[Column],
    there: Sequence[Column],
    key: tuple[str, ...],
) -> tuple[int, dict[str, int]]:
    """How many rows differ, and in how many of them each column does."""
    names = _shared(here, there)
    counts = [f"COUNT(CASE WHEN {_column_differs(session, name)} THEN 1 END)" for name in names]
    where = _differs(session, here, there)
    query = f"SELECT {', '.join(['COUNT(*)', *counts])} FROM {_joined(session, one, two, key)} WHERE {where}"
    changed, *found = (int(str(value)) for value in session.run(query)[0])
    return changed, {name: rows for name, rows in zip(names, found, strict=True) if rows}


def _column_differs(session: Session, name: str) -> str:
    return f"o.{session.quote(name)} IS DISTINCT FROM n.{session.quote(name)}"


def _joined(session: Session, one: str, two: str, key: tuple[str, ...]) -> str:
    on = " AND ".join(f"o.{session.quote(name)} IS NOT DISTINCT FROM n.{session.quote(name)}" for name in key)
    sides = [f"(SELECT *, 1 AS _there FROM {side})" for side in (one, two)]
    return f"{sides[0]} AS o FULL JOIN {sides[1]} AS n ON {on}"


def _differs(session: Session, here: Sequence[Column], there: Sequence[Column]) -> str:
    parts = [_column_differs(session, name) for name in _shared(here, there)]
    return f"o._there = 1 AND n._there = 1 AND ({' OR '.join(parts) or 'FALSE'})"


def _count(session: Session, query: str) -> int:
    return int(str(session.run(f"SELECT COUNT(*) FROM ({query}) AS _counted")[0][0]))


def _samples(
    session: Session,
    one: str,
    two: str,
    here: Sequence[Column],
    there: Sequence[Column],
    key: tuple[str, ...],
    limit: int,
) -> tuple[Sample, ...]:
    if key:
        return _keyed_samples(session, one, two, here, there, key, limit)
    names = _shared(here, there)
    shown = session.quoted(names) or "1"
    old, new = (f"SELECT {shown} FROM {side}" for side in (one, two))
    added = session.rows(f"SELECT * FROM ({new} EXCEPT ALL {old}) AS d LIMIT {limit}")
    removed = session.rows(f"SELECT * FROM ({old} EXCEPT ALL {new}) AS d LIMIT {limit}")
    return tuple(
        [Sample(None, _record(names, row)) for row in added] + [Sample(_record(names, row), None) for row in removed]
    )


def _keyed_samples(
    session: Session,
    one: str,
    two: str,
    here: Sequence[Column],
    there: Sequence[Column],
    key: tuple[str, ...],
    limit: int,
) -> tuple[Sample, ...]:
    left, right = [c.name for c in here], [c.name for c in there]
    columns = ", ".join([f"o.{session.quote(n)}" for n in left] + [f"n.{session.quote(n)}" for n in right])
    where = f"o._there IS NULL OR n._there IS NULL OR ({_differs(session, here, there)})"
    order = ", ".join(str(i + 1) for i in range(len(key)))
    keys = ", ".join(f"COALESCE(o.{session.quote(n)}, n.{session.quote(n)}) AS k{i}" for i, n in enumerate(key))
    found = session.rows(
        f"SELECT {keys}, o._there, n._there, {columns} FROM {_joined(session, one, two, key)} WHERE {where} "
        f"ORDER BY {order} LIMIT {limit}"
    )
    samples = []
    for row in found:
        has_old, has_new, *values = row[len(key) :]
        old = _record(left, tuple(values[: len(left)])) if has_old else None
        new = _record(right, tuple(values[len(left) :])) if has_new else None
        samples.append(Sample(old, new))
    return tuple(samples)


def _record(names: Sequence[str], row: Row) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in zip(names, row, strict=True)}
