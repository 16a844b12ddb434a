"""Inlay hints, linked editing, document links, file operations."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import files, inlay_hints, linked_editing, links
from lsp_server.server import uris
from lsp_server.server.dispatch import Token
from lsp_server.server.workspace_edit import workspace_edit
from lsp_server.server.world import World

_KIND = {"type": types.InlayHintKind.Type, "parameter": types.InlayHintKind.Parameter}


def inlay(world: World, params: types.InlayHintParams, _: Token) -> list[types.InlayHint]:
    """Types of projections, columns of stars."""
    place = world.whole(params.text_document.uri)
    if place is None or not world.settings.inlay_hints:
        return []
    quiet = world.typed_line(params.text_document.uri)
    return [
        types.InlayHint(
            place.ruler.position(hint.offset), hint.label, _KIND.get(hint.kind), tooltip=hint.tooltip or None
        )
        for hint in inlay_hints.inlay_hints(place.graph, place.path, place.ruler.span(params.range), quiet)
    ]


def linked(world: World, params: types.LinkedEditingRangeParams, _: Token) -> types.LinkedEditingRanges | None:
    """An alias or CTE name and its uses."""
    spot = world.spot(params)
    spans = linked_editing.linked_ranges(spot.graph, spot.path, spot.offset) if spot is not None else []
    if spot is None or not spans:
        return None
    return types.LinkedEditingRanges([spot.ruler.range(span) for span in spans])


def document_links(world: World, params: types.DocumentLinkParams, _: Token) -> list[types.DocumentLink]:
    """The files that a model's file names."""
    place = world.whole(params.text_document.uri)
    if place is None:
        return []
    return [
        types.DocumentLink(
            place.ruler.range(link.span), uris.to_uri(place.project.absolute(link.path)), tooltip=link.path
        )
        for link in links.links(place.graph, place.path)
    ]


def will_rename_files(world: World, params: types.RenameFilesParams, _: Token) -> types.WorkspaceEdit | None:
    """What other files say about the files that are renamed."""
    for moved in params.files:
        found = world.workspace.locate(moved.old_uri)
        target = uris.to_path(moved.new_uri)
        if found is None or target is None:
            continue
        project, old = found
        new = project.relative(target)
        edits = files.moved(project.graph, old, new) if new is not None else []
        if edits:
            raw = [(edit.path, edit.span, edit.new_text, "") for edit in edits]
            return workspace_edit(world, project, raw)
    return None


def did_rename_files(world: World, params: types.RenameFilesParams, _: Token) -> None:
    """The graph follows at once, without waiting for a watcher."""
    world.files_changed([uri for moved in params.files for uri in (moved.old_uri, moved.new_uri)])


def did_create_files(world: World, params: types.CreateFilesParams, _: Token) -> None:
    """New files."""
    world.files_changed([made.uri for made in params.files])


def did_delete_files(world: World, params: types.DeleteFilesParams, _: Token) -> None:
    """Files that are gone."""
    world.files_changed([gone.uri for gone in params.files])
