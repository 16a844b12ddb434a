"""Texts that would stop a parser, typed into an open buffer: each is told in its place within a bounded time, and the other files
are answered meanwhile and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Editor
from tests.e2e.raw import Raw
from tests.e2e.test_bad_input import ENDLESS, GOOD

BAD = "models/bad.sql"
WHOLE = "MODEL (name shop.bad, kind FULL);\nSELECT id FROM shop.good\n"
DOUBLED = range(1, 40)
TYPED = {
    **ENDLESS,
    "open brackets": ("SELECT " + "[" * 5_000 + "1", "too-large"),
    "open texts": ("SELECT " + ", ".join("'a" for _ in range(50_000)), "too-large"),
    "syntax errors": ("SELECT " + ",\n".join(f"a{n} + + b" for n in range(50_000)), "too-large"),
    "brackets without end": ("SELECT 1 AS id; " + ") ] END ; " * 50_000, "property-changed"),
    "statements": ("SELECT 1 AS id;\n" * 3_000, "several-queries"),
    "unknown columns": ("SELECT " + ",\n".join(f"o.no{n}" for n in range(3_000)) + " FROM shop.good AS o", "unknown-column"),
    "a template that calls itself": (
        "JINJA_QUERY_BEGIN;\n{% macro f() %}{{ f() }}{% endmacro %}SELECT {{ f() }} 1 AS id\nJINJA_END;", "jinja-limit",
    ),
    "a template that doubles": (
        "JINJA_QUERY_BEGIN;\nSELECT {% set n = namespace(x='a') %}{% for i in range(99999) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
        " 1 AS id\nJINJA_END;", "jinja-limit",
    ),
    "loops of loops": ("SELECT " + "@EACH([1,2,3,4,5,6,7,8,9], x -> " * 8 + "@x" + ")" * 8 + " AS id", "macro-limit"),
    "stars that double": (
        "WITH c0 AS (SELECT id, id AS b FROM shop.good)"
        + "".join(f", c{n} AS (SELECT a.*, b.* FROM c{n - 1} AS a, c{n - 1} AS b)" for n in DOUBLED) + " SELECT * FROM c39",
        "not-analysed",
    ),
    "aliases that double": (
        "SELECT id AS a0, " + ", ".join(f"a{n - 1} + a{n - 1} AS a{n}" for n in DOUBLED) + " FROM shop.good", "not-analysed",
    ),
    "columns that double": (
        "WITH c0 AS (SELECT id FROM shop.good)"
        + "".join(f", c{n} AS (SELECT id + id AS id FROM c{n - 1})" for n in DOUBLED) + " SELECT id, nope FROM c39",
        "unknown-column",
    ),
    "joins that double": (
        "WITH c0 AS (SELECT id FROM shop.good)"
        + "".join(f", c{n} AS (SELECT x.id FROM c{n - 1} AS x JOIN c{n - 1} AS y ON x.id = y.id)" for n in DOUBLED)
        + " SELECT id, nope FROM c39", "unknown-column",
    ),
    "structs that double": (
        "SELECT {'a': 1} AS s0, " + ", ".join(f"{{'a': s{n - 1}, 'b': s{n - 1}}} AS s{n}" for n in DOUBLED), "not-analysed",
    ),
}  # fmt: skip
"""Texts of the whole buffer, and a code that must be told of each."""
REQUESTS = {
    "foldingRange": {},
    "documentSymbol": {},
    "semanticTokens/full": {},
    "inlayHint": {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}},
    "formatting": {"options": {"tabSize": 2, "insertSpaces": True}},
    "selectionRange": {"positions": [{"line": 1, "character": 8}]},
    "completion": {"position": {"line": 1, "character": 8}},
    "signatureHelp": {"position": {"line": 1, "character": 8}},
    "hover": {"position": {"line": 1, "character": 8}},
}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    root = tmp_path_factory.mktemp("buffers")
    (root / "models").mkdir()
    (root / "config.yaml").write_text("model_defaults:\n  dialect: duckdb\n")
    (root / "models/good.sql").write_text(GOOD)
    (root / BAD).write_text(WHOLE)
    with Raw() as raw:
        raw.initialize(str(root))
        editor = Editor(Path(root), raw)
        editor.open("models/good.sql")
        editor.open(BAD)
        yield editor
        assert raw.stop() == 0
        assert raw.stray == []


@pytest.mark.parametrize("name", TYPED)
def test_a_text_that_would_stop_a_parser_is_typed(editor: Editor, name: str) -> None:
    text, code = TYPED[name]
    found = editor.type(BAD, f"MODEL (name shop.bad, kind FULL);\n{text}\n")
    assert code in {problem["code"] for problem in found}
    assert len(found) <= 501
    place = {"textDocument": {"uri": editor.uri(BAD)}}
    asked = [editor.raw.post(f"textDocument/{method}", {**place, **more}) for method, more in REQUESTS.items()]
    assert "INTEGER" in editor.ask("hover", "models/good.sql", "id")["contents"]["value"]
    answers = [editor.raw.answer(request) for request in asked]
    assert [answer["error"] for answer in answers if "error" in answer] == []
    assert editor.type(BAD, WHOLE) == []


def test_so_many_problems_are_capped_and_a_note_says_so(editor: Editor) -> None:
    text, code = TYPED["unknown columns"]
    found = editor.type(BAD, f"MODEL (name shop.bad, kind FULL);\n{text}\n")
    (note,) = [problem for problem in found if problem["code"] == "more-problems"]
    assert len(found) == 501
    assert note["message"].startswith("2,5")
    assert note["severity"] == 3
    assert {problem["code"] for problem in found if problem is not note} == {code}
    pulled = editor.raw.request("textDocument/diagnostic", {"textDocument": {"uri": editor.uri(BAD)}})
    assert len(pulled["items"]) == 501
    assert editor.type(BAD, WHOLE) == []
