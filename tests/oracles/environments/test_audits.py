"""Audits of a workspace's files, judged by what DuckDB and arithmetic say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lsp_server.environments import commands
from lsp_server.environments.commands import Call
from lsp_server.environments.errors import AuditFailed, EnvironmentProblem
from lsp_server.environments.site import engine_of
from lsp_server.environments.workspace_versions import workspace_version
from lsp_server.plan.versions import AuditCall
from lsp_server.project.workspace import open_workspace
from tests.oracles.environments.bench import NOW, Bench
from tests.versions import model, workspace

CONFIG = "gateways:\n  local:\n    connection: {type: duckdb, database: local.db}\nmodel_defaults: {dialect: duckdb}\n"
A = "MODEL (name shop.a, kind FULL{audits});\nSELECT range AS i, range % 2 AS j FROM range(10)\n"
V = "MODEL (name shop.v, kind VIEW);\nSELECT i FROM shop.a\n"
ALONE = "AUDIT (name together, standalone true{more});\nSELECT a.i FROM shop.a AS a JOIN shop.v AS v USING (i) WHERE a.i > {limit}\n"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def apply(folder: Path, **texts: str) -> commands.Outcome:
    for name, text in {"config.yaml": CONFIG, **{f"{k.replace('__', '/')}.sql": v for k, v in texts.items()}}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    project = open_workspace(folder)
    project.stabilise()
    version = workspace_version(project.graph, project.root)
    said: list[str] = []
    call = Call(now=NOW, listener=lambda progress: said.append(progress.message))
    outcome = commands.apply(engine_of(project.config, project.root), version, "prod", call)
    return outcome if "audit together" in said else commands.Outcome(outcome.plan, warnings=("not run",))


def test_a_standalone_audit_runs_over_all_tables_once_for_their_data(tmp_path: Path) -> None:
    models = {"models__a": A.format(audits=""), "models__v": V}
    assert apply(tmp_path, **models, audits__t=ALONE.format(limit=20, more="")).warnings == ()
    assert apply(tmp_path).warnings == ("not run",)
    with pytest.raises(AuditFailed, match=r"^audit together found 4 rows, for example \(\d\)") as caught:
        apply(tmp_path, audits__t=ALONE.format(limit=5, more=""))
    assert caught.value.count == 4
    assert apply(tmp_path, audits__t=ALONE.format(limit=5, more=", blocking false")).warnings == (
        "audit together found 4 rows",
    )
    with pytest.raises(EnvironmentProblem, match=r"audit together: .*"):
        apply(tmp_path, audits__t="AUDIT (name together, standalone true);\nSELECT FROM WHERE\n")


def test_chi_square_is_pearson_s(tmp_path: Path) -> None:
    """i < 5 against j: cells 3, 2, 2, 3 with 2.5 expected in each: 4 * 0.25 / 2.5 = 0.4."""
    call = ", audits (chi_square(column_a := i < 5, column_b := j, critical_value := {}))"
    apply(tmp_path, models__a=A.format(audits=call.format("0.39")))
    with pytest.raises(AuditFailed) as caught:
        apply(tmp_path, models__a=A.format(audits=call.format("0.41")))
    assert [round(float(str(value)), 6) for value in caught.value.rows[0]] == [1, 0.4]


def test_what_is_not_supported_is_refused_by_name(tmp_path: Path) -> None:
    audits = ", audits (kl_divergence(source_column := i, target_column := j, threshold := 1))"
    with pytest.raises(EnvironmentProblem, match="audit kl_divergence: it is not supported yet"):
        apply(tmp_path, models__a=A.format(audits=audits))


@pytest.mark.parametrize("kind", ["VIEW", "FULL"])
def test_rows_that_an_audit_of_a_reader_finds_never_show(bench: Bench, kind: str) -> None:
    """A run writes tables in place: what a view over one, or a model beside it, is audited for holds before anybody sees it."""
    found = AuditCall("small", "SELECT * FROM __hw_var('this_model') WHERE i > 100", reads=())
    beside = AuditCall(
        "related", "SELECT b.i FROM __hw_var('this_model') AS b JOIN shop.a AS a ON a.i > 100", reads=("shop.a",)
    )
    a = model("shop.a", "SELECT i FROM raw.numbers", columns="i")
    view = model("shop.v", "SELECT i FROM shop.a", kind, columns="i", audits=(found,))
    other = model("shop.o", "SELECT 1 AS i", columns="i", audits=(beside,), cron="@yearly")
    bench.apply(workspace(a, view if kind == "VIEW" else other))
    bench.sql("INSERT INTO raw.numbers VALUES (1000)")
    with pytest.raises(
        AuditFailed, match="small of shop.v found 1 row" if kind == "VIEW" else "related of shop.o found 1 row"
    ):
        commands.run(bench.engine, "prod", Call(now=NOW + timedelta(days=1)))
    assert bench.sql("SELECT MAX(i) FROM shop.a") == [(99,)]
    bench.sql("DELETE FROM raw.numbers WHERE i = 1000; INSERT INTO raw.numbers VALUES (100)")
    commands.run(bench.engine, "prod", Call(now=NOW + timedelta(days=1)))
    assert bench.sql("SELECT MAX(i) FROM shop.a") == [(100,)]


def test_a_seed_that_cannot_be_read_says_where_and_what_helps(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("a,b\n" + "".join(f"{n},1\n" for n in range(30_000)) + "x,1\n")
    seed = "MODEL (name shop.s, kind SEED (path '../s.csv'));\n"
    with pytest.raises(EnvironmentProblem) as problem:
        apply(tmp_path, models__s=seed)
    assert str(problem.value).startswith("shop.s: Conversion Error: CSV Error on Line: 30002 Original Line: x,1")
    assert str(problem.value).endswith("types are and, in csv_settings, how it is written.")
    assert str(tmp_path) not in str(problem.value)
    apply(tmp_path, models__s=seed.replace(");\n", ", columns (a TEXT, b INT));\n"))


def test_an_audit_that_warns_does_so_once(bench: Bench) -> None:
    """Whether its table is new or written in place, and whatever it reads beside."""
    reads = AuditCall("beside", "SELECT a.i FROM shop.a AS a WHERE a.i > 97", blocking=False, reads=("shop.a",))
    own = AuditCall("own", "SELECT * FROM __hw_var('this_model')", blocking=False)
    a = model("shop.a", "SELECT i FROM raw.numbers", columns="i")
    version = workspace(a, model("shop.o", "SELECT 1 AS i", columns="i", audits=(reads, own)))
    said = ("audit beside of shop.o found 2 rows", "audit own of shop.o found 1 row")
    first = commands.apply(bench.engine, version, "prod", Call(now=NOW))
    again = commands.run(bench.engine, "prod", Call(now=NOW + timedelta(days=1)))
    assert sorted(first.warnings) == sorted(again.warnings) == sorted(said)
