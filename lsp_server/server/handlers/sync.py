"""Text synchronisation: open, change, save, close, and changes on disk."""

from __future__ import annotations

import logging

from lsprotocol import types

from lsp_server.server.dispatch import Refused, Token
from lsp_server.server.documents import Change, Document, apply_changes
from lsp_server.server.session import Session

log = logging.getLogger(__name__)


def did_open(session: Session, params: types.DidOpenTextDocumentParams, _: Token) -> None:
    """From now on the editor's text counts, not the file's."""
    item = params.text_document
    session.put(Document(item.uri, item.version, item.text, str(item.language_id)))


def did_change(session: Session, params: types.DidChangeTextDocumentParams, _: Token) -> None:
    """Apply the edits exactly as the client did."""
    identifier = params.text_document
    old = session.documents.get(identifier.uri)
    if old is None:
        raise Refused(f"didChange of a document that is not open: {identifier.uri}")
    text = apply_changes(old.text, [_change(change) for change in params.content_changes], session.encoding)
    session.put(Document(old.uri, identifier.version, text, old.language))


def _change(change: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(change, types.TextDocumentContentChangePartial):
        start, end = change.range.start, change.range.end
        return Change((start.line, start.character), (end.line, end.character), change.text)
    return Change(None, None, change.text)


def did_save(session: Session, params: types.DidSaveTextDocumentParams, _: Token) -> None:
    """The file holds the editor's text now; what is compared with "the files as last saved" moves."""
    uri = params.text_document.uri
    session.post(lambda world: world.saved(uri))


def did_close(session: Session, params: types.DidCloseTextDocumentParams, _: Token) -> None:
    """The file's text counts again."""
    session.forget(params.text_document.uri)


def did_change_watched_files(session: Session, params: types.DidChangeWatchedFilesParams, _: Token) -> None:
    """Others changed files on disk."""
    changed = [change.uri for change in params.changes]
    session.post(lambda world: world.files_changed(changed))
