"""SEED: a CSV file, read by the engine."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from lsp_server.environments.errors import BuildFailed
from lsp_server.environments.kinds.base import Job, WholeKind


class Seed(WholeKind):
    def create(self, job: Job) -> None:
        kind = job.model.kind
        if not kind.seed_path:
            raise BuildFailed(f"{job.model.name}: a SEED needs a path", "add it to the header", job.model.name)
        _check_unchanged(job)
        columns = job.model.declared
        try:
            job.session.create_table(job.target, job.session.read_csv(kind.seed_path, kind.seed_options, columns))
        except BuildFailed as error:
            # Behind the first paragraph the reader's own options follow, which no header has.
            what = " ".join(error.message.split("\n\n")[0].split())
            way = "mend the file, or say in the header what its columns' types are and, in csv_settings, how it is written"
            raise BuildFailed(f"{job.model.name}: {what}", way, job.model.name) from error

    def refresh(self, job: Job) -> None:
        """A seed changes with its file, and then has another fingerprint."""


def _check_unchanged(job: Job) -> None:
    """The file is the one that the table's fingerprint stands for: under it this content would be found again."""
    kind, path = job.model.kind, Path(job.model.kind.seed_path)
    try:
        found = blake2b(path.read_bytes(), digest_size=16).hexdigest() if kind.seed_digest else ""
    except OSError as error:
        raise BuildFailed(
            f"{job.model.name}: {path} cannot be read: {error.strerror}", "bring it back", job.model.name
        ) from None
    if found != kind.seed_digest:
        raise BuildFailed(
            f"{job.model.name}: {path.name} was changed since this was planned", "plan again", job.model.name
        )
