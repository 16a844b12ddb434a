"""What is remembered of each model between two looks is what would be found anew, and only what changed is found anew."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lsp_server.analysis.meanings import observe
from lsp_server.environments.workspace_versions import begin, prepare, workspace_version
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import SeedFile
from lsp_server.graph.queries import Macros
from lsp_server.plan.versions import WorkspaceVersion

ROOT = Path("/w")
FILES = {
    "models/a.sql": ["SELECT 1 AS id, 2 AS b", "SELECT 1 AS id", "SELECT 1 AS id, 2 AS b, 3 AS c", "SELECT id FROM s.c", "SELEC"],
    "models/b.sql": ["SELECT @STAR(s.a) FROM s.a", "SELECT * FROM s.a", "SELECT id FROM s.a ORDER BY id LIMIT 1", "SELECT @X AS x"],
    "models/c.sql": ["SELECT id FROM s.b", "SELECT @mine(1) AS id", "SELECT COUNT(*) AS id FROM home.s.b", "SELECT id FROM s.gone"],
    "models/d.sql": ["SELECT 1 AS d", "SELECT LAST(id) AS d FROM s.a"],
}  # fmt: skip
HEADS = {
    "models/a.sql": ["", ", enabled false", ", audits (small)", ", kind VIEW"],
    "models/b.sql": ["", ", audits (small(n := 2), unknown)", ", cron 'nonsense'"],
    "models/c.sql": ["", ", kind VIEW", ", depends_on (s.d)"],
    "models/d.sql": ["", ", kind SEED (path 'x.csv')"],
}
PRE = ["", "SET VARIABLE v = @EVAL(1 + @Y);\n", "CREATE TABLE t AS SELECT * FROM s.d;\n"]
AUDITS = [
    None,
    "AUDIT (name small, defaults (n = 1)); SELECT * FROM @this_model WHERE id > @n",
    "AUDIT (name small); SELECT * FROM @this_model WHERE id IN (SELECT d FROM s.d)",
    "AUDIT (name alone, standalone true); SELECT * FROM s.a",
]
CONFIGS = [Config(), Config(default_catalog="home"), Config(variables={"x": "1", "y": "2"})]
MACROS = [Macros(), Macros(sql=("{% macro mine(n) %}{{ n }}{% endmacro %}",))]


class Workspace:
    """The inputs of a graph; `graph` follows them, `anew` is one that never knew others."""

    def __init__(self) -> None:
        self.graph = Graph()
        observe(self.graph)
        self.texts: dict[str, str | None] = {}
        self.config, self.macros, self.seed = CONFIGS[0], MACROS[0], SeedFile(None)

    def change(self, rng: random.Random) -> None:
        """One input is another."""
        what = rng.randrange(10)
        if what < 6:
            path = rng.choice(sorted(FILES))
            name = "s.a" if rng.randrange(12) == 0 else f"s.{path[7]}"
            header = f"MODEL (name {name}{rng.choice(HEADS[path])});\n"
            text: str | None = header + rng.choice([PRE[0], rng.choice(PRE)]) + rng.choice(FILES[path])
            self._set(path, text if rng.randrange(10) else None)
        elif what == 6:
            self._set("audits/small.sql", rng.choice(AUDITS))
        elif what == 7:
            self.config = rng.choice(CONFIGS)
            self.graph.set_config(self.config)
        elif what == 8:
            self.macros = rng.choice(MACROS)
            self.graph.set_macros(self.macros)
        else:
            self.seed = SeedFile(None, digest=f"{rng.randrange(3)}")
            self.graph.set_seed("models/x.csv", self.seed)

    def _set(self, path: str, text: str | None) -> None:
        self.texts[path] = text
        _set(self.graph, path, text)

    def anew(self) -> WorkspaceVersion:
        """What a graph says that reads all of it for the first time."""
        graph = Graph()
        observe(graph)
        graph.set_config(self.config)
        graph.set_macros(self.macros)
        graph.set_seed("models/x.csv", self.seed)
        for path, text in self.texts.items():
            _set(graph, path, text)
        graph.stabilise()
        return workspace_version(graph, ROOT)


def _set(graph: Graph, path: str, text: str | None) -> None:
    if text is None:
        graph.set_file(path, None)
    else:
        graph.set_file(path, text)


@pytest.mark.parametrize("seed", range(30))
def test_after_any_changes_it_is_what_would_be_found_anew(seed: int) -> None:
    rng = random.Random(seed)
    workspace = Workspace()
    for path, texts in FILES.items():
        workspace._set(path, f"MODEL (name s.{path[7]});\n{texts[0]}")
    for step in range(15):
        for _ in range(rng.randrange(1, 3)):
            workspace.change(rng)
        workspace.graph.stabilise()
        if any(workspace.graph.stale(name) for name in workspace.graph.names.names()):
            continue  # a damaged text stands for its last whole one, which a new graph never saw
        found = workspace_version(workspace.graph, ROOT, kept=True)
        assert found == workspace.anew(), f"step {step}"


def test_only_what_changed_is_found_anew() -> None:
    workspace = Workspace()
    for path, texts in FILES.items():
        workspace._set(path, f"MODEL (name s.{path[7]});\n{texts[0]}")
    graph = workspace.graph

    def drafts() -> set[str]:
        graph.stabilise()
        graph.engine.executed.clear()
        workspace_version(graph, ROOT, kept=True)
        return {key for query, key in graph.engine.executed if query == "_draft"}

    assert drafts() == {"s.a", "s.b", "s.c", "s.d"}
    assert drafts() == set()
    workspace._set("models/d.sql", "MODEL (name s.d);\nSELECT 2 AS d")
    assert drafts() == {"s.d"}
    workspace._set("models/a.sql", "MODEL (name s.a);\nSELECT 1 AS id, 3 AS b")
    assert drafts() == {"s.a", "s.b", "s.c"}, "what they mean is another thing"
    workspace._set("audits/small.sql", AUDITS[1])
    assert drafts() == {"s.a", "s.b", "s.c", "s.d"}


def test_preparing_is_stopped_after_any_model_and_goes_on_there() -> None:
    workspace = Workspace()
    for path, texts in FILES.items():
        workspace._set(path, f"MODEL (name s.{path[7]});\n{texts[0]}")
    graph = workspace.graph
    graph.stabilise()
    left = begin(graph, ROOT)
    for still in (3, 2, 1):
        assert not prepare(graph, left, lambda: True)
        assert len(left) == still
    assert prepare(graph, left, lambda: True)
    graph.engine.executed.clear()
    workspace_version(graph, ROOT, kept=True)
    assert not any(query == "_draft" for query, _ in graph.engine.executed)
