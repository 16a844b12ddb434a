"""What a rename changes beside the models' SQL: YAML unit tests, `external_models.yaml`; and what it must leave to the person.

Reads texts that are given to it; which files are tests is the caller's to know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import yaml

from lsp_server.graph.config import AUDIT
from lsp_server.graph.graph import Graph
from lsp_server.ide.edits import FileEdit
from lsp_server.ide.symbols import Key
from lsp_server.syntax.model_file import ModelFile
from lsp_server.syntax.names import model_name
from lsp_server.syntax.yamls import compose, items_of, span_of
from lsp_server.text.lines import LineIndex
from lsp_server.text.spans import Span

Texts = Mapping[str, str]
"""Path of a file of unit tests to its present text."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])


def column_in_tests(
    graph: Graph, tests: Texts, reached: set[Key], old: str, new: str
) -> tuple[list[FileEdit], list[str]]:
    """The keys of rows that name the column in its model's inputs and outputs, and in its CTEs; what is given by a query is left."""
    edits: list[FileEdit] = []
    left_alone: list[str] = []
    for path, text in sorted(tests.items()):
        lines = LineIndex(text)
        for name, node in _tests(text):
            model = _canonical(graph, path, _value(node.get("model")))
            for rows in _rows_about(graph, path, node, model, reached):
                if rows is None:
                    left_alone.append(
                        f"{path}: test {name} takes its rows from a query or file; change {old} there by hand."
                    )
                    continue
                keys = [key for key in _keys(rows) if str(key.value).lower() == old]
                edits += [FileEdit(path, span_of(lines, key), scalar(new), model) for key in keys]
    return edits, left_alone


def _rows_about(
    graph: Graph, path: str, parts: dict[str, yaml.Node], model: str, reached: set[Key]
) -> Iterator[yaml.Node | None]:
    """The nodes whose mappings have the renamed column as a key; None for rows that stand elsewhere."""
    columns = {key.model for key in reached if key.kind == "column"}
    for table, _, node in items_of(parts.get("inputs")):
        if _canonical(graph, path, table) in columns:
            given = {name: value for name, _, value in items_of(node)}
            yield from [given[name] for name in ("rows", "columns") if name in given] or ([] if given else [node])
            if "query" in given or "path" in given:
                yield None
    outputs = {name: value for name, _, value in items_of(parts.get("outputs"))}
    if model in columns and "query" in outputs:
        yield _rows(outputs["query"])
    scopes = {key.scope for key in reached if key.kind == "local" and key.model == model}
    if "ctes" in outputs and scopes:
        bound = graph.bound(model)
        named = {place.name.lower() for place in bound.places.scopes if place.index in scopes} if bound else set()
        for cte, _, node in items_of(outputs["ctes"]):
            if cte.lower() in named:
                yield _rows(node)


def _rows(node: yaml.Node) -> yaml.Node:
    return next((value for name, _, value in items_of(node) if name == "rows"), node)


def _keys(rows: yaml.Node) -> Iterator[yaml.Node]:
    """Keys of a mapping, or of each mapping in a list."""
    for item in rows.value if isinstance(rows, yaml.SequenceNode) else [rows]:
        yield from (key for _, key, _ in items_of(item))


def model_in_tests(graph: Graph, tests: Texts, model: str, full: str) -> Iterator[FileEdit]:
    """The places where tests name a model: as what they test, and as an input."""
    for path, text in sorted(tests.items()):
        lines = LineIndex(text)
        for _, parts in _tests(text):
            named = [parts["model"]] if "model" in parts else []
            named += [key for _, key, _ in items_of(parts.get("inputs"))]
            for node in named:
                if _canonical(graph, path, _value(node)) == model:
                    yield FileEdit(path, span_of(lines, node), scalar(full), model)


def _tests(text: str) -> Iterator[tuple[str, dict[str, yaml.Node]]]:
    root, _ = compose(text)
    for name, _, node in items_of(root):
        yield name, {part: value for part, _, value in items_of(node)}


def declared_columns(graph: Graph, path: str) -> Iterator[tuple[str, str, Span]]:
    """(table, column, place of its name) for each column in a file of source tables."""
    text = graph.text(path) or ""
    root, _ = compose(text)
    lines = LineIndex(text)
    for item in root.value if isinstance(root, yaml.SequenceNode) else ():
        parts = {name: value for name, _, value in items_of(item)}
        table = _canonical(graph, path, _value(parts.get("name")))
        for column, key, _ in items_of(parts.get("columns")):
            yield table, column, span_of(lines, key)


def declared_edits(graph: Graph, table: str, old: str, new: str) -> Iterator[FileEdit]:
    """The column's entry in the file that declares a source table."""
    owner = graph.model(table)
    for name, column, span in declared_columns(graph, owner.path) if owner is not None and owner.external else ():
        if name == table and column.lower() == old and owner is not None:
            yield FileEdit(owner.path, span, scalar(new), table)


def audit_files(graph: Graph) -> dict[str, ModelFile]:
    """The files of audits by path."""
    config = graph.config()
    folders = tuple(config.folders(AUDIT))
    there = [path for path in graph.paths() if path.startswith(folders) and config.role(path) == AUDIT]
    files = ((path, graph.file(path)) for path in there)
    return {path: file for path, file in files if file is not None}


def left_in_audits(graph: Graph, model: str, old: str, audits: Mapping[str, ModelFile]) -> Iterator[str]:
    """The model's audits (of `audit_files`), and the statements around its query, that hold the word: whether they mean the column, nobody knows."""
    found = graph.model(model)
    file = graph.file(found.path) if found is not None else None
    if found is None or file is None:
        return
    word = re.compile(rf"\b{re.escape(old)}\b", re.IGNORECASE)
    for statement in file.statements:
        if statement.role != "query" and word.search(file.text[slice(*statement.span)]):
            yield f"{found.path}: a statement beside the query of {model} says {old}; change it by hand if it means the column."
    names = {call.name.lower() for call in found.audits}
    for path, audit in audits.items():
        if audit.header is not None and audit.header.name.lower() in names and word.search(audit.text):
            yield f"{path}: this audit of {model} says {old}; change it by hand if it means the column."


def scalar(text: str) -> str:
    """A name as YAML takes it for a string."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else json.dumps(text, ensure_ascii=False)


def _value(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _canonical(graph: Graph, path: str, name: str) -> str:
    dialect = graph.config().for_path(path).dialect
    full = model_name(name, dialect) if name else ""
    return full.split(".", 1)[-1] if full.count(".") == 2 and not graph.owners(full) else full
