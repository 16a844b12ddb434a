"""Hover: what a name is, where it comes from, who reads it, what the edit does to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lsp_server.analysis.impact import Impact
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.ide.definition import word_at
from lsp_server.ide.functions import functions
from lsp_server.ide.lineage import ColumnId, Reader, downstream, local_upstream, readers, sources, upstream
from lsp_server.ide.macros import MACROS, runtime_variable
from lsp_server.ide.passed_on import own_column
from lsp_server.ide.places import column_of, reference_at, scope_at
from lsp_server.ide.symbols import Found, symbol_at
from lsp_server.ide.verdicts import column_words, model_words
from lsp_server.ide.words import count, fence, listed, table
from lsp_server.semantics.calls import variable_type
from lsp_server.semantics.facts import Edge, Interface
from lsp_server.syntax import properties
from lsp_server.syntax.header import Header
from lsp_server.text.spans import Span

MAX_COLUMNS = 40


class Hover(msgspec.Struct, frozen=True):
    """Markdown for the name at `span`."""

    span: Span
    markdown: str


def hover(graph: Graph, path: str, offset: int, impact: Impact | None = None) -> Hover | None:
    """What to show for the name under the cursor; None where there is nothing to say."""
    found = symbol_at(graph, path, offset)
    if found is None:
        others = (_macro_hover, _other_hover, _header_hover)
        return next((shown for other in others if (shown := other(graph, path, offset)) is not None), None)
    parts = [_describe(graph, path, found), _change(found, impact), _as_output(graph, path, found, impact)]
    text = "\n\n".join(part for part in parts if part)
    return Hover(found.span, text) if text else None


def _change(found: Found, impact: Impact | None) -> str:
    """What the edits do to it."""
    if found.key.kind == "model":
        return model_words(impact, found.key.model)
    return column_words(impact, found.key.model, found.key.name) if found.key.kind == "column" else ""


def _describe(graph: Graph, path: str, found: Found) -> str:
    key = found.key
    if key.kind == "model":
        return model_text(graph, key.model)
    if key.kind == "column":
        return column_text(graph, key.model, key.name, found.target.type if found.target else "")
    if key.kind == "macro":
        return f"`@{key.name}`" + (f" · {found.target.type}" if found.target is not None and found.target.type else "")
    if key.kind == "local" or found.target is None or found.target.kind == "column":
        return _local_text(graph, path, found)
    return _relation_text(graph, found)


def _other_hover(graph: Graph, path: str, offset: int) -> Hover | None:
    """Functions and stars."""
    at = reference_at(graph, path, offset)
    if at is None:
        return None
    model, reference = at
    target = reference.target
    if target.kind == "star" and target.columns:
        shown = ",\n".join(target.columns[:MAX_COLUMNS])
        text = f"`{target.name}` stands for {count(len(target.columns), 'column')}\n\n{fence(shown)}"
        return Hover(reference.span, text)
    if target.kind == "function":
        return Hover(reference.span, function_text(target.name, model.dialect))
    return None


# -- models


def model_text(graph: Graph, name: str) -> str:
    """A model: description, kind, columns, neighbours, what the edits do to it."""
    model = graph.model(name)
    if model is None:
        return f"**{name}** is described nowhere: its columns are not known"
    parts = [_model_title(model), model.description, _properties(model)]
    interface = graph.interface(name)
    if interface is not None and interface.columns:
        parts.append(_columns(interface, graph.descriptions(model.name)))
    parts.append(_neighbours(graph, name))
    return "\n\n".join(part for part in parts if part)


def _model_title(model: Model) -> str:
    kind = "external table" if model.external else model.kind.name
    return f"**{model.name}** · {kind}" + (f" · `{model.path}`" if model.path else "")


def _properties(model: Model) -> str:
    said = [f"owner {model.owner}" if model.owner else "", f"cron `{model.cron}`" if model.cron != "@daily" else ""]
    said += [
        f"grain ({', '.join(model.grain)})" if model.grain else "",
        f"tags {', '.join(model.tags)}" if model.tags else "",
    ]
    said += [f"cannot be analysed: {model.opaque}" if model.opaque else ""]
    return " · ".join(text for text in said if text)


def _columns(interface: Interface, notes: Mapping[str, str]) -> str:
    rows = [
        (f"`{c.name}`", c.type, c.description or notes.get(c.name.lower(), "")) for c in interface.columns[:MAX_COLUMNS]
    ]
    rest = len(interface.columns) - len(rows)
    more = f"\n\n... and {count(rest, 'column')} more" if rest > 0 else ""
    unknown = "" if interface.complete else "\n\nThere may be columns that nobody described."
    if any(description for *_, description in rows):
        return table(rows, ("column", "type", "")) + more + unknown
    return table([row[:2] for row in rows], ("column", "type")) + more + unknown


def _neighbours(graph: Graph, name: str) -> str:
    up, down = sorted(graph.upstreams(name)), sorted(graph.readers(name))
    said = [f"Reads {listed(up)}" if up else "", f"Read by {listed(down)}" if down else "Read by no model"]
    return "  \n".join(text for text in said if text)


# -- columns


def column_text(graph: Graph, model: str, column: str, kind: str) -> str:
    """A column: type, description, what it is made from down to the sources, who reads it, what the edits do to it."""
    known = column_of(graph.interface(model), column)
    kind = known.type if known is not None and known.type != "UNKNOWN" else kind or "UNKNOWN"
    parts = [f"`{model}.{column}` · {kind if kind != 'UNKNOWN' else 'type not known'}"]
    said = known.description if known is not None else ""
    parts.append(said or graph.descriptions(model).get(column.lower(), ""))
    parts.append(_made_from(graph, model, column))
    parts.append(_read_by(graph, model, column))
    return "\n\n".join(part for part in parts if part)


def _made_from(graph: Graph, model: str, column: str) -> str:
    edges = upstream(graph, model, column)
    if not edges:
        return "" if graph.facts(model) is not None else "A source column: nothing is known above it"
    return _lineage(edges, sources(graph, model, column))


def _lineage(found: Iterable[Edge], beginnings: Iterable[ColumnId]) -> str:
    """What a column is made from: its edges, and the sources where they all begin."""
    edges = sorted(found, key=lambda edge: (edge.type != "DIRECT", edge))
    lines = [f"- `{edge.model}.{edge.column}` {edge.subtype.lower().replace('_', ' ')}" for edge in edges[:8]]
    if len(edges) > len(lines):
        lines.append(f"- and {len(edges) - len(lines)} more")
    direct = {(edge.model, edge.column) for edge in edges}
    origins = [f"{m}.{c}" for m, c in beginnings if (m, c) not in direct]
    if origins:
        lines.append(f"- from the sources {listed(origins)}")
    return "Made from\n" + "\n".join(lines)


def _read_by(graph: Graph, model: str, column: str) -> str:
    direct = readers(graph, model, column)
    if not direct:
        return "Read by no model"
    names = list(dict.fromkeys(_reader_name(reader) for reader in direct))
    further = len({(m, c) for m, c in downstream(graph, model, column)}) - len({r for r in direct if r.column})
    more = f"; {count(further, 'column')} further down" if further > 0 else ""
    return f"Read by {listed(names, mark='')}{more}"


def _reader_name(reader: Reader) -> str:
    if reader.column:
        return f"`{reader.model}.{reader.column}`"
    return f"the rows of `{reader.model}` ({reader.subtype.lower().replace('_', ' ')})"


# -- what lives in one file


def _relation_text(graph: Graph, found: Found) -> str:
    target = found.target
    name = target.name if target is not None else found.key.name
    if found.key.kind == "alias" and target is not None and target.model:
        return f"`{name}` is an alias of\n\n" + model_text(graph, target.model)
    word = "CTE" if found.key.kind == "cte" else "alias"
    interface = _interface_of(graph, found)
    if interface is None:
        return f"`{name}` · {word}"
    return f"`{name}` · {word} of {count(len(interface.columns), 'column')}\n\n" + _columns(interface, {})


def _interface_of(graph: Graph, found: Found) -> Interface | None:
    bound = graph.bound(found.model)
    if bound is None:
        return None
    for scope in bound.places.scopes:
        if found.target is not None and scope.index == found.target.scope:
            return scope.interface
    around = scope_at(bound.places, found.span.start)
    sources = around.sources if around is not None else ()
    return next((source.interface for source in sources if source.name.lower() == found.key.name), None)


def _local_text(graph: Graph, path: str, found: Found) -> str:
    """A column of a CTE or subquery: its type and the projection that makes it."""
    target = found.target
    kind = target.type if target is not None and target.type not in ("", "UNKNOWN") else "type not known"
    definition = target.definition if target is not None else None
    text = graph.text(path) or ""
    made = ""
    if definition is not None and definition != found.span:
        whole = _projection_around(graph, found.model, definition)
        shown = text[whole.start : whole.end]
        made = "" if shown.endswith("*") else "\n\n" + fence(shown)
    title = f"`{target.name if target is not None else found.key.name}` · {kind}{made}"
    return "\n\n".join(part for part in (title, _local_lineage(graph, found)) if part)


def _local_lineage(graph: Graph, found: Found) -> str:
    """What a CTE's column is made from, in other models."""
    if found.target is None or found.key.kind != "local":
        return ""
    edges = local_upstream(graph, found.model, found.key.scope, found.key.name)
    beginnings = {each for edge in edges if edge.type == "DIRECT" for each in sources(graph, edge.model, edge.column)}
    return _lineage(edges, sorted(beginnings)) if edges else ""


def _as_output(graph: Graph, path: str, found: Found, impact: Impact | None) -> str:
    """A projection that is nothing but this name makes the model's own column: who reads that one."""
    column = own_column(graph, path, found)
    if column is None:
        return ""
    said = _read_by(graph, found.model, column.name)
    lines = [
        f"As `{found.model}.{column.name}`: {said[0].lower()}{said[1:]}",
        column_words(impact, found.model, column.name),
    ]
    return "\n\n".join(line for line in lines if line)


def _projection_around(graph: Graph, model: str, definition: Span) -> Span:
    bound = graph.bound(model)
    for (_, clause), span in bound.places.clauses.items() if bound is not None else ():
        if clause.startswith("column:") and span.covers(definition):
            return span
    return definition


# -- functions and the header


def function_text(name: str, dialect: str) -> str:
    """A function's signatures and what it does, as far as the dialect's are known."""
    function = functions(dialect).get(name.lower())
    if function is None:
        return f"`{name}` · function"
    shown = fence("\n".join(f"{function.name}{signature}" for signature in function.signatures))
    return f"{shown}\n\n{function.description}".strip()


_MACRO_WORDS = {
    "variable": "variable",
    "runtime": "known at run time",
    "opaque": "not executed",
    "parameter": "parameter",
}


def _macro_hover(graph: Graph, path: str, offset: int) -> Hover | None:
    """A macro or variable, and what it becomes here."""
    for model in graph.models_in(path):
        for call, expansion in graph.macro_calls(model.name):
            if offset in Span(call.span.start, call.name_span.end):
                said = f"`@{call.name}` · {_MACRO_WORDS.get(call.kind, 'macro')}"
                if call.kind == "runtime" and (meaning := runtime_variable(call.name)):
                    return Hover(
                        call.span, f"`@{call.name}` · {variable_type(call.name)}\n\n{meaning} Known at run time."
                    )
                known = MACROS.get(call.name.lower()) if call.kind not in ("variable", "runtime", "parameter") else None
                shown = call.kind not in ("runtime", "opaque", "unknown") and (expansion.strip() or call.value)
                parts = (said, known.description if known else "", fence(str(shown)) if shown else "")
                return Hover(call.span, "\n\n".join(part for part in parts if part))
    return None


def _header_hover(graph: Graph, path: str, offset: int) -> Hover | None:
    """A property or kind in the MODEL header."""
    file = graph.file(path)
    if file is None or file.header is None or offset not in file.header.span:
        return None
    word = word_at(file.text, offset)
    known = _known_word(file.header, file.text[slice(*word)], offset)
    return Hover(word, f"`{known.name}`\n\n{known.doc}") if known is not None else None


def _known_word(header: Header, word: str, offset: int) -> properties.Known | properties.KnownKind | None:
    """What the header's own words mean: a property, a model's kind, a property of the kind."""
    for prop in header.properties:
        if offset in prop.name_span:
            return properties.known_property(header.keyword, prop.name)
        if prop.name == "kind" and offset in prop.value_span:
            return properties.known_kind(word) or properties.kind_property(header.kind.name, word.lower())
    return None
