"""SQLMesh's own macros: their parameters and what each is for, as its documentation has them."""

from __future__ import annotations

from lsp_server.ide.functions import Function


def _macro(name: str, parameters: str, description: str) -> tuple[str, Function]:
    return name.lower(), Function(f"@{name}", "macro", (f"({parameters})",), description)


_MOMENTS = {
    "start": "The beginning of the interval that is computed",
    "end": "The end of the interval that is computed (inclusive)",
    "execution": "The moment of the run",
    "latest": "The end of the newest interval that is computed",
}
_FORMS = {
    "dt": "with its time zone",
    "dtntz": "without a time zone",
    "date": "",
    "ds": "as text, `'2026-01-31'`",
    "ts": "as text, `'2026-01-31 23:59:59.999999'`",
    "tstz": "as text with its time zone",
    "epoch": "in seconds since 1970",
    "millis": "in milliseconds since 1970",
    "hour": "of which only the hour of the day",
}


def runtime_variable(name: str) -> str:
    """What a variable is whose value only a run knows: `@start_ds`; "" for one that is no moment."""
    moment, _, form = name.lower().partition("_")
    if moment not in _MOMENTS or form not in _FORMS:
        return ""
    return ", ".join(text for text in (_MOMENTS[moment], _FORMS[form]) if text) + "."


MACROS: dict[str, Function] = dict(
    _macro(*row)
    for row in (
        ("VAR", "name, default = NULL", "The value of a variable, or the default where nobody set it."),
        ("DEF", "name, value", "Defines a variable, or with `x -> ...` a function, for this file."),
        ("EACH", "items, x -> expression", "The expression for each item, with commas between."),
        ("IF", "condition, then, otherwise = NULL", "One of two expressions; nothing where there is no second one."),
        ("AND", "condition ...", "The conditions joined with AND; those that are NULL are left out."),
        ("OR", "condition ...", "The conditions joined with OR; those that are NULL are left out."),
        ("REDUCE", "items, (x, y) -> expression", "The items brought together, two at a time, from the left."),
        ("FILTER", "items, x -> condition", "The items for which the condition holds."),
        (
            "STAR",
            "relation, alias := NULL, exclude := [], prefix := '', suffix := '', quote_identifiers := TRUE",
            "The columns of a relation, each written out with its type.",
        ),
        (
            "UNION",
            "'all' or 'distinct', relation ...",
            "The relations one below the other, with the columns that all have.",
        ),
        (
            "PIVOT",
            "column, values, alias := TRUE, agg := 'SUM', cmp := '=', prefix := '', suffix := '', "
            "then_value := 1, else_value := 0, quote := TRUE, distinct := FALSE",
            "One aggregated CASE for each value of a column.",
        ),
        (
            "DEDUPLICATE",
            "relation, partition_by, order_by",
            "The first row of each partition, in the order of `order_by`.",
        ),
        ("GENERATE_SURROGATE_KEY", "field ..., hash_function := 'MD5'", "A hash over the fields, NULLs included."),
        ("SAFE_ADD", "field ...", "The sum in which NULL counts as 0; NULL where all fields are NULL."),
        ("SAFE_SUB", "field ...", "The difference in which NULL counts as 0; NULL where all fields are NULL."),
        ("SAFE_DIV", "numerator, denominator", "The quotient; NULL where the denominator is 0."),
        ("DATE_SPINE", "datepart, start_date, end_date", "One row for each day (week, month, ...) from start to end."),
        (
            "HAVERSINE_DISTANCE",
            "lat1, lon1, lat2, lon2, unit := 'mi'",
            "The distance of two points on the earth, in miles (`'mi'`) or kilometres (`'km'`).",
        ),
        ("EVAL", "expression", "The value of an expression, computed when the query is rendered."),
        ("SQL", "text, into = NULL", "A text as SQL."),
        ("RESOLVE_TEMPLATE", "template, mode := 'literal'", "A text with the parts of `@this_model` put in."),
        ("BLUEPRINT_VAR", "name, default = NULL", "The value of a blueprint's variable, or the default."),
        ("WITH", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
        ("JOIN", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
        ("WHERE", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
        ("GROUP_BY", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
        ("HAVING", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
        ("ORDER_BY", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
        ("LIMIT", "condition", "The keyword, where the condition holds; else the whole clause is left out."),
    )
)
"""By lower-case name, in the order in which they are proposed."""
