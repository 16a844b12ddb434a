"""Positions with emoji and CJK in the three encodings, over stdio."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.server.uris import to_uri
from tests.e2e.raw import Raw

MODEL = "MODEL (name shop.表);\nSELECT '😀表👩‍💻' AS \"列😀\", 1 AS nach_dem_emoji -- 😀\n"
READER = "MODEL (name shop.leser);\nSELECT '表😀' AS a, o.\"列😀\", o.nach_dem_emoji, o.fehlt FROM shop.表 AS o\n"
CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def position(text: str, offset: int, encoding: str) -> dict[str, int]:
    line = text[:offset].rpartition("\n")[2]
    return {"line": text[:offset].count("\n"), "character": len(line.encode(CODEC[encoding])) // UNIT[encoding]}


@pytest.mark.parametrize("encoding", CODEC)
def test_hover_definition_diagnostics_and_edits(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "config.yaml").write_text("model_defaults:\n  dialect: duckdb\n")
    (tmp_path / "models/quelle.sql").write_text(MODEL, "utf-8")
    (tmp_path / "models/leser.sql").write_text(READER, "utf-8")
    uri, source = (to_uri(str(tmp_path / f"models/{name}.sql")) for name in ("leser", "quelle"))
    with Raw() as raw:
        raw.initialize(
            str(tmp_path), {"debounceMs": 0, "impactDiagnostics": False}, general={"positionEncodings": [encoding]}
        )
        raw.open(uri, READER)
        (problem,) = raw.diagnostics(uri, 1)
        start = READER.index("fehlt")
        assert problem["range"]["start"] == position(READER, start, encoding)
        assert problem["range"]["end"] == position(READER, start + 5, encoding)

        at = READER.index("nach_dem_emoji")
        here = {"textDocument": {"uri": uri}, "position": position(READER, at + 3, encoding)}
        hover = raw.request("textDocument/hover", here)
        assert "shop.表.nach_dem_emoji" in hover["contents"]["value"]
        assert hover["range"]["start"] == position(READER, at, encoding)
        (place,) = raw.request("textDocument/definition", here)
        assert (place["uri"], place["range"]["start"]) == (source, position(MODEL, MODEL.index("nach_dem"), encoding))

        edit = {"start": position(READER, start, encoding), "end": position(READER, start + 5, encoding)}
        raw.change(uri, 2, {"range": edit, "text": '"列😀" AS b'})
        assert raw.diagnostics(uri, 2) == []
        assert raw.stop() == 0
