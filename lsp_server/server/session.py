"""One client's session: what the loop thread owns, and how work leaves it and comes back.

    loop thread       the protocol and the open documents; never does anything long
    analysis lane     the `World`: graphs, positions, everything that is derived; one job after another, and background
                      work (own file first, then what depends on it) in between
    database lane     the database; only functions of `environments/` run there
    task threads      commands that wait for a person or for several of the others

Edits are posted to the analysis lane in the order in which they came, so a request sees exactly the text that its client
had when it asked.  Background work stops as soon as anything is posted, and starts again `debounceMs` after the last edit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp_server.project.settings import Settings, accepted, settled
from lsp_server.server.client import Client
from lsp_server.server.dispatch import Cancelled, ContentModified, Token
from lsp_server.server.documents import Document
from lsp_server.server.routes import Route, Where
from lsp_server.server.workers import ClosedError, Lane
from lsp_server.server.world import World

if TYPE_CHECKING:
    from lsp_server.server.dispatch import Dispatch

log = logging.getLogger(__name__)


class Session:
    """State of the loop thread.  Handlers of `Where.LOOP` and `Where.TASK` get it."""

    def __init__(self, protocol: Dispatch) -> None:
        self.protocol = protocol
        self.client = Client(protocol)
        self.capabilities = types.ClientCapabilities()
        self.encoding = "utf-16"
        self.settings = Settings()
        self.initial_options: Any = None
        self.folders: list[str] = []
        self.documents: dict[str, Document] = {}
        self.world = World(self.client)
        self.analysis = Lane("analysis", self.world.background)
        self.database = Lane("database", gives_way=True)
        self.world.post = self.post
        self.world.waits = self.analysis.busy
        self.world.on_database = self.on_database
        self.world.on_settings = self.take_settings
        self.progress: dict[int | str, Token] = {}
        """Work that the client can cancel by its progress token."""

    def start(self) -> None:
        """Begin to work (before that, jobs only queue up)."""
        self.analysis.start()
        self.database.start()

    def close(self) -> None:
        """Stop work under way and end the threads."""
        for token in self.progress.values():
            token.cancel()
        self.world.watcher.stop()
        self.world.revisions.stop()
        self.analysis.close()
        self.database.close()
        self.world.workspace.close()

    # -- work ----------------------------------------------------------------------------------------------------

    def run(self, route: Route, params: Any, token: Token, done: Callable[[Future[Any]], None]) -> None:
        """Run a handler where its route says; `done` gets the outcome on whatever thread that is."""
        if route.where is Where.LOOP:
            outcome: Future[Any] = Future()
            outcome.add_done_callback(done)
            _settle(outcome, lambda: route.handler(self, params, token))
        elif route.where is Where.ANALYSIS:
            asked = self.version_of(params) if route.stale == "modified" else None

            def work() -> Any:
                token.check()
                if asked is not None and self.version_of(params) != asked:
                    raise ContentModified()
                return route.handler(self.world, params, token)

            self.analysis.submit(work, done)
        else:
            self.task(lambda: route.handler(self, params, token), done)

    def task(self, work: Callable[[], Any], done: Callable[[Future[Any]], None]) -> None:
        """Run `work` on a thread of its own: it may wait."""
        outcome: Future[Any] = Future()
        outcome.add_done_callback(done)
        threading.Thread(target=_settle, args=(outcome, work), name="headwater-task", daemon=True).start()

    def on_analysis(self, work: Callable[[World], Any]) -> Future[Any]:
        """Run `work` on the analysis lane, after everything posted before."""
        return self.analysis.submit(lambda: work(self.world))

    def on_database(self, work: Callable[[], Any]) -> Future[Any]:
        """Run `work` on the database lane."""
        return self.database.submit(work)

    def post(self, work: Callable[[World], None]) -> None:
        """Run `work` on the analysis lane, nobody waiting; failures are logged; background work follows."""
        self.analysis.submit(lambda: work(self.world), _log_failure)
        self.wake()

    def wake(self, after: float = 0.0) -> None:
        """There is something to analyse or publish."""
        self.analysis.wake(after)

    # -- documents -----------------------------------------------------------------------------------------------

    def version_of(self, params: Any) -> int | None:
        """The version of the document that a request is about."""
        identifier = getattr(params, "text_document", None)
        document = self.documents.get(identifier.uri) if identifier is not None else None
        return document.version if document is not None else None

    def put(self, document: Document) -> None:
        """A document was opened or edited."""
        self.documents[document.uri] = document
        if self.world.stopwatch is not None:
            self.world.stopwatch.edited(document.uri)
        self.analysis.submit(lambda: self.world.set_document(document), _log_failure)
        self.wake(self.settings.debounce_ms / 1000)

    def forget(self, uri: str) -> None:
        """A document was closed: the file on disk counts again."""
        if self.documents.pop(uri, None) is None:
            log.warning("didClose of a document that is not open: %s", uri)
            return
        self.analysis.submit(lambda: self.world.close_document(uri), _log_failure)
        self.wake()

    # -- settings ------------------------------------------------------------------------------------------------

    def configure(self, given: Any) -> None:
        """Take settings over those of `initializationOptions`; say what is wrong with them."""
        initial, wrong_before = accepted(self.initial_options)
        pushed, wrong = accepted(given)
        for problem in (*wrong_before, *wrong) if given is None else wrong:
            self.client.show(problem.message, types.MessageType.Warning)
        chosen = {**initial, **pushed}
        self.settings = settled(chosen)
        self.post(lambda world: world.set_settings(chosen))

    def take_settings(self, settings: Settings) -> None:
        """What the workspace's own file says is known now; called on the analysis lane."""
        self.settings = settings


def _settle(outcome: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - handed to the dispatch, which logs and answers it
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


def _log_failure(outcome: Future[Any]) -> None:
    error = outcome.exception()
    if error is not None and not isinstance(error, (Cancelled, ClosedError)):
        log.error("a job of the analysis failed", exc_info=error)
