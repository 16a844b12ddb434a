"""Bind one query: names resolved, interface, lineage, relational form, and the places of everything that was named.

`bind` never raises: what cannot be understood is `ir.Opaque` or `ir.OpaqueScope`, with the reason.  It reads nothing but its
arguments: the tree, and the interfaces of the relations that the query names.
"""

from __future__ import annotations

import msgspec

from lsp_server.semantics import calls, ir, methods, operators, positions, scopes, set_operations, stars, summaries
from lsp_server.semantics.earlier import Beginning, Interfaces
from lsp_server.semantics.edges import lineage
from lsp_server.semantics.facts import Bound, Column, Facts, Interface, Places
from lsp_server.semantics.passed_names import outputs
from lsp_server.semantics.queries import bind_query, opaque
from lsp_server.semantics.state import Derived, State
from lsp_server.syntax.query import ParsedQuery
from lsp_server.text.problems import Problem

HANDLERS = (operators, calls, methods, positions, stars, scopes, set_operations, summaries)
"""Modules whose functions enter themselves in the tables from syntax node to function when they are imported."""


def bind(parsed: ParsedQuery, dialect: str, interfaces: Interfaces, earlier: Bound | None = None) -> Bound:
    """What a parsed query means, given what is known of the relations that it names (None: nobody described it).

    `earlier` is what an earlier text of it meant: CTEs whose nodes the tree still has are not bound again.

    If it does not look at all columns (`Bound.looks_at_all`), those that its text has no word for do not matter, and may be left out
    of the interfaces (`mentions.part`).

    >>> from lsp_server.syntax.model_file import read_model
    >>> from lsp_server.syntax.query import parse_query
    >>> orders = Interface((Column("id", "INTEGER"), Column("price", "DECIMAL(10,2)")))
    >>> bound = bind(parse_query(read_model("SELECT id, sum(price) AS total FROM shop.orders GROUP BY id")), "duckdb", lambda name: orders)
    >>> [(c.name, c.type) for c in bound.facts.interface.columns]
    [('id', 'INTEGER'), ('total', 'DECIMAL(38,2)')]
    >>> bound.facts.edges[1]
    (Edge(model='shop.orders', column='price', subtype='AGGREGATION'),)
    """
    try:
        return _bind(parsed, dialect, interfaces, earlier)
    except RecursionError:
        return _give_up(parsed, dialect, interfaces, "it is nested too deeply")
    except (AttributeError, TypeError, ValueError, LookupError, AssertionError) as error:
        # Half-typed text makes trees that no grammar has.  That the query is not understood is said at its place.
        return _give_up(
            parsed, dialect, interfaces, f"its syntax tree has an unknown shape ({type(error).__name__}: {error})"
        )


def _state(parsed: ParsedQuery, dialect: str, interfaces: Interfaces) -> State:
    return State(dialect, interfaces, None if parsed.source_map.is_identity else parsed.source_map.to_file, parsed)


def _bind(parsed: ParsedQuery, dialect: str, interfaces: Interfaces, earlier: Bound | None) -> Bound:
    clause = parsed.tree.args.get("with_") if parsed.tree is not None and parsed.source_map.is_identity else None
    before = earlier.beginning if earlier is not None else None
    ends = parsed.ctes.ends if parsed.ctes is not None else []
    beginning = Beginning(clause, ends, interfaces, before if isinstance(before, Beginning) else None)
    state = _state(parsed, dialect, beginning.interface)
    state.beginning = beginning if clause is not None else None
    derived = bind_query(state, parsed.tree, None, {})
    return msgspec.structs.replace(_bound(state, derived), beginning=beginning.end(state))


def _give_up(parsed: ParsedQuery, dialect: str, interfaces: Interfaces, reason: str) -> Bound:
    """A query of which only the relations that it names are known."""
    state = _state(parsed, dialect, interfaces)
    derived = opaque(state, parsed.tree, reason, " ".join(parsed.text[slice(*parsed.extent)].split()))
    if not parsed.damaged:
        message = f"This query cannot be analysed: {reason}."
        state.problems.append(Problem("not-analysed", message, state.span(parsed.extent), severity="warning"))
    return _bound(state, derived)


def _bound(state: State, derived: Derived) -> Bound:
    query = _query(state)
    flow = lineage(query)
    columns = _columns(query, derived)
    facts = Facts(Interface(columns, not derived.open), flow.columns, flow.rows, flow.rows_from, ir.pack(query))
    looks_at_all = state.looks_at_all or state.damaged or bool(state.problems)
    return Bound(facts, _places(state, query), looks_at_all, state.looks_at_all)


def _query(state: State) -> ir.Query:
    sources = tuple([d.freeze() for d in state.sources])
    return ir.Query(tuple(state.scopes), sources, state.dialect, _refused(state), tuple(sorted(state.doubts)))


def _refused(state: State) -> tuple[str, ...]:
    """What the engine certainly refuses the query for; of a damaged text that is the parser's word."""
    if state.damaged:
        return ()
    return tuple(sorted({problem.code for problem in state.problems if problem.severity == "error"}))


def _columns(query: ir.Query, derived: Derived) -> tuple[Column, ...]:
    """The interface: the last scope's own names (readers of a table see repeated names numbered, DESCRIBE does not)."""
    last = query.scopes[-1]
    if isinstance(last, ir.SetOp):
        return tuple(Column(n, t) for n, t in zip(last.columns, last.types, strict=True))
    return tuple(Column(out.name, out.type) for out in last.columns)


def _places(state: State, query: ir.Query) -> Places:
    references = tuple(sorted(state.references, key=lambda reference: reference.span))
    columns = tuple(outputs(query, references, state.clauses))
    return Places(references, state.clauses, tuple(state.places), tuple(state.problems), columns)
