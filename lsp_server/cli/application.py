"""The application that typer makes of the commands.

Each module named in `COMMANDS` has `add(app)`, which adds its command (or group of commands) to it.
"""

from __future__ import annotations

import importlib
import sys

import typer

from lsp_server.cli.common import FINE, USAGE, asks_for_json, print_error

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


def run() -> None:
    """Read the command line and do what it says; ends the process."""
    named = tuple(word for word in sys.argv[1:2] if word in COMMANDS)
    app = build_app(named or COMMANDS)
    if asks_for_json(sys.argv):
        sys.exit(_answering_in_json(app))
    app(prog_name="headwater")


def _answering_in_json(app: typer.Typer) -> int:
    """The exit code; what the command line itself refuses (an unknown option, a wrong value) is said in JSON too."""
    try:
        code = typer.main.get_command(app).main(prog_name="headwater", standalone_mode=False)
    except Exception as error:
        wrong = getattr(error, "format_message", None)  # typer brings its own click, and says so nowhere
        if wrong is None:
            raise
        print(f"headwater: {wrong()}", file=sys.stderr)
        print_error(wrong(), USAGE)
        return USAGE
    return code if isinstance(code, int) else FINE
