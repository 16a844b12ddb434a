"""Rename a model, a CTE, a table alias, or a column through the whole workspace.

A column keeps its name on its way through models that do not name it themselves, so renaming it renames it in all of them:
readers' data stay as they are but for that name (`flow.py`).  Where the name was given by an alias, the alias changes; where
it came by itself from a source table or an expression, an alias is added; where it came through a star over a source
table, the star says RENAME.

Unit tests and `external_models.yaml` follow (`rename_beside.py`).  A source table's own column is renamed where a query reads it
without passing it on: the workspace then says the new name, and the person is told that the table itself must follow.

A rename that would clash is refused with the reason, before anything changes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.ide.edits import FileEdit
from lsp_server.ide.flow import Flow, Output, QueryNames, Site
from lsp_server.ide.places import scope_at
from lsp_server.ide.references import references_of
from lsp_server.ide.rename_beside import (
    Texts,
    column_in_tests,
    declared_columns,
    declared_edits,
    left_in_audits,
    model_in_tests,
)
from lsp_server.ide.symbols import Found, Key, symbol_at
from lsp_server.syntax.names import model_name, quote
from lsp_server.text.spans import Span

_STAR_RENAMES = ("duckdb", "snowflake", "clickhouse", "")
"""Dialects with `* RENAME (a AS b)`."""
_PROPERTIES_WITH_COLUMNS = frozenset(
    [
        "grain",
        "grains",
        "references",
        "columns",
        "column_descriptions",
        "audits",
        "partitioned_by",
        "clustered_by",
        "kind",
    ]
)


class Rename(msgspec.Struct, frozen=True):
    """The edits, and in words what was left alone."""

    edits: tuple[FileEdit, ...]
    left_alone: tuple[str, ...] = ()


class RefusedError(Exception):
    """The rename cannot be done; the message says why and what to do."""


def prepare_rename(graph: Graph, path: str, offset: int) -> tuple[Span, str]:
    """The name under the cursor: its place, and the text to start from.  Raises RefusedError."""
    found = _renamed(graph, path, offset)
    if found.key.kind == "model":
        return found.span, found.key.model
    text = (graph.text(path) or "")[found.span.start : found.span.end]
    return found.span, _bare(text)


def rename(graph: Graph, path: str, offset: int, new_name: str, tests: Texts | None = None) -> Rename:
    """All edits that give what is under the cursor a new name; `tests` are the unit tests' texts.  Raises RefusedError."""
    found = _renamed(graph, path, offset)
    new_name = new_name.strip()
    if not new_name:
        raise RefusedError("The new name is empty.")
    if found.key.kind == "model":
        return rename_model(graph, found.key.model, new_name, tests)
    if found.key.kind in ("column", "local"):
        return _rename_column(graph, found.key, _bare(new_name), tests or {})
    return _rename_in_file(graph, found, _bare(new_name))


def _renamed(graph: Graph, path: str, offset: int) -> Found:
    found = symbol_at(graph, path, offset) or _declared_at(graph, path, offset)
    if found is None:
        raise RefusedError("There is nothing here that Headwater can rename.")
    if found.key.kind == "macro":
        raise RefusedError("Macros and variables are renamed where they are defined, which Headwater does not do yet.")
    if found.key.kind == "model":
        _must_be_ours(graph, found.key.model)
    if found.key.kind != "column" or Flow(graph).is_built(found.key.model):
        return found
    return _own_output(graph, found)


def _declared_at(graph: Graph, path: str, offset: int) -> Found | None:
    """A column's entry in a file of source tables."""
    if not any(model.external for model in graph.models_in(path)):
        return None
    for table, column, span in declared_columns(graph, path):
        if offset in span:
            return Found(Key("column", table, name=column.lower()), span, table)
    return None


def _must_be_ours(graph: Graph, model: str) -> None:
    known = graph.model(model)
    if known is None or known.external:
        raise RefusedError(f"{model} is a source table, which is not made in this workspace.")


def _own_output(graph: Graph, found: Found) -> Found:
    """On a source table's column that a projection passes on, the projection's own column is meant."""
    names = Flow(graph).names(found.model)
    for key, output in names.outputs.items() if names is not None else ():
        assert names is not None
        label = names.places.clauses.get((output.scope, f"column-name:{output.index}"))
        if found.key in output.sources and label is not None and label.covers(found.span):
            return msgspec.structs.replace(found, key=key)
    owner = graph.model(found.key.model)
    if owner is not None and owner.external:
        return found
    raise RefusedError(
        f"{found.key.model}.{found.key.name} is a column of a source table that nothing here describes. "
        "Give it another name with AS in the model that reads it, and rename that."
    )


# Models


def rename_model(graph: Graph, model: str, new_name: str, tests: Texts | None = None) -> Rename:
    """All edits that give a model a new name.  Raises RefusedError."""
    schema, _, _ = model.rpartition(".")
    full = new_name if "." in new_name or not schema else f"{schema}.{new_name}"
    owners = graph.owners(model_name(full, _dialect(graph, model)))
    if owners:
        raise RefusedError(f"There is a model named {full} already, in {owners[0]}.")
    edits = [_table_edit(graph, site, full) for site in references_of(graph, Key("model", model))]
    last = full.rpartition(".")[2]
    for reader in graph.readers(model):
        edits += _qualifiers(graph, reader, model, last)
    edits += model_in_tests(graph, tests or {}, model, full)
    return Rename(tuple(sorted(set(edits))))


def _table_edit(graph: Graph, site: Site, full: str) -> FileEdit:
    """A table name keeps as many parts as it was written with, and what stands before the last of them if that is the same."""
    parts = (graph.text(site.path) or "")[site.span.start : site.span.end].count(".") + 1
    wanted = full.split(".")[-parts:] if parts < full.count(".") + 1 else full.split(".")
    dialect = _dialect(graph, site.model)
    return FileEdit(site.path, site.span, ".".join(_quoted(part, dialect) for part in wanted), site.model)


def _qualifiers(graph: Graph, reader: str, model: str, last: str) -> Iterator[FileEdit]:
    """`orders.id` in a reader that gave `shop.orders` no alias."""
    places, found = graph.kept_places(reader), graph.model(reader)
    if found is None:
        return
    tables = {r.span for r in places.references if r.target.kind == "model" and r.target.model == model}
    text = graph.text(found.path) or ""
    old = model.rpartition(".")[2]
    for reference in places.references:
        target = reference.target
        if (
            target.kind == "alias"
            and target.definition in tables
            and _bare(text[slice(*reference.span)]).lower() == old
        ):
            yield FileEdit(found.path, reference.span, _quoted(last, found.dialect), reader)


# Columns


def _rename_column(graph: Graph, key: Key, new_name: str, tests: Texts) -> Rename:
    flow = Flow(graph)
    origin = flow.origin(key)
    reached = flow.reach(origin, across=True)
    _refuse_clashes(flow, reached, new_name)
    edits, left_alone = _site_edits(graph, flow.sites(reached), origin.name, new_name)
    edits += _given_name(graph, flow, origin, new_name)
    edits += _kept_names(graph, flow, reached)
    in_tests, left_in_tests = column_in_tests(graph, tests, set(reached), origin.name, new_name)
    edits += in_tests
    left_alone += left_in_tests
    for model in sorted({reached_key.model for reached_key in reached if reached_key.kind == "column"}):
        edits += [
            *_header_edits(graph, model, origin.name, new_name),
            *declared_edits(graph, model, origin.name, new_name),
        ]
        left_alone += [*_left_outside(graph, model, origin.name), *left_in_audits(graph, model, origin.name)]
    return Rename(tuple(sorted(set(edits))), tuple(left_alone))


def _left_outside(graph: Graph, model: str, name: str) -> Iterator[str]:
    """What no edit of this workspace can reach."""
    known = graph.model(model)
    if known is not None and known.external:
        yield f"{model} is not made in this workspace: its column {name} must get the new name where it is made."
    elif not graph.readers(model):
        yield f"Who reads {model}.{name} outside this workspace must change too."


def _site_edits(graph: Graph, sites: list[Site], old: str, new_name: str) -> tuple[list[FileEdit], list[str]]:
    edits, left_alone = [], []
    for site in sites:
        text = (graph.text(site.path) or "")[slice(*site.span)]
        if _bare(text).lower() == old:
            edits.append(FileEdit(site.path, site.span, _quoted(new_name, _dialect(graph, site.model)), site.model))
        else:
            left_alone.append(f"{site.path}: `{text}` produces the name {old}; change it by hand.")
    return edits, left_alone


def _given_name(graph: Graph, flow: Flow, origin: Key, new_name: str) -> list[FileEdit]:
    """The edit that makes the name where no alias gives it: an alias behind the expression, RENAME behind a star."""
    names = flow.names(origin.model)
    output = names.outputs.get(origin) if names is not None else None
    model = graph.model(origin.model)
    if names is None or output is None or output.label is not None or model is None:
        return []
    span = names.places.clauses.get((output.scope, f"column:{output.index}"))
    if span is None:
        raise RefusedError(f"{origin.name} has no place of its own in {model.path}: write the columns out first.")
    text = (graph.text(model.path) or "")[slice(*span)]
    end = Span(span.end, span.end)
    quoted = _quoted(new_name, model.dialect)
    if not text.endswith("*"):
        return [FileEdit(model.path, end, f" AS {quoted}", model.name)]
    if model.dialect not in _STAR_RENAMES:
        raise RefusedError(f"{origin.name} comes through `{text}` in {model.path}: expand the star first.")
    old = _quoted(output.name, model.dialect)
    return [FileEdit(model.path, end, f" RENAME ({old} AS {quoted})", model.name)]


def _kept_names(graph: Graph, flow: Flow, reached: dict[Key, list[str]]) -> Iterator[FileEdit]:
    """`max(price)` without an alias is a column of that name: it keeps the name when the text inside it changes."""
    for key, models in reached.items():
        for model in models:
            names, found = flow.names(model), graph.model(model)
            uses = {reference.span for reference in names.uses.get(key, ())} if names is not None else set()
            for output in names.outputs.values() if names is not None and uses else ():
                assert names is not None
                clauses = names.places.clauses
                span = clauses.get((output.scope, f"column:{output.index}"))
                unnamed = output.label is None and names.is_computed(output)
                if unnamed and span is not None and found is not None and any(span.covers(use) for use in uses):
                    alias = _quoted(output.name, found.dialect)
                    yield FileEdit(found.path, Span(span.end, span.end), f" AS {alias}", model)


def _refuse_clashes(flow: Flow, reached: dict[Key, list[str]], new_name: str) -> None:
    folded = new_name.lower()
    for key, models in reached.items():
        clash = Key(key.kind, key.model, key.scope, folded)
        names = flow.names(key.model)
        _refuse_declared(flow.graph, key, new_name)
        if names is not None and clash in names.outputs and key in names.outputs:
            where = key.model if key.kind == "column" else f"a subquery or CTE of {key.model}"
            raise RefusedError(f"{where} has a column named {new_name} already.")
        for model in models:
            used = flow.names(model)
            if used is not None:
                _refuse_ambiguity(flow.graph, used, [r.span for r in used.uses.get(key, ())], folded)


def _refuse_declared(graph: Graph, key: Key, new_name: str) -> None:
    """A source table, too, has each name once."""
    owner = graph.model(key.model) if key.kind == "column" else None
    if owner is not None and owner.external and any(c.name.lower() == new_name.lower() for c in owner.columns):
        raise RefusedError(f"{key.model} has a column named {new_name} already.")


def _refuse_ambiguity(graph: Graph, names: QueryNames, spans: list[Span], folded: str) -> None:
    """A name without a qualifier must not begin to mean another relation's column."""
    qualified = {reference.span.end + 1 for reference in names.places.references if reference.target.kind == "alias"}
    bare = [span for span in spans if span.start not in qualified]
    bound = graph.bound(names.model) if bare else None
    for span in bare if bound is not None else ():
        place = scope_at(bound.places, span.start) if bound is not None else None
        for source in place.sources if place is not None else ():
            if any(column.name.lower() == folded for column in source.interface.columns):
                raise RefusedError(
                    f"In {names.model}, {folded} would also be a column of {source.name}: qualify it first."
                )


def _header_edits(graph: Graph, model: str, old: str, new_name: str) -> Iterator[FileEdit]:
    """Header properties that name columns: grain, time_column, columns, audits, ..."""
    found = graph.model(model)
    file = graph.file(found.path) if found is not None else None
    if found is None or file is None or file.header is None:
        return
    for prop in file.header.properties:
        if prop.name.lower() in _PROPERTIES_WITH_COLUMNS:
            for token in prop.tokens:
                if token.text.lower() == old and file.text[token.start : token.end + 1][:1] != "'":
                    span = Span(token.start, token.end + 1)
                    yield FileEdit(found.path, span, _quoted(new_name, found.dialect), model)


# CTEs and aliases


def _rename_in_file(graph: Graph, found: Found, new_name: str) -> Rename:
    bound, model = graph.bound(found.model), graph.model(found.model)
    assert bound is not None
    assert model is not None
    sites = references_of(graph, found.key)
    taken = {r.target.name.lower() for r in bound.places.references if r.target.kind == found.key.kind and r.declares}
    if new_name.lower() in taken - {found.key.name}:
        raise RefusedError(f"There is a {_WORDS[found.key.kind]} named {new_name} in this query already.")
    if found.key.kind == "cte":
        tables = {site.span for site in sites}
        sites += [
            Site(model.path, r.span, model.name)
            for r in bound.places.references
            if r.target.kind == "alias" and not r.declares and r.target.definition in tables
        ]
    edits, left_alone = _site_edits(graph, sorted(set(sites)), found.key.name, new_name)
    return Rename(tuple(sorted(set(edits))), tuple(left_alone))


_WORDS = {"cte": "CTE", "alias": "table alias"}


# Names as text


def _dialect(graph: Graph, model: str) -> str:
    found = graph.model(model)
    return found.dialect if found is not None else ""


def _bare(text: str) -> str:
    """A name without its quotes."""
    if len(text) > 1 and text[0] in '"`[' and text[-1] in '"`]':
        return text[1:-1]
    return text


def _quoted(name: str, dialect: str) -> str:
    """The name as the dialect wants it written: bare when it can be."""
    return quote(name, dialect, always=False)


__all__ = ["FileEdit", "Output", "RefusedError", "Rename", "prepare_rename", "rename", "rename_model"]
