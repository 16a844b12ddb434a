"""Edits over several files as the client takes them: with versions and annotations where it can, plain where not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types

from lsp_server.server.projects import Project
from lsp_server.server.world import World
from lsp_server.text.spans import Span

Edit = tuple[str, Span, str, str]
"""path, span, new text, the group under which a client previews it ("" for none)"""


def workspace_edit(world: World, project: Project, edits: Iterable[Edit], label: str = "") -> types.WorkspaceEdit:
    """One edit of the workspace."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit[0], []).append(edit)
    support = world.client.capabilities.workspace
    edit_support = support.workspace_edit if support else None
    if edit_support is None or not edit_support.document_changes:
        return types.WorkspaceEdit(
            changes={world.uri(project, p): _plain(world, project, e) for p, e in by_path.items()}
        )
    annotated = edit_support.change_annotation_support is not None and bool(label)
    changes = [_versioned(world, project, path, found, annotated) for path, found in by_path.items()]
    groups = sorted({group for found in by_path.values() for *_, group in found if group}) if annotated else []
    annotations = {group: types.ChangeAnnotation(label=group, description=label) for group in groups}
    return types.WorkspaceEdit(document_changes=list(changes), change_annotations=annotations or None)


def together(edits: Sequence[types.WorkspaceEdit]) -> types.WorkspaceEdit | None:
    """The edits of several projects as one; None when there are none."""
    if len(edits) < 2:
        return edits[0] if edits else None
    changes = [item for edit in edits for item in (edit.changes or {}).items()]
    documents = [change for edit in edits for change in edit.document_changes or []]
    annotations = [item for edit in edits for item in (edit.change_annotations or {}).items()]
    return types.WorkspaceEdit(dict(changes) or None, documents or None, dict(annotations) or None)


def _plain(world: World, project: Project, edits: list[Edit]) -> list[types.TextEdit]:
    ruler = world.ruler(project, edits[0][0])
    return [types.TextEdit(ruler.range(span), text) for _, span, text, _ in edits]


def _versioned(world: World, project: Project, path: str, edits: list[Edit], annotated: bool) -> types.TextDocumentEdit:
    uri, ruler = world.uri(project, path), world.ruler(project, path)
    found: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = []
    for _, span, text, group in edits:
        place = ruler.range(span)
        if annotated and group:
            found.append(types.AnnotatedTextEdit(group, place, text))
        else:
            found.append(types.TextEdit(place, text))
    return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, world.version(uri)), found)
