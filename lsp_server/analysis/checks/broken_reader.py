"""broken-reader: a column that a query reads is gone by an edit, not saved yet, in the file of an upstream model.

Shown in the reader's file, in place of "unknown column", with the place of the edit.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.analysis.checks.places import name_span
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.text.problems import Problem, Related

CODE = "broken-reader"


def find(db: Engine, found: Model) -> Iterator[Problem]:
    """Places of a model's query that an unsaved edit elsewhere broke."""
    unknown = [problem for problem in queries.result(db, found.name).problems if problem.code == "unknown-column"]
    if unknown:
        edited = [name for name in queries.links(db, found.name).upstreams if queries.SAVED(db, name) is not None]
        for problem in unknown:
            yield from _broken(db, problem, edited)


def _broken(db: Engine, problem: Problem, edited: list[str]) -> Iterator[Problem]:
    column = str(problem.data.get("name", ""))
    for name in edited:
        upstream = queries.model(db, name)
        if upstream is not None and _has(db, name, column):
            yield _problem(db, problem, column, upstream)
            return


def _has(db: Engine, name: str, column: str) -> bool:
    """Whether the model had the column when it was last saved, and has it no more."""
    saved, now = queries.SAVED(db, name), queries.interface(db, name)
    folded = column.lower()
    had = saved is not None and folded in {known.name.lower() for known in saved.columns}
    return had and now is not None and folded not in {known.name.lower() for known in now.columns}


def _problem(db: Engine, problem: Problem, column: str, upstream: Model) -> Problem:
    message = f'The column "{column}" of `{upstream.name}` is gone: {upstream.path} has an edit that is not saved.'
    related = Related(
        upstream.path, name_span(db, upstream), f'`{upstream.name}` gave "{column}" when it was last saved.'
    )
    data: dict[str, str | list[str]] = {**problem.data, "model": upstream.name}
    return Problem(CODE, message, problem.span, "error", data, (related,))
