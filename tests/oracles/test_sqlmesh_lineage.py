"""A second opinion on column lineage: SQLMesh's own, on its example projects and on the demo.

Every difference is explained in data/sqlmesh_lineage_differences.md; one that is not listed, or listed and gone, fails.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.inputs import SQLMESH_WITH_SERVER, peer, sqlmesh_examples

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
QUIET = {"SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1", "DO_NOT_TRACK": "1"}
CUSTOM_KIND = re.compile(r"kind CUSTOM\s*\((?:[^()]|\([^()]*\))*\)")

Upstream = dict[str, set[str]]
"""`model.column` to the upstream columns of its value."""


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT) if command[0] == sys.executable else ""},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def plain_name(name: str) -> str:
    """The last two parts, without quotes."""
    return ".".join(part.strip('"') for part in re.findall(r'"[^"]*"|[^.]+', name)[-2:]).lower()


def sqlmesh(folder: Path, *flags: str) -> Upstream:
    interpreter = str(peer("sqlmesh", SQLMESH_WITH_SERVER) / "python")
    found = json.loads(run([interpreter, str(HERE / "sqlmesh_lineage.py"), str(folder), *flags], folder.parent))
    return {
        f"{plain_name(model)}.{column.lower()}": {
            f"{plain_name(m)}.{c.lower()}" for m, cs in upstream.items() for c in cs
        }
        for model, columns in found.items()
        for column, upstream in columns.items()
    }


def headwater(folder: Path) -> Upstream:
    found = json.loads(run([sys.executable, "-m", "lsp_server", "lineage", str(folder), "--format", "json"], folder))
    return {
        f"{plain_name(model['model'])}.{column['name'].lower()}": {
            f"{plain_name(edge['model'])}.{edge['column'].lower()}" for edge in column["upstream"]
        }
        for model in found["models"]
        for column in model["columns"]
    }


def explained() -> dict[str, tuple[set[str], set[str]]]:
    rows = re.findall(
        r"^\| (\S+) \|([^|]*)\|([^|]*)\|",
        (HERE / "data" / "sqlmesh_lineage_differences.md").read_text(encoding="utf-8"),
        re.M,
    )
    return {
        column: (set(theirs.replace(",", " ").split()), set(ours.replace(",", " ").split()))
        for column, theirs, ours in rows
        if "." in column
    }


def differences(folder: Path, *flags: str) -> tuple[int, dict[str, tuple[set[str], set[str]]]]:
    theirs, ours = sqlmesh(folder, *flags), headwater(folder)
    assert set(theirs) <= set(ours), sorted(set(theirs) - set(ours))
    return len(theirs), {
        column: (theirs[column] - ours[column], ours[column] - theirs[column])
        for column in theirs
        if theirs[column] != ours[column]
    }


def test_differences_are_the_explained_ones(tmp_path: Path) -> None:
    examples = sqlmesh_examples()
    shutil.copytree(examples / "sushi", tmp_path / "sushi")
    shutil.copytree(examples / "wursthall", tmp_path / "wursthall")
    shutil.copytree(examples / "multi", tmp_path / "multi")
    shutil.copytree(ROOT / "demo_workspace", tmp_path / "demo")
    for model in (tmp_path / "sushi" / "models").glob("*.sql"):
        # Its materialisations live in a package that the example does not bring.
        model.write_text(CUSTOM_KIND.sub("kind FULL", model.read_text(encoding="utf-8")), encoding="utf-8")
    total, found = 0, {}
    for folder, flags in (("sushi", ["--plain"]), ("wursthall", ["--plain"]), ("multi/repo_1", []), ("demo", [])):
        count, differing = differences(tmp_path / folder, *flags)
        total += count
        found.update(differing)
    print(f"{total} columns, {len(found)} with a difference")
    assert total > 200
    assert found == explained()
