"""File operations: what other files say about files that are renamed, and who reads what is to be deleted."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lsp_server.graph.graph import Graph
from lsp_server.graph.headers import inferred_name
from lsp_server.graph.model import Model
from lsp_server.ide.edits import FileEdit
from lsp_server.ide.rename import RefusedError, rename_model
from lsp_server.syntax.names import model_name


def moves(graph: Graph, old: str, new: str) -> dict[str, str]:
    """Old path to new path of each file that is renamed: the file itself, or all files in a folder."""
    inside = old.rstrip("/") + "/"
    files = {*graph.paths(), *(model.seed for model in graph.models().values() if model.seed)}
    found = {path: new.rstrip("/") + "/" + path[len(inside) :] for path in files if path.startswith(inside)}
    return found or {old: new}


def moved(graph: Graph, files: Mapping[str, str]) -> list[FileEdit]:
    """The edits that keep references alive when files (relative to the workspace) get other places.

    A model is known by its header's name, or, where names are inferred, by its place; a seed's file by its path.
    Edits are for the files where they are now: the client moves them afterwards.
    """
    edits: list[FileEdit] = []
    for model in graph.models().values():
        if model.seed and (model.seed in files or model.path in files):
            edits += _seed_edits(graph, model, files)
        if model.path in files:
            edits += _name_edits(graph, model, files[model.path])
    return sorted(set(edits))


def _seed_edits(graph: Graph, model: Model, files: Mapping[str, str]) -> list[FileEdit]:
    file = graph.file(model.path)
    written = file.header.kind.get("path") if file is not None and file.header is not None else None
    if written is None:
        return []
    wanted = _as_written(files.get(model.path, model.path), files.get(model.seed, model.seed), written.text)
    if wanted == written.text.strip("'\""):
        return []
    return [FileEdit(model.path, written.value_span, f"'{wanted}'", model.name)]


def _as_written(model_path: str, target: str, before: str) -> str:
    if "$root/" in before:
        return f"$root/{target}"
    base, parts = model_path.split("/")[:-1], target.split("/")
    common = 0
    while common < min(len(base), len(parts) - 1) and base[common] == parts[common]:
        common += 1
    return "/".join([*[".."] * (len(base) - common), *parts[common:]])


def _name_edits(graph: Graph, model: Model, new: str) -> list[FileEdit]:
    """Who names a model that gets its name from its place, and now another one."""
    config = graph.config().for_path(new)
    file = graph.file(model.path)
    if not config.infer_names or file is None or (file.header is not None and file.header.name):
        return []
    name = model_name(inferred_name(new, config), model.dialect)
    if name == model.name:
        return []
    try:
        return list(rename_model(graph, model.name, name).edits)
    except RefusedError:
        return []  # the new place is another model's: its diagnostics will say so


class Loss(msgspec.Struct, frozen=True):
    """A model whose file is to be deleted, and the models that read it and stay."""

    model: str
    readers: tuple[str, ...]


def lost(graph: Graph, paths: list[str]) -> list[Loss]:
    """What deleting these files and folders takes away from others."""
    folders = tuple(path.rstrip("/") + "/" for path in paths)
    gone = {path for path in graph.paths() if path in paths or path.startswith(folders)}
    names = {model.name for path in gone for model in graph.models_in(path)}
    seeds = [
        m for m in graph.models().values() if m.path not in gone and (m.seed in paths or m.seed.startswith(folders))
    ]
    found = [Loss(name, tuple(reader for reader in graph.readers(name) if reader not in names)) for name in names]
    found += [Loss(f"the data of {model.name}", (model.name,)) for model in seeds if model.seed]
    return sorted((loss for loss in found if loss.readers), key=lambda loss: loss.model)


def taken(graph: Graph, path: str) -> str:
    """The path of the file that has the model already whose name the place of a new file gives; "" when it is free."""
    config = graph.config().for_path(path)
    if config.role(path) != "model" or not path.endswith(".sql"):
        return ""
    owners = graph.owners(model_name(inferred_name(path, config), config.dialect))
    return next((owner for owner in owners if owner != path), "")
