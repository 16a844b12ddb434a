"""How the terminal shows environments: plans, progress, lists, differences, errors."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType

import msgspec
import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from lsp_server.cli.common import REFUSED, USAGE, fail, print_json
from lsp_server.environments import shapes
from lsp_server.environments.commands import Call, Outcome
from lsp_server.environments.comparing import Diff, ModelDiff
from lsp_server.environments.errors import WRONG_NAMES, AuditFailed, EnvironmentProblem, Refused, sentences
from lsp_server.environments.progress import Cancel
from lsp_server.environments.progress import Progress as Done
from lsp_server.plan.intervals import Interval
from lsp_server.plan.reasons import names
from lsp_server.plan.states import Environment, World
from lsp_server.plan.steps import DELETE, KEEP, Plan, Step

_COLOURS = {
    "build": "yellow",
    "backfill": "yellow",
    "refresh": "yellow",
    "fork": "yellow",
    "preview": "yellow",
    "evolve": "yellow",
}
_COLOURS |= {"remove": "red", "delete": "red", "promote": "green", "view": "green"}


@contextlib.contextmanager
def reporting(format_: str) -> Iterator[None]:
    """A problem becomes a message on stderr (and JSON on stdout, where asked for) and an exit code."""
    try:
        yield
    except EnvironmentProblem as error:
        if format_ == "json":
            print_json(shapes.error_json(error))
        refusals = error.refusals if isinstance(error, Refused) else ()
        for refusal in refusals if len(refusals) > 1 else ():
            print(f"headwater: {sentences(refusal.message, refusal.way)}", file=sys.stderr)
        if len(refusals) <= 1:
            print(f"headwater: {error}", file=sys.stderr)
        if isinstance(error, AuditFailed):
            _print_rows(error)
        raise typer.Exit(exit_code(error)) from error


def _print_rows(error: AuditFailed) -> None:
    print("  " + " | ".join(error.columns), file=sys.stderr)
    for row in error.rows:
        print("  " + " | ".join("NULL" if value is None else str(value) for value in row), file=sys.stderr)


def carry_out(
    doing: Callable[[Call], Outcome],
    call: Call,
    question: str,
    yes: bool,
    format_: str,
    doubts: Callable[[Plan], tuple[str, ...]],
) -> None:
    """Plan, show, ask, do: with the etag of what was shown."""
    planned = doing(msgspec.structs.replace(call, dry_run=True))
    if planned.plan.refusals and not call.dry_run:
        raise Refused(planned.plan.refusals)
    doubted = doubts(planned.plan) if not planned.plan.refusals else ()
    planned = msgspec.structs.replace(planned, warnings=(*planned.warnings, *doubted))
    if format_ == "text" or call.dry_run:
        show_outcome(planned, format_)
    _warn(planned)
    if call.dry_run:
        end_if_refused(planned)
        return
    confirm(question, yes)
    call = msgspec.structs.replace(call, etag=call.etag if call.etag is not None else planned.plan.etag)
    with _watched() as (listener, cancel):
        outcome = doing(msgspec.structs.replace(call, listener=listener, cancel=cancel))
    _warn(outcome)
    if format_ == "json":
        print_json(shapes.outcome_json(msgspec.structs.replace(outcome, warnings=(*doubted, *outcome.warnings))))
    else:
        print(_done(outcome))


def _warn(outcome: Outcome) -> None:
    for warning in outcome.warnings:
        print(f"warning: {warning}", file=sys.stderr)


def exit_code(error: EnvironmentProblem) -> int:
    """2 for a name that there is not or cannot be, 3 for what was refused or failed.

    >>> exit_code(NotFound("there is no environment dev")), exit_code(EnvironmentProblem("no room"))
    (2, 3)
    """
    codes = {refusal.code for refusal in error.refusals} if isinstance(error, Refused) else {error.code}
    return USAGE if codes <= WRONG_NAMES else REFUSED


def confirm(question: str, yes: bool) -> None:
    """Ask on a terminal; elsewhere `--yes` must have been given."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        fail("this changes something: add --yes to do it, or --dry-run to see what it would do", USAGE)
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        agreed = False
    if not agreed:
        fail("nothing was changed", REFUSED)


def end_if_refused(outcome: Outcome) -> None:
    """A plan that cannot be carried out ends with an exit code."""
    if outcome.plan.refusals:
        raise typer.Exit(exit_code(Refused(outcome.plan.refusals)))


def _done(outcome: Outcome) -> str:
    plan = outcome.plan
    if plan.operation == "gc":
        return f"{_tables(plan, DELETE)} deleted"
    wrote = len(plan.writing)
    what = f"{wrote} table{'' if wrote == 1 else 's'} computed, {plan.reused} reused"
    return f"{plan.environment}: {what}; now {outcome.etag}" if outcome.environment else f"{plan.environment}: done"


@contextlib.contextmanager
def _watched() -> Iterator[tuple[Callable[[Done], None], Cancel]]:
    """Progress on stderr: a bar on a terminal, a line a step elsewhere.  Ctrl-C cancels at the next safe point."""
    cancel = Cancel()

    def stop(_number: int, _frame: FrameType | None) -> None:
        print("cancelling...", file=sys.stderr)
        cancel.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        with _bar() if sys.stderr.isatty() else _lines() as listener:
            yield listener, cancel
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _lines() -> Iterator[Callable[[Done], None]]:
    yield lambda done: print(f"[{done.done}/{done.total}] {done.message}", file=sys.stderr)


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[Done], None]]:
    columns = (
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=1)
        yield lambda done: progress.update(
            task,
            total=max(done.total, 1),
            completed=done.done,
            description=escape(f"{done.message} ({done.rows} rows so far)"),
        )


def show_outcome(outcome: Outcome, format_: str) -> None:
    """A plan, its steps with their reasons."""
    if format_ == "json":
        print_json(shapes.outcome_json(outcome))
        return
    plan = outcome.plan
    listed = plan.steps if plan.operation == "gc" else (*plan.changes, *plan.shown_anew)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("model", "action", "reason"):
        table.add_column(heading, overflow="fold")
    for step in sorted(listed, key=lambda step: (step.action, step.model)):
        action = f"[{_COLOURS.get(step.action, 'white')}]{step.action}[/]"
        table.add_row(escape(step.model), action, escape(_reason(step)))
    console = _console()
    anew = len(plan.shown_anew)
    if listed:
        console.print(table)
    same = len(plan.steps) - len(plan.changes) - anew
    if plan.operation == "gc":
        console.print(f"{_tables(plan, DELETE)} to delete, {_tables(plan, KEEP)} kept", highlight=False)
    elif plan.steps or not plan.refusals:
        shown = f"{anew} shown from tables that are there, " if anew else ""
        console.print(
            f"{len(plan.changes)} to do, {shown}{same} as {'they are' if same != 1 else 'it is'}", highlight=False
        )
    if plan.readers:
        console.print(f"Readers of {plan.environment} will notice:", highlight=False)
    for notice in plan.readers:
        console.print(f"  {notice.model}: {notice.what}", highlight=False, markup=False)
    for note in plan.notes:
        console.print(note, highlight=False, markup=False)
    for refusal in plan.refusals:
        print(f"refused: {sentences(refusal.message, refusal.way)}", file=sys.stderr)


def _tables(plan: Plan, action: str) -> str:
    """How many tables an action concerns, and their size as far as it is known."""
    steps = [step for step in plan.steps if step.action == action]
    size = sum(step.bytes or 0 for step in steps)
    return f"{len(steps)} table{'' if len(steps) == 1 else 's'}{f' (at most {decimal(size)})' if size else ''}"


def _console() -> Console:
    """Standard output; as wide as it needs to be where no terminal sets the width."""
    return Console(width=None if sys.stdout.isatty() else 160, soft_wrap=not sys.stdout.isatty())


def _reason(step: Step) -> str:
    parts = [step.reason]
    if step.intervals:
        first, last = step.intervals[0], step.intervals[-1]
        parts.append(str(Interval(first.start, last.end)))
    if step.rows:
        size = f", at most {decimal(step.bytes)}" if step.bytes else ""
        parts.append(f"some {step.rows:,} row{'' if step.rows == 1 else 's'}{size}")
    return "; ".join(parts)


def show_environments(environments: list[Environment], format_: str) -> None:
    """`list` and `history`."""
    if format_ == "json":
        print_json([shapes.environment_json(e) for e in environments])
        return
    if not environments:
        print("no environments yet: headwater env apply prod builds the first")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "version", "models", "tables", "action", "at", "by"):
        table.add_column(heading)
    for e in environments:
        shown = shapes.environment_json(e)
        table.add_row(
            e.name,
            str(e.number),
            str(shown["models"]),
            str(shown["tables"]),
            escape(e.action),
            f"{e.at:%Y-%m-%d %H:%M}",
            escape(e.by),
        )
    _console().print(table)


def show_environment(world: World, environment: Environment, limit: int, format_: str) -> None:
    """`show`."""
    shown = shapes.show_json(world, environment, limit)
    if format_ == "json":
        print_json(shown)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("view", "kind", "table", "rows", "shared with"):
        table.add_column(heading, overflow="fold")
    models = shown["models"]
    for entry in models if isinstance(models, list) else []:
        shared = ", ".join(entry.get("shared", []))
        rows = "dropped by somebody else" if entry.get("lost") else str(entry.get("rows", ""))
        table.add_row(escape(entry["view"]), entry["kind"], escape(entry.get("table", "")), rows, shared)
    _console().print(table)


def show_diff(found: Diff, format_: str) -> None:
    """`diff`."""
    if format_ == "json":
        print_json(shapes.diff_json(found))
        return
    print(f"{found.environment} against {found.against}: {len(found.models)} differ, {found.same} are the same")
    for one in found.models:
        print(f"\n{one.model}: {one.change}{' (' + one.reason + ')' if one.reason else ''}")
        _print_model_diff(one)


def _print_model_diff(one: ModelDiff) -> None:
    if one.preview is not None:
        held = f"it holds {names([str(i) for i in one.preview])} only, " if one.preview else ""
        print(
            f"  a preview of a forward-only change: {held}and is never promoted; the table that is in use keeps its rows"
        )
    elif one.from_previews:
        print(f"  computed from the preview of {names(list(one.from_previews))}: fewer rows here are no rows lost")
    for word, columns in (("added", one.added), ("removed", one.removed), ("another type", one.retyped)):
        if columns:
            print(f"  columns {word}: {', '.join(columns)}")
    if one.rows is not None:
        changed = "" if one.rows.changed is None else f", {one.rows.changed} changed"
        by = f" (by {', '.join(one.rows.key)})" if one.rows.key else ""
        print(
            f"  rows: {one.rows.before} -> {one.rows.after}: {one.rows.added} added, {one.rows.removed} removed{changed}{by}"
        )
    for sample in one.samples:
        for sign, row in (("-", sample.before), ("+", sample.after)):
            if row is not None:
                print(f"  {sign} " + ", ".join(f"{k}={'NULL' if v is None else v}" for k, v in row.items()))
