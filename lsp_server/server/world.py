"""What the analysis lane owns: projects and their graphs, the texts that the editor holds, what was published.

Every method runs on the analysis lane.  Nothing of it is touched by another thread; what leaves is frozen or converted.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from lsp_server import __version__
from lsp_server.server import protocol
from lsp_server.server.client import Client
from lsp_server.server.documents import Document
from lsp_server.server.settings import Settings

log = logging.getLogger(__name__)


class World:
    """State of the analysis lane.  Handlers of `Where.ANALYSIS` get it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.encoding = "utf-16"
        self.settings = Settings()
        self.documents: dict[str, Document] = {}
        self._unpublished: dict[str, None] = {}
        """Open documents with an edit that no diagnostics answered yet, the last edited last."""

    def set_encoding(self, encoding: str) -> None:
        """How the client counts characters."""
        self.encoding = encoding

    def set_settings(self, settings: Settings) -> None:
        """New settings count for everything published from now on."""
        self.settings = settings

    def set_document(self, document: Document) -> None:
        """An open document has a new text."""
        self.documents[document.uri] = document
        self._unpublished.pop(document.uri, None)
        self._unpublished[document.uri] = None

    def close_document(self, uri: str) -> None:
        """The file on disk counts again."""
        self.documents.pop(uri, None)
        self._unpublished.pop(uri, None)
        self.client.publish(uri, None, [])

    def saved(self, uri: str) -> None:
        """The file on disk is what the editor holds."""

    def files_changed(self, changed: list[str]) -> None:
        """Files changed on disk."""

    def open_folders(self, folders: list[str], watch: bool = False) -> None:
        """The workspace's folders."""

    def stop_watching(self) -> None:
        """No more news from the disk (called from the loop at the end)."""

    def background(self, stop: Callable[[], bool]) -> bool:
        """One slice of background work; whether more is left."""
        while self._unpublished and not stop():
            uri, _ = self._unpublished.popitem()
            self.client.publish(uri, self.documents[uri].version, [])
        return bool(self._unpublished)

    def status(self) -> protocol.Status:
        """What the server holds."""
        documents = [
            protocol.DocumentState(uri=document.uri, version=document.version, sha256=_digest(document.text))
            for document in self.documents.values()
        ]
        return protocol.Status(version=__version__, ready=not self._unpublished, projects=[], documents=documents)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
