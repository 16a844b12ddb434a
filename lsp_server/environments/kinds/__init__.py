"""How each kind of model computes its table: one module a kind, and two tables of them here."""

from __future__ import annotations

from lsp_server.environments.kinds import full, scd, seed, time_range, unique_key
from lsp_server.environments.kinds.base import IntervalKind, Job, WholeKind

WHOLE: dict[str, WholeKind] = {
    "FULL": full.Full(),
    "SEED": seed.Seed(),
    "SCD_TYPE_2_BY_TIME": scd.SlowlyChanging(by_time=True),
    "SCD_TYPE_2_BY_COLUMN": scd.SlowlyChanging(by_time=False),
}
BY_INTERVAL: dict[str, IntervalKind] = {
    "INCREMENTAL_BY_TIME_RANGE": time_range.TimeRange(),
    "INCREMENTAL_BY_UNIQUE_KEY": unique_key.UniqueKey(),
}

__all__ = ["BY_INTERVAL", "WHOLE", "IntervalKind", "Job", "WholeKind"]
