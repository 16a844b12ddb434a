"""What commands tell of what they did or would do: why tables go and stay, sizes, progress, previews, names that are not there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lsp_server.cli.environments import show_diff, show_outcome
from lsp_server.environments import commands, comparing, shapes
from lsp_server.environments.commands import Call, Outcome
from lsp_server.environments.errors import EnvironmentProblem
from lsp_server.environments.progress import Progress
from lsp_server.plan.versions import Kind
from tests.oracles.environments.bench import FIRST, NOW, SECOND, Bench
from tests.versions import model, workspace

DAY = timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def reasons(outcome: Outcome) -> dict[str, str]:
    """By model and action."""
    return {f"{step.action} {step.model}": step.reason for step in outcome.plan.steps}


def test_gc_says_of_each_table_why_it_goes_or_stays_and_until_when(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND, now=NOW + DAY)
    bench.apply(workspace(model("shop.x", "SELECT 1 AS one", columns="one")), "dev", now=NOW)
    commands.drop(bench.engine, "dev", Call(now=NOW + DAY))
    listed = commands.gc(bench.engine, Call(now=NOW + 2 * DAY, dry_run=True))
    assert reasons(listed) == {
        "keep shop.a": "a rollback can return to it: version 1 of prod until 2024-01-13 10:00",
        "keep shop.b": "a rollback can return to it: version 1 of prod until 2024-01-13 10:00",
        "keep shop.x": "no environment shows it since 2024-01-06 10:00, kept until 2024-01-13 10:00",
    }
    assert listed.plan.notes == ("3 tables are shown by environments now, and not listed",)
    over = commands.gc(bench.engine, Call(now=NOW + 20 * DAY, dry_run=True))
    assert (
        reasons(over)["delete shop.x"]
        == "no environment shows it since 2024-01-06 10:00, its time ended 2024-01-13 10:00"
    )


def test_gc_prints_every_table_and_how_many_go(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND, now=NOW + DAY)
    show_outcome(commands.gc(bench.engine, Call(now=NOW + 2 * DAY, dry_run=True)), "text")
    printed = capsys.readouterr().out
    assert printed.count("a rollback can return to it: version 1 of prod until 2024-01-13 10:00") == 2
    assert "0 tables to delete, 2 tables kept" in printed


def test_gc_names_a_table_that_was_finished_and_never_shown(bench: Bench) -> None:
    broken = model("shop.z", "SELECT error('no')::INT AS i FROM shop.a", columns="i")
    with pytest.raises(EnvironmentProblem, match="no"):
        bench.apply(workspace(*FIRST.models.values(), broken))
    listed = commands.gc(bench.engine, Call(now=NOW + 8 * DAY, dry_run=True))
    assert reasons(listed)["delete shop.a"] == (
        "built 2024-01-05 10:00 and never shown by an environment, its time ended 2024-01-12 10:00"
    )


def test_a_size_is_told_only_where_blocks_can_tell_it(bench: Bench) -> None:
    large = "SELECT i, hash(i) AS h, md5(i::VARCHAR) AS m FROM range(200000) AS t(i)"
    bench.apply(
        workspace(
            model("shop.large", large, columns="i h m"), model("shop.small", f"{large} WHERE i < 300", columns="i h m")
        )
    )
    planned = commands.run(bench.engine, "prod", Call(now=NOW + DAY, dry_run=True)).plan
    sizes = {step.model: step.bytes for step in planned.steps}
    assert sizes["shop.small"] is None and (sizes["shop.large"] or 0) > 2_000_000


def test_the_last_step_that_is_told_is_done(bench: Bench) -> None:
    told: list[Progress] = []
    bench.apply(FIRST, listener=told.append)
    assert (told[-1].done, told[-1].total, told[-1].message) == (4, 4, "prod: its views have moved")
    told.clear()
    commands.run(bench.engine, "prod", Call(now=NOW + DAY, listener=told.append))
    assert told[-1].done == told[-1].total > 0


def test_tables_that_are_moved_to_are_counted_as_reused(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(SECOND, "dev")
    assert commands.promote(bench.engine, "dev", call=Call(now=NOW)).plan.reused == 3, "two moved to, one that stays"
    assert commands.gc(bench.engine, Call(now=NOW + 20 * DAY)).plan.reused == 0


def test_what_is_done_at_once_tells_that_it_is_done(bench: Bench) -> None:
    bench.apply(FIRST)
    told: list[Progress] = []
    call, engine = Call(now=NOW, listener=told.append), bench.engine
    commands.create(engine, "dev", call=call)
    bench.apply(SECOND, "dev")
    commands.promote(engine, "dev", call=call)
    commands.rollback(engine, "prod", call=call)
    commands.drop(engine, "dev", call)
    commands.gc(engine, call)
    assert [(each.done, each.total, each.message) for each in told] == [
        (1, 1, "dev: its views have moved"),
        (1, 1, "prod: its views have moved"),
        (1, 1, "prod: its views have moved"),
        (1, 1, "dev: its views are gone"),
        (1, 1, "collected"),
    ]


def test_a_preview_does_not_look_like_lost_rows(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the time that it holds is compared, and it is called what it is; so are tables computed from it."""
    kind = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day", forward_only=True)
    days = "SELECT d::DATE AS day, 1 AS n FROM range(DATE '2023-12-01', DATE '2024-02-01', INTERVAL 1 DAY) AS t(d)"
    bench.sql(f"CREATE TABLE raw.facts AS {days}")
    query = "SELECT day, n * {} AS n FROM raw.facts WHERE day BETWEEN __hw_var('start_ds') AND __hw_var('end_ds')"
    reader = model("shop.reader", "SELECT COUNT(*) AS c FROM shop.daily", columns="c")

    def version(factor: int, readers: str) -> object:
        daily = model("shop.daily", query.format(factor), kind, columns="day n", start="2023-12-01")
        return workspace(daily, model(reader.name, reader.query, columns="c", fingerprint=readers))

    bench.apply(version(1, "r1"))  # type: ignore[arg-type]
    bench.apply(version(2, "r2"), "dev")  # type: ignore[arg-type]
    found = {one.model: one for one in comparing.diff(bench.engine, "dev", "prod").models}
    daily = found["shop.daily"]
    assert daily.rows is not None and (daily.rows.before, daily.rows.after) == (7, 7), "of 35 days in prod"
    assert [str(held) for held in daily.preview or ()] == ["2023-12-29 to 2024-01-04"]
    assert found["shop.reader"].from_previews == ("shop.daily",) and found["shop.reader"].preview is None
    show_diff(comparing.diff(bench.engine, "dev", "prod"), "text")
    printed = capsys.readouterr().out
    assert (
        "  a preview of a forward-only change: it holds 2023-12-29 to 2024-01-04 only, and is never promoted" in printed
    )
    assert "  computed from the preview of shop.daily: fewer rows here are no rows lost" in printed
    told = shapes.diff_json(comparing.diff(bench.engine, "dev", "prod"))["models"]
    assert isinstance(told, list) and told[0]["preview"] == [["2023-12-29T00:00:00", "2024-01-05T00:00:00"]]


@pytest.mark.parametrize("built", [False, True])
def test_every_command_says_the_same_of_an_environment_that_is_not_there(bench: Bench, built: bool) -> None:
    if built:
        bench.apply(FIRST)
    engine, call = bench.engine, Call(now=NOW)
    asked = {
        "show": lambda name: commands.find(commands.read_world(engine), name),
        "history": lambda name: commands.history(engine, name),
        "create": lambda name: commands.create(engine, "dev", name, call),
        "run": lambda name: commands.run(engine, name, call),
        "promote": lambda name: commands.promote(engine, name, "other", call),
        "diff": lambda name: comparing.diff(engine, name, "prod"),
        "rollback": lambda name: commands.rollback(engine, name, None, call),
        "drop": lambda name: commands.drop(engine, name, call),
    }
    for name, code in (("nope", "not-found"), ("No__pe", "environment-name")):
        said = {}
        for command, ask in asked.items():
            with pytest.raises(EnvironmentProblem) as problem:
                ask(name)
            said[command] = (problem.value.code, problem.value.message, problem.value.way)
        assert len(set(said.values())) == 1, said
        assert said["show"][0] == code
