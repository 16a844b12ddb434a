"""What the environments need to know of a workspace's models, as values.

A `WorkspaceVersion` is made from the graph (`environments/workspace_versions.py`) and is kept, model by model, in the
state: an environment can be run, compared and promoted without the files it was made from.
Nothing here reads a file or knows a database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from lsp_server.semantics.facts import Column

DATA_KINDS = (
    "FULL",
    "SEED",
    "INCREMENTAL_BY_TIME_RANGE",
    "INCREMENTAL_BY_UNIQUE_KEY",
    "SCD_TYPE_2_BY_TIME",
    "SCD_TYPE_2_BY_COLUMN",
)
"""Kinds that hold a table."""
DEFINED_KINDS = ("VIEW", "EMBEDDED")
"""Kinds that hold no data: each environment defines them over its own snapshots."""
SUPPORTED_KINDS = (*DATA_KINDS, *DEFINED_KINDS, "EXTERNAL")

INTERVAL_KINDS = ("INCREMENTAL_BY_TIME_RANGE", "INCREMENTAL_BY_UNIQUE_KEY")
"""Kinds whose table is a sum of intervals."""
HISTORY_KINDS = ("SCD_TYPE_2_BY_TIME", "SCD_TYPE_2_BY_COLUMN")
"""Kinds whose table holds what the sources no longer have: it cannot be built again."""


class Kind(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model's kind with what its execution needs; texts are SQL expressions of the model's dialect."""

    name: str
    time_column: str = ""
    time_format: str = ""
    """strftime pattern when the time column is text or a number; "" for dates and timestamps."""
    batch_size: int = 0
    lookback: int = 0
    unique_key: tuple[str, ...] = ()
    when_matched: str = ""
    """The clauses of a MERGE for rows that are there already, over `source` and `target`; "": the new row takes the place."""
    merge_filter: str = ""
    """A condition of the MERGE beside the key."""
    valid_from: str = "valid_from"
    valid_to: str = "valid_to"
    updated_at: str = "updated_at"
    updated_at_as_valid_from: bool = False
    execution_time_as_valid_from: bool = False
    changed_at: str = ""
    """The column that tells SCD_TYPE_2_BY_COLUMN when a row changed; "": when the run looked."""
    validity_type: str = "TIMESTAMP"
    invalidate_hard_deletes: bool = False
    compared: tuple[str, ...] = ()
    """Columns that SCD_TYPE_2_BY_COLUMN compares; empty for all."""
    seed_path: str = ""
    seed_digest: str = ""
    """Of the file's bytes (BLAKE2b, 16 bytes), which the fingerprint was computed from."""
    seed_options: tuple[tuple[str, str], ...] = ()
    forward_only: bool = False
    allow_destructive: bool = False
    unsupported: tuple[str, ...] = ()
    """Settings that were written and that nothing here carries out."""


class AuditCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """One audit of one model: `query` selects the rows that must not exist, `@this_model` is the model's table."""

    name: str
    query: str
    blocking: bool = True
    dialect: str = "duckdb"
    reads: tuple[str, ...] = ()
    """Models that the query names beside its own."""

    @property
    def fingerprint(self) -> str:
        """What a recorded pass is a pass of."""
        return digest(self.name, self.query, self.dialect)


class StandaloneAudit(msgspec.Struct, frozen=True, omit_defaults=True):
    """An audit that belongs to no model; `reads` are the models whose tables its query names."""

    call: AuditCall
    reads: tuple[str, ...] = ()
    lasting: bool = True
    """Whether it reads models alone: of other tables nobody records when they were written."""
    problem: str = ""
    """Why it cannot be run."""


class Meaning(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fingerprints of `analysis.fingerprints`, kept so that two versions can be compared column by column.

    `version`: of the way in which they are computed; those of two versions are never compared.
    """

    rows: str = ""
    order: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    data: str = ""
    version: int = 0
    rest: str = ""


class ModelVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One model as a workspace has it.

    `fingerprint` is the identity of its table. `query` and the statements have their macros expanded; run-time values stand
    in them as calls `__hw_var('start_ds')`. `columns` is the interface that readers were promised; `declared` the casts that
    the header asks for. `problems` say why the model cannot be built.
    """

    name: str
    kind: Kind
    fingerprint: str
    schema: str
    table: str
    catalog: str = ""
    path: str | None = None
    dialect: str = "duckdb"
    text: str = ""
    query: str = ""
    columns: tuple[Column, ...] = ()
    complete: bool = True
    declared: tuple[tuple[str, str], ...] = ()
    upstreams: tuple[str, ...] = ()
    reads: tuple[tuple[str, str], ...] = ()
    pre: tuple[str, ...] = ()
    post: tuple[str, ...] = ()
    on_view: tuple[str, ...] = ()
    audits: tuple[AuditCall, ...] = ()
    cron: str = "@daily"
    cron_tz: str = ""
    interval_unit: str = ""
    allow_partials: bool = False
    start: str = ""
    end: str = ""
    grain: tuple[str, ...] = ()
    effective_from: str = ""
    meaning: Meaning = Meaning()
    problems: tuple[str, ...] = ()

    @property
    def holds_data(self) -> bool:
        """Whether the model has a physical table."""
        return self.kind.name in DATA_KINDS

    @property
    def has_intervals(self) -> bool:
        """Whether its table is a sum of intervals."""
        return self.kind.name in INTERVAL_KINDS

    @property
    def keeps_history(self) -> bool:
        """Whether its table holds what no query can bring back."""
        return self.kind.name in HISTORY_KINDS

    @property
    def column_names(self) -> tuple[str, ...]:
        """The interface's names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def identity(self) -> str:
        """Hash of the whole value: what the state files it under."""
        return digest(msgspec.json.encode(self).decode())


class WorkspaceVersion(msgspec.Struct, frozen=True):
    """All models of a workspace at one moment."""

    models: dict[str, ModelVersion]
    audits: tuple[StandaloneAudit, ...] = ()
    unsupported: tuple[str, ...] = ()
    """Settings of the configuration that nothing here carries out."""
    order_readers: dict[str, tuple[str, ...]] = {}
    """By model: those that depend on the order of its rows."""
    unread: dict[str, str] = {}
    """Files, and folders with a slash at the end, that are there and of which no model could be read: why."""
    wrong: tuple[str, ...] = ()
    """What is wrong with the configuration: values that were left out, by which the models might mean something else."""

    def order(self) -> tuple[str, ...]:
        """Names, upstream models first; models of a cycle come last, in name order."""
        return topological({name: model.upstreams for name, model in self.models.items()})


def topological(upstreams: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Keys of `upstreams`, every key after those it names; stable by name; no recursion, cycles last.

    >>> topological({"b": ("a",), "a": (), "c": ("b", "outside")})
    ('a', 'b', 'c')
    """
    waiting = {name: sum(1 for up in set(ups) if up in upstreams and up != name) for name, ups in upstreams.items()}
    readers: dict[str, list[str]] = {name: [] for name in upstreams}
    for name in sorted(upstreams):
        for up in set(upstreams[name]):
            if up in readers and up != name:
                readers[up].append(name)
    ready = sorted(name for name, count in waiting.items() if not count)
    done: list[str] = []
    while ready:
        following: list[str] = []
        for name in ready:
            done.append(name)
            for reader in readers[name]:
                waiting[reader] -= 1
                if not waiting[reader]:
                    following.append(reader)
        ready = sorted(following)
    placed = set(done)
    return (*done, *sorted(name for name in upstreams if name not in placed))


def digest(*parts: str) -> str:
    """A hash of texts that differs whenever one of them, or where one ends, differs."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()
