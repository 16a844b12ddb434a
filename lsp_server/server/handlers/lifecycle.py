"""initialize, initialized, shutdown, configuration, folders, trace, cancelling of progress."""

from __future__ import annotations

import logging
import os
from typing import Any

from lsprotocol import types

from lsp_server import __version__
from lsp_server.server import uris
from lsp_server.server.capabilities import server_capabilities
from lsp_server.server.dispatch import Token
from lsp_server.server.session import Session

log = logging.getLogger(__name__)

WATCHED = ("**/*.sql", "**/*.py", "**/*.csv", "**/*.yaml", "**/*.yml", "**/headwater.toml")


def initialize(session: Session, params: types.InitializeParams, _: Token) -> types.InitializeResult:
    """Agree on what both sides can do."""
    session.capabilities = session.client.capabilities = params.capabilities
    session.encoding = choose_encoding(params.capabilities)
    session.initial_options = params.initialization_options
    session.folders = [folder.uri for folder in params.workspace_folders or ()] or _root(params)
    session.protocol.trace = params.trace or types.TraceValue.Off
    session.protocol.parent = params.process_id if params.process_id == os.getppid() else None
    return types.InitializeResult(
        capabilities=server_capabilities(session.encoding, params.capabilities),
        server_info=types.ServerInfo("headwater", __version__),
    )


def choose_encoding(capabilities: types.ClientCapabilities) -> str:
    """The first encoding of the client's list that we know (all three are equally good to us); UTF-16 if it has none."""
    general = capabilities.general
    for encoding in (general.position_encodings if general else None) or ():
        if encoding in ("utf-8", "utf-16", "utf-32"):
            return str(getattr(encoding, "value", encoding))
    return "utf-16"


def _root(params: types.InitializeParams) -> list[str]:
    if params.root_uri:
        return [params.root_uri]
    return [uris.to_uri(params.root_path)] if params.root_path else []


def initialized(session: Session, _params: Any, _: Token) -> None:
    """Open the folders."""
    client_watches = _register_watchers(session)
    encoding = session.encoding
    session.post(lambda world: world.set_encoding(encoding))
    session.configure(None)
    _pull_configuration(session)
    folders = list(session.folders)
    watch = session.settings.watch_files and not client_watches
    session.post(lambda world: world.set_watching(watch))
    session.post(lambda world: world.open_folders(folders))


def _register_watchers(session: Session) -> bool:
    """Have the client watch the files, if it can."""
    workspace = session.capabilities.workspace
    support = workspace.did_change_watched_files if workspace else None
    if support is None or not support.dynamic_registration:
        return False
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
    registration = types.Registration("headwater-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    session.client.request(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([registration]))
    return True


def _pull_configuration(session: Session) -> None:
    """Ask for the `headwater` section, if the client has settings to ask for."""
    workspace = session.capabilities.workspace
    if workspace is None or not workspace.configuration:
        return
    params = types.ConfigurationParams([types.ConfigurationItem(section="headwater")])

    def take(outcome: Any) -> None:
        if outcome.exception() is None and outcome.result():
            session.configure(outcome.result()[0])

    session.client.request(types.WORKSPACE_CONFIGURATION, params).add_done_callback(take)


def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams, _: Token) -> None:
    """Settings that are pushed count at once; those that are not are asked for."""
    pushed = params.settings.get("headwater") if isinstance(params.settings, dict) else None
    if pushed is not None:
        session.configure(pushed)
    else:
        _pull_configuration(session)


def did_change_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams, _: Token) -> None:
    """Folders come and go."""
    gone = {folder.uri for folder in params.event.removed}
    session.folders = [uri for uri in session.folders if uri not in gone]
    session.folders += [folder.uri for folder in params.event.added if folder.uri not in session.folders]
    folders = list(session.folders)
    session.post(lambda world: world.open_folders(folders))


def shutdown(session: Session, _params: Any, _: Token) -> None:
    """Stop what is under way; the process stays to hear `exit`."""
    for token in session.progress.values():
        token.cancel()


def set_trace(session: Session, params: types.SetTraceParams, _: Token) -> None:
    """How much of its work the server tells by `$/logTrace`; `verbose` makes its own log verbose, too."""
    session.protocol.trace = params.value
    verbose = params.value == types.TraceValue.Verbose
    logging.getLogger("lsp_server").setLevel(logging.DEBUG if verbose else logging.NOTSET)


def cancel_progress(session: Session, params: types.WorkDoneProgressCancelParams, _: Token) -> None:
    """The person pressed "cancel" on a progress bar."""
    token = session.progress.get(params.token)
    if token is not None:
        token.cancel()
