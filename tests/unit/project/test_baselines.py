"""A baseline that shares with the present what is the same says what one says that was analysed whole."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.analysis.impact import baseline, impact
from lsp_server.analysis.meanings import observe
from lsp_server.project.baselines import was
from lsp_server.project.cache import FOLDER_VARIABLE
from lsp_server.project.files import Disk
from lsp_server.project.present import present
from lsp_server.project.workspace import Project

FILES = {
    "config.yaml": "model_defaults:\n  dialect: duckdb\n",
    "external_models.yaml": "- name: raw.t\n  columns:\n    id: INT\n    price: DOUBLE\n    day: DATE\n",
    "seeds/s.csv": "id,name\n1,a\n",
    "models/seed.sql": "MODEL (name s.seed, kind SEED (path '../seeds/s.csv'));\n",
    "models/base.sql": "MODEL (name s.base, kind FULL);\nSELECT id, price, day FROM raw.t WHERE price > 0\n",
    "models/view.sql": "MODEL (name s.view, kind VIEW);\nSELECT b.*, n.name FROM s.base AS b JOIN s.seed AS n USING (id)\n",
    "models/sums.sql": "MODEL (name s.sums, kind FULL);\nSELECT name, SUM(price) AS total FROM s.view GROUP BY name\n",
    "models/firsts.sql": "MODEL (name s.firsts, kind FULL);\nSELECT FIRST(price) AS first_price FROM s.sorted\n",
    "models/sorted.sql": "MODEL (name s.sorted, kind FULL);\nSELECT * FROM s.base ORDER BY day, id\n",
    "models/last.sql": "MODEL (name s.last, kind FULL);\nSELECT t.name, t.total * 2 AS twice FROM s.sums AS t\n",
    "models/both.sql": (
        "MODEL (name s.@{which}, kind FULL, blueprints ((which := x), (which := y)));\n"
        "SELECT id, '@{which}' AS which FROM s.sorted\n"
    ),
    "audits/small.sql": "AUDIT (name small);\nSELECT * FROM @this_model WHERE total > 100\n",
    "models/audited.sql": "MODEL (name s.audited, kind FULL, audits (small, below));\nSELECT total FROM s.sums\n",
    "models/below.sql": "MODEL (name s.below, kind FULL);\nSELECT 1 AS a;\nAUDIT (name below);\nSELECT * FROM @this_model WHERE total < 0\n",
    "models/reads_x.sql": "MODEL (name s.reads_x, kind FULL);\nSELECT id FROM s.x UNION ALL SELECT id FROM s.absent\n",
}
EDITS = [
    ("models/base.sql", "price > 0", "price > 1"),
    ("models/base.sql", "price, day", "price, price * 2 AS net, day"),
    ("models/base.sql", "MODEL", "-- said\nMODEL"),
    ("models/base.sql", "FROM raw.t", "FROM raw.t WHERE ("),
    ("models/base.sql", "raw.t", "s.last"),
    ("models/sorted.sql", "day, id", "id"),
    ("models/firsts.sql", "FIRST(price)", "MAX(price)"),
    ("models/sums.sql", "name s.sums", "name s.sums_2"),
    ("models/sums.sql", "SUM(price)", "MAX(price)"),
    ("models/both.sql", "which := y", "which := z"),
    ("models/both.sql", "FROM s.sorted", "FROM s.base"),
    ("models/last.sql", "name s.last", "name s.base"),
    ("models/last.sql", "t.total * 2", "t.total * 3"),
    ("models/absent.sql", "", "MODEL (name s.absent, kind FULL);\nSELECT 1 AS id\n"),
    ("models/view.sql", None, None),
    ("audits/small.sql", "> 100", "> 200"),
    ("models/below.sql", "< 0", "< 1"),
    ("models/below.sql", "1 AS a", "2 AS a"),
    ("models/firsts.sql", None, None),
    ("seeds/s.csv", "1,a", "1,a\n2,b"),
    ("external_models.yaml", "price: DOUBLE", "price: INT"),
    ("config.yaml", "duckdb", "postgres"),
]
SEEDS = [*range(6), int(os.environ.get("SEED", random.randrange(1 << 30)))]


class Texts(Disk):
    """Files that are none."""

    def __init__(self, root: Path, texts: dict[str, str], seeds_as_now: bool) -> None:
        super().__init__(root)
        self.texts = texts
        self.seeds_as_now = seeds_as_now

    def paths(self, folder: str = "") -> Iterator[str]:
        yield from (path for path in self.texts if not path.endswith(".csv"))

    def read(self, path: str) -> bytes | None:
        return self.texts[path].encode() if path in self.texts else None

    def holds(self, path: str, text: str) -> bool:
        return self.texts.get(path) == text


def edited(rng: random.Random, count: int) -> dict[str, str]:
    texts = dict(FILES)
    for path, old, new in rng.sample(EDITS, count):
        if old is None or new is None:
            texts.pop(path, None)
        elif path in texts or not old:
            texts[path] = texts.get(path, "").replace(old, new) if old else new
    return texts


def analysed(root: Path, texts: dict[str, str]) -> Project:
    project = Project(root, Texts(root, texts, False))
    observe(project.graph)
    project.load()
    project.stabilise()
    return project


@pytest.mark.parametrize("seed", SEEDS)
def test_shared_is_the_same_as_analysed_whole(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    rng = random.Random(seed)
    for _ in range(4):
        now, before = edited(rng, rng.choice((0, 1, 3))), edited(rng, rng.choice((1, 1, 2, 3)))
        found = was(present(analysed(tmp_path, now)), "git:HEAD", Texts(tmp_path, before, False))
        whole = baseline(analysed(tmp_path, before).graph, "git:HEAD")
        assert found.tables == whole.tables, (seed, _different(now, before))
        assert found == whole, (seed, _different(now, before))


def _different(now: dict[str, str], before: dict[str, str]) -> list[str]:
    return sorted(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))


def test_only_what_differs_is_analysed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    project = analysed(tmp_path, FILES)
    before = FILES | {"models/sums.sql": FILES["models/sums.sql"].replace("SUM", "MAX")}
    given: list[set[str]] = []
    begin = Project.begin
    monkeypatch.setattr(Project, "begin", lambda self: (given.append(set(self.collected)), begin(self))[1])
    was(present(project), "git:HEAD", Texts(tmp_path, before, True))
    assert given == [{"models/sums.sql", "models/last.sql", "models/audited.sql"}]


def test_a_project_whose_meanings_nobody_watches_is_shared_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the command line has it.  What is known of an unedited model must have its meaning, or whoever reads it looks changed."""
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    edited = FILES | {"models/sums.sql": FILES["models/sums.sql"] + "-- said\n"}
    project = Project(tmp_path, Texts(tmp_path, edited, False))
    project.load()
    project.stabilise()
    found = was(present(project), "git:HEAD", Texts(tmp_path, FILES, False))
    assert found == baseline(analysed(tmp_path, FILES).graph, "git:HEAD")
    assert {touched.category for touched in impact(project.graph, found).models.values()} <= {"none"}
