"""What the server says it can do.  Made from the table of routes' neighbour: a feature that is not here is not offered."""

from __future__ import annotations

from lsprotocol import types


def server_capabilities(encoding: str, client: types.ClientCapabilities) -> types.ServerCapabilities:
    """The answer to `initialize`."""
    del client
    return types.ServerCapabilities(
        position_encoding=types.PositionEncodingKind(encoding),
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True, change=types.TextDocumentSyncKind.Incremental, save=types.SaveOptions(include_text=False)
        ),
        workspace=types.WorkspaceOptions(
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
        ),
    )
