"""From what headers and AUDIT files say to the queries that are run."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from lsp_server.environments.audits.arguments import Arguments, plain_text, put_in, read_arguments
from lsp_server.environments.audits.builtin import BUILTIN, ENGINE, NOT_SUPPORTED, ArgumentError, Given
from lsp_server.graph import queries
from lsp_server.graph.config import AUDIT, MODEL
from lsp_server.graph.engine import Engine, query
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Call, Model
from lsp_server.plan.versions import AuditCall, StandaloneAudit
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.header import Call as WrittenCall
from lsp_server.syntax.header import Header
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.names import table_key
from lsp_server.syntax.query import ParsedQuery, parse_query

_SUFFIX = "_non_blocking"


_AUDIT_WORD = re.compile(r"\bAUDIT\b", re.IGNORECASE)
"""Without it a text defines none."""


class Definition(msgspec.Struct, frozen=True):
    """One AUDIT of the workspace."""

    name: str
    query: str
    dialect: str
    blocking: bool = True
    standalone: bool = False
    skip: bool = False
    defaults: dict[str, str] = {}


def definitions_of(graph: Graph) -> dict[str, Definition]:
    """All AUDITs: those in files of their own, and those below a model."""
    return {each.name: each for path in graph.paths() for each in graph.get(_definitions_in, path)}


@query()
def _definitions_in(db: Engine, path: str) -> tuple[Definition, ...]:
    """The AUDITs of one file, remembered until it changes."""
    config = queries.CONFIG(db, None)
    if not path.endswith(".sql") or not _AUDIT_WORD.search(queries.TEXT(db, path) or ""):
        return ()
    if config.role(path) not in (MODEL, AUDIT):
        return ()
    file = queries.read_file(db, path)
    found: dict[str, Definition] = {}
    if config.role(path) == AUDIT and file.header is not None and file.query is not None:
        _add(found, file.header, file.query.text, file.dialect)
    for statement in file.with_role("audit"):
        if statement.header is not None:
            _add(found, statement.header, statement.text, file.dialect)
    return tuple(found.values())


def _add(found: dict[str, Definition], header: Header, query: str, dialect: str) -> None:
    name = header.name.lower()
    defaults = header.value("defaults")
    texts = (
        {str(k).lower(): plain_text(v, name=True) for k, v in defaults.items()} if isinstance(defaults, dict) else {}
    )
    if name:
        found[name] = Definition(
            name,
            query,
            str(header.value("dialect") or dialect),
            header.value("blocking") is not False,
            header.value("standalone") is True,
            header.value("skip") is True,
            texts,
        )


def standalone_audits(graph: Graph, known: Mapping[str, Definition]) -> tuple[StandaloneAudit, ...]:
    """The AUDITs that belong to no model, with the models that they read."""
    return tuple(_standalone(graph, found) for _, found in sorted(known.items()) if found.standalone and not found.skip)


def _standalone(graph: Graph, found: Definition) -> StandaloneAudit:
    try:
        context = MacroContext(dialect=found.dialect, variables=graph.config().variables)
        parsed = _parsed(found, {}, context)
    except ArgumentError as error:
        return StandaloneAudit(AuditCall(found.name, found.query, found.blocking, found.dialect), problem=str(error))
    named = _named(parsed)
    reads = tuple(name for name in named if (model := graph.model(name)) is not None and not model.external)
    call = AuditCall(found.name, parsed.text[slice(*parsed.extent)], found.blocking, found.dialect)
    return StandaloneAudit(call, reads, reads == named)


def calls_of(
    model: Model, header: Header | None, known: Mapping[str, Definition], context: MacroContext
) -> tuple[tuple[AuditCall, ...], tuple[str, ...]]:
    """The audits of one model, and what is wrong with the others."""
    found: list[AuditCall] = []
    problems: list[str] = []
    for name, arguments in _written(model, header):
        if name in known and known[name].skip:
            continue
        try:
            found.append(_call(name, arguments, model.dialect, known, context))
        except ArgumentError as error:
            problems.append(f"audit {name}: {error}")
    return tuple(found), tuple(problems)


def _written(model: Model, header: Header | None) -> list[tuple[str, Arguments]]:
    """Name and arguments of each audit, from the text where there is one: there a string is told from a column."""
    written = header.value("audits") if header is not None else None
    items = written if isinstance(written, list) else [] if written is None else [written]
    found: list[tuple[str, Arguments]] = []
    for item in items:
        if isinstance(item, WrittenCall):
            found.append((item.name.lower(), read_arguments(item.text, model.dialect)))
        elif isinstance(item, str):
            found.append((item.lower(), {}))
    if found:
        return found
    return [(call.name, _plain(call)) for call in model.audits]


def _plain(call: Call) -> Arguments:
    bare = ("column", "columns", "criteria", "condition", "to", "field")
    return {name: plain_text(value, name=name in bare) for name, value in call.kwargs.items()}


def _call(
    name: str, arguments: Arguments, dialect: str, known: Mapping[str, Definition], context: MacroContext
) -> AuditCall:
    given = Given(arguments, dialect)
    blocking = given.flag("blocking", not name.endswith(_SUFFIX))
    if definition := known.get(name):
        blocking = given.flag("blocking", definition.blocking)
        parsed = _parsed(definition, arguments, context)
        return AuditCall(name, parsed.text[slice(*parsed.extent)], blocking, definition.dialect, _named(parsed))
    builtin = BUILTIN.get(name.removesuffix(_SUFFIX))
    if name.removesuffix(_SUFFIX) in NOT_SUPPORTED:
        raise ArgumentError("it is not supported yet")
    if builtin is None:
        raise ArgumentError("nobody defines it")
    query = builtin(given)
    elsewhere = any(key == "to" or "select" in text.lower() for key, text in arguments.items())
    return AuditCall(name, query, blocking, ENGINE, _named(parse_query(read_model(query, ENGINE))) if elsewhere else ())


def _named(parsed: ParsedQuery) -> tuple[str, ...]:
    """The relations that a query names; those that are models are sorted out by whoever knows the models."""
    parsed.take_apart()
    return tuple(sorted({table_key(table.parts, table.quoted, parsed.dialect) for table in parsed.tables}))


def _parsed(definition: Definition, arguments: Arguments, context: MacroContext) -> ParsedQuery:
    text = put_in(definition.query, {**definition.defaults, **arguments}, definition.dialect)
    parsed = parse_query(read_model(text, definition.dialect), context)
    if parsed.tree is None or parsed.damaged:
        first = parsed.problems[0].message if parsed.problems else "it has no query"
        raise ArgumentError(first.rstrip("."))
    return parsed
