"""A rename that is not refused leaves every model's data as they are, whatever the new name: free, taken somewhere near, a word of the grammar.

The witness is the fingerprint of each model, its column names set aside; what binds without a problem before binds so afterwards.
On the demo, on sushi, and on a workspace that is made of the constructs in which names are easily caught (`data/renames.fixture`).
`N` is the number of renames for each (`N=100000` is all of them), `SEED` repeats a choice.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from lsp_server.analysis.fingerprints import Meaning
from lsp_server.analysis.meanings import meanings_of, observe
from lsp_server.graph.graph import Graph
from lsp_server.ide.rename import RefusedError, Rename, rename
from lsp_server.ide.symbols import Key, symbol_at
from lsp_server.project.cache import Cache
from lsp_server.project.files import Disk
from lsp_server.project.workspace import Project
from lsp_server.text.spans import TextEdit, apply_edits
from tests import inputs
from tests.unit import fixture

ROOT = Path(__file__).parents[2]
TRICKY = Path(__file__).parent / "data" / "renames.fixture"
RENAMES = int(os.environ.get("N", "60"))
WORDS = ["renamed_thing", "order", "Group", "a b", "ÄÖ", 'x"y', "select", "zz.zz", "1a"]
BY_NAME = {"m.q4", "m.q6"}
"""UNION BY NAME and PIVOT: the names of columns are part of what their fingerprints say of the rows."""
_KIND_NAMES_COLUMNS = ("INCREMENTAL", "SCD")
"""Their properties name columns, which count as data as they are written: a rename shows as a change, which is never too little."""


class Place(NamedTuple):
    path: str
    offset: int
    key: Key


@pytest.fixture(params=["demo", "sushi", "tricky"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Graph:
    root = tmp_path / "w"
    if request.param == "tricky":
        for path, text in fixture.parse(TRICKY.read_text("utf-8")).files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
    else:
        source = ROOT / "demo_workspace" if request.param == "demo" else inputs.sqlmesh_examples() / "sushi"
        shutil.copytree(source, root, ignore=shutil.ignore_patterns("*.duckdb*", "__pycache__"))
    project = Project(root, Disk(root), Cache(None))
    observe(project.graph)
    project.load()
    project.stabilise()
    return project.graph


def test_renames_keep_the_data(graph: Graph) -> None:
    seed = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    random, done = Random(seed), 0
    places = list(_places(graph))
    random.shuffle(places)
    before = {name: found for name, found in meanings_of(graph).items() if _can_be_compared(graph, name)}
    problems = _problems(graph)
    for place in places:
        for new_name in [WORDS[0], *random.sample(_names(graph, place.path) + WORDS[1:], 2)]:
            if done >= RENAMES:
                break
            try:
                found = rename(graph, place.path, place.offset, new_name)
            except RefusedError:
                continue
            done += 1
            _check(graph, place, found, (before, problems), f"seed {seed}: {place} to {new_name}")
    assert done >= min(RENAMES, 40)


def _places(graph: Graph) -> Iterator[Place]:
    for path in [path for path in graph.paths() if path.endswith(".sql")]:
        for model in graph.models_in(path):
            bound = graph.bound(model.name)
            offsets = {reference.span.start for reference in bound.places.references} if bound is not None else set()
            for offset in sorted(offsets | {graph.name_span(model.name).start}):
                found = symbol_at(graph, path, offset)
                if found is not None:
                    yield Place(path, offset, found.key)


def _names(graph: Graph, path: str) -> list[str]:
    """What is named in the file: the likeliest clashes."""
    found = set()
    for model in graph.models_in(path):
        bound = graph.bound(model.name)
        for reference in bound.places.references if bound is not None else ():
            if reference.target.kind in ("column", "alias", "cte"):
                found.add(reference.target.name)
    return sorted(found)


def _check(
    graph: Graph,
    place: Place,
    found: Rename,
    known: tuple[dict[str, Meaning], set[tuple[str, str, str]]],
    said: str,
) -> None:
    before, problems = known
    owner = graph.model(place.key.model)
    paths = {edit.path for edit in found.edits}
    if owner is None or owner.external or not all(path.endswith(".sql") for path in paths):
        return  # what the graph does not read as SQL is held by the unit tests of renames
    texts = {path: graph.text(path) or "" for path in paths}
    for path, text in texts.items():
        edits = [TextEdit(edit.span, edit.new_text) for edit in found.edits if edit.path == path]
        assert len({edit.span for edit in edits}) == len(edits), said
        graph.set_file(path, apply_edits(text, edits))
    graph.stabilise()
    assert _problems(graph) <= problems, f"{said}\n{found.edits}\n{_problems(graph) - problems}"
    now = meanings_of(graph)
    for name, was in before.items():
        if name == place.key.model and place.key.kind == "model":
            continue
        is_, context = now[name], f"{said}: {name}\n{found.edits}"
        assert is_.rows == was.rows or name in BY_NAME, context
        assert [value for _, value in is_.columns] == [value for _, value in was.columns] or name in BY_NAME, context
        if place.key.kind != "column":
            assert name in BY_NAME or place.key.kind == "local" or _columns(is_) == _columns(was), context
    for path, text in texts.items():
        graph.set_file(path, text)
    graph.stabilise()


def _columns(meaning: Meaning) -> list[str]:
    return [name for name, _ in meaning.columns]


def _problems(graph: Graph) -> set[tuple[str, str, str]]:
    return {(path, p.code, p.message) for path in graph.paths() for p in graph.problems(path)}


def _can_be_compared(graph: Graph, name: str) -> bool:
    """Not where a fingerprint takes names or texts for data: kinds that name columns, Python, and all that reads those."""
    waiting, seen = [name], {name}
    while waiting:
        model = graph.model(waiting[-1])
        bound = graph.bound(waiting[-1])
        if model is None or model.kind.name.startswith(_KIND_NAMES_COLUMNS) or (model.opaque and not model.external):
            return False
        if bound is not None and b"opaque" in bound.facts.query:
            return False
        new = [up for up in graph.upstreams(waiting.pop()) if up not in seen]
        seen.update(new)
        waiting += new
    return True
