"""What a workspace is compared with, where it comes from files: a folder (`PATH`), a git revision (`git:REV`), the disk.

`env:NAME` lives in an environment's state, which keeps the source texts: see `environments/baselines.py`.
"""

from __future__ import annotations

from pathlib import Path

from lsp_server.project.files import Disk, UnreadableError
from lsp_server.project.git import GitError, Revision
from lsp_server.project.workspace import Project, WorkspaceError, open_workspace


class BaselineError(Exception):
    """The baseline cannot be read; the message is for people.  `failed`: what was asked for is right, reading it failed."""

    def __init__(self, message: str, *, failed: bool = False) -> None:
        super().__init__(message)
        self.failed = failed


def project_at(root: Path, spec: str) -> Project:
    """The workspace as a baseline has it, read and up to date.  `spec`: a folder's path, `git:REV`, or "saved" (the disk).

    Raises BaselineError.
    """
    try:
        if spec == "saved":
            return _settled(Project(root, Disk(root)))
        if spec.startswith("git:"):
            return _settled(Project(root, Revision(root, spec.removeprefix("git:"))))
        project = open_workspace((root / spec) if not Path(spec).is_absolute() else Path(spec))
    except (GitError, UnreadableError, WorkspaceError) as error:
        raise BaselineError(f"the baseline {spec} cannot be read: {error}") from error
    project.stabilise()
    return project


def _settled(project: Project) -> Project:
    project.load()
    project.stabilise()
    return project


def is_in_git(root: Path) -> bool:
    """Whether the folder lies in a repository that has a commit."""
    try:
        Revision(root, "HEAD")
    except GitError:
        return False
    return True
