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


MODIFIED = "modified"


def table() -> dict[str, Route]:
    """All routes by method."""
    from lsp_server.server import protocol
    from lsp_server.server.handlers import (
        actions,
        commands,
        completion,
        custom,
        diagnostics,
        files,
        formatting,
        hierarchy,
        hints,
        hover,
        lens,
        lifecycle,
        lineage,
        navigation,
        rename,
        symbols,
        sync,
        tests,
        tokens,
        views,
    )

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
        _row(types.TEXT_DOCUMENT_HOVER, hover.hover),
        _row(types.TEXT_DOCUMENT_CODE_ACTION, actions.code_actions),
        _row(types.CODE_ACTION_RESOLVE, actions.resolve),
        _row(types.TEXT_DOCUMENT_COMPLETION, completion.complete),
        _row(types.COMPLETION_ITEM_RESOLVE, completion.resolve),
        _row(types.TEXT_DOCUMENT_SIGNATURE_HELP, completion.signature_help),
        _row(types.TEXT_DOCUMENT_DEFINITION, navigation.go_to_definition),
        _row(types.TEXT_DOCUMENT_TYPE_DEFINITION, navigation.go_to_type),
        _row(types.TEXT_DOCUMENT_IMPLEMENTATION, navigation.go_to_implementation),
        _row(types.TEXT_DOCUMENT_REFERENCES, navigation.find_references),
        _row(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, navigation.highlight),
        _row(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, hierarchy.prepare_calls),
        _row(types.CALL_HIERARCHY_INCOMING_CALLS, hierarchy.incoming),
        _row(types.CALL_HIERARCHY_OUTGOING_CALLS, hierarchy.outgoing),
        _row(types.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY, hierarchy.prepare_types),
        _row(types.TYPE_HIERARCHY_SUPERTYPES, hierarchy.supertypes),
        _row(types.TYPE_HIERARCHY_SUBTYPES, hierarchy.subtypes),
        _row(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.document_symbols, stale=MODIFIED),
        _row(types.WORKSPACE_SYMBOL, symbols.workspace_symbols),
        _row(types.TEXT_DOCUMENT_FOLDING_RANGE, symbols.folding_ranges, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_SELECTION_RANGE, symbols.selection_ranges),
        _row(types.TEXT_DOCUMENT_FORMATTING, formatting.document, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_RANGE_FORMATTING, formatting.selected, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, formatting.typed, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_PREPARE_RENAME, rename.prepare),
        _row(types.TEXT_DOCUMENT_RENAME, rename.rename),
        _row(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.full, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, tokens.delta, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, tokens.within, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_INLAY_HINT, hints.inlay, stale=MODIFIED),
        _row(types.TEXT_DOCUMENT_LINKED_EDITING_RANGE, hints.linked),
        _row(types.TEXT_DOCUMENT_DOCUMENT_LINK, hints.document_links, stale=MODIFIED),
        _row(types.WORKSPACE_WILL_RENAME_FILES, files.will_rename),
        _row(types.WORKSPACE_WILL_CREATE_FILES, files.will_create),
        _row(types.WORKSPACE_WILL_DELETE_FILES, files.will_delete),
        _row(types.WORKSPACE_DID_RENAME_FILES, files.did_rename),
        _row(types.WORKSPACE_DID_CREATE_FILES, files.did_create),
        _row(types.WORKSPACE_DID_DELETE_FILES, files.did_delete),
        _row(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostics.document, stale=MODIFIED),
        _row(types.WORKSPACE_DIAGNOSTIC, diagnostics.workspace),
        _row(types.TEXT_DOCUMENT_CODE_LENS, lens.lenses, stale=MODIFIED),
        _row(types.CODE_LENS_RESOLVE, lens.resolve),
        _row(types.WORKSPACE_EXECUTE_COMMAND, commands.execute, Where.TASK),
        _own("headwater/status", custom.status),
        _own("headwater/environments", views.environments, Where.TASK, protocol.WorkspaceParams),
        _own("headwater/plan", views.plan, Where.TASK, protocol.PlanParams),
        _own("headwater/preview", views.preview, Where.TASK, protocol.PreviewParams),
        _own("headwater/compare", views.compare, Where.TASK, protocol.CompareParams),
        _own("headwater/tests", tests.tests, Where.TASK, protocol.TestsParams),
        _own("headwater/lineage", lineage.lineage, params=protocol.LineageParams),
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
