"""Jinja: rendered in a sandbox, mapped back, stopped in time."""

from __future__ import annotations

import time

import pytest
from sqlglot import exp

from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.jinja import render_template
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import ParsedQuery, parse_query

MACROS = "{% macro named(expression, name) %}{{ expression }} AS {{ name }}{% endmacro %}"


def parsed(text: str) -> ParsedQuery:
    """A file's query."""
    return parse_query(read_model(text, "duckdb"), MacroContext(variables={"days": 3}, sql_macros=(MACROS,)))


def flat(query: ParsedQuery) -> str:
    """The text that was parsed, spaces made one."""
    return " ".join(query.text.split())


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("SELECT {% for c in ['a', 'b'] %}{{ c }}, {% endfor %}1 FROM t", "SELECT a, b, 1 FROM t"),
        ("SELECT {{ named('x', 'y') }} FROM t", "SELECT x AS y FROM t"),
        ("SELECT {{ var('days') }}, {{ var('no', 7) }}, {{ days }}", "SELECT 3, 7, 3"),
        (
            "SELECT * FROM {{ ref('orders') }} JOIN {{ source('raw', 'x') }} USING (a)",
            "SELECT * FROM orders JOIN raw.x USING (a)",
        ),
        ("{{ config(materialized='table') }} SELECT 1 {% if is_incremental() %} WHERE {% endif %}", "SELECT 1"),
        (
            "SELECT 1 WHERE ds = CAST('{{ start_ds }}' AS DATE)",
            "SELECT 1 WHERE ds = CAST(__hw_var('start_ds') AS DATE)",
        ),
        (
            "SELECT 'from {{ start_ds }} to {{ end_ds }}!'",
            "SELECT 'from ' || __hw_var('start_ds') || ' to ' || __hw_var('end_ds') || '!'",
        ),
        ("SELECT 1 WHERE ds = @end_date {# it's a comment #}", "SELECT 1 WHERE ds = __hw_var('end_date')"),
        ("SELECT {{ adapter.quote('a') }} AS a", "SELECT __hw_opaque('{{ adapter.quote(...) }}') AS a"),
    ],
)
def test_forms_of_sqlmesh_and_dbt(template: str, expected: str) -> None:
    block = parsed(f"MODEL (name a.b);\nJINJA_QUERY_BEGIN;\n{template};\nJINJA_END;")
    assert flat(block) == expected
    assert [problem for problem in block.problems if problem.severity == "error"] == []
    if "{%" in template or "{{" in template:
        assert flat(parsed(template)) == expected


def test_calls_of_what_is_not_known_here_with_a_body() -> None:
    """dbt's `statement` runs a query beside this one and makes no text; what another macro makes of its body is not known."""
    beside = "{% call statement('x', fetch_result=True) %}SELECT 2{% endcall %}SELECT 1"
    assert render_template(beside, 0, MacroContext()).rope.text == "SELECT 1"
    unknown = render_template("SELECT {% call wrapped() %}a{% endcall %} AS b", 0, MacroContext())
    assert unknown.rope.text.startswith("SELECT __hw_opaque(")
    assert unknown.problems == ()


def test_places_lead_back_to_the_template() -> None:
    text = "MODEL (name a.b);\nJINJA_QUERY_BEGIN;\nSELECT o.id, {% for c in ['p', 'q'] %}o.{{ c }}, {% endfor %} o.last\nFROM {{ ref('orders') }} AS o\nJINJA_END;"
    query = parsed(text)
    assert query.tree is not None
    columns = {column.name: query.span_of(column) for column in query.tree.find_all(exp.Column)}
    shown = {name: text[span.start : span.end] for name, span in columns.items() if span}
    assert shown == {"id": "o.id", "p": "o.{{ c }}", "q": "o.{{ c }}", "last": "o.last"}
    assert [text[table.span.start : table.span.end] for table in query.tables] == ["{{ ref('orders') }}"]


@pytest.mark.parametrize(
    ("template", "marked"),
    [
        (
            "SELECT {% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %} 1",
            "{% for i in range(99999) %}",
        ),
        ("{% macro f() %}{{ f() }}{% endmacro %}SELECT {{ f() }}", "{% macro f() %}"),
        ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}SELECT {{ f() }}", "{% macro f() %}"),
        (
            "{% set n = namespace(s='aaaa') %}\n{% for i in range(60) %}\n{% set n.s = n.s ~ n.s %}\n{% endfor %}",
            "{% set n.s = n.s ~ n.s %}",
        ),
        (
            "{% set n = namespace(s=[1]) %}\n{% for i in range(60) %}\n{% set n.s = n.s + n.s %}\n{% endfor %}",
            "{% set n.s = n.s + n.s %}",
        ),
        (
            "{% set n = namespace(s='aaaa') %}\n{% for i in range(60) %}\n{% set n.s = n.s|replace('a', 'aaaa') %}\n{% endfor %}",
            "{% set n.s = n.s|replace('a', 'aaaa') %}",
        ),
    ],
)
def test_a_template_without_end_is_stopped(template: str, marked: str) -> None:
    started = time.process_time()
    query = parsed(template)
    assert time.process_time() - started < 2
    [problem] = query.problems
    assert problem.code == "jinja-limit"
    assert template[problem.span.start : problem.span.end] == marked


@pytest.mark.parametrize(
    ("template", "marked"),
    [
        ("SELECT 1,\n{{ 1 / 0 }} FROM t", "{{ 1 / 0 }}"),
        ("SELECT 1\n{% if x %}", "{% if x %}"),
        ("SELECT {{ 'a' * 999999999 }}", "{{ 'a' * 999999999 }}"),
        ("SELECT {{ '%999999999d' % 1 }}", "{{ '%999999999d' % 1 }}"),
    ],
)
def test_errors_are_at_the_tag(template: str, marked: str) -> None:
    query = parsed(template)
    [problem] = query.problems
    assert problem.code == "jinja"
    assert template[problem.span.start : problem.span.end] == marked


@pytest.mark.parametrize(
    "expression",
    [
        "().__class__.__mro__",
        "''.__class__",
        "[].__class__.__base__.__subclasses__()",
        "cycler.__init__.__globals__",
        "'{0.__class__}'.format(1)",
    ],
)
def test_python_is_out_of_reach(expression: str) -> None:
    query = parsed(f"SELECT {{{{ {expression} }}}} AS a")
    assert "class '" not in query.text
    assert "object" not in query.text.replace("__hw_opaque", "")
    assert query.problems or "__hw_opaque" in query.text
