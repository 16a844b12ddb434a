"""The command line: one file a command; shares everything below with the server.

Each module named in `COMMANDS` has `add(app)`, which adds its command (or group of commands) to the typer app.
"""

from __future__ import annotations

import importlib
import sys

import typer

COMMANDS = ("lsp", "check", "lineage", "impact", "env", "test", "demo")
"""Modules of this package, in the order in which `headwater --help` lists them."""


def build_app(names: tuple[str, ...] = COMMANDS) -> typer.Typer:
    """The typer application with the commands of these modules."""
    app = typer.Typer(
        name="headwater",
        help="A language server for SQL models: column lineage, the impact of an edit, virtual environments.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)
    for name in names:
        importlib.import_module(f"lsp_server.cli.{name}").add(app)
    return app


def main() -> None:
    """Entry point of the `headwater` console script."""
    starts_server = len(sys.argv) > 1 and sys.argv[1] == "lsp"
    build_app(("lsp",) if starts_server else COMMANDS)()
