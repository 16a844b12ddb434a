"""Background work of the analysis lane: bring the graphs up to date and publish what changed.

The order is what a person notices: the file being typed in, then what depends on it, then lenses and hints.
After every edit that no newer edit superseded, its file's diagnostics are published with its version, also when they are
the same as before; those of other files only when they changed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.ide.diagnostics import assemble, capped
from lsp_server.server.client import pulls, takes_links
from lsp_server.server.convert import SEVERITY
from lsp_server.server.impact_message import impact_message
from lsp_server.server.projects import Project
from lsp_server.server.rule_pages import page
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

if TYPE_CHECKING:
    from lsp_server.server.world import World

log = logging.getLogger(__name__)

MANY = 200
"""Touched models; the message that lists more (1.6 MB for 3,000) waits, so that the next keystroke does not stand behind it."""
PAUSE = 0.25
"""Seconds after an edit for which it waits at most, where what reads the edited file takes longer."""


class Publisher:
    """What was published, and what is to be."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._edited: dict[str, None] = {}
        """URIs with an edit that no diagnostics answered yet, the last edited last."""
        self._published: dict[tuple[str, str], tuple[Problem, ...]] = {}
        """(root, path) of the files whose last diagnostics were not empty, and of those that somebody has open."""
        self._everything = False
        self._refresh = False
        self._untold: dict[str, float] = {}
        """Root of a project whose impact is another than was told -> when it is to be told, if not all is analysed sooner."""

    # -- what is to be done

    def edited(self, uri: str) -> None:
        """A document has a new version."""
        self._edited.pop(uri, None)
        self._edited[uri] = None

    def closed(self, uri: str) -> None:
        """A document is the disk's again: its diagnostics are the file's (none, if nobody analyses it)."""
        self._edited.pop(uri, None)
        if self._world.workspace.locate(uri) is None:
            self._world.client.publish(uri, None, [])

    def all_again(self) -> None:
        """Settings changed: everything may look different."""
        self._everything = True

    def forget(self, project: Project) -> None:
        """A project was closed: clear what it showed."""
        self._untold.pop(project.root, None)
        for root, path in [key for key in self._published if key[0] == project.root]:
            if self._published.pop((root, path)):
                self._world.client.publish(self._world.uri(project, path), None, [])

    def shown(self, project: Project) -> int:
        """How many problems of a project the client shows."""
        return sum(len(problems) for (root, _), problems in self._published.items() if root == project.root)

    def is_idle(self) -> bool:
        """Whether everything is analysed and published."""
        return not self._edited and not self._everything and all(p.is_settled() for p in self._world.workspace.every())

    # -- doing it

    def work(self, stop: Callable[[], bool]) -> bool:
        """One slice; whether more is left."""
        while self._edited:
            if stop():
                return True
            uri = next(reversed(self._edited))
            if not self._settle_one(uri, stop):
                return True
            self._edited.pop(uri, None)
        if self._everything:
            for project in self._world.workspace.every():
                project.give_back(project.paths_with_problems())
            self._everything = False
        for project in self._world.workspace.every():
            if not self._settle_open(project, stop) or not self._settle(project, stop):
                return True
            if project.wants_baseline:
                self._world.read_baseline(project)
            if not project.compare(stop):
                return True
            self._tell_impact(project)
            if not self._publish_changed(project, stop):
                return True
        if self._refresh:
            self._refresh = False
            self._world.client.refresh()
        # Whoever asks for something need not wait until this has had its time: it does a step each time that the lane is idle.
        waits = self._world.waits
        return any(project.remember(lambda: waits() or stop()) for project in self._world.workspace.every())

    def _settle(self, project: Project, stop: Callable[[], bool]) -> bool:
        """Everything that is not open; if that takes long, the impact that waits is told on the way."""
        moment = self._untold.get(project.root)
        if moment is not None:
            if project.settle(lambda: stop() or time.monotonic() > moment):
                return True
            if stop():
                return False
            self._tell_impact(project)
        return project.settle(stop)

    def _settle_open(self, project: Project, stop: Callable[[], bool]) -> bool:
        """Where much is left to do, what a person has open comes before everything else."""
        if project.graph.is_stable():
            return True
        paths = [path for uri in self._world.documents if (path := self._path_in(project, uri)) is not None]
        if not project.settle_files(paths, stop):
            return False
        for path in project.take_changed(paths):
            self._publish(project, path)
        return True

    def _path_in(self, project: Project, uri: str) -> str | None:
        found = self._world.workspace.locate(uri)
        return found[1] if found is not None and found[0] is project else None

    def _settle_one(self, uri: str, stop: Callable[[], bool]) -> bool:
        """Analyse and publish one document; False when stopped before."""
        found = self._world.workspace.locate(uri)
        if found is None:
            self._world.client.publish(uri, self._world.version(uri), [])
            return True
        project, path = found
        watch = self._world.stopwatch
        began = 0.0
        if watch is not None:
            watch.watch(project.graph.engine)
            began = watch.taken()
        if not project.settle_file(path, stop):
            return False
        if not project.judge(path, stop):
            return False
        self._publish(project, path, always=True)
        if watch is not None:
            watch.published(uri, self._world.version(uri), began)
        if project.impact is not None and len(project.impact.models) > MANY and not project.graph.is_stable():
            self._untold[project.root] = time.monotonic() + PAUSE
        else:
            self._tell_impact(project)
        return True

    def _tell_impact(self, project: Project) -> None:
        """The impact, where it differs from what was last told."""
        self._untold.pop(project.root, None)
        self._refresh = project.take_environments_changed() or self._refresh
        if project.take_impact_changed():
            self._refresh = True
            if project.impact is not None:
                message = impact_message(self._world, project, project.impact)
                self._world.client.notify("headwater/impactChanged", message)

    def _publish_changed(self, project: Project, stop: Callable[[], bool]) -> bool:
        """The other files whose diagnostics changed; False when stopped before the end."""
        paths = project.take_changed()
        for position, path in enumerate(paths):
            if stop():
                project.give_back(paths[position:])
                return False
            self._publish(project, path)
        return True

    def _publish(self, project: Project, path: str, always: bool = False) -> None:
        problems, key = self.problems(project, path), (project.root, path)
        if not always and self._published.get(key, ()) == problems:
            return
        uri = self._world.uri(project, path)
        if not always and not project.settings.workspace_diagnostics and uri not in self._world.documents:
            return
        self._published[key] = problems
        self._refresh = self._refresh or pulls(self._world.client.capabilities)
        version = self._world.version(uri)
        self._world.client.publish(uri, version, [self.diagnostic(project, path, problem) for problem in problems])

    # -- what is published

    def problems(self, project: Project, path: str) -> tuple[Problem, ...]:
        """What there is to say about a file, with the settings' severities; no more than a person can read."""
        settings = project.settings
        known = project.problems(path)
        impact = project.impacts.problems.get(path, ()) if settings.impact_diagnostics else ()
        if not project.is_half_typed(path) and any(problem.severity == "error" for problem in known):
            impact = ()  # what a text that the engine refuses would do to the data is not what the person wants to know now
        return capped(assemble(known, settings.severity, impact))

    def diagnostic(self, project: Project, path: str, problem: Problem) -> types.Diagnostic:
        """A problem as the client shows it."""
        ruler = self._world.ruler(project, path)
        link = page(problem.code) if takes_links(self._world.client.capabilities) else None
        return types.Diagnostic(
            range=ruler.range(problem.span),
            message=problem.message,
            severity=SEVERITY.get(problem.severity, types.DiagnosticSeverity.Error),
            code=problem.code,
            code_description=types.CodeDescription(link) if link is not None else None,
            source="headwater",
            related_information=list(self._related(project, problem)) or None,
            data={"code": problem.code, **problem.data} if problem.data else None,
        )

    def _related(self, project: Project, problem: Problem) -> Iterator[types.DiagnosticRelatedInformation]:
        for related in problem.related:
            ruler = self._world.ruler(project, related.path)
            span = Span(*related.span)
            location = types.Location(self._world.uri(project, related.path), ruler.range(span))
            yield types.DiagnosticRelatedInformation(location, related.message)
