"""The open projects: which folder a document belongs to, its graph kept in step, its impact against the baseline.

Part of what the analysis lane owns.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types

from lsp_server.analysis import checks
from lsp_server.analysis.impact import Impact, ModelImpact
from lsp_server.analysis.meanings import observe
from lsp_server.environments.unit_tests.reading import UnitTest, read_all
from lsp_server.environments.unit_tests.running import Result, problems_of
from lsp_server.graph.config import TEST
from lsp_server.graph.graph import Graph
from lsp_server.ide.places import Place
from lsp_server.project.ahead import Ahead
from lsp_server.project.present import present
from lsp_server.project.roots import find_root, roots_of
from lsp_server.project.settings import Settings
from lsp_server.project.workspace import Project as Workspace
from lsp_server.project.workspace import WorkspaceError, open_workspace
from lsp_server.semantics import ir
from lsp_server.server import protocol, uris
from lsp_server.server.client import Client
from lsp_server.server.head_start import HeadStart
from lsp_server.server.impacts import Impacts, Reading, Wish
from lsp_server.server.versions import Versions
from lsp_server.text.problems import Problem

log = logging.getLogger(__name__)

SOON = 0.004
"""Seconds in which what reads an edited file may be settled, and again compared, before the file itself is published."""

FEW = 1
"""Of what reads an edited file, so much may be out of date for that to be worth trying: one reader takes longer than `SOON`."""


class Project:
    """One workspace root."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        checks.install(workspace.graph)
        observe(workspace.graph)
        self.root = str(workspace.root)
        self.path = ""
        """The one document that this is about, where it is about one (`scratch.py`)."""
        self.versions = Versions(workspace, self.settle)
        self.impacts = Impacts()
        self.settings = Settings()
        """The client's, over those of the workspace's own file."""
        self.generation = 0
        """Counts the times that something was computed anew."""
        self.awaiting = 0
        """Baselines that are being read."""
        self.wants_baseline = False
        """Whether one is to be read as soon as all is analysed."""
        self._compared = False
        """Whether the impact is that of the present texts."""
        self._reread = False
        """Whether a baseline was read with which nothing has been compared yet."""
        self._behind = False
        """Whether something was computed anew, or a comparison begun, and no comparison was finished since.

        A round that is stopped may leave everything up to date, and nothing of it compared.
        """
        self._announced: Impact | None = None
        self.told: dict[str, tuple[ModelImpact, protocol.TouchedModel]] = {}
        """What the client was told of each touched model (`impact_message.py`)."""
        self._told = self.impacts.reading.environments
        self._typed = ""
        """The file whose text changed last, until it is saved."""
        self._shown: dict[str, tuple[Problem, ...]] = {}
        self._tests: list[UnitTest] | None = None
        self._failed: dict[str, tuple[Problem, ...]] = {}
        """What the unit tests that were run last said, by file."""
        self._changed: dict[str, None] = dict.fromkeys(self.paths_with_problems() if workspace.recalled else ())
        """Files whose problems may be others than were told: at first those of which an earlier session did not find them sound."""

    @property
    def graph(self) -> Graph:
        """The models and what is known of them."""
        return self.workspace.graph

    def own_settings(self) -> dict[str, Any]:
        """What the workspace's own file says of the editor."""
        editor = self.workspace.config.settings.get("editor")
        return editor if isinstance(editor, dict) else {}

    # -- inputs

    def set_text(self, path: str, text: str) -> None:
        """What the editor holds.  What the impact said stood in another text."""
        self.versions.finish()
        self.impacts.problems.pop(path, None)
        self._compared = False
        self._forget_tests([path])
        self._typed = path
        self.workspace.set_buffer(path, text)

    def release_text(self, path: str) -> None:
        """The disk counts again."""
        self.versions.finish()
        self.workspace.set_buffer(path, None)
        self._changed[path] = None
        self._typed, self._compared = "", False

    def saved(self, path: str) -> None:
        """The disk has what the editor holds."""
        self.versions.finish()
        self._forget_tests([path])
        self.workspace.saved(path)
        self._changed[path] = None
        self._typed, self._compared = "", False

    def files_changed(self, paths: Iterable[str]) -> None:
        """Files that may have changed on disk."""
        self.versions.finish()
        self._forget_tests(paths)
        self.workspace.refresh(paths)
        self._changed.update(dict.fromkeys(paths))
        self._compared = False

    # -- unit tests

    def is_test(self, path: str) -> bool:
        """Whether a file holds unit tests."""
        return self.workspace.config.role(path) == TEST and path.endswith((".yaml", ".yml"))

    def tests(self) -> list[UnitTest]:
        """All unit tests, as they are on disk."""
        if self._tests is None:
            self._tests, _problems = read_all(self.workspace.files, self.workspace.config)
        return self._tests

    def take_results(self, results: Iterable[Result]) -> None:
        """Unit tests were run: what they say of their files replaces what was said before."""
        found = problems_of(results)
        self._failed.update(found)
        self._changed.update(dict.fromkeys(found))

    def _forget_tests(self, paths: Iterable[str]) -> None:
        """Test files have another text: their tests are read anew, and what a run said of them no longer holds."""
        for path in paths:
            if self.is_test(path):
                self._tests = None
                if self._failed.pop(path, ()):
                    self._changed[path] = None

    # -- paths and texts

    def absolute(self, path: str) -> str:
        """Where a file of the graph is on disk."""
        return str(self.workspace.absolute(path))

    def relative(self, path: str) -> str | None:
        """A path as the graph knows it; None outside the workspace."""
        return self.workspace.relative(Path(path))

    def paths_with_problems(self) -> list[str]:
        """The files about which something may be said."""
        found = (path for path in self.graph.paths() if not checks.is_known_sound(self.graph, path))
        return sorted({*found, *self.workspace.problems, *self._failed, *self.impacts.problems})

    def text(self, path: str) -> str:
        """A file's text as the analysis has it; of files that the graph does not hold, the editor's or the disk's."""
        return self.graph.text(path) or self.workspace.text(path) or ""

    def test_texts(self) -> dict[str, str]:
        """The files of unit tests, as the editor or the disk has them."""
        return self.workspace.test_texts()

    def home(self, place: Place) -> tuple[Project, Place]:
        """The project whose file a place is in."""
        return self, place

    # -- analysis

    def settle_file(self, path: str, stop: Callable[[], bool]) -> bool:
        """Bring one file (and what it reads) up to date."""
        return self.settle_files([path], stop)

    def settle_files(self, paths: list[str], stop: Callable[[], bool]) -> bool:
        """Bring some files (and what they read) up to date."""
        done = self.workspace.stabilise(first=paths, cancelled=stop, rest=False)
        self._note()
        return done

    def settle(self, stop: Callable[[], bool]) -> bool:
        """Bring everything up to date."""
        done = self.workspace.stabilise(cancelled=stop)
        self._note()
        return done

    def judge(self, path: str, stop: Callable[[], bool]) -> bool:
        """The verdict of a settled file: with the whole workspace's where the edit reaches little, else by itself.

        False when stopped.
        """
        if not self.impacts.is_begun:
            return True
        few = self.graph.engine.dirty() <= FEW
        if few and self.settle(_soon(stop)) and self.compare(_soon(stop)):
            return True
        if stop():
            return False
        if not self._is_refused(path):  # see `compare`
            self.impacts.glance(self.graph, path)
        return True

    def take_reading(self, reading: Reading) -> None:
        """A baseline was read."""
        self.impacts.take(reading)
        self._compared, self._reread = False, True

    def compare(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """The impact of the present texts; the graph is stable.  False when stopped before it was found.

        While the text that is being typed names what is not there (`SELECT id, pri`), the last verdict stays: the next keystroke,
        another file, or a save brings the next one.
        """
        if not self._compared and not (self.impact is not None and self._is_refused(self._typed)):
            changed = self.impacts.update(self.graph, stop)
            self._behind = changed is None
            if changed is None:
                return False
            self._changed.update(dict.fromkeys(changed))
            self._compared = True
        self._reread = self._behind = False
        return True

    def _is_refused(self, path: str) -> bool:
        """Whether the engine refuses a model of the file, and did not in the baseline."""
        baseline = self.impacts.reading.baseline
        if not path or baseline is None:
            return False
        for model in self.graph.models_in(path):
            now, side = self.graph.query(model.name), baseline.sides.get(model.name)
            before = ir.unpack(side.query).refused if side is not None and side.query else ()
            if now is not None and set(now.refused) - set(before):
                return True
        return False

    def is_half_typed(self, path: str) -> bool:
        """Whether a file's text is damaged, so that the last whole one counts."""
        return any(self.graph.stale(model.name) for model in self.graph.models_in(path))

    @property
    def impact(self) -> Impact | None:
        """What the edits do, as last computed."""
        return self.impacts.found

    def take_impact_changed(self) -> bool:
        """Whether the impact is another than when this was last asked."""
        changed = self._announced != self.impacts.found
        self._announced = self.impacts.found
        return changed

    def take_environments_changed(self) -> bool:
        """Whether the environments, which lenses tell of beside the impact, are others than when this was last asked."""
        now = self.impacts.reading.environments
        changed, self._told = self._told != now, now
        return changed

    def wish(self, spec: str) -> Wish:
        """What is needed to read the baseline `spec`; the graph is brought up to date first."""
        self.settle(lambda: False)
        return Wish(present(self.workspace), "" if spec == "auto" else spec)

    def is_settled(self) -> bool:
        """Whether everything is analysed and published, the baseline read and compared with."""
        if self._reread or self._behind:
            return False
        return not self._changed and not self.awaiting and not self.wants_baseline and self.workspace.is_stable()

    def remember(self, stop: Callable[[], bool]) -> bool:
        """Nothing else is to be done: keep what is known for the next session; whether more is to be done."""
        return self.is_settled() and (
            self.workspace.catch_up(stop) or not self.is_settled() or self.workspace.remember(stop)
        )

    def _note(self) -> None:
        """Remember the files whose problems were computed anew."""
        if self.graph.engine.executed:
            self._compared, self._behind = False, True
            self.generation += 1
        for query, key in self.graph.engine.executed:
            if query == checks.diagnostics.name:
                self._changed[key] = None
        self.graph.engine.executed.clear()  # after a start that is a line for each of a hundred thousand nodes

    def take_changed(self, among: Iterable[str] | None = None) -> list[str]:
        """Files (`among` those) whose diagnostics may have changed since they were last asked for."""
        if among is not None:
            return [path for path in among if self._changed.pop(path, self) is None]
        for path in {*self.workspace.problems, *self._shown}:
            if self._shown.get(path, ()) != self.workspace.problems.get(path, ()):
                self._changed[path] = None
        self._shown = dict(self.workspace.problems)
        changed, self._changed = list(self._changed), {}
        return changed

    def give_back(self, paths: Iterable[str]) -> None:
        """Files that there was no time for."""
        self._changed.update(dict.fromkeys(paths))

    def problems(self, path: str) -> tuple[Problem, ...]:
        """What reading, binding and the rules found in a file."""
        known = (*self.workspace.problems.get(path, ()), *self._failed.get(path, ()))
        return (*known, *checks.check(self.graph, path))

    def state(self, problems: int) -> protocol.ProjectState:
        """For `headwater/status`; `problems` are shown at present."""
        return protocol.ProjectState(
            root=uris.to_uri(self.root),
            models=len(self.graph.names.names()),
            problems=problems,
            dialect=self.graph.config().dialect,
            baseline=self.impact.against if self.impact is not None else "",
        )


def _soon(stop: Callable[[], bool]) -> Callable[[], bool]:
    """`stop`, and the end of what may be waited for."""
    until = time.monotonic() + SOON
    return lambda: stop() or time.monotonic() > until


class Projects:
    """All open projects, and the way from a URI to one of them."""

    def __init__(self, client: Client) -> None:
        self.open: dict[str, Project] = {}
        self.spelling: dict[tuple[str, str], str] = {}
        """(root, path) to the URI as the client spelt it."""
        self.scratches: dict[str, Project] = {}
        """Documents that are no files, by URI."""
        self.head_start = HeadStart()
        self._client = client
        self._located: dict[str, tuple[Project, str] | None] = {}

    def roots(self, folders: Iterable[str]) -> list[str]:
        """The roots of the projects of these folders (URIs)."""
        paths = tuple(path for uri in folders if (path := uris.to_path(uri)) is not None)
        return list(dict.fromkeys(root for folder in paths for root in roots_of(folder)))

    def set_folders(self, folders: Iterable[str]) -> list[Project]:
        """Open the projects of these folders (URIs); the projects that are no longer wanted."""
        self.scratches.clear()
        roots = self.roots(folders)
        gone = [self.open.pop(root) for root in list(self.open) if root not in roots]
        for project in gone:
            project.workspace.close()
        with self.head_start.taken() as ahead:
            for root in roots:
                self._open(root, ahead)
        self._located.clear()
        return gone

    def close(self) -> None:
        """The session ends."""
        with self.head_start.taken():
            pass
        for project in self.every():
            project.workspace.close()

    def set_scratch(self, uri: str, scratch: Project | None) -> None:
        """A document that is no file is analysed from now on, or (None) not any more."""
        self._located.pop(uri, None)
        if scratch is not None:
            self.scratches[uri] = scratch
        elif self.scratches.pop(uri, None) is not None:
            self.spelling = {place: spelt for place, spelt in self.spelling.items() if spelt != uri}

    def _open(self, root: str, ahead: Ahead | None = None) -> Project | None:
        if root in self.open:
            return self.open[root]
        try:
            project = Project(open_workspace(Path(root), ahead))
        except WorkspaceError as error:
            self._client.show(f"Headwater: {error}", types.MessageType.Error)
            return None
        self.open[root] = project
        return project

    def adopt(self, uri: str) -> Project | None:
        """Open the project of a document that lies outside all folders, if it has one."""
        path = uris.to_path(uri)
        if path is None or self.locate(uri) is not None:
            return None
        root = find_root(Path(path).parent)
        if root is None:
            return None
        self._located.clear()
        return self._open(os.path.realpath(root))

    def every(self) -> list[Project]:
        """All projects, and what is analysed beside them."""
        return [*self.open.values(), *self.scratches.values()]

    def locate(self, uri: str) -> tuple[Project, str] | None:
        """The project of a document and its path in it; None for what belongs to none."""
        if uri not in self._located:
            self._located[uri] = found = self._find(uri)
            if found is not None:
                self.spelling[(found[0].root, found[1])] = uri
        return self._located[uri]

    def _find(self, uri: str) -> tuple[Project, str] | None:
        scratch = self.scratches.get(uri)
        if scratch is not None:
            return scratch, scratch.path
        path = uris.to_path(uri)
        if path is None:
            return None
        best: tuple[Project, str] | None = None
        for candidate in (path, os.path.realpath(path)):
            for project in self.open.values():
                inside = project.workspace.relative(Path(candidate))
                if inside is not None and (best is None or len(project.root) > len(best[0].root)):
                    best = (project, inside)
        return best
