"""News from the disk, in batches: which files of a workspace others changed (git, a generator, another editor), and that a
revision has moved (a commit, a checkout)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from lsp_server.project.files import SKIPPED

_SETTLE_MS = 150
"""A checkout writes many files; what comes within this time is one batch."""
_AT_MOST_MS = 1_000


def changes(roots: Sequence[Path], stop: threading.Event) -> Iterator[set[Path]]:
    """Batches of absolute paths that were added, changed or deleted; blocks between them, ends when `stop` is set."""

    def matters(_change: Change, path: str) -> bool:
        place = Path(path)
        inside = next((place.relative_to(root) for root in roots if place.is_relative_to(root)), place)
        return not any(part.startswith(".") or part in SKIPPED for part in inside.parts)

    for batch in watch(
        *roots,
        watch_filter=matters,
        debounce=_AT_MOST_MS,
        step=_SETTLE_MS,
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        yield {Path(path) for _, path in batch}


def revisions(folder: Path, stop: threading.Event, deep: bool) -> Iterator[set[Path]]:
    """The same of one of `git.folders`: with `deep` all in it, else the files that name a commit."""

    def matters(_change: Change, path: str) -> bool:
        name = Path(path).name
        return not name.endswith(".lock") if deep else name in ("HEAD", "packed-refs")

    for batch in watch(
        folder,
        watch_filter=matters,
        recursive=deep,
        debounce=_AT_MOST_MS,
        step=_SETTLE_MS,
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        yield {Path(path) for _, path in batch}
