"""What a workspace is compared with, where it comes from files: a folder (`PATH`), a git revision (`git:REV`), the disk.

`env:NAME` lives in an environment's state, which keeps the source texts: see `environments/baselines.py`.

A baseline mostly says what the workspace says.  So only the files whose text differs are analysed, with all that read
them; of everything else the present facts are the baseline's (`was`).  Where the configuration, macros or declarations
differ, or a large part of the files, everything is analysed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from lsp_server.analysis.impact import Baseline, baseline, baseline_from
from lsp_server.analysis.meanings import GIVEN, observe
from lsp_server.analysis.sides import sides_of
from lsp_server.graph import queries
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.project import seeds
from lsp_server.project.cache import cache_for
from lsp_server.project.files import Disk, Files, UnreadableError
from lsp_server.project.git import GitError, Revision, commit_of
from lsp_server.project.loading import MANY
from lsp_server.project.present import Present, beside_models
from lsp_server.project.workspace import Project, WorkspaceError, open_workspace

_AUDIT = re.compile(r"\bAUDIT\s*\(", re.IGNORECASE)
"""An audit below a model: models in any other file may name it."""


class BaselineError(Exception):
    """The baseline cannot be read; the message is for people.  `failed`: what was asked for is right, reading it failed."""

    def __init__(self, message: str, *, failed: bool = False) -> None:
        super().__init__(message)
        self.failed = failed


class Former(Files, Protocol):
    """Files of another time that can tell, without reading it, whether a file was the same."""

    @property
    def seeds_as_now(self) -> bool:
        """Whether the seeds' files are the present ones."""
        ...

    def holds(self, path: str, text: str) -> bool:
        """Whether the file is there with just this text; False when that is not known."""
        ...


class Saved(Disk):
    """The disk, with which the workspace is in step but for what an editor holds."""

    seeds_as_now = True

    def __init__(self, now: Present) -> None:
        super().__init__(now.root)
        self._edited = now.edited

    def holds(self, path: str, text: str) -> bool:
        """See `Former`."""
        return path not in self._edited


def former(now: Present, spec: str) -> Baseline:
    """The baseline that `spec` names: a folder's path, `git:REV`, or "saved" (the disk).  Raises BaselineError."""
    try:
        if spec == "saved":
            return was(now, spec, Saved(now))
        if spec.startswith("git:"):
            return was(now, spec, Revision(now.root, spec.removeprefix("git:")))
    except (GitError, UnreadableError) as error:
        raise BaselineError(f"the baseline {spec} cannot be read: {error}") from error
    return baseline(project_at(now.root, spec).graph, spec)


def was(now: Present, against: str, files: Former) -> Baseline:
    """The workspace as `files` have it, sharing with the present all that is the same."""
    before = Project(now.root, files, cache_for(now.root), lasting=False)
    there = before.read(lambda path: _is_same(now, files, path))
    gone = now.texts.keys() - there
    read = {path for path, text in before.collected.items() if path in now.damaged or text != now.texts.get(path)}
    texts = [texts[path] for path in read | gone for texts in (now.texts, before.collected) if path in texts]
    large = len(read | gone) > MANY + len(now.texts) // 4
    if large or not _stand_in_the_same(now, before) or any(_AUDIT.search(text) for text in texts):
        return baseline(whole(now, files), against)
    differing = _differing(now, _names_in(before), read | gone, files)
    owners = now.owners()
    for path in sorted({path for name in differing for path in owners.get(name, ())} - gone - read):
        if path in now.texts:
            before.add(path, now.texts[path])
    _settle_beside(before, now, differing)
    others = sides_of(before.graph, before.graph.names.names(), now.audits)
    return baseline_from(now.sides.but(differing, others), against)


def _settle_beside(before: Project, now: Present, differing: set[str]) -> None:
    """Analyse what differs, with what is known of all else that it asks for: what nobody asks for stays packed."""
    many = len(before.collected) > MANY
    wanted = set(now.known) if many else {up for name in differing for up in now.upstreams.get(name, ())}
    asked = before.graph.engine.unset
    while True:
        before.give({name: now.known[name] for name in wanted - differing if name in now.known})
        _settle(before)
        wanted = {name for name in asked(queries.TABLE) | asked(GIVEN) if name in now.known} - differing
        if not wanted:
            return


def whole(now: Present, files: Files) -> Graph:
    """The workspace as `files` have it, all of it analysed (or found in the facts cache)."""
    project = Project(now.root, files, cache_for(now.root), lasting=False)
    project.read()
    _settle(project)
    return project.graph


def _settle(project: Project) -> None:
    """Analyse what was read."""
    try:
        observe(project.graph)
        project.begin()
        project.stabilise()
    finally:
        project.close()


def _is_same(now: Present, files: Former, path: str) -> bool:
    text = now.texts.get(path)
    return text is not None and path not in now.damaged and files.holds(path, text)


def _stand_in_the_same(now: Present, before: Project) -> bool:
    """Whether what surrounds the models says the same: configuration, macros, declared models."""
    graph = before.graph
    same = graph.config() == now.config and graph.macros() == now.macros and graph.declared() == now.declared
    return same and beside_models(graph) == now.beside


def _differing(now: Present, names: set[str], paths: set[str], files: Former) -> set[str]:
    """The models that may have meant something else: `names`, those of the files at `paths`, and all that read them."""
    names = names | {name for path in paths for name in now.defined.get(path, ())}
    if not files.seeds_as_now:
        names |= {model.name for model in now.seeded if _seed_differs(now, model, files)}
    owners, found = now.owners(), set[str]()
    while names - found:
        found = now.with_readers(names)
        beside = {path for name in found for path in owners.get(name, ())}
        names = found | {name for path in beside for name in now.defined[path]}
    return found


def _names_in(before: Project) -> set[str]:
    """The models that the collected texts define."""
    probe = Graph()
    probe.set_config(before.graph.config())
    probe.set_macros(before.graph.macros())
    for path, text in before.collected.items():
        probe.set_file(path, text)
    probe.read_names()
    return set(probe.names.names())


def _seed_differs(now: Present, model: Model, files: Files) -> bool:
    data = files.read(model.seed)
    return (seeds.look(data, seeds.settings_of(model)) if data is not None else None) != now.seeds.get(model.seed)


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
        commit_of(root, "HEAD")
    except GitError:
        return False
    return True
