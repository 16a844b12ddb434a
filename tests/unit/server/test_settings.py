"""Settings: wrong ones are named and change nothing else."""

import msgspec

from lsp_server.server.settings import Settings, merge, schema
from tests.docs import settings as settings_page


def test_right_values_are_taken() -> None:
    settings, wrong = merge(Settings(), {"debounceMs": 0, "severity": {"unknown-column": "off"}})
    assert (settings.debounce_ms, settings.severity, wrong) == (0, {"unknown-column": "off"}, ())


def test_a_wrong_value_keeps_its_default_and_the_others_count() -> None:
    settings, wrong = merge(Settings(), {"debounceMs": "fast", "codeLens": False, "severity": {"x": "loud"}})
    assert (settings.debounce_ms, settings.code_lens, settings.severity) == (20, False, {})
    assert [problem.name for problem in wrong] == ["debounceMs", "severity"]
    assert "debounceMs" in wrong[0].message
    assert "20 is used" in wrong[0].message


def test_a_range_is_checked() -> None:
    assert merge(Settings(), {"debounceMs": -1})[1][0].name == "debounceMs"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert "did you mean headwater.codeLens?" in merge(Settings(), {"codeLense": True})[1][0].message


def test_something_else_than_an_object() -> None:
    assert merge(Settings(), [1, 2])[1][0].message.startswith("the settings of headwater are an object")


def test_the_schema_describes_every_setting() -> None:
    properties = schema()["properties"]
    assert set(properties) == set(msgspec.to_builtins(Settings()))
    assert all("default" in table for name, table in properties.items() if name != "severity")
    assert all("description" in table for table in properties.values())


def test_the_documentation_is_the_codes() -> None:
    assert (settings_page.DOCS / "settings.md").read_text("utf-8") == settings_page.markdown()
    assert (settings_page.DOCS / "schemas" / "settings.json").read_text("utf-8") == settings_page.schema_text()
