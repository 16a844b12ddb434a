"""Makes `docs/features.md`, every example executed: `python -m tests.docs.features`.  A test compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from lsp_server.analysis.impact import baseline, impact
from lsp_server.graph.graph import Graph
from lsp_server.ide import (
    completion,
    definition,
    files,
    fixes,
    folding,
    formatting,
    hierarchy,
    hover,
    inlay_hints,
    linked_editing,
    links,
    outline,
    refactorings,
    references,
    rename,
    selection,
    semantic_tokens,
    signature_help,
    verdicts,
)  # fmt: skip
from lsp_server.server.handlers.actions import environment_commands
from lsp_server.text.lines import LineIndex
from lsp_server.text.spans import Span, apply_edits
from tests.unit.ide.workspace import opened

DOCS = Path(__file__).parents[2] / "docs"
SHOP = """
--- models/items.sql
MODEL (name raw.items, kind FULL);
SELECT 1 AS id, 2.5 AS price, 3 AS qty
--- models/orders.sql
MODEL (name shop.orders, grain id);
WITH priced AS (
  SELECT i.id, i.price * i.qty AS total FROM raw.items AS i
)
SELECT p.id, p.total FROM priced AS p WHERE p.total > 0
--- models/report.sql
MODEL (name shop.report);
SELECT COUNT(*) AS orders, SUM(o.total) AS revenue FROM shop.orders AS o
--- models/cities.sql
MODEL (name raw.cities, kind SEED (path '../seeds/cities.csv'), columns (id INT, name TEXT));
"""
Answer = Callable[[Graph, str, int], Iterable[str]]


def _text(graph: Graph, path: str, span: Span) -> str:
    return f"`{(graph.text(path) or '')[span.start : span.end]}` in `{path}`, line {LineIndex(graph.text(path) or '').line_of(span.start) + 1}"


def _places(ask: Callable[[Graph, str, int], list[definition.Place]]) -> Answer:
    return lambda graph, path, offset: [f"- {_text(graph, p.path, p.span)}" for p in ask(graph, path, offset)]


def _hover(graph: Graph, path: str, offset: int) -> list[str]:
    found = hover.hover(graph, path, offset)
    return [f"> {line}".rstrip() for line in found.markdown.splitlines()] if found else []


def _diagnostics(graph: Graph, path: str, offset: int) -> list[str]:
    return [f"- {p.severity} `{p.code}` at {_text(graph, path, p.span)}: {p.message}" for p in graph.problems(path)]


def _impact(graph: Graph, path: str, offset: int) -> list[str]:
    before, _ = opened(SHOP)
    found = impact(graph, baseline(before, "env:prod"))
    shown = [f"- {verdicts.impact_title(graph, found, model.name)}" for model in graph.models_in(path)]
    shown += [f"- at {_text(graph, path, p.span)}: {p.message}" for p in verdicts.problems(found, graph).get(path, ())]
    return shown


def _rename(graph: Graph, path: str, offset: int) -> list[str]:
    return [
        f"- {_text(graph, e.path, e.span)} becomes `{e.new_text}`"
        for e in rename.rename(graph, path, offset, "amount").edits
    ]


def _calls(graph: Graph, path: str, offset: int) -> list[str]:
    item = hierarchy.column_at(graph, path, offset)
    assert item is not None
    up = [
        f"- incoming: `{s.item.model}.{s.item.column}` ({', '.join(s.subtypes)})"
        for s in hierarchy.incoming(graph, item.model, item.column)
    ]
    return up + [
        f"- outgoing: `{s.item.model}{'.' if s.item.column else ''}{s.item.column}` ({', '.join(s.subtypes)})"
        for s in hierarchy.outgoing(graph, item.model, item.column)
    ]


def _types(graph: Graph, path: str, offset: int) -> list[str]:
    item = hierarchy.model_under(graph, path, offset)
    assert item is not None
    return [f"- supertype: `{i.model}`" for i in hierarchy.supertypes(graph, item.model)] + [
        f"- subtype: `{i.model}`" for i in hierarchy.subtypes(graph, item.model)
    ]


def _signature(graph: Graph, path: str, offset: int) -> list[str]:
    found = signature_help.signature_help(graph, path, offset)
    return [f"- `{found.function.signatures[found.signature]}`, parameter {found.parameter + 1}"] if found else []


def _actions(graph: Graph, path: str, offset: int) -> list[str]:
    at = Span(offset, offset)
    found = [*fixes.quick_fixes(graph, path, graph.problems(path), at), *refactorings.refactorings(graph, path, at)]
    return [f"- {action.kind}: {action.title}" for action in found]


def _symbols(graph: Graph, path: str, offset: int) -> list[str]:
    def lines(symbol: outline.Symbol, depth: int) -> list[str]:
        below = [line for child in symbol.children for line in lines(child, depth + 1)]
        return [f"{'  ' * depth}- {symbol.kind} `{symbol.name}` {symbol.detail}".rstrip(), *below]

    return [line for symbol in outline.document_symbols(graph, path) for line in lines(symbol, 0)]


def _formatted(graph: Graph, path: str, offset: int) -> list[str]:
    file = graph.file(path)
    assert file is not None
    edits = formatting.format_file(file).edits
    return ["```sql", apply_edits(file.text, list(edits)).strip(), "```"]


def _links(graph: Graph, path: str, offset: int) -> list[str]:
    return [f"- {_text(graph, path, link.span)} opens `{link.path}`" for link in links.links(graph, path)]


def _file_operations(graph: Graph, path: str, offset: int) -> list[str]:
    moves = files.moves(graph, "seeds", "data/eu")
    said = [
        f"- `seeds` becomes `data/eu`: {_text(graph, e.path, e.span)} becomes `{e.new_text}`"
        for e in files.moved(graph, moves)
    ]
    said += [
        f"- deleting `models/items.sql`: {loss.model} is read by {', '.join(loss.readers)}"
        for loss in files.lost(graph, ["models/items.sql"])
    ]
    return said


def _environments(graph: Graph, path: str, offset: int) -> list[str]:
    nothing = environment_commands({})
    both = environment_commands({"prod": "1", "dev": "2"}, way_back=True)
    return [
        *(f"- where nothing is built: {title} (`{command}`)" for title, command, _ in nothing),
        *(f"- with prod and dev: {title} (`{command}`)" for title, command, _ in both),
    ]


def _lenses(graph: Graph, path: str, offset: int) -> list[str]:
    before, _ = opened(SHOP)
    found = impact(graph, baseline(before, "env:prod"))
    states = {"dev": {"shop.orders": "behind the file"}}
    return [
        f"- {lens.kind}: {lens.title}, at {_text(graph, path, lens.span)}"
        for lens in verdicts.lenses(graph, path, found, states)
    ]


def _quick_fixes(graph: Graph, path: str, offset: int) -> list[str]:
    problems = graph.problems(path)
    one = fixes.quick_fixes(graph, path, problems, Span(offset, offset))
    every = fixes.fix_all(graph, path, problems)
    return [f"- {action.kind}: {action.title}" for action in [*one, *([every] if every else [])]]


EXAMPLES: list[tuple[str, str, str, str, Answer]] = [
    ("Diagnostics", "push, pull, of the whole workspace", "SUM(o.total)", "SUM(o.totl)$0", _diagnostics),
    ("Impact while typing", "diagnostics, code lens, `headwater/impactChanged`", "p.total > 0", "p.total > 10$0", _impact),
    ("Code lens", "`textDocument/codeLens`, always on the line of the model's name", "p.total > 0", "p.total >= 0$0", _lenses),
    ("Completion", "`textDocument/completion`, resolved lazily", "SELECT COUNT(*) AS orders, SUM(o.total)", "SELECT o.$0", lambda g, p, o: [f"- `{i.label}` {i.detail}".rstrip() for i in completion.completions(g, p, o).items[:6]]),
    ("Hover", "`textDocument/hover`", "SUM(o.total)", "SUM(o.to$0tal)", _hover),
    ("Signature help", "`textDocument/signatureHelp`", "SUM(o.total)", "DATE_TRUNC('month', $0", _signature),
    ("Definition", "`textDocument/definition`", "SUM(o.total)", "SUM(o.to$0tal)", _places(definition.definition)),
    ("Type definition", "`textDocument/typeDefinition`", "SUM(o.total)", "SUM($0o.total)", _places(definition.type_definition)),
    ("Implementation", "`textDocument/implementation`", "SUM(o.total)", "SUM(o.to$0tal)", _places(definition.implementation)),
    ("References", "`textDocument/references`, `textDocument/documentHighlight`", "AS total", "AS to$0tal", lambda g, p, o: [f"- {_text(g, s.path, s.span)}" for s in references.references(g, p, o)]),
    ("Rename", "`textDocument/rename` with prepare and change annotations", "SUM(o.total)", "SUM(o.to$0tal)", _rename),
    ("Column lineage", "call hierarchy", "p.total FROM", "p.to$0tal FROM", _calls),
    ("Models above and below", "type hierarchy", "name shop.orders", "name shop.or$0ders", _types),
    ("Quick fixes", "`textDocument/codeAction`, `source.fixAll`", "SUM(o.total)", "SUM(o.to$0tl)", _quick_fixes),
    ("Refactorings", "`textDocument/codeAction`, resolved lazily", "FROM priced AS p", "FROM pri$0ced AS p", _actions),
    ("Inlay hints", "`textDocument/inlayHint`", "SUM(o.total)", "SUM(o.total)$0", lambda g, p, o: [f"- `{h.label.strip()}` behind {_text(g, p, Span(max(0, h.offset - 12), h.offset))}".replace("\n", " ") for h in inlay_hints.inlay_hints(g, p, Span(0, 10_000))]),
    ("Semantic tokens", "full, delta, range", "SUM(o.total)", "SUM(o.total)$0", lambda g, p, o: [f"- {t.type}: {_text(g, p, t.span)}" for t in semantic_tokens.semantic_tokens(g, p)[:5]]),
    ("Workspace symbols", "`workspace/symbol`, here for `rev`", "grain id", "grain id$0", lambda g, p, o: [f"- {h.kind} `{h.container}.{h.name}`" if h.kind == "column" else f"- {h.kind} `{h.name}`" for h in outline.workspace_symbols(g, "rev")]),
    ("Document symbols", "`textDocument/documentSymbol`", "grain id", "grain id$0", _symbols),
    ("Folding", "`textDocument/foldingRange`", "grain id", "grain id$0", lambda g, p, o: [f"- lines {f.start + 1} to {f.end + 1}" for f in folding.folding_ranges(g.file(p), LineIndex(g.text(p) or ""))]),  # type: ignore[arg-type]
    ("Selection", "`textDocument/selectionRange`", "i.price * i.qty", "i.pr$0ice * i.qty", lambda g, p, o: [f"- `{(g.text(p) or '')[s.start : s.end]}`" for s in selection.selection_ranges(g.file(p), o)[:3]]),  # type: ignore[arg-type]
    ("Linked editing", "`textDocument/linkedEditingRange`", "AS p WHERE", "AS $0p WHERE", lambda g, p, o: [f"- {_text(g, p, s)}" for s in linked_editing.linked_ranges(g, p, o)]),
    ("Formatting", "document, range, and behind `;` or a line break (on type)", "SELECT p.id, p.total FROM priced AS p WHERE p.total > 0", "select p.id,p.total from priced as p where p.total>0$0", _formatted),
    ("Document links", "`textDocument/documentLink`", "'../seeds/cities.csv'", "'../seeds$0/cities.csv'", _links),
    ("File operations", "will and did rename, create, delete of files and folders", "kind SEED", "kind $0SEED", _file_operations),
    ("Environments", "code actions on a model's header; the commands are the command line's", "name shop.orders", "name $0shop.orders", _environments),
]  # fmt: skip

HEAD = """\
# What the server does in an editor

<!-- Made by `python -m tests.docs.features`, which executes every example; a test compares. -->

All of it is standard LSP: any client has it. How environments work is told in [environments.md](environments.md).
Diagnostics are pushed to clients that take them, with the document's version, and link to their rule's page; clients that only pull are
answered by document and by workspace, with result ids. An untitled SQL document has all of this too, over the models of the first
open folder, and never becomes a model; documents of other schemes (`git:`, `fugitive:`) are left alone. All examples are in this workspace (`▮` is the cursor):

"""


def page() -> str:
    """The whole page."""
    parts = [HEAD + "```sql" + SHOP + "```\n"]
    for title, method, old, new, answer in EXAMPLES:
        assert SHOP.count(old) == 1, old
        graph, fixture = opened(SHOP.replace(old, new))
        path, offset = fixture.cursor
        lines = list(answer(graph, path, offset))
        assert lines, f"{title} says nothing"
        text = graph.text(path) or ""
        line = LineIndex(text).line_of(offset)
        start = LineIndex(text).line_start(line)
        shown = LineIndex(text).line_text(line)
        parts.append(
            f"## {title}\n\n{method}\n\n```sql\n{shown[: offset - start]}▮{shown[offset - start :]}\n```\n\n"
            + "\n".join(lines)
            + "\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    (DOCS / "features.md").write_text(page(), "utf-8")
