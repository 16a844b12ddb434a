"""`headwater lsp`: the language server, over stdio or one TCP connection."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.serving import serve


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lsp")(lsp)


def lsp(
    stdio: Annotated[bool, typer.Option("--stdio", help="Talk over standard input and output (the default).")] = False,
    tcp: Annotated[str, typer.Option(help="Listen on HOST:PORT for one client instead.")] = "",
    log_file: Annotated[Path | None, typer.Option(help="Write the log here instead of to standard error.")] = None,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "warning",
    profile: Annotated[bool, typer.Option(help="Log where the time of each message goes.")] = False,
) -> None:
    """Start the language server."""
    if stdio and tcp:
        raise typer.BadParameter("choose one of --stdio and --tcp")
    raise typer.Exit(serve(tcp, log_file, log_level, profile))
