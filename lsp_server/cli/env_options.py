"""What the commands of `headwater env` have in common: their options, the workspace, problems told with an exit code.

`changes` and `looks` take a command as its own parameters say it, add the shared options to its signature (typer reads them
there), and call it with a `Site`.  How something is shown is not known here.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
import typer

from lsp_server.cli import environments as view
from lsp_server.cli.common import Format, FormatOption, open_project
from lsp_server.environments.commands import Call, Outcome
from lsp_server.environments.engines.base import Engine
from lsp_server.environments.site import engine_of
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.plan.steps import Plan
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.project.workspace import Project

_SHARED: dict[str, tuple[Any, object]] = {
    "workspace": (
        Annotated[
            Path | None,
            typer.Option(
                "--workspace", help="The workspace's folder (default: found from here upwards).", show_default=False
            ),
        ],
        None,
    ),
    "format": (FormatOption, Format.TEXT),
}
_CHANGING: dict[str, tuple[Any, object]] = {
    "yes": (Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")], False),
    "dry_run": (Annotated[bool, typer.Option("--dry-run", help="Show the plan, change nothing.")], False),
}
_LOOKING: dict[str, tuple[Any, object]] = {
    "yes": (Annotated[bool, typer.Option("--yes", "-y", help="Nothing is asked: this changes nothing.")], False),
    "dry_run": (Annotated[bool, typer.Option("--dry-run", help="This changes nothing anyway.")], False),
}
_OF_CALLS: dict[str, tuple[Any, object]] = {
    "etag": (
        Annotated[str | None, typer.Option("--etag", help="Refuse if the environment is no longer this version.")],
        None,
    ),
    "now": (
        Annotated[datetime | None, typer.Option("--now", help="The execution time, in UTC (default: the clock).")],
        None,
    ),
    "forward_only": (
        Annotated[bool, typer.Option("--forward-only", help="Keep incremental tables; new logic for new intervals.")],
        False,
    ),
    "effective_from": (
        Annotated[
            str,
            typer.Option("--effective-from", help="From when on the new logic of a forward-only change holds."),
        ],
        "",
    ),
    "allow_destructive": (
        Annotated[bool, typer.Option("--allow-destructive", help="Allow forward-only changes that remove columns.")],
        False,
    ),
    "allow_stale": (Annotated[bool, typer.Option("--allow-stale", help="Allow data to go back in time.")], False),
}
"""Options that are fields of `Call`, by their name there."""


class Site:
    """What a command works on: the workspace, its database, and what was asked for."""

    def __init__(self, workspace: Path | None, format_: str, call: Call) -> None:
        self.project: Project = open_project(workspace)
        self.engine: Engine = engine_of(self.project.config, self.project.root)
        self.format, self.call = format_, call

    @functools.cached_property
    def version(self) -> WorkspaceVersion:
        """The workspace's models with their fingerprints."""
        return workspace_version(self.project.graph, self.project.root, self.project.problems)


class Deed(msgspec.Struct, frozen=True):
    """What a command would do.  `question` "": it is not asked about, and done only with --yes."""

    question: str
    do: Callable[[Call], Outcome]
    doubts: Callable[[Plan], tuple[str, ...]] = lambda _plan: ()
    """What speaks against carrying out this plan, said before the question."""


def looks(*options: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command that changes nothing; `options` are the fields of `Call` that it takes."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        def run(site: Site, own: dict[str, Any], yes: bool) -> None:
            command(site, **own)

        return _command(command, run, {**_SHARED, **_LOOKING}, options)

    return decorate


def changes(*options: str) -> Callable[[Callable[..., Deed]], Callable[..., None]]:
    """A command that changes something: planned, shown, asked about and done."""

    def decorate(command: Callable[..., Deed]) -> Callable[..., None]:
        def run(site: Site, own: dict[str, Any], yes: bool) -> None:
            deed = command(site, **own)
            call = msgspec.structs.replace(site.call, dry_run=site.call.dry_run or not (deed.question or yes))
            view.carry_out(deed.do, call, deed.question, yes, site.format, deed.doubts)

        return _command(command, run, {**_SHARED, **_CHANGING}, options)

    return decorate


def _command(
    command: Callable[..., object],
    run: Callable[[Site, dict[str, Any], bool], None],
    shared: dict[str, tuple[Any, object]],
    options: tuple[str, ...],
) -> Callable[..., None]:
    """A function whose signature has the command's own parameters (but its site) and those options."""
    added = {**shared, **{name: _OF_CALLS[name] for name in options}}

    def called(**given: Any) -> None:
        asked = {name: given.pop(name) for name in added}
        workspace, format_, yes = asked.pop("workspace"), asked.pop("format").value, asked.pop("yes")
        with view.reporting(format_):
            run(Site(workspace, format_, Call(**asked)), given, yes)

    hints = get_type_hints(command, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(command).parameters.items()
        if name != "site"
    ]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in added.items()
    ]
    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *more)}
    called.__signature__ = inspect.Signature([*own, *more])  # type: ignore[attr-defined]
    return called
