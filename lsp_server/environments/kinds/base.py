"""What a kind is asked to do, inside a transaction that somebody else opened."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

import msgspec

from lsp_server.environments.engines.base import Session
from lsp_server.environments.kinds import fitting
from lsp_server.environments.rendering import Scene, key_over, query_of, variables_for
from lsp_server.plan.intervals import Interval
from lsp_server.plan.names import Relation
from lsp_server.plan.states import Snapshot
from lsp_server.plan.versions import ModelVersion
from lsp_server.semantics.facts import Column

STAGED = "_hw_staged"


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

    def keys(self, alias: str) -> list[str]:
        """The unique key's expressions over the columns of `alias`."""
        return [key_over(self.model, key, self.session, alias) for key in self.model.kind.unique_key]

    def check_types(self, columns: tuple[Column, ...]) -> None:
        """The query's columns must have the same values in the table."""
        fitting.check(self.model.name, columns, self.session.columns(self.target))

    def stage(self, query: str) -> None:
        """The rows of `query` in the temporary table `STAGED`, which `drop_staged` removes."""
        self.session.run(f"CREATE OR REPLACE TEMPORARY TABLE {self.session.quote(STAGED)} AS {query}")

    def drop_staged(self) -> None:
        """Remove what `stage` made."""
        self.session.run(f"DROP TABLE IF EXISTS temp.{self.session.quote(STAGED)}")


class WholeKind(ABC):
    """A kind whose table is computed as a whole."""

    @abstractmethod
    def create(self, job: Job) -> None:
        """Make the table, with its rows."""

    @abstractmethod
    def refresh(self, job: Job) -> None:
        """Bring the table up to now."""


class IntervalKind(ABC):
    """A kind whose table is written interval by interval."""

    def create(self, job: Job) -> None:
        """Make the table, empty."""
        job.session.create_empty(job.target, job.query())

    @abstractmethod
    def write(self, job: Job, interval: Interval) -> None:
        """Write one interval, in the place of what the table has of it."""
