"""`headwater check`: every problem of a workspace, as the editor would show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import typer

from lsp_server.cli.common import FINDINGS, FINE, Format, FormatOption, WorkspaceArgument, open_project, print_json

if TYPE_CHECKING:
    from lsp_server.project.workspace import Project
    from lsp_server.text.problems import Problem


class Diagnostic(msgspec.Struct, frozen=True, rename="camel"):
    """One problem.  Lines and columns count from 1, columns in code points; the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    severity: str
    message: str


class Report(msgspec.Struct, frozen=True):
    """The whole answer, sorted by path and place."""

    version: int
    diagnostics: tuple[Diagnostic, ...]


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(workspace: WorkspaceArgument = None, output: FormatOption = Format.TEXT) -> None:
    """Report every problem of the workspace; exit 1 when there are errors."""
    project = open_project(workspace)
    found = report(project)
    if output is Format.JSON:
        print_json(found)
    else:
        _print(found, len(project.graph.names.defined))
    errors = any(item.severity == "error" for item in found.diagnostics)
    raise typer.Exit(FINDINGS if errors else FINE)


def report(project: Project) -> Report:
    """All problems of a workspace."""
    from lsp_server.analysis import checks

    found = [item for path, problems in project.problems.items() for item in _located(project, path, problems)]
    for path in project.graph.paths():
        found += _located(project, path, checks.check(project.graph, path))
    return Report(
        1, tuple(sorted(found, key=lambda item: (item.path, item.line, item.column, item.code, item.message)))
    )


def _located(project: Project, path: str, problems: tuple[Problem, ...]) -> list[Diagnostic]:
    from lsp_server.ide.diagnostics import assemble
    from lsp_server.text.lines import UTF32, LineIndex

    if not problems:
        return []
    lines = LineIndex(project.text(path) or "")
    found = []
    for problem in assemble(problems, _severities(project)):
        (line, column), (end_line, end_column) = lines.range(problem.span, UTF32)
        place = (line + 1, column + 1, end_line + 1, end_column + 1)
        found.append(Diagnostic(path, *place, problem.code, problem.severity, problem.message))
    return found


def _severities(project: Project) -> dict[str, str]:
    """As `headwater.toml` sets them for the editor: one verdict everywhere."""
    editor = project.config.settings.get("editor")
    severity = editor.get("severity") if isinstance(editor, dict) else None
    return severity if isinstance(severity, dict) else {}


_STYLES = {"error": "bold red", "warning": "yellow", "information": "cyan", "hint": "dim"}


def _print(found: Report, files: int) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for item in found.diagnostics:
        text = Text(f"{item.path}:{item.line}:{item.column}: ", style="bold")
        text.append(item.severity, style=_STYLES.get(item.severity, ""))
        console.print(text.append(f": {item.message}", style="not bold").append(f" [{item.code}]", style="dim"))
    counts = [(sum(item.severity == kind for item in found.diagnostics), kind) for kind in ("error", "warning")]
    summary = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for count, kind in counts)
    console.print(f"{files} files with models: {summary}")
