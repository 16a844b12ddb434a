"""`headwater impact`: what the workspace's edits mean for the data, against a baseline."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.common import (
    FINDINGS,
    FINE,
    REFUSED,
    USAGE,
    Format,
    FormatOption,
    WorkspaceArgument,
    fail,
    open_project,
    print_json,
    quiet_collector,
)

if TYPE_CHECKING:
    from lsp_server.analysis.impact import Impact
    from lsp_server.graph.graph import Graph


class FailOn(StrEnum):
    """From which category on the exit code is 1."""

    BREAKING = "breaking"
    NON_BREAKING = "non_breaking"
    NEVER = "never"


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("impact")(impact)


def impact(
    workspace: WorkspaceArgument = None,
    against: Annotated[
        str,
        typer.Option(
            help="PATH, git:REV or env:NAME; default: env:prod where it is built, else git:HEAD, else the files as saved.",
            show_default=False,
        ),
    ] = "",
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 when a change is at least this.")] = FailOn.NEVER,
    output: FormatOption = Format.TEXT,
) -> None:
    """Say which models the edits touch, how, and why."""
    from lsp_server.analysis import impact as analysis
    from lsp_server.environments.baselines import baseline_of
    from lsp_server.project.baselines import BaselineError
    from lsp_server.project.present import present

    project = open_project(workspace)
    try:
        with quiet_collector():
            found = analysis.impact(project.graph, baseline_of(present(project), against))
    except BaselineError as error:
        fail(str(error), REFUSED if error.failed else USAGE)
    if output is Format.JSON:
        print_json(analysis.to_json(project.graph, found))
    else:
        _print(project.graph, found)
    raise typer.Exit(FINDINGS if _fails(found, fail_on) else FINE)


def _fails(found: Impact, fail_on: FailOn) -> bool:
    if any(reason.severity == "error" for model in found.models.values() for reason in model.reasons):
        return fail_on is not FailOn.NEVER
    if fail_on is FailOn.BREAKING:
        return found.breaking > 0
    return fail_on is FailOn.NON_BREAKING and found.breaking + found.non_breaking > 0


_STYLES = {"breaking": "bold red", "non_breaking": "green", "metadata": "cyan", "none": "dim"}


def _print(graph: Graph, found: Impact) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for model in found.by_cause():
        line = Text(f"{model.model} ", style="bold")
        line.append(model.verdict, style=_STYLES.get(model.category, ""))
        console.print(line.append(f"  {model.change}{f', {model.build}' if model.build else ''}", style="dim"))
        for reason in model.reasons:
            console.print(
                Text("    ").append(_place(graph, reason.path, reason.span.start), "dim").append(reason.message)
            )
    touched = sum(1 for model in found.models.values() if model.change == "upstream")
    edited = len(found.models) - touched
    console.print(
        f"against {found.against}: {edited} model{'s' if edited != 1 else ''} edited, {touched} touched by that; "
        f"{found.breaking} breaking, {found.non_breaking} non-breaking; {found.rebuild} rebuilt, {found.reuse} reused"
    )


def _place(graph: Graph, path: str, offset: int) -> str:
    text = graph.text(path)
    if text is None:
        return f"{path}: "
    line = text.count("\n", 0, offset)
    return f"{path}:{line + 1}:{offset - (text.rfind(chr(10), 0, offset) + 1) + 1}: "
