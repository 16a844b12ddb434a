"""Snapshots and environments as the state store keeps them, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from lsp_server.plan.intervals import EPOCH, Interval
from lsp_server.plan.names import PROD, Relation
from lsp_server.plan.versions import ModelVersion, digest
from lsp_server.semantics.facts import Column

WEEK = 7 * 24 * 3600


class LogicSpan(msgspec.Struct, frozen=True):
    """From `start` on, the table holds rows made by the logic of `fingerprint` (forward-only changes add one)."""

    start: datetime
    fingerprint: str


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of one model, with one physical table.

    `id` is the fingerprint, with a number behind it when the same logic has a second table (a fork, a refresh beside one that
    is still referred to). `as_of` is the last tick of the model's cron that the data takes in. `upstreams` are the
    tables that it was computed from, by model, views seen through. `preview`: made to look at a forward-only change, never promoted.
    """

    model: str
    id: str
    fingerprint: str
    relation: Relation
    kind: str
    version: str
    """Identity of the `ModelVersion` that built it."""
    columns: tuple[Column, ...] = ()
    as_of: datetime = EPOCH
    executed_at: datetime = EPOCH
    created_at: datetime = EPOCH
    intervals: tuple[Interval, ...] = ()
    partial: Interval | None = None
    """The part of one more interval that the table has (`allow_partials`); it is written again until the interval is whole."""
    upstreams: dict[str, str] = msgspec.field(default_factory=dict)
    rows: int = 0
    bytes: int = 0
    """What the engine keeps it in, measured when its environment moved; 0 where it does not say."""
    data_version: int = 0
    """Counts the writes into the table: what an audit passed on."""
    ttl: int = WEEK
    unused_since: datetime | None = None
    preview: bool = False
    logic: tuple[LogicSpan, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Unique among all snapshots."""
        return (self.model, self.id)

    @property
    def identity(self) -> str:
        """What the table holds: its fingerprint, or the list of (start, logic) once a forward-only change came in."""
        if not self.logic:
            return self.fingerprint
        return digest(*(f"{span.start.isoformat()} {span.fingerprint}" for span in self.logic))


class Placement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One model in one environment: which version of it, and which snapshot ("" for kinds that hold no data)."""

    version: str
    snapshot: str = ""


class Environment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name, and a snapshot for each model.

    `bases` are the etags of the other environments at the moment that this one was last set against them: a promotion into
    one of them holds only as long as it has not moved on.
    """

    name: str
    number: int = 0
    models: dict[str, Placement] = msgspec.field(default_factory=dict)
    bases: dict[str, str] = msgspec.field(default_factory=dict)
    action: str = ""
    at: datetime = EPOCH
    by: str = ""
    restored: int = 0
    """The version whose models a rollback brought back."""

    @property
    def etag(self) -> str:
        """Changes with every change of the environment."""
        placed = (f"{name} {p.version} {p.snapshot}" for name, p in sorted(self.models.items()))
        return f"{self.number}-{digest(self.name, str(self.number), self.at.isoformat(), *placed)[:12]}"


class World(msgspec.Struct, frozen=True):
    """All that the state store holds, at one moment; what plans are computed from."""

    environments: dict[str, Environment] = msgspec.field(default_factory=dict)
    snapshots: dict[tuple[str, str], Snapshot] = msgspec.field(default_factory=dict)
    versions: dict[str, ModelVersion] = msgspec.field(default_factory=dict)
    history: dict[str, tuple[Environment, ...]] = msgspec.field(default_factory=dict)
    """Former versions of each environment that can still be returned to, oldest first."""
    lost: frozenset[tuple[str, str]] = frozenset()
    """Snapshots whose table somebody else dropped."""
    incomplete: frozenset[str] = frozenset()
    """Environments of which somebody else dropped a view."""
    altered: frozenset[tuple[str, Relation, bool]] = frozenset()
    """Views that somebody else changed: environment, name, and whether it still is a view."""

    def snapshot_of(self, environment: Environment, model: str) -> Snapshot | None:
        """The snapshot that an environment shows a model by."""
        placement = environment.models.get(model)
        return self.snapshots.get((model, placement.snapshot)) if placement else None

    def version_of(self, environment: Environment, model: str) -> ModelVersion | None:
        """The version of a model that an environment has."""
        placement = environment.models.get(model)
        return self.versions.get(placement.version) if placement else None

    def models_of(self, environment: Environment) -> dict[str, ModelVersion]:
        """All model versions of an environment."""
        return {name: self.versions[p.version] for name, p in environment.models.items()}

    def referring(self, key: tuple[str, str]) -> tuple[str, ...]:
        """Environments that show this snapshot now."""
        return referring(self.environments.values(), key)

    def belongs_to_prod(self, key: tuple[str, str]) -> bool:
        """Whether `prod` shows this snapshot: then only `prod` writes into its table."""
        return PROD in self.referring(key)


def referring(environments: Iterable[Environment], key: tuple[str, str]) -> tuple[str, ...]:
    """Names of the environments that show this snapshot."""
    model, snapshot = key
    return tuple(e.name for e in environments if model in e.models and e.models[model].snapshot == snapshot)


def referred(environments: Iterable[Environment]) -> frozenset[tuple[str, str]]:
    """Keys of all snapshots that these environments show."""
    return frozenset((model, p.snapshot) for e in environments for model, p in e.models.items() if p.snapshot)


def identities(world: World, placements: Mapping[str, Placement]) -> dict[str, str]:
    """What each placed table holds, for readers downstream of forward-only models."""
    return {
        m: world.snapshots[(m, p.snapshot)].identity
        for m, p in placements.items()
        if (m, p.snapshot) in world.snapshots
    }
