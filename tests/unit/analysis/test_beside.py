"""What decides beside a model's text: a seed's file, the configuration, the text of its audits."""

from __future__ import annotations

import msgspec

from lsp_server.analysis.comparison import Comparison
from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import SeedFile
from lsp_server.semantics.facts import Column, Interface
from tests.specs_of_changes import impact

FILES = {
    "models/plans.sql": "MODEL (name s.plans, kind SEED (path '../seeds/plans.csv'));\n",
    "models/m.sql": "MODEL (name s.m, kind FULL, audits (positive, not_null(columns := (fee))));\nSELECT fee FROM s.plans\n",
    "models/n.sql": "MODEL (name s.n, kind FULL);\nSELECT name FROM s.plans\n",
    "audits/positive.sql": "AUDIT (name positive);\nSELECT * FROM @this_model WHERE fee < 0\n",
}
CONFIG = Config(format="sqlmesh", path="config.yaml", dialect="duckdb")
COLUMNS = Interface((Column("name", "VARCHAR"), Column("fee", "INTEGER")))
CELLS = {"name": "1", "fee": "2"}


def graph_of(changes: dict[str, str] | None = None, config: Config = CONFIG, seed: SeedFile | None = None) -> Graph:
    graph = Graph()
    graph.set_config(config)
    for path, text in {**FILES, **(changes or {})}.items():
        graph.set_file(path, text)
    graph.set_seed("seeds/plans.csv", seed or SeedFile(COLUMNS, "d", CELLS, 3))
    graph.stabilise()
    return graph


def touched(after: Graph) -> dict[str, tuple[str, str, list[str]]]:
    """Model to what happened, the verdict, and its reasons."""
    found = impact.impact(after, impact.baseline(graph_of(), "git:HEAD"))
    return {
        name: (each.change, each.verdict, [f"{r.message} @ {after.text(r.path)[slice(*r.span)]}" for r in each.reasons])
        for name, each in found.models.items()
    }


def test_a_seed_whose_values_changed_is_modified_and_says_which_column() -> None:
    found = touched(graph_of(seed=SeedFile(COLUMNS, "e", {**CELLS, "fee": "3"}, 3)))
    said = "`fee`: its values in `seeds/plans.csv` have changed; read by `s.m` @ path"
    assert found["s.plans"] == ("modified", "breaking: fee changes", [said])
    assert found["s.m"][1] == "breaking: fee changes"
    assert "s.n" not in found


def test_a_seed_with_other_rows() -> None:
    found = touched(graph_of(seed=SeedFile(COLUMNS, "e", CELLS, 4)))
    said = "`seeds/plans.csv` has another number of rows: rows differ, so every reader is touched @ path"
    assert found["s.plans"] == ("modified", "breaking: rows change", [said])
    assert set(found) == {"s.plans", "s.m", "s.n"}


def test_a_default_of_the_configuration_names_its_file() -> None:
    config = msgspec.structs.replace(CONFIG, defaults={"start": "2026-01-05"})
    found = touched(graph_of(config=config))
    assert found["s.n"][2][-1].startswith(
        "start (model_defaults in `config.yaml`) changed: not set is now 2026-01-05, so every reader is touched"
    )


def test_an_audit_whose_text_changed_is_metadata_of_the_models_that_name_it() -> None:
    changed = {"audits/positive.sql": FILES["audits/positive.sql"].replace("< 0", "<= 0")}
    found = touched(graph_of(changed))
    assert found == {
        "s.m": ("upstream", "metadata only", ["the audit `positive` changed: metadata only @ audits"]),
    }


def test_layout_of_an_audit_is_nothing() -> None:
    changed = {"audits/positive.sql": FILES["audits/positive.sql"].replace(" WHERE", "\n  WHERE")}
    assert touched(graph_of(changed)) == {}


def test_the_comparison_that_is_kept_in_step_sees_an_audit() -> None:
    graph = graph_of()
    comparison = Comparison(graph, impact.baseline(graph_of(), "git:HEAD"))
    graph.stabilise()
    assert comparison.update().models == {}
    graph.set_file("audits/positive.sql", FILES["audits/positive.sql"].replace("< 0", "<= 0"))
    graph.stabilise()
    assert comparison.update().models["s.m"].verdict == "metadata only"
    graph.set_file("audits/positive.sql", FILES["audits/positive.sql"])
    graph.stabilise()
    assert comparison.update().models == {}
