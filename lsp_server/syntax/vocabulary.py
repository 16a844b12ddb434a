"""The words of a model's header as data: properties, kinds, what values they take, and what they mean.

Completion, hover and validation read these tables; nothing here behaves.  The set is SQLMesh's (0.236).
"""

from __future__ import annotations

import msgspec


class Word(msgspec.Struct, frozen=True):
    """A property.  `value` says what it takes: "name", "text", "flag", "number", "columns", "list", "cron", "time", "calls",
    "kind", "dialect", "pairs"; `choices` are all values there are, or the usual ones."""

    name: str
    value: str
    meaning: str
    choices: tuple[str, ...] = ()


class KindWord(msgspec.Struct, frozen=True):
    """A model kind, with its own properties; `required` must be given."""

    name: str
    meaning: str
    properties: tuple[Word, ...] = ()
    required: tuple[str, ...] = ()


_FLAG = ("true", "false")
_CRON = ("'@hourly'", "'@daily'", "'@weekly'", "'@monthly'", "'@yearly'", "'*/5 * * * *'")
_ON_CHANGE = ("error", "warn", "allow", "ignore")

MODEL: tuple[Word, ...] = (
    Word("name", "name", "The model's name, `schema.name`. Readers name it so."),
    Word("kind", "kind", "How the model is materialised. Without one it is a VIEW."),
    Word("dialect", "dialect", "The SQL dialect of this file, where it is not the workspace's."),
    Word("description", "text", "What the model is for. A comment before MODEL serves as well."),
    Word("owner", "text", "Who answers for the model."),
    Word("tags", "list", "Labels to find models by."),
    Word("cron", "cron", "How often it runs; for incremental kinds also the length of an interval.", _CRON),
    Word("cron_tz", "text", "The time zone of `cron`.", ("'UTC'",)),
    Word(
        "interval_unit",
        "text",
        "The length of an interval, if not that of `cron`.",
        ("hour", "day", "week", "month", "year"),
    ),
    Word("start", "time", "The earliest time that an incremental model holds.", ("'2024-01-01'", "'1 year ago'")),
    Word("end", "time", "The latest time that an incremental model holds."),
    Word(
        "columns",
        "columns",
        "The declared interface: names and types, in order. A change that violates it is an error.",
    ),
    Word("column_descriptions", "pairs", "Descriptions by column; a comment behind a projection serves as well."),
    Word("grain", "columns", "Columns of which no two rows agree."),
    Word("grains", "columns", "Several grains."),
    Word("references", "columns", "Columns that refer to another model's grain: joins are proposed from them."),
    Word("audits", "calls", "Checks that run before the model's rows are shown: `not_null(columns := (id))`, ..."),
    Word("depends_on", "list", "Models that the query reads without naming them."),
    Word("partitioned_by", "columns", "How the physical table is partitioned."),
    Word("clustered_by", "columns", "How the physical table is clustered."),
    Word("table_format", "text", "The table format, where the engine has several.", ("iceberg", "hive", "delta")),
    Word("storage_format", "text", "The files' format, where the engine has several.", ("parquet", "orc")),
    Word("physical_properties", "pairs", "Properties of the physical table."),
    Word("virtual_properties", "pairs", "Properties of the view that readers see."),
    Word("session_properties", "pairs", "Properties of the session that builds the model."),
    Word("physical_version", "text", "Pins the physical table of a forward-only model."),
    Word("allow_partials", "flag", "Build intervals that are not over yet.", _FLAG),
    Word("enabled", "flag", "Leave the model out with false.", _FLAG),
    Word("gateway", "text", "The connection that builds it."),
    Word("signals", "calls", "What must be ready before an interval runs."),
    Word("stamp", "text", "Any text; a new one makes a new version."),
    Word("optimize_query", "flag", "Whether the query is optimised before it runs.", _FLAG),
    Word("formatting", "flag", "Leave the file as it is with false.", _FLAG),
    Word("ignored_rules", "list", "Linter rules that do not apply here."),
    Word("blueprints", "list", "Values of `@variables`; the file gives one model for each set."),
    Word("default_catalog", "name", "The catalog of names without one."),
    Word("virtual_environment_mode", "text", "Whether environments get views.", ("full", "dev_only")),
    Word("grants", "pairs", "Who may read the view."),
    Word("grants_target_layer", "text", "What is granted.", ("all", "physical", "virtual")),
    Word("python_env", "pairs", "Written by SQLMesh."),
    Word("retention", "number", "How long data is kept."),
    Word("profile", "text", "Measure columns while building."),
)
"""Properties of MODEL (...)."""

AUDIT: tuple[Word, ...] = (
    Word("name", "name", "The audit's name, by which models call it."),
    Word("dialect", "dialect", "The dialect of this audit."),
    Word("model", "name", "The model that a standalone audit is about."),
    Word("skip", "flag", "Do not run it.", _FLAG),
    Word("blocking", "flag", "Whether a failure keeps the views from moving.", _FLAG),
    Word("standalone", "flag", "Whether it belongs to no model.", _FLAG),
    Word("defaults", "pairs", "Values of its parameters that a model need not give."),
    Word("owner", "text", "Who answers for it."),
    Word("cron", "cron", "How often a standalone audit runs.", _CRON),
    Word("tags", "list", "Labels."),
    Word("description", "text", "What it checks."),
    Word("depends_on", "list", "Models that it reads without naming them."),
    Word("start", "time", "The earliest time that it checks."),
    Word("stamp", "text", "Any text; a new one makes a new version."),
)
"""Properties of AUDIT (...)."""

_INCREMENTAL = (
    Word("on_destructive_change", "text", "When a forward-only change would drop or retype a column.", _ON_CHANGE),
    Word("on_additive_change", "text", "When a forward-only change adds a column.", _ON_CHANGE),
    Word("auto_restatement_cron", "cron", "How often recent intervals are computed again.", _CRON),
    Word("forward_only", "flag", "New logic counts for new intervals only; the table is never rebuilt.", _FLAG),
    Word("disable_restatement", "flag", "Never compute an interval again.", _FLAG),
)
_BATCHED = (
    Word("batch_size", "number", "How many intervals one query covers at the most."),
    Word("batch_concurrency", "number", "How many batches run at once."),
    Word("lookback", "number", "How many intervals before the latest are computed again, for late rows."),
)
_RESTATED = (Word("auto_restatement_intervals", "number", "How many of the latest intervals are computed again."),)
_TIME_COLUMN = Word(
    "time_column", "columns", "The column that tells an interval's rows: a name, or `(name, 'format')`."
)
_UNIQUE_KEY = Word("unique_key", "columns", "The columns by which a new row replaces an old one.")
_SCD = (
    _UNIQUE_KEY,
    Word("valid_from_name", "columns", "The column that says since when a row holds."),
    Word("valid_to_name", "columns", "The column that says until when it held; NULL: it holds."),
    Word("invalidate_hard_deletes", "flag", "Whether a row that is gone from the source ends.", _FLAG),
    Word("time_data_type", "text", "The type of both columns.", ("TIMESTAMP", "DATE")),
    Word("batch_size", "number", "How many intervals one query covers at the most."),
)
_SCD_TIME = (
    Word("updated_at_name", "columns", "The column that says when a row changed."),
    Word("updated_at_as_valid_from", "flag", "Whether that time is also `valid_from` of new rows.", _FLAG),
)

KINDS: dict[str, KindWord] = {
    kind.name: kind
    for kind in (
        KindWord(
            "VIEW",
            "A view: holds no data, is computed when it is read.",
            (Word("materialized", "flag", "A materialised view, where the engine has them.", _FLAG),),
        ),
        KindWord("FULL", "A table, built whole whenever it runs."),
        KindWord(
            "INCREMENTAL_BY_TIME_RANGE",
            "A table to which intervals of time are added; an interval is deleted and inserted as a whole.",
            (
                _TIME_COLUMN,
                *_BATCHED,
                *_RESTATED,
                *_INCREMENTAL,
                Word("partition_by_time_column", "flag", "Whether the time column partitions the table.", _FLAG),
            ),
            ("time_column",),
        ),
        KindWord(
            "INCREMENTAL_BY_UNIQUE_KEY",
            "A table into which rows are merged by a key.",
            (
                _UNIQUE_KEY,
                Word("when_matched", "text", "What a merge does with a row that is there."),
                Word("merge_filter", "text", "A condition that limits the merge."),
                *_BATCHED,
                *_RESTATED,
                *_INCREMENTAL,
            ),
            ("unique_key",),
        ),
        KindWord("INCREMENTAL_BY_PARTITION", "A table of which whole partitions are replaced.", _INCREMENTAL),
        KindWord(
            "INCREMENTAL_UNMANAGED",
            "A table to which rows are added, without intervals.",
            (Word("insert_overwrite", "flag", "Replace instead of adding.", _FLAG), *_INCREMENTAL),
        ),
        KindWord("SCD_TYPE_2", "The same as SCD_TYPE_2_BY_TIME.", (*_SCD, *_SCD_TIME, *_INCREMENTAL), ("unique_key",)),
        KindWord(
            "SCD_TYPE_2_BY_TIME",
            "A table that keeps every version of a row, told by the time it was updated.",
            (*_SCD, *_SCD_TIME, *_INCREMENTAL),
            ("unique_key",),
        ),
        KindWord(
            "SCD_TYPE_2_BY_COLUMN",
            "A table that keeps every version of a row, told by columns that changed.",
            (
                *_SCD,
                Word("columns", "columns", "The columns whose change makes a new version; `*` for all."),
                Word(
                    "execution_time_as_valid_from",
                    "flag",
                    "Whether a new row holds since the run, not since ever.",
                    _FLAG,
                ),
                Word("updated_at_name", "columns", "The column that says when a row changed."),
                *_INCREMENTAL,
            ),
            ("unique_key", "columns"),
        ),
        KindWord("EMBEDDED", "No table, no view: its query is written into every reader."),
        KindWord(
            "SEED",
            "A table read from a CSV file of the workspace.",
            (
                Word("path", "text", "The file, relative to this one."),
                Word("batch_size", "number", "How many rows are written at once."),
                Word(
                    "csv_settings",
                    "pairs",
                    "How the file is written: delimiter, quotechar, doublequote, escapechar, skipinitialspace, lineterminator, encoding, na_values, keep_default_na.",
                ),
            ),
            ("path",),
        ),
        KindWord("EXTERNAL", "A table that something else fills."),
        KindWord(
            "MANAGED",
            "A table that the engine keeps up to date itself.",
            (Word("disable_restatement", "flag", "Never compute an interval again.", _FLAG),),
        ),
        KindWord(
            "CUSTOM",
            "A materialisation written in Python.",
            (
                Word("materialization", "text", "Its name."),
                Word("materialization_properties", "pairs", "What it is told."),
                *_BATCHED,
                *_RESTATED,
                Word("forward_only", "flag", "New logic counts for new intervals only.", _FLAG),
                Word("disable_restatement", "flag", "Never compute an interval again.", _FLAG),
                Word("auto_restatement_cron", "cron", "How often recent intervals are computed again.", _CRON),
            ),
            ("materialization",),
        ),
    )
}
"""Model kinds by name."""


def word(keyword: str, name: str, kind: str = "") -> Word | None:
    """The property `name` of a MODEL or AUDIT, or of a kind."""
    return next((found for found in words(keyword, kind) if found.name == name.lower()), None)


def words(keyword: str, kind: str = "") -> tuple[Word, ...]:
    """All properties of a MODEL or AUDIT; with `kind`, those of that kind."""
    if kind:
        known = KINDS.get(kind.upper())
        return known.properties if known is not None else ()
    return AUDIT if keyword.upper() == "AUDIT" else MODEL
