"""The command line's JSON on the demo: valid by the published schemas, sorted as promised, and exit codes as documented."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
RIDES = "models/staging/rides.sql"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "bikes"
    shutil.copytree(
        ROOT / "demo_workspace", folder, ignore=shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")
    )
    return folder


def headwater(workspace: Path, *arguments: str, exits: int = 0) -> str:
    """What the command prints on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "lsp_server", *arguments],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == exits, f"{arguments} exited {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "leaked" not in done.stderr  # DuckDB's binding counts at the end, and an engineer would read it as our fault
    return done.stdout


def valid(schema: str, printed: str) -> Any:
    """The document, if it is valid."""
    document = json.loads(printed)
    text = (ROOT / "docs" / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(text)).validate(document)
    return document


def replace(workspace: Path, path: str, old: str, new: str) -> None:
    """Edit one place of a file."""
    text = (workspace / path).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (workspace / path).write_text(text.replace(old, new), encoding="utf-8")


def copy(workspace: Path) -> str:
    """The workspace as it is, as a baseline in a folder."""
    shutil.copytree(workspace, workspace.parent / "before")
    return str(workspace.parent / "before")


def test_the_demo_is_clean(workspace: Path) -> None:
    assert valid("check", headwater(workspace, "check", "--format", "json"))["diagnostics"] == []


def test_a_renamed_column_names_every_broken_reader(workspace: Path) -> None:
    replace(workspace, "models/staging/repairs.sql", "  fault,", "  fault AS kind_of_fault,")
    found = valid("check", headwater(workspace, "check", "--format", "json", exits=1))["diagnostics"]
    errors = [(item["path"], item["line"], item["column"]) for item in found if item["severity"] == "error"]
    assert errors == [("models/intermediate/bike_condition.sql", 13, 3)]
    assert "fault" in found[0]["message"]


def test_lineage_of_every_model(workspace: Path) -> None:
    models = valid("lineage", headwater(workspace, "lineage", "--format", "json"))["models"]
    names = [model["model"] for model in models]
    assert names == sorted(names)
    assert len(names) == 30
    revenue = next(model for model in models if model["model"] == "marts.daily_revenue")
    gross = next(column for column in revenue["columns"] if column["name"] == "gross_cents")
    assert gross["upstream"] == [
        {"model": "intermediate.ride_charges", "column": "charge_cents", "type": "DIRECT", "subtype": "AGGREGATION"}
    ]
    assert gross["type"] == "BIGINT"


def test_an_added_column_is_non_breaking_and_rebuilds_no_reader(workspace: Path) -> None:
    baseline = copy(workspace)
    replace(workspace, RIDES, "  ended_at\nFROM", "  ended_at,\n  ended_at - started_at AS lasted\nFROM")
    found = valid("impact", headwater(workspace, "impact", "--against", baseline, "--format", "json"))
    assert [(model["model"], model["category"], model["build"]) for model in found["models"]] == [
        ("staging.rides", "non_breaking", "rebuild")
    ]
    assert found["models"][0]["columns"]["added"] == ["lasted"]
    assert found["summary"] == {"breaking": 0, "non_breaking": 1, "rebuild": 1, "reuse": 21}
    headwater(workspace, "impact", "--against", baseline, "--fail-on", "breaking")
    headwater(workspace, "impact", "--against", baseline, "--fail-on", "non_breaking", exits=1)


def test_a_changed_filter_is_breaking_and_lists_exactly_the_readers(workspace: Path) -> None:
    baseline = copy(workspace)
    replace(workspace, RIDES, "60 SECONDS", "90 SECONDS")
    found = valid("impact", headwater(workspace, "impact", "--against", baseline, "--format", "json"))
    listed = {model["model"]: model for model in found["models"]}
    assert listed.keys() == {
        "staging.rides", "intermediate.all_rides", "intermediate.ride_details", "intermediate.ride_charges", "intermediate.station_hours",
        "marts.rides", "marts.commuter_rides", "marts.daily_revenue", "marts.station_balance", "marts.rider_retention",
        "marts.fleet_health", "marts.weather_effect", "marts.city_report",
    }  # fmt: skip
    assert (listed["staging.rides"]["category"], listed["staging.rides"]["rows"]) == ("breaking", "changed")
    assert {model["change"] for name, model in listed.items() if name != "staging.rides"} == {"upstream"}
    headwater(workspace, "impact", "--against", baseline, "--fail-on", "breaking", exits=1)


def test_a_changed_expression_touches_only_its_readers(workspace: Path) -> None:
    baseline = copy(workspace)
    replace(
        workspace,
        "models/intermediate/ride_charges.sql",
        "10 * minutes ELSE 0 END AS surcharge_cents",
        "12 * minutes ELSE 0 END AS surcharge_cents",
    )
    found = valid("impact", headwater(workspace, "impact", "--against", baseline, "--format", "json"))
    listed = {model["model"]: model["columns"]["changed"] for model in found["models"]}
    assert listed == {"intermediate.ride_charges": ["surcharge_cents"], "marts.daily_revenue": ["electric_cents"]}


def test_environments_from_plan_to_promotion(workspace: Path) -> None:
    plan = valid("env", headwater(workspace, "env", "plan", "prod", "--format", "json"))
    assert plan["environment"] == "prod"
    for arguments in (["apply", "prod"], ["create", "dev"], ["promote", "dev"]):
        valid("env", headwater(workspace, "env", *arguments, "--yes", "--format", "json"))
    listed = json.loads(headwater(workspace, "env", "list", "--format", "json"))
    assert {"prod", "dev"} <= {
        environment["name"] for environment in (listed if isinstance(listed, list) else listed["environments"])
    }


def test_wrong_usage_and_refusals_have_their_codes(workspace: Path) -> None:
    headwater(workspace, "impact", "--against", "git:no-such-revision", exits=2)
    headwater(workspace.parent, "check", str(workspace.parent / "nowhere"), exits=2)
    headwater(workspace, "env", "drop", "prod", "--yes", exits=3)
    headwater(workspace, "env", "promote", "nobody", "--yes", exits=2)


def test_a_refusal_has_one_shape_and_one_exit_code_whether_shown_or_met(workspace: Path) -> None:
    """Every command, with and without --dry-run: `error` with code, message, way and model, 2 for a name that is not there."""
    for words in (
        ["promote", "nope"],
        ["rollback", "nope"],
        ["drop", "nope"],
        ["run", "nope"],
        ["create", "x", "--from", "nope"],
    ):
        met = json.loads(headwater(workspace, "env", *words, "--yes", "--format", "json", exits=2))["error"]
        shown = valid("env", headwater(workspace, "env", *words, "--dry-run", "--format", "json", exits=2))
        assert met == shown["error"], words
        assert met["code"] == "not-found" and met["message"] == "there is no environment nope (there is: none yet)"
    for words in (["show", "nope"], ["history", "nope"], ["diff", "nope"]):
        error = json.loads(headwater(workspace, "env", *words, "--format", "json", exits=2))["error"]
        assert error["code"] == "not-found" and error["way"] == met["way"]
    for words in (["plan", "No__pe"], ["apply", "No__pe", "--yes"], ["show", "No__pe"], ["create", "No__pe", "--yes"]):
        error = json.loads(headwater(workspace, "env", *words, "--format", "json", exits=2))["error"]
        assert error["code"] == "environment-name", words
