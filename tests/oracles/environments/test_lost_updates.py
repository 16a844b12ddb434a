"""What somebody else put into `prod` is not changed back in silence, on whatever way a version gets there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import EnvironmentProblem
from tests.oracles.environments.bench import A2, FIRST, NOW, A, B, Bench, C, V
from tests.versions import model, workspace

MINE = workspace(A2, V, B, C)
C2 = model("shop.c", "SELECT 2 AS one", columns="one")
THEIRS = workspace(A, V, B, C2)
CALL = Call(now=NOW)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def promote(bench: Bench, source: str, target: str = "prod") -> None:
    commands.promote(bench.engine, source, target, CALL)


def refused(bench: Bench, source: str) -> None:
    with pytest.raises(EnvironmentProblem, match=rf"prod has moved on since {source} was set against it: shop\.c"):
        promote(bench, source)
    assert bench.sql("SELECT one FROM shop.c") == [(2,)]


def test_by_way_of_another_environment_that_was_set_against_prod_later(bench: Bench) -> None:
    bench.apply(FIRST)
    commands.create(bench.engine, "staging", call=CALL)
    bench.apply(MINE, "dev")
    bench.apply(THEIRS)
    bench.apply(FIRST, "staging")  # moves nothing, and is set against prod as it is now
    promote(bench, "dev", "staging")
    refused(bench, "staging")


def test_by_a_rollback_to_a_version_that_knew_less_of_prod(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(MINE, "dev")
    bench.apply(THEIRS)
    bench.apply(THEIRS, "dev")
    commands.rollback(bench.engine, "dev", call=CALL)
    refused(bench, "dev")


def test_a_new_environment_that_was_promoted_to_knows_what_its_source_knew(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.apply(MINE, "dev")
    promote(bench, "dev", "staging")
    promote(bench, "staging")
    assert bench.sql("SELECT COUNT(*) FROM shop.a") == [(60,)], "nothing moved meanwhile"
    bench.apply(MINE, "late")
    bench.apply(workspace(A2, V, B, C2))
    promote(bench, "late", "staging2")
    refused(bench, "staging2")


def test_what_was_set_against_a_twin_of_prod_was_set_against_prod(bench: Bench) -> None:
    """dev comes after staging's content, which then gets to prod: that is nothing that dev does not know."""
    bench.apply(FIRST)
    bench.apply(THEIRS, "staging")
    bench.apply(workspace(A2, V, B, C2), "dev")
    promote(bench, "staging")
    promote(bench, "dev", "staging")
    promote(bench, "staging")
    assert bench.sql("SELECT COUNT(*) FROM shop.a") == [(60,)] and bench.sql("SELECT one FROM shop.c") == [(2,)]


def test_a_rollback_to_older_data_says_how_to_go_back_all_the_same(bench: Bench) -> None:
    daily = model("shop.d", "SELECT 1 AS i", columns="i"), model("shop.d", "SELECT 2 AS i", columns="i")
    bench.apply(workspace(daily[0]))
    bench.apply(workspace(daily[1]), now=NOW + timedelta(days=1))
    with pytest.raises(
        EnvironmentProblem, match=r"as of 2024-01-05.*with --allow-stale; headwater env run prod then brings it"
    ):
        commands.rollback(bench.engine, "prod", None, Call(now=NOW + timedelta(days=1)))
