"""Graph -> WorkspaceVersion: what environments need to know of the workspace's models, with their real fingerprints.

The graph must be stable.  What a model cannot be built for becomes one of its `problems`, and a plan says it by name.

What is known of one model is a query of the graph (`_draft`), so it can be remembered until something changes that it was made from;
it must read nothing but through the graph's engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from lsp_server.analysis import hashing
from lsp_server.analysis import meanings as of_meanings
from lsp_server.analysis.fingerprints import Meaning, identities, order_readers
from lsp_server.analysis.meanings import meanings_of
from lsp_server.environments.audits.definitions import Definition, calls_of, definitions_of, standalone_audits
from lsp_server.environments.kind_settings import kind_of, truth, wrong_merging, wrong_values
from lsp_server.environments.not_carried_out import refused_in
from lsp_server.graph import queries
from lsp_server.graph.engine import Engine, Input, query
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.plan import versions
from lsp_server.plan.versions import ModelVersion, WorkspaceVersion, digest
from lsp_server.project.config import is_config
from lsp_server.semantics.facts import Interface
from lsp_server.syntax.expansion import OPAQUE_CALL, MacroContext
from lsp_server.syntax.model_file import ModelFile, Statement
from lsp_server.syntax.names import split_name, table_key
from lsp_server.syntax.query import ParsedQuery, expand_query, parse_query
from lsp_server.text.problems import Problem

_NONE: Mapping[str, tuple[Problem, ...]] = {}
_TRANSACTIONS = ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT")


class _Site(msgspec.Struct, frozen=True):
    """What drafts read beside the engine's values; `audits` are all of the workspace."""

    graph: Graph
    root: Path
    audits: dict[str, Definition]


_SITE: Input[None, _Site | None] = Input("site of versions", None)


def workspace_version(
    graph: Graph, root: Path, problems: Mapping[str, tuple[Problem, ...]] = _NONE, *, kept: bool = False
) -> WorkspaceVersion:
    """All models of a stable graph; `root` is the workspace's folder, which seeds are relative to.

    `problems`: those of files that the graph does not know (`Project.problems`).  `kept`: what is read of each model is remembered
    for the next time, which makes the first one half as dear again.
    """
    meanings = meanings_of(graph)
    tables = identities(meanings)
    audits = _settle_site(graph, root)
    models: dict[str, ModelVersion] = {}
    for name in sorted(graph.names.names()):
        found = graph.get(_draft, name) if kept else _draft.function(graph.engine, name)
        if found is not None:
            table = tables.get(name, "") or found.fingerprint
            models[name] = found if table == found.fingerprint else msgspec.structs.replace(found, fingerprint=table)
    return WorkspaceVersion(
        models,
        standalone_audits(graph, audits),
        refused_in(graph.config()),
        order_readers(meanings),
        _unread(graph, problems),
        _wrong(problems),
    )


def begin(graph: Graph, root: Path) -> list[str]:
    """The models of which `prepare` is to have ready what `workspace_version` takes of each."""
    _settle_site(graph, root)
    return sorted(graph.names.names(), reverse=True)


def prepare(graph: Graph, left: list[str], stop: Callable[[], bool]) -> bool:
    """Take models from `left`, at least one; False when stopped before the end."""
    while left:
        graph.get(_draft, left.pop())
        if left and stop():
            return False
    return True


def _settle_site(graph: Graph, root: Path) -> dict[str, Definition]:
    audits = definitions_of(graph)
    graph.engine.set(_SITE, None, _Site(graph, root, audits))
    return audits


@query()
def _draft(db: Engine, name: str) -> ModelVersion | None:
    """What is known of one model; its fingerprint without the order of its rows.  None for what is not built."""
    site, model = _SITE(db, None), queries.model(db, name)
    if site is None or model is None or model.external or truth(model.properties.get("enabled")) is False:
        return None
    meaning = of_meanings.meaning(db, name)
    return _version(site.graph, site.root, model, meaning, meaning.table if meaning is not None else "", site.audits)


def _unread(graph: Graph, problems: Mapping[str, tuple[Problem, ...]]) -> dict[str, str]:
    """Files and folders that are there and of which no model could be read, and why."""
    found = {f"{path}/": said[0].message for path, said in problems.items() if said[0].code == "unreadable-folder"}
    found |= {
        path: one.problems[0].message for path, one in graph.declared().items() if one.problems and not one.models
    }
    for path in graph.paths():
        if graph.text(path) is not None and not graph.models_in(path):
            errors = [problem.message for problem in graph.problems(path) if problem.severity == "error"]
            found[path] = errors[0] if errors else "it has no MODEL header"
    return found


def _wrong(problems: Mapping[str, tuple[Problem, ...]]) -> tuple[str, ...]:
    return tuple(
        f"{path}: {problem.message.rstrip('.')}"
        for path, said in sorted(problems.items())
        for problem in said
        if is_config(path) and problem.severity == "error" and "setting" not in problem.data
    )


def _version(
    graph: Graph,
    root: Path,
    model: Model,
    meaning: Meaning | None,
    fingerprint: str,
    audits: Mapping[str, Definition],
) -> ModelVersion:
    file = graph.glance(model.path)
    context = queries.context(graph.engine, model)
    query = _query(model, file, context)
    interface = graph.interface(model.name) or Interface((), complete=False)
    catalog, schema, table = _parts(model)
    calls, wrong_audits = calls_of(model, file.header if file else None, audits, context)
    calls = tuple(msgspec.structs.replace(call, reads=_known(graph, model, call.reads)) for call in calls)
    pre, post, on_view, wrong_statements = _statements(graph, model, file, context)
    reads = _reads(graph, model.name)
    kind = kind_of(graph, model, root, file)
    return ModelVersion(
        name=model.name,
        kind=kind,
        fingerprint=fingerprint or digest("unknown", model.name, graph.text(model.path) or ""),
        schema=schema,
        table=table,
        catalog=catalog or _named_catalog(file, query, context, graph.config().for_path(model.path).default_catalog),
        path=model.path,
        dialect=model.dialect,
        text=graph.text(model.path) or "",
        query=_text(query) if query is not None else "",
        columns=interface.columns,
        complete=interface.complete,
        declared=tuple((c.name, c.type) for c in model.columns if c.type not in ("", "UNKNOWN")),
        upstreams=tuple(up for up in _upstreams(graph, model.name) if up != model.name),
        reads=reads,
        pre=pre,
        post=post,
        on_view=on_view,
        audits=calls,
        cron=model.cron,
        cron_tz=str(model.properties.get("cron_tz") or ""),
        interval_unit=str(model.properties.get("interval_unit") or "").lower(),
        allow_partials=truth(model.properties.get("allow_partials")) is True,
        start=model.start,
        end=str(model.properties.get("end") or ""),
        grain=model.grain,
        effective_from=str(model.properties.get("effective_from") or ""),
        meaning=_meaning(meaning),
        problems=(
            *_problems(graph, model, query),
            *(wrong_audits if not model.opaque else ()),  # what is not read is not known to be wrong
            *wrong_statements,
            *wrong_merging(kind, model.dialect),
            *wrong_values(model),
        ),
    )


def _parts(model: Model) -> tuple[str, str, str]:
    """Catalog, schema and table of a model's name; a name without a schema lives in `main`."""
    parts = [part for part, _ in split_name(model.name, model.dialect)]
    if len(parts) > 3:
        parts = [*parts[:2], ".".join(parts[2:])]
    catalog, schema, table = (["", "main", *parts] if len(parts) == 1 else ["", *parts])[-3:]
    return catalog, schema, table


def _query(model: Model, file: ModelFile | None, context: MacroContext) -> ParsedQuery | None:
    """The model's query with its macros expanded; its tree, which costs as much again, is not needed."""
    if file is None or model.opaque or model.kind.name == "SEED":
        return None
    return expand_query(file, context)


def _named_catalog(file: ModelFile | None, query: ParsedQuery | None, context: MacroContext, home: str) -> str:
    """The workspace's own catalog, where the query names it: the database must then be open under that name."""
    if file is None or query is None or not _may_name(query, home):
        return ""
    parsed = parse_query(file, context)
    named = {table.parts[0].casefold() for table in parsed.tables if len(table.parts) == 3}
    parsed.take_apart()
    return home if home.casefold() in named else ""


def _may_name(query: ParsedQuery, catalog: str) -> bool:
    """Whether it is worth parsing; a name that must be quoted may be written in several ways."""
    return bool(catalog) and (not catalog.isidentifier() or catalog.casefold() in _text(query).casefold())


def _text(parsed: ParsedQuery) -> str:
    """The query as it was parsed, macros expanded."""
    start, end = parsed.extent
    return parsed.text[start:end]


def _known(graph: Graph, reader: Model, names: Iterable[str]) -> tuple[str, ...]:
    """Those of these relations that are models of the workspace, other than the reader."""
    called = {queries.canonical(graph.engine, name, reader) for name in names} - {reader.name}
    return tuple(sorted(name for name in called if (found := graph.model(name)) is not None and not found.external))


def _statements(
    graph: Graph, model: Model, file: ModelFile | None, context: MacroContext
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Pre-statements, post-statements, statements on virtual update, and what is wrong with them."""
    problems: list[str] = []
    upstreams = _upstreams(graph, model.name)

    def expanded(role: str) -> tuple[str, ...]:
        found = []
        for statement in file.with_role(role) if file else ():
            shown = " ".join(statement.text.split())[:40].strip()
            text, named = _statement(statement, context)
            if text is None:
                problems.append(f"its statement `{shown}` cannot be expanded")
                continue
            if text.split()[:1] and text.split()[0].upper().rstrip(";") in _TRANSACTIONS:
                problems.append(f"its statement `{shown}` would end the transaction that its table is made in")
            if undeclared := [name for name in _known(graph, model, named) if name not in upstreams]:
                told = f"its statement `{shown}` names {', '.join(undeclared)}, which its query does not"
                problems.append(f"{told}: write depends_on ({', '.join(undeclared)}) in its header")
            if text.strip():
                found.append(text)
        return tuple(found)

    pre, post, on_view = expanded("pre"), expanded("post"), expanded("virtual_update")
    return pre, post, on_view, tuple(problems)


def _statement(statement: Statement, context: MacroContext) -> tuple[str | None, tuple[str, ...]]:
    """Its text, macros expanded (None where that cannot be done), and the relations that it names."""
    if statement.jinja:
        return None, ()
    parsed = parse_query(statement, context)
    text = _text(parsed)
    named = tuple(table_key(table.parts, table.quoted, parsed.dialect) for table in parsed.tables)
    parsed.take_apart()
    return (None if parsed.damaged or OPAQUE_CALL in text else text), named


def _upstreams(graph: Graph, name: str) -> tuple[str, ...]:
    return graph.get(queries.links, name).upstreams


def _reads(graph: Graph, name: str) -> tuple[tuple[str, str], ...]:
    """(model, column) that the query names directly."""
    facts = graph.facts(name)
    if facts is None:
        return ()
    edges = [edge for column in facts.edges for edge in column] + list(facts.rows)
    return tuple(sorted({(edge.model, edge.column) for edge in edges if edge.model and edge.column}))


def _problems(graph: Graph, model: Model, query: ParsedQuery | None) -> tuple[str, ...]:
    """Why the model cannot be built."""
    if model.opaque:
        return (f"it is {model.opaque}, which is not executed",)
    found: list[str] = []
    owners = graph.engine.get(queries.OWNERS, model.name)
    if len(owners) > 1:
        found.append(f"its name is also defined in {', '.join(path for path in owners if path != model.path)}")
    if circle := graph.cycle(model.name):
        found.append(f"it reads itself: {' -> '.join((*circle, circle[0]))}")
    elif model.name in _upstreams(graph, model.name):
        found.append("it reads itself, which is not supported yet")
    result = graph.get(queries.result, model.name)
    found += [problem.message.rstrip(".") for problem in result.problems if problem.severity == "error"]
    seed = graph.seed(model.seed) if model.kind.name == "SEED" else None
    if model.kind.name == "SEED" and (seed is None or seed.problem or not seed.digest):
        found.append(
            f"its file {model.seed or '(no path)'} cannot be read{': ' + seed.problem.rstrip('.') if seed and seed.problem else ''}"
        )
    if model.kind.name not in ("SEED", "EXTERNAL") and result.facts is None and not circle:
        found.append("it has no query")
    elif query is not None and OPAQUE_CALL in query.text:
        opaque = [call.name for call in query.macros if call.kind in ("opaque", "unknown")]
        found.append(f"it uses the macro @{(opaque or ['?'])[0]}, which is not executed")
    return tuple(dict.fromkeys(found))


def _meaning(meaning: Meaning | None) -> versions.Meaning:
    if meaning is None:
        return versions.Meaning()
    data = digest(*(part for pair in meaning.data for part in pair))
    release = hashing.FINGERPRINT_VERSION
    return versions.Meaning(meaning.rows, meaning.order, meaning.columns, data, version=release, rest=meaning.rest)
