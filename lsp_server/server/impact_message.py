"""`headwater/impactChanged`: the ripple of the edits, for views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.analysis.impact import Impact, ModelImpact
from lsp_server.server import protocol, uris
from lsp_server.server.projects import Project

if TYPE_CHECKING:
    from lsp_server.server.world import World


def impact_message(world: World, project: Project, impact: Impact) -> protocol.ImpactChanged:
    """The impact as the extension and the demo show it."""
    return protocol.ImpactChanged(
        workspace=uris.to_uri(project.root),
        against=impact.against,
        breaking=impact.breaking,
        non_breaking=impact.non_breaking,
        rebuild=impact.rebuild,
        reuse=impact.reuse,
        models=_models(world, project, impact),
        pending=any(project.graph.stale(name) for name, found in impact.models.items() if found.change == "modified"),
    )


def _models(world: World, project: Project, impact: Impact) -> list[protocol.TouchedModel]:
    """The models that are touched; those that were told of before are told again as they were (there may be thousands)."""
    before, now = project.told, {}
    for name, found in impact.models.items():
        was, said = before.get(name, (None, None))
        if said is None or was is not found or said.uri != world.uri(project, found.path):
            said = _touched(world, project, found)
        now[name] = (found, said)
    project.told = now
    return [said for _, said in now.values()]


def _touched(world: World, project: Project, found: ModelImpact) -> protocol.TouchedModel:
    return protocol.TouchedModel(
        name=found.model,
        category=found.category,
        change=found.change,
        rows=found.rows,
        build=found.build,
        added=list(found.added),
        changed=list(found.changed),
        removed=list(found.removed),
        uri=world.uri(project, found.path),
        reasons=[reason.message for reason in found.reasons],
        verdict=found.verdict,
    )
