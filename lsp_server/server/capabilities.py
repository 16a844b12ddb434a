"""What the server says it can do.  Made from the table of routes' neighbour: a feature that is not here is not offered."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide.formatting import ON_TYPE
from lsp_server.server.client import pulls
from lsp_server.server.handlers.actions import KINDS
from lsp_server.server.handlers.commands import COMMANDS
from lsp_server.server.handlers.tokens import LEGEND

_FILE, _FOLDER = types.FileOperationPatternKind.File, types.FileOperationPatternKind.Folder
FILES = types.FileOperationRegistrationOptions(
    [
        types.FileOperationFilter(types.FileOperationPattern(glob, kind), scheme="file")
        for glob, kind in (("**/*.{sql,csv,py,yaml,yml,toml}", _FILE), ("**", _FOLDER))
    ]
)


def server_capabilities(encoding: str, client: types.ClientCapabilities) -> types.ServerCapabilities:
    """The answer to `initialize`."""
    text_document = client.text_document
    renames = text_document.rename if text_document else None
    prepares = bool(renames and renames.prepare_support)
    return types.ServerCapabilities(
        position_encoding=types.PositionEncodingKind(encoding),
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True, change=types.TextDocumentSyncKind.Incremental, save=types.SaveOptions(include_text=False)
        ),
        hover_provider=True,
        code_action_provider=types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True),
        completion_provider=types.CompletionOptions(trigger_characters=[".", "@", "("], resolve_provider=True),
        signature_help_provider=types.SignatureHelpOptions(trigger_characters=["(", ","]),
        definition_provider=True,
        type_definition_provider=True,
        implementation_provider=True,
        references_provider=True,
        document_highlight_provider=True,
        call_hierarchy_provider=True,
        type_hierarchy_provider=True,
        document_symbol_provider=True,
        workspace_symbol_provider=True,
        document_formatting_provider=True,
        document_range_formatting_provider=True,
        document_on_type_formatting_provider=types.DocumentOnTypeFormattingOptions(ON_TYPE[0], list(ON_TYPE[1:])),
        folding_range_provider=True,
        selection_range_provider=True,
        rename_provider=types.RenameOptions(prepare_provider=True) if prepares else True,
        semantic_tokens_provider=types.SemanticTokensOptions(
            legend=LEGEND, full=types.SemanticTokensFullDelta(delta=True), range=True
        ),
        inlay_hint_provider=True,
        code_lens_provider=types.CodeLensOptions(resolve_provider=True),
        execute_command_provider=types.ExecuteCommandOptions(list(COMMANDS)),
        linked_editing_range_provider=True,
        document_link_provider=types.DocumentLinkOptions(),
        diagnostic_provider=types.DiagnosticOptions(
            identifier="headwater", inter_file_dependencies=True, workspace_diagnostics=True
        )
        if pulls(client)
        else None,
        workspace=types.WorkspaceOptions(
            file_operations=types.FileOperationOptions(
                will_rename=FILES,
                did_rename=FILES,
                will_create=FILES,
                did_create=FILES,
                will_delete=FILES,
                did_delete=FILES,
            ),
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True),
        ),
    )
