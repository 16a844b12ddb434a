"""What SQLMesh's generic audits name of the model that they stand on, as far as a header says it plainly."""

from __future__ import annotations

from lsp_server.graph.model import Call

_SUFFIX = "_non_blocking"
_ON_COLUMNS = frozenset(
    [
        "not_null",
        "unique_values",
        "unique_combination_of_columns",
        "accepted_values",
        "not_accepted_values",
        "not_constant",
        "at_least_one",
        "not_null_proportion",
        "accepted_range",
        "sequential_values",
        "not_empty_string",
        "string_length_equal",
        "string_length_between",
        "match_regex_pattern_list",
        "not_match_regex_pattern_list",
        "match_like_pattern_list",
        "not_match_like_pattern_list",
        "valid_uuid",
        "valid_email",
        "valid_url",
        "valid_http_method",
        "min_in_range",
        "max_in_range",
        "mean_in_range",
        "sum_in_range",
        "stddev_in_range",
        "z_score",
        "relationships",
    ]
)
BUILT_IN = _ON_COLUMNS | {"number_of_rows", "forall", "mutually_exclusive_ranges", "chi_square"}
"""All generic audits that there are without writing one."""


def columns_of(audit: Call) -> list[str]:
    """The columns that a generic audit names; expressions, and audits of the workspace's own, name none here.

    >>> columns_of(Call("not_null", kwargs={"columns": ["id", "a + 1"]})), columns_of(Call("forall", kwargs={"criteria": "a"}))
    (['id'], [])
    """
    if audit.name.lower().removesuffix(_SUFFIX) not in _ON_COLUMNS:
        return []
    named = [audit.kwargs.get(key) for key in ("columns", "column")]
    flat = [item for value in named for item in (value if isinstance(value, list | tuple) else [value])]
    return [item for item in flat if isinstance(item, str) and item.isidentifier()]
