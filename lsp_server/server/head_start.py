"""What is begun before the server's code is loaded: the client's first message names the folders, whose files are read ahead.

Loading the code takes longer than reading ten thousand files. So this file, and what it imports, is all that is loaded before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from lsp_server.project.ahead import Ahead
from lsp_server.server import uris

log = logging.getLogger(__name__)


class _Folder(msgspec.Struct):
    uri: str


class _Params(msgspec.Struct, rename="camel"):
    workspace_folders: list[_Folder] | None = None
    root_uri: str | None = None
    root_path: str | None = None


class _Initialize(msgspec.Struct):
    method: str
    params: _Params


class HeadStart:
    """Begun on the reading thread, before the message is handed on: whoever opens the folders finds what was begun."""

    def __init__(self) -> None:
        self._ahead: Ahead | None = None

    def begin(self, body: bytes) -> None:
        """Read ahead what the client's first message will ask for.  Never raises: all of it is done again where this was not."""
        try:
            folders = folders_of(body)
            if folders:
                self._ahead = Ahead(folders)
        except (msgspec.MsgspecError, ValueError, OSError) as error:
            log.info("nothing is read ahead: %s", error)

    @contextmanager
    def taken(self) -> Iterator[Ahead | None]:
        """What is read ahead, to be used once."""
        ahead, self._ahead = self._ahead, None
        try:
            yield ahead
        finally:
            if ahead is not None:
                ahead.close()


def folders_of(body: bytes) -> list[str]:
    """The folders that an `initialize` names (`handlers.lifecycle.initialize` says which count); none for any other message."""
    message = msgspec.json.decode(body, type=_Initialize)
    if message.method != "initialize":
        return []
    params = message.params
    named = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    paths = [path for uri in named if (path := uris.to_path(uri)) is not None]
    return paths or ([params.root_path] if params.root_path and not any(named) else [])
