"""Every example of docs/lineage.md, run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.semantics.facts import Edge
from tests.unit.semantics.helper import bound

DOC = Path(__file__).parents[3] / "docs" / "lineage.md"
EXAMPLES = re.findall(r"```sql\n(.*?)```\n```lineage\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)


def shown(edges: tuple[Edge, ...]) -> str:
    return ", ".join(f"{e.model}.{e.column} {e.subtype}" for e in edges)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize(("sql", "expected"), EXAMPLES)
def test_example(sql: str, expected: str) -> None:
    result = bound(sql)
    assert not result.places.problems
    facts = result.facts
    lines = [f"{c.name} <- {shown(e)}".rstrip() for c, e in zip(facts.interface.columns, facts.edges, strict=True)]
    if facts.rows:
        lines.append(f"rows <- {shown(facts.rows)}")
    lines.append(f"rows from {', '.join(facts.rows_from)}")
    assert "\n".join(lines) == expected.strip()
