"""SQLMesh's unit tests in YAML, read with the places of their names and rows.

`inputs` and `outputs` hold rows; an output may be `partial`, and CTEs have outputs of their own.  Nothing runs here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import yaml

from lsp_server.graph.config import TEST, Config
from lsp_server.project.files import Files, UnreadableError, decode
from lsp_server.syntax.yamls import compose, items_of, span_of, value_of
from lsp_server.text.lines import LineIndex
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

Record = dict[str, object]


class Fixture(msgspec.Struct, frozen=True):
    """Rows that a model's table holds in a test: written down, in a CSV file, or the result of a query."""

    rows: tuple[Record, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    """Types by name, where the test says them."""
    csv: str = ""
    query: str = ""


class Expected(msgspec.Struct, frozen=True):
    """Rows that a query or CTE must give; `partial`: columns that are not named do not matter.  `spans`: one for each row."""

    rows: tuple[Record, ...] = ()
    partial: bool = False
    span: Span = Span(0, 0)
    spans: tuple[Span, ...] = ()


class UnitTest(msgspec.Struct, frozen=True):
    """One test.  `query` None: only its CTEs are looked at."""

    name: str
    model: str
    path: str
    span: Span
    line: int
    inputs: dict[str, Fixture] = {}
    query: Expected | None = None
    ctes: dict[str, Expected] = {}
    variables: dict[str, object] = {}
    description: str = ""


def read_all(files: Files, config: Config) -> tuple[list[UnitTest], dict[str, list[Problem]]]:
    """All tests of a workspace, and each file's problems."""
    tests: list[UnitTest] = []
    problems: dict[str, list[Problem]] = {}
    for path in sorted(files.paths()):
        if config.role(path) != TEST or not path.endswith((".yaml", ".yml")):
            continue
        try:
            data = files.read(path)
        except UnreadableError as error:
            problems[path] = [Problem("unreadable-file", f"This file cannot be read: {error}.", Span(0, 0))]
            continue
        text, problem = decode(data or b"")
        found, faults = read_tests(path, text or "")
        tests += found
        problems[path] = faults + ([problem] if problem else [])
    return tests, {path: found for path, found in problems.items() if found}


def read_tests(path: str, text: str) -> tuple[list[UnitTest], list[Problem]]:
    """The tests of one file."""
    root, problems = compose(text)
    lines = LineIndex(text)
    tests = []
    for name, key, node in items_of(root):
        span = span_of(lines, key)
        parts = {part: value for part, _, value in items_of(node)}
        model = str(value_of(parts.get("model")) or "")
        if not model:
            problems.append(Problem("test-model", f"Test {name} does not name its model.", span))
            continue
        query, ctes = _outputs(lines, parts.get("outputs"))
        if query is None and not ctes:
            problems.append(Problem("test-outputs", f"Test {name} expects nothing: it has no outputs.", span))
            continue
        variables = value_of(parts.get("vars"))
        tests.append(
            UnitTest(
                name,
                model,
                path,
                span,
                lines.line_of(span.start),
                {called: _fixture(value) for called, _, value in items_of(parts.get("inputs"))},
                query,
                ctes,
                {k.lower(): v for k, v in variables.items()} if isinstance(variables, dict) else {},
                str(value_of(parts.get("description")) or ""),
            )
        )
    return tests, problems


def _fixture(node: yaml.Node) -> Fixture:
    value = value_of(node)
    if isinstance(value, list):
        return Fixture(_records(value))
    if not isinstance(value, dict):
        return Fixture()
    columns = value.get("columns")
    types = tuple((str(k), str(v)) for k, v in columns.items()) if isinstance(columns, dict) else ()
    if str(value.get("format") or "").lower() == "csv":
        return Fixture(columns=types, csv=str(value.get("path") or ""))
    rows = value.get("rows")
    return Fixture(_records(rows if isinstance(rows, list) else []), types, query=str(value.get("query") or ""))


def _records(rows: Iterable[object]) -> tuple[Record, ...]:
    return tuple({str(k): v for k, v in row.items()} for row in rows if isinstance(row, dict))


def _outputs(lines: LineIndex, node: yaml.Node | None) -> tuple[Expected | None, dict[str, Expected]]:
    parts = {name: value for name, _, value in items_of(node)}
    partial = value_of(parts.get("partial")) is True
    ctes = {name: _expected(lines, value, partial) for name, _, value in items_of(parts.get("ctes"))}
    return (_expected(lines, parts["query"], partial) if "query" in parts else None), ctes


def _expected(lines: LineIndex, node: yaml.Node, partial: bool) -> Expected:
    rows = node
    for name, _, value in items_of(node):
        if name == "rows":
            rows = value
        elif name == "partial":
            partial = value_of(value) is True
    found = value_of(rows)
    nodes = rows.value if isinstance(rows, yaml.SequenceNode) else []
    spans = tuple(span_of(lines, item) for item in nodes)
    return Expected(_records(found if isinstance(found, list) else []), partial, span_of(lines, node), spans)


def csv_path(root: Path, fixture: Fixture) -> Path:
    """A fixture's CSV file, relative to the workspace."""
    return root / fixture.csv
