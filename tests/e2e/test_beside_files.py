"""What is not a model's file on disk: documents without a file, settings in a file, files that come and go, git's commits."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.server.uris import to_path
from tests.e2e.conftest import Editor
from tests.e2e.raw import Raw

UNTITLED = "untitled:Untitled-1"
FILES = {
    "headwater.toml": 'dialect = "duckdb"\n',
    "models/orders.sql": "MODEL (name shop.orders, description 'All orders');\nSELECT 1 AS id, 2.5 AS total\n",
    "models/report.sql": "MODEL (name shop.report);\nSELECT SUM(o.total) AS total FROM shop.orders AS o\n",
    "models/cities.sql": "MODEL (name shop.cities, kind SEED (path '../seeds/cities.csv'));\n",
    "seeds/cities.csv": "id,name\n1,Bonn\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Editor]:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    with Raw() as raw:
        yield Editor(tmp_path, raw)
        assert raw.stop() == 0


def at(line: int, character: int) -> dict:
    return {"textDocument": {"uri": UNTITLED}, "position": {"line": line, "character": character}}


def test_an_untitled_query_is_understood_over_the_workspaces_models(shop: Editor) -> None:
    shop.raw.initialize(str(shop.root))
    shop.raw.open(UNTITLED, "SELECT o.totl FROM shop.orders AS o")
    (problem,) = shop.raw.diagnostics(UNTITLED, 1)
    assert (problem["code"], problem["data"]["candidates"]) == ("unknown-column", ["total"])
    shop.raw.change(UNTITLED, 2, {"text": "SELECT o. FROM shop.orders AS o"})
    items = shop.raw.request("textDocument/completion", at(0, 9))["items"]
    assert [item["label"] for item in items] == ["id", "total"]
    assert "All orders" in shop.raw.request("textDocument/hover", at(0, 21))["contents"]["value"]
    (place,) = shop.raw.request("textDocument/definition", at(0, 21))
    assert (place["uri"], place["range"]["start"]) == (shop.uri("models/orders.sql"), {"line": 0, "character": 12})
    refused = shop.raw.error("textDocument/rename", {**at(0, 21), "newName": "sales"})
    assert "in a file of its workspace" in refused["message"]
    shop.raw.change(UNTITLED, 3, {"text": "SELECT o.total FROM shop.orders AS o"})
    assert shop.raw.diagnostics(UNTITLED, 3) == []


def test_an_untitled_query_follows_the_models_and_is_none(shop: Editor) -> None:
    shop.raw.initialize(str(shop.root))
    shop.open("models/orders.sql")
    shop.raw.open(UNTITLED, "SELECT o.total FROM shop.orders AS o")
    assert shop.raw.diagnostics(UNTITLED, 1) == []
    shop.edit("models/orders.sql", "AS total", "AS amount")
    shop.raw.wait(lambda: [d["code"] for d in shop.raw.diagnostics(UNTITLED)] == ["unknown-column"])
    assert shop.ready()["projects"][0]["models"] == 3
    found = shop.raw.request("workspace/symbol", {"query": "untitled"})
    assert found == []
    shop.raw.notify("textDocument/didClose", {"textDocument": {"uri": UNTITLED}})
    shop.raw.wait(lambda: shop.raw.diagnostics(UNTITLED) == [])
    assert shop.raw.request("textDocument/hover", at(0, 21)) is None


def test_settings_of_the_workspaces_own_file(shop: Editor) -> None:
    shop.raw.initialize(str(shop.root), {"inlayHints": True})
    shop.open("models/report.sql")
    lens = {"textDocument": {"uri": shop.uri("models/report.sql")}}
    assert shop.raw.request("textDocument/codeLens", lens)
    shop.open("headwater.toml")
    found = shop.type("headwater.toml", FILES["headwater.toml"] + "[editor]\ncodeLens = false\ninlayHints = false\n")
    assert found == []
    assert shop.raw.request("textDocument/codeLens", lens) == []
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    assert shop.raw.request("textDocument/inlayHint", {**lens, "range": whole}), "the client's own value counts more"
    (wrong,) = shop.type("headwater.toml", FILES["headwater.toml"] + "[editor]\nbaseline = 3\n")
    assert (wrong["code"], wrong["range"]["start"]) == ("config-value", {"line": 2, "character": 11})
    severity = '[editor.severity]\n"unknown-column" = "warning"\n'
    assert shop.type("headwater.toml", FILES["headwater.toml"] + severity) == []
    assert [d["severity"] for d in shop.edit("models/report.sql", "o.total", "o.totl")] == [2]


def test_renamed_and_deleted_files(shop: Editor) -> None:
    shop.raw.initialize(str(shop.root))
    shop.ready()
    moves = {"files": [{"oldUri": shop.uri("seeds"), "newUri": shop.uri("data")}]}
    edits = shop.raw.request("workspace/willRenameFiles", moves)["changes"]
    assert [e["newText"] for e in edits[shop.uri("models/cities.sql")]] == ["'../data/cities.csv'"]
    shop.raw.request("workspace/willDeleteFiles", {"files": [{"uri": shop.uri("models/orders.sql")}]})
    (said,) = shop.raw.wait(lambda: shop.raw.seen("window/showMessage"))
    assert "shop.orders is read by shop.report" in said["params"]["message"]
    (shop.root / "models/orders.sql").unlink()
    shop.raw.notify("workspace/didDeleteFiles", {"files": [{"uri": shop.uri("models/orders.sql")}]})
    broken = shop.raw.wait(lambda: shop.raw.diagnostics(shop.uri("models/report.sql")))
    assert broken[0]["code"] == "unknown-model"
    (shop.root / "models/orders.sql").write_text(FILES["models/orders.sql"])
    shop.raw.notify("workspace/didCreateFiles", {"files": [{"uri": shop.uri("models/orders.sql")}]})
    shop.raw.wait(lambda: shop.raw.diagnostics(shop.uri("models/report.sql")) == [])


def git(shop: Editor, *words: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=shop.root, check=True, capture_output=True)


def lens(shop: Editor, path: str) -> str:
    return shop.raw.request("textDocument/codeLens", {"textDocument": {"uri": shop.uri(path)}})[0]["command"]["title"]


def test_a_commit_moves_the_baseline(shop: Editor) -> None:
    git(shop, "init")
    git(shop, "add", ".")
    git(shop, "commit", "-m", "one")
    shop.raw.initialize(str(shop.root))
    shop.open("models/orders.sql")
    shop.ready()
    shop.edit("models/orders.sql", "2.5 AS total", "3.5 AS total")
    assert lens(shop, "models/orders.sql").startswith("breaking vs git:HEAD")
    (shop.root / "models/orders.sql").write_text(shop.texts["models/orders.sql"])
    git(shop, "commit", "-am", "two")
    shop.raw.wait(lambda: lens(shop, "models/orders.sql") == "unchanged vs git:HEAD")


def test_a_file_outside_of_all_folders_has_all_that_its_workspace_has(shop: Editor) -> None:
    git(shop, "init")
    git(shop, "add", ".")
    git(shop, "commit", "-m", "one")
    shop.raw.initialize(None)
    shop.open("models/report.sql")
    shop.ready()
    shop.raw.wait(lambda: lens(shop, "models/report.sql") == "unchanged vs git:HEAD")
    shop.edit("models/report.sql", "SUM(o.total)", "MAX(o.total)")
    shop.raw.wait(lambda: lens(shop, "models/report.sql").startswith("breaking vs git:HEAD"))
    (shop.root / "models/orders.sql").write_text(FILES["models/orders.sql"].replace("total", "amount"))
    shop.raw.wait(
        lambda: [d["code"] for d in shop.raw.diagnostics(shop.uri("models/report.sql"))] == ["unknown-column"]
    )


def test_a_pulling_client_is_not_pushed_to(shop: Editor) -> None:
    support = {"refreshSupport": True}
    capabilities = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": support}}
    offered = shop.raw.initialize(str(shop.root), **capabilities)["capabilities"]
    assert offered["diagnosticProvider"]["workspaceDiagnostics"]
    shop.raw.open(shop.uri("models/orders.sql"), FILES["models/orders.sql"].replace("total", "amount"))
    shop.raw.wait(lambda: [r for r in shop.raw.requests if r["method"] == "workspace/diagnostic/refresh"])
    report = shop.raw.request("workspace/diagnostic", {"previousResultIds": []})["items"]
    (broken,) = [item for item in report if item["uri"] == shop.uri("models/report.sql")]
    assert all(Path(to_path(item["codeDescription"]["href"]) or "").is_file() for item in broken["items"])
    assert [item["code"] for item in broken["items"]] in (["broken-reader"], ["unknown-column"])
    known = [{"uri": broken["uri"], "value": broken["resultId"]}]
    again = shop.raw.request("workspace/diagnostic", {"previousResultIds": known})["items"]
    assert "unchanged" in [item["kind"] for item in again if item["uri"] == broken["uri"]]
    assert shop.raw.seen("textDocument/publishDiagnostics") == []
