"""Bad input in a workspace: a clear error where the person looks, and nothing else stops working."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Editor
from tests.e2e.raw import Raw

GOOD = "MODEL (name shop.good);\nSELECT 1 AS id\n"


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    (tmp_path / "models").mkdir()
    (tmp_path / "config.yaml").write_text("model_defaults:\n  dialect: duckdb\n")
    (tmp_path / "models/good.sql").write_text(GOOD)
    with Raw() as raw:
        yield Editor(tmp_path, raw)
        assert raw.stop() == 0
        assert raw.stray == []


def check_told(editor: Editor, path: str, *codes: str) -> None:
    """The file's problem is published in it, and the good model is still understood."""
    editor.raw.initialize(str(editor.root))
    found = editor.raw.wait(
        lambda: [d["code"] for d in (editor.raw.diagnostics(editor.uri(path)) or [])], what=f"diagnostics of {path}"
    )
    assert set(codes) <= set(found), found
    editor.open("models/good.sql")
    assert "INTEGER" in editor.ask("hover", "models/good.sql", "id")["contents"]["value"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02PAR1" * 50, "binary-file"),
        (b"SELECT '" + b"x" * 5_000_000 + b"'", "file-too-large"),
        ("SELECT 1 AS ä".encode("utf-16"), "not-utf-8"),
        (b"MODEL (name shop.bad); SELECT '\xff' AS x", "not-utf-8"),
        (b"MODEL (name shop.good); SELECT 2 AS id", "duplicate-model"),
        (b"MODEL (name shop.bad); SELECT * FROM shop.bad", "self-reference"),
        (b"MODEL (name shop.bad, kind FULL); SELECT a FROM (", "syntax"),
    ],
)
def test_a_bad_file(editor: Editor, content: bytes, code: str) -> None:
    path = "models/zz_bad.sql"
    (editor.root / path).write_bytes(content)
    check_told(editor, path, code)


ENDLESS = {
    "parentheses": ("SELECT " + "(" * 1_000 + "1" + ")" * 1_000, "too-large"),
    "subqueries": ("SELECT * FROM " + "(SELECT * FROM " * 10_000 + "t" + ")" * 10_000, "too-large"),
    "branches": ("SELECT CASE " + "WHEN a = 1 THEN 2 " * 20_000 + "END AS x FROM shop.good", "too-large"),
    "megabyte": ("SELECT " + ", ".join(f"{n} AS c{n}" for n in range(60_000)), "too-large"),
    "macro": ("@DEF(f, x -> @f(@x));\nSELECT @f(1) AS a", "macro-limit"),
    "template": ("JINJA_QUERY_BEGIN;\nSELECT {% for i in range(99999) %}{% for j in range(99999) %}{{ i }}{% endfor %}{% endfor %}"
                 " 1 AS a\nJINJA_END;", "jinja-limit"),
    "ctes": ("WITH c0 AS (SELECT id FROM shop.good)"
             + "".join(f", c{n} AS (SELECT id FROM c{n - 1})" for n in range(1, 500)) + " SELECT id, nope FROM c499", "unknown-column"),
}  # fmt: skip
"""Texts that would crash or stop a parser, and what is said of each."""


def test_texts_that_would_stop_a_parser_are_told_by_server_and_command_line(editor: Editor) -> None:
    for name, (text, _) in ENDLESS.items():
        (editor.root / f"models/{name}.sql").write_text(f"MODEL (name shop.{name}, kind FULL);\n{text}")
    editor.raw.initialize(str(editor.root))
    for name, (_, code) in ENDLESS.items():
        uri = editor.uri(f"models/{name}.sql")
        found = editor.raw.wait(lambda uri=uri: editor.raw.diagnostics(uri), what=f"diagnostics of {name}")  # type: ignore[misc]
        assert code in [problem["code"] for problem in found], name
    editor.open("models/good.sql")
    assert "INTEGER" in editor.ask("hover", "models/good.sql", "id")["contents"]["value"]
    command = [sys.executable, "-m", "lsp_server", "check", str(editor.root), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = {(problem["path"], problem["code"]) for problem in json.loads(done.stdout)["diagnostics"]}
    assert done.returncode == 1
    assert told >= {(f"models/{name}.sql", code) for name, (_, code) in ENDLESS.items()}


def test_a_cycle_is_told_in_both_files(editor: Editor) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (editor.root / f"models/{one}.sql").write_text(f"MODEL (name shop.{one});\nSELECT id FROM shop.{other}")
    check_told(editor, "models/a.sql", "cycle")
    assert [d["code"] for d in editor.raw.diagnostics(editor.uri("models/b.sql"))] == ["cycle"]


def test_a_config_with_a_typo(editor: Editor) -> None:
    (editor.root / "config.yaml").write_text("model_default:\n  dialect: duckdb\nvariables: [1\n")
    editor.raw.initialize(str(editor.root))
    found = editor.raw.wait(lambda: editor.raw.diagnostics(editor.uri("config.yaml")))
    assert found[0]["severity"] == 1
    editor.open("models/good.sql")
    assert editor.ask("hover", "models/good.sql", "id")


def test_a_file_with_a_byte_order_mark_and_crlf(editor: Editor) -> None:
    text = "MODEL (name shop.marked);\r\nSELECT id,\r\n  nope\r\nFROM shop.good\r\n"
    (editor.root / "models/marked.sql").write_bytes(b"\xef\xbb\xbf" + text.encode())
    editor.raw.initialize(str(editor.root))
    (problem,) = editor.raw.wait(lambda: editor.raw.diagnostics(editor.uri("models/marked.sql")))
    assert (problem["range"]["start"], problem["code"]) == ({"line": 2, "character": 2}, "unknown-column")


def test_symlink_loops_and_what_cannot_be_read(editor: Editor) -> None:
    (editor.root / "models/loop").symlink_to(editor.root / "models")
    (editor.root / "models/nowhere.sql").symlink_to(editor.root / "missing.sql")
    os.mkfifo(editor.root / "models/pipe.sql")
    editor.raw.initialize(str(editor.root))
    editor.open("models/good.sql")
    assert editor.ask("hover", "models/good.sql", "id")
    assert editor.ready()["projects"][0]["models"] == 1


@pytest.mark.parametrize("name", ["a b.sql", "été 表 😀.sql", "per%cent#hash?.sql"])
def test_odd_file_names(editor: Editor, name: str) -> None:
    path = f"models/{name}"
    (editor.root / path).write_text("MODEL (name shop.odd);\nSELECT nope FROM shop.good\n")
    editor.raw.initialize(str(editor.root))
    found = editor.open(path)
    assert [d["code"] for d in found] == ["unknown-column"]
    place = editor.ask("definition", path, "shop.good", 6)[0]
    assert place["uri"] == editor.uri("models/good.sql")


def test_documents_that_are_no_files(editor: Editor) -> None:
    editor.raw.initialize(str(editor.root))
    for uri in ("git:/x/models/good.sql?HEAD", "file:///elsewhere/other.sql"):
        editor.raw.open(uri, "SELECT 1 AS (")
        assert editor.raw.diagnostics(uri, 1) == []
        position = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 8}}
        assert editor.raw.request("textDocument/hover", position) is None


def test_files_that_others_change_are_followed(editor: Editor) -> None:
    editor.raw.initialize(str(editor.root))
    (editor.root / "models/reader.sql").write_text("MODEL (name shop.reader);\nSELECT id FROM shop.good\n")
    editor.raw.wait(lambda: editor.raw.request("headwater/status")["projects"][0]["models"] == 2)
    (editor.root / "models/good.sql").write_text(GOOD.replace("AS id", "AS key"))
    editor.raw.wait(lambda: editor.raw.diagnostics(editor.uri("models/reader.sql")))
    (editor.root / "models/good.sql").unlink()
    editor.raw.wait(lambda: editor.raw.request("headwater/status")["projects"][0]["models"] == 1)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with Raw() as raw:
        raw.initialize(str(tmp_path / "missing"))
        raw.wait(lambda: raw.seen("window/showMessage"))
        assert "missing" in raw.seen("window/showMessage")[0]["params"]["message"]
        assert raw.request("headwater/status")["projects"] == []
        assert raw.stop() == 0


def test_several_folders_and_one_that_goes(editor: Editor, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "models").mkdir()
    (other / "config.yaml").write_text("model_defaults:\n  dialect: duckdb\n")
    (other / "models/bad.sql").write_text("MODEL (name shop.bad);\nSELECT nope FROM (SELECT 1 AS id) AS t\n")
    editor.raw.initialize(str(editor.root))
    from lsp_server.server.uris import to_uri

    folder = {"uri": to_uri(str(other)), "name": "other"}
    event = {"event": {"added": [folder], "removed": []}}
    editor.raw.notify("workspace/didChangeWorkspaceFolders", event)
    bad = to_uri(str(other / "models/bad.sql"))
    editor.raw.wait(lambda: editor.raw.diagnostics(bad))
    editor.raw.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    editor.raw.wait(lambda: editor.raw.diagnostics(bad) == [])
    assert len(editor.raw.request("headwater/status")["projects"]) == 1
