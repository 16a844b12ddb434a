"""Diagnostics link to a page that is there."""

from pathlib import Path

from lsp_server.server.rule_pages import page
from lsp_server.server.uris import to_path

RULES = Path(__file__).parents[3] / "docs" / "rules"


def test_every_rule_has_its_page() -> None:
    for file in RULES.glob("*.md"):
        assert page(file.stem) == file.as_uri()


def test_reasons_of_an_impact_have_a_page_together() -> None:
    found = page("column-changed")
    assert found is not None
    assert Path(to_path(found) or "").name == "changes.md"
    assert Path(to_path(found) or "").is_file()
