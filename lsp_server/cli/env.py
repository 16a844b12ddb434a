"""`headwater env`: virtual data environments.

Each command says here what it takes and what it does; `env_options` gives it the options that all have, and has what changes
something planned, shown, asked about, and carried out with the etag of what was shown.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from lsp_server.cli import environments as view
from lsp_server.cli.env_options import Deed, Site, changes, looks
from lsp_server.environments import commands, comparing
from lsp_server.environments.site import name_from_branch
from lsp_server.environments.unit_tests.doubts import failures, tests_of

Name = Annotated[str, typer.Argument(help="The environment.", show_default=False)]


def add(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Virtual data environments: create, build, compare, promote, roll back.", no_args_is_help=True
    )
    for command in (list_, show, plan, create, apply, run, promote, diff, rollback, drop, gc, history):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="env")


# ---- looking


@looks()
def list_(site: Site) -> None:
    """List the environments."""
    view.show_environments(commands.list_environments(site.engine), site.format)


@looks()
def history(site: Site, name: Name) -> None:
    """List an environment's versions that can be returned to."""
    view.show_environments(commands.history(site.engine, name), site.format)


@looks()
def show(site: Site, name: Name) -> None:
    """Show an environment's models, tables and intervals."""
    world = commands.read_world(site.engine)
    view.show_environment(world, commands.find(world, name), site.engine.identifier_limit, site.format)


@looks("now", "forward_only", "effective_from", "allow_destructive")
def plan(site: Site, name: Name) -> None:
    """Show what `apply` would do."""
    outcome = commands.plan(site.engine, site.version, name, site.call)
    view.show_outcome(outcome, site.format)
    view.end_if_refused(outcome)


@looks()
def diff(
    site: Site,
    name: Name,
    against: Annotated[str, typer.Argument(help="The environment to compare with.")] = "prod",
    samples: Annotated[int, typer.Option(help="Rows to show of each model.", min=0)] = 3,
) -> None:
    """Compare two environments: models, interfaces, and rows by key."""
    view.show_diff(comparing.diff(site.engine, name, against, samples), site.format)


# ---- changing


@changes("now")
def create(
    site: Site,
    name: Annotated[str, typer.Argument(help="The environment (default: after the git branch).")] = "",
    source: Annotated[str, typer.Option("--from", help="The environment to mirror.")] = "prod",
) -> Deed:
    """Create an environment as a mirror of another: views only, nothing is computed."""
    called = name or name_from_branch(site.project.root)
    return Deed(f"Create {called} from {source}?", lambda call: commands.create(site.engine, called, source, call))


@changes("etag", "now", "forward_only", "effective_from", "allow_destructive")
def apply(site: Site, name: Name) -> Deed:
    """Make an environment what the workspace's files say, creating it if need be."""
    version = site.version
    return Deed(f"Apply this to {name}?", lambda call: commands.apply(site.engine, version, name, call))


@changes("etag", "now")
def run(site: Site, name: Name) -> Deed:
    """Compute new intervals, and tables whose cron has ticked."""
    return Deed(f"Run {name}?", lambda call: commands.run(site.engine, name, call))


@changes("etag", "now", "allow_stale", "allow_destructive")
def promote(
    site: Site,
    name: Name,
    to: Annotated[str, typer.Option("--to", help="The environment whose views move.")] = "prod",
) -> Deed:
    """Point another environment's views at this one's tables: nothing is computed."""
    return Deed(
        f"Promote {name} to {to}?",
        lambda call: commands.promote(site.engine, name, to, call),
        doubts=lambda planned: failures(tests_of(site.project, site.version, planned)),
    )


@changes("etag", "now", "allow_stale")
def rollback(
    site: Site,
    name: Name,
    version: Annotated[int | None, typer.Option(help="The version to return to (default: the one before).")] = None,
) -> Deed:
    """Return an environment to its previous version."""
    return Deed(f"Roll {name} back?", lambda call: commands.rollback(site.engine, name, version, call))


@changes("etag")
def drop(site: Site, name: Name) -> Deed:
    """Remove an environment's views; its tables stay until `gc`."""
    return Deed(f"Drop {name}?", lambda call: commands.drop(site.engine, name, call))


@changes("now")
def gc(
    site: Site,
    ttl_hours: Annotated[
        float | None,
        typer.Option(
            help="Keep unused tables, and versions that can be rolled back to, this long (default: a week).", min=0
        ),
    ] = None,
) -> Deed:
    """List tables that nothing refers to and whose time is over; delete them with --yes."""
    ttl = None if ttl_hours is None else timedelta(hours=ttl_hours)
    return Deed("", lambda call: commands.gc(site.engine, call, ttl))
