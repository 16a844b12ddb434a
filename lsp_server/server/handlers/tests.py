"""Unit tests in the editor: the list, a run, failures as diagnostics of the test's file.

A test's model is read on the analysis lane, which then goes on; the test runs on the database lane.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
from lsprotocol import types

from lsp_server.environments.errors import Cancelled as RunCancelled
from lsp_server.environments.progress import Cancel
from lsp_server.environments.unit_tests.reading import UnitTest
from lsp_server.environments.unit_tests.running import PASSED, Prepared, Result, prepare, run, table_text
from lsp_server.ide.words import count
from lsp_server.server import protocol, uris
from lsp_server.server.dispatch import Cancelled, Refused, Token
from lsp_server.server.projects import Project
from lsp_server.server.session import Session
from lsp_server.server.world import World
from lsp_server.syntax.names import model_name

Ran = dict[tuple[str, str], tuple[Result, float]]
"""Result and milliseconds, by path and name of the test."""


def tests(session: Session, params: protocol.TestsParams, token: Token) -> protocol.Tests:
    """The workspace's unit tests; those of `run` are run."""
    project = session.on_analysis(lambda world: _project(world, params.workspace)).result()
    known, ran = _run(session, project, lambda test: "*" in params.run or test.name in params.run, token)
    cases = [_case(project, test, ran.get((test.path, test.name))) for test in known]
    return protocol.Tests(workspace=uris.to_uri(project.root), tests=cases)


class Wanted(msgspec.Struct, frozen=True):
    """The argument of `headwater.test.run`: all tests, those of a model, or one."""

    workspace: str = ""
    model: str = ""
    path: str = ""
    name: str = ""


def run_command(session: Session, raw: dict[str, Any], token: Token) -> Any:
    """Run tests and say how they went; the answer counts them."""
    try:
        wanted = msgspec.convert(raw, Wanted)
    except msgspec.ValidationError as error:
        raise Refused(f"headwater.test.run: {error}") from error
    project = session.on_analysis(lambda world: _project(world, wanted.workspace)).result()
    dialect = project.workspace.config.dialect
    _known, ran = _run(session, project, lambda test: _is_wanted(test, wanted, dialect), token)
    if not ran:
        raise Refused("there is no such unit test")
    passed = sum(1 for result, _ in ran.values() if result.outcome == PASSED)
    kind = types.MessageType.Info if passed == len(ran) else types.MessageType.Warning
    session.client.show(f"{passed} of {count(len(ran), 'unit test')} passed", kind)
    return {"passed": passed, "failed": len(ran) - passed}


def _is_wanted(test: UnitTest, wanted: Wanted, dialect: str) -> bool:
    return (
        wanted.model in ("", model_name(test.model, dialect))
        and wanted.path in ("", test.path)
        and wanted.name in ("", test.name)
    )


def _project(world: World, workspace: str) -> Project:
    found = world.projects_named(workspace)
    if not found:
        raise Refused(f"there is no open workspace {workspace}" if workspace else "no workspace is open")
    return found[0]


def _run(
    session: Session, project: Project, wanted: Callable[[UnitTest], bool], token: Token
) -> tuple[list[UnitTest], Ran]:
    """All tests, and the results of those that are wanted, which also become diagnostics."""
    known: list[UnitTest] = session.on_analysis(lambda _: project.tests()).result()
    chosen = [test for test in known if wanted(test)]
    if chosen and not session.settings.trusted:
        raise Refused("this workspace is not trusted: nothing runs its SQL")
    cancel, ran = Cancel(), Ran()
    token.on_cancel(cancel.cancel)
    for test in chosen:
        ran[(test.path, test.name)] = _run_one(session, project, test, cancel)
    if ran:
        session.on_analysis(lambda _: project.take_results(result for result, _ in ran.values())).result()
        session.wake()
    return known, ran


def _run_one(session: Session, project: Project, test: UnitTest, cancel: Cancel) -> tuple[Result, float]:
    prepared = session.on_analysis(lambda _: _prepared(project, test)).result()
    try:
        return session.on_database(lambda: _timed(prepared, cancel)).result()  # type: ignore[no-any-return]
    except RunCancelled as error:
        raise Cancelled(str(error)) from error


def _prepared(project: Project, test: UnitTest) -> Prepared:
    project.settle(lambda: False)
    return prepare(project.graph, project.workspace.root, test)


def _timed(prepared: Prepared, cancel: Cancel) -> tuple[Result, float]:
    began = time.perf_counter()
    result = run(prepared, cancel)
    return result, (time.perf_counter() - began) * 1000


def _case(project: Project, test: UnitTest, ran: tuple[Result, float] | None) -> protocol.TestCase:
    message = ""
    if ran is not None:
        shown = [table_text(difference) for difference in ran[0].differences]
        message = "\n".join([ran[0].message, *shown]).strip()
    return protocol.TestCase(
        name=test.name,
        model=test.model,
        uri=uris.to_uri(project.absolute(test.path)),
        line=test.line,
        outcome=ran[0].outcome if ran is not None else "",
        message=message,
        milliseconds=ran[1] if ran is not None else 0.0,
    )
