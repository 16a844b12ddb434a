"""Background work of the analysis lane: bring the graphs up to date and publish what changed.

The order is what a person notices: the file being typed in, then what depends on it, then lenses and hints.
After every edit that no newer edit superseded, its file's diagnostics are published with its version, also when they are
the same as before; those of other files only when they changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.ide.diagnostics import assemble
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


class Publisher:
    """What was published, and what is to be."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._edited: dict[str, None] = {}
        """URIs with an edit that no diagnostics answered yet, the last edited last."""
        self._published: dict[str, tuple[Problem, ...]] = {}
        self._everything = False
        self._refresh = False

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
            self._published.pop(uri, None)

    def all_again(self) -> None:
        """Settings changed: everything may look different."""
        self._everything = True

    def forget(self, project: Project) -> None:
        """A project was closed: clear what it showed."""
        for path in project.graph.paths():
            uri = self._world.uri(project, path)
            if self._published.pop(uri, ()):
                self._world.client.publish(uri, None, [])

    def shown(self, project: Project) -> int:
        """How many problems of a project the client shows."""
        uris = (self._world.uri(project, path) for path in project.paths_with_problems())
        return sum(len(self._published.get(uri, ())) for uri in uris)

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
        for project in self._world.workspace.every():
            if not project.settle(stop):
                return True
            self._compare(project)
            if not self._publish_changed(project, stop):
                return True
        self._everything = False
        if self._refresh:
            self._refresh = False
            self._world.client.refresh()
        return False

    def _settle_one(self, uri: str, stop: Callable[[], bool]) -> bool:
        """Analyse and publish one document; False when stopped before."""
        found = self._world.workspace.locate(uri)
        if found is None:
            self._world.client.publish(uri, self._world.version(uri), [])
            return True
        project, path = found
        if not project.settle_file(path, stop):
            return False
        if project.is_small():
            if not project.settle(stop):
                return False
            self._compare(project)
        self._publish(project, path, uri, always=True)
        return True

    def _compare(self, project: Project) -> None:
        """The impact of the present texts, told where it differs from the last."""
        project.compare()
        if project.take_impact_changed():
            self._refresh = True
            if project.impact is not None:
                message = impact_message(self._world, project, project.impact)
                self._world.client.notify("headwater/impactChanged", message)

    def _publish_changed(self, project: Project, stop: Callable[[], bool]) -> bool:
        """The other files whose diagnostics changed; False when stopped before the end."""
        changed = project.take_changed()
        paths = project.paths_with_problems() if self._everything else changed
        for position, path in enumerate(paths):
            if stop():
                project.give_back(paths[position:])
                return False
            self._publish(project, path, self._world.uri(project, path), always=False)
        return True

    def _publish(self, project: Project, path: str, uri: str, always: bool) -> None:
        if not always and not project.settings.workspace_diagnostics and uri not in self._world.documents:
            return
        problems = self.problems(project, path)
        if not always and self._published.get(uri, ()) == problems:
            return
        self._published[uri] = problems
        self._refresh = self._refresh or pulls(self._world.client.capabilities)
        version = self._world.version(uri)
        self._world.client.publish(uri, version, [self.diagnostic(project, path, problem) for problem in problems])

    # -- what is published

    def problems(self, project: Project, path: str) -> tuple[Problem, ...]:
        """All that there is to say about a file, with the settings' severities."""
        settings = project.settings
        known = project.problems(path)
        impact = project.impacts.problems.get(path, ()) if settings.impact_diagnostics else ()
        if not project.is_half_typed(path) and any(problem.severity == "error" for problem in known):
            impact = ()  # what a text that the engine refuses would do to the data is not what the person wants to know now
        return assemble(known, settings.severity, impact)

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
