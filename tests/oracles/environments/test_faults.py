"""What breaks around us: each a clear error, the environment as it was, and a way back in the message."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands, migrations
from lsp_server.environments.commands import Call
from lsp_server.environments.engines.duckdb import DuckDB
from lsp_server.environments.errors import AuditFailed, EnvironmentProblem, Refused, StateCorrupt, Unusable
from lsp_server.plan.versions import ModelVersion
from tests.oracles.environments.bench import A2, FIRST, NOW, SECOND, A, B, Bench, C, V
from tests.versions import audit, model, workspace


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def in_a_child(doing: Callable[[], object], folder: Path) -> str:
    """The problem's text that `doing` meets in a process of its own; "" if it meets none."""
    out = folder / "said"
    child = os.fork()
    if not child:
        said = ""
        try:
            doing()
        except EnvironmentProblem as error:
            said = f"{type(error).__name__}: {error}"
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must see it
            said = f"unexpected {type(error).__name__}: {error}"
        finally:
            out.write_text(said)
            os._exit(0)
    os.waitpid(child, 0)
    return out.read_text()


def limited_to(size: int, doing: Callable[[], object]) -> Callable[[], object]:
    """A full disk: no file may grow beyond `size` bytes."""

    def run() -> object:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return doing()

    return run


def test_a_full_disk(bench: Bench, tmp_path: Path) -> None:
    bench.apply(FIRST)
    large = model("shop.large", "SELECT range AS i, random() AS r FROM range(5000000)")
    grown = workspace(*FIRST.models.values(), large)
    room = bench.path.stat().st_size + 2_000_000
    said = in_a_child(limited_to(room, lambda: bench.apply(grown)), tmp_path)
    assert said.startswith("Unusable: ") and "there is no room" in said and "Free some space" in said, said
    assert bench.total() == 1225 and len(bench.tables()) == 3
    bench.apply(grown)
    assert bench.sql("SELECT COUNT(*) FROM shop.large") == [(5000000,)]


def test_a_read_only_file(bench: Bench, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    bench.apply(FIRST)
    bench.path.chmod(0o444)
    tmp_path.chmod(0o555)

    def as_nobody() -> object:
        if os.getuid() == 0:
            os.setgroups([])
            os.setuid(65534)
        return bench.apply(SECOND)

    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(tmp_path_factory.getbasetemp().parents[1]):  # pytest's own folders are for their owner
            folder.chmod(folder.stat().st_mode | 0o055)
    said_in = Path("/tmp") / f"said_{os.getpid()}"
    said_in.mkdir(mode=0o777)
    said_in.chmod(0o777)
    said = in_a_child(as_nobody, said_in)
    shutil.rmtree(said_in)
    tmp_path.chmod(0o755)
    bench.path.chmod(0o644)
    assert said.startswith("Unusable: ") and "annot be" in said and "writable" in said, said
    assert bench.total() == 1225


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "base.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Unusable, match=r"is not a DuckDB database.*Put a copy of the database back"):
        commands.list_environments(DuckDB(path))
    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("UPDATE _headwater.environments SET body = replace(body, 'shop', 'shap')", "was changed by somebody else"),
        ("UPDATE _headwater.snapshots SET body = 'x', checksum = 'y'", "was changed by somebody else"),
        ("ALTER TABLE _headwater.versions DROP COLUMN body", "cannot be read"),
        ("DROP TABLE _headwater.history", "cannot be read"),
        ("DELETE FROM _headwater.versions", "has lost the version"),
        ("UPDATE _headwater.meta SET value = 'many'", "does not name the state's version"),
        ("UPDATE _headwater.meta SET value = '99'", "is version 99, and this Headwater knows"),
    ],
)
def test_a_damaged_state(bench: Bench, damage: str, message: str) -> None:
    bench.apply(FIRST)
    bench.sql(damage)
    with pytest.raises(StateCorrupt, match=message) as caught:
        bench.apply(SECOND)
    assert caught.value.way and bench.total() == 1225


def test_a_lost_snapshot_record_is_built_anew(bench: Bench) -> None:
    """The way back that the message names."""
    bench.apply(FIRST)
    bench.sql("DELETE FROM _headwater.snapshots WHERE model = 'shop.c'; DROP VIEW shop.c")
    bench.apply(FIRST)
    assert bench.sql("SELECT one FROM shop.c") == [(1,)]


def test_a_dropped_view_is_made_again(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.sql("DROP VIEW shop.b")
    planned = commands.plan(bench.engine, FIRST, "prod", Call(now=NOW)).plan
    assert planned.notes == ("views that somebody dropped are made again",)
    bench.apply(FIRST)
    assert bench.total() == 1225


def test_a_schema_that_only_looks_like_a_state(bench: Bench) -> None:
    bench.sql("CREATE SCHEMA _headwater; CREATE TABLE _headwater.mine (i INTEGER)")
    with pytest.raises(StateCorrupt, match="holds no state that Headwater made"):
        bench.apply(FIRST)


def test_an_older_state_is_migrated(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.apply(FIRST)
    more = (*migrations.MIGRATIONS, ("CREATE TABLE STATE.later (i INTEGER)",))
    monkeypatch.setattr(migrations, "MIGRATIONS", more)
    bench.apply(SECOND)
    assert bench.sql("SELECT value FROM _headwater.meta") == [(str(len(more)),)]
    assert bench.sql("SELECT COUNT(*) FROM _headwater.later") == [(0,)] and bench.total() == 1770


def test_a_state_of_the_first_version_is_read(bench: Bench) -> None:
    bench.apply(FIRST)
    bench.sql("ALTER TABLE _headwater.objects DROP COLUMN key; ALTER TABLE _headwater.objects DROP COLUMN query")
    bench.sql("UPDATE _headwater.meta SET value = '1'")
    assert [e.name for e in commands.list_environments(bench.engine)] == ["prod"]
    bench.apply(SECOND)
    assert bench.total() == 1770


def test_a_model_that_fails_after_five_of_nine_tables(bench: Bench) -> None:
    bench.apply(FIRST)
    before = bench.tables()
    chain: list[ModelVersion] = [model("shop.m0", "SELECT 1 AS i", columns="i")]
    chain += [model(f"shop.m{n}", f"SELECT i + 1 AS i FROM shop.m{n - 1}", columns="i") for n in range(1, 9)]
    broken = [*chain[:5], model("shop.m5", "SELECT error('no more') AS i FROM shop.m4", columns="i"), *chain[6:]]
    with pytest.raises(EnvironmentProblem, match=r"shop\.m5: .*no more.*finished tables are kept"):
        bench.apply(workspace(*FIRST.models.values(), *broken))
    assert len(bench.tables() - before) == 5 and bench.total() == 1225
    mended = bench.apply(workspace(*FIRST.models.values(), *chain))
    assert [step.model for step in mended.writing] == ["shop.m5", "shop.m6", "shop.m7", "shop.m8"]


def test_an_audit_that_fails_moves_nothing_and_shows_rows(bench: Bench) -> None:
    bench.apply(FIRST)
    bad = model(
        "shop.b",
        B.query,
        columns="total",
        fingerprint="b2",
        audits=(audit("small", "SELECT * FROM __hw_var('this_model') WHERE total > 9"),),
    )
    with pytest.raises(AuditFailed, match=r"audit small of shop\.b found 1 row, for example \(1770\)") as caught:
        bench.apply(workspace(A2, V, bad, C))
    assert caught.value.rows == [(1770,)] and bench.total() == 1225
    # The audit is new on a table that is reused: it runs all the same.
    with pytest.raises(AuditFailed, match=r"\(1225\)"):
        bench.apply(workspace(A, V, model("shop.b", B.query, columns="total", audits=bad.audits), C))
    warned = model(
        "shop.b",
        B.query,
        columns="total",
        fingerprint="b2",
        audits=(audit("small", bad.audits[0].query, blocking=False),),
    )
    outcome = commands.apply(bench.engine, workspace(A2, V, warned, C), "prod", Call(now=NOW))
    assert outcome.warnings == ("audit small of shop.b found 1 row",) and bench.total() == 1770


def test_a_pass_is_recorded_and_not_run_again(bench: Bench) -> None:
    good = model(
        "shop.b",
        B.query,
        columns="total",
        audits=(audit("some", "SELECT * FROM __hw_var('this_model') WHERE total < 9"),),
    )
    bench.apply(workspace(A, V, good, C))
    assert bench.sql("SELECT COUNT(*) FROM _headwater.audits") == [(1,)]
    said: list[str] = []
    commands.apply(
        bench.engine, workspace(A, V, good), "prod", Call(now=NOW, listener=lambda p: said.append(p.message))
    )
    assert not any("audit" in message for message in said)


def test_a_clock_that_jumps(bench: Bench) -> None:
    bench.apply(FIRST)
    back = NOW - timedelta(days=400)
    bench.apply(SECOND, now=back)
    assert bench.total() == 1770
    assert not commands.run(bench.engine, "prod", Call(now=back)).plan.writing
    with pytest.raises(Refused, match="has data as of") as caught:
        _back(bench)
    assert "allow-stale" in str(caught.value)
    commands.rollback(bench.engine, "prod", call=Call(now=NOW, allow_stale=True))
    assert bench.total() == 1225


def _back(bench: Bench) -> None:
    """From new data to what a clock that stood in the past has built."""
    bench.apply(FIRST)
    bench.apply(workspace(model("shop.b", "SELECT 1 AS total", columns="total"), A, V, C), now=NOW + timedelta(days=3))
    commands.rollback(bench.engine, "prod", call=Call(now=NOW))


HOSTILE = [
    'x"; DROP TABLE raw.numbers; --',
    "a.b",
    "o'clock",
    "🚲 ride",
    "a\nb",
    'dou""ble',
    "sp ace",
    "select",
    "x" * 200,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_reach_no_other_schema(bench: Bench, name: str) -> None:
    wild = ModelVersion(f"wild.{name}", A.kind, "f" * 32, name, name, query="SELECT i FROM raw.numbers", text="x")
    bench.apply(workspace(wild))
    commands.create(bench.engine, "dev", call=Call(now=NOW))
    assert bench.sql("SELECT COUNT(*) FROM raw.numbers") == [(100,)]
    quoted = name.replace('"', '""')
    assert bench.sql(f'SELECT COUNT(*) FROM "{quoted}"."{quoted}"') == [(100,)]
    schemas = {str(row[0]) for row in bench.sql("SELECT DISTINCT schema_name FROM duckdb_tables()")}
    assert schemas <= {"raw", "_headwater", next(s for s in schemas if s.startswith("headwater__"))}
    commands.drop(bench.engine, "dev", Call(now=NOW))


def test_300_characters_are_refused_by_name(bench: Bench) -> None:
    wild = ModelVersion("wild", A.kind, "f" * 32, "shop", "x" * 300, query="SELECT 1 AS i", text="x")
    with pytest.raises(Refused, match="a name may have at most 255 bytes"):
        bench.apply(workspace(wild))


@pytest.mark.parametrize("name", ['d"; DROP TABLE x', "a.b", "Dev", "a__b", "d" * 200, "🚲"])
def test_environments_with_hostile_names_are_refused(bench: Bench, name: str) -> None:
    bench.apply(FIRST)
    for doing in (
        lambda: bench.apply(FIRST, name),
        lambda: commands.create(bench.engine, name),
        lambda: commands.promote(bench.engine, "prod", name),
    ):
        with pytest.raises(EnvironmentProblem, match="environment's name"):
            doing()


def test_an_environment_s_schema_may_be_a_model_s(bench: Bench) -> None:
    """`dev` of schema `shop` is `shop__dev`, and so may be a model's schema: the second is told, nothing is mixed."""
    bench.apply(workspace(A, model("shop__dev.a", "SELECT 5 AS i", columns="i")))
    with pytest.raises(EnvironmentProblem, match=r"shop__dev\.a belongs to environment prod|schema shop__dev exists"):
        commands.create(bench.engine, "dev", call=Call(now=NOW))
    assert bench.sql("SELECT i FROM shop__dev.a") == [(5,)]
