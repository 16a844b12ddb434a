"""Call hierarchy (column lineage) and type hierarchy (models).  Items carry their identity in `data`."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lsp_server.ide import hierarchy as ide
from lsp_server.server.dispatch import Refused, Token
from lsp_server.server.projects import Project
from lsp_server.server.world import World


def prepare_calls(
    world: World, params: types.CallHierarchyPrepareParams, _: Token
) -> list[types.CallHierarchyItem] | None:
    """The column under the cursor."""
    spot = world.spot(params)
    item = ide.column_at(spot.graph, spot.path, spot.offset) if spot else None
    return [_call_item(world, spot.project, item)] if spot and item else None


def incoming(
    world: World, params: types.CallHierarchyIncomingCallsParams, _: Token
) -> list[types.CallHierarchyIncomingCall]:
    """Upstream columns."""
    project, model, column = _identity(world, params.item.data)
    steps = ide.incoming(project.graph, model, column)
    items = [_call_item(world, project, step.item, step.subtypes) for step in steps]
    return [types.CallHierarchyIncomingCall(item, [item.selection_range]) for item in items]


def outgoing(
    world: World, params: types.CallHierarchyOutgoingCallsParams, token: Token
) -> list[types.CallHierarchyOutgoingCall]:
    """Readers."""
    project, model, column = _identity(world, params.item.data)
    world.everywhere(project, token)
    steps = ide.outgoing(project.graph, model, column)
    items = [_call_item(world, project, step.item, step.subtypes) for step in steps]
    return [types.CallHierarchyOutgoingCall(item, [params.item.selection_range]) for item in items]


def prepare_types(
    world: World, params: types.TypeHierarchyPrepareParams, _: Token
) -> list[types.TypeHierarchyItem] | None:
    """The model under the cursor, or the file's."""
    spot = world.spot(params)
    item = ide.model_under(spot.graph, spot.path, spot.offset) if spot else None
    return [_type_item(world, spot.project, item)] if spot and item else None


def supertypes(world: World, params: types.TypeHierarchySupertypesParams, _: Token) -> list[types.TypeHierarchyItem]:
    """The models that it reads."""
    project, model, _column = _identity(world, params.item.data)
    return [_type_item(world, project, item) for item in ide.supertypes(project.graph, model)]


def subtypes(world: World, params: types.TypeHierarchySubtypesParams, token: Token) -> list[types.TypeHierarchyItem]:
    """The models that read it."""
    project, model, _column = _identity(world, params.item.data)
    world.everywhere(project, token)
    return [_type_item(world, project, item) for item in ide.subtypes(project.graph, model)]


def _identity(world: World, data: Any) -> tuple[Project, str, str]:
    """What `data` of an item of ours says."""
    project = world.projects.get(data.get("root", "")) if isinstance(data, dict) else None
    if project is None:
        raise Refused("this item is not of this session (its project is not open)")
    return project, str(data.get("model", "")), str(data.get("column", ""))


def _data(project: Project, item: ide.Item) -> dict[str, str]:
    return {"root": project.root, "model": item.model, "column": item.column}


def _call_item(
    world: World, project: Project, item: ide.Item, subtypes: tuple[str, ...] = ()
) -> types.CallHierarchyItem:
    location = world.location(project, item.place)
    how = ", ".join(subtype.lower().replace("_", " ") for subtype in subtypes)
    return types.CallHierarchyItem(
        name=item.column or item.model,
        kind=types.SymbolKind.Field if item.column else types.SymbolKind.Class,
        uri=location.uri,
        range=location.range,
        selection_range=location.range,
        detail=" · ".join(text for text in (item.model if item.column else "", item.detail, how) if text),
        data=_data(project, item),
    )


def _type_item(world: World, project: Project, item: ide.Item) -> types.TypeHierarchyItem:
    location = world.location(project, item.place)
    return types.TypeHierarchyItem(
        name=item.model,
        kind=types.SymbolKind.Class,
        uri=location.uri,
        range=location.range,
        selection_range=location.range,
        detail=item.place.path,
        data=_data(project, item),
    )
