"""The generated table of functions is what the installed DuckDB's catalogue says."""

from __future__ import annotations

from tests.generate.duckdb_catalog import TARGET, module


def test_catalog_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == module()
