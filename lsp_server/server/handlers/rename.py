"""Rename with prepare: edits with change annotations, so that the client previews them by model."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import rename as ide
from lsp_server.ide.symbols import symbol_at
from lsp_server.server.dispatch import Refused, Token
from lsp_server.server.workspace_edit import workspace_edit
from lsp_server.server.world import Spot, World


def prepare(world: World, params: types.PrepareRenameParams, _: Token) -> types.PrepareRenamePlaceholder | None:
    """The name that would be renamed."""
    spot = world.spot(params)
    if spot is None:
        return None
    _refuse_elsewhere(spot)
    try:
        span, text = ide.prepare_rename(spot.graph, spot.path, spot.offset)
    except ide.RefusedError as refusal:
        raise Refused(str(refusal)) from refusal
    return types.PrepareRenamePlaceholder(spot.ruler.range(span), text)


def rename(world: World, params: types.RenameParams, token: Token) -> types.WorkspaceEdit | None:
    """All edits; what they leave alone is told."""
    spot = world.spot(params, everywhere=token)
    if spot is None:
        return None
    _refuse_elsewhere(spot)
    try:
        found = ide.rename(spot.graph, spot.path, spot.offset, params.new_name, spot.project.test_texts())
    except ide.RefusedError as refusal:
        raise Refused(str(refusal)) from refusal
    if found.left_alone:
        world.client.show("Left alone: " + " ".join(found.left_alone[:4]), types.MessageType.Warning)
    edits = [(edit.path, edit.span, edit.new_text, edit.model) for edit in found.edits]
    return workspace_edit(world, spot.project, edits, f"Rename to {params.new_name}")


def _refuse_elsewhere(spot: Spot) -> None:
    """In a document beside the workspace, what is the workspace's cannot be renamed: its other uses are not seen from there."""
    found = symbol_at(spot.graph, spot.path, spot.offset) if spot.project.path else None
    if found is not None and found.key.kind in ("model", "column") and found.key.model != found.model:
        raise Refused(f"{found.key.model} is renamed in a file of its workspace, not here.")
