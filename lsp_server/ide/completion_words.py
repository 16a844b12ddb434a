"""Words that completion offers, as data, and how well a label fits what is typed."""

from __future__ import annotations

AFTER_TABLE = (
    "AS,JOIN,LEFT JOIN,INNER JOIN,CROSS JOIN,FULL JOIN,ON,USING,WHERE,GROUP BY,HAVING,QUALIFY,ORDER BY,LIMIT,UNION ALL"
)
BEFORE_VALUE = "CASE,WHEN,NOT,EXISTS,DISTINCT,NULL,TRUE,FALSE,CAST,INTERVAL"
AFTER_VALUE = (
    "AS,FROM,AND,OR,IS NULL,IS NOT NULL,IN,NOT IN,BETWEEN,LIKE,ILIKE,WHEN,THEN,ELSE,END,OVER,FILTER,DESC,ASC,NULLS LAST,"
    "JOIN,LEFT JOIN,WHERE,GROUP BY,HAVING,QUALIFY,ORDER BY,LIMIT,UNION ALL"
)
TYPES = (
    "INTEGER,BIGINT,DOUBLE,DECIMAL(18\\,2),VARCHAR,BOOLEAN,DATE,TIMESTAMP,TIMESTAMPTZ,TIME,INTERVAL,SMALLINT,TINYINT,HUGEINT,"
    "FLOAT,UUID,JSON,BLOB"
)
COMMON = frozenset(
    [
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "any_value",
        "coalesce",
        "nullif",
        "cast",
        "round",
        "abs",
        "lower",
        "upper",
        "trim",
        "concat",
        "date_trunc",
        "date_diff",
        "row_number",
        "rank",
        "lag",
        "lead",
        "first",
        "last",
        "list",
        "string_agg",
        "arg_max",
        "arg_min",
    ]
)
"""What is called in every second model comes before what nobody has heard of."""
AT_START = "SELECT,WITH,FROM,VALUES"
DEFAULT_VARIABLES = [
    "start_ds",
    "end_ds",
    "start_date",
    "end_date",
    "start_ts",
    "end_ts",
    "start_dt",
    "end_dt",
    "execution_date",
    "execution_ds",
    "execution_ts",
    "this_model",
    "runtime_stage",
]


def distance(wanted: str, label: str) -> int | None:
    """0: the label begins with the letters; 1: one of its words does, or they stand inside; 2: they occur in order; None: not at all.

    >>> [distance("cou", label) for label in ("count", "approx_count", "c_order_u", "sum")]
    [0, 1, 2, None]
    """
    if label.startswith(wanted):
        return 0
    if wanted in label:
        return 1
    at = -1
    for letter in wanted:
        at = label.find(letter, at + 1)
        if at < 0:
            return None
    return 2 if wanted[0] in {word[:1] for word in label.replace(".", "_").split("_")} else None
