"""`headwater env`: virtual data environments.

Every command plans, shows the plan, asks where it changes something, and carries it out with the etag of what was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.common import Format, FormatOption

if TYPE_CHECKING:
    from lsp_server.environments.commands import Call, Outcome
    from lsp_server.environments.engines.base import Engine
    from lsp_server.project.workspace import Project


Name = Annotated[str, typer.Argument(help="The environment.", show_default=False)]
Workspace = Annotated[
    Path | None, typer.Option("--workspace", help="The workspace's folder (default: found from here upwards).")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, change nothing.")]
AllowStale = Annotated[bool, typer.Option("--allow-stale", help="Allow data to go back in time.")]
Etag = Annotated[str | None, typer.Option("--etag", help="Refuse if the environment is no longer this version.")]
Now = Annotated[datetime | None, typer.Option("--now", help="The execution time, in UTC (default: the clock).")]
ForwardOnly = Annotated[
    bool, typer.Option("--forward-only", help="Keep incremental tables; new logic for new intervals.")
]
EffectiveFrom = Annotated[
    str, typer.Option("--effective-from", help="From when on the new logic of a forward-only change holds.")
]
Destructive = Annotated[
    bool, typer.Option("--allow-destructive", help="Allow forward-only changes that remove columns.")
]

Doing = Callable[["Call"], "Outcome"]


def add(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Virtual data environments: create, build, compare, promote, roll back.", no_args_is_help=True
    )
    for command in (list_, show, plan, create, apply, run, promote, diff, rollback, drop, gc, history):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="env")


def list_(workspace: Workspace = None, format: FormatOption = Format.TEXT) -> None:
    """List the environments."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        found = commands.list_environments(_engine(_project(workspace)))
        view.show_environments(found, format.value)


def history(name: Name, workspace: Workspace = None, format: FormatOption = Format.TEXT) -> None:
    """List an environment's versions that can be returned to."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        view.show_environments(commands.history(_engine(_project(workspace)), name), format.value)


def show(name: Name, workspace: Workspace = None, format: FormatOption = Format.TEXT) -> None:
    """Show an environment's models, tables and intervals."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        engine = _engine(_project(workspace))
        world = commands.read_world(engine)
        view.show_environment(world, commands.find(world, name), engine.identifier_limit, format.value)


def plan(
    name: Name,
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    now: Now = None,
    forward_only: ForwardOnly = False,
    effective_from: EffectiveFrom = "",
    allow_destructive: Destructive = False,
) -> None:
    """Show what `apply` would do."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        project = _project(workspace)
        version = view.version_of(project)
        call = commands.Call(
            True,
            None,
            now,
            forward_only=forward_only,
            effective_from=effective_from,
            allow_destructive=allow_destructive,
        )
        outcome = commands.plan(_engine(project), version, name, call)
        view.show_outcome(outcome, format.value)
        view.end_if_refused(outcome)


def create(
    name: Annotated[str, typer.Argument(help="The environment (default: after the git branch).")] = "",
    source: Annotated[str, typer.Option("--from", help="The environment to mirror.")] = "prod",
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Yes = False,
    dry_run: DryRun = False,
    now: Now = None,
) -> None:
    """Create an environment as a mirror of another: views only, nothing is computed."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands
    from lsp_server.environments.site import name_from_branch

    with view.reporting(format.value):
        project = _project(workspace)
        engine, called = _engine(project), name or name_from_branch(project.root)
        call = commands.Call(dry_run, None, now)
        view.carry_out(
            lambda c: commands.create(engine, called, source, c),
            call,
            f"Create {called} from {source}?",
            yes,
            format.value,
        )


def apply(
    name: Name,
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Yes = False,
    dry_run: DryRun = False,
    etag: Etag = None,
    now: Now = None,
    forward_only: ForwardOnly = False,
    effective_from: EffectiveFrom = "",
    allow_destructive: Destructive = False,
) -> None:
    """Make an environment what the workspace's files say, creating it if need be."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        project = _project(workspace)
        engine, version = _engine(project), view.version_of(project)
        call = commands.Call(
            dry_run,
            etag,
            now,
            forward_only=forward_only,
            effective_from=effective_from,
            allow_destructive=allow_destructive,
        )
        view.carry_out(
            lambda c: commands.apply(engine, version, name, c), call, f"Apply this to {name}?", yes, format.value
        )


def run(
    name: Name,
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Yes = False,
    dry_run: DryRun = False,
    now: Now = None,
) -> None:
    """Compute new intervals, and tables whose cron has ticked."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        engine = _engine(_project(workspace))
        call = commands.Call(dry_run, None, now)
        view.carry_out(lambda c: commands.run(engine, name, c), call, f"Run {name}?", yes, format.value)


def promote(
    name: Name,
    to: Annotated[str, typer.Option("--to", help="The environment whose views move.")] = "prod",
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Yes = False,
    dry_run: DryRun = False,
    etag: Etag = None,
    now: Now = None,
    allow_stale: AllowStale = False,
    allow_destructive: Destructive = False,
) -> None:
    """Point another environment's views at this one's tables: nothing is computed."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        engine = _engine(_project(workspace))
        call = commands.Call(dry_run, etag, now, allow_stale=allow_stale, allow_destructive=allow_destructive)
        view.carry_out(
            lambda c: commands.promote(engine, name, to, c), call, f"Promote {name} to {to}?", yes, format.value
        )


def diff(
    name: Name,
    against: Annotated[str, typer.Argument(help="The environment to compare with.")] = "prod",
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    samples: Annotated[int, typer.Option(help="Rows to show of each model.", min=0)] = 3,
) -> None:
    """Compare two environments: models, interfaces, and rows by key."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import comparing

    with view.reporting(format.value):
        view.show_diff(comparing.diff(_engine(_project(workspace)), name, against, samples), format.value)


def rollback(
    name: Name,
    number: Annotated[
        int | None, typer.Option("--version", help="The version to return to (default: the one before).")
    ] = None,
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Yes = False,
    dry_run: DryRun = False,
    etag: Etag = None,
    now: Now = None,
    allow_stale: AllowStale = False,
) -> None:
    """Return an environment to its previous version."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        engine = _engine(_project(workspace))
        call = commands.Call(dry_run, etag, now, allow_stale=allow_stale)
        view.carry_out(
            lambda c: commands.rollback(engine, name, number, c), call, f"Roll {name} back?", yes, format.value
        )


def drop(
    name: Name,
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Yes = False,
    dry_run: DryRun = False,
    etag: Etag = None,
) -> None:
    """Remove an environment's views; its tables stay until `gc`."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        engine = _engine(_project(workspace))
        view.carry_out(
            lambda c: commands.drop(engine, name, c), commands.Call(dry_run, etag), f"Drop {name}?", yes, format.value
        )


def gc(
    workspace: Workspace = None,
    format: FormatOption = Format.TEXT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete what is listed.")] = False,
    dry_run: DryRun = False,
    ttl_hours: Annotated[
        float | None, typer.Option(help="Keep unused tables this long (default: a week).", min=0)
    ] = None,
    now: Now = None,
) -> None:
    """List tables that nothing refers to and whose time is over; delete them with --yes."""
    from lsp_server.cli import environments as view
    from lsp_server.environments import commands

    with view.reporting(format.value):
        ttl = None if ttl_hours is None else timedelta(hours=ttl_hours)
        call = commands.Call(dry_run or not yes, None, now)
        view.show_outcome(commands.gc(_engine(_project(workspace)), call, ttl), format.value)


def _project(workspace: Path | None) -> Project:
    from lsp_server.cli.common import open_project

    return open_project(workspace)


def _engine(project: Project) -> Engine:
    from lsp_server.environments.site import engine_of

    return engine_of(project.config, project.root)
