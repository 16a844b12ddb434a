"""A client that only records what is offered calls every offered method, and takes no answer that is not of its type.

On the demo, on sushi (SQLMesh's example project) and on an empty folder; also on a file in the middle of being typed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.protocol import default_converter

from tests import inputs
from tests.e2e.conftest import Editor
from tests.e2e.raw import ROOT, Raw

CONVERTER = default_converter()
EVERYTHING = {
    "textDocument": {
        "rename": {"prepareSupport": True},
        "diagnostic": {},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}, "fileOperations": {"willRename": True}},
}
OFFERED_BY = {
    "hoverProvider": ["textDocument/hover"],
    "completionProvider": ["textDocument/completion", "completionItem/resolve"],
    "signatureHelpProvider": ["textDocument/signatureHelp"],
    "definitionProvider": ["textDocument/definition"],
    "typeDefinitionProvider": ["textDocument/typeDefinition"],
    "implementationProvider": ["textDocument/implementation"],
    "referencesProvider": ["textDocument/references"],
    "documentHighlightProvider": ["textDocument/documentHighlight"],
    "callHierarchyProvider": ["textDocument/prepareCallHierarchy", "callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"],
    "typeHierarchyProvider": ["textDocument/prepareTypeHierarchy", "typeHierarchy/supertypes", "typeHierarchy/subtypes"],
    "documentSymbolProvider": ["textDocument/documentSymbol"],
    "workspaceSymbolProvider": ["workspace/symbol"],
    "foldingRangeProvider": ["textDocument/foldingRange"],
    "selectionRangeProvider": ["textDocument/selectionRange"],
    "renameProvider": ["textDocument/prepareRename", "textDocument/rename"],
    "semanticTokensProvider": [
        "textDocument/semanticTokens/full", "textDocument/semanticTokens/full/delta", "textDocument/semanticTokens/range",
    ],
    "inlayHintProvider": ["textDocument/inlayHint"],
    "codeLensProvider": ["textDocument/codeLens", "codeLens/resolve"],
    "codeActionProvider": ["textDocument/codeAction", "codeAction/resolve"],
    "linkedEditingRangeProvider": ["textDocument/linkedEditingRange"],
    "documentLinkProvider": ["textDocument/documentLink"],
    "diagnosticProvider": ["textDocument/diagnostic", "workspace/diagnostic"],
    "documentFormattingProvider": ["textDocument/formatting"],
    "documentRangeFormattingProvider": ["textDocument/rangeFormatting"],
    "documentOnTypeFormattingProvider": ["textDocument/onTypeFormatting"],
    "executeCommandProvider": ["workspace/executeCommand"],
    "workspace": ["workspace/willRenameFiles", "workspace/willCreateFiles", "workspace/willDeleteFiles"],
}  # fmt: skip
STATE = {"positionEncoding", "textDocumentSync"}
PROPER_ERRORS = {-32803, -32801, -32800}
"""Refused with words, content modified, cancelled.  Anything else is a fault of the server."""


@pytest.fixture(params=["demo", "sushi", "empty"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Editor, dict[str, Any]]]:
    root = tmp_path / "work space"
    if request.param == "empty":
        root.mkdir()
    else:
        source = Path(ROOT) / "demo_workspace" if request.param == "demo" else inputs.sqlmesh_examples() / "sushi"
        shutil.copytree(source, root, ignore=shutil.ignore_patterns("*.duckdb", "__pycache__"))
    with Raw() as raw:
        result = raw.initialize(str(root), **EVERYTHING)
        yield Editor(root, raw), result["capabilities"]
        assert raw.stop() == 0
        assert raw.stray == []


def call(editor: Editor, method: str, params: Any) -> Any:
    """The result, of the method's type; None for a proper error."""
    answer = editor.raw.answer(editor.raw.post(method, params))
    if "error" in answer:
        assert answer["error"]["code"] in PROPER_ERRORS, (method, answer["error"])
        assert answer["error"]["message"]
        return None
    response = types.METHOD_TO_TYPES[method][1]
    CONVERTER.structure(answer, response)
    return answer["result"]


def test_every_offered_method_answers_with_its_type(workspace: tuple[Editor, dict[str, Any]]) -> None:
    editor, capabilities = workspace
    unknown = capabilities.keys() - OFFERED_BY.keys() - STATE
    assert not unknown, f"offered, and not called by this test: {unknown}"
    paths = sorted(path.relative_to(editor.root).as_posix() for path in editor.root.rglob("models/**/*.sql"))
    texts = {path: (editor.root / path).read_text("utf-8") for path in paths[:: max(1, len(paths) // 4)]}
    texts["models/half.sql"] = "MODEL (name a.half, kind F\nSELECT a, o. FROM staging.rides AS o WHERE (x = "
    for path, text in texts.items():
        editor.raw.open(editor.uri(path), text)
    if paths:
        editor.ready()
    for path, text in texts.items():
        for offset in range(0, len(text) + 1, max(1, len(text) // 15)):
            walk(editor, capabilities, path, text, offset)


def walk(editor: Editor, capabilities: dict[str, Any], path: str, text: str, offset: int) -> None:
    before = text[:offset]
    at = {"line": before.count("\n"), "character": len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2}
    document = {"uri": editor.uri(path)}
    here = {"textDocument": document, "position": at}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}}
    wide = {"textDocument": document, "range": whole}
    options = {"tabSize": 2, "insertSpaces": True}
    parameters: dict[str, Any] = {
        "textDocument/references": {**here, "context": {"includeDeclaration": True}},
        "textDocument/rename": {**here, "newName": "renamed"},
        "textDocument/documentSymbol": {"textDocument": document},
        "textDocument/foldingRange": {"textDocument": document},
        "textDocument/selectionRange": {"textDocument": document, "positions": [at, at]},
        "textDocument/semanticTokens/full": {"textDocument": document},
        "textDocument/semanticTokens/full/delta": {"textDocument": document, "previousResultId": "none"},
        "textDocument/semanticTokens/range": wide,
        "textDocument/inlayHint": wide,
        "textDocument/codeLens": {"textDocument": document},
        "textDocument/documentLink": {"textDocument": document},
        "textDocument/diagnostic": {"textDocument": document},
        "textDocument/codeAction": {
            "textDocument": document, "range": {"start": at, "end": at}, "context": {"diagnostics": []},
        },
        "textDocument/formatting": {"textDocument": document, "options": options},
        "textDocument/rangeFormatting": {**wide, "options": options},
        "textDocument/onTypeFormatting": {**here, "ch": ";", "options": options},
        "workspace/symbol": {"query": text[offset : offset + 5].strip()},
        "workspace/diagnostic": {"previousResultIds": []},
        "workspace/executeCommand": {"command": "headwater.env.list", "arguments": [{}]},
        "workspace/willCreateFiles": {"files": [{"uri": editor.uri(path + ".new")}]},
        "workspace/willDeleteFiles": {"files": [{"uri": editor.uri(path)}]},
        "workspace/willRenameFiles": {"files": [{"oldUri": editor.uri(path), "newUri": editor.uri(path + ".moved")}]},
    }  # fmt: skip
    follow = {
        "textDocument/prepareCallHierarchy": ("item", ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"]),
        "textDocument/prepareTypeHierarchy": ("item", ["typeHierarchy/supertypes", "typeHierarchy/subtypes"]),
        "textDocument/codeLens": ("", ["codeLens/resolve"]),
        "textDocument/codeAction": ("", ["codeAction/resolve"]),
        "textDocument/completion": ("", ["completionItem/resolve"]),
    }
    once = {"workspace/diagnostic", "workspace/executeCommand", "textDocument/formatting"}
    for provider in capabilities.keys() & OFFERED_BY.keys():
        first = OFFERED_BY[provider][0]
        followed = {method for _, methods in follow.values() for method in methods}
        for method in OFFERED_BY[provider]:
            if method in followed or (offset and method in once):
                continue
            result = call(editor, method, parameters.get(method, here))
            items = result["items"] if isinstance(result, dict) and method == first and "items" in result else result
            name, more = follow.get(method, ("", []))
            for item in (items or [])[:2] if more else []:
                for next_method in more:
                    call(editor, next_method, {name: item} if name else item)
