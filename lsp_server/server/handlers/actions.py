"""Code actions: fixes of problems and refactorings.  Their edits are computed when one is chosen, if the client can ask then."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from lsp_server.ide.actions import Action
from lsp_server.ide.fixes import fix_all, quick_fixes
from lsp_server.ide.impact_fixes import impact_fixes
from lsp_server.ide.refactorings import refactorings
from lsp_server.plan.names import PROD
from lsp_server.server import uris
from lsp_server.server.dispatch import Token
from lsp_server.server.workspace_edit import workspace_edit
from lsp_server.server.world import Whole, World
from lsp_server.text.spans import Span

KINDS = [
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    types.CodeActionKind.RefactorExtract,
    types.CodeActionKind.RefactorInline,
    types.CodeActionKind.SourceFixAll,
]


def code_actions(world: World, params: types.CodeActionParams, _: Token) -> list[types.CodeAction]:
    """What can be done at the range."""
    place = world.whole(params.text_document.uri)
    if place is None:
        return []
    lazily = _resolves(world)
    found = []
    for action in _offered(place, place.ruler.span(params.range)):
        if _wanted(action.kind, params.context.only) and (not action.creates or _creates_files(world)):
            item = types.CodeAction(
                title=action.title,
                kind=types.CodeActionKind(action.kind),
                diagnostics=_diagnostics(place, action, params.context.diagnostics) or None,
                is_preferred=action.preferred or None,
            )
            if lazily:
                item.data = {"uri": params.text_document.uri, "range": _plain(params.range), "kind": action.kind}
            else:
                item.edit = _edit(world, place, action)
            found.append(item)
    return found + environment_actions(world, place, params)


def environment_actions(world: World, place: Whole, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Create, build and promote environments, roll prod back: offered on a model's header."""
    file = place.graph.file(place.path)
    end = file.header.span.end if file is not None and file.header is not None else 0
    kind = "headwater.environment"
    if place.project.path or not _wanted(kind, params.context.only) or place.ruler.offset(params.range.start) > end:
        return []
    root = uris.to_uri(place.project.root)
    there = place.project.impacts.reading.environments.environments
    return [
        types.CodeAction(
            title=title,
            kind=kind,
            command=types.Command(title, command, arguments=[{"workspace": root, **arguments}]),
        )
        for title, command, arguments in environment_commands(
            {name: environment.etag for name, environment in there.items()},
            PROD in there and (there[PROD].restored or there[PROD].number) > 1,
        )
    ]


def environment_commands(etags: dict[str, str], way_back: bool = False) -> list[tuple[str, str, dict[str, str]]]:
    """(title, command, arguments) for the environments that there are, by their etags; the likeliest first.

    `way_back`: prod has an earlier version to return to.
    """
    others = sorted(name for name in etags if name != PROD)
    found = [
        (f"Build {name} from the files", "headwater.env.apply", {"name": name, "etag": etags[name]}) for name in others
    ]
    found += [(f"Promote {name} to {PROD}", "headwater.env.promote", {"name": name, "to": PROD}) for name in others]
    if PROD in etags and "dev" not in etags:
        found.append((f"Create dev as a mirror of {PROD}", "headwater.env.create", {"name": "dev", "from": PROD}))
    verb = "Build" if PROD not in etags else "Apply the files to"
    found.append((f"{verb} {PROD}", "headwater.env.apply", {"name": PROD, "etag": etags.get(PROD, "")}))
    if way_back:
        found.append((f"Roll {PROD} back", "headwater.env.rollback", {"name": PROD, "etag": etags[PROD]}))
    return found


def resolve(world: World, item: types.CodeAction, _: Token) -> types.CodeAction:
    """The edit of the chosen action; none if the text has moved on and it is not offered any more."""
    data = item.data if isinstance(item.data, dict) else {}
    uri, range_ = data.get("uri"), data.get("range")
    if item.edit is not None or not isinstance(uri, str) or not isinstance(range_, list) or len(range_) != 4:
        return item
    place = world.whole(uri)
    if place is not None:
        start, end = types.Position(range_[0], range_[1]), types.Position(range_[2], range_[3])
        for action in _offered(place, place.ruler.span(types.Range(start, end))):
            if (action.title, action.kind) == (item.title, data.get("kind")):
                item.edit = _edit(world, place, action)
                break
    return item


def _offered(place: Whole, span: Span) -> list[Action]:
    problems = place.project.problems(place.path)
    found = [*quick_fixes(place.graph, place.path, problems, span), *_ways_out(place, span)]
    found += refactorings(place.graph, place.path, span)
    everything = fix_all(place.graph, place.path, problems)
    return [*found, everything] if everything is not None else found


def _ways_out(place: Whole, span: Span) -> list[Action]:
    """What can be done about a breaking change, at the places of its reasons."""
    impacts = place.project.impacts
    if impacts.found is None or impacts.reading.baseline is None:
        return []
    here = [found for found in impacts.found.models.values() if found.path == place.path]
    sides = impacts.reading.baseline.sides
    return [action for found in here for action in impact_fixes(place.graph, found, sides.get(found.model), span)]


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Kinds are a hierarchy by dots; `source` ones are given only to those who ask for them."""
    if only is None:
        return not kind.startswith("source")
    return any(
        kind == wanted or kind.startswith(f"{wanted}.") for wanted in (str(getattr(o, "value", o)) for o in only)
    )


def _edit(world: World, place: Whole, action: Action) -> types.WorkspaceEdit:
    edits = [(edit.path, edit.span, edit.text, "") for edit in action.edits]
    edit = workspace_edit(world, place.project, edits)
    if action.creates and edit.document_changes is not None:
        options = types.CreateFileOptions(ignore_if_exists=True)
        created = [types.CreateFile(world.uri(place.project, path), options=options) for path in action.creates]
        edit.document_changes = [*created, *edit.document_changes]
    return edit


def _diagnostics(place: Whole, action: Action, shown: Sequence[types.Diagnostic]) -> list[types.Diagnostic]:
    """The client's diagnostics that the action mends."""
    if action.problem is None:
        return []
    range_ = place.ruler.range(action.problem)
    return [diagnostic for diagnostic in shown if diagnostic.code in action.codes and diagnostic.range == range_]


def _resolves(world: World) -> bool:
    text_document = world.client.capabilities.text_document
    support = text_document.code_action.resolve_support if text_document and text_document.code_action else None
    return bool(support and "edit" in support.properties)


def _creates_files(world: World) -> bool:
    workspace = world.client.capabilities.workspace
    support = workspace.workspace_edit if workspace else None
    return bool(
        support
        and support.document_changes
        and types.ResourceOperationKind.Create in (support.resource_operations or [])
    )


def _plain(range_: types.Range) -> list[int]:
    return [range_.start.line, range_.start.character, range_.end.line, range_.end.character]
