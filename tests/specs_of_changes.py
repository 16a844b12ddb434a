"""Reads the cases of docs/changes.md; shared by the test that asks Headwater and the one that asks DuckDB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lsp_server.analysis import impact
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.semantics.facts import Column, Interface

DOCUMENT = Path(__file__).parent.parent / "docs" / "changes.md"
_CASE = re.compile(
    r"-- case: (?P<title>.*?)\n(?P<before>.*?)\n-- becomes\n(?P<after>.*?)\n-- (?P<verdict>(?:none|metadata|non_breaking|breaking)\b.*?)"
    r"(?:\n-- reader: (?P<reader>.*?)\n-- reader is (?P<reader_verdict>.*?))?\n```",
    re.DOTALL,
)
_TABLE = re.compile(r"`(\w+)\(([^`]*)\)`")


@dataclass(frozen=True)
class Case:
    """One case; verdicts as written."""

    title: str
    before: str
    after: str
    verdict: str
    reader: str
    reader_verdict: str


def cases() -> list[Case]:
    """All cases, in order."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = [Case(**{key: value or "" for key, value in match.groupdict().items()}) for match in _CASE.finditer(text)]
    assert len(found) == text.count("\n-- case: "), "a case is not written as the others are"
    return found


def tables() -> dict[str, dict[str, str]]:
    """The source tables that the document describes: column to type."""
    head = DOCUMENT.read_text(encoding="utf-8").split("## Text that means", 1)[0]
    columns = {name: re.split(r", (?=\w+ [A-Z])", spec) for name, spec in _TABLE.findall(head)}
    return {name: dict(item.split(" ", 1) for item in items) for name, items in columns.items()}


def model(text: str, name: str = "m") -> str:
    """A model's file."""
    return text if text.startswith("MODEL") else f"MODEL (name {name}, kind FULL);\n{text}"


def graph(files: dict[str, str]) -> Graph:
    """A workspace over the document's tables."""
    made = Graph()
    made.set_config(Config(format="headwater", dialect="duckdb"))
    described = {name: Interface(tuple(Column(c, t) for c, t in columns.items())) for name, columns in tables().items()}
    made.set_tables("catalog", described)
    for path, text in files.items():
        made.set_file(path, text)
    made.stabilise()
    return made


def impact_of(case: Case) -> impact.Impact:
    """What Headwater says of a case."""
    reader = {"models/r.sql": model(case.reader, "r")} if case.reader else {}
    before = graph({"models/m.sql": model(case.before), **reader})
    after = graph({"models/m.sql": model(case.after), **reader})
    return impact.impact(after, impact.baseline(before, "git:HEAD"))


def verdict(found: impact.ModelImpact | None) -> str:
    """A verdict in the document's words."""
    if found is None:
        return "untouched"
    parts = [found.category, "rows" if found.rows == "changed" else ""]
    parts += (
        [f"+{name}" for name in found.added]
        + [f"-{name}" for name in found.removed]
        + [f"~{name}" for name in found.changed]
    )
    parts += [f"{each.old}>{each.new}" for each in found.renamed]
    return " ".join(part for part in parts if part)
