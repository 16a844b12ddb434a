"""What a header may hold: the known properties and kinds, as data, with the words that hover and completion show.

After SQLMesh's model configuration reference (https://sqlmesh.readthedocs.io/en/stable/reference/model_configuration/).
Must not hold behaviour beyond looking things up; the checks are in `header_checks.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """A property.  `shape` says what its value may be (see `header_checks.py`); `values` are the words it may be one of."""

    name: str
    shape: str
    doc: str
    values: tuple[str, ...] = ()
    required: bool = False


class KnownKind(NamedTuple):
    """A model kind and its own properties."""

    name: str
    doc: str
    properties: tuple[Known, ...] = ()


INTERVAL_UNITS = ("year", "month", "day", "hour", "half_hour", "quarter_hour", "five_minute")
CRON_WORDS = ("@daily", "@hourly", "@weekly", "@monthly", "@yearly", "@annually", "@midnight")
_CHANGES = ("error", "warn", "allow", "ignore")

MODEL = (
    Known("name", "name", "The model's name: `schema.table`, or `catalog.schema.table`.", required=True),
    Known("kind", "kind", "How the model's data is computed and stored. `VIEW` when it is not given."),
    Known("dialect", "dialect", "The SQL dialect that this file is written in; the workspace's when it is not given."),
    Known("description", "text", "What the model is. A comment before `MODEL` says the same."),
    Known("owner", "text", "The person or team to ask."),
    Known("tags", "names", "Words to group and select models by."),
    Known("cron", "cron", "How often the model is computed: a cron expression or `@daily` and its like.", CRON_WORDS),
    Known("cron_tz", "text", "Time zone of `cron` (IANA name); UTC when it is not given."),
    Known(
        "interval_unit", "word", "Length of one interval; worked out from `cron` when it is not given.", INTERVAL_UNITS
    ),
    Known("start", "date", "The first date that the model is computed for."),
    Known("end", "date", "The last date that the model is computed for."),
    Known("grain", "columns", "The columns that tell the model's rows apart."),
    Known("grains", "columns", "Several grains."),
    Known("references", "columns", "Columns by which other models can be joined."),
    Known("columns", "columns_types", "The model's columns and their types; the query's result is cast to them."),
    Known("column_descriptions", "mapping", "A description for each column; comments in the query do the same."),
    Known("audits", "calls", "Checks that run after the model has been computed."),
    Known("signals", "calls", "Conditions that must hold before the model is computed."),
    Known("depends_on", "names", "Models that this one reads, where the query does not show it."),
    Known("partitioned_by", "expressions", "Columns or expressions that the table is partitioned by."),
    Known("clustered_by", "expressions", "Columns or expressions that the table is clustered by."),
    Known("table_format", "text", "Table format of the engine, as `iceberg`."),
    Known("storage_format", "text", "File format of the engine, as `parquet`."),
    Known("physical_properties", "mapping", "Properties of the physical table."),
    Known("virtual_properties", "mapping", "Properties of the view in the environment."),
    Known("session_properties", "mapping", "Settings of the engine's session while the model is computed."),
    Known("table_properties", "mapping", "Former name of `physical_properties`."),
    Known("allow_partials", "bool", "Whether intervals that are not over yet are computed."),
    Known("enabled", "bool", "`FALSE` leaves the model out of the workspace."),
    Known("gateway", "text", "The connection that the model runs on."),
    Known("optimize_query", "bool", "Whether SQLMesh may optimise the query."),
    Known("validate_query", "bool", "Whether SQLMesh validates the query when it loads it."),
    Known("ignored_rules", "names", "Linter rules that do not apply to this model, or `ALL`."),
    Known("formatting", "bool", "`FALSE` keeps the formatter away from this file."),
    Known("stamp", "text", "Any text: changing it makes a new version of the model."),
    Known("physical_version", "text", "Pins the version of the physical table."),
    Known("default_catalog", "text", "The catalog of names that have none."),
    Known("project", "text", "The project that the model belongs to, where there are several."),
    Known("retention", "any", "Not used yet."),
    Known(
        "virtual_environment_mode",
        "word",
        "Whether production reads versioned tables through views.",
        ("full", "dev_only"),
    ),
    Known("grants", "mapping", "Who may read the model: privilege = grantees."),
    Known("grants_target_layer", "word", "What the grants apply to.", ("all", "physical", "virtual")),
    Known("blueprints", "blueprints", "Values for `@name`s in this file: each set makes one model."),
)
AUDIT = (
    Known("name", "name", "The audit's name, as models list it in `audits`.", required=True),
    Known("dialect", "dialect", "The SQL dialect of the audit's query."),
    Known("skip", "bool", "Whether the audit is left out."),
    Known("blocking", "bool", "Whether a failure stops what comes after; `TRUE` when it is not given."),
    Known("standalone", "bool", "Whether the audit belongs to no model."),
    Known("defaults", "mapping", "Values of the query's parameters when a model gives none."),
    Known("model", "name", "The model of a standalone audit."),
    Known("depends_on", "names", "Models that the audit reads."),
    Known("description", "text", "What the audit checks."),
    Known("owner", "text", "The person or team to ask."),
    Known("tags", "names", "Words to group audits by."),
    Known("cron", "cron", "How often a standalone audit runs.", CRON_WORDS),
    Known("cron_tz", "text", "Time zone of `cron`."),
    Known("interval_unit", "word", "Length of one interval.", INTERVAL_UNITS),
    Known("start", "date", "The first date that the audit runs for."),
    Known("end", "date", "The last date that the audit runs for."),
    Known("stamp", "text", "Any text: changing it makes a new version."),
    Known("formatting", "bool", "`FALSE` keeps the formatter away from this file."),
    Known("default_catalog", "text", "The catalog of names that have none."),
    Known("project", "text", "The project that the audit belongs to."),
)
METRIC = (
    Known("name", "name", "The metric's name.", required=True),
    Known("expression", "any", "An aggregate, or a formula over other metrics.", required=True),
    Known("dialect", "dialect", "The SQL dialect of the expression."),
    Known("description", "text", "What the metric measures."),
    Known("owner", "text", "The person or team to ask."),
)

_INCREMENTAL = (
    Known("on_destructive_change", "word", "When a change would drop columns of a table that is kept.", _CHANGES),
    Known("on_additive_change", "word", "When a change would add columns to a table that is kept.", _CHANGES),
    Known("auto_restatement_cron", "cron", "How often recent data is computed anew.", CRON_WORDS),
)
_BATCHED = (
    *_INCREMENTAL,
    Known("batch_size", "int", "How many intervals are computed at once."),
    Known("batch_concurrency", "int", "How many batches run side by side."),
    Known("lookback", "int", "How many earlier intervals are computed again for late data."),
    Known("forward_only", "bool", "Whether changes apply to new data only."),
    Known("disable_restatement", "bool", "Whether old data may not be computed anew."),
    Known("dialect", "dialect", "The dialect of expressions in the kind."),
)
_FORWARD = (
    *_INCREMENTAL,
    Known("forward_only", "bool", "Whether changes apply to new data only."),
    Known("disable_restatement", "bool", "Whether old data may not be computed anew."),
)
_SCD = (
    *_FORWARD,
    Known("unique_key", "columns", "The columns that tell records apart.", required=True),
    Known("valid_from_name", "columns", "The column that says since when a row holds; `valid_from`."),
    Known("valid_to_name", "columns", "The column that says until when a row holds; `valid_to`."),
    Known("invalidate_hard_deletes", "bool", "Whether rows that vanish from the source are closed."),
    Known("time_data_type", "any", "The type of the two columns; `TIMESTAMP`."),
    Known("batch_size", "int", "How many intervals are computed at once."),
    Known("dialect", "dialect", "The dialect of expressions in the kind."),
)
_SCD_BY_TIME = (
    *_SCD,
    Known("updated_at_name", "columns", "The source's column that says when a row changed; `updated_at`."),
    Known("updated_at_as_valid_from", "bool", "Whether a new row holds since it was updated, not since ever."),
)

KINDS = (
    KnownKind(
        "VIEW", "No data of its own: a view.", (Known("materialized", "bool", "Whether the engine keeps its rows."),)
    ),
    KnownKind("FULL", "A table, computed as a whole each time."),
    KnownKind("EMBEDDED", "No relation of its own: put into the queries of its readers."),
    KnownKind(
        "INCREMENTAL_BY_TIME_RANGE",
        "A table that is computed interval by interval.",
        (
            Known("time_column", "time_column", "The column that places a row in time.", required=True),
            Known("auto_restatement_intervals", "int", "How many of the last intervals are computed anew."),
            Known("partition_by_time_column", "bool", "Whether the table is partitioned by the time column."),
            *_BATCHED,
        ),
    ),
    KnownKind(
        "INCREMENTAL_BY_UNIQUE_KEY",
        "A table whose rows are replaced by key.",
        (
            Known("unique_key", "columns", "The columns that tell rows apart.", required=True),
            Known("when_matched", "any", "What the MERGE does with a row that is there already."),
            Known("merge_filter", "any", "A condition that narrows the rows a MERGE looks at."),
            *_BATCHED,
        ),
    ),
    KnownKind("INCREMENTAL_BY_PARTITION", "A table that is replaced partition by partition.", _FORWARD),
    KnownKind(
        "INCREMENTAL_UNMANAGED",
        "A table that rows are appended to.",
        (Known("insert_overwrite", "bool", "Whether rows are replaced rather than appended."), *_FORWARD),
    ),
    KnownKind("SCD_TYPE_2", "Former name of `SCD_TYPE_2_BY_TIME`.", _SCD_BY_TIME),
    KnownKind(
        "SCD_TYPE_2_BY_TIME", "A table that keeps the history of records, by the time of their update.", _SCD_BY_TIME
    ),
    KnownKind(
        "SCD_TYPE_2_BY_COLUMN",
        "A table that keeps the history of records, by what changed in them.",
        (
            Known("columns", "columns", "The columns whose change makes a new row; `*` for all.", required=True),
            Known("execution_time_as_valid_from", "bool", "Whether a new row holds since the run, not since ever."),
            Known("updated_at_name", "columns", "The source's column that says when a row changed."),
            *_SCD,
        ),
    ),
    KnownKind(
        "SEED",
        "A table from a CSV file.",
        (
            Known("path", "text", "The CSV file, relative to this file.", required=True),
            Known("batch_size", "int", "How many rows are loaded at once."),
            Known("csv_settings", "mapping", "How the file is read: `delimiter`, `quotechar`, `na_values`, ..."),
        ),
    ),
    KnownKind("EXTERNAL", "A table that others make."),
    KnownKind(
        "MANAGED",
        "A table that the engine keeps up to date.",
        (Known("disable_restatement", "bool", "Always true: the engine computes the table anew."),),
    ),
    KnownKind(
        "CUSTOM",
        "Computed by a materialization of the workspace's own Python.",
        (
            Known("materialization", "text", "The name of the materialization.", required=True),
            Known("materialization_properties", "mapping", "What it is given."),
            Known("auto_restatement_intervals", "int", "How many of the last intervals are computed anew."),
            *_BATCHED,
        ),
    ),
    KnownKind(
        "DBT_CUSTOM",
        "Computed by a dbt materialization.",
        (
            Known("materialization", "text", "The name of the materialization.", required=True),
            Known("adapter", "text", "The adapter it is for."),
            Known("definition", "text", "Its source."),
            Known("dialect", "dialect", "Its dialect."),
        ),
    ),
)
"""In the order that completion offers them."""

OPEN_KINDS = frozenset({"CUSTOM"})
"""Kinds whose properties a workspace may extend in Python."""

_TABLES = {"MODEL": MODEL, "AUDIT": AUDIT, "METRIC": METRIC}
_NAMES = {keyword: frozenset(known.name for known in table) for keyword, table in _TABLES.items()}
_BY_NAME = {keyword: {known.name: known for known in table} for keyword, table in _TABLES.items()}
_KINDS = {kind.name: kind for kind in KINDS}


def table_of(keyword: str) -> tuple[Known, ...]:
    """All properties of a MODEL, AUDIT or METRIC."""
    return _TABLES.get(keyword, ())


def names_of(keyword: str) -> frozenset[str]:
    """Names of the properties of a MODEL, AUDIT or METRIC."""
    return _NAMES.get(keyword, frozenset())


def known_property(keyword: str, name: str) -> Known | None:
    """A property by name."""
    return _BY_NAME.get(keyword, {}).get(name)


def known_kind(name: str) -> KnownKind | None:
    """A kind by name, in any case."""
    return _KINDS.get(name.upper())


def kind_property(kind: str, name: str) -> Known | None:
    """A kind's own property by name."""
    found = known_kind(kind)
    return next((known for known in found.properties if known.name == name), None) if found else None


def choices(known: Known) -> tuple[str, ...]:
    """What completion offers as the value of a property, spelled as it is written in a header."""
    if known.shape == "bool":
        return ("true", "false")
    if known.shape == "cron":
        return (*(f"'{word}'" for word in known.values), "'*/5 * * * *'")
    if known.shape == "date":
        return ("'2024-01-01'", "'1 year ago'")
    return known.values
