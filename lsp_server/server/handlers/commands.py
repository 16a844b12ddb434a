"""`workspace/executeCommand`: one table of commands.  They are stateless: one argument object says everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

from lsp_server.ide import verdicts
from lsp_server.ide.words import listed
from lsp_server.project import demo
from lsp_server.server import uris
from lsp_server.server.dispatch import Refused, Token
from lsp_server.server.handlers import environments, tests
from lsp_server.server.projects import Project
from lsp_server.server.session import Session
from lsp_server.server.world import World

Command = Callable[[Session, dict[str, Any], Token], Any]


def execute(session: Session, params: types.ExecuteCommandParams, token: Token) -> Any:
    """Run a command; runs on a thread of its own."""
    command = COMMANDS.get(params.command)
    if command is None:
        raise Refused(f"there is no command {params.command}")
    arguments = (params.arguments or [{}])[0]
    if not isinstance(arguments, dict):
        raise Refused(f"{params.command} takes one object, not {arguments!r:.60}")
    return command(session, arguments, token)


def show_impact(session: Session, arguments: dict[str, Any], _: Token) -> Any:
    """The reasons of a model's verdict, as a message."""
    text = session.on_analysis(
        lambda world: _impact_text(_project(world, arguments), str(arguments.get("model")))
    ).result()
    session.client.show(text)
    return text


def _impact_text(project: Project, model: str) -> str:
    title = verdicts.impact_title(project.graph, project.impact, model)
    found = project.impact.models.get(model) if project.impact is not None else None
    reasons = [reason.message for reason in found.reasons] if found is not None else []
    return f"{model}: {title}" + "".join(f"\n{reason}" for reason in reasons)


def show_readers(session: Session, arguments: dict[str, Any], _: Token) -> Any:
    """The models that read a model, as a message; the answer lists them."""
    model = str(arguments.get("model"))
    names = session.on_analysis(lambda world: _project(world, arguments).graph.readers(model)).result()
    session.client.show(f"{model} is read by {listed(names, 12, mark='')}" if names else f"{model} is read by no model")
    return list(names)


def write_demo(_: Session, arguments: dict[str, Any], __: Token) -> Any:
    """Copy the demo's workspace into a new folder, a path or a URI; the answer is the folder's URI."""
    given = str(arguments.get("folder") or "")
    folder = Path(uris.to_path(given) or given)
    if not folder.is_absolute():
        raise Refused(f"headwater.demo.write takes the full path of a folder to make, not {given!r:.60}")
    try:
        demo.write(folder)
    except OSError as error:
        raise Refused(f"The demo could not be written: {_reason(error)}") from error
    return {"folder": uris.to_uri(str(folder))}


def _reason(error: OSError) -> str:
    """The system's words with the path, without its number."""
    return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)


def _project(world: World, arguments: dict[str, Any]) -> Project:
    found = world.projects_named(str(arguments.get("workspace") or ""))
    if not found:
        raise Refused(f"there is no workspace {uris.to_path(str(arguments.get('workspace')))}")
    return found[0]


COMMANDS: dict[str, Command] = {
    "headwater.showImpact": show_impact,
    "headwater.showReaders": show_readers,
    "headwater.demo.write": write_demo,
    "headwater.test.run": tests.run_command,
    **{f"headwater.env.{name}": environments.command(name) for name in environments.NAMES},
}
