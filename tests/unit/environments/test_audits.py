"""Audits as headers write them, to queries."""

from __future__ import annotations

import doctest

import pytest

from lsp_server.analysis.audits import BUILT_IN
from lsp_server.environments.audits import arguments
from lsp_server.environments.audits.builtin import BUILTIN, ArgumentError, Given
from lsp_server.syntax.model_file import read_model


def test_doctests() -> None:
    assert doctest.testmod(arguments).failed == 0


def test_completion_offers_the_audits_that_there_are() -> None:
    assert set(BUILTIN) == BUILT_IN


def test_a_list_of_audits_is_read_as_calls() -> None:
    text = "MODEL (name a.b, audits (not_null(columns := (a, b)), forall(criteria := (LENGTH(a) > 0)))); SELECT 1 AS a"
    header = read_model(text, "duckdb").header
    assert header is not None
    assert [call.name for call in header.value("audits")] == ["not_null", "forall"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "hostile",
    [
        "a; DROP TABLE x",
        "a) OR (SELECT 1 FROM secrets",
        "a FROM secrets --",
        "a UNION SELECT 1",
        "(SELECT 1); SELECT (2",
    ],
)
def test_an_argument_is_one_expression_or_refused(hostile: str) -> None:
    with pytest.raises(ArgumentError):
        BUILTIN["not_null"](Given({"columns": hostile}, "duckdb"))


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ArgumentError, match="`columns` is missing"):
        BUILTIN["not_null"](Given({}, "duckdb"))
    with pytest.raises(ArgumentError, match="`min_v` or `max_v`"):
        BUILTIN["accepted_range"](Given({"column": "a"}, "duckdb"))
