"""What somebody else did to our tables and views, as refusals: each names what stands in the way, and the way back.

Nothing that was changed from outside is replaced without a word: it may hold somebody's work.
"""

from __future__ import annotations

from lsp_server.plan.names import Relation
from lsp_server.plan.states import World
from lsp_server.plan.steps import Refusal


def altered_views(world: World, environment: str) -> tuple[Refusal, ...]:
    """The views of an environment that are not as we made them; whoever moves it would replace them."""
    return tuple(
        Refusal("foreign", altered_message(relation), way=altered_way(relation, is_view))
        for owner, relation, is_view in sorted(world.altered, key=lambda found: str(found[1]))
        if owner == environment
    )


def altered_message(relation: Relation) -> str:
    """What happened to a view."""
    return f"view {relation} was changed by somebody else since Headwater made it"


def altered_way(relation: Relation, is_view: bool) -> str:
    """How to have it made anew."""
    what = "DROP VIEW" if is_view else "DROP TABLE"
    return f"keep what you need of it, then {what} {relation.schema}.{relation.name} in a DuckDB terminal and run this again"
