"""Writes the seeds of the demo workspace: a city's bike-share, the same bytes every time.

Run it from anywhere: `python demo_workspace/seeds/generate.py [FOLDER]`.
The data have the faults that real data have, on purpose: rides that never ended, false starts of some seconds, rides
that the app sent twice, walk-up riders without an account, and a former operator with another layout and another clock.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

FIRST_DAY = date(2026, 3, 1)
DAYS = 92
LEGACY_FIRST_DAY = date(2026, 1, 5)
LEGACY_DAYS = 55

DISTRICTS = [
    ("D1", "Harbour", "centre", 21400),
    ("D2", "Old Town", "centre", 14900),
    ("D3", "Königshöhe", "north", 32800),
    ("D4", "Universität", "north", 18700),
    ("D5", "Mill Fields", "east", 41200),
    ("D6", "São Bento", "south", 27300),
    ("D7", "Airport", "east", 5100),
    ("D8", "Riverside", "south", 36600),
]
PLACES = ["Square", "Station", "Market", "Bridge", "Park", "Library"]
STREETS = [
    "Lindén", "Ferry", "Čapek", "Mercado", "Rådhus", "Cooper", "Vauban", "Orchard",
]  # fmt: skip
PLANS = [
    ("walk_up", "Walk-up", 0, 0, 100, 25),
    ("day", "Day pass", 900, 60, 0, 20),
    ("monthly", "Monthly", 1900, 45, 0, 15),
    ("annual", "Annual", 900, 45, 0, 10),
    ("student", "Student", 500, 60, 0, 10),
]
BIKE_TYPES = [("classic", 62000, 0.55), ("electric", 214000, 0.35), ("cargo", 389000, 0.10)]
REPAIRS = [
    ("puncture", 2400),
    ("brakes", 3900),
    ("chain", 3100),
    ("battery", 18500),
    ("lock", 5600),
    ("vandalism", 9800),
]
HOUR_WEIGHTS = [2, 1, 1, 1, 2, 5, 14, 30, 38, 22, 14, 15, 20, 18, 16, 19, 28, 40, 36, 24, 15, 11, 8, 4]

Row = Sequence[object]
T = TypeVar("T")


def stations(random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(48):
        district = DISTRICTS[number % len(DISTRICTS)][0]
        name = f"{STREETS[(number * 5) % len(STREETS)]} {PLACES[number // len(STREETS)]}"
        latitude = 53.50 + (number % 8) * 0.011 + random.random() * 0.006
        longitude = 9.90 + (number // 8) * 0.017 + random.random() * 0.009
        opened = date(2024, 4, 1) + timedelta(days=random.randrange(640))
        rows.append(
            (
                f"S{number + 1:03d}",
                name,
                district,
                f"{latitude:.5f}",
                f"{longitude:.5f}",
                10 + 2 * random.randrange(11),
                opened,
            )
        )
    return rows


def bikes(random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(220):
        kind, price = _pick(
            random, [(kind, price) for kind, price, _ in BIKE_TYPES], [share for *_, share in BIKE_TYPES]
        )
        bought = date(2024, 3, 1) + timedelta(days=random.randrange(700))
        retired = bought + timedelta(days=400 + random.randrange(400)) if random.random() < 0.06 else None
        rows.append(
            (
                f"B{number + 1:04d}",
                kind,
                bought,
                price + 500 * random.randrange(8),
                retired if retired and retired < date(2026, 5, 31) else "",
            )
        )
    return rows


def riders(random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(540):
        plan = _pick(random, ["day", "monthly", "annual", "student"], [0.15, 0.35, 0.30, 0.20])
        joined = date(2025, 6, 1) + timedelta(days=random.randrange(350))
        born = 1946 + random.randrange(62) if plan != "student" else 1998 + random.randrange(10)
        district = "" if random.random() < 0.08 else DISTRICTS[random.randrange(len(DISTRICTS))][0]
        rows.append((f"R{number + 1:05d}", plan, joined, born, district, "true" if random.random() < 0.61 else "false"))
    return rows


def weather(random: Random) -> list[Row]:
    rows: list[Row] = []
    first, days = LEGACY_FIRST_DAY, (FIRST_DAY - LEGACY_FIRST_DAY).days + DAYS
    for number in range(days):
        warmth = 1.5 + 17.0 * number / days + random.random() * 6.0
        rain = round(random.random() ** 3 * 22.0, 1) if random.random() < 0.45 else 0.0
        rows.append((first + timedelta(days=number), f"{warmth:.1f}", f"{rain:.1f}", f"{4 + random.random() * 38:.1f}"))
    return rows


def rides(random: Random, wet_days: set[date]) -> list[Row]:
    rows: list[Row] = []
    while len(rows) < 2600:
        day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
        if day in wet_days and random.random() < 0.45:
            continue
        started = _moment(random, day)
        seconds = 240 + int(random.random() ** 2 * 3300)
        if random.random() < 0.03:
            seconds = 8 + random.randrange(45)  # a false start: undocked and put straight back
        ended = "" if random.random() < 0.008 else started + timedelta(seconds=seconds)
        rider = "" if random.random() < 0.17 else f"R{1 + int(random.random() ** 1.7 * 540):05d}"
        source = f"S{1 + int(random.random() ** 1.4 * 48):03d}"
        target = source if random.random() < 0.07 else f"S{1 + int(random.random() ** 1.4 * 48):03d}"
        ride = (
            f"T{len(rows) + 1:06d}",
            f"B{1 + random.randrange(220):04d}",
            rider,
            source,
            target if ended else "",
            started,
            ended,
        )
        rows.append(ride)
        if random.random() < 0.012:
            rows.append(ride)  # the app lost the answer and sent the ride again
    return rows


def legacy_rides(random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(700):
        started = _moment(random, LEGACY_FIRST_DAY + timedelta(days=random.randrange(LEGACY_DAYS)))
        member = "" if random.random() < 0.25 else 1 + random.randrange(540)
        rows.append(
            (
                f"CV-{number + 1:05d}",
                1 + random.randrange(120),
                member,
                1 + random.randrange(48),
                1 + random.randrange(48),
                int(started.replace(tzinfo=UTC).timestamp()),
                180 + int(random.random() ** 2 * 3000),
            )
        )
    return rows


def repairs(random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(320):
        reported = _moment(random, FIRST_DAY + timedelta(days=random.randrange(DAYS)))
        fault, cost = REPAIRS[min(int(random.random() ** 1.3 * len(REPAIRS)), len(REPAIRS) - 1)]
        closed = "" if random.random() < 0.09 else reported + timedelta(minutes=45 + random.randrange(5400))
        rows.append(
            (
                f"M{number + 1:04d}",
                f"B{1 + random.randrange(220):04d}",
                fault,
                reported,
                closed,
                cost + 50 * random.randrange(20),
            )
        )
    return rows


def _moment(random: Random, day: date) -> datetime:
    hour = _pick(random, range(24), HOUR_WEIGHTS)
    return datetime(day.year, day.month, day.day, hour, random.randrange(60), random.randrange(60))


def _pick(random: Random, values: Sequence[T], weights: Sequence[float]) -> T:
    """`Random.choices` by another name: written out, so that no Python version draws another sequence."""
    mark = random.random() * sum(weights)
    for value, weight in zip(values, weights, strict=True):
        mark -= weight
        if mark < 0:
            return value
    return values[-1]


def write_seeds(folder: Path) -> None:
    random = Random(20260301)
    days = weather(random)
    wet = {row[0] for row in days if float(str(row[2])) > 3 and isinstance(row[0], date)}
    _write(folder / "districts.csv", "district_id,name,zone,population", DISTRICTS)
    _write(folder / "stations.csv", "station_id,name,district_id,latitude,longitude,docks,opened_on", stations(random))
    _write(folder / "bikes.csv", "bike_id,bike_type,purchased_on,price_cents,retired_on", bikes(random))
    _write(folder / "riders.csv", "rider_id,plan_id,joined_on,birth_year,district_id,newsletter", riders(random))
    _write(folder / "plans.csv", "plan_id,name,fee_cents,included_minutes,unlock_cents,minute_cents", PLANS)
    _write(folder / "weather.csv", "day,temperature_c,rain_mm,wind_kmh", days)
    _write(
        folder / "rides.csv",
        "ride_id,bike_id,rider_id,start_station_id,end_station_id,started_at,ended_at",
        rides(random, wet),
    )
    _write(
        folder / "legacy_rides.csv",
        "trip_ref,bike_no,member_no,from_stop,to_stop,start_epoch,duration_s",
        legacy_rides(random),
    )
    _write(folder / "repairs.csv", "repair_id,bike_id,fault,reported_at,closed_at,cost_cents", repairs(random))


def _write(path: Path, header: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


if __name__ == "__main__":
    write_seeds(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
