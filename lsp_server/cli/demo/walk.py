"""The four steps: prod is built, dev mirrors it, an edit is typed and built into dev, dev is promoted.

Each step is done by the real server, over its protocol, and then checked in the database file without it.
What does not hold is shown and remembered; `Walk.holds` says whether everything did.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lsp_server.cli.demo import witness
from lsp_server.cli.demo.editor import Buffer, Editor, Hints
from lsp_server.cli.demo.screen import Screen

EDITED = "models/staging/rides.sql"
MODEL = "staging.rides"
COUNT = "SELECT COUNT(*) FROM {}.rides"


class Walk:
    """One run of the demo on a copy of its workspace."""

    def __init__(self, editor: Editor, screen: Screen) -> None:
        self.holds = True
        self._editor = editor
        self._screen = screen
        self._database = editor.root / "bikeshare.duckdb"
        self._models = model_texts(editor.root)

    def run(self) -> None:
        """All four steps."""
        buffer = self._editor.open(EDITED)
        self.build_prod(buffer)
        self.mirror(buffer)
        self.edit(buffer)
        self.build_dev(buffer)
        self.promote(buffer)

    def build_prod(self, buffer: Buffer) -> None:
        """Step 1."""
        self._screen.step(1, "prod is built")
        seconds = self._choose(buffer, "headwater.env.apply", "prod")
        now = witness.look(self._database)
        self._check(
            set(now.environment("prod")) == self._models.keys() - {"staging.plans"},
            f"DuckDB: {len(now.environment('prod'))} views over {len(now.tables)} tables, built in {seconds:.1f} s",
        )
        self._check(self._count("marts") > 0, f"marts.rides has {self._count('marts'):,} rows")

    def mirror(self, buffer: Buffer) -> None:
        """Step 2."""
        self._screen.step(2, "dev is created as its mirror: nothing is computed")
        before = witness.look(self._database)
        seconds = self._choose(buffer, "headwater.env.create", "dev")
        now = witness.look(self._database)
        self._check(
            now.environment("dev").keys() == before.environment("prod").keys(),
            f"DuckDB: {len(now.environment('dev'))} views of dev after {seconds * 1000:.0f} ms",
        )
        self._check(now.tables == before.tables, f"DuckDB: no table was added, there are {len(now.tables)} as before")
        self._check(now.tables_under("dev") == before.tables_under("prod"), "dev's views name prod's tables")

    def edit(self, buffer: Buffer) -> None:
        """Step 3, first half: two edits and what they do, before anything runs."""
        self._screen.step(3, "an edit is typed, and its impact shown")
        column = "DATE_DIFF('second', started_at, ended_at) AS duration_seconds"
        self._screen.say("First a new column. Nobody reads it yet:")
        hints = self._type(buffer, "  ended_at", "", f",\n  {column}")
        touched = {model["name"]: model for model in self._editor.impact.get("models", [])}
        self._check(_category(touched, MODEL) == "non_breaking", "the new column is non-breaking")
        rebuilt = sorted(name for name, model in touched.items() if model["build"] == "rebuild")
        self._check(rebuilt == [MODEL], f"to rebuild: {', '.join(rebuilt) or 'nothing'}; every other table is reused")
        self._screen.say("Then a stricter filter, five minutes instead of one:")
        hints = self._type(buffer, "started_at + INTERVAL ", "60", "300")
        self._show_filter(hints)

    def _show_filter(self, hints: Hints) -> None:
        models = self._editor.impact.get("models", [])
        touched = {model["name"]: model for model in models}
        readers = readers_by_text(self._models, MODEL)
        untouched = sorted(self._models.keys() - touched.keys())
        self._screen.models(models, untouched)
        edited = touched.get(MODEL, {})
        self._check(
            edited.get("category") == "breaking" and edited.get("rows") == "changed",
            "the filter is breaking: rows change",
        )
        self._check(bool(hints.diagnostics), "the editor says so at the changed clause")
        self._check(
            touched.keys() == readers | {MODEL},
            f"touched are exactly its {len(readers)} readers, {len(untouched)} models are not",
        )

    def build_dev(self, buffer: Buffer) -> None:
        """Step 3, second half: only what the edits touch is built."""
        self._screen.say("The file is saved, and dev is built:")
        self._editor.save(buffer)
        before = witness.look(self._database)
        expected = int(self._editor.impact.get("rebuild", -1))
        seconds = self._choose(buffer, "headwater.env.apply", "dev")
        now = witness.look(self._database)
        new, reused = now.tables - before.tables, now.tables_under("dev") & before.tables
        self._check(
            len(new) == expected,
            f"DuckDB: {len(new)} rebuilt in {seconds:.1f} s, {len(reused)} reused, as the lens had said",
        )
        self._check(now.environment("prod") == before.environment("prod"), "prod's views are as they were")
        old, fewer = self._count("marts"), self._count("marts__dev")
        self._check(0 < fewer < old, f"marts.rides has {old:,} rows in prod and {fewer:,} in dev")

    def promote(self, buffer: Buffer) -> None:
        """Step 4."""
        self._screen.step(4, "dev is promoted: prod's views move, nothing is computed")
        before = witness.look(self._database)
        seconds = self._choose(buffer, "headwater.env.promote", "dev")
        now = witness.look(self._database)
        moved = [name for name, text in now.environment("prod").items() if text != before.environment("prod").get(name)]
        self._check(now.tables == before.tables, "DuckDB: no table was added")
        self._check(
            now.tables_under("prod") == before.tables_under("dev"),
            f"DuckDB: {len(moved)} of prod's views moved to dev's tables in {seconds * 1000:.0f} ms",
        )
        rows = self._count("marts")
        self._check(rows == self._count("marts__dev"), f"marts.rides has {rows:,} rows in prod now")

    # -- help ----------------------------------------------------------------------------------------------------

    def _choose(self, buffer: Buffer, command: str, name: str) -> float:
        return self._editor.choose(buffer, command, name, self._screen.action)

    def _type(self, buffer: Buffer, before: str, old: str, new: str) -> Hints:
        changed = buffer.text
        hints = self._editor.type(buffer, before, old, new)
        self._screen.edit(EDITED, *difference(changed, buffer.text))
        self._screen.hints(hints)
        self._screen.latency(hints.keys)
        return hints

    def _check(self, holds: bool, sentence: str) -> None:
        self.holds &= holds
        self._screen.check(holds, sentence)

    def _count(self, schema: str) -> int:
        return int(str(witness.value(self._database, COUNT.format(schema))))


def _category(touched: dict[str, dict[str, Any]], name: str) -> str:
    return str(touched.get(name, {}).get("category", ""))


def difference(old: str, new: str) -> tuple[int, list[tuple[str, str]]]:
    """The first shown line's number (from 1), and the changed lines of an edit with one line around them."""
    was, now = old.splitlines(), new.splitlines()
    start = next(i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b)
    end = next(i for i, (a, b) in enumerate(zip(reversed(was), reversed(now), strict=False)) if a != b)
    lines = [(" ", line) for line in now[max(0, start - 1) : start]]
    lines += [("-", line) for line in was[start : len(was) - end]]
    lines += [("+", line) for line in now[start : len(now) - end]]
    lines += [(" ", line) for line in now[len(now) - end : len(now) - end + 1]]
    return max(1, start), lines


def model_texts(root: Path) -> dict[str, str]:
    """The files of the models by name, by a plain search for `name`: on purpose another way than the server's."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((root / "models").rglob("*.sql"))]
    return {match.group(1): text for text in texts if (match := re.search(r"name (\w+\.\w+)", text))}


def readers_by_text(models: dict[str, str], name: str) -> set[str]:
    """All models downstream, by a plain search for `FROM` and `JOIN`."""
    found: set[str] = set()
    todo = [name]
    while todo:
        upstream = todo.pop()
        pattern = re.compile(rf"(FROM|JOIN) {re.escape(upstream)}\b")
        fresh = {reader for reader, text in models.items() if pattern.search(text)} - found
        found |= fresh
        todo.extend(fresh)
    return found
