"""The JSON of `headwater env`: DESIGN's shapes, a public contract; changed only by adding keys."""

from __future__ import annotations

import msgspec

from lsp_server.environments.commands import Outcome
from lsp_server.environments.comparing import Diff
from lsp_server.environments.errors import AuditFailed, EnvironmentProblem, Refused
from lsp_server.plan.intervals import Interval
from lsp_server.plan.names import virtual_view
from lsp_server.plan.states import Environment, World
from lsp_server.plan.steps import plan_json

Json = dict[str, object]


def outcome_json(outcome: Outcome) -> Json:
    """A plan, or what a command did; `etag` is the environment's after it."""
    shown = plan_json(outcome.plan)
    shown["etag"] = outcome.etag
    shown["done"] = outcome.environment is not None or outcome.plan.operation in ("drop", "gc")
    shown["warnings"] = list(outcome.warnings)
    if outcome.plan.refusals:
        shown |= error_json(Refused(outcome.plan.refusals))
    return shown


def environment_json(environment: Environment) -> Json:
    """One environment in `list` and `history`."""
    return {
        "name": environment.name,
        "etag": environment.etag,
        "number": environment.number,
        "models": len(environment.models),
        "tables": sum(1 for placement in environment.models.values() if placement.snapshot),
        "action": environment.action,
        "at": environment.at.isoformat(),
        "by": environment.by,
    }


def show_json(world: World, environment: Environment, limit: int) -> Json:
    """One environment with its models."""
    models = []
    for name, version in sorted(world.models_of(environment).items()):
        snapshot = world.snapshot_of(environment, name)
        entry: Json = {
            "model": name,
            "kind": version.kind.name,
            "view": str(virtual_view(version, environment.name, limit)),
        }
        if snapshot is not None:
            entry |= {
                "table": str(snapshot.relation),
                "rows": snapshot.rows,
                "as_of": snapshot.as_of.isoformat(),
                "intervals": _spans(snapshot.intervals),
                "lost": snapshot.key in world.lost,
                "shared": [n for n in world.referring(snapshot.key) if n != environment.name],
            }
        models.append(entry)
    return {"version": 1, "environment": environment.name, "etag": environment.etag, "models": models}


def _spans(intervals: tuple[Interval, ...]) -> list[list[str]]:
    return [[i.start.isoformat(), i.end.isoformat()] for i in intervals]


def diff_json(found: Diff) -> Json:
    """Two environments compared."""
    return {
        "version": 1,
        "environment": found.environment,
        "against": found.against,
        "same": found.same,
        "models": [
            {
                "model": one.model,
                "change": one.change,
                "reason": one.reason,
                "columns": {"added": list(one.added), "removed": list(one.removed), "retyped": list(one.retyped)},
                "rows": msgspec.to_builtins(one.rows) if one.rows else None,
                "samples": [{"before": s.before, "after": s.after} for s in one.samples],
                "preview": None if one.preview is None else _spans(one.preview),
                "from_previews": list(one.from_previews),
            }
            for one in found.models
        ],
    }


def error_json(error: EnvironmentProblem) -> Json:
    """What went wrong, for machines."""
    body: Json = {"code": error.code, "message": error.message, "way": error.way, "model": error.model}
    if isinstance(error, Refused):
        body["refusals"] = [msgspec.to_builtins(refusal) for refusal in error.refusals]
    if isinstance(error, AuditFailed):
        body |= {"count": error.count, "columns": error.columns, "rows": [[str(v) for v in row] for row in error.rows]}
    return {"version": 1, "error": body}
