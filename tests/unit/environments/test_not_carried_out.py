"""Every property that a header may have is carried out, changes no data, or is refused by name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Call, Declared, KindSpec, Model
from lsp_server.plan.forward import Wish
from lsp_server.plan.placing import refused
from lsp_server.plan.versions import ModelVersion, WorkspaceVersion
from lsp_server.project.formats.sqlmesh import read_yaml
from lsp_server.syntax.properties import KINDS, MODEL

NOW = datetime(2024, 1, 5, 10)


def words(text: str) -> set[str]:
    return set(text.split())


CARRIED_OUT = words(
    "name kind dialect cron cron_tz interval_unit start end columns audits depends_on allow_partials enabled blueprints stamp "
    "forward_only time_column batch_size lookback unique_key when_matched merge_filter on_destructive_change valid_from_name "
    "valid_to_name invalidate_hard_deletes time_data_type updated_at_name updated_at_as_valid_from execution_time_as_valid_from "
    "path csv_settings"
)
NO_DATA = words(
    "description owner tags grain grains references column_descriptions partitioned_by clustered_by table_format storage_format "
    "physical_properties virtual_properties table_properties optimize_query validate_query ignored_rules formatting project "
    "retention grants grants_target_layer batch_concurrency disable_restatement partition_by_time_column "
    # Without their cron, which is refused, these say nothing:
    "auto_restatement_intervals"
)
REFUSED = {
    "gateway other": "MODEL (name s.m, kind FULL, gateway other)",
    "default_catalog elsewhere": "MODEL (name s.m, kind FULL, default_catalog elsewhere)",
    "virtual_environment_mode dev_only": "MODEL (name s.m, kind FULL, virtual_environment_mode dev_only)",
    "physical_version": "MODEL (name s.m, kind FULL, physical_version 'v1')",
    "session_properties": "MODEL (name s.m, kind FULL, session_properties (TimeZone = 'Asia/Tokyo'))",
    "signals": "MODEL (name s.m, kind FULL, signals (ready()))",
    "materialized": "MODEL (name s.m, kind VIEW (materialized true))",
    "auto_restatement_cron": "MODEL (name s.m, kind INCREMENTAL_BY_TIME_RANGE (time_column d, auto_restatement_cron '@daily'))",
    "on_additive_change": "MODEL (name s.m, kind INCREMENTAL_BY_TIME_RANGE (time_column d, on_additive_change ignore))",
    "batch_size of a table that keeps history": "MODEL (name s.m, kind SCD_TYPE_2_BY_TIME (unique_key d, batch_size 1))",
    "dialect spark of the kind's expressions": "MODEL (name s.m, dialect duckdb, kind INCREMENTAL_BY_UNIQUE_KEY (unique_key d, dialect spark))",
    "csv_settings skipinitialspace": "MODEL (name s.m, kind SEED (path 's.csv', csv_settings (skipinitialspace = true)))",
}


def version(header: str, config: Config | None = None) -> WorkspaceVersion:
    graph = Graph()
    graph.set_config(config or Config(gateway="local", default_catalog="base", variables={"three": 3, "yes": True}))
    graph.set_file("models/m.sql", f"{header};\nSELECT DATE '2024-01-01' AS d")
    graph.stabilise()
    return workspace_version(graph, Path("/"))


def of(header: str, config: Config | None = None) -> ModelVersion:
    return version(header, config).models["s.m"]


@pytest.mark.parametrize("word", REFUSED)
def test_what_is_not_carried_out_is_refused_by_name(word: str) -> None:
    found = refused(version(REFUSED[word]), "dev", Wish(now=NOW))
    assert any(refusal.message.startswith(f"s.m: {word}") for refusal in found), found


def test_every_property_is_on_one_side() -> None:
    known = {p.name for p in MODEL} | {
        p.name
        for kind in KINDS
        if kind.name not in ("CUSTOM", "DBT_CUSTOM", "INCREMENTAL_UNMANAGED", "MANAGED")
        for p in kind.properties
    }
    named = {word.split()[0] for word in REFUSED}
    assert known == CARRIED_OUT | NO_DATA | named
    assert not (CARRIED_OUT - {"csv_settings", "dialect", "batch_size"}) & named and not NO_DATA & (named | CARRIED_OUT)


def test_what_says_what_is_so_anyway_is_no_matter() -> None:
    header = "MODEL (name s.m, kind INCREMENTAL_BY_UNIQUE_KEY (unique_key d, dialect duckdb, on_additive_change allow)"
    assert not of(f"{header}, gateway LOCAL, default_catalog base, virtual_environment_mode full)").kind.unsupported
    seed = of("MODEL (name s.m, kind SEED (path 's.csv', csv_settings (delimiter = ';', na_values = ('-', 'NA'))))")
    assert not seed.kind.unsupported
    assert seed.kind.seed_options == (("delimiter", ";"), ("na_values", "-"), ("na_values", "NA"))


def test_numbers_and_truth_values_may_come_from_variables() -> None:
    found = of(
        "MODEL (name s.m, allow_partials @yes, kind INCREMENTAL_BY_TIME_RANGE (time_column d, lookback @three, batch_size @three, forward_only @yes))"
    )
    assert (found.kind.lookback, found.kind.batch_size, found.kind.forward_only, found.allow_partials) == (
        3,
        3,
        True,
        True,
    )
    assert not version("MODEL (name s.m, kind FULL, enabled @no)", Config(variables={"no": False})).models


def test_a_variable_without_a_value_is_told() -> None:
    found = of(
        "MODEL (name s.m, kind INCREMENTAL_BY_TIME_RANGE (time_column d, lookback @many), allow_partials @maybe)"
    )
    assert found.problems == (
        "its lookback is no whole number: @many",
        "its allow_partials is no TRUE or FALSE: @maybe",
    )


def test_what_a_configuration_asks_for() -> None:
    config, _ = read_yaml(
        "config.yaml",
        "before_all: [CREATE TABLE x (i INT)]\nvirtual_environment_mode: dev_only\nmodel_defaults: {dialect: duckdb, pre_statements: [SET x = 1]}\n",
    )
    found = version("MODEL (name s.m, kind FULL)", config)
    told = [refusal.message for refusal in refused(found, "dev", Wish(now=NOW))]
    assert told == [
        "before_all of config.yaml is not supported yet",
        "virtual_environment_mode dev_only of config.yaml is not supported yet",
        "s.m: pre_statements is not supported yet",
    ]


def test_the_default_kind_comes_with_its_own_words() -> None:
    config, _ = read_yaml(
        "config.yaml",
        "model_defaults:\n  dialect: duckdb\n  kind: {name: INCREMENTAL_BY_TIME_RANGE, time_column: d, lookback: 2}\n",
    )
    kind = of("MODEL (name s.m)", config).kind
    assert (kind.name, kind.time_column, kind.lookback) == ("INCREMENTAL_BY_TIME_RANGE", "d", 2)


def test_of_a_model_that_is_not_read_one_thing_is_told() -> None:
    """Its header is in Python: that a time_column or an audit's columns are not seen is no fault of it."""
    call = Call("not_null")
    model = Model("s.p", "models/p.py", KindSpec("INCREMENTAL_BY_TIME_RANGE"), opaque="a Python model", audits=(call,))
    graph = Graph()
    graph.set_config(Config())
    graph.set_declared("models/p.py", Declared((model,)))
    graph.stabilise()
    told = [refusal.message for refusal in refused(workspace_version(graph, Path("/")), "dev", Wish(now=NOW))]
    assert told == ["s.p: it is a Python model, which is not executed"]
