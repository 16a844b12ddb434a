"""`headwater lsp`: the language server, over stdio or one TCP connection."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
    from lsp_server.project.kept_code import kept_code

    with kept_code():
        from lsp_server.server import app as server

    if stdio and tcp:
        raise typer.BadParameter("choose one of --stdio and --tcp")
    server.set_up_log(log_file, "info" if profile else log_level)
    raise typer.Exit(server.serve_tcp(tcp, profile) if tcp else server.serve_stdio(profile))
