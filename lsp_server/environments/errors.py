"""What can go wrong with environments, said to a person: what happened, and a way back."""

from __future__ import annotations

from lsp_server.plan.steps import Refusal


def sentences(message: str, way: str) -> str:
    """What happened, and what helps; a command keeps its small letter.

    >>> sentences("prod has moved on", "plan again"), sentences("it is gone", "headwater env list shows what there is")
    ('prod has moved on. Plan again.', 'it is gone: headwater env list shows what there is.')
    >>> sentences('There is no column "a". Did you mean b?', "")
    'There is no column "a". Did you mean b?'
    """
    if way.startswith("headwater "):
        return f"{message}: {way}."
    ended = message if message.endswith("?") else f"{message}."
    return f"{ended} {way[:1].upper()}{way[1:]}." if way else ended


WRONG_NAMES = frozenset({"not-found", "environment-name", "usage"})
"""Codes of what was asked of a name that there is not, or that cannot be."""


class EnvironmentProblem(Exception):
    """An operation was refused or failed; the environments are as they were.  `way` says what helps."""

    code = "failed"

    def __init__(self, message: str, way: str = "", model: str = "") -> None:
        super().__init__(message)
        self.message, self.way, self.model = message, way, model

    def __str__(self) -> str:
        return sentences(self.message, self.way)


class Refused(EnvironmentProblem):
    """A plan cannot be carried out."""

    code = "refused"

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        first, more = refusals[0], len(refusals) - 1
        message = first.message + (f" (and {more} more)" if more else "")
        super().__init__(message, first.way, first.model)
        self.refusals = refusals
        if {refusal.code for refusal in refusals} <= WRONG_NAMES:
            self.code = first.code


class Wrong(EnvironmentProblem):
    """What was asked makes no sense."""

    code = "usage"


class Moved(EnvironmentProblem):
    """The environment is no longer what the plan was made for."""

    code = "moved"


class Locked(EnvironmentProblem):
    """Another process holds the database."""

    code = "locked"


class Unusable(EnvironmentProblem):
    """The database cannot be read or written: read-only, full disk, not a database."""

    code = "unusable"


class NoDatabase(Unusable):
    """The configuration names no database: there are no environments, and nothing is wrong with them."""


class StateCorrupt(EnvironmentProblem):
    """The state schema does not hold what we wrote."""

    code = "state"


class Foreign(EnvironmentProblem):
    """Something in the way was not made by us, or was changed by somebody else."""

    code = "foreign"


class BuildFailed(EnvironmentProblem):
    """A model's query failed."""

    code = "build"


class AuditFailed(EnvironmentProblem):
    """A blocking audit found rows; `rows` is a sample of them, `count` how many there are."""

    code = "audit"

    def __init__(
        self, message: str, way: str, model: str, count: int, columns: list[str], rows: list[tuple[object, ...]]
    ) -> None:
        super().__init__(message, way, model)
        self.count, self.columns, self.rows = count, columns, rows


class Cancelled(EnvironmentProblem):
    """Somebody cancelled it."""

    code = "cancelled"


class NotFound(EnvironmentProblem):
    """No such environment, or no database yet."""

    code = "not-found"

    @classmethod
    def of(cls, refusal: Refusal) -> NotFound:
        """The refusal that a plan would have, where there is nothing to plan."""
        problem = cls(refusal.message, refusal.way)
        problem.code = refusal.code
        return problem
