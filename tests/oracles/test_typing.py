"""Whole models typed into a workspace, character by character: the normal state of an editor is a text that is not finished.

At every step: nothing raises; while the typed file has syntax errors, no other file gets a problem; when it has none,
they are those of a fresh graph over the same texts.  The demo and SQLMesh's sushi; STEPS=all types every character
(`make prove`), else a sample with a fixed and with a fresh seed.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from pathlib import Path

import pytest

from lsp_server.analysis import checks
from lsp_server.project.workspace import Project, open_workspace
from lsp_server.text.problems import Problem
from tests.inputs import sqlmesh_examples

DEMO = Path(__file__).parents[2] / "demo_workspace"
SAMPLE = int(os.environ.get("STEPS_PER_MODEL", "12"))
ALL = os.environ.get("STEPS") == "all"
FRESH = int(os.environ.get("SEED", random.randrange(1 << 30)))

Shown = dict[str, set[tuple[str, str]]]


def problems(project: Project, but: str) -> Shown:
    """(code, message) of every other file's problems."""
    return {
        path: {_said(problem) for problem in checks.check(project.graph, path)}
        for path in project.graph.paths()
        if path != but
    }


def _said(problem: Problem) -> tuple[str, str]:
    """A column that an unsaved edit took away is an unknown one to a graph that never saw the saved text."""
    if problem.code in ("unknown-column", "broken-reader"):
        return "unknown-column", str(problem.data.get("name", "")).lower()
    return problem.code, problem.message


def steps(text: str, rng: random.Random) -> list[int]:
    """Lengths of the text at which the workspace is looked at: mostly where a word ends or begins."""
    if ALL:
        return list(range(len(text) + 1))
    edges = [at for at in range(1, len(text)) if text[at].isspace() != text[at - 1].isspace() or text[at - 1] in "(,."]
    return sorted({*rng.sample(edges, min(SAMPLE, len(edges))), len(text)})


def fresh_problems(project: Project, but: str) -> Shown:
    """What a new graph over the same texts says."""
    other = open_workspace(project.root)
    other.set_buffer(but, project.text(but) or "")
    other.stabilise()
    return problems(other, but)


@pytest.mark.parametrize("seed", [1, FRESH], ids=["fixed", "fresh"])
@pytest.mark.parametrize("name", ["demo", "sushi"])
def test_typing_a_model_disturbs_nobody_else(name: str, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    root = DEMO if name == "demo" else sqlmesh_examples() / "sushi"
    project = open_workspace(root)
    project.stabilise()
    rng = random.Random(seed)
    paths = [path for path in project.graph.paths() if path.endswith(".sql") and project.graph.models_in(path)]
    chosen = paths if ALL or len(paths) <= 8 else rng.sample(paths, 8)
    seconds: list[float] = []
    for path in chosen:
        seconds += type_model(project, path, rng)
    with capsys.disabled():
        spent = sorted(seconds)
        print(
            f"\n{name}, seed {seed}: {len(chosen)} models, {len(seconds)} steps, "
            f"p50 {statistics.median(spent) * 1000:.1f} ms, p95 {spent[int(len(spent) * 0.95)] * 1000:.1f} ms"
        )


def type_model(project: Project, path: str, rng: random.Random) -> list[float]:
    """Type one file from nothing; the seconds of each step."""
    whole = project.text(path) or ""
    before, seconds = problems(project, path), []
    for length in steps(whole, rng):
        text = whole[:length]
        start = time.perf_counter()
        project.set_buffer(path, text)
        project.stabilise()
        own = checks.check(project.graph, path)
        seconds.append(time.perf_counter() - start)
        where = f"{path} typed up to {text[-40:]!r}"
        assert not any(problem.code == "internal-error" for problem in own), where
        now = problems(project, path)
        if any(problem.code == "syntax" for problem in own):
            worse = {other: found - before[other] for other, found in now.items() if found - before[other]}
            assert not worse, f"{where}: new problems elsewhere while this file has syntax errors: {worse}"
            before = now
        elif now != before:
            assert now == fresh_problems(project, path), f"{where}: not what a fresh graph says"
            before = now
    project.set_buffer(path, None)
    project.stabilise()
    return seconds
