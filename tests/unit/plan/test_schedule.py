"""When a model may run and for what: cron, cron_tz, interval_unit, start, end, allow_partials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lsp_server.plan import intervals, schedule
from lsp_server.plan.coverage import Coverage, coverage_of, wanted_by
from lsp_server.plan.intervals import Interval, last_tick
from lsp_server.plan.placing import model_refusals
from lsp_server.plan.versions import Kind, ModelVersion
from tests.versions import model

DAILY = Kind("INCREMENTAL_BY_TIME_RANGE", time_column="day")
KEYED = Kind("INCREMENTAL_BY_UNIQUE_KEY", unique_key=("id",))


def day(number: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, 1, number, hour, minute)


def a_model(kind: Kind = DAILY, **more: object) -> ModelVersion:
    return model("shop.m", "SELECT 1 AS id", kind, **more)


def test_a_day_is_complete_only_after_the_tick_that_follows_it() -> None:
    assert schedule.complete(a_model(), day(5, 10)) == day(5)
    assert schedule.complete(a_model(cron="0 5 * * *"), day(5, 4)) == day(4)
    assert schedule.complete(a_model(cron="0 5 * * *"), day(5, 5)) == day(5)


def test_a_time_zone_decides_when_the_cron_ticks_and_intervals_stay_utc() -> None:
    berlin = a_model(cron="0 6 * * *", cron_tz="Europe/Berlin")
    assert schedule.tick(berlin, day(5, 5)) == day(5, 5)
    assert schedule.tick(berlin, day(5, 4, 59)) == day(4, 5)
    assert schedule.complete(berlin, day(5, 5)) == day(5)
    honolulu = a_model(cron_tz="Pacific/Honolulu")
    assert schedule.complete(honolulu, day(5, 9, 59)) == day(4), "it is not midnight there"
    assert schedule.complete(honolulu, day(5, 10)) == day(5)


def changes_of(zone: str) -> list[datetime]:
    """The days of 2024 on which the zone's clock is put forward or back."""
    days = [datetime(2024, 1, 1) + timedelta(days=n) for n in range(366)]
    offsets = [d.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for d in days]
    return [d for d, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize(("cron", "a_day"), [("30 2 * * *", 1), ("@daily", 1), ("15 1,2 * * *", 2)])
def test_a_cron_that_names_its_hours_ticks_as_often_as_it_says(zone: str, cron: str, a_day: int) -> None:
    """Also on the days on which the clock is put forward or back.  The oracle looks at every quarter of an hour."""
    changes = changes_of(zone)
    assert len(changes) == 2
    for change in changes:
        moments = [change - timedelta(days=1) + timedelta(minutes=15 * n) for n in range(96 * 3)]
        ticks = [last_tick(cron, moment, zone) for moment in moments]
        assert ticks == sorted(ticks) and all(t <= m for t, m in zip(ticks, moments, strict=True)), "forward only"
        local = [t.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for t in dict.fromkeys(ticks)]
        for inner in (change.date(), (change + timedelta(days=1)).date()):
            assert local.count(inner) == a_day, inner


def test_an_hour_that_comes_twice_has_an_hourly_cron_s_tick_twice() -> None:
    assert last_tick("@hourly", datetime(2024, 11, 3, 5, 59), "America/New_York") == datetime(2024, 11, 3, 5)
    assert last_tick("@hourly", datetime(2024, 11, 3, 6, 10), "America/New_York") == datetime(2024, 11, 3, 6)


def test_an_interval_unit_is_what_the_header_says() -> None:
    hours = a_model(interval_unit="hour")
    assert schedule.unit(hours) == "hour" and schedule.unit(a_model()) == "day"
    assert wanted_by(
        a_model(interval_unit="hour", cron="0 5 * * *", start="2024-01-04"), (), {}, day(5, 9)
    ) == Interval(day(4), day(5, 5))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"cron_tz": "Berlin"}, "cron_tz 'Berlin' is no time zone"),
        ({"cron": "@hourly", "interval_unit": "day"}, "ticks oftener than its interval_unit day ends"),
        ({"cron": "@hourly", "interval_unit": "day", "allow_partials": True}, ""),
        ({"interval_unit": "hour"}, ""),
        ({"interval_unit": "week", "start": "2024-01-01"}, "interval_unit 'week' is none of year, month, day"),
        ({"end": "soon"}, "end 'soon' is no date"),
        ({"start": "soon"}, "start 'soon' is no date"),
        ({"cron": "61 * * * *"}, "cron '61"),
        (
            {"kind": Kind("INCREMENTAL_BY_TIME_RANGE", time_column="d", time_format="%d/%m/%Y")},
            "%d/%m/%Y does not sort",
        ),
        ({"kind": Kind("INCREMENTAL_BY_TIME_RANGE", time_column="d", time_format="%m%d")}, "%m%d does not sort"),
        ({"kind": Kind("INCREMENTAL_BY_TIME_RANGE", time_column="d", time_format="%Y%j")}, ""),
        ({"kind": Kind("INCREMENTAL_BY_TIME_RANGE", time_column="d", time_format="%s")}, ""),
    ],
)
def test_words_that_make_no_sense_are_refused(words: dict[str, object], told: str) -> None:
    found = [refusal.message for refusal in model_refusals(a_model(**words))]
    assert len(found) == bool(told) and all(told in message for message in found)


def test_a_table_of_keys_needs_its_key_and_for_batches_a_start() -> None:
    assert [r.message for r in model_refusals(a_model(Kind("INCREMENTAL_BY_UNIQUE_KEY")))] == [
        "shop.m: INCREMENTAL_BY_UNIQUE_KEY needs a unique_key"
    ]
    batched = Kind("INCREMENTAL_BY_UNIQUE_KEY", unique_key=("id",), batch_size=2)
    assert [r.message for r in model_refusals(a_model(batched))] == [
        "shop.m: INCREMENTAL_BY_UNIQUE_KEY needs a start for its batch_size"
    ]
    assert model_refusals(a_model(batched, start="2024-01-01")) == []


def test_parts_of_intervals_are_wanted_up_to_the_last_tick_only() -> None:
    partial = a_model(cron="@hourly", interval_unit="day", allow_partials=True, start="2024-01-04")
    assert wanted_by(partial, (), {}, day(5, 9, 30)) == Interval(day(4), day(5, 9))
    assert coverage_of(partial, (Interval(day(4), day(5, 9)),), {}, day(5, 9)) == Coverage(day(4), day(5), day(5, 9))


def test_after_its_end_a_model_is_complete_for_good() -> None:
    ended = a_model(start="2024-01-01", end="2024-01-03", cron="0 5 * * *")
    held = Interval(day(1), day(4))
    assert wanted_by(ended, (), {}, day(20)) == held
    assert coverage_of(ended, (held,), {}, day(20)) == Coverage(day(1))
    assert not schedule.due(model("shop.f", "SELECT 1", end="2024-01-03"), day(4), day(20))


def test_a_table_of_keys_begins_with_everything_unless_its_header_says_otherwise() -> None:
    assert wanted_by(a_model(KEYED), (), {}, day(5, 9)) == Interval(datetime(1970, 1, 1), day(5))
    assert wanted_by(a_model(KEYED, start="2024-01-03"), (), {}, day(5, 9)) == Interval(day(3), day(5))


def test_what_thousands_of_models_say_alike_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    ticks = intervals._ticks
    monkeypatch.setattr(intervals, "_ticks", lambda *given: (read.append(given), ticks(*given))[1])
    intervals.cron_problem.cache_clear()
    schedule.sorts_as_time.cache_clear()
    for _ in range(100):
        assert schedule.problems(a_model(cron="7 5 * * 1")) == []
    assert len(read) == 1
    assert schedule.sorts_as_time.cache_info().misses == 1
