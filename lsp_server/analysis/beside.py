"""What counts for a model beside its own text: the rows of a seed's file, the project's configuration, the text of its audits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from lsp_server.graph import queries
from lsp_server.graph.config import AUDIT
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.text.spans import Span

_known: WeakKeyDictionary[Graph, tuple[int, dict[str, str]]] = WeakKeyDictionary()
"""The audits of each graph, and when they were looked for: all files are looked through, and several ask for it at a start."""


def seed_differences(model: Model, rows_changed: bool, changed: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """(code, message, column) of a seed whose file has other contents."""
    if rows_changed:
        yield "rows-seed", f"`{model.seed}` has another number of rows: rows differ, so every reader is touched", ""
        return
    for name in changed:
        yield "column-seed", f"`{name}`: its values in `{model.seed}` have changed", name


def seed_place(graph: Graph, model: Model) -> Span | None:
    """Where the model names its file."""
    file = graph.file(model.path)
    header = file.header if file is not None else None
    named = [each for each in header.kind.properties if each.name.lower() == "path"] if header is not None else []
    return named[0].name_span if named else None


def configured(graph: Graph, name: str) -> str:
    """Where the project's configuration gives models the property `name`; "" when it does not."""
    config = graph.config()
    return f"model_defaults in `{config.path}`" if config.path and name in config.defaults else ""


def audit_texts(graph: Graph) -> Mapping[str, str]:
    """The definition of each AUDIT of the workspace, by name: those in files of their own, and those below a model."""
    known = _known.get(graph)
    if known is None or known[0] != graph.engine.changes:
        found = _audit_texts(graph)
        known = _known[graph] = graph.engine.changes, found
    return known[1]


def _audit_texts(graph: Graph) -> dict[str, str]:
    found: dict[str, str] = {}
    db, config = graph.engine, graph.config()
    for path in graph.paths():
        if "AUDIT" not in (db.peek(queries.TEXT, path) or "").upper() and config.role(path) != AUDIT:
            continue
        file = graph.file(path)
        if file is None:
            continue
        if is_audit_file(graph, path) and file.header is not None and file.query is not None:
            found[file.header.name.lower()] = file.query.text
        for statement in file.with_role("audit"):
            if statement.header is not None:
                found[statement.header.name.lower()] = statement.text
    return found


def is_audit_file(graph: Graph, path: str) -> bool:
    """Whether a file holds audits and no model."""
    return graph.config().role(path) == AUDIT


def audits_of(model: Model, texts: Mapping[str, str]) -> dict[str, str]:
    """The definitions that a model's audits name; what is built in has none."""
    names = [audit.name.lower() for audit in model.audits]
    return {name: " ".join(texts[name].split()) for name in names if name in texts}
