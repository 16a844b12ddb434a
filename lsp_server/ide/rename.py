"""Rename a model, or a column, through the whole workspace; a CTE or a table alias in its query (`rename_in_query.py`).

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
from lsp_server.ide.edits import FileEdit, RefusedError, bare, quoted
from lsp_server.ide.flow import Flow, Site
from lsp_server.ide.header_columns import header_columns
from lsp_server.ide.references import references_of
from lsp_server.ide.rename_beside import (
    Texts,
    audit_files,
    column_in_tests,
    declared_columns,
    declared_edits,
    left_in_audits,
    model_in_tests,
)
from lsp_server.ide.rename_clashes import refuse_clashes
from lsp_server.ide.rename_in_query import cte_behind, in_file, names_around
from lsp_server.ide.symbols import Found, Key, symbol_at
from lsp_server.syntax.names import model_name
from lsp_server.text.spans import Span

_STAR_RENAMES = ("duckdb", "snowflake", "clickhouse", "")
"""Dialects with `* RENAME (a AS b)`."""


class Rename(msgspec.Struct, frozen=True):
    """The edits, and in words what was left alone."""

    edits: tuple[FileEdit, ...]
    left_alone: tuple[str, ...] = ()


def prepare_rename(graph: Graph, path: str, offset: int) -> tuple[Span, str]:
    """The name under the cursor: its place, and the text to start from.  Raises RefusedError."""
    found = _renamed(graph, path, offset)
    if found.key.kind == "model":
        return found.span, found.key.model
    text = (graph.text(path) or "")[found.span.start : found.span.end]
    return found.span, bare(text)


def rename(graph: Graph, path: str, offset: int, new_name: str, tests: Texts | None = None) -> Rename:
    """All edits that give what is under the cursor a new name; `tests` are the unit tests' texts.  Raises RefusedError."""
    found = _renamed(graph, path, offset)
    new_name = new_name.strip()
    if not new_name:
        raise RefusedError("The new name is empty.")
    if found.key.kind == "model":
        return rename_model(graph, found.key.model, new_name, tests)
    if found.key.kind in ("column", "local"):
        return _rename_column(graph, found.key, bare(new_name), tests or {})
    return Rename(in_file(graph, found.key, bare(new_name)))


def _renamed(graph: Graph, path: str, offset: int) -> Found:
    found = symbol_at(graph, path, offset) or _declared_at(graph, path, offset)
    if found is None:
        raise RefusedError("There is nothing here that Headwater can rename.")
    if found.key.kind == "macro":
        raise RefusedError("Macros and variables are renamed where they are defined, which Headwater does not do yet.")
    if found.key.kind == "model":
        _must_be_ours(graph, found.key.model)
    if found.key.kind == "alias":
        return msgspec.structs.replace(found, key=cte_behind(graph, found.key))
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
    span = graph.name_span(model)
    if span == Span(0, 0):
        raise RefusedError(f"{model} is named after its file: rename {known.path}, and its readers follow.")
    written = (graph.text(known.path) or "")[slice(*span)]
    if "@" in written or "{" in written:
        raise RefusedError(f"The name of {model} is made by `{written}` in {known.path}: change it there.")


def _own_output(graph: Graph, found: Found) -> Found:
    """On a source table's column that a projection passes on, the projection's own column is meant."""
    names = Flow(graph).names(found.model)
    for output in names.places.outputs(found.key.name) if names is not None else ():
        assert names is not None
        label = names.places.clauses.get((output.scope, f"column-name:{output.index}"))
        if found.key in names.sources(output) and label is not None and label.covers(found.span):
            return msgspec.structs.replace(found, key=names.key(output))
    owner = graph.model(found.key.model)
    if owner is not None and owner.external:
        return found
    if owner is not None and owner.path:
        raise RefusedError(
            f"{found.key.model}.{found.key.name} is made in {owner.path}, which is no SQL. "
            "Give it another name with AS in the model that reads it, and rename that."
        )
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
    return Rename(_once(edits))


def _table_edit(graph: Graph, site: Site, full: str) -> FileEdit:
    """A table name keeps as many parts as it was written with, and what stands before the last of them if that is the same."""
    written = (graph.text(site.path) or "")[slice(*site.span)]
    if written[:1] in ("'", '"') and site.path.endswith(".py"):
        return FileEdit(site.path, site.span, _python_string(full, written[0]), site.model)
    parts = written.count(".") + 1
    wanted = full.split(".")[-parts:] if parts < full.count(".") + 1 else full.split(".")
    dialect = _dialect(graph, site.model)
    return FileEdit(site.path, site.span, ".".join(quoted(part, dialect) for part in wanted), site.model)


def _python_string(text: str, quote_mark: str) -> str:
    return repr(text) if quote_mark in text or "\\" in text else f"{quote_mark}{text}{quote_mark}"


def _qualifiers(graph: Graph, reader: str, model: str, last: str) -> Iterator[FileEdit]:
    """`orders.id` in a reader that gave `shop.orders` no alias; where the new name is another table's there, the old one stays as alias."""
    places, found = graph.kept_places(reader), graph.model(reader)
    if found is None:
        return
    old, text = model.rpartition(".")[2], graph.text(found.path) or ""
    tables = {r.span for r in places.references if r.target.kind == "model" and r.target.model == model}
    uses: dict[Span, list[Span]] = {}
    for reference in places.references:
        table = reference.target.definition
        if reference.target.kind == "alias" and table in tables and bare(text[slice(*reference.span)]).lower() == old:
            uses.setdefault(table, []).append(reference.span)
    bound = graph.bound(reader) if uses else None
    for table, spans in uses.items():
        if bound is not None and last.lower() in names_around(bound.places, table):
            yield FileEdit(found.path, Span(table.end, table.end), f" AS {quoted(old, found.dialect)}", reader)
        else:
            yield from (FileEdit(found.path, span, quoted(last, found.dialect), reader) for span in spans)


# Columns


def _rename_column(graph: Graph, key: Key, new_name: str, tests: Texts) -> Rename:
    flow = Flow(graph)
    origin = flow.origin(key)
    _must_be_made(flow, origin)
    reached = flow.reach(origin, across=True)
    refuse_clashes(flow, reached, origin.name, new_name)
    edits, left_alone = _site_edits(graph, flow.sites(reached), origin.name, new_name)
    edits += _given_name(graph, flow, origin, new_name)
    edits += _kept_names(graph, flow, reached)
    in_tests, left_in_tests = column_in_tests(graph, tests, set(reached), origin.name, new_name)
    edits += in_tests
    left_alone += left_in_tests
    audits = audit_files(graph)
    for model in sorted({reached_key.model for reached_key in reached if reached_key.kind == "column"}):
        edits += [
            *_header_edits(graph, model, origin.name, new_name),
            *declared_edits(graph, model, origin.name, new_name),
        ]
        left_alone += [*_left_outside(graph, model, origin.name), *left_in_audits(graph, model, origin.name, audits)]
    return Rename(_once(edits), tuple(left_alone))


def _must_be_made(flow: Flow, origin: Key) -> None:
    """A column of a model that no projection of its query makes: `valid_to` of a slowly changing dimension."""
    names = flow.names(origin.model)
    if names is not None and names.output(origin) is None and flow.is_built(origin.model):
        kind = getattr(flow.graph.model(origin.model), "kind", None)
        raise RefusedError(
            f"{origin.name} is made by the kind {kind.name if kind is not None else ''} of {origin.model}, not by its query."
        )


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
        if bare(text).lower() == old:
            edits.append(FileEdit(site.path, site.span, quoted(new_name, _dialect(graph, site.model)), site.model))
        else:
            left_alone.append(f"{site.path}: `{text}` produces the name {old}; change it by hand.")
    return edits, left_alone


def _given_name(graph: Graph, flow: Flow, origin: Key, new_name: str) -> list[FileEdit]:
    """The edit that makes the name where no alias gives it: an alias behind the expression, RENAME behind a star."""
    names = flow.names(origin.model)
    output = names.output(origin) if names is not None else None
    model = graph.model(origin.model)
    if names is None or output is None or output.label is not None or model is None:
        return []
    span = names.places.clauses.get((output.scope, f"column:{output.index}"))
    if span is None:
        raise RefusedError(f"{origin.name} has no place of its own in {model.path}: write the columns out first.")
    text = (graph.text(model.path) or "")[slice(*span)]
    end = Span(span.end, span.end)
    name = quoted(new_name, model.dialect)
    if not text.endswith("*"):
        return [FileEdit(model.path, end, f" AS {name}", model.name)]
    if model.dialect not in _STAR_RENAMES:
        raise RefusedError(f"{origin.name} comes through `{text}` in {model.path}: expand the star first.")
    old = quoted(output.name, model.dialect)
    return [FileEdit(model.path, end, f" RENAME ({old} AS {name})", model.name)]


def _kept_names(graph: Graph, flow: Flow, reached: dict[Key, list[str]]) -> Iterator[FileEdit]:
    """`max(price)` without an alias is a column of that name: it keeps the name when the text inside it changes."""
    for key, models in reached.items():
        for model in models:
            names, found = flow.names(model), graph.model(model)
            if names is None or found is None or not (uses := names.uses(key)):
                continue
            for output, span in names.unnamed_around(uses):
                alias = quoted(output.name, found.dialect)
                yield FileEdit(found.path, Span(span.end, span.end), f" AS {alias}", model)


def _header_edits(graph: Graph, model: str, old: str, new_name: str) -> Iterator[FileEdit]:
    """Header properties that name columns: grain, time_column, columns, audits, ..."""
    found = graph.model(model)
    for span, column in header_columns(graph, model):
        if found is not None and column.lower() == old:
            yield FileEdit(found.path, span, quoted(new_name, found.dialect), model)


# Names as text


def _once(edits: list[FileEdit]) -> tuple[FileEdit, ...]:
    """Each place once: a file of blueprints is the text of several models."""
    return tuple(sorted({(edit.path, edit.span): edit for edit in sorted(edits, reverse=True)}.values()))


def _dialect(graph: Graph, model: str) -> str:
    found = graph.model(model)
    return found.dialect if found is not None else ""


__all__ = ["FileEdit", "RefusedError", "Rename", "prepare_rename", "rename", "rename_model"]
