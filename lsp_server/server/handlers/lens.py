"""Code lenses: impact, readers, environments.  All are made at once: they come from values that are at hand."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.ide import verdicts
from lsp_server.server import uris
from lsp_server.server.dispatch import Token
from lsp_server.server.world import World

COMMAND = {"impact": "headwater.showImpact", "readers": "headwater.showReaders", "environment": "headwater.showImpact"}


def lenses(world: World, params: types.CodeLensParams, _: Token) -> list[types.CodeLens]:
    """The lenses of a document."""
    place = world.whole(params.text_document.uri)
    if place is None or place.project.path or not place.project.settings.code_lens:
        return []
    project = place.project
    here = [model.name for model in project.graph.models_in(place.path)]
    states = project.impacts.states(project.graph, here)
    found = verdicts.lenses(project.graph, place.path, project.impact, states)
    root = uris.to_uri(project.root)
    return [
        types.CodeLens(
            place.ruler.range(lens.span),
            types.Command(lens.title, COMMAND[lens.kind], arguments=[{"workspace": root, "model": lens.model}]),
        )
        for lens in found
    ]


def resolve(_world: World, lens: types.CodeLens, _: Token) -> types.CodeLens:
    """Nothing is left to be found out."""
    return lens
