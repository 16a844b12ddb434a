"""What the analysis lane owns: projects and their graphs, the texts that the editor holds, what was published.

Every method runs on the analysis lane.  Nothing of it is touched by another thread; what leaves is frozen or converted.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
from lsprotocol import types

from lsp_server import __version__
from lsp_server.graph.graph import Graph
from lsp_server.ide.places import Place
from lsp_server.project.config import is_config
from lsp_server.project.settings import Settings, settled
from lsp_server.server import protocol, uris
from lsp_server.server.client import Client
from lsp_server.server.convert import Ruler
from lsp_server.server.dispatch import Token
from lsp_server.server.documents import Document
from lsp_server.server.impacts import Reading, read
from lsp_server.server.profile import Stopwatch
from lsp_server.server.projects import Project, Projects
from lsp_server.server.publishing import Publisher
from lsp_server.server.scratch import SCHEME, Scratch
from lsp_server.server.watcher import RevisionWatcher, Watcher
from lsp_server.text.differences import first_difference
from lsp_server.text.spans import Span

log = logging.getLogger(__name__)


class Whole(msgspec.Struct, frozen=True):
    """A document in its project."""

    project: Project
    path: str
    ruler: Ruler

    @property
    def graph(self) -> Graph:
        """The project's."""
        return self.project.graph


class Spot(Whole, frozen=True):
    """A place in a document."""

    offset: int


class World:
    """State of the analysis lane.  Handlers of `Where.ANALYSIS` get it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.encoding = "utf-16"
        self.settings = Settings()
        """What counts for the whole session: the client's settings over those of the first project's file."""
        self.on_settings: Callable[[Settings], None] = lambda settings: None
        """Told of them.  Set by the session."""
        self._chosen: dict[str, Any] = {}
        self.documents: dict[str, Document] = {}
        self.workspace = Projects(client)
        self.post: Callable[[Callable[[World], None]], None] = lambda work: work(self)
        """Run something on the analysis lane and wake it.  Set by the session, like the next."""
        self.waits: Callable[[], bool] = lambda: False
        """Whether a job waits for the analysis lane.  Set by the session, like the next."""
        self.on_database: Callable[[Callable[[], Reading]], Future[Reading]]
        self.watching = False
        self._roots: list[str] = []
        """Of the projects in the client's folders."""
        self.watcher = Watcher(self._files_moved)
        self.revisions = RevisionWatcher(self._revisions_moved)
        self.publisher = Publisher(self)
        self.tokens: dict[str, tuple[str, list[int]]] = {}
        """The last semantic tokens of each document, with their id."""
        self.stopwatch: Stopwatch | None = None
        """Only with `--profile`."""
        self._typed: dict[str, int] = {}
        self._rulers: dict[tuple[str, str], Ruler] = {}
        self._uris: dict[tuple[str, str], str] = {}
        """Of files as they are on disk; making one takes longer than all else that is said of a file."""

    @property
    def projects(self) -> dict[str, Project]:
        """The open projects by root."""
        return self.workspace.open

    def projects_named(self, workspace: str) -> list[Project]:
        """The project with that root (a URI), or all if none is said."""
        root = uris.to_path(workspace) if workspace else None
        return [project for project in self.projects.values() if root in (None, project.root)]

    # -- inputs --------------------------------------------------------------------------------------------------

    def set_encoding(self, encoding: str) -> None:
        """How the client counts characters."""
        self.encoding = encoding
        self._rulers.clear()

    def set_watching(self, watching: bool) -> None:
        """Whether the server itself watches the files (the client does not)."""
        self.watching = watching

    def set_settings(self, chosen: dict[str, Any]) -> None:
        """What the client chose counts for everything published from now on."""
        self._chosen = chosen
        self.publisher.all_again()
        self._settle_settings()

    def _settle_settings(self) -> None:
        """Each project's settings: its file's, and over them the client's."""
        for project in self.workspace.every():
            before = project.settings
            project.settings = settled(project.own_settings(), self._chosen)
            if project.settings != before:
                self.publisher.all_again()
            if project.settings.baseline != before.baseline and not project.path:
                self.read_baselines(project)
        first = next(iter(self.projects.values()), None)
        self.settings = first.settings if first is not None else settled(self._chosen)
        self.on_settings(self.settings)

    def set_document(self, document: Document) -> None:
        """An open document has a new text."""
        before = self.documents.get(document.uri)
        if before is not None:
            self._typed[document.uri] = first_difference(before.text, document.text)
        self.documents[document.uri] = document
        self._make_room(document)
        found = self.workspace.locate(document.uri)
        if found is not None:
            project, path = found
            project.set_text(path, document.analysed)
            self._follow_configuration([path])
        self.publisher.edited(document.uri)

    def _make_room(self, document: Document) -> None:
        """A document outside of all folders opens its project; one that is no file is analysed beside the first."""
        if self.workspace.locate(document.uri) is not None:
            return
        if uris.scheme(document.uri) == SCHEME and "sql" in document.language.lower():
            beside = next(iter(self.projects.values()), None)
            scratch = Scratch(document.uri, beside)
            scratch.settings = beside.settings if beside is not None else self.settings
            self.workspace.set_scratch(document.uri, scratch)
        elif adopted := self.workspace.adopt(document.uri):
            self._settle_settings()
            self.read_baselines(adopted)
            self._watch()

    def close_document(self, uri: str) -> None:
        """The file on disk counts again."""
        self.documents.pop(uri, None)
        self._typed.pop(uri, None)
        self.tokens.pop(uri, None)
        found = self.workspace.locate(uri)
        if found is not None:
            project, path = found
            project.release_text(path)
            self._follow_configuration([path])
        self.workspace.set_scratch(uri, None)
        self.publisher.closed(uri)

    def saved(self, uri: str) -> None:
        """The file on disk is what the editor holds."""
        found = self.workspace.locate(uri)
        if found is None:
            return
        project, path = found
        project.saved(path)
        if project.impact is None or project.impact.against == "saved":
            self.read_baselines(project)

    def files_changed(self, changed: Iterable[str]) -> None:
        """Files changed on disk."""
        by_project: dict[str, list[str]] = {}
        for uri in changed:
            found = self.workspace.locate(uri)
            if found is not None:
                by_project.setdefault(found[0].root, []).append(found[1])
        for root, paths in by_project.items():
            self.projects[root].files_changed(paths)
            self._follow_configuration(paths)

    def _follow_configuration(self, paths: Iterable[str]) -> None:
        """After a change of these files: settings may have come or gone with them."""
        if any(is_config(path) for path in paths):
            self._settle_settings()

    def open_folders(self, folders: list[str]) -> None:
        """The workspace's folders: open what is new, forget what is gone."""
        self._roots = self.workspace.roots(folders)
        self._watch()  # before they are read: what changes meanwhile must not be missed
        for gone in self.workspace.set_folders(folders):
            self.publisher.forget(gone)
        self._settle_settings()
        for document in list(self.documents.values()):
            self.set_document(document)
        self.read_baselines()
        self._watch()

    def _watch(self) -> None:
        """Follow the files that no client watches (all, or those of projects outside its folders), and the commits."""
        inside = self._roots if self.watching else []
        if not self.settings.watch_files:
            self.watcher.watch(root for root in inside if Path(root).is_dir())
            return
        outside = [root for root in self.projects if root not in self._roots]
        self.watcher.watch(root for root in (*inside, *outside) if Path(root).is_dir())
        self.revisions.watch(self.projects)

    def read_baselines(self, project: Project | None = None) -> None:
        """Read the environments and the baseline anew, of one project or of all; the verdicts follow when they are there."""
        for each in [project] if project is not None else list(self.projects.values()):
            each.wants_baseline = True

    def read_baseline(self, project: Project) -> None:
        """Have the baseline of a settled project read, on the database lane."""
        project.wants_baseline = False
        wish = project.wish(project.settings.baseline)
        project.awaiting += 1

        def done(outcome: Future[Reading]) -> None:
            project.awaiting -= 1
            if outcome.exception() is None:
                project.take_reading(outcome.result())
            else:
                log.error("the baseline could not be read", exc_info=outcome.exception())

        self.on_database(lambda: read(wish)).add_done_callback(lambda outcome: self.post(lambda _: done(outcome)))

    def _files_moved(self, batch: set[Path]) -> None:
        """News of the watcher's thread."""
        changed = [uris.to_uri(str(path)) for path in batch]
        self.post(lambda world: world.files_changed(changed))

    def _revisions_moved(self) -> None:
        """News of its thread: a commit, a checkout, a fetch."""
        self.post(lambda world: world.revisions_changed())

    def revisions_changed(self) -> None:
        """What is compared with a revision may be compared with another one now."""
        for project in self.projects.values():
            if project.impact is not None and project.impact.against.startswith("git:"):
                self.read_baselines(project)

    # -- where things are ----------------------------------------------------------------------------------------

    def whole(self, uri: str) -> Whole | None:
        """The document in its project, analysed; None for what belongs to none (another scheme, a file that nobody analyses).

        A request may come before the background work has got to its file: then the file, and what it reads, come first.
        """
        found = self.workspace.locate(uri)
        if found is None or found[0].graph.text(found[1]) is None:
            return None
        project, path = found
        if not project.graph.is_stable():
            project.settle_file(path, lambda: False)
        return Whole(project, path, self.ruler(project, path))

    def everywhere(self, project: Project, token: Token) -> None:
        """Bring a whole project up to date: what looks for readers must not miss those that nobody has analysed yet."""
        project.settle(lambda: token.cancelled)
        token.check()

    def spot(self, params: Any, everywhere: Token | None = None) -> Spot | None:
        """The place that a request with `textDocument` and `position` is about; with `everywhere`, in a settled project."""
        place = self.whole(params.text_document.uri)
        if place is not None and everywhere is not None:
            self.everywhere(place.project, everywhere)
        if place is None:
            return None
        return Spot(place.project, place.path, place.ruler, place.ruler.offset(params.position))

    def typed_line(self, uri: str) -> Span | None:
        """The line in which somebody types."""
        place = self.whole(uri)
        offset = self._typed.get(uri)
        if place is None or offset is None:
            return None
        line = place.ruler.index.line_of(offset)
        return Span(place.ruler.index.line_start(line), place.ruler.index.line_end(line))

    def ruler(self, project: Project, path: str) -> Ruler:
        """Converts places of a file's present text."""
        text = project.text(path)
        key = (project.root, path)
        known = self._rulers.get(key)
        if known is None or known.index.text is not text:
            known = self._rulers[key] = Ruler(text, self.encoding)
            if len(self._rulers) > 256:
                del self._rulers[next(iter(self._rulers))]
        return known

    def uri(self, project: Project, path: str) -> str:
        """The document's URI: as the client spelt it if it is open."""
        if not path:
            return ""
        key = (project.root, path)
        spelt = self.workspace.spelling.get(key) or self._uris.get(key)
        if spelt is None:
            spelt = self._uris[key] = uris.to_uri(project.absolute(path))
        return spelt

    def location(self, project: Project, place: Place) -> types.Location:
        """A place as the client can open it."""
        project, place = project.home(place)
        return types.Location(self.uri(project, place.path), self.ruler(project, place.path).range(place.span))

    def locations(self, spot: Whole, places: Iterable[Place]) -> list[types.Location]:
        """Places of the same project."""
        return [self.location(spot.project, place) for place in places]

    def version(self, uri: str) -> int | None:
        """The version of an open document."""
        document = self.documents.get(uri)
        return document.version if document is not None else None

    # -- derived -------------------------------------------------------------------------------------------------

    def background(self, stop: Callable[[], bool]) -> bool:
        """One slice of background work; whether more is left."""
        return self.publisher.work(stop)

    def status(self) -> protocol.Status:
        """What the server holds."""
        documents = [
            protocol.DocumentState(uri=document.uri, version=document.version, sha256=_digest(document.text))
            for document in self.documents.values()
        ]
        projects = [project.state(self.publisher.shown(project)) for project in self.projects.values()]
        return protocol.Status(
            version=__version__, ready=self.publisher.is_idle(), projects=projects, documents=documents
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
