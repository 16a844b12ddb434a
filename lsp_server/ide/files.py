"""File operations: what other files say about a file that is renamed."""

from __future__ import annotations

from lsp_server.graph.graph import Graph
from lsp_server.ide.rename import FileEdit


def moved(graph: Graph, old: str, new: str) -> list[FileEdit]:
    """The edits that keep references alive when `old` becomes `new` (both relative to the workspace).

    A model is known by its header's name, so that only paths are touched: those of seeds.
    """
    edits = []
    for model in graph.models().values():
        if model.seed != old:
            continue
        file = graph.file(model.path)
        written = file.header.kind.get("path") if file is not None and file.header is not None else None
        if written is None:
            continue
        edits.append(
            FileEdit(model.path, written.value_span, f"'{_as_written(model.path, new, written.text)}'", model.name)
        )
    return edits


def _as_written(model_path: str, target: str, before: str) -> str:
    if "$root/" in before:
        return f"$root/{target}"
    base, parts = model_path.split("/")[:-1], target.split("/")
    common = 0
    while common < min(len(base), len(parts) - 1) and base[common] == parts[common]:
        common += 1
    return "/".join([*[".."] * (len(base) - common), *parts[common:]])
