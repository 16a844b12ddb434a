"""Cron, units, and what a table lacks."""

from __future__ import annotations

from datetime import datetime

import pytest

from lsp_server.plan.intervals import (
    Interval,
    batches,
    covers,
    cron_problem,
    last_tick,
    look_back,
    merge,
    read_moment,
    subtract,
    unit_of,
)


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2024, 1, number, hour)


def days(first: int, end: int) -> Interval:
    return Interval(day(first), day(end))


@pytest.mark.parametrize(
    ("cron", "unit"),
    [
        ("@daily", "day"),
        ("0 5 * * *", "day"),
        ("@hourly", "hour"),
        ("*/15 * * * *", "quarter_hour"),
        ("@weekly", "day"),
        ("@monthly", "month"),
        ("@yearly", "year"),
        ("*/5 * * * *", "five_minute"),
    ],
)
def test_interval_units_follow_from_the_cron(cron: str, unit: str) -> None:
    assert unit_of(cron) == unit


def test_a_tick_at_this_very_moment_is_the_last_one() -> None:
    assert last_tick("@daily", day(5)) == day(5)


def test_missing_is_what_is_wanted_less_what_is_there() -> None:
    assert subtract(days(1, 10), [days(3, 5), days(7, 8)]) == (days(1, 3), days(5, 7), days(8, 10))
    assert subtract(days(3, 5), [days(1, 10)]) == ()
    assert merge([days(3, 5), days(1, 3), days(4, 6), days(8, 8)]) == (days(1, 6),)
    assert covers([days(1, 3), days(3, 5)], [days(2, 4)])
    assert not covers([days(1, 3), days(4, 5)], [days(2, 5)])


def test_batches_and_lookback_keep_to_units() -> None:
    assert batches([days(1, 6)], "day", 2) == (days(1, 3), days(3, 5), days(5, 6))
    assert look_back((days(5, 6),), "day", 2, day(4)) == (days(4, 6),)


def test_moments_as_headers_write_them() -> None:
    now = day(20, 12)
    assert read_moment("2024-01-03", now) == day(3)
    assert read_moment("'2024-01-03 05:00:00+02:00'", now) == day(3, 3)
    assert read_moment("1 week ago", now) == datetime(2024, 1, 13, 12)
    assert read_moment("2 months ago", now) == datetime(2023, 11, 1)
    with pytest.raises(ValueError, match="write it like"):
        read_moment("soon", now)


def test_a_wrong_cron_is_told() -> None:
    assert cron_problem("@daily") is None
    assert "61" in str(cron_problem("61 * * * *"))


def test_intervals_are_told_as_people_say_them() -> None:
    assert [str(days(3, 4)), str(days(3, 6))] == ["2024-01-03", "2024-01-03 to 2024-01-05"]
    assert str(Interval(datetime(1970, 1, 1), day(6))) == "everything up to 2024-01-05"
    assert str(Interval(day(3), day(3, 7))) == "2024-01-03 00:00 to 2024-01-03 07:00"
