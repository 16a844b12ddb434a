"""Environments in the editor: `headwater.env.<command>`, `headwater/environments`, `headwater/plan`.

A command plans first; what changes `prod`, or takes something away, is asked about with the plan's summary in the question;
then it is carried out with the etag of the plan that was shown.  The database lane does the work, this file's thread waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from lsprotocol import types

from lsp_server.environments import commands, comparing, shapes
from lsp_server.environments.commands import Call, Outcome
from lsp_server.environments.engines.base import Engine
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.errors import Refused as PlanRefused
from lsp_server.environments.progress import Cancel
from lsp_server.environments.progress import Progress as Done
from lsp_server.environments.site import engine_of, name_from_branch, with_catalog
from lsp_server.environments.unit_tests.doubts import failures, tests_of
from lsp_server.ide.words import count
from lsp_server.plan.names import PROD
from lsp_server.plan.steps import KEEP, REUSE, Plan
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.server.dispatch import Cancelled, Refused, Token
from lsp_server.server.impacts import read
from lsp_server.server.projects import Project
from lsp_server.server.session import Session
from lsp_server.server.versions import Asked, awaited
from lsp_server.server.world import World

NAMES = (
    "list",
    "show",
    "history",
    "diff",
    "plan",
    "create",
    "apply",
    "run",
    "promote",
    "rollback",
    "drop",
    "gc",
)
_LOOKS = ("list", "show", "history", "diff")
_ASKED = {"rollback", "drop"}
_STAYING = (REUSE, KEEP)
_TITLES = {
    "create": "Create {name}",
    "apply": "Build {name}",
    "run": "Run {name}",
    "plan": "Plan of {name}",
    "promote": "Promote {name} to {to}",
    "rollback": "Roll {name} back",
    "drop": "Drop {name}",
    "gc": "Collect unused tables",
}


class Arguments(msgspec.Struct, frozen=True, rename={"from_": "from", "allow_stale": "allowStale"}):
    """The one argument of a command, in the command line's words.  `yes`: do not ask."""

    workspace: str = ""
    name: str = ""
    from_: str = PROD
    to: str = PROD
    etag: str | None = None
    version: int | None = None
    against: str = PROD
    allow_stale: bool = False
    yes: bool = False


class Site(msgspec.Struct, frozen=True):
    """What a command needs of its project, as values; `asked` becomes `version`."""

    project: Project
    engine: Engine
    asked: Asked | None = None
    version: WorkspaceVersion | None = None


def command(name: str) -> Callable[[Session, dict[str, Any], Token], Any]:
    """The handler of `headwater.env.<name>`."""

    def run(session: Session, raw: dict[str, Any], token: Token) -> Any:
        try:
            arguments = msgspec.convert(raw, Arguments)
        except msgspec.ValidationError as error:
            raise Refused(f"headwater.env.{name}: {error}") from error
        try:
            return _run(session, name, arguments, token)
        except EnvironmentProblem as problem:
            words = f"{_title(name, arguments)}: {problem}"
            session.client.show(words, types.MessageType.Warning)
            if problem.code == "cancelled":
                raise Cancelled(words) from problem
            raise Refused(words, data=shapes.error_json(problem)) from problem

    return run


def _title(name: str, arguments: Arguments) -> str:
    return _TITLES.get(name, name).format(name=arguments.name, to=arguments.to)


def _run(session: Session, name: str, arguments: Arguments, token: Token) -> Any:
    if not session.settings.trusted:
        raise Refused("this workspace is not trusted: nothing runs its SQL")
    needs_version = name in ("apply", "plan", "promote")
    site = session.on_analysis(lambda world: _site(world, arguments.workspace, needs_version)).result()
    if site.asked is not None:
        version = awaited(session, site.project.versions, site.asked)
        site = Site(site.project, with_catalog(site.engine, version), version=version)
    if name == "create" and not arguments.name:
        arguments = msgspec.structs.replace(arguments, name=name_from_branch(site.project.workspace.root))
    if name in _LOOKS:
        return session.on_database(lambda: _look(name, site.engine, arguments)).result()
    doing = _doing(name, site, arguments)
    planned = session.on_database(lambda: doing(Call(dry_run=True, allow_stale=arguments.allow_stale))).result()
    if name == "plan":
        return shapes.outcome_json(planned)
    if planned.plan.refusals:
        raise PlanRefused(planned.plan.refusals)
    doubts = _doubts(session, site, planned.plan) if name == "promote" else ()
    if not _is_agreed(session, name, arguments, planned.plan, doubts, token):
        raise Cancelled(f"{_title(name, arguments)}: nothing was changed")
    etag = arguments.etag if arguments.etag is not None else planned.plan.etag
    outcome = _carry_out(session, name, arguments, doing, etag, token)
    _read_anew(session, site.project)
    session.client.show(_done(name, arguments, msgspec.structs.replace(outcome, warnings=(*doubts, *outcome.warnings))))
    return shapes.outcome_json(outcome)


def _read_anew(session: Session, project: Project) -> None:
    """Take in what the command changed before saying that it is done: the next action is then offered at once."""
    wish = session.on_analysis(lambda world: project.wish(project.settings.baseline)).result()
    reading = session.on_database(lambda: read(wish)).result()
    session.on_analysis(lambda _: project.take_reading(reading)).result()
    session.wake()


def _site(world: World, workspace: str, needs_version: bool) -> Site:
    """Runs on the analysis lane."""
    found = world.projects_named(workspace)
    if not found:
        raise Refused(f"there is no open workspace {workspace}" if workspace else "no workspace is open")
    project = found[0]
    engine = engine_of(project.workspace.config, project.workspace.root)
    return Site(project, engine, project.versions.ask() if needs_version else None)


def _doing(name: str, site: Site, arguments: Arguments) -> Callable[[Call], Outcome]:
    engine, called = site.engine, arguments.name
    version = site.version
    if name in ("apply", "plan") and version is not None:
        return lambda call: commands.apply(engine, version, called, call)
    table: dict[str, Callable[[Call], Outcome]] = {
        "create": lambda call: commands.create(engine, called, arguments.from_, call),
        "run": lambda call: commands.run(engine, called, call),
        "promote": lambda call: commands.promote(engine, called, arguments.to, call),
        "rollback": lambda call: commands.rollback(engine, called, arguments.version, call),
        "drop": lambda call: commands.drop(engine, called, call),
        "gc": lambda call: commands.gc(engine, call),
    }
    return table[name]


def _look(name: str, engine: Engine, arguments: Arguments) -> Any:
    """What changes nothing; runs on the database lane."""
    if name == "show":
        world = commands.read_world(engine)
        return shapes.show_json(world, commands.find(world, arguments.name), engine.identifier_limit)
    if name == "diff":
        return shapes.diff_json(comparing.diff(engine, arguments.name, arguments.against))
    found = commands.list_environments(engine) if name == "list" else commands.history(engine, arguments.name)
    return [shapes.environment_json(environment) for environment in found]


# -- asking


def _is_asked(name: str, arguments: Arguments) -> bool:
    """What changes `prod`, and what takes something away."""
    target = arguments.to if name == "promote" else arguments.name
    return name in _ASKED or (name in ("apply", "run", "promote") and target == PROD) or name == "gc"


def _is_agreed(
    session: Session, name: str, arguments: Arguments, plan: Plan, doubts: tuple[str, ...], token: Token
) -> bool:
    """Whether it need not be asked about, or the person says yes, knowing what it does and what speaks against it."""
    if arguments.yes or not _is_asked(name, arguments):
        return True
    title = _title(name, arguments)
    question = f"{title}? {summary(plan)}{noticed(plan)}{_sentences(doubts)}"
    return session.client.ask(question, title, "Cancel", token=token) == title


def _sentences(said: Iterable[str]) -> str:
    return "".join(f" {text[:1].upper()}{text[1:]}." for text in said)


def _doubts(session: Session, site: Site, plan: Plan) -> tuple[str, ...]:
    """Unit tests that fail for what is promoted."""
    version = site.version
    if version is None:
        return ()
    tests = session.on_analysis(lambda _: tests_of(site.project.workspace, version, plan)).result()
    return session.on_database(lambda: failures(tests)).result()  # type: ignore[no-any-return]


def noticed(plan: Plan) -> str:
    """What readers of the environment will notice, in a sentence; "" if nothing."""
    if not plan.readers:
        return ""
    shown = ", ".join(f"{notice.model} ({notice.what})" for notice in plan.readers[:5])
    more = f" and {len(plan.readers) - 5} more" if len(plan.readers) > 5 else ""
    return f" Readers of {plan.environment} will notice: {shown}{more}."


def summary(plan: Plan) -> str:
    """A plan in one sentence; the models that it changes are named behind their number, unless all are."""
    counts = plan.summary()
    changing = [f"{count(counts[action], 'model')} {_words(action)}" for action in counts if action not in _STAYING]
    staying = [f"{count(counts[action], 'model')} {_words(action)}" for action in counts if action in _STAYING]
    models = [step.model for step in plan.changes]
    if changing and staying:
        shown = ", ".join(models[:8]) + (f" and {len(models) - 8} more" if len(models) > 8 else "")
        changing[-1] += f" ({shown})"
    return "; ".join([*changing, *staying]) + "."


def _words(action: str) -> str:
    return {
        "build": "to build",
        "reuse": "reused",
        "view": "defined as views",
        "promote": "moved",
        "keep": "unchanged",
    }.get(action, f"to {action}")


# -- doing


def _carry_out(
    session: Session, name: str, arguments: Arguments, doing: Callable[[Call], Outcome], etag: str, token: Token
) -> Outcome:
    cancel = Cancel()
    token.on_cancel(cancel.cancel)
    title = _title(name, arguments)
    with session.client.progress(title, token) as progress:
        session.progress[progress.id] = token

        def listen(done: Done) -> None:
            left = f", {done.seconds_left:.0f} s left" if done.seconds_left and done.seconds_left >= 1 else ""
            progress.report(
                f"{done.done}/{done.total} {done.message}{left}" if done.total else done.message, done.done, done.total
            )

        try:
            call = Call(etag=etag, listener=listen, cancel=cancel, allow_stale=arguments.allow_stale)
            return session.on_database(lambda: doing(call)).result()  # type: ignore[no-any-return]
        finally:
            session.progress.pop(progress.id, None)


def _done(name: str, arguments: Arguments, outcome: Outcome) -> str:
    plan, title = outcome.plan, _title(name, arguments)
    warned = _sentences(outcome.warnings)
    if name in ("drop", "gc"):  # which compute nothing, ever
        return f"{title}: done.{warned}"
    return f"{title}: {count(len(plan.writing), 'table')} computed, {plan.reused} reused.{warned}"
