"""When the database is released between the steps of a build, and when it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lsp_server.environments import holding
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import BuildFailed, Cancelled
from lsp_server.environments.holding import Held
from lsp_server.environments.progress import Cancel, silent
from lsp_server.plan.names import Relation


class Session:
    """Knows how long it took to open, what the file holds, and whether it may be used again."""

    def __init__(self, opening: float, known: int) -> None:
        self.opening, self.known, self.reusable = opening, known, True


class Machine:
    """An engine whose file opens in `opening` seconds, a clock that only it moves, and what happened."""

    def __init__(self, opening: float, known: int = holding.MANY + 1) -> None:
        self.opening, self.known, self.now = opening, known, 0.0
        self.told: list[str] = []

    @contextmanager
    def session(self, **_: object) -> Iterator[Session]:
        self.now += self.opening
        self.told.append("open")
        yield Session(self.opening, self.known)
        self.told.append("close")

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.told.append(f"wait {seconds:.2f}")


def held(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Held:
    cancel: Any = Cancel()
    cancel.wait = machine.wait
    monkeypatch.setattr(holding.time, "monotonic", machine.monotonic)
    return Held(machine, cancel, silent)  # type: ignore[arg-type]


def test_a_file_of_some_tables_is_released_after_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(0.1, holding.MANY)
    held_ = held(machine, monkeypatch)
    for seconds in (0.5, 4.0):
        with held_.step():
            machine.now += seconds
    assert machine.told == ["open", "close", "wait 0.03", "open", "close", "wait 0.10"], "the longer, up to a tenth"


def test_one_of_many_tables_is_kept_until_that_is_a_small_part_and_left_the_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine(0.1)
    held_ = held(machine, monkeypatch)
    for _ in range(40):
        with held_.step():
            machine.now += 0.05
    held_.close()
    assert machine.told == [*["open", "close", "wait 0.10"] * 2, "open", "close"], "18 steps of 50 ms each time"


def test_it_is_closed_after_a_step_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(0.1)
    held_ = held(machine, monkeypatch)
    with pytest.raises(BuildFailed), held_.step():
        raise BuildFailed("no")
    assert machine.told == ["open", "close"]
    with held_.step():
        pass
    assert machine.told == ["open", "close", "open"]


def test_what_an_author_wrote_ends_it_with_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(0.1)
    held_ = held(machine, monkeypatch)
    with held_.step() as session:
        session.reusable = False
    assert machine.told[:2] == ["open", "close"]


def test_a_cancelled_build_begins_no_further_step(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(0.1)
    held_ = held(machine, monkeypatch)
    with held_.step():
        held_._cancel._event.set()
    with pytest.raises(Cancelled), held_.step():
        raise AssertionError("it began")


def test_what_an_author_sets_is_not_set_for_the_next_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "MANY", -1)
    held_ = Held(DuckDB(tmp_path / "x.duckdb"), Cancel(), silent)
    with held_.step() as before:
        pass
    with held_.step() as first:
        assert first is before
        first.run_foreign("CREATE TEMPORARY TABLE mine AS SELECT 1 AS x")
    with held_.step() as second, pytest.raises(BuildFailed, match="mine does not exist"):
        second.run("SELECT x FROM mine")
    held_.close()


def test_a_session_knows_what_is_there_while_it_changes_it(tmp_path: Path) -> None:
    table, view = Relation("main", "T"), Relation("main", "v")
    with DuckDB(tmp_path / "x.duckdb").session() as session:

        def there() -> tuple[bool, bool]:
            found = session.is_there(Relation("MAIN", "t")), session.is_there(view)
            assert found == (table.key in session.catalog(), view.key in session.catalog())
            return found

        assert there() == (False, False)
        session.create_table(table, "SELECT 1 AS x")
        session.create_view(view, "SELECT x FROM main.t")
        assert there() == (True, True)
        session.drop_view(view)
        assert there() == (True, False)
        with pytest.raises(BuildFailed), session.transaction():
            session.drop_table(table)
            session.create_empty(view, "SELECT 1 AS x")
            assert there() == (False, True)
            session.run("SELECT nothing")
        assert there() == (True, False)
        session.run_foreign("DROP TABLE main.t")
        assert there() == (False, False)
