"""Pull diagnostics: of a document, of the workspace.  The same problems as those that are pushed."""

from __future__ import annotations

import hashlib

from lsprotocol import types

from lsp_server.server.dispatch import Token
from lsp_server.server.projects import Project
from lsp_server.server.world import World
from lsp_server.text.problems import Problem


def document(
    world: World, params: types.DocumentDiagnosticParams, _: Token
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """A document's problems, or that they are the same as before."""
    found = world.workspace.locate(params.text_document.uri)
    if found is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    project, path = found
    problems = world.publisher.problems(project, path)
    result_id = _identity(problems)
    if result_id == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
    items = [world.publisher.diagnostic(project, path, problem) for problem in problems]
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=result_id)


def workspace(world: World, params: types.WorkspaceDiagnosticParams, token: Token) -> types.WorkspaceDiagnosticReport:
    """All documents that have problems, or had some when the client last asked."""
    before = {previous.uri: previous.value for previous in params.previous_result_ids}
    items: list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport] = []
    for project in world.workspace.every():
        for path in project.paths_with_problems():
            token.check()
            uri = world.uri(project, path)
            report = _report(world, project, path, uri, before.pop(uri, ""))
            if report is not None:
                items.append(report)
    cleared = types.WorkspaceFullDocumentDiagnosticReport
    items += [cleared(uri=uri, items=[], version=world.version(uri)) for uri in before]
    return types.WorkspaceDiagnosticReport(items)


def _report(
    world: World, project: Project, path: str, uri: str, before: str
) -> types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport | None:
    problems = world.publisher.problems(project, path)
    if not problems and not before:
        return None
    result_id, version = _identity(problems), world.version(uri)
    if before == result_id:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=result_id, version=version)
    items = [world.publisher.diagnostic(project, path, problem) for problem in problems]
    return types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=items, result_id=result_id, version=version)


def _identity(problems: tuple[Problem, ...]) -> str:
    return hashlib.blake2b(repr(problems).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
