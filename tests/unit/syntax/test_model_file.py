"""SQLMesh's model format: headers with positions, what is wrong in them, and the part each statement plays."""

from __future__ import annotations

import pytest

from lsp_server.syntax.header import Call
from lsp_server.syntax.model_file import ModelFile, read_model
from lsp_server.syntax.properties import KINDS, known_kind, table_of

FULL = """/* All orders. */
MODEL (
  name shop."Big Orders",
  kind INCREMENTAL_BY_TIME_RANGE (
    time_column (ds, '%Y-%m-%d'),
    batch_size 30,
    forward_only TRUE
  ),
  dialect snowflake, owner jen, cron '0 5 * * *', start '2024-01-01',
  tags (pii, "fact table"),
  columns (id INT, "full name" VARCHAR(10), parts STRUCT<a INT, b DECIMAL(3, 2)>),
  column_descriptions (id = 'the key', name = 'of whom'),
  audits (not_null(columns := (id, ds)), unique_values(columns := id), positive),
  partitioned_by (ds, DATE_TRUNC('month', ds)),
  physical_properties (retention = -1, 'a.b' = TRUE),
  grain (id, ds),
);
"""


def read(text: str) -> ModelFile:
    """A file of a DuckDB workspace."""
    return read_model(text, "duckdb")


def test_a_whole_header() -> None:
    file = read(FULL + "SELECT 1 AS id")
    header = file.header
    assert header is not None
    assert file.problems == ()
    assert file.dialect == "snowflake"
    assert header.name == 'shop."Big Orders"' or header.name == "shop.Big Orders"
    assert FULL[header.name_span.start : header.name_span.end] == 'shop."Big Orders"'
    assert header.description == "All orders."
    assert header.kind.name == "INCREMENTAL_BY_TIME_RANGE"
    assert [(item.name, item.value) for item in header.kind.properties] == [
        ("time_column", ["ds", "%Y-%m-%d"]),
        ("batch_size", 30),
        ("forward_only", True),
    ]
    assert header.value("tags") == ["pii", "fact table"]
    assert [(column.name, column.type) for column in header.columns] == [
        ("id", "INT"),
        ("full name", "VARCHAR(10)"),
        ("parts", "STRUCT<a INT, b DECIMAL(3, 2)>"),
    ]
    assert header.value("column_descriptions") == {"id": "the key", "name": "of whom"}
    assert header.value("physical_properties") == {"retention": -1, "a.b": True}
    audits = header.value("audits")
    assert isinstance(audits, list)
    assert isinstance(audits[0], Call)
    assert (audits[0].name, audits[0].kwargs) == ("not_null", {"columns": ["id", "ds"]})
    assert audits[2] == "positive"


def test_every_name_and_value_has_its_place() -> None:
    file = read(FULL)
    assert file.header is not None
    for item in (*file.header.properties, *file.header.kind.properties):
        assert FULL[item.name_span.start : item.name_span.end] == item.name
        assert FULL[item.value_span.start : item.value_span.end] == item.text
        assert item.text


def test_statements_and_their_parts() -> None:
    file = read(
        """MODEL (name a.b);
SET x = 1;
@DEF(y, 2);
WITH c AS (SELECT 1 AS d) SELECT d FROM c;
DROP TABLE z;
@my_hook(1);
ON_VIRTUAL_UPDATE_BEGIN;
GRANT SELECT ON VIEW @this_model TO ROLE r;
JINJA_STATEMENT_BEGIN; GRANT {{ x }}; JINJA_END;
ON_VIRTUAL_UPDATE_END;
AUDIT (name positive);
SELECT * FROM @this_model WHERE d < 0;
"""
    )
    assert file.problems == ()
    assert [(item.role, item.text.split()[0]) for item in file.statements] == [
        ("pre", "SET"),
        ("def", "@DEF(y,"),
        ("query", "WITH"),
        ("post", "DROP"),
        ("post", "@my_hook(1)"),
        ("virtual_update", "GRANT"),
        ("virtual_update", "GRANT"),
        ("audit", "SELECT"),
    ]
    assert [item.jinja for item in file.statements] == [False] * 6 + [True, False]
    [audit] = file.with_role("audit")
    assert audit.header is not None
    assert audit.header.name == "positive"


def test_a_file_of_audits() -> None:
    file = read("AUDIT (name one, dialect postgres, defaults (x = 1)); SELECT 1 WHERE @x; AUDIT (name two); SELECT 2;")
    assert file.header is not None
    assert (file.header.keyword, file.header.name, file.dialect) == ("AUDIT", "one", "postgres")
    assert [(item.role, item.text) for item in file.statements] == [
        ("query", "SELECT 1 WHERE @x"),
        ("audit", "SELECT 2"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "marked", "words"),
    [
        ("MODEL (name a.b, knid FULL); SELECT 1", "unknown-property", "knid", "Did you mean `kind`?"),
        ("MODEL (name a.b, kind FULLL); SELECT 1", "unknown-kind", "FULLL", "Did you mean `FULL`?"),
        ("MODEL (name a.b, kind VIEW (materialised TRUE)); SELECT 1", "unknown-property", "materialised", "`materialized`"),
        ("MODEL (name a.b, kind INCREMENTAL_BY_TIME_RANGE); SELECT 1", "header-missing", "INCREMENTAL_BY_TIME_RANGE", "time_column"),
        ("MODEL (name a.b, dialect ducdb); SELECT 1", "header-value", "ducdb", "`duckdb`"),
        ("MODEL (name a.b, cron 'every day'); SELECT 1", "header-value", "'every day'", "cron"),
        ("MODEL (name a.b, start '2024-13-01'); SELECT 1", "header-value", "'2024-13-01'", "date"),
        ("MODEL (name a.b, enabled maybe); SELECT 1", "header-value", "maybe", "TRUE or FALSE"),
        ("MODEL (name a.b, interval_unit dya); SELECT 1", "header-value", "dya", "`day`"),
        ("MODEL (name a.b, owner); SELECT 1", "header-value", "owner", "no value"),
        ("MODEL (name a.b, owner x, owner y); SELECT 1", "header-duplicate", "owner", "twice"),
        ("MODEL (name a.b\n  owner x); SELECT 1", "header-syntax", "", "comma"),
        ("MODEL (name a.b) SELECT 1", "header-syntax", "", "semicolon"),
        ("MODEL (name a.b; SELECT 1", "header-syntax", "(", "never closed"),
        ("MODEL (name a.b); SELECT 1; SELECT 2", "several-queries", "SELECT 2", "one query"),
        ("MODEL (name a.b);", "no-query", "MODEL", "no query"),
        ("MODEL (name a.b, kind SEED); ", "header-missing", "SEED", "path"),
        ("JINJA_QUERY_BEGIN; SELECT 1", "syntax", "JINJA_QUERY_BEGIN", "JINJA_END"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(text: str, code: str, marked: str, words: str) -> None:
    [problem] = read(text).problems
    assert (problem.code, text[problem.span.start : problem.span.end]) == (code, marked)
    assert words in problem.message


def test_when_matched_may_stand_without_parentheses() -> None:
    file = read(
        "MODEL (name a, kind INCREMENTAL_BY_UNIQUE_KEY (unique_key id, when_matched WHEN MATCHED AND source.x = 1 "
        "THEN UPDATE SET target.a = 1, b = source.b, WHEN MATCHED THEN DELETE, batch_size 3)); SELECT 1 AS id"
    )
    assert file.header is not None
    assert file.problems == ()
    assert [p.name for p in file.header.kind.properties] == ["unique_key", "when_matched", "batch_size"]
    assert file.header.kind.properties[1].text.endswith("WHEN MATCHED THEN DELETE")


def test_a_damaged_header_keeps_what_can_be_read() -> None:
    file = read("MODEL (name a.b,\n kind FULL\n owner jen,\n grain (id, ; SELECT x FROM t")
    assert file.header is not None
    assert (file.header.name, file.header.kind.name, file.header.value("owner")) == ("a.b", "FULL", "jen")
    assert file.query is not None
    assert file.query.text == "SELECT x FROM t"


def test_values_from_macros_are_not_judged() -> None:
    text = "MODEL (name @{schema}.b, kind @IF(@x, FULL, VIEW), enabled @VAR('on'), cron @VAR('cron'), batch_size 1); SELECT 1"
    assert [problem.code for problem in read(text).problems] == ["unknown-property"]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_every_kind_with_what_it_needs_is_accepted(kind: str) -> None:
    known = known_kind(kind.lower())
    assert known is not None
    given = ", ".join(
        f"{item.name} {'(a)' if item.shape == 'columns' else 'a'}" for item in known.properties if item.required
    )
    text = f"MODEL (name a.b, kind {kind}{f' ({given})' if given else ''}); SELECT 1 AS a"
    assert read(text).problems == ()


def test_the_table_has_words_for_everything() -> None:
    for keyword in ("MODEL", "AUDIT", "METRIC"):
        names = [known.name for known in table_of(keyword)]
        assert len(names) == len(set(names))
        assert all(known.doc.endswith(".") or ":" in known.doc for known in table_of(keyword))
