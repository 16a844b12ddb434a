"""Settings: wrong ones are named and change nothing else."""

from pathlib import Path

import msgspec

from lsp_server.cli.check import report
from lsp_server.graph.config import Config
from lsp_server.project.formats.headwater import read_toml
from lsp_server.project.settings import Settings, accepted, schema, settled
from lsp_server.project.workspace import open_workspace
from tests.docs import settings as settings_page


def test_right_values_are_taken() -> None:
    values, wrong = accepted({"debounceMs": 0, "severity": {"unknown-column": "off"}})
    settings = settled(values)
    assert (settings.debounce_ms, settings.severity, wrong) == (0, {"unknown-column": "off"}, ())


def test_a_wrong_value_is_not_taken_and_the_others_count() -> None:
    values, wrong = accepted({"debounceMs": "fast", "codeLens": False, "severity": {"x": "loud"}})
    settings = settled(values)
    assert (settings.debounce_ms, settings.code_lens, settings.severity) == (20, False, {})
    assert [problem.name for problem in wrong] == ["debounceMs", "severity"]
    assert "debounceMs" in wrong[0].message
    assert "'fast' is not taken" in wrong[0].message


def test_the_clients_value_counts_more_than_the_files() -> None:
    settings = settled({"debounceMs": 100, "codeLens": False}, {"debounceMs": 5})
    assert (settings.debounce_ms, settings.code_lens) == (5, False)


def test_a_range_is_checked() -> None:
    assert accepted({"debounceMs": -1})[1][0].name == "debounceMs"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert "did you mean headwater.codeLens?" in accepted({"codeLense": True})[1][0].message


def test_something_else_than_an_object() -> None:
    assert accepted([1, 2])[1][0].message.startswith("the settings of headwater are an object")


def test_the_files_wrong_values_are_reported_where_they_stand() -> None:
    text = 'dialect = "duckdb"\n[editor]\ndebounceMs = "soon"\ncodeLense = true\ninlayHints = false\n'
    config, problems = read_toml("headwater.toml", text, Config())
    assert config.settings["editor"] == {"inlayHints": False}
    found = [(problem.code, text[slice(*problem.span)]) for problem in problems]
    assert found == [("config-value", '"soon"'), ("config-key", "codeLense")]


def test_the_command_line_takes_the_files_severities_too(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("MODEL (name s.a); SELECT nope FROM (SELECT 1 AS id) AS t")
    for severity, shown in (("hint", ["hint"]), ("off", [])):
        (tmp_path / "headwater.toml").write_text(f'[editor.severity]\n"unknown-column" = "{severity}"\n')
        project = open_workspace(tmp_path)
        project.stabilise()
        assert [item.severity for item in report(project).diagnostics] == shown


def test_the_schema_describes_every_setting() -> None:
    properties = schema()["properties"]
    assert set(properties) == set(msgspec.to_builtins(Settings()))
    assert all("default" in table for name, table in properties.items() if name != "severity")
    assert all("description" in table for table in properties.values())


def test_the_documentation_is_the_codes() -> None:
    assert (settings_page.DOCS / "settings.md").read_text("utf-8") == settings_page.markdown()
    assert (settings_page.DOCS / "schemas" / "settings.json").read_text("utf-8") == settings_page.schema_text()
