"""What the server says to its client without being asked.  Every method may be called from any thread."""

from __future__ import annotations

import itertools
import logging
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from lsp_server.server.dispatch import Dispatch, Token

log = logging.getLogger(__name__)
_tokens = itertools.count(1)


def pulls(client: types.ClientCapabilities) -> bool:
    """Whether diagnostics are pulled.

    A client that takes both (VS Code, Neovim, Helix do) is pushed to: it would show what it is pushed and what it pulls side by
    side, and only pushing reaches readers in files that nobody opened without asking for the whole workspace again and again.
    """
    text_document = client.text_document
    return bool(text_document and text_document.diagnostic and not text_document.publish_diagnostics)


def takes_links(client: types.ClientCapabilities) -> bool:
    """Whether a diagnostic may say where its rule is explained (who pulls has no way to say that he does not)."""
    pushed = client.text_document.publish_diagnostics if client.text_document else None
    return pulls(client) or bool(pushed and pushed.code_description_support)


class Client:
    """The client, as far as it said at `initialize` what it can do."""

    def __init__(self, protocol: Dispatch) -> None:
        self._protocol = protocol
        self.capabilities = types.ClientCapabilities()

    def publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        """The diagnostics of a document, for good until the next ones; not for clients that only pull."""
        if pulls(self.capabilities):
            return
        params = types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=diagnostics)
        self._protocol.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def show(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """A message that the person sees."""
        log.info("%s", message)
        self._protocol.notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(type=kind, message=message))

    def log(self, message: str, kind: types.MessageType = types.MessageType.Log) -> None:
        """A line for the client's output channel."""
        self._protocol.notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(type=kind, message=message))

    def notify(self, method: str, params: Any) -> None:
        """A notification of our own (`headwater/...`)."""
        self._protocol.notify(method, params)

    def ask(self, message: str, *answers: str, token: Token) -> str | None:
        """Ask the person and wait for the answer (never on the loop).

        None if the question was closed, which some clients say by an error (Emacs after C-g), or if nobody waits any more.
        """
        params = types.ShowMessageRequestParams(
            type=types.MessageType.Info, message=message, actions=[types.MessageActionItem(title) for title in answers]
        )
        asked = self.request(types.WINDOW_SHOW_MESSAGE_REQUEST, params)
        token.on_cancel(asked.cancel)
        try:
            chosen = asked.result()
        except (CancelledError, JsonRpcException):
            return None
        return chosen.title if chosen is not None else None

    def request(self, method: str, params: Any) -> Future[Any]:
        """A request of ours; the future is settled on the loop."""
        return self._protocol.send_request(method, params)

    def refresh(self) -> None:
        """Have lenses, hints and tokens asked for again, where the client can."""
        workspace = self.capabilities.workspace
        if workspace is None:
            return
        for support, method in (
            (workspace.code_lens, types.WORKSPACE_CODE_LENS_REFRESH),
            (workspace.inlay_hint, types.WORKSPACE_INLAY_HINT_REFRESH),
            (workspace.semantic_tokens, types.WORKSPACE_SEMANTIC_TOKENS_REFRESH),
            (workspace.diagnostics if pulls(self.capabilities) else None, types.WORKSPACE_DIAGNOSTIC_REFRESH),
        ):
            if support is not None and support.refresh_support:
                self.request(method, None)

    def progress(self, title: str, token: Token | None = None) -> Progress:
        """A progress bar (none is shown if the client has none).  Cancellable if `token` is given."""
        window = self.capabilities.window
        return Progress(self, title, bool(window and window.work_done_progress), token)


class Progress:
    """Work-done progress with counts.  Use as a context manager off the loop."""

    def __init__(self, client: Client, title: str, shown: bool, cancel: Token | None) -> None:
        self.id = f"headwater-{next(_tokens)}"
        self._client = client
        self._title = title
        self._shown = shown
        self._cancel = cancel

    def __enter__(self) -> Progress:
        if self._shown:
            self._client.request(
                types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WorkDoneProgressCreateParams(token=self.id)
            )
            self._send(
                types.WorkDoneProgressBegin(title=self._title, cancellable=self._cancel is not None, percentage=0)
            )
        return self

    def report(self, message: str, done: int = 0, total: int = 0) -> None:
        """`done` of `total`, and what is being done."""
        percentage = min(100, done * 100 // total) if total else None
        if self._shown:
            self._send(types.WorkDoneProgressReport(message=message, percentage=percentage))

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._send(types.WorkDoneProgressEnd())

    def _send(self, value: Any) -> None:
        self._client.notify(types.PROGRESS, types.ProgressParams(token=self.id, value=value))
