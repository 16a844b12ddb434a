"""What a kind is asked to do, inside a transaction that somebody else opened."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

import msgspec

from lsp_server.environments.engines.base import Session
from lsp_server.environments.rendering import Scene, query_of, variables_for
from lsp_server.plan.intervals import Interval
from lsp_server.plan.names import Relation
from lsp_server.plan.states import Snapshot
from lsp_server.plan.versions import ModelVersion


class Job(msgspec.Struct, frozen=True):
    """One model's table, and everything that is needed to compute it."""

    model: ModelVersion
    snapshot: Snapshot
    scene: Scene
    session: Session
    now: datetime

    @property
    def target(self) -> Relation:
        """The table."""
        return self.snapshot.relation

    def query(self, interval: Interval | None = None) -> str:
        """The model's query over this environment's tables."""
        variables = variables_for(self.session, self.now, interval, self.target)
        return query_of(self.model, self.scene, self.session, variables)

    def staged(self, query: str) -> Relation:
        """The rows of `query` in a temporary table, which `drop_staged` removes."""
        staged = Relation("temp", "_hw_staged")
        self.session.run(f"CREATE OR REPLACE TEMPORARY TABLE {self.session.quote(staged.name)} AS {query}")
        return staged

    def drop_staged(self) -> None:
        """Remove what `staged` made."""
        self.session.run(f"DROP TABLE IF EXISTS temp.{self.session.quote('_hw_staged')}")


class KindModule(ABC):
    """A kind that holds a table."""

    @abstractmethod
    def create(self, job: Job) -> None:
        """Make the table, with its rows (kinds with intervals: empty)."""

    @abstractmethod
    def refresh(self, job: Job) -> None:
        """Bring the table up to now."""

    def write(self, job: Job, interval: Interval) -> None:
        """Write one interval, in the place of what the table has of it."""
        raise NotImplementedError(f"{job.model.kind.name} has no intervals")
