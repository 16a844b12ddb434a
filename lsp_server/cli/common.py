"""What the commands share: options, opening a workspace, exit codes, text and JSON out.

JSON goes to standard output alone, messages to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from lsp_server.project.workspace import Project

FINE, FINDINGS, USAGE, REFUSED = 0, 1, 2, 3


class Format(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


WorkspaceArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[WORKSPACE]", help="The workspace's folder; default: found from here upwards.", show_default=False
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to answer.")]


def asks_for_json(words: list[str]) -> bool:
    """Whether a command line says `--format json`; what is wrong with it may be found before its options are known."""
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def fail(message: str, code: int = USAGE) -> NoReturn:
    """Say why, and end; with `--format json` on standard output too."""
    if asks_for_json(sys.argv):
        print_error(message, code)
    print(f"headwater: {message}", file=sys.stderr)
    raise typer.Exit(code)


def print_error(message: str, code: int = USAGE) -> None:
    """What went wrong, for machines: the shape of `environments.shapes.error_json`."""
    kind = "usage" if code == USAGE else "failed"
    print_json({"version": 1, "error": {"code": kind, "message": message, "way": "", "model": ""}})


def workspace_root(given: Path | None) -> Path:
    """The folder that was named, or the root that a configuration file marks from here upwards."""
    from lsp_server.project.roots import find_root

    if given is not None:
        return given
    root = find_root(Path.cwd())
    if root is None:
        fail(
            "there is no workspace here: no folder from here upwards has headwater.toml, config.yaml or dbt_project.yml"
        )
    return root


def open_project(given: Path | None) -> Project:
    """The workspace, read and brought up to date; ends with exit code 2 when it cannot be."""
    from lsp_server.project.workspace import WorkspaceError, open_workspace

    try:
        project = open_workspace(workspace_root(given))
    except WorkspaceError as error:
        fail(str(error))
    with quiet_collector():
        project.stabilise()
    return project


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No garbage collection meanwhile: a one-shot command makes few cycles, and walking all facts takes longer than it frees."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def print_json(value: Any) -> None:
    """A value of msgspec structs and plain containers, indented, on standard output."""
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
