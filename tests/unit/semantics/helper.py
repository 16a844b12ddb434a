"""Bind a query over a few relations, and show what came out as plain values."""

from __future__ import annotations

from lsp_server.semantics import ir, types
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Column, Interface
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query

RELATIONS = {
    "orders": "id INTEGER, customer INTEGER, price DECIMAL(10,2), status VARCHAR, day DATE, tags VARCHAR[], place STRUCT(city VARCHAR, zip INTEGER)",
    "customers": "id INTEGER, name VARCHAR, country VARCHAR",
    "items": "orders INTEGER, sku VARCHAR, qty SMALLINT",
}


def interface(columns: str) -> Interface:
    """`a INTEGER, b VARCHAR` as an interface."""
    return Interface(tuple(Column(*part.split(" ", 1)) for part in types.split(columns)))


def bound(sql: str, dialect: str = "duckdb", relations: dict[str, str] | None = None) -> Bound:
    """The query, bound over `relations`; a relation that is not there is one that nobody described."""
    known = RELATIONS if relations is None else relations

    def lookup(name: str) -> Interface | None:
        return interface(known[name.lower()]) if name.lower() in known else None

    return bind(parse_query(read_model(sql, dialect)), dialect, lookup)


def columns(sql: str, dialect: str = "duckdb") -> list[str]:
    """Output columns as `name TYPE`."""
    return [f"{c.name} {c.type}" for c in bound(sql, dialect).facts.interface.columns]


def names(sql: str, dialect: str = "duckdb") -> list[str]:
    """Output column names."""
    return [c.name for c in bound(sql, dialect).facts.interface.columns]


def edges(sql: str, dialect: str = "duckdb") -> list[str]:
    """Edges of each output column, `model.column SUBTYPE` with commas."""
    return [", ".join(f"{e.model}.{e.column} {e.subtype}" for e in found) for found in bound(sql, dialect).facts.edges]


def rows(sql: str, dialect: str = "duckdb") -> str:
    """Edges of the row set."""
    return ", ".join(f"{e.model}.{e.column} {e.subtype}" for e in bound(sql, dialect).facts.rows)


def query(sql: str, dialect: str = "duckdb") -> ir.Query:
    """The relational form."""
    return ir.unpack(bound(sql, dialect).facts.query)


def problems(sql: str, dialect: str = "duckdb") -> list[str]:
    """Problems as `code: text at its place`."""
    return [f"{p.code}: {sql[p.span.start : p.span.end]}" for p in bound(sql, dialect).places.problems]


def meaning_at(sql: str, marked: str) -> list[str]:
    """What the references whose text is `marked` mean."""
    found = []
    for reference in bound(sql).places.references:
        if sql[reference.span.start : reference.span.end] == marked:
            target = reference.target
            where = sql[target.definition.start : target.definition.end] if target.definition else ""
            found.append(
                f"{target.kind} {target.model or '-'} {target.name}" + (f" defined as {where}" if where else "")
            )
    return found
