"""The comparison that is kept in step says what one from nothing says, after any edits."""

from __future__ import annotations

import os
import random

import pytest

from lsp_server.analysis.comparison import Comparison
from lsp_server.analysis.impact import Baseline, ModelImpact, baseline, impact
from lsp_server.analysis.meanings import meaning
from lsp_server.graph import queries
from lsp_server.semantics import ir
from tests.unit.ide.workspace import graph_of

FILES = {
    "models/base.sql": "MODEL (name s.base, kind FULL);\nSELECT id, price, qty, day FROM raw.t WHERE qty > 0\n",
    "models/view.sql": "MODEL (name s.view, kind VIEW);\nSELECT * FROM s.base\n",
    "models/sums.sql": "MODEL (name s.sums, kind FULL);\nSELECT id, SUM(price) AS total FROM s.view GROUP BY id\n",
    "models/firsts.sql": "MODEL (name s.firsts, kind FULL);\nSELECT FIRST(price) AS first_price FROM s.sorted\n",
    "models/sorted.sql": "MODEL (name s.sorted, kind FULL);\nSELECT * FROM s.base ORDER BY day, id\n",
    "models/last.sql": "MODEL (name s.last, kind FULL);\nSELECT t.id, t.total * 2 AS twice FROM s.sums AS t\n",
}
EDITS = [
    ("models/base.sql", "qty > 0", "qty > 1"),
    ("models/base.sql", "price, qty", "price, price * qty AS net, qty"),
    ("models/base.sql", "MODEL (name", "-- a comment\nMODEL (name"),
    ("models/base.sql", "kind FULL", "kind FULL, owner me"),
    ("models/sorted.sql", "day, id", "id"),
    ("models/sorted.sql", " ORDER BY day, id", ""),
    ("models/firsts.sql", "FIRST(price)", "MAX(price)"),
    ("models/sums.sql", "SUM(price) AS total", "SUM(price) AS sum_price"),
    ("models/sums.sql", "GROUP BY id", "GROUP BY id HAVING ("),
    ("models/sums.sql", "name s.sums", "name s.sums_2"),
    ("models/view.sql", "SELECT *", "SELECT id, price, qty, day"),
    ("models/last.sql", "t.total * 2", "t.total * 3"),
    ("models/last.sql", None, None),
    ("models/new.sql", None, "MODEL (name s.new, kind FULL);\nSELECT id FROM s.last\n"),
]
NOTHING = ("none", "same", (), (), ())
SEEDS = [1, 2, 3, int(os.environ.get("SEED", random.randrange(1 << 30)))]


@pytest.mark.parametrize("seed", SEEDS)
def test_kept_in_step_is_the_same_as_from_nothing(seed: int) -> None:
    rng = random.Random(seed)
    graph = graph_of(FILES)
    was = baseline(graph, "saved")
    comparison = Comparison(graph, was)
    assert comparison.update() == impact(graph, was)
    texts: dict[str, str | None] = dict(FILES)
    for step in range(40):
        path, old, new = rng.choice(EDITS)
        if old is None:
            texts[path] = new if texts.get(path) is None or new is None else None
        elif rng.random() < 0.4:
            texts[path] = FILES[path]
        else:
            texts[path] = FILES[path].replace(old, str(new))
        graph.set_file(path, texts[path])
        graph.stabilise()
        if rng.random() < 0.7:
            assert comparison.update() == impact(graph, was), (seed, step, path, old, new)


@pytest.mark.parametrize("seed", SEEDS)
def test_stopped_again_and_again_by_the_next_edit_it_comes_to_the_same(seed: int) -> None:
    rng = random.Random(seed)
    graph = graph_of(FILES)
    was = baseline(graph, "saved")
    comparison = Comparison(graph, was)
    comparison.update()
    stopped = 0
    for step in range(60):
        path, old, new = rng.choice(EDITS)
        if old is not None:
            graph.set_file(path, FILES[path] if rng.random() < 0.4 else FILES[path].replace(old, str(new)))
        graph.stabilise()
        left = [rng.randrange(3)]

        def stop(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        found = comparison.update_until(stop)
        stopped += found is None
        if rng.random() < 0.3:
            found = comparison.update()
        assert found in (None, impact(graph, was)), (seed, step, path, old, new)
    assert stopped, "it was never stopped: the test says nothing"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_glance_at_the_edited_file_says_what_the_whole_will_say(seed: int) -> None:
    rng = random.Random(seed)
    graph = graph_of(FILES)
    comparison = Comparison(graph, baseline(graph, "saved"))
    comparison.update()
    for step in range(40):
        path, old, new = rng.choice(EDITS)
        if old is None:
            continue
        text = FILES[path] if rng.random() < 0.4 else FILES[path].replace(old, str(new))
        graph.set_file(path, text)
        graph.stabilise(first=[path], rest=False)
        seen = comparison.glance(graph.names.defined[path])
        graph.stabilise()
        found = comparison.update().models
        for name, glanced in seen.items():
            assert _verdict(glanced) == _verdict(found.get(name)), (seed, step, path, text)


def _verdict(found: ModelImpact | None) -> tuple[object, ...]:
    """Whether a table is built anew for its order alone is left out: that depends on who reads it."""
    return (found.category, found.rows, found.added, found.removed, found.changed) if found else NOTHING


def test_an_edit_explains_only_what_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(FILES)
    was = baseline(graph, "saved")
    comparison = Comparison(graph, was)
    comparison.update()
    judged: list[str] = []
    judge = Comparison._judge
    monkeypatch.setattr(Comparison, "_judge", lambda self, name: (judged.append(name), judge(self, name))[1])
    graph.set_file("models/last.sql", FILES["models/last.sql"].replace("* 2", "* 3"))
    graph.stabilise()
    found = comparison.update()
    assert judged == ["s.last"]
    assert list(found.models) == ["s.last"]


def test_a_project_that_is_new_as_a_whole_is_told_without_reading_its_files_again() -> None:
    """Each reason points at the model's name: thousands of files would be parsed for that, were it not known."""
    graph = graph_of(FILES)
    graph.stabilise()
    for large in (queries.model_file, queries.parsed, queries.bound):
        graph.engine.forget(large)
    graph.engine.executed.clear()
    found = Comparison(graph, Baseline("git:HEAD", {}, {})).update()
    places = {name: model.reasons[0].span for name, model in found.models.items()}
    assert len(places) == len(FILES)
    assert all(FILES[f"models/{name[2:]}.sql"][span.start : span.end] == name for name, span in places.items())
    assert not {"model_file", "parsed", "bound"} & {name for name, _ in graph.engine.executed}


def test_each_version_of_an_explained_query_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(FILES)
    comparison = Comparison(graph, baseline(graph, "before"))
    comparison.update()
    graph.set_file("models/last.sql", FILES["models/last.sql"].replace("t.total * 2", "t.total * 3"))
    graph.stabilise()
    unpacked: list[bytes] = []
    unpack = ir.unpack
    monkeypatch.setattr(ir, "unpack", lambda data: unpacked.append(data) or unpack(data))
    assert list(comparison.update().models) == ["s.last"]
    assert len(unpacked) == len(set(unpacked)) == 2


def test_what_an_edit_left_behind_when_it_is_taken_back_is_held_once() -> None:
    graph = graph_of(FILES)
    against = baseline(graph, "before")
    comparison = Comparison(graph, against)
    comparison.update()
    for text in (FILES["models/base.sql"].replace("price", "prices"), FILES["models/base.sql"]):
        graph.set_file("models/base.sql", text)
        graph.stabilise()
        comparison.update()
    for name, side in against.sides.items():
        assert side.facts is graph.facts(name)
        assert side.meaning is graph.get(meaning, name)


def test_while_a_text_is_damaged_no_meaning_is_made_anew() -> None:
    """Its facts are the last good ones: only what it says and where it stands is new with each character."""
    graph = graph_of(FILES)
    Comparison(graph, baseline(graph, "before")).update()
    path, text = "models/last.sql", FILES["models/last.sql"]
    executed = []
    for typed in ("(t", "(t.", "(t.id", "(t.id +"):
        graph.set_file(path, text.replace(" FROM", f", {typed} FROM"))
        graph.stabilise([path])
        executed.append({name for name, key in graph.engine.executed if key == "s.last"})
    assert all("result" in ran for ran in executed)
    assert not any("meaning" in ran for ran in executed[1:])
    assert graph.stale("s.last")


@pytest.mark.parametrize("what", ["t.id, t.total", "*, t.total"])
def test_a_text_is_bound_once_whether_it_is_damaged_or_whole(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether all columns of what it reads may matter, only binding tells; mostly it is what it was, and in a damaged text they do."""
    graph = graph_of(FILES)
    path, text = "models/last.sql", FILES["models/last.sql"].replace("t.id, t.total", what)
    graph.set_file(path, text)
    graph.stabilise()
    calls: list[bool] = []
    bind = queries.bind
    monkeypatch.setattr(queries, "bind", lambda parsed, *rest: calls.append(parsed.damaged) or bind(parsed, *rest))
    for typed in (
        text.replace("* 2", "*"),
        text.replace("* 2", "* 3"),
        text.replace("* 2", ""),
        text.replace("* 2", "* ("),
    ):
        graph.set_file(path, typed)
        graph.stabilise([path])
    assert calls == [True, False, False, True]
