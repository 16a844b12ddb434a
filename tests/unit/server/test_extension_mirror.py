"""What the extension repeats of the server's is the same: settings, and the custom messages' fields."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from lsp_server.project.settings import schema
from lsp_server.server import protocol

EXTENSION = Path(__file__).resolve().parents[3] / "vscode-extension"
SET_BY_THE_EXTENSION = {"trusted"}


def test_settings_are_the_servers() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    offered = manifest["contributes"]["configuration"]["properties"]
    for name, setting in schema()["properties"].items():
        if name in SET_BY_THE_EXTENSION:
            continue
        mirrored = offered[f"headwater.{name}"]
        assert mirrored["default"] == setting["default"], name
        assert mirrored["type"] == setting["type"], name
        assert mirrored["markdownDescription"] == setting["description"], name


def _interfaces() -> dict[str, set[str]]:
    """Every interface of `protocol.ts` with the names of its fields."""
    text = re.sub(r"/\*.*?\*/", "", (EXTENSION / "src" / "protocol.ts").read_text("utf-8"), flags=re.DOTALL)
    found = {}
    for name, body in re.findall(r"export interface (\w+) \{(.*?)\n?\}(?=\n)", text, flags=re.DOTALL):
        flat = re.sub(r"\{[^{}]*\}", "object", body)
        found[name] = set(re.findall(r"(\w+)\??:", flat))
    return found


@pytest.mark.parametrize(
    "message",
    [
        protocol.ProjectState,
        protocol.Status,
        protocol.LineageParams,
        protocol.LineageColumn,
        protocol.LineageModel,
        protocol.LineageEdge,
        protocol.RowEdge,
        protocol.Lineage,
        protocol.TouchedModel,
        protocol.ImpactChanged,
        protocol.Environment,
        protocol.Environments,
        protocol.PlanStep,
        protocol.Plan,
        protocol.PreviewParams,
        protocol.Data,
        protocol.CompareParams,
        protocol.ColumnDifference,
        protocol.Comparison,
        protocol.TestsParams,
        protocol.TestCase,
        protocol.Tests,
    ],
    ids=lambda message: message.__name__,
)
def test_messages_have_the_same_fields(message: type[msgspec.Struct]) -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(message)}
    assert _interfaces()[message.__name__] == fields
