"""How each kind of model computes its table: one module a kind, one table of them here."""

from __future__ import annotations

from lsp_server.environments.kinds import full, scd, seed, time_range, unique_key
from lsp_server.environments.kinds.base import Job, KindModule

KINDS: dict[str, KindModule] = {
    "FULL": full.Full(),
    "SEED": seed.Seed(),
    "INCREMENTAL_BY_TIME_RANGE": time_range.TimeRange(),
    "INCREMENTAL_BY_UNIQUE_KEY": unique_key.UniqueKey(),
    "SCD_TYPE_2_BY_TIME": scd.SlowlyChanging(by_time=True),
    "SCD_TYPE_2_BY_COLUMN": scd.SlowlyChanging(by_time=False),
}

__all__ = ["KINDS", "Job", "KindModule"]
