"""Reads the pairs and their schemas, and asks Headwater for its category of the change from one to the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
from sqlglot import exp, parse

from lsp_server.analysis import fingerprints, impact
from lsp_server.semantics import ir
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Column, Interface
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query

HERE = Path(__file__).parent
DIALECT = "duckdb"


@dataclass(frozen=True)
class Pair:
    """Two queries over one schema, held to be equivalent."""

    source: str
    schema: str
    a: str
    b: str


def pairs() -> list[Pair]:
    """All pairs, in order."""
    lines = (HERE / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return [Pair(found["src"], found["schema"], found["a"], found["b"]) for found in map(json.loads, lines)]


@cache
def tables(schema: str) -> dict[str, Interface]:
    """The tables of a schema, by folded name."""
    text = (HERE / "schemas" / f"{schema}.base.schema.sql").read_text(encoding="utf-8")
    found = {}
    for statement in parse(text, read="mysql"):
        if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Schema):
            columns = [item for item in statement.this.expressions if isinstance(item, exp.ColumnDef)]
            kinds = [
                Column(item.name, item.args["kind"].sql(DIALECT) if item.args.get("kind") else "UNKNOWN")
                for item in columns
            ]
            found[statement.this.this.name.lower()] = Interface(tuple(kinds))
    return found


def category(pair: Pair) -> str:
    """Headwater's category of the change from `a` to `b`.  Output names are not compared: the benchmark does not."""
    one, two = (_meaning(text, pair.schema) for text in (pair.a, pair.b))
    renamed = zip(one.columns, two.columns, strict=False)
    by_position = tuple((old, new) for (old, _), (_, new) in renamed) + two.columns[len(one.columns) :]
    return impact.compare(one, msgspec.structs.replace(two, columns=by_position)).category


def _meaning(text: str, schema: str) -> fingerprints.Meaning:
    parsed = parse_query(read_model(text, DIALECT), MacroContext(dialect=DIALECT))
    facts = bind(parsed, DIALECT, tables(schema).get).facts
    return fingerprints.meaning(ir.unpack(facts.query), lambda _: None)
