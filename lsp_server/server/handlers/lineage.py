"""`headwater/lineage`: the neighbourhood of a model, for the lineage panel."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.analysis.impact import ModelImpact
from lsp_server.ide.hierarchy import column_at
from lsp_server.ide.neighbourhood import Card, Flow, neighbourhood
from lsp_server.ide.places import column_place, model_at, model_place
from lsp_server.ide.verdicts import column_change
from lsp_server.semantics.facts import Column
from lsp_server.server import protocol, uris
from lsp_server.server.dispatch import Refused, Token
from lsp_server.server.projects import Project
from lsp_server.server.world import World


def lineage(world: World, params: protocol.LineageParams, _: Token) -> protocol.Lineage:
    """Models around the focus, and the edges between their columns."""
    project, focus = _focus(world, params)
    if project is None or focus is None:
        return protocol.Lineage(models=[], edges=[], row_edges=[])
    up, down = min(params.depth_up, 50), min(params.depth_down, 50)
    found = neighbourhood(project.graph, focus.model, up, down, min(params.max_models, 2000))
    row_edges = [_row_edge(flow) for flow in found.rows]
    row_edges += [
        protocol.RowEdge(from_=protocol.ColumnEnd(model=source, column=""), to=target, subtype="ROWS")
        for source, target in found.row_sets
    ]
    return protocol.Lineage(
        models=[_model(world, project, card) for card in found.cards],
        edges=[_edge(flow) for flow in found.columns],
        row_edges=row_edges,
        focus=focus,
        truncated=found.truncated,
        workspace=uris.to_uri(project.root),
        baseline=project.impact.against if project.impact is not None else "",
    )


def _focus(world: World, params: protocol.LineageParams) -> tuple[Project | None, protocol.Focus | None]:
    if params.model:
        for project in world.projects_named(params.workspace):
            if project.graph.model(params.model) is not None or project.graph.readers(params.model):
                return project, protocol.Focus(model=params.model)
        raise Refused(f"there is no model {params.model}")
    place = world.whole(params.text_document.uri) if params.text_document else None
    if place is None:
        return None, None
    at = params.position
    offset = place.ruler.offset(types.Position(at.line, at.character)) if at is not None else -1
    item = column_at(place.graph, place.path, offset) if offset >= 0 else None
    if item is not None:
        return place.project, protocol.Focus(model=item.model, column=item.column)
    model = model_at(place.graph, place.path)
    return place.project, protocol.Focus(model=model.name) if model is not None else None


def _model(world: World, project: Project, card: Card) -> protocol.LineageModel:
    graph = project.graph
    model, interface = graph.model(card.model), graph.interface(card.model)
    place = model_place(graph, card.model)
    location = world.location(project, place) if place is not None else None
    columns = interface.columns if interface is not None else ()
    touched = project.impact.models.get(card.model) if project.impact is not None else None
    return protocol.LineageModel(
        name=card.model,
        kind=model.kind.name if model is not None else "EXTERNAL",
        columns=[_column(world, project, card.model, column, touched) for column in columns],
        category=touched.category if touched is not None else "",
        change=touched.change if touched is not None else "",
        rows=touched.rows if touched is not None else "",
        removed=list(touched.removed) if touched is not None else [],
        path=place.path if place is not None else "",
        uri=location.uri if location is not None else "",
        line=location.range.start.line if location is not None else 0,
        external=model is None or model.external,
        depth=card.depth,
        more_up=card.more_up,
        more_down=card.more_down,
    )


def _column(
    world: World, project: Project, model: str, column: Column, touched: ModelImpact | None
) -> protocol.LineageColumn:
    place = column_place(project.graph, model, column.name)
    start = world.location(project, place).range.start if place is not None else None
    return protocol.LineageColumn(
        name=column.name,
        type=column.type,
        change=column_change(touched, column.name) if touched is not None else "",
        description=column.description,
        line=start.line if start is not None else -1,
        character=start.character if start is not None else 0,
    )


def _edge(flow: Flow) -> protocol.LineageEdge:
    return protocol.LineageEdge(
        from_=protocol.ColumnEnd(model=flow.edge.model, column=flow.edge.column),
        to=protocol.ColumnEnd(model=flow.model, column=flow.column),
        type=flow.edge.type,
        subtype=flow.edge.subtype,
    )


def _row_edge(flow: Flow) -> protocol.RowEdge:
    source = protocol.ColumnEnd(model=flow.edge.model, column=flow.edge.column)
    return protocol.RowEdge(from_=source, to=flow.model, subtype=flow.edge.subtype)
