"""One table: LSP method, handler, where it runs, what a newer edit does to it.

    LOOP      on the loop thread, at once; only what takes microseconds
    ANALYSIS  on the analysis lane, which owns the graphs; cancellable until it begins
    TASK      on a thread of its own: it may ask the person, and use the other lanes

`stale`: what becomes of a request whose document was edited before the request began: "answer" it for the text it was
asked for, or say "modified" (ContentModified: the client asks again anyway).
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import msgspec
from lsprotocol import types


class Where(enum.Enum):
    """The thread that runs a handler."""

    LOOP = "loop"
    ANALYSIS = "analysis"
    TASK = "task"


class Route(msgspec.Struct, frozen=True):
    """One row.  `params` is an lsprotocol class, a msgspec Struct for our own methods, or None for "as it came"."""

    method: str
    handler: Callable[[Any, Any, Any], Any]
    where: Where = Where.ANALYSIS
    stale: str = "answer"
    params: Any = None
    is_notification: bool = False


def table() -> dict[str, Route]:
    """All routes by method."""
    from lsp_server.server.handlers import custom, lifecycle, sync

    loop = Where.LOOP
    rows = [
        _row(types.INITIALIZE, lifecycle.initialize, loop),
        _row(types.INITIALIZED, lifecycle.initialized, loop),
        _row(types.SHUTDOWN, lifecycle.shutdown, loop),
        _row(types.SET_TRACE, lifecycle.set_trace, loop),
        _row(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, lifecycle.cancel_progress, loop),
        _row(types.TEXT_DOCUMENT_DID_OPEN, sync.did_open, loop),
        _row(types.TEXT_DOCUMENT_DID_CHANGE, sync.did_change, loop),
        _row(types.TEXT_DOCUMENT_DID_SAVE, sync.did_save, loop),
        _row(types.TEXT_DOCUMENT_DID_CLOSE, sync.did_close, loop),
        _row(types.WORKSPACE_DID_CHANGE_CONFIGURATION, lifecycle.did_change_configuration, loop),
        _row(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, lifecycle.did_change_folders, loop),
        _row(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, sync.did_change_watched_files, loop),
        _own("headwater/status", custom.status),
    ]
    return {row.method: row for row in rows}


def _row(
    method: str, handler: Callable[[Any, Any, Any], Any], where: Where = Where.ANALYSIS, stale: str = "answer"
) -> Route:
    """A method of the protocol: its parameters and whether it is a notification are known."""
    request, response, params, _ = types.METHOD_TO_TYPES[method]
    del request
    return Route(method, handler, where, stale, params, is_notification=response is None)


def _own(
    method: str, handler: Callable[[Any, Any, Any], Any], where: Where = Where.ANALYSIS, params: Any = None
) -> Route:
    """A request of our own (`protocol.py`)."""
    return Route(method, handler, where, params=params)
