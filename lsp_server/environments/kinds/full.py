"""FULL: the whole table, computed anew each time."""

from __future__ import annotations

from lsp_server.environments.kinds.base import Job, WholeKind


class Full(WholeKind):
    def create(self, job: Job) -> None:
        job.session.create_table(job.target, job.query())

    def refresh(self, job: Job) -> None:
        job.session.create_table(job.target, job.query(), replace=True)
