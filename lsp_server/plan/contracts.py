"""The automatic data contract: in one environment, every column that a model reads is there, and every model.

Used before an environment is built, and before one is promoted or rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.plan.steps import Refusal
from lsp_server.plan.versions import ModelVersion


def broken_reads(models: Mapping[str, ModelVersion]) -> tuple[Refusal, ...]:
    """A refusal for each column (or whole model) that a reader names and that these models no longer offer."""
    offered = {
        name: frozenset(column.casefold() for column in model.column_names) if model.complete else None
        for name, model in models.items()
    }
    refusals: list[Refusal] = []
    for name in sorted(models):
        for upstream, column in models[name].reads:
            columns = offered.get(upstream)
            if columns is not None and column.casefold() not in columns:
                refusals.append(
                    Refusal(
                        "broken-contract",
                        f"{name} reads {upstream}.{column}, which would no longer exist",
                        name,
                        f"keep the column in {upstream}, or change {name} too",
                    )
                )
    return tuple(refusals)


def orphaned_readers(before: Mapping[str, ModelVersion], after: Mapping[str, ModelVersion]) -> tuple[Refusal, ...]:
    """A refusal for each model that stays although a model that it reads goes."""
    gone = set(before) - set(after)
    return tuple(
        Refusal(
            "broken-contract",
            f"{name} reads {up}, which would no longer exist",
            name,
            f"keep {up}, or change {name} too",
        )
        for name in sorted(after)
        for up in after[name].upstreams
        if up in gone
    )
