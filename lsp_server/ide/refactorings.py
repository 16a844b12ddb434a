"""Refactorings: expand a star, qualify a column, move queries between CTEs, subqueries and models, cast a column.

Each leaves what the model means as it was (the tests ask DuckDB, and the fingerprints); a cast alone is there to change it:
it gives a column the type that the header declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Model
from lsp_server.ide.actions import Action, Edit
from lsp_server.ide.places import main_scope, scope_at
from lsp_server.semantics import ir
from lsp_server.semantics.facts import Bound, Reference, ScopePlace
from lsp_server.syntax.ctes import CteText, WithClause, with_clause
from lsp_server.syntax.names import quote
from lsp_server.text.spans import Span

_MODIFIERS = re.compile(r"\s*(EXCLUDE|EXCEPT|REPLACE|RENAME|LIKE|ILIKE)\b", re.IGNORECASE)
_ALIAS = re.compile(r"\s+AS\s+(?:\"[^\"]*\"|`[^`]*`|\w+)\s*\Z", re.IGNORECASE)
_SUBQUERY_ALIAS = re.compile(r"\s*(?:AS\s+)?(\w+)", re.IGNORECASE)


def refactorings(graph: Graph, path: str, span: Span) -> list[Action]:
    """What can be rewritten at the selection (or cursor)."""
    found: list[Action] = []
    for model in graph.models_in(path):
        bound = graph.bound(model.name)
        if bound is None or graph.stale(model.name):
            continue
        here = _Here(graph, path, model, bound, span)
        for offer in (_expand_star, _qualify, _inline_cte, _cte_to_model, _subquery_to_cte, _cast):
            found += offer(here)
    return found


class _Here:
    """The place, and the texts that every refactoring asks for."""

    def __init__(self, graph: Graph, path: str, model: Model, bound: Bound, span: Span) -> None:
        self.graph, self.path, self.model, self.bound, self.span = graph, path, model, bound, span
        self.text = graph.text(path) or ""
        file = graph.file(path)
        self.query = file.query if file is not None else None
        self.clause: WithClause | None = with_clause(self.query) if self.query is not None else None

    def references(self, kind: str) -> Iterator[Reference]:
        """References of a kind that touch the selection."""
        for reference in self.bound.places.references:
            if reference.target.kind == kind and reference.span.start <= self.span.end <= reference.span.end:
                yield reference

    def references_everywhere(self, kind: str) -> list[Reference]:
        """References of a kind in the whole query."""
        return [reference for reference in self.bound.places.references if reference.target.kind == kind]

    def cte_at(self) -> CteText | None:
        """The CTE whose name the cursor is on, by its definition or a use."""
        for reference in self.references("cte"):
            defined = reference.span if reference.declares else reference.target.definition
            for cte in self.clause.ctes if self.clause is not None else ():
                if cte.name_span == defined:
                    return cte
        return None

    def uses(self, cte: CteText) -> list[Reference]:
        """The FROM items that read it."""
        return [
            r
            for r in self.bound.places.references
            if r.target.kind == "cte" and not r.declares and r.target.definition == cte.name_span
        ]


# Stars and names


def _expand_star(here: _Here) -> Iterator[Action]:
    for reference in here.references("star"):
        columns, start = reference.target.columns, reference.span.start
        after = here.text[reference.span.end :]
        scope = scope_at(here.bound.places, reference.span.start)
        if (
            not columns
            or scope is None
            or _MODIFIERS.match(after)
            or not all(s.interface.complete for s in scope.sources)
        ):
            continue
        prefix = reference.target.name[:-1]
        if prefix and here.text[start - len(prefix) : start].lower() == prefix.lower():
            start -= len(prefix)
        names = _spelled(scope, columns, here.text[start : reference.span.end - 1], here.model.dialect)
        if names is not None:
            text = _laid_out(names, here.text, start)
            title = f"Expand `{here.text[start : reference.span.end]}` to its {len(columns)} columns"
            yield Action(title, "refactor.rewrite", (Edit(here.path, Span(start, reference.span.end), text),))


def _spelled(scope: ScopePlace, columns: tuple[str, ...], prefix: str, dialect: str) -> list[str] | None:
    """The columns as they must be written; None where a name alone cannot tell them apart."""
    if prefix or len(scope.sources) == 1:
        return [f"{prefix}{quote(name, dialect, always=False)}" for name in columns]
    every = [(source.name, column.name) for source in scope.sources for column in source.interface.columns]
    if [name for _, name in every] != list(columns):
        return None
    return [f"{source}.{quote(name, dialect, always=False)}" for source, name in every]


def _laid_out(names: list[str], text: str, start: int) -> str:
    """One line while it is short, else one column a line, indented as the star was."""
    if sum(len(name) + 2 for name in names) < 60:
        return ", ".join(names)
    line = text[text.rfind("\n", 0, start) + 1 : start]
    indent = line if not line.strip() else " " * (len(line) - len(line.lstrip()) + 2)
    return f",\n{indent}".join(names)


def _qualify(here: _Here) -> Iterator[Action]:
    for reference in here.references("column"):
        if reference.declares or here.text[reference.span.start - 1 : reference.span.start] == ".":
            continue
        scope = scope_at(here.bound.places, reference.span.start)
        name = reference.target.name.lower()
        owners = [
            source.name
            for source in (scope.sources if scope is not None else ())
            if any(column.name.lower() == name for column in source.interface.columns)
        ]
        if len(owners) == 1 and not _stands_in_using(here.text, reference.span.start):
            edit = Edit(here.path, Span(reference.span.start, reference.span.start), f"{owners[0]}.")
            yield Action(f"Qualify as `{owners[0]}.{reference.target.name}`", "refactor.rewrite", (edit,))


def _stands_in_using(text: str, start: int) -> bool:
    return re.search(r"\bUSING\s*\([^()]*\Z", text[:start], re.IGNORECASE) is not None


def _cast(here: _Here) -> Iterator[Action]:
    """A projection whose type is another than the header's `columns (...)` says."""
    main = main_scope(here.bound.places)
    clauses = here.bound.places.clauses
    for index, column in enumerate(main.interface.columns if main is not None else ()):
        span = clauses.get((main.index, f"column:{index}")) if main is not None else None
        declared = next((c for c in here.model.columns if c.name.lower() == column.name.lower()), None)
        if main is None or span is None or declared is None or not span.covers(here.span):
            continue
        label = clauses.get((main.index, f"column-name:{index}"))
        if column.type in (ir.UNKNOWN, "", declared.type) or not declared.type or here.text[span.end - 1] == "*":
            continue
        expression = _ALIAS.sub("", here.text[slice(*span)]) if label is not None else here.text[slice(*span)]
        name = quote(column.name, here.model.dialect, always=False)
        edit = Edit(here.path, span, f"CAST({expression} AS {declared.type}) AS {name}")
        title = f"Cast `{column.name}` to {declared.type}, as the header declares"
        yield Action(title, "refactor.rewrite", (edit,))


# CTEs


def _inline_cte(here: _Here) -> Iterator[Action]:
    """A CTE that is read once becomes a subquery where it is read."""
    cte, clause = here.cte_at(), here.clause
    if cte is None or clause is None or clause.recursive or not cte.plain:
        return
    uses = here.uses(cte)
    if len(uses) != 1:
        return
    alias = "" if _has_alias(here, uses[0]) else f" AS {cte.name}"
    body = here.text[slice(*cte.body)]
    edits = (_removal(here, clause, cte), Edit(here.path, uses[0].span, f"({body}){alias}"))
    yield Action(f"Write CTE `{cte.name}` into the query that reads it", "refactor.inline", tuple(sorted(edits)))


def _has_alias(here: _Here, use: Reference) -> bool:
    """Whether an alias is declared directly behind the FROM item."""
    return any(
        r.target.kind == "alias"
        and r.declares
        and r.span.start >= use.span.end
        and re.fullmatch(r"\s*(AS\s+)?", here.text[use.span.end : r.span.start], re.IGNORECASE)
        for r in here.bound.places.references
    )


def _removal(here: _Here, clause: WithClause, cte: CteText) -> Edit:
    """Take a CTE's definition out, with its comma; the whole WITH when it was the only one."""
    at = clause.ctes.index(cte)
    if len(clause.ctes) == 1:
        return Edit(here.path, Span(clause.keyword.start, clause.main), "")
    if at + 1 < len(clause.ctes):
        return Edit(here.path, Span(cte.whole.start, clause.ctes[at + 1].whole.start), "")
    return Edit(here.path, Span(clause.ctes[at - 1].whole.end, cte.whole.end), "")


def _cte_to_model(here: _Here) -> Iterator[Action]:
    """A CTE that reads no other CTE becomes a VIEW model of the same schema."""
    cte, clause = here.cte_at(), here.clause
    if cte is None or clause is None or clause.recursive or not cte.plain or _reads_ctes(here, cte):
        return
    schema = here.model.name.rpartition(".")[0]
    name = f"{schema}.{cte.name.lower()}" if schema else cte.name.lower()
    folder = here.path.rpartition("/")[0]
    path = f"{folder}/{cte.name.lower()}.sql" if folder else f"{cte.name.lower()}.sql"
    if here.graph.owners(name) or path in here.graph.paths() or "@" in here.text[slice(*cte.body)]:
        return
    body = _dedented(here.text[slice(*cte.body)])
    dialect = (
        f",\n  dialect {here.model.dialect}" if here.model.dialect != here.graph.config().for_path(path).dialect else ""
    )
    text = f"MODEL (\n  name {name},\n  kind VIEW{dialect}\n);\n\n{body}\n"
    edits = [Edit(path, Span(0, 0), text), _removal(here, clause, cte)]
    for use in here.uses(cte):
        alias = "" if _has_alias(here, use) else f" AS {cte.name}"
        edits.append(Edit(here.path, use.span, f"{name}{alias}"))
    yield Action(f"Make CTE `{cte.name}` a model `{name}`", "refactor.extract", tuple(sorted(edits)), creates=(path,))


def _reads_ctes(here: _Here, cte: CteText) -> bool:
    return any(r.target.kind == "cte" and cte.body.covers(r.span) for r in here.bound.places.references)


def _dedented(body: str) -> str:
    lines = body.strip("\n").rstrip().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines).strip()


def _subquery_to_cte(here: _Here) -> Iterator[Action]:
    """A subquery in FROM becomes a CTE of its alias, in front of the query; not when it refers to the query around it."""
    if here.query is None:
        return
    around = [
        place
        for place in here.bound.places.scopes
        if place.span.covers(here.span) and here.text[place.span.start - 1 : place.span.start] == "("
    ]
    place = min(around, key=lambda p: p.span.end - p.span.start, default=None)
    if place is None or any(cte.body.covers(place.span) for cte in (here.clause.ctes if here.clause else ())):
        return
    alias = _SUBQUERY_ALIAS.match(here.text, place.span.end + 1)
    before = here.text[: place.span.start - 1].rstrip()
    if alias is None or not re.search(r"(\bFROM|\bJOIN|,)\Z", before, re.IGNORECASE):
        return
    name = alias.group(1)
    taken = {cte.name.lower() for cte in (here.clause.ctes if here.clause else ())}
    taken |= {
        r.target.name.lower() for r in here.references_everywhere("model") if "." not in here.text[slice(*r.span)]
    }
    if name.lower() in taken or name.upper() in ("ON", "WHERE", "JOIN", "LEFT", "GROUP") or _is_correlated(here, place):
        return
    body = here.text[slice(*place.span)].strip()
    definition = f"{name} AS (\n  {body}\n)"
    edits = [Edit(here.path, Span(place.span.start - 1, alias.end()), name)]
    if here.clause is not None:
        edits.append(
            Edit(here.path, Span(here.clause.ctes[-1].whole.end, here.clause.ctes[-1].whole.end), f",\n{definition}")
        )
    else:
        start = here.query.span.start
        edits.append(Edit(here.path, Span(start, start), f"WITH {definition}\n"))
    yield Action(f"Make the subquery a CTE `{name}`", "refactor.extract", tuple(sorted(edits)))


def _is_correlated(here: _Here, place: ScopePlace) -> bool:
    """Whether something inside names a relation that is visible only outside."""
    inside = {
        source.name.lower() for p in here.bound.places.scopes if place.span.covers(p.span) for source in p.sources
    }
    return any(
        r.target.kind == "alias"
        and not r.declares
        and place.span.covers(r.span)
        and r.target.name.lower() not in inside
        for r in here.bound.places.references
    )
