"""Running unit tests: each on an in-memory DuckDB of its own, over the models as the editor has them.

`prepare` takes from the graph, as a value, what a test needs; `run` needs only that, and may be called on another thread.
The fixtures are tables with the types of the models that they stand for; columns that a fixture leaves out are NULL.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from lsp_server.environments.engines.base import Session
from lsp_server.environments.engines.duckdb import in_memory
from lsp_server.environments.errors import Cancelled, EnvironmentProblem
from lsp_server.environments.progress import Cancel
from lsp_server.environments.rendering import variables_for
from lsp_server.environments.unit_tests.reading import Expected, Fixture, Record, UnitTest, csv_path
from lsp_server.graph import queries
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.plan.intervals import EPOCH, Interval, read_moment
from lsp_server.plan.names import Relation
from lsp_server.semantics.facts import Column, Interface
from lsp_server.syntax.execution import RenderError, cte_query, data_type, executable, frozen
from lsp_server.syntax.expansion import literal
from lsp_server.syntax.model_file import ModelFile
from lsp_server.syntax.names import model_name
from lsp_server.syntax.query import parse_query
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

PASSED, FAILED, ERROR = "passed", "failed", "error"
CODE = "unit-test"
"""Of the problems that failing tests are."""
Key = tuple[object, ...]


class Difference(msgspec.Struct, frozen=True):
    """One output that is not as expected.  `where`: "query", or a CTE's name.  `span` is in the test's file."""

    where: str
    message: str
    span: Span
    columns: tuple[str, ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    unexpected: tuple[tuple[str, ...], ...] = ()


class Result(msgspec.Struct, frozen=True):
    """One test's outcome."""

    test: UnitTest
    outcome: str
    message: str = ""
    differences: tuple[Difference, ...] = ()


class Prepared(msgspec.Struct, frozen=True):
    """One test and what it needs of the graph: the model's query, and the interfaces of what it reads."""

    test: UnitTest
    root: Path
    dialect: str = ""
    query: str = ""
    interfaces: dict[str, Interface] = {}
    upstreams: tuple[str, ...] = ()
    problem: str = ""
    """Why it cannot be run."""


def run_tests(graph: Graph, root: Path, tests: Iterable[UnitTest], cancel: Cancel | None = None) -> list[Result]:
    """Run tests over a stable graph."""
    return [run(prepare(graph, root, test), cancel or Cancel()) for test in tests]


def prepare(graph: Graph, root: Path, test: UnitTest) -> Prepared:
    """Read what a test needs from a stable graph."""
    model = graph.model(model_name(test.model, graph.config().dialect))
    if model is None:
        return Prepared(test, root, problem=f"there is no model {test.model}")
    query = _query(graph, model, test)
    if query is None:
        why = f"is {model.opaque}, which is not executed" if model.opaque else "has no query that can be parsed"
        return Prepared(test, root, problem=f"{test.model} {why}")
    upstreams = tuple(name for name in graph.upstreams(model.name) if name != model.name)
    given = (model_name(name, model.dialect) for name in test.inputs)
    interfaces = {name: known for name in {*upstreams, *given} if (known := graph.interface(name)) is not None}
    return Prepared(test, root, model.dialect, query, interfaces, upstreams)


def _query(graph: Graph, model: Model, test: UnitTest) -> str | None:
    """The model's query with the test's variables, macros expanded."""
    given = {k: v for k, v in test.variables.items() if k not in ("start", "end", "execution_time", "latest")}
    context = queries.context(graph.engine, model)
    file: ModelFile | None = graph.file(model.path)
    if file is None:
        return None
    parsed = parse_query(file, msgspec.structs.replace(context, variables={**context.variables, **given}))
    return None if parsed.tree is None or parsed.damaged else parsed.text[slice(*parsed.extent)]


def run(prepared: Prepared, cancel: Cancel) -> Result:
    """Run one test."""
    if prepared.problem:
        return Result(prepared.test, ERROR, prepared.problem)
    cancel.check()
    try:
        with in_memory(cancel) as session:
            return _Bench(prepared, session).run()
    except Cancelled:
        raise
    except (EnvironmentProblem, RenderError, ValueError) as error:
        message = error.message if isinstance(error, EnvironmentProblem) else str(error)
        return Result(prepared.test, ERROR, message.rstrip("."))


class _Bench:
    """One test on its database."""

    def __init__(self, prepared: Prepared, session: Session) -> None:
        self.prepared, self.test, self.session = prepared, prepared.test, session
        self.dialect = prepared.dialect
        self.tables: dict[str, tuple[str, ...]] = {}

    def run(self) -> Result:
        self._make_fixtures()
        sql = self._query()
        differences = []
        for name, expected in self.test.ctes.items():
            found = self._compare(name, cte_query(sql, self.session.dialect, name), expected)
            differences += [found] if found else []
        if self.test.query is not None and (found := self._compare("query", sql, self.test.query)):
            differences.append(found)
        message = "; ".join(difference.message for difference in differences)
        return Result(self.test, FAILED if differences else PASSED, message, tuple(differences))

    # ---- the query

    def _query(self) -> str:
        variables = self._times()
        sql = executable(self.prepared.query, self.dialect, self.session.dialect, self.tables, variables)
        moment = self._moment("execution_time")
        return frozen(sql, self.session.dialect, moment.isoformat(sep=" ")) if moment else sql

    def _moment(self, name: str) -> datetime | None:
        value = self.test.variables.get(name)
        return None if value is None else read_moment(str(value), EPOCH)

    def _times(self) -> dict[str, str]:
        start, end = self._moment("start") or EPOCH, self._moment("end")
        execution = self._moment("execution_time") or EPOCH
        day_after = (end or execution).replace(hour=0, minute=0, second=0, microsecond=0)
        until = day_after + (datetime(1970, 1, 2) - EPOCH) if end is None or end == day_after else end
        values = variables_for(self.session, execution, Interval(start, until))
        plain = {k: literal(v) for k, v in self.test.variables.items() if isinstance(v, str | int | float | bool)}
        return {**values, **{k: v for k, v in plain.items() if k in values}}

    # ---- what is given

    def _make_fixtures(self) -> None:
        self.session.create_schema("given")
        for number, (name, fixture) in enumerate(self.test.inputs.items()):
            relation = Relation("given", f"input_{number}")
            self.session.create_table(relation, self._fixture(model_name(name, self.dialect), fixture))
            self.tables[model_name(name, self.dialect)] = (relation.schema, relation.name)
        for number, name in enumerate(self.prepared.upstreams):
            if name not in self.tables:
                relation = Relation("given", f"empty_{number}")
                self.session.create_table(relation, self._fixture(name, Fixture()))
                self.tables[name] = (relation.schema, relation.name)

    def _fixture(self, name: str, fixture: Fixture) -> str:
        """A query for the rows, every column cast to its type."""
        types = self._types(name, fixture)
        if fixture.query:
            return executable(fixture.query, self.dialect, self.session.dialect, {}, {})
        if fixture.csv:
            declared = [(column, type_) for column, type_ in types.items() if type_]
            return self.session.read_csv(str(csv_path(self.prepared.root, fixture)), (), declared)
        names = list(dict.fromkeys([*types, *(column for row in fixture.rows for column in row)]))
        if not names:
            raise ValueError(f"nothing is known of the columns of {name}: give it as an input")
        rows = fixture.rows or ({},)
        parts = [", ".join(self._cell(row, column, types.get(column, "")) for column in names) for row in rows]
        query = " UNION ALL ".join(f"SELECT {part}" for part in parts)
        return query if fixture.rows else f"SELECT * FROM ({query}) AS _none LIMIT 0"

    def _types(self, name: str, fixture: Fixture) -> dict[str, str]:
        known = self.prepared.interfaces.get(name) or Interface(())
        types = {column.name: "" if column.type in ("UNKNOWN", "NULL") else column.type for column in known.columns}
        return {**types, **dict(fixture.columns)}

    def _cell(self, row: Record, column: str, type_: str) -> str:
        value = self._value(next((v for k, v in row.items() if k.casefold() == column.casefold()), None))
        if type_:
            value = f"CAST({value} AS {data_type(type_, self.dialect, self.session.dialect)})"
        return f"{value} AS {self.session.quote(column)}"

    def _value(self, value: object) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{literal(str(k))}: {self._value(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._value(item) for item in value) + "]"
        return literal(value)

    # ---- what comes out

    def _compare(self, where: str, sql: str, expected: Expected) -> Difference | None:
        actual_columns = self.session.describe(sql)
        names = list(dict.fromkeys(key for row in expected.rows for key in row))
        by_fold = {column.name.casefold(): column for column in actual_columns}
        if unknown := [name for name in names if name.casefold() not in by_fold]:
            there = ", ".join(column.name for column in actual_columns)
            return Difference(where, f"{where} has no column {', '.join(unknown)} (it has {there})", expected.span)
        if not expected.partial:
            names = [column.name for column in actual_columns]
        columns = [by_fold[name.casefold()] for name in names]
        wanted = self._expected_rows(columns, expected) if columns else []
        shown = self.session.quoted([column.name for column in columns]) or "1"
        actual = [tuple(row) for row in self.session.rows(f"SELECT {shown} FROM ({sql}\n) AS _actual")]
        missing, unexpected = _unmatched(wanted, actual), _unmatched(actual, wanted)
        if not missing and not unexpected:
            return None
        span = next((s for s, row in zip(expected.spans, wanted, strict=False) if row in missing), expected.span)
        message = f"{where}: {_told(len(missing), len(unexpected))}"
        return Difference(where, message, span, tuple(c.name for c in columns), _texts(missing), _texts(unexpected))

    def _expected_rows(self, columns: Sequence[Column], expected: Expected) -> list[Key]:
        """The expected rows as the engine gives them, in the types of what comes out."""
        rows: list[Key] = []
        for row in expected.rows:
            cells = ", ".join(self._cell(row, column.name, _castable(column.type)) for column in columns)
            rows += [tuple(found) for found in self.session.rows(f"SELECT {cells}")]
        return rows


def _castable(type_: str) -> str:
    return "" if type_ in ("NULL", "UNKNOWN", '"NULL"') or type_.startswith("ENUM") else type_


def _unmatched(rows: Sequence[Key], others: Sequence[Key]) -> list[Key]:
    """Rows that have no equal among the others, one for one; floating-point numbers may differ in their last digits."""
    rest = Counter(_comparable(row) for row in others)
    missing = []
    for row in rows:
        key = _comparable(row)
        if rest[key]:
            rest[key] -= 1
        else:
            missing.append(row)
    return missing


def _comparable(row: Key) -> str:
    return repr(tuple(_rounded(value) for value in row))


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return value if math.isnan(value) or math.isinf(value) else float(f"{value:.12g}")
    return value


def _told(missing: int, unexpected: int) -> str:
    """How what came differs from what was expected; what does not differ is not mentioned.

    >>> _told(1, 0), _told(0, 2), _told(1, 1), _told(3, 1)
    ('1 row is missing', '2 rows are too many', '1 row is missing, another came', '3 rows are missing, 1 other came')
    """
    if not missing:
        return f"{unexpected} row{'s are' if unexpected > 1 else ' is'} too many"
    told = f"{missing} row{'s are' if missing > 1 else ' is'} missing"
    if not unexpected:
        return told
    others = "another" if missing == unexpected == 1 else f"{unexpected} other{'s' if unexpected > 1 else ''}"
    return f"{told}, {others} came"


def _texts(rows: Sequence[Key]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple("NULL" if value is None else str(value) for value in row) for row in rows)


def problems_of(results: Iterable[Result]) -> dict[str, tuple[Problem, ...]]:
    """What failed, at the rows that did not come, by the test's file (a file whose tests pass has none)."""
    found: dict[str, list[Problem]] = {}
    for result in results:
        problems = found.setdefault(result.test.path, [])
        name = result.test.name
        if result.outcome == ERROR:
            problems.append(Problem(CODE, f"{name} cannot be run: {result.message}.", result.test.span))
        for difference in result.differences:
            rows = table_text(difference)
            message = f"{name}: {difference.message}" + (f"\n{rows}" if rows else "")
            problems.append(Problem(CODE, message, difference.span))
    return {path: tuple(problems) for path, problems in found.items()}


def table_text(difference: Difference) -> str:
    """The rows that differ, as a table people can read: `-` was expected, `+` came."""
    rows = [("-", row) for row in difference.missing] + [("+", row) for row in difference.unexpected]
    if not rows:
        return ""
    widths = [max(len(name), *(len(row[i]) for _, row in rows)) for i, name in enumerate(difference.columns)]
    lines = ["  " + " | ".join(name.ljust(width) for name, width in zip(difference.columns, widths, strict=True))]
    lines += [f"{sign} " + " | ".join(v.ljust(w) for v, w in zip(row, widths, strict=True)) for sign, row in rows]
    return "\n".join(line.rstrip() for line in lines)
