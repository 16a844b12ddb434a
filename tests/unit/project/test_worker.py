"""What a worker computes is what this process would, found again by its keys; guesses only decide the order."""

from __future__ import annotations

from pathlib import Path

from lsp_server.analysis import meanings
from lsp_server.graph import queries
from lsp_server.graph.config import Config
from lsp_server.graph.export import rows_of
from lsp_server.graph.graph import Graph
from lsp_server.project.cache import Cache
from lsp_server.project.files import Disk
from lsp_server.project.scan import Guess
from lsp_server.project.worker import Batch, work
from lsp_server.project.workspace import Project

TEXTS = {
    "models/raw.sql": "MODEL (name s.raw); SELECT 1 AS id, 2.5 AS price, nope FROM s.nowhere",
    "models/mid.sql": "MODEL (name s.mid); SELECT r.id, r.price * 2 AS total FROM s.raw AS r",
    "models/fin.sql": "MODEL (name S.Fin); SELECT total, missing FROM s.mid",
}


def graph_of(texts: dict[str, str]) -> Graph:
    graph = Graph()
    meanings.observe(graph)
    graph.set_config(Config())
    for path, text in texts.items():
        graph.set_file(path, text)
    return graph


def test_guess() -> None:
    guess = Guess(TEXTS)
    assert guess.reads("models/mid.sql") == {"models/raw.sql"}
    assert guess.ancestors(["models/fin.sql"]) == set(TEXTS)
    assert guess.ancestors(["models/raw.sql"]) == {"models/raw.sql"}


def test_a_guess_counts_only_what_something_defines() -> None:
    guess = Guess(TEXTS)
    assert guess.words("models/raw.sql") == frozenset()
    guess.expect(["cat.s.nowhere"])
    assert guess.words("models/raw.sql") == {"s.nowhere"}
    assert guess.words("models/mid.sql") == {"s.raw"}, "r.id is no table"


def test_names_are_looked_for_in_steps() -> None:
    texts, asked = dict(TEXTS), iter([False, False, True])
    guess = Guess(texts)
    assert not guess.read(list(texts), lambda: next(asked))
    texts.pop("models/raw.sql")  # done meanwhile, like its names
    texts.pop("models/fin.sql")
    assert guess.read(["models/mid.sql"], lambda: True), "two were read before somebody asked for the thread"
    assert guess.reads("models/mid.sql") == {"models/raw.sql"}
    assert guess.reads("models/fin.sql") == frozenset()


def test_rows_of_a_worker_answer_all_of_the_owner_s_questions() -> None:
    there = graph_of({})
    first = work(there, Batch({"models/raw.sql": TEXTS["models/raw.sql"]}, {}))
    other = work(graph_of({}), Batch({k: v for k, v in TEXTS.items() if "raw" not in k}, first.models))
    here, plain = graph_of(TEXTS), graph_of(TEXTS)
    here.engine.memo.update([*first.rows, *other.rows])
    here.stabilise()
    plain.stabilise()
    assert not {"parsed", "bound", "model_file"} & {query for query, _ in here.engine.executed}
    for name in ("s.raw", "s.mid", "s.fin"):
        assert here.facts(name) == plain.facts(name)
        assert here.upstreams(name) == plain.upstreams(name)
        assert here.get(meanings.meaning, name) == plain.get(meanings.meaning, name)
    assert here.engine.missed == set()
    for path in TEXTS:
        assert here.problems(path) == plain.problems(path)


def test_a_row_is_not_found_for_another_interface_text_or_configuration() -> None:
    graph = graph_of(TEXTS)
    graph.stabilise()
    rows = dict(rows_of(graph, TEXTS))
    for raw, names in (("3.5 AS price", {"s.raw"}), ("'x' AS price", {"s.raw", "s.mid", "s.fin"})):
        changed = graph_of(
            {**TEXTS, "models/raw.sql": f"MODEL (name s.raw); SELECT 1 AS id, {raw}, nope FROM s.nowhere"}
        )
        changed.engine.memo.update(rows)
        changed.stabilise()
        assert {key for query, key in changed.engine.executed if query == "bound"} == names
    snowflake = graph_of(TEXTS)
    snowflake.set_config(Config(dialect="snowflake"))
    snowflake.engine.memo.update(rows)
    snowflake.stabilise()
    assert {key for query, key in snowflake.engine.executed if query == "bound"} == {"S.RAW", "S.MID", "S.FIN"}


def test_a_second_start_analyses_what_changed(tmp_path: Path) -> None:
    for path, text in TEXTS.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    started(tmp_path)
    assert bound(started(tmp_path)) == set()
    (tmp_path / "models/fin.sql").write_text(TEXTS["models/fin.sql"] + " WHERE 1 = 1")
    assert bound(started(tmp_path)) == {"s.fin"}
    assert bound(started(tmp_path)) == set()


def started(root: Path) -> Project:
    project = Project(root, Disk(root), Cache(root / ".cache.facts"))
    project.load()
    project.stabilise()
    return project


def bound(project: Project) -> set[str]:
    return {str(key) for query, key in project.graph.engine.executed if query == queries.bound.name}
