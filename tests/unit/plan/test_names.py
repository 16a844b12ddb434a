"""Names in the database, and names from hostile files."""

from __future__ import annotations

import pytest

from lsp_server.plan.names import (
    environment_name_from,
    environment_problem,
    name_problems,
    physical_table,
    shorten,
    virtual_view,
)
from tests.versions import model


def test_names_of_the_two_layers() -> None:
    orders = model("shop.orders", "SELECT 1 AS id")
    assert str(physical_table(orders, "abc", 0)) == "headwater__shop.shop__orders__abc"
    assert str(virtual_view(orders, "prod", 0)) == "shop.orders"
    assert str(virtual_view(orders, "dev_a", 0)) == "shop__dev_a.orders"


@pytest.mark.parametrize(
    "name", ["", "Dev", "1dev", "dev__a", "dev_", 'd"; DROP TABLE x', "a.b", "d" * 200, "dév", "dev\n"]
)
def test_environment_names_that_are_refused(name: str) -> None:
    assert environment_problem(name)


def test_an_environment_takes_its_branch_s_name() -> None:
    assert environment_name_from("feature/Pricing--v2") == "feature_pricing_v2"
    assert environment_name_from("2024/fix") == "dev_2024_fix"
    assert environment_name_from("prod") == "dev_prod"
    for branch in ("😀", "__", "x" * 300, "UPPER", "a/b/c-"):
        assert environment_problem(environment_name_from(branch)) is None


def test_long_names_keep_their_beginning_and_differ() -> None:
    a, b = shorten("x" * 300 + "a", 63), shorten("x" * 300 + "b", 63)
    assert a != b and len(a) == len(b) == 63 and a.startswith("xxxx")
    assert len(shorten("🚲" * 100, 63).encode()) <= 63
    assert shorten("short", 63) == "short"


def test_names_that_cannot_live_in_one_database() -> None:
    shop = model("shop.Orders", "SELECT 1 AS id")
    assert name_problems([shop, model("other.orders", "SELECT 1 AS id")], 255) == ()
    assert "one name to the engine" in name_problems([shop, model("SHOP.orders", "SELECT 1 AS id")], 255)[0]
    assert "reserved" in name_problems([model("headwater__shop.x", "SELECT 1 AS id")], 255)[0]
    assert "reserved" in name_problems([model("_headwater.x", "SELECT 1 AS id")], 255)[0]
    assert "at most 255" in name_problems([model(f"shop.{'x' * 300}", "SELECT 1 AS id")], 255)[0]
    two = [model("shop.a", "SELECT 1 AS id", catalog="one"), model("shop.b", "SELECT 1 AS id", catalog="two")]
    assert "one (shop.a), two (shop.b)" in name_problems(two, 255)[0]
