"""Code lenses: impact, readers, environments, unit tests.  All are made at once: they come from values that are at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lsprotocol import types

from lsp_server.ide import verdicts
from lsp_server.ide.words import count
from lsp_server.server import uris
from lsp_server.server.dispatch import Token
from lsp_server.server.projects import Project
from lsp_server.server.world import Whole, World
from lsp_server.syntax.names import model_name
from lsp_server.text.spans import Span

RUN = "headwater.test.run"
COMMAND = {"impact": "headwater.showImpact", "readers": "headwater.showReaders", "environment": "headwater.showImpact"}


def lenses(world: World, params: types.CodeLensParams, _: Token) -> list[types.CodeLens]:
    """The lenses of a document."""
    located = world.workspace.locate(params.text_document.uri)
    if located is not None and located[0].is_test(located[1]):
        return list(_on_tests(world, *located)) if located[0].settings.code_lens else []
    place = world.whole(params.text_document.uri)
    if place is None or place.project.path or not place.project.settings.code_lens:
        return []
    project = place.project
    here = [model.name for model in project.graph.models_in(place.path)]
    states = project.impacts.states(project.graph, here)
    found = verdicts.lenses(project.graph, place.path, project.impact, states)
    root = uris.to_uri(project.root)
    shown = [
        types.CodeLens(
            place.ruler.range(lens.span),
            types.Command(lens.title, COMMAND[lens.kind], arguments=[{"workspace": root, "model": lens.model}]),
        )
        for lens in found
    ]
    return shown + list(_on_models(place, {lens.model: lens.span for lens in reversed(found)}))


def _on_models(place: Whole, spans: dict[str, Span]) -> Iterator[types.CodeLens]:
    """Run the unit tests of a model."""
    dialect = place.project.workspace.config.dialect
    tested = Counter(model_name(test.model, dialect) for test in place.project.tests())
    for model, span in spans.items():
        if tested[model]:
            arguments = {"workspace": uris.to_uri(place.project.root), "model": model}
            title = f"run {count(tested[model], 'unit test')}"
            yield types.CodeLens(place.ruler.range(span), types.Command(title, RUN, arguments=[arguments]))


def _on_tests(world: World, project: Project, path: str) -> Iterator[types.CodeLens]:
    """Run one unit test, at its name."""
    ruler = world.ruler(project, path)
    for test in project.tests():
        if test.path == path and test.span.end <= len(ruler.index.text):
            arguments = {"workspace": uris.to_uri(project.root), "path": path, "name": test.name}
            yield types.CodeLens(ruler.range(test.span), types.Command("run test", RUN, arguments=[arguments]))


def resolve(_world: World, lens: types.CodeLens, _: Token) -> types.CodeLens:
    """Nothing is left to be found out."""
    return lens
