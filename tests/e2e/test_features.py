"""Features over stdio on the demo workspace: at least one real answer each."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Editor
from tests.e2e.raw import ROOT, Raw

REPORT = "models/marts/city_report.sql"
STAGING = "models/staging/legacy_rides.sql"


def test_no_problems_in_the_demo(shared: Editor) -> None:
    assert shared.open(REPORT) == []
    shared.ready()
    found = shared.raw.request("workspace/diagnostic", {"previousResultIds": []})
    assert found["items"] == []


def test_a_wrong_column_is_found_and_its_correction_clears_it(shared: Editor) -> None:
    shared.open(REPORT)
    found = shared.edit(REPORT, "MAX(p.residents)", "MAX(p.residentz)")
    assert [(d["code"], d["source"]) for d in found] == [("unknown-column", "headwater")]
    assert "residents" in found[0]["message"]
    assert found[0]["data"]["candidates"][0].endswith("residents")
    assert shared.edit(REPORT, "MAX(p.residentz)", "MAX(p.residents)") == []


def test_a_reader_broken_by_an_unsaved_edit_is_told_in_its_own_file(shared: Editor) -> None:
    shared.open(STAGING)
    shared.ready()
    shared.edit(STAGING, "AS started_at", "AS began_at")
    broken = shared.raw.wait(
        lambda: [
            m["params"]
            for m in shared.raw.seen("textDocument/publishDiagnostics")
            if m["params"]["uri"].endswith("all_rides.sql") and m["params"]["diagnostics"]
        ]
    )
    assert broken[-1]["diagnostics"][0]["code"] == "broken-reader"
    shared.edit(STAGING, "AS began_at", "AS started_at")
    shared.ready()
    last = [
        m["params"]
        for m in shared.raw.seen("textDocument/publishDiagnostics")
        if m["params"]["uri"].endswith("all_rides.sql")
    ][-1]
    assert last["diagnostics"] == []


def test_hover_definition_references(shared: Editor) -> None:
    shared.open(REPORT)
    text = shared.ask("hover", REPORT, "start_zone AS", 2)["contents"]["value"]
    assert "intermediate.ride_details.start_zone" in text
    assert "staging.stations" in text
    place = shared.ask("definition", REPORT, "FROM rides AS r", 6)[0]
    assert place["uri"] == shared.uri(REPORT)
    place = shared.ask("definition", REPORT, "FROM intermediate.ride_details", 10)[0]
    assert place["uri"] == shared.uri("models/intermediate/ride_details.sql")
    shared.ready()
    found = shared.ask("references", REPORT, "FROM intermediate.ride_details", 10, context={"includeDeclaration": True})
    assert len({place["uri"] for place in found}) >= 4


def test_lineage_as_call_hierarchy(shared: Editor) -> None:
    shared.open(REPORT)
    shared.ready()
    (item,) = shared.ask("prepareCallHierarchy", REPORT, "AS gross_cents\nFROM rides", 4)
    assert item["name"] == "gross_cents"
    calls = shared.raw.request("callHierarchy/incomingCalls", {"item": item})
    assert {call["from"]["name"] for call in calls} >= {"charge_cents"}
    (charge,) = [call["from"] for call in calls if call["from"]["name"] == "charge_cents"]
    assert shared.raw.request("callHierarchy/incomingCalls", {"item": charge})
    assert shared.raw.request("callHierarchy/outgoingCalls", {"item": charge})


def test_the_panels_lineage(shared: Editor) -> None:
    shared.open(REPORT)
    shared.ready()
    found = shared.raw.request(
        "headwater/lineage", {**shared.at(REPORT, "known_riders", 3), "depthUp": 1, "depthDown": 0}
    )
    assert found["focus"] == {"model": "marts.city_report", "column": "known_riders"}
    assert {model["name"] for model in found["models"]} == {
        "marts.city_report", "intermediate.ride_details", "intermediate.ride_charges", "raw.districts",
    }  # fmt: skip
    edges = {(e["from"]["column"], e["to"]["column"], e["subtype"]) for e in found["edges"]}
    assert ("rider_id", "known_riders", "AGGREGATION") in edges
    assert any(edge["to"] == "marts.city_report" for edge in found["rowEdges"])


def test_rename_a_column_through_the_workspace(demo: Editor, tmp_path: Path) -> None:
    demo.open(STAGING)
    demo.ready()
    refused = demo.raw.error("textDocument/rename", {**demo.at(STAGING, "AS started_at", 5), "newName": "ride_id"})
    assert refused["code"] == -32803
    plans = "models/staging/plans.sql"
    demo.open(plans)
    edit = demo.ask("rename", plans, "included_minutes", 5, newName="free_minutes")
    changed = {uri.removeprefix(demo.uri("") + "/"): edits for uri, edits in edit["changes"].items()}
    assert set(changed) == {plans, "models/intermediate/ride_charges.sql", "tests/test_ride_charges.yaml"}
    shutil.copytree(demo.root, tmp_path / "before")
    for path, edits in changed.items():
        apply(demo.root / path, edits)

    def headwater(*words: str) -> str:
        command = [sys.executable, "-m", "lsp_server", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    headwater("check", str(demo.root))
    found = json.loads(headwater("impact", str(demo.root), "--against", str(tmp_path / "before"), "--format", "json"))
    by_name = {model["model"]: model for model in found["models"]}
    assert set(by_name) == {"staging.plans", "intermediate.ride_charges"}
    assert by_name["staging.plans"]["columns"]["renamed"] == [{"from": "included_minutes", "to": "free_minutes"}]
    assert by_name["staging.plans"]["rows"] == "same"
    assert by_name["intermediate.ride_charges"]["category"] == "none"
    headwater("test", str(demo.root))


def apply(path: Path, edits: list[dict]) -> None:
    """The edits of one file, the last first (the demo's texts are of one code unit a character)."""
    lines = path.read_text("utf-8").split("\n")
    for edit in sorted(
        edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]), reverse=True
    ):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + edit["newText"] + line[end["character"] :]
    path.write_text("\n".join(lines), "utf-8")


def test_symbols_tokens_hints_folds(shared: Editor) -> None:
    shared.open(REPORT)
    shared.ready()
    document = {"textDocument": {"uri": shared.uri(REPORT)}}
    (model,) = shared.raw.request("textDocument/documentSymbol", document)
    assert [child["name"] for child in model["children"]][:3] == ["rides", "population", "revenue"]
    assert any(s["name"] == "marts.city_report" for s in shared.raw.request("workspace/symbol", {"query": "cityrep"}))
    tokens = shared.raw.request("textDocument/semanticTokens/full", document)
    assert len(tokens["data"]) % 5 == 0
    assert len(tokens["data"]) > 100
    shared.edit(REPORT, "AS known_riders", "AS riders_known")
    delta = shared.raw.request(
        "textDocument/semanticTokens/full/delta", {**document, "previousResultId": tokens["resultId"]}
    )
    assert sum(len(edit.get("data", [])) for edit in delta["edits"]) < len(tokens["data"])
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 200, "character": 0}}
    hints = shared.raw.request("textDocument/inlayHint", {**document, "range": whole})
    assert any("BIGINT" in str(hint["label"]) for hint in hints)
    assert shared.raw.request("textDocument/foldingRange", document)
    assert shared.raw.request("textDocument/selectionRange", {**document, "positions": [whole["start"]]})[0]["range"]


def test_after_the_tokens_of_a_part_the_next_difference_is_whole(shared: Editor) -> None:
    """Neovim 0.12 puts the part's tokens in the whole's place, and applied the difference to them: an error in Lua."""
    shared.open(STAGING)
    document = {"textDocument": {"uri": shared.uri(STAGING)}}
    known = shared.raw.request("textDocument/semanticTokens/full", document)
    first_lines = {"start": {"line": 0, "character": 0}, "end": {"line": 12, "character": 0}}
    part = shared.raw.request("textDocument/semanticTokens/range", {**document, "range": first_lines})
    assert part["data"] == known["data"][: len(part["data"])]
    again = {**document, "previousResultId": known["resultId"]}
    assert shared.raw.request("textDocument/semanticTokens/full/delta", again)["data"] == known["data"]


def test_a_seeds_path_is_a_link(shared: Editor) -> None:
    shared.open("models/raw/bikes.sql")
    shared.ready()
    (link,) = shared.raw.request(
        "textDocument/documentLink", {"textDocument": {"uri": shared.uri("models/raw/bikes.sql")}}
    )
    assert link["target"] == shared.uri("seeds/bikes.csv")


def test_diagnostics_can_be_pulled(shared: Editor) -> None:
    shared.open(REPORT)
    shared.edit(REPORT, "MAX(p.residents)", "MAX(p.residentz)")
    shared.ready()
    pull = {"textDocument": {"uri": shared.uri(REPORT)}}
    report = shared.raw.request("textDocument/diagnostic", pull)
    assert [item["code"] for item in report["items"]] == ["unknown-column"]
    again = shared.raw.request("textDocument/diagnostic", {**pull, "previousResultId": report["resultId"]})
    assert again["kind"] == "unchanged"
    everywhere = shared.raw.request("workspace/diagnostic", {"previousResultIds": []})
    assert [item["uri"] for item in everywhere["items"]] == [shared.uri(REPORT)]


def test_files_of_two_folders_are_followed_in_one_edit(tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "two"]
    for root in roots:
        (root / "models").mkdir(parents=True)
        (root / "seeds").mkdir()
        (root / "headwater.toml").write_text('dialect = "duckdb"\n')
        (root / "seeds" / "a.csv").write_text("id\n1\n")
        seed = "MODEL (name raw.a, kind SEED (path '../seeds/a.csv'), columns (id INT));\n"
        (root / "models" / "a.sql").write_text(seed)
    folders = [{"uri": root.as_uri(), "name": root.name} for root in roots]
    for capabilities, shape in (
        ({}, "changes"),
        ({"workspace": {"workspaceEdit": {"documentChanges": True}}}, "documentChanges"),
    ):
        with Raw() as raw:
            raw.initialize(str(roots[0]), **capabilities)
            change = {"event": {"added": folders[1:], "removed": []}}
            raw.notify("workspace/didChangeWorkspaceFolders", change)
            raw.wait(lambda raw=raw: raw.request("headwater/status")["ready"], what="both folders are read")
            files = [
                {"oldUri": f"{root.as_uri()}/seeds/a.csv", "newUri": f"{root.as_uri()}/seeds/b.csv"} for root in roots
            ]
            edit = raw.request("workspace/willRenameFiles", {"files": files})
            assert set(edit) == {shape}
            said = json.dumps(edit)
            assert said.count("../seeds/b.csv") == 2
            assert all(f"{root.as_uri()}/models/a.sql" in said for root in roots)


PLAIN = {
    "textDocument": {
        "hover": {"contentFormat": ["plaintext"]},
        "completion": {"completionItem": {"documentationFormat": ["plaintext"]}},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["plaintext"]}},
    }
}


@pytest.mark.parametrize("demo", [PLAIN], indirect=True)
def test_who_shows_no_markdown_gets_words_without_marks(demo: Editor) -> None:
    """Emacs without markdown-mode."""
    demo.open(REPORT)
    shown = demo.ask("hover", REPORT, "intermediate.ride_details", 2)["contents"]
    assert shown["kind"] == "plaintext"
    assert shown["value"].startswith("intermediate.ride_details · INCREMENTAL_BY_TIME_RANGE · models/intermediate/")
    assert not set("`*|") & set(shown["value"])
    items = demo.ask("completion", REPORT, "intermediate.ride_details")["items"]
    item = demo.raw.request("completionItem/resolve", next(item for item in items if item["label"] == "staging.rides"))
    assert item["documentation"]["kind"] == "plaintext"
    help_ = demo.ask("signatureHelp", REPORT, "MAX(p.residents)", 4)
    assert help_["signatures"][0]["documentation"]["kind"] == "plaintext"
