"""File operations: files and folders that are renamed, created or deleted in the client."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import files as ide
from lsp_server.ide.words import listed
from lsp_server.server import uris
from lsp_server.server.dispatch import Token
from lsp_server.server.projects import Project
from lsp_server.server.workspace_edit import together, workspace_edit
from lsp_server.server.world import World


def will_rename(world: World, params: types.RenameFilesParams, token: Token) -> types.WorkspaceEdit | None:
    """What other files say about the files that are renamed."""
    moves: dict[str, dict[str, str]] = {}
    for renamed in params.files:
        found, target = world.workspace.locate(renamed.old_uri), uris.to_path(renamed.new_uri)
        new = found[0].relative(target) if found is not None and target is not None else None
        if found is not None and new is not None:
            world.everywhere(found[0], token)
            moves.setdefault(found[0].root, {}).update(ide.moves(found[0].graph, found[1], new))
    found_edits = []
    for root, files in moves.items():
        project = world.projects.get(root)
        edits = ide.moved(project.graph, files) if project is not None else []
        if project is not None and edits:
            raw = [(edit.path, edit.span, edit.new_text, edit.model) for edit in edits]
            found_edits.append(workspace_edit(world, project, raw, "Follow the renamed files"))
    return together(found_edits)


def will_create(world: World, params: types.CreateFilesParams, _: Token) -> None:
    """Nothing has to follow a new file; but its place may give it the name of a model that is there already."""
    for made in params.files:
        found = world.workspace.locate(made.uri)
        other = ide.taken(found[0].graph, found[1]) if found is not None else ""
        if found is not None and other:
            message = f"A model of the name that {found[1]} gives by its place is in {other} already."
            world.client.show(message, types.MessageType.Warning)


def will_delete(world: World, params: types.DeleteFilesParams, token: Token) -> None:
    """Nothing can follow a deleted model; those who read it are named before it is too late."""
    by_project: dict[str, tuple[Project, list[str]]] = {}
    for gone in params.files:
        found = world.workspace.locate(gone.uri)
        if found is not None:
            by_project.setdefault(found[0].root, (found[0], []))[1].append(found[1])
    for project, paths in by_project.values():
        world.everywhere(project, token)
        losses = ide.lost(project.graph, paths)
        if losses:
            said = "; ".join(f"{loss.model} is read by {listed(loss.readers, 4, mark='')}" for loss in losses[:4])
            more = f"; and {len(losses) - 4} more" if losses[4:] else ""
            world.client.show(f"Deleting breaks readers: {said}{more}.", types.MessageType.Warning)


def did_rename(world: World, params: types.RenameFilesParams, _: Token) -> None:
    """The graph follows at once, without waiting for a watcher."""
    world.files_changed([uri for moved in params.files for uri in (moved.old_uri, moved.new_uri)])


def did_create(world: World, params: types.CreateFilesParams, _: Token) -> None:
    """New files."""
    world.files_changed([made.uri for made in params.files])


def did_delete(world: World, params: types.DeleteFilesParams, _: Token) -> None:
    """Files that are gone."""
    world.files_changed([gone.uri for gone in params.files])
