"""One verdict, to the word: the editor's lens, hover and notification, `headwater impact`, and the steps of `env plan`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server import cli
from tests.e2e.conftest import Editor
from tests.e2e.raw import Raw

RIDES = "models/rides.sql"
FILES = {
    "config.yaml": "gateways: {local: {connection: {type: duckdb, database: local.db}}}\nmodel_defaults: {dialect: duckdb}\n",
    "models/raw.sql": (
        "MODEL (name raw.rides, kind FULL);\n"
        "SELECT n AS id, n % 3 AS city, n * 2 AS minutes, n % 5 AS price FROM generate_series(1, 20) AS t(n)\n"
    ),
    RIDES: (
        "MODEL (name shop.rides, kind FULL);\n"
        "SELECT r.id, r.city, r.minutes, r.price AS fare FROM raw.rides AS r WHERE r.minutes > 4\n"
    ),
    "models/cities.sql": (
        "MODEL (name shop.cities, kind FULL);\nSELECT city, sum(fare) AS fares, count(*) AS rides FROM shop.rides GROUP BY city\n"
    ),
    "models/kinds.sql": "MODEL (name shop.kinds, kind FULL);\nSELECT DISTINCT * FROM shop.rides\n",
    "models/long.sql": "MODEL (name shop.long, kind FULL);\nSELECT id FROM shop.rides WHERE minutes > 10\n",
}
EDITS = {
    "a filter": ("r.minutes > 4", "r.minutes > 6"),
    "a column added": ("r.minutes,", "r.minutes, r.minutes / 60 AS hours,"),
    "a column changed": ("r.price AS fare", "r.price * 2 AS fare"),
    "a column renamed": ("r.price AS fare", "r.price AS cost"),
    "a column removed": (", r.price AS fare", ""),
    "columns in another order": ("r.id, r.city", "r.city, r.id"),
    "a filter and a column": ("r.minutes, r.price AS fare FROM raw.rides AS r WHERE r.minutes > 4", "r.minutes, 1 AS one, r.price AS fare FROM raw.rides AS r"),
}  # fmt: skip


REFUSED = ("a column renamed", "a column removed")
"""Readers would no longer resolve: there is no plan, and the verdict is the editor's and `headwater impact`'s alone."""


def headwater(*arguments: str, exits: int = 0) -> None:
    """Run a command line here."""
    given, sys.argv = sys.argv, ["headwater", *arguments]
    try:
        cli.main()
    except SystemExit as ended:
        assert (ended.code or 0) == exits, arguments
    finally:
        sys.argv = given


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose prod is built."""
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    headwater("env", "apply", "prod", "--yes", "--workspace", str(root))
    return root


@pytest.fixture(scope="module")
def editor(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The same workspace in an editor, each edit typed and not saved."""
    root = tmp_path_factory.mktemp("editor") / "shop"
    shutil.copytree(built, root)
    with Raw() as raw:
        raw.initialize(str(root))
        found = Editor(root, raw)
        found.ready()
        found.open(RIDES)
        yield found
        assert raw.stop() == 0


def shown_in_editor(editor: Editor, text: str) -> tuple[dict[str, str], str, str]:
    """The verdict on each touched model, the edited model's lens and its hover."""
    before = len(editor.raw.seen("headwater/impactChanged"))
    editor.type(RIDES, text)
    editor.ready()
    editor.raw.wait(lambda: len(editor.raw.seen("headwater/impactChanged")) > before)
    message = editor.raw.seen("headwater/impactChanged")[-1]["params"]
    lenses = editor.raw.request("textDocument/codeLens", {"textDocument": {"uri": editor.uri(RIDES)}})
    hover = editor.ask("hover", RIDES, "shop.rides", 6)
    verdicts = {model["name"]: model["verdict"] for model in message["models"]}
    return verdicts, lenses[0]["command"]["title"], hover["contents"]["value"]


@pytest.mark.parametrize("name", EDITS)
def test_the_same_to_the_word(name: str, built: Path, editor: Editor, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = EDITS[name]
    text = FILES[RIDES].replace(old, new)
    assert text != FILES[RIDES]
    verdicts, lens, hover = shown_in_editor(editor, text)
    (built / RIDES).write_text(text, "utf-8")
    capsys.readouterr()
    headwater("impact", str(built), "--against", "env:prod", "--format", "json")
    impact = {each["model"]: each for each in json.loads(capsys.readouterr().out)["models"]}
    headwater("impact", str(built), "--against", "env:prod")
    printed = capsys.readouterr().out
    headwater("env", "plan", "dev", "--workspace", str(built), "--format", "json", exits=3 if name in REFUSED else 0)
    steps = {each["model"]: each for each in json.loads(capsys.readouterr().out)["steps"]}

    assert verdicts == {model: each["verdict"] for model, each in impact.items()}
    said = impact["shop.rides"]["verdict"]
    category, _, what = said.partition(": ")
    assert lens.startswith(f"{category} vs prod: {what}; ")
    assert f"**{said}** vs prod" in hover
    for model, each in impact.items():
        assert f"{model} {each['verdict']}  " in printed
        if each["build"] == "rebuild" and name not in REFUSED:
            assert steps[model]["reason"].partition(" (it reads")[0] == each["verdict"]
    editor.type(RIDES, FILES[RIDES])
    editor.ready()


def lens(editor: Editor) -> str:
    """The first lens of the edited file."""
    return str(
        editor.raw.request("textDocument/codeLens", {"textDocument": {"uri": editor.uri(RIDES)}})[0]["command"]["title"]
    )


def test_a_half_typed_text_keeps_its_verdict(editor: Editor) -> None:
    edited = FILES[RIDES].replace("r.minutes > 4", "r.minutes > 6")
    found = editor.type(RIDES, edited)
    editor.ready()
    (filter_changed,) = [each for each in found if each["code"] == "rows-filter"]
    assert "pending" not in filter_changed["message"]
    before = lens(editor)

    found = editor.type(RIDES, edited.replace("AS fare FROM", "AS fare, r. FROM"))
    editor.ready()
    (kept,) = [each for each in found if each["code"] == "rows-filter"]
    assert kept["message"] == filter_changed["message"][:-1] + "; pending: half-typed)"
    assert kept["range"]["start"]["character"] == filter_changed["range"]["start"]["character"] + len(", r.")
    assert lens(editor) == f"{before} (pending: half-typed)"

    found = editor.type(RIDES, edited.replace("AS fare FROM", "AS fare, r.dist FROM"))
    editor.ready()
    assert [each["code"] for each in found] == ["unknown-column"]
    assert lens(editor) == f"{before} (pending: the text has errors)"

    editor.type(RIDES, FILES[RIDES])
    editor.ready()
    assert lens(editor) == "unchanged vs prod"
