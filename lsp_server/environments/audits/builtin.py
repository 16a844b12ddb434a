"""The audits that SQLMesh's users know, each as a query for the rows that must not exist.

Arguments are SQL texts of the model's dialect; every one is parsed as the single expression that it must be before it is put
into a query.  `THIS` stands for the model's table.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from lsp_server.environments.audits.arguments import Arguments, items
from lsp_server.syntax.execution import RenderError, expression
from lsp_server.syntax.expansion import VAR_CALL

THIS = f"{VAR_CALL}('this_model')"
ENGINE = "duckdb"
"""The dialect that these queries are written in; `syntax.execution` takes them to another engine's."""


class ArgumentError(ValueError):
    """An argument is missing or is not what it must be; the message says which."""


class Given(msgspec.Struct, frozen=True):
    """An audit's arguments, asked for by what they must be."""

    arguments: Arguments
    dialect: str

    def has(self, name: str) -> bool:
        return name in self.arguments

    def expr(self, name: str) -> str:
        """One expression."""
        if name not in self.arguments:
            raise ArgumentError(f"`{name}` is missing")
        return self._sound(self.arguments[name])

    def exprs(self, name: str) -> list[str]:
        """One or more expressions."""
        if name not in self.arguments:
            raise ArgumentError(f"`{name}` is missing")
        found = [self._sound(text) for text in items(self.arguments[name], self.dialect)]
        if not found:
            raise ArgumentError(f"`{name}` is empty")
        return found

    def flag(self, name: str, default: bool) -> bool:
        return self.arguments.get(name, str(default)).strip().lower() == "true"

    def where(self) -> str:
        """The condition that rows must fulfil to be looked at."""
        return f"({self.expr('condition')})" if self.has("condition") else "TRUE"

    def _sound(self, text: str) -> str:
        try:
            return expression(text, self.dialect, ENGINE)
        except RenderError as error:
            raise ArgumentError(str(error)) from error


Audit = Callable[[Given], str]


def rows_where(given: Given, condition: str) -> str:
    """Rows that fulfil `condition`, of those that are looked at."""
    return f"SELECT * FROM {THIS} WHERE ({condition}) AND {given.where()}"


def one_row_if(given: Given, condition: str) -> str:
    """One row if an aggregate over all that is looked at fulfils `condition`."""
    return f"SELECT 1 AS failed FROM {THIS} WHERE {given.where()} HAVING {condition}"


def not_null(given: Given) -> str:
    return rows_where(given, " OR ".join(f"{column} IS NULL" for column in given.exprs("columns")))


def at_least_one(given: Given) -> str:
    return one_row_if(given, f"COUNT({given.expr('column')}) = 0")


def unique_values(given: Given) -> str:
    columns = given.exprs("columns")
    parts = [
        f"SELECT {column} AS value, COUNT(*) AS times FROM {THIS} "
        f"WHERE {column} IS NOT NULL AND {given.where()} GROUP BY {column} HAVING COUNT(*) > 1"
        for column in columns
    ]
    if len(parts) == 1:
        return parts[0]
    return " UNION ALL ".join(f"SELECT CAST(value AS VARCHAR) AS value, times FROM ({part}) AS u" for part in parts)


def unique_combination_of_columns(given: Given) -> str:
    columns = ", ".join(given.exprs("columns"))
    return (
        f"SELECT {columns}, COUNT(*) AS times FROM {THIS} WHERE {given.where()} GROUP BY {columns} HAVING COUNT(*) > 1"
    )


def accepted_values(given: Given) -> str:
    values = ", ".join(given.exprs("is_in"))
    return rows_where(given, f"{given.expr('column')} NOT IN ({values})")


def not_accepted_values(given: Given) -> str:
    values = ", ".join(given.exprs("is_in"))
    return rows_where(given, f"{given.expr('column')} IN ({values})")


def number_of_rows(given: Given) -> str:
    return one_row_if(given, f"COUNT(*) <= {given.expr('threshold')}")


def forall(given: Given) -> str:
    return rows_where(given, " OR ".join(f"NOT ({criterion})" for criterion in given.exprs("criteria")))


def accepted_range(given: Given) -> str:
    column = given.expr("column")
    equal = "" if given.flag("inclusive", True) else "="
    bounds = [f"{column} <{equal} {given.expr('min_v')}"] if given.has("min_v") else []
    bounds += [f"{column} >{equal} {given.expr('max_v')}"] if given.has("max_v") else []
    if not bounds:
        raise ArgumentError("`min_v` or `max_v` is needed")
    return rows_where(given, " OR ".join(bounds))


def not_constant(given: Given) -> str:
    return one_row_if(given, f"COUNT(DISTINCT {given.expr('column')}) <= 1")


def not_null_proportion(given: Given) -> str:
    return one_row_if(given, f"COUNT({given.expr('column')}) < COUNT(*) * ({given.expr('threshold')})")


def relationships(given: Given) -> str:
    column, field, to = given.expr("column"), given.expr("field"), given.expr("to")
    found = f"EXISTS (SELECT 1 FROM {to} AS _parent WHERE _parent.{field} = _child.{column})"
    looked_at = f"SELECT * FROM {THIS} WHERE {given.where()}"
    return f"SELECT * FROM ({looked_at}) AS _child WHERE _child.{column} IS NOT NULL AND NOT {found}"


def sequential_values(given: Given) -> str:
    column = given.expr("column")
    step = given.expr("interval") if given.has("interval") else "1"
    looked_at = f"SELECT {column} AS value, LAG({column}) OVER (ORDER BY {column}) AS previous FROM {THIS} WHERE {given.where()}"
    return f"SELECT * FROM ({looked_at}) AS _steps WHERE previous IS NOT NULL AND value <> previous + {step}"


def mutually_exclusive_ranges(given: Given) -> str:
    lower, upper = given.expr("lower_bound_column"), given.expr("upper_bound_column")
    partition = f"PARTITION BY {given.expr('partition_clause')} " if given.has("partition_clause") else ""
    after = f"LEAD({lower}) OVER ({partition}ORDER BY {lower}, {upper})"
    return f"SELECT * FROM (SELECT *, {after} AS next_lower FROM {THIS} WHERE {given.where()}) AS _ranges WHERE {upper} > next_lower"


def not_empty_string(given: Given) -> str:
    return rows_where(given, f"{given.expr('column')} = ''")


def string_length_equal(given: Given) -> str:
    return rows_where(given, f"LENGTH({given.expr('column')}) <> {given.expr('v')}")


def string_length_between(given: Given) -> str:
    length = f"LENGTH({given.expr('column')})"
    return rows_where(given, f"{length} NOT BETWEEN {given.expr('min_v')} AND {given.expr('max_v')}")


def pattern(test: str, any_of: bool) -> Audit:
    """Strings against patterns: a row fails that matches none of them, or (`any_of` false) that matches one."""

    def audit(given: Given) -> str:
        column = given.expr("column")
        tests = " OR ".join(test.format(column=column, pattern=p) for p in given.exprs("patterns"))
        return rows_where(given, f"NOT ({tests})" if any_of else tests)

    return audit


def shaped(regex: str) -> Audit:
    """Strings of one shape."""
    return lambda given: rows_where(given, f"NOT REGEXP_MATCHES({given.expr('column')}, '{regex}')")


def in_range(aggregate: str) -> Audit:
    """An aggregate of a column between bounds."""

    def audit(given: Given) -> str:
        value = f"{aggregate}({given.expr('column')})"
        equal = "" if given.flag("inclusive", True) else "="
        bounds = [f"{value} <{equal} {given.expr('min_v')}"] if given.has("min_v") else []
        bounds += [f"{value} >{equal} {given.expr('max_v')}"] if given.has("max_v") else []
        if not bounds:
            raise ArgumentError("`min_v` or `max_v` is needed")
        return one_row_if(given, " OR ".join(bounds))

    return audit


def z_score(given: Given) -> str:
    column, threshold = given.expr("column"), given.expr("threshold")
    stats = f"SELECT AVG({column}) AS mean, STDDEV({column}) AS deviation FROM {THIS} WHERE {given.where()}"
    return rows_where(
        given,
        f"ABS(({column} - (SELECT mean FROM ({stats}) AS _m)) / NULLIF((SELECT deviation FROM ({stats}) AS _d), 0)) > {threshold}",
    )


def chi_square(given: Given) -> str:
    """Pearson's statistic over the cells that there are, as SQLMesh sums it; `dependent`: the columns shall depend on each other."""
    a, b = given.expr("column_a"), given.expr("column_b")
    pairs = f"SELECT {a} AS a, {b} AS b FROM {THIS} WHERE {a} IS NOT NULL AND {b} IS NOT NULL AND {given.where()}"
    expected = "SUM(COUNT(*)) OVER (PARTITION BY a) * SUM(COUNT(*)) OVER (PARTITION BY b) / SUM(COUNT(*)) OVER ()"
    cells = f"SELECT a, b, COUNT(*) AS observed, {expected} AS expected FROM ({pairs}) AS _pairs GROUP BY a, b"
    statistic = "SUM((observed - expected) * (observed - expected) / expected)"
    sign = ">" if given.flag("dependent", True) else "<="
    return (
        f"SELECT (COUNT(DISTINCT a) - 1) * (COUNT(DISTINCT b) - 1) AS degrees_of_freedom, {statistic} AS chi_square "
        f"FROM ({cells}) AS _cells HAVING NOT ({statistic} {sign} {given.expr('critical_value')})"
    )


NOT_SUPPORTED = ("kl_divergence",)
"""Built-ins of SQLMesh that are refused by name."""
BUILTIN: dict[str, Audit] = {
    "not_null": not_null,
    "at_least_one": at_least_one,
    "unique_values": unique_values,
    "unique_combination_of_columns": unique_combination_of_columns,
    "accepted_values": accepted_values,
    "not_accepted_values": not_accepted_values,
    "number_of_rows": number_of_rows,
    "forall": forall,
    "accepted_range": accepted_range,
    "not_constant": not_constant,
    "not_null_proportion": not_null_proportion,
    "relationships": relationships,
    "sequential_values": sequential_values,
    "mutually_exclusive_ranges": mutually_exclusive_ranges,
    "not_empty_string": not_empty_string,
    "string_length_equal": string_length_equal,
    "string_length_between": string_length_between,
    "match_regex_pattern_list": pattern("REGEXP_MATCHES({column}, {pattern})", any_of=True),
    "not_match_regex_pattern_list": pattern("REGEXP_MATCHES({column}, {pattern})", any_of=False),
    "match_like_pattern_list": pattern("{column} LIKE {pattern}", any_of=True),
    "not_match_like_pattern_list": pattern("{column} LIKE {pattern}", any_of=False),
    "valid_uuid": shaped("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    "valid_email": shaped(r"^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$"),
    "valid_url": shaped(r"^https?://[^\s/?#]+[^\s]*$"),
    "valid_http_method": shaped("^(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|TRACE|CONNECT)$"),
    "min_in_range": in_range("MIN"),
    "max_in_range": in_range("MAX"),
    "mean_in_range": in_range("AVG"),
    "sum_in_range": in_range("SUM"),
    "stddev_in_range": in_range("STDDEV"),
    "z_score": z_score,
    "chi_square": chi_square,
}
"""By name; each also exists as `<name>_non_blocking`."""
