"""`headwater test`: the workspace's unit tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.common import FINDINGS, Format, FormatOption, WorkspaceArgument, open_project, print_json

if TYPE_CHECKING:
    from lsp_server.environments.unit_tests.running import Result


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test")(test)


def test(
    workspace: WorkspaceArgument = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", "-k", help="Only tests whose name holds this.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Run the workspace's unit tests; exit code 1 if one fails."""
    from lsp_server.environments.unit_tests.reading import read_all
    from lsp_server.environments.unit_tests.running import PASSED, run_tests

    project = open_project(workspace)
    tests, problems = read_all(project.files, project.config)
    if select:
        tests = [test for test in tests if any(part in test.name for part in select)]
    results = run_tests(project.graph, project.root, tests)
    for path, found in problems.items():
        for problem in found:
            print(f"{path}: {problem.message}", file=sys.stderr)
    if format is Format.JSON:
        print_json({"version": 1, "tests": [_json(result) for result in results]})
    else:
        _print(results)
    if problems or any(result.outcome != PASSED for result in results):
        raise typer.Exit(FINDINGS)


def _json(result: Result) -> dict[str, object]:
    return {
        "name": result.test.name,
        "model": result.test.model,
        "path": result.test.path,
        "line": result.test.line + 1,
        "outcome": result.outcome,
        "message": result.message,
        "differences": [
            {
                "where": found.where,
                "message": found.message,
                "columns": list(found.columns),
                "missing": [list(row) for row in found.missing],
                "unexpected": [list(row) for row in found.unexpected],
            }
            for found in result.differences
        ],
    }


def _print(results: list[Result]) -> None:
    from lsp_server.environments.unit_tests.running import PASSED, table_text

    for result in results:
        print(f"{result.outcome:6} {result.test.name} ({result.test.model}, {result.test.path}:{result.test.line + 1})")
        if result.message and not result.differences:
            print(f"       {result.message}")
        for found in result.differences:
            print(f"       {found.message}")
            for line in table_text(found).splitlines():
                print(f"         {line}")
    passed = sum(1 for result in results if result.outcome == PASSED)
    print(f"{passed} of {len(results)} passed")
