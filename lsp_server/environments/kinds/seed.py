"""SEED: a CSV file, read by the engine."""

from __future__ import annotations

from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.kinds.base import Job, WholeKind


class Seed(WholeKind):
    def create(self, job: Job) -> None:
        kind = job.model.kind
        if not kind.seed_path:
            raise BuildFailed(f"{job.model.name}: a SEED needs a path", "add it to the header", job.model.name)
        columns = job.model.declared
        job.session.create_table(job.target, job.session.read_csv(kind.seed_path, kind.seed_options, columns))

    def refresh(self, job: Job) -> None:
        """A seed changes with its file, and then has another fingerprint."""
