"""Unit tests that fail for models which a plan changes: said before a promotion, which they do not stop.

The tests run on the workspace's files as they are; a model whose files are not what is promoted is left out, since its tests
would say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.environments.progress import Cancel
from lsp_server.environments.unit_tests.reading import read_all
from lsp_server.environments.unit_tests.running import PASSED, Prepared, prepare, run
from lsp_server.plan.states import Placement
from lsp_server.plan.steps import Plan
from lsp_server.plan.versions import WorkspaceVersion
from lsp_server.project.workspace import Project
from lsp_server.syntax.names import model_name


def tests_of(project: Project, version: WorkspaceVersion, planned: Plan) -> list[Prepared]:
    """The unit tests of the models that a plan changes."""
    changed = {step.model for step in planned.changes}
    tested = {m for m in changed if _is_promoted(version, planned.placements.get(m), m)}
    tests, _problems = read_all(project.files, project.config)
    dialect = project.config.dialect
    return [prepare(project.graph, project.root, t) for t in tests if model_name(t.model, dialect) in tested]


def failures(tests: Iterable[Prepared]) -> tuple[str, ...]:
    """A sentence for each test that does not pass."""
    return tuple(
        f"unit test {result.test.name} of {result.test.model} does not pass: {result.message}"
        for result in (run(test, Cancel()) for test in tests)
        if result.outcome != PASSED
    )


def _is_promoted(version: WorkspaceVersion, placement: Placement | None, name: str) -> bool:
    model = version.models.get(name)
    return model is not None and placement is not None and model.text != "" and model.identity == placement.version
