"""Every code of a problem has its page, and every page its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"CODE", "TOO_LARGE"}
"""Constants that hold a code."""
MAKERS = {"Problem", "_problem", "problem", "report"}


def codes() -> set[str]:
    """First arguments of the calls that make problems, and the constants of these NAMES."""
    found = (codes_in(ast.parse(path.read_text("utf-8"))) for path in (ROOT / "lsp_server").rglob("*.py"))
    return {code for part in found for code in part if code}


def codes_in(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            value = node.args[0].value
            if name in MAKERS and isinstance(value, str) and value and value.replace("-", "").islower():
                yield value
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in NAMES:
            yield str(getattr(node.value, "value", ""))


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "rules").glob("*.md")} - {"index"}
    assert codes() - pages == set(), "a code without a page in docs/rules"
    assert pages - codes() == set(), "a page in docs/rules whose code is gone"


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "rules" / "index.md").read_text("utf-8")
    for page in (ROOT / "docs" / "rules").glob("*.md"):
        assert page.stem == "index" or f"[{page.stem}]({page.name})" in index
