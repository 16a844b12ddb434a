"""A breaking change in an editor, over stdio: what it says, where, who relies on it, and the way out of each reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Editor
from tests.e2e.raw import Raw

RIDES = "models/rides.sql"
MARK_FORWARD = "Mark as forward-only: keep the table, use the new logic for new intervals"
FILES = {
    "config.yaml": "gateways: {local: {connection: {type: duckdb, database: local.db}}}\nmodel_defaults: {dialect: duckdb}\n",
    "external_models.yaml": "- name: raw.rides\n  columns: {id: INT, city: TEXT, at: TIMESTAMP, price: INT, qty: INT}\n",
    RIDES: (
        "MODEL (name shop.rides, kind INCREMENTAL_BY_TIME_RANGE (time_column at));\n"
        "SELECT r.id, r.at, r.price AS total, r.city\nFROM raw.rides AS r\nWHERE r.at BETWEEN @start_ts AND @end_ts\n"
    ),
    "models/daily.sql": "MODEL (name mart.daily, kind FULL);\nSELECT CAST(at AS DATE) AS day, sum(total) AS total FROM shop.rides GROUP BY 1\n",
    "models/cities.sql": "MODEL (name mart.cities, kind FULL);\nSELECT DISTINCT city FROM shop.rides\n",
}
WARNING, INFORMATION = 2, 3


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    root: Path = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    with Raw() as raw:
        raw.initialize(str(root))
        found = Editor(root, raw)
        found.ready()
        found.open(RIDES)
        yield found
        assert raw.stop() == 0


def edited(editor: Editor, old: str, new: str) -> list[dict]:
    """Type the edit into the saved text; the diagnostics of impact."""
    assert FILES[RIDES].count(old) == 1
    found = editor.type(RIDES, FILES[RIDES].replace(old, new))
    editor.ready()
    return found


def lens(editor: Editor) -> str:
    return str(
        editor.raw.request("textDocument/codeLens", {"textDocument": {"uri": editor.uri(RIDES)}})[0]["command"]["title"]
    )


def texts_at(editor: Editor, range_: dict) -> str:
    line = editor.texts[RIDES].split("\n")[range_["start"]["line"]]
    assert range_["start"]["line"] == range_["end"]["line"]
    return line[range_["start"]["character"] : range_["end"]["character"]]


def ways_out(editor: Editor, diagnostic: dict) -> dict[str, dict]:
    """Title to edits by path, of the actions offered at a diagnostic."""
    params = {
        "textDocument": {"uri": editor.uri(RIDES)},
        "range": diagnostic["range"],
        "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
    }
    found = {}
    for action in editor.raw.request("textDocument/codeAction", params):
        edit = action.get("edit") or editor.raw.request("codeAction/resolve", action).get("edit")
        found[action["title"]] = edit
    return found


def applied(editor: Editor, edit: dict) -> str:
    """The edited model's text after an action's edits to it."""
    changes = edit["changes"].get(editor.uri(RIDES), [])
    lines = editor.texts[RIDES].split("\n")
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]
    text = editor.texts[RIDES]
    for change in sorted(changes, key=lambda each: (each["range"]["start"]["line"], each["range"]["start"]["character"]), reverse=True):  # fmt: skip
        start, end = (starts[at["line"]] + at["character"] for at in (change["range"]["start"], change["range"]["end"]))
        text = text[:start] + change["newText"] + text[end:]
    return text


def test_a_changed_column_can_be_kept_beside_the_new_one(editor: Editor) -> None:
    found = edited(editor, "r.price AS total", "r.price * r.qty AS total")
    (changed,) = [each for each in found if each["code"] == "column-changed"]
    assert (
        changed["message"]
        == "`total`: price is now price * qty; read by `mart.daily` (breaking: total changes vs the saved files)"
    )
    assert changed["severity"] == WARNING
    assert texts_at(editor, changed["range"]) == "r.price * r.qty AS total"
    (reader,) = changed["relatedInformation"]
    assert reader["location"]["uri"] == editor.uri("models/daily.sql")
    assert reader["message"] == "read by mart.daily"
    hover = editor.ask("hover", RIDES, "total", 2)["contents"]["value"]
    assert "**changed** vs the saved files\n- `total`: price is now price * qty; read by `mart.daily`" in hover
    assert lens(editor) == "breaking vs the saved files: total changes; 1 model touched, 2 rebuilt, 1 reused"

    edit = ways_out(editor, changed)["Keep `total` as it was, and add the new one as `total_new`"]
    editor.type(RIDES, applied(editor, edit))
    editor.ready()
    assert lens(editor).startswith("non-breaking vs the saved files: +total_new; 0 models touched")


def test_a_removed_column_can_be_restored(editor: Editor) -> None:
    found = edited(editor, ", r.city\n", "\n")
    (removed,) = [each for each in found if each["code"] == "column-removed"]
    assert removed["message"].startswith("`city` removed; read by `mart.cities` (breaking: -city vs ")
    assert texts_at(editor, removed["range"]) == "SELECT"
    reader = editor.open("models/cities.sql")
    assert any(each["severity"] == 1 for each in reader), "a reader that no longer resolves says so"
    edit = ways_out(editor, removed)["Restore `city`"]
    editor.type(RIDES, applied(editor, edit))
    editor.ready()
    assert lens(editor).startswith(("unchanged vs the saved files", "no change of data vs the saved files"))


def test_a_renamed_column_is_carried_through_its_readers(editor: Editor) -> None:
    found = edited(editor, "AS total", "AS amount")
    (renamed,) = [each for each in found if each["code"] == "column-renamed"]
    assert renamed["message"].startswith(
        "`total` is now called `amount`; read by `mart.daily` (breaking: total is now amount vs "
    )
    offered = ways_out(editor, renamed)
    edit = offered["Rename `total` to `amount` in all readers"]
    (reader,) = edit["changes"][editor.uri("models/daily.sql")]
    assert reader["newText"] == "amount"
    editor.type(RIDES, applied(editor, offered["Keep `total` beside `amount`"]))
    editor.ready()
    assert lens(editor).startswith(
        "non-breaking vs the saved files: +amount; 0 models touched"
    ) or "another order" in lens(editor)


def test_a_filter_can_be_marked_as_forward_only(editor: Editor) -> None:
    found = edited(editor, "@end_ts\n", "@end_ts AND r.qty > 1\n")
    (rows,) = [each for each in found if each["code"] == "rows-filter"]
    assert rows["message"].startswith(
        "filter added: qty > 1: rows differ, so every reader is touched (breaking: rows change vs "
    )
    editor.type(RIDES, applied(editor, ways_out(editor, rows)[MARK_FORWARD]))
    assert "forward_only true" in editor.texts[RIDES]


def test_an_added_column_is_information_also_beside_a_breaking_change(editor: Editor) -> None:
    found = edited(editor, "r.price AS total, r.city", "r.price * 2 AS total, r.city, r.qty")
    codes = {each["code"]: each for each in found}
    assert codes["column-changed"]["severity"] == WARNING
    assert codes["column-added"]["severity"] == INFORMATION
    assert codes["column-added"]["message"] == "`qty` added (non-breaking vs the saved files)"
