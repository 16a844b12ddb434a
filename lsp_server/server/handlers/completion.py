"""Completion, its resolution on demand, and signature help."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lsp_server.ide import completion as ide
from lsp_server.ide import signature_help as signatures
from lsp_server.ide.functions import functions
from lsp_server.ide.hover import column_text, model_text
from lsp_server.server.dispatch import Token
from lsp_server.server.markup import markup
from lsp_server.server.world import World

_KIND = {
    "model": types.CompletionItemKind.Class.value,
    "table": types.CompletionItemKind.Class.value,
    "cte": types.CompletionItemKind.Struct.value,
    "column": types.CompletionItemKind.Field.value,
    "function": types.CompletionItemKind.Function.value,
    "keyword": types.CompletionItemKind.Keyword.value,
    "macro": types.CompletionItemKind.Constant.value,
    "property": types.CompletionItemKind.Property.value,
    "value": types.CompletionItemKind.EnumMember.value,
    "condition": types.CompletionItemKind.Snippet.value,
    "alias": types.CompletionItemKind.Variable.value,
}

_SNIPPET, _PLAIN = types.InsertTextFormat.Snippet.value, types.InsertTextFormat.PlainText.value


def complete(world: World, params: types.CompletionParams, _: Token) -> dict[str, Any]:
    """What may stand at the cursor.

    As plain values: making and unmaking a typed item each costs more than finding it.
    """
    spot = world.spot(params)
    if spot is None:
        return {"isIncomplete": False, "items": []}
    found = ide.completions(spot.graph, spot.path, spot.offset, spot.project.settings.max_completion_items)
    start, end = (spot.ruler.position(offset) for offset in found.span)
    range_ = {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }
    snippets = _takes_snippets(world)
    uri = params.text_document.uri
    items = [_item(item, at, range_, snippets, uri) for at, item in enumerate(found.items)]
    return {"isIncomplete": found.incomplete, "items": items}


def _takes_snippets(world: World) -> bool:
    text_document = world.client.capabilities.text_document
    completion = text_document.completion if text_document else None
    return bool(completion and completion.completion_item and completion.completion_item.snippet_support)


def _item(item: ide.Item, at: int, range_: dict[str, Any], snippets: bool, uri: str) -> dict[str, Any]:
    """`at` keeps the server's order: clients sort by text otherwise."""
    snippet = item.snippet and snippets
    text = item.insert if snippet or not item.snippet else item.plain or item.label
    found: dict[str, Any] = {
        "label": item.label,
        "kind": _KIND[item.kind],
        "sortText": f"{at:04}",
        "textEdit": {"range": range_, "newText": text},
        "insertTextFormat": _SNIPPET if snippet else _PLAIN,
    }
    if item.detail:
        found["detail"] = item.detail
    if item.data:
        found["data"] = {"uri": uri, "about": list(item.data)}
    return found


def resolve(world: World, item: types.CompletionItem, _: Token) -> types.CompletionItem:
    """The documentation of one item."""
    data = item.data if isinstance(item.data, dict) else {}
    about, uri = data.get("about"), data.get("uri")
    place = world.whole(uri) if isinstance(uri, str) and isinstance(about, list) and about else None
    if place is None or about is None:
        return item
    kind, *names = (str(part) for part in about)
    text = ""
    if kind == "model" and names:
        text = model_text(place.graph, names[0])
    elif kind == "column" and len(names) > 1:
        text = column_text(place.graph, names[0], names[1], "")
    elif kind == "function" and names:
        model = next(iter(place.graph.models_in(place.path)), None)
        function = functions(model.dialect if model is not None else "").get(names[0])
        text = function.description if function is not None else ""
    if text:
        text_document = world.client.capabilities.text_document
        support = text_document.completion.completion_item if text_document and text_document.completion else None
        item.documentation = markup(text, support.documentation_format if support else None)
    return item


def signature_help(world: World, params: types.SignatureHelpParams, _: Token) -> types.SignatureHelp | None:
    """The function being called, and the parameter under the cursor."""
    spot = world.spot(params)
    found = signatures.signature_help(spot.graph, spot.path, spot.offset) if spot else None
    if found is None:
        return None
    function = found.function
    text_document = world.client.capabilities.text_document
    support = (
        text_document.signature_help.signature_information if text_document and text_document.signature_help else None
    )
    formats = support.documentation_format if support else None
    shown = [
        types.SignatureInformation(
            label=f"{function.name}{signature}",
            documentation=markup(function.description, formats),
            parameters=[types.ParameterInformation(label=parameter) for parameter in parameters],
        )
        for signature, parameters in zip(function.signatures, function.parameters, strict=True)
    ]
    return types.SignatureHelp(shown, active_signature=found.signature, active_parameter=found.parameter)
