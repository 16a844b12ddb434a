"""A start that goes on from the graph of the session before says what a start says that knows nothing."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from lsp_server.analysis import checks, kept_columns
from lsp_server.analysis.column_readers import ColumnReaders
from lsp_server.analysis.comparison import Comparison
from lsp_server.analysis.impact import Baseline, baseline, baseline_from, impact
from lsp_server.analysis.meanings import meaning, meanings_of, observe
from lsp_server.analysis.sides import Sides
from lsp_server.graph import queries
from lsp_server.graph.export import rows_of
from lsp_server.graph.nodes import Input
from lsp_server.graph.past import told_apart
from lsp_server.project import kept_graph
from lsp_server.project.ahead import Ahead
from lsp_server.project.baselines import former, was
from lsp_server.project.cache import FOLDER_VARIABLE, Cache
from lsp_server.project.files import Disk
from lsp_server.project.kept_graph import KeptGraph
from lsp_server.project.present import present
from lsp_server.project.workspace import Project
from tests.unit.project.test_baselines import FILES, Texts, edited

DAMAGED = [
    ("models/sums.sql", "MODEL (name s.sums, kind FULL)", "MODEL (nam"),
    ("models/last.sql", "t.total * 2", "t.total * ((2"),
    ("models/view.sql", "SELECT b.*", "SELECT b.*, (("),
    ("models/sorted.sql", "MODEL (name s.sorted, kind FULL);", "MODEL (names s.sorted, kind FULL);"),
]
OBSERVED = {"outline", "links", "facts", "interface", "meaning", "diagnostics", "result", "model"}
SEEDS = [*range(2), int(os.environ.get("SEED", random.randrange(1 << 30)))]


def write(root: Path, texts: dict[str, str]) -> None:
    """The folder holds these files and no others."""
    for path in [*root.rglob("*.sql"), *root.rglob("*.csv"), *root.rglob("*.yaml")]:
        if path.relative_to(root).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_text() != text:
            place.write_text(text)


def session(root: Path, cache: Path | None, *, ahead: bool = False) -> Project:
    """A project as the server has it, up to date."""
    files = Ahead([str(root)]).files(root) if ahead else None
    project = Project(root, files or Disk(root), Cache(cache))
    project.load()
    checks.install(project.graph)
    observe(project.graph)
    project.stabilise()
    return project


def keep(project: Project) -> None:
    while project.remember(lambda: False):
        pass


def values(project: Project) -> dict[tuple[str, Any], Any]:
    """Every value that is kept up to date."""
    engine, found = project.graph.engine, {}
    for node in list(engine.nodes()):
        of: Any = node.of
        if not isinstance(of, Input) and of.keep is None and node.needed:
            found[of.name, node.key] = engine.get(of, node.key)
    return found


def assert_same(lived: Project, fresh: Project, what: object) -> None:
    names = (lived.graph.names, fresh.graph.names)
    assert names[0].defined == names[1].defined and names[0].upstreams == names[1].upstreams, what
    assert names[0].cycles == names[1].cycles and lived.graph.seed_models() == fresh.graph.seed_models(), what
    assert lived.graph.paths() == fresh.graph.paths(), what
    ours, theirs = values(lived), values(fresh)
    # How a value came about (found by its key, or bound) decides which others were read for it; the observed ones are there always.
    for key in theirs:
        assert ours.get(key, theirs[key]) == theirs[key], (what, key, ours.get(key), theirs[key])
        assert key in ours or key[0] not in OBSERVED, (what, key)
    assert not {key for key in ours.keys() - theirs.keys() if key[0] in OBSERVED}, what


def damaged(rng: random.Random, texts: dict[str, str]) -> dict[str, str]:
    """Some of them broken, as files on disk may be."""
    for path, old, new in rng.sample(DAMAGED, rng.choice((0, 0, 1, 2))):
        if path in texts:
            texts[path] = texts[path].replace(old, new)
    return texts


@pytest.fixture(autouse=True)
def no_other_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    monkeypatch.setattr(kept_graph, "_FEW", 0)


@pytest.mark.parametrize("few", [0, 50])
@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_the_same_as_a_fresh_start_whatever_came_between(
    seed: int, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_columns, "FEW", few)
    rng, root, cache = random.Random(f"{seed} {few}"), tmp_path / "w", tmp_path / "w.facts"
    recalled = 0
    write(root, FILES)
    keep(session(root, cache))
    for step in range(4):
        write(root, damaged(rng, edited(rng, rng.choice((0, 1, 1, 2)))))
        lived, fresh = session(root, cache, ahead=rng.random() < 0.5), session(root, None)
        recalled += lived.recalled
        before = edited(rng, rng.choice((0, 1, 2)))
        ours, theirs = present(lived), present(fresh)
        found = [was(now, "git:HEAD", Texts(root, before, False)) for now in (ours, theirs)]
        assert found[0].tables == found[1].tables and dict(found[0].sides) == dict(found[1].sides), (seed, step)
        compared = Comparison(lived.graph, found[0]).update()
        assert compared == impact(fresh.graph, found[1]), (seed, step)
        # In the same session files change again, and what is known at its end is kept.
        texts = damaged(rng, edited(rng, 1))
        write(root, texts)
        lived.refresh([*FILES, *texts])
        lived.stabilise()
        keep(lived)
        assert_same(session(root, cache), session(root, None), (seed, step))
    assert recalled, "only another configuration begins anew"


def test_nothing_is_computed_or_unpacked_where_nothing_has_changed(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    project = session(tmp_path, tmp_path / "w.facts")
    seeds = {name for _, name in project.graph.engine.executed if name == "s.seed"}
    assert {name for _, name in project.graph.engine.executed} <= seeds | {"models/seed.sql"}
    now = present(project)
    found = former(now, "saved")
    comparison = Comparison(project.graph, found)
    assert comparison.update().models == {}
    for name in project.graph.names.names() - {"s.seed", "raw.t"}:
        assert project.graph.engine.is_packed(meaning, name), name
        assert project.graph.engine.is_packed(queries.result, name), name


def test_only_what_an_edit_reaches_runs(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    write(tmp_path, FILES | {"models/last.sql": FILES["models/last.sql"].replace("* 2", "* 3")})
    project = session(tmp_path, tmp_path / "w.facts")
    ran = {key for query, key in project.graph.engine.executed if query == "result"}
    assert ran == {"s.last"}


def test_a_value_found_inside_another_s_is_held_once(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    graph = session(tmp_path, tmp_path / "w.facts").graph
    interface, facts = graph.interface("s.sums"), graph.facts("s.sums")
    assert facts is not None
    assert interface is facts.interface
    assert facts is graph.get(queries.result, "s.sums").facts
    assert graph.model("s.sums") is graph.models_in("models/sums.sql")[0]


def test_what_an_earlier_text_said_is_not_kept(tmp_path: Path) -> None:
    """While a text is damaged its last good facts count; the next session has never seen that text."""
    write(tmp_path, FILES)
    project = session(tmp_path, tmp_path / "w.facts")
    broken = {path: FILES[path].replace(old, new) for path, old, new in DAMAGED}
    write(tmp_path, FILES | broken)
    project.refresh(broken)
    project.stabilise()
    keep(project)
    lived = session(tmp_path, tmp_path / "w.facts")
    assert lived.recalled
    assert_same(lived, session(tmp_path, None), "")


def test_an_edit_that_is_not_saved_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_graph, "_FEW", 10)
    write(tmp_path, FILES)
    project = session(tmp_path, tmp_path / "w.facts")
    project.set_buffer("models/last.sql", FILES["models/last.sql"].replace("* 2", "* 3"))
    project.stabilise()
    keep(project)
    assert not (tmp_path / "w.graph").exists()
    project.set_buffer("models/last.sql", None)
    project.stabilise()
    keep(project)
    assert (tmp_path / "w.graph").exists()


def test_writing_that_is_left_in_the_middle_leaves_the_whole_one_before(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project = session(tmp_path, tmp_path / "w.facts")
    keep(project)
    whole = (tmp_path / "w.graph").read_bytes()
    write(tmp_path, FILES | {"models/last.sql": FILES["models/last.sql"].replace("* 2", "* 3")})
    project.refresh(["models/last.sql"])
    project.stabilise()
    assert project.remember(lambda: True)
    project.close()
    assert (tmp_path / "w.graph").read_bytes() == whole
    assert not list(tmp_path.glob("*.part"))


def test_an_edit_while_it_is_written_begins_it_anew(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project = session(tmp_path, tmp_path / "w.facts")
    steps = iter([False] * 6)
    assert project.remember(lambda: next(steps, True)), "its nodes are counted, and not written yet"
    write(tmp_path, FILES | {"models/last.sql": FILES["models/last.sql"].replace("* 2", "* 3")})
    project.refresh(["models/last.sql"])
    project.stabilise()
    keep(project)
    assert (tmp_path / "w.graph").exists()
    assert session(tmp_path, tmp_path / "w.facts").recalled
    assert_same(session(tmp_path, tmp_path / "w.facts"), session(tmp_path, None), "")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_file_costs_time_never_an_answer(seed: int, tmp_path: Path) -> None:
    rng, place = random.Random(seed), tmp_path / "w.graph"
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    data = bytearray(place.read_bytes())
    if seed % 3 == 0:
        data = data[: rng.randrange(len(data))]
    else:
        for _ in range(rng.choice((1, 5, 50))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    place.write_bytes(data)
    assert_same(session(tmp_path, tmp_path / "w.facts"), session(tmp_path, None), seed)


def test_another_configuration_begins_anew(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    write(tmp_path, FILES | {"config.yaml": "model_defaults:\n  dialect: postgres\n"})
    assert not session(tmp_path, tmp_path / "w.facts").recalled


def test_few_changes_do_not_write_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_graph, "_FEW", 1)
    write(tmp_path, FILES)
    project = session(tmp_path, tmp_path / "w.facts")
    keep(project)
    first = (tmp_path / "w.graph").read_bytes()
    for number, path in enumerate(("models/last.sql", "models/sums.sql")):
        (tmp_path / path).write_text(FILES[path] + "-- said\n")
        project.refresh([path])
        project.stabilise()
        keep(project)
        assert ((tmp_path / "w.graph").read_bytes() == first) == (number == 0)


def test_sides_that_are_packed_are_those_that_were_made(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    lived, fresh = session(tmp_path, tmp_path / "w.facts"), session(tmp_path, None)
    sides = present(lived).sides
    assert isinstance(sides, Sides)
    made = baseline(fresh.graph, "x")
    assert dict(sides) == dict(made.sides)
    assert baseline_from(sides, "x").tables == made.tables
    assert meanings_of(lived.graph) == meanings_of(fresh.graph)
    less = sides.but({"s.last"}, {})
    assert set(less) == set(made.sides) - {"s.last"}
    assert Baseline("x", less, {}).sides.get("s.last") is None


def test_the_columns_of_a_side_that_was_put_in_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_columns, "FEW", 0)
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    sides = present(session(tmp_path, tmp_path / "w.facts")).sides
    assert set(sides.packed_columns("s.view", "s.base") or ()) == {"id", "price", "day"}
    sides["s.view"] = sides["s.base"]
    assert sides.packed_columns("s.view", "s.base") is None


def test_what_changes_after_a_start_is_judged_although_the_rest_stays_packed(tmp_path: Path) -> None:
    """An empty line leaves the meaning packed, and an audit's text is no part of it: both are told all the same."""
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    project = session(tmp_path, tmp_path / "w.facts")
    comparison = Comparison(project.graph, former(present(project), "saved"))
    assert comparison.update().models == {}
    changed = {"models/last.sql": FILES["models/last.sql"] + "\n\n"}
    changed["audits/small.sql"] = FILES["audits/small.sql"].replace("> 100", "> 200")
    write(tmp_path, FILES | changed)
    project.refresh(changed)
    project.stabilise()
    found = comparison.update().models
    assert {name: each.category for name, each in found.items()} == {"s.last": "none", "s.audited": "metadata"}


def test_a_header_that_tells_of_no_model_is_not_cached_under_the_names_of_an_earlier_text(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project = session(tmp_path, None)
    path = "models/sorted.sql"
    write(
        tmp_path,
        FILES | {path: FILES[path].replace("MODEL (name s.sorted, kind FULL);", "MODEL (names s.sorted, kind FULL);")},
    )
    project.refresh([path])
    project.stabilise()
    assert [model.name for model in project.graph.models_in(path)] == ["s.sorted"]
    assert list(rows_of(project.graph, [path])) == []


def test_a_baseline_whose_text_names_other_models_is_given_what_it_asks_for(tmp_path: Path) -> None:
    """Only of what the present text names it is known beforehand that it is asked for."""
    write(tmp_path, FILES | {"models/last.sql": "MODEL (name s.last, kind FULL);\nSELECT 1 AS one\n"})
    keep(session(tmp_path, tmp_path / "w.facts"))
    lived, fresh = session(tmp_path, tmp_path / "w.facts"), session(tmp_path, None)
    before = tmp_path / "before"
    write(before, FILES)
    whole = baseline(session(before, None).graph, "git:HEAD")
    for each in (lived, fresh):
        assert was(present(each), "git:HEAD", Texts(tmp_path, FILES, True)).tables == whole.tables


def test_who_reads_a_root_s_columns_is_known_without_unpacking_a_reader(tmp_path: Path) -> None:
    root, cache = tmp_path / "w", tmp_path / "w.facts"
    files = {
        "config.yaml": FILES["config.yaml"],
        "models/root.sql": "MODEL (name s.root);\nSELECT 1 AS a, 2 AS B, 3 AS c",
    }
    for at in range(kept_columns.FEW + 3):
        text = "SELECT a" + (", b" if at % 2 else "") + " FROM s.root"
        text = f"WITH unused AS (SELECT c FROM s.root) {text}" if not at else text
        files[f"models/r{at:02}.sql"] = f"MODEL (name s.r{at:02});\n{text}"
    write(root, files)
    keep(session(root, cache))
    for edits in ({}, {"models/r01.sql": "MODEL (name s.r01);\nSELECT a, c FROM s.root"}):
        write(root, files | edits)
        lived, fresh = session(root, cache), session(root, None)
        said = []
        for project in (lived, fresh):
            readers = ColumnReaders(project.graph, former(present(project), "saved").sides)
            said.append([(readers.of("s.root", name), readers.before("s.root", name)) for name in "abc"])
        assert said[0] == said[1]
        assert said[0][1][0] == tuple(f"s.r{at:02}" for at in range(3 if edits else 1, kept_columns.FEW + 3, 2))
        assert lived.graph.engine.was_packed(queries.facts, "s.r05")
        assert lived.graph.engine.was_packed(queries.facts, "s.r01") == (not edits)
        keep(lived)


def test_a_digest_counts_for_the_text_that_it_was_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)
    keep(session(tmp_path, tmp_path / "w.facts"))
    made: list[str] = []
    monkeypatch.setattr(kept_graph, "told_apart", lambda text: made.append(text) or told_apart(text))
    project = session(tmp_path, tmp_path / "w.facts", ahead=True)
    assert project.recalled
    assert made == [], "those that were read ahead have theirs"
    kept = KeptGraph(project.graph, tmp_path / "w.graph").look()
    assert kept is not None
    old, new = FILES["models/base.sql"], FILES["models/base.sql"] + "-- more"
    for ready in ({}, {"models/base.sql": (old, told_apart(old))}, {"models/base.sql": (new, told_apart(new))}):
        assert KeptGraph.differing(kept[1], {"models/base.sql": new}, ready) == {"models/base.sql": new}
        assert KeptGraph.differing(kept[1], {"models/base.sql": old}, ready) == {}


def test_files_that_are_new_since_then_are_read(tmp_path: Path) -> None:
    """A model's, an audit's, and source tables': nothing of the past has a place for them."""
    write(tmp_path, {path: text for path, text in FILES.items() if path not in ("audits/small.sql", "models/last.sql")})
    keep(session(tmp_path, tmp_path / "w.facts"))
    write(tmp_path, FILES)
    (tmp_path / "external_models").mkdir()
    (tmp_path / "external_models/more.yaml").write_text("- name: raw.u\n  columns:\n    id: INT\n")
    lived, fresh = session(tmp_path, tmp_path / "w.facts"), session(tmp_path, None)
    assert lived.recalled
    assert lived.graph.text("audits/small.sql") == FILES["audits/small.sql"]
    assert_same(lived, fresh, "")
