"""SQLMesh's own example projects: every SQL file of sushi, multi and wursthall reads without an error.

And SQLMesh's own table of properties: what its Python names, ours names too.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.properties import KINDS, names_of
from lsp_server.syntax.query import for_file, parse_query
from tests.inputs import sqlmesh_examples, sqlmesh_source

FILES = {"sushi": 18, "multi": 5, "wursthall": 5, "multi_hybrid": 6, "ibis": 4, "sushi_dbt": 14}


def python_macros(project: Path) -> frozenset[str]:
    """Names of the macros that a project defines in Python."""
    texts = [path.read_text(encoding="utf-8") for path in project.rglob("macros/*.py")]
    return frozenset(re.findall(r"@macro\([^)]*\)\s*def (\w+)", "\n".join(texts)))


@pytest.mark.parametrize("name", FILES)
def test_no_false_error(name: str) -> None:
    project = sqlmesh_examples() / name
    files = sorted(project.rglob("*.sql"))
    jinja = tuple(path.read_text(encoding="utf-8") for path in files if path.parent.name == "macros")
    context = MacroContext("duckdb", python_macros=python_macros(project), sql_macros=jinja)
    assert len(files) >= FILES[name]
    for path in files:
        file = read_model(path.read_text(encoding="utf-8"), "duckdb")
        inside = for_file(context, file)
        problems = [*file.problems, *(p for s in file.statements for p in parse_query(s, inside).problems)]
        assert [problem for problem in problems if problem.severity != "information"] == [], path


def fields(path: str, classes: tuple[str, ...]) -> set[str]:
    """Names of the annotated fields of some classes in SQLMesh's source, aliases applied."""
    tree = ast.parse((sqlmesh_source() / path).read_text(encoding="utf-8"))
    return {
        node.target.id.rstrip("_")
        for defined in tree.body
        if isinstance(defined, ast.ClassDef) and defined.name in classes
        for node in defined.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not node.target.id.startswith("_")
    }


def test_all_model_properties_are_known() -> None:
    theirs = fields("sqlmesh/core/model/meta.py", ("ModelMeta",)) | fields("sqlmesh/core/node.py", ("_Node",))
    internal = {"columns_to_types", "physical_schema_override", "dbt_node_info"}
    assert theirs - internal <= names_of("MODEL")


def test_all_kinds_and_their_properties_are_known() -> None:
    source = (sqlmesh_source() / "sqlmesh/core/model/kind.py").read_text(encoding="utf-8")
    names = set(re.findall(r'^    ([A-Z_0-9]+) = "\1"', source, re.MULTILINE)) - {"ERROR", "WARN", "ALLOW", "IGNORE"}
    assert names == {kind.name for kind in KINDS}
    theirs = fields(
        "sqlmesh/core/model/kind.py",
        (
            "_Incremental",
            "_IncrementalBy",
            "IncrementalByTimeRangeKind",
            "IncrementalByUniqueKeyKind",
            "IncrementalByPartitionKind",
            "IncrementalUnmanagedKind",
            "ViewKind",
            "SeedKind",
            "_SCDType2Kind",
            "SCDType2ByTimeKind",
            "SCDType2ByColumnKind",
            "CustomKind",
            "DbtCustomKind",
        ),
    )
    assert theirs - {"name"} <= {known.name for kind in KINDS for known in kind.properties}


def inherited(path: str) -> dict[str, set[str]]:
    """The fields of every class in a file of SQLMesh's, those of its bases in the same file among them."""
    tree = ast.parse((sqlmesh_source() / path).read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for defined in tree.body:
        if isinstance(defined, ast.ClassDef):
            bases = [base.id for base in defined.bases if isinstance(base, ast.Name)]
            found[defined.name] = fields(path, (defined.name,)).union(*(found.get(base, set()) for base in bases))
    return found


def test_each_kind_has_the_properties_that_it_has_in_sqlmesh() -> None:
    theirs = inherited("sqlmesh/core/model/kind.py")
    internal = {"name", "dialect", "auto_restatement_intervals"}
    compared = 0
    for kind in KINDS:
        names = [name for name in theirs if name.lower() == kind.name.replace("_", "").lower() + "kind"]
        for name in names:
            compared += 1
            assert theirs[name] - internal <= {known.name for known in kind.properties}, kind.name
    assert compared >= 10
