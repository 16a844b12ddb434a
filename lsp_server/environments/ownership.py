"""What in the database is ours.

Nothing is touched that the state does not record as made by us, or that somebody changed since.  `prod`'s schemas may have
been there before: then only our own views in them are ours, and the schema is never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.environments.engines.base import CatalogEntry, Session
from lsp_server.environments.errors import BuildFailed, Foreign
from lsp_server.environments.state import Made, State
from lsp_server.plan.names import PROD, Relation
from lsp_server.plan.outside import altered_message, altered_way


def own_schema(session: Session, state: State, schema: str, owner: str) -> None:
    """Make the schema, unless it is ours already; one that somebody else made is refused (`prod`: shared)."""
    if schema.casefold() not in session.schemas():
        session.create_schema(schema)
        state.put_made(Made("schema", Relation(schema, ""), owner))
    elif owner != PROD and not state.is_made(Relation(schema, "")):
        raise Foreign(
            f"schema {schema} exists, and Headwater did not make it",
            "rename or drop it, or choose another environment's name",
        )


def table_in_the_way(session: Session, state: State, relation: Relation) -> None:
    """Refuse to make a table where there is one that we did not make."""
    if session.is_there(relation) and not state.is_made(relation):
        raise Foreign(f"table {relation} exists, and Headwater did not make it", "rename or drop it")


def view_in_the_way(
    relation: Relation,
    owner: str,
    catalog: Mapping[tuple[str, str], CatalogEntry],
    made: Mapping[tuple[str, str], Made],
) -> None:
    """Refuse to replace a view that is not ours, belongs to another environment, or was changed since we made it."""
    entry, ours = catalog.get(relation.key), made.get(relation.key)
    if entry is None:
        return
    if ours is None:
        kind = "view" if entry.is_view else "table"
        raise Foreign(
            f"{kind} {relation} exists, and Headwater did not make it", "rename or drop it, or rename the model"
        )
    if ours.owner != owner:
        raise Foreign(f"view {relation} belongs to environment {ours.owner}", "rename the model or the environment")
    if ours.altered(entry):
        raise Foreign(altered_message(relation), altered_way(relation, entry.is_view))


def foreign_readers(session: Session, state: State) -> frozenset[Relation]:
    """Views that somebody else made and that resolve now: they may read ours."""
    made = state.made()
    foreign = [e.relation for key, e in session.catalog().items() if e.is_view and key not in made]
    return frozenset(relation for relation in foreign if _unresolved(session, relation) is None)


def refuse_broken_readers(session: Session, before: frozenset[Relation]) -> None:
    """The contract with readers outside the workspace: what resolved before the views moved still does."""
    for relation in sorted(before):
        if problem := _unresolved(session, relation):
            raise Foreign(
                f"view {relation}, which somebody else made, would no longer resolve: {problem}",
                "mend or drop that view, or keep what it reads; nothing was moved",
            )


def _unresolved(session: Session, relation: Relation) -> str | None:
    try:
        session.columns(relation)
    except BuildFailed as error:
        return error.message
    return None


def views_of(owner: str, made: Mapping[tuple[str, str], Made]) -> list[Made]:
    """Views of one environment."""
    return [item for item in made.values() if item.kind == "view" and item.owner == owner]


def drop_empty_schemas(session: Session, state: State, owner: str) -> None:
    """Schemas that we made for `owner` and that hold nothing any more."""
    catalog = session.catalog()
    used = {schema for schema, _ in catalog}
    there = session.schemas()
    for item in list(state.made().values()):
        schema = item.relation.schema
        if item.kind != "schema" or item.owner != owner or schema.casefold() in used:
            continue
        if schema.casefold() in there:
            session.drop_schema(schema)
        state.forget(item.relation)
