"""`headwater lineage`: where columns come from, who reads them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.common import FINE, Format, FormatOption, WorkspaceArgument, fail, open_project, print_json

if TYPE_CHECKING:
    from lsp_server.analysis.lineage import LineageOut


class Direction(StrEnum):
    """Which way to follow one column."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lineage")(lineage)


def lineage(
    workspace: WorkspaceArgument = None,
    column: Annotated[str, typer.Option(metavar="MODEL.COLUMN", help="Follow this column through all models.")] = "",
    direction: Annotated[
        Direction, typer.Option(help="Follow it to its sources or to its readers.")
    ] = Direction.UPSTREAM,
    output: FormatOption = Format.TEXT,
) -> None:
    """Print column lineage: one step of all models, or all steps from one column."""
    from lsp_server.analysis import lineage as lineages

    project = open_project(workspace)
    if not column:
        found = lineages.whole(project.graph)
    else:
        model, dot, name = column.rpartition(".")
        if not dot:
            fail(f"{column} is no column: write MODEL.COLUMN, for example shop.orders.total")
        try:
            found = lineages.of_column(project.graph, _folded(model, project.config.dialect), name, direction.value)
        except lineages.UnknownColumnError as error:
            fail(str(error))
    if output is Format.JSON:
        print_json(found)
    else:
        _print(found)
    raise typer.Exit(FINE)


def _folded(name: str, dialect: str) -> str:
    from lsp_server.syntax.names import model_name

    return model_name(name, dialect)


def _print(found: LineageOut) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for model in found.models:
        console.print(Text(model.model, style="bold").append(f"  {model.path or 'source table'}", style="dim"))
        for column in model.columns:
            sources = ", ".join(f"{edge.model}.{edge.column} ({edge.subtype})" for edge in column.upstream)
            text = Text(f"  {column.name} ").append(column.type, style="cyan")
            console.print(text.append(f"  <- {sources}" if sources else "", style="not bold"))
        if model.rows:
            rows = ", ".join(f"{edge.model}.{edge.column} ({edge.subtype})" for edge in model.rows)
            console.print(Text("  rows", style="italic").append(f"  <- {rows}", style="not italic"))
