"""Folders as people have them, bad ones included: each fault is told where it is, and nothing else stops working."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from lsp_server.analysis import checks
from lsp_server.project.workspace import Project, WorkspaceError, open_workspace

CONFIG = "model_defaults:\n  dialect: duckdb\nvariables:\n  Rate: 3\n"
GOOD = "MODEL (name s.good); SELECT 1 AS x"


def write(root: Path, **files: str | bytes) -> Project:
    """Keys are paths with `__` for `/` and a trailing suffix for the extension: `models__a_sql`."""
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        path = root / (stem.replace("__", "/") + "." + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    project = open_workspace(root)
    project.stabilise()
    return project


def codes(project: Project, path: str) -> list[str]:
    own = [problem.code for problem in project.problems.get(path, ())]
    return own + [problem.code for problem in project.graph.problems(path)]


def columns(project: Project, name: str) -> list[str]:
    interface = project.graph.interface(name)
    return [column.name for column in interface.columns] if interface is not None else []


def test_a_workspace(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        config_yaml=CONFIG,
        models__raw__seed_sql="MODEL (name raw.plans, kind SEED (path '../../seeds/plans.csv'));",
        models__a_sql="MODEL (name s.a); SELECT id, price, k FROM raw.plans, ext.t",
        seeds__plans_csv="id,price\n1,2.5\n",
        external_models_yaml="- name: ext.t\n  columns:\n    k: int\n",
    )
    assert columns(project, "s.a") == ["id", "price", "k"]
    assert project.config.variables == {"rate": 3}
    assert project.graph.name_span("ext.t") == (8, 13)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x7fELF\x00\x01" * 50, "binary-file"),
        (b"SELECT 1 -- " + b"x" * 5_000_000, "file-too-large"),
        ("MODEL (name s.bad); SELECT 1 AS x".encode("utf-16"), "not-utf-8"),
        (b"MODEL (name s.bad); SELECT '\xff' AS x", "not-utf-8"),
        (b"MODEL (name s.bad); SELECT '\xed\xa0\x80' AS x", "not-utf-8"),
    ],
)
def test_what_is_no_sql_is_told_in_its_file(tmp_path: Path, content: bytes, code: str) -> None:
    project = write(tmp_path, config_yaml=CONFIG, models__bad_sql=content, models__good_sql=GOOD)
    assert codes(project, "models/bad.sql") == [code]
    assert columns(project, "s.good") == ["x"]


def test_bom_and_crlf(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfMODEL (name s.a);\r\nSELECT nope\r\nFROM s.good\r\n"
    project = write(tmp_path, models__a_sql=text, models__good_sql=GOOD)
    (problem,) = project.graph.problems("models/a.sql")
    assert (project.graph.text("models/a.sql") or "")[slice(*problem.span)] == "nope"


def test_symlink_loops_and_links_out_of_the_folder(tmp_path: Path) -> None:
    root, outside = tmp_path / "w", tmp_path / "outside"
    outside.mkdir()
    (outside / "far.sql").write_text("MODEL (name s.far); SELECT 1 AS x")
    (root / "models").mkdir(parents=True)
    (root / "models" / "loop").symlink_to(root, target_is_directory=True)
    (root / "models" / "gone.sql").symlink_to(root / "nowhere")
    (root / "models" / "linked").symlink_to(outside, target_is_directory=True)
    project = write(root, models__good_sql=GOOD)
    assert columns(project, "s.good") == ["x"]
    assert project.graph.owners("s.good") == ("models/good.sql",)
    assert columns(project, "s.far") == ["x"]


def test_a_folder_in_place_of_a_file_and_no_folder_at_all(tmp_path: Path) -> None:
    (tmp_path / "models" / "a.sql").mkdir(parents=True)
    assert write(tmp_path, models__good_sql=GOOD).graph.model("s.good") is not None
    with pytest.raises(WorkspaceError, match="no folder"):
        open_workspace(tmp_path / "nowhere")
    with pytest.raises(WorkspaceError, match="is no folder"):
        open_workspace(tmp_path / "models" / "good.sql")


@pytest.mark.parametrize(
    ("config", "code", "marked"),
    [
        ("model_defaults:\n  dialect: dukdb\n", "config-value", "dukdb"),
        ("model_defalts:\n  dialect: duckdb\n", "config-key", "model_defalts"),
        ("variables: 3\n", "config-value", "3"),
        ("gateways:\n  local: here\n", "config-value", "here"),
        ("gateways:\n  a:\n    connection: {type: duckdb, database: [1]}\n", "config-value", "[1]"),
        ("gateways: {a: {connection: {type: duckdb}}}\ndefault_gateway: b\n", "config-value", "b"),
        ("model_defaults: {dialect: duckdb\n", "yaml-syntax", ""),
        ("- 1\n", "config-value", "- 1"),
        ("\tx: 1\n", "yaml-syntax", "\t"),
    ],
)
def test_a_wrong_configuration_is_told_in_place_and_the_rest_works(
    tmp_path: Path, config: str, code: str, marked: str
) -> None:
    project = write(tmp_path, config_yaml=config, models__good_sql=GOOD)
    (problem,) = project.problems["config.yaml"]
    assert problem.code == code
    assert marked in config[slice(*problem.span)] if marked else True
    assert columns(project, "s.good") == ["x"]


@pytest.mark.parametrize(
    ("toml", "code", "marked"),
    [
        ('dialect = "dukdb"\n', "config-value", '"dukdb"'),
        ('dialct = "duckdb"\n', "config-key", "dialct"),
        ("ignore = 3\n", "config-value", "3"),
        ("[variables\n", "toml-syntax", "\n"),
        ("variables = 3\n", "config-value", "3"),
    ],
)
def test_a_wrong_headwater_toml(tmp_path: Path, toml: str, code: str, marked: str) -> None:
    project = write(tmp_path, headwater_toml=toml, models__good_sql=GOOD)
    (problem,) = project.problems["headwater.toml"]
    assert (problem.code, toml[slice(*problem.span)]) == (code, marked)
    assert columns(project, "s.good") == ["x"]


def test_headwater_toml_on_top_of_sqlmesh(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        config_yaml=CONFIG,
        headwater_toml='infer_names = true\nignore = ["models/old/*"]\n[connection]\ndatabase = "w.duckdb"\n',
        models__shop__plain_sql="SELECT 1 AS x",
        models__old__a_sql=GOOD,
    )
    assert project.config.format == "sqlmesh"
    assert project.config.database == "w.duckdb"
    assert columns(project, "shop.plain") == ["x"]
    assert project.graph.model("s.good") is None


def test_dbt_is_named_as_not_supported(tmp_path: Path) -> None:
    project = write(tmp_path, dbt_project_yml="name: x\n", models__a_sql="SELECT * FROM {{ ref('b') }}")
    assert [problem.code for problem in project.problems["dbt_project.yml"]] == ["dbt-not-supported"]


def test_a_python_model_is_opaque_with_its_declared_columns(tmp_path: Path) -> None:
    source = (
        "from sqlmesh import model\nCOLUMNS = {'id': 'int', 'n': 'text'}\n\n"
        "@model('s.py', columns=COLUMNS, kind=dict(name='FULL'))\ndef run(context, **kw):\n"
        "    import os; os._exit(1)\n    return context.table('s.good')\n"
    )
    project = write(tmp_path, config_yaml=CONFIG, models__p_py=source, models__good_sql=GOOD)
    assert columns(project, "s.py") == ["id", "n"]
    assert project.graph.upstreams("s.py") == ("s.good",)
    assert codes(project, "models/p.py") == ["python-model"]
    assert source[slice(*project.graph.name_span("s.py"))] == "'s.py'"


def test_a_broken_python_model_is_told(tmp_path: Path) -> None:
    project = write(tmp_path, models__p_py="@model('s.py')\ndef run(:\n", models__good_sql=GOOD)
    assert codes(project, "models/p.py") == ["python-syntax"]


def test_config_py_is_not_run(tmp_path: Path) -> None:
    source = (
        "import os; os._exit(1)\nfrom sqlmesh.core.config import *\ndefaults = {'dialect': 'snowflake'}\n"
        "config = Config(model_defaults=ModelDefaultsConfig(**defaults), gateways={'g': GatewayConfig("
        "connection=DuckDBConnectionConfig(database='x.db'))})\n"
    )
    project = write(tmp_path, config_py=source, models__good_sql=GOOD)
    assert project.config.dialect == "snowflake"
    assert project.config.database == "x.db"
    assert [problem.code for problem in project.problems["config.py"]] == ["config-not-run"]


def test_buffers_count_before_the_disk_and_the_disk_when_they_go(tmp_path: Path) -> None:
    project = write(tmp_path, config_yaml=CONFIG, models__good_sql=GOOD)
    project.set_buffer("models/good.sql", GOOD.replace("x", "y"))
    (tmp_path / "models" / "good.sql").write_text(GOOD.replace("x", "z"))
    project.refresh(["models/good.sql"])
    project.stabilise()
    assert columns(project, "s.good") == ["y"]
    project.set_buffer("models/good.sql", None)
    project.stabilise()
    assert columns(project, "s.good") == ["z"]


def test_a_reader_is_broken_by_the_edit_until_it_is_saved(tmp_path: Path) -> None:
    reader = "MODEL (name s.r); SELECT x FROM s.good"
    project = write(tmp_path, config_yaml=CONFIG, models__good_sql=GOOD, models__r_sql=reader)
    checks.install(project.graph)
    renamed = GOOD.replace("AS x", "AS y")
    for text in (GOOD, renamed + " ", renamed):
        project.set_buffer("models/good.sql", text)
        project.stabilise()
    assert [problem.code for problem in checks.check(project.graph, "models/r.sql")] == ["broken-reader"]
    (tmp_path / "models" / "good.sql").write_text(renamed)
    project.saved("models/good.sql")
    project.stabilise()
    assert [problem.code for problem in checks.check(project.graph, "models/r.sql")] == ["unknown-column"]


def test_files_come_and_go_on_disk(tmp_path: Path) -> None:
    project = write(tmp_path, config_yaml=CONFIG, models__good_sql=GOOD)
    (tmp_path / "models" / "sub").mkdir()
    (tmp_path / "models" / "sub" / "new.sql").write_text("MODEL (name s.new); SELECT x FROM s.good")
    project.refresh(["models/sub"])
    project.stabilise()
    assert columns(project, "s.new") == ["x"]
    (tmp_path / "models" / "sub" / "new.sql").unlink()
    (tmp_path / "models" / "sub").rmdir()
    project.refresh(["models/sub"])
    project.stabilise()
    assert project.graph.model("s.new") is None
    (tmp_path / "config.yaml").write_text(CONFIG.replace("duckdb", "snowflake"))
    project.refresh(["config.yaml"])
    project.stabilise()
    assert project.graph.model("S.GOOD") is not None


def test_several_repositories_in_one_folder(tmp_path: Path) -> None:
    project = write(
        tmp_path,
        one__config_yaml="project: one\ngateways: {l: {connection: {type: duckdb, database: db.duckdb}}}\n",
        two__config_yaml="project: two\n",
        one__models__a_sql="MODEL (name s.a); SELECT 1 AS x",
        two__models__b_sql="MODEL (name s.b); SELECT x FROM s.a",
    )
    assert columns(project, "s.b") == ["x"]
    assert [config.project for config in project.config.projects] == ["one", "two"]
    assert project.config.database == "one/db.duckdb"


def test_a_pipe_is_no_file_and_nobody_waits_for_its_writer(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    os.mkfifo(tmp_path / "models/pipe.sql")
    project = write(tmp_path, models__good_sql=GOOD)
    assert codes(project, "models/pipe.sql") == ["unreadable-file"]
    assert columns(project, "s.good") == ["x"]


def test_a_folder_and_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by a stand-in for the operating system: it refuses an administrator nothing."""
    (tmp_path / "models/closed").mkdir(parents=True)
    (tmp_path / "models/closed/never.sql").write_text("MODEL (name s.never); SELECT 1 AS x")
    scandir, open_file = os.scandir, os.open

    def list_folder(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    def open_it(path: object, *how: object, **more: object) -> int:
        if str(path).endswith("secret.sql"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_file(path, *how, **more)

    monkeypatch.setattr(os, "scandir", list_folder)
    project = write(tmp_path, models__good_sql=GOOD, models__secret_sql=GOOD)
    monkeypatch.setattr(os, "open", open_it)
    project = open_workspace(tmp_path)
    project.stabilise()
    assert codes(project, "models/closed") == ["unreadable-folder"]
    assert "Permission denied" in project.problems["models/closed"][0].message
    assert codes(project, "models/secret.sql") == ["unreadable-file"]
    assert columns(project, "s.good") == ["x"]
    assert columns(project, "s.never") == []


def test_unit_tests_are_looked_for_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write(
        tmp_path,
        config_yaml=CONFIG,
        models__a_sql=GOOD,
        models__a_yaml="no: test",
        tests__test_a_yaml="test_a: {model: s.good}",
        tests__deep__test_b_yaml="test_b: {model: s.good}",
        tests__helper_py="",
    )
    listed: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: (listed.append(Path(folder).name), scandir(folder))[1])
    assert list(project.test_texts()) == ["tests/deep/test_b.yaml", "tests/test_a.yaml"]
    assert sorted(listed) == ["deep", "tests"]
    project.set_buffer("tests/new.yaml", "test_c: {model: s.good}")
    assert "tests/new.yaml" in project.test_texts()


def test_without_unit_tests_there_are_none(tmp_path: Path) -> None:
    project = write(tmp_path, models__a_sql=GOOD)
    assert project.test_texts() == {}
    assert project.files.unreadable() == {}


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/good.sql").write_text(GOOD)
    look = os.fstat
    values = list(os.stat(tmp_path / "models/good.sql"))
    values[6] = 3  # its size, as it was a moment ago
    monkeypatch.setattr(
        os, "fstat", lambda file: os.stat_result(values) if look(file).st_size == len(GOOD) else look(file)
    )
    project = open_workspace(tmp_path)
    project.stabilise()
    assert project.graph.text("models/good.sql") == GOOD


def test_what_moves_in_a_folder_that_is_never_looked_into_is_not_read(tmp_path: Path) -> None:
    project = write(tmp_path, config_yaml=CONFIG, models__a_sql=GOOD)
    for folder in (".hidden", "models/.hidden/deep", "node_modules", "models/build/x"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "b.sql").write_text("MODEL (name s.b); SELECT 1 AS x")
        project.refresh([f"{folder}/b.sql"])
    project.stabilise()
    assert list(project.graph.names.names()) == ["s.good"]
