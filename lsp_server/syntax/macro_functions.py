"""SQLMesh's own macros, as functions from a call to text.

What each does follows SQLMesh's documentation (https://sqlmesh.readthedocs.io/en/stable/concepts/macros/sqlmesh_macros/).
A function gets the expander and the call, and gives a rope, a list of ropes (several items of a comma list), or None: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.evaluate import Unknown, Value, evaluate
from lsp_server.syntax.macro_columns import star, union
from lsp_server.syntax.macro_types import NOTHING, OPAQUE_CALL, Call, Lambda, MacroError, Result
from lsp_server.syntax.names import quote, split_name
from lsp_server.syntax.ropes import Rope, concat, join, literal, raw
from lsp_server.syntax.tokens import CLOSING, OPENING, known_tokens
from lsp_server.text.spans import Span

if TYPE_CHECKING:
    from lsp_server.syntax.expansion import Expander

CLAUSES = {
    "with": "WITH",
    "join": "JOIN",
    "where": "WHERE",
    "group_by": "GROUP BY",
    "having": "HAVING",
    "order_by": "ORDER BY",
    "limit": "LIMIT",
}
"""`@WHERE(condition) ...`: a clause that is there only if its condition holds."""


def _condition(expander: Expander, call: Call, tokens: list[Token]) -> Value:
    return evaluate(expander.expand(call.text, tokens, call.scope).text, expander.dialect)


def clause(expander: Expander, call: Call, tokens: list[Token], after: int) -> tuple[Result, str, int]:
    """The keyword, or nothing and the whole clause skipped."""
    if len(call.args) != 1:
        raise MacroError("one condition is expected.")
    try:
        holds = bool(_condition(expander, call, call.args[0]))
    except Unknown:
        holds = True  # it depends on run time: whatever the clause reads may matter
    if holds:
        return Rope.made(CLAUSES[call.name], call.span), "macro", after
    return NOTHING, "macro", _clause_end(tokens, after, call.name)


_AFTER = {
    "where": {kinds.GROUP_BY, kinds.HAVING, kinds.QUALIFY, kinds.WINDOW, kinds.ORDER_BY, kinds.LIMIT, kinds.OFFSET},
    "limit": {kinds.OFFSET},
    "with": {kinds.SELECT, kinds.FROM},
}
_AFTER["group_by"] = _AFTER["where"] - {kinds.GROUP_BY}
_AFTER["having"] = _AFTER["group_by"] - {kinds.HAVING}
_AFTER["order_by"] = {kinds.LIMIT, kinds.OFFSET}
_AFTER["join"] = {
    kinds.WHERE,
    *_AFTER["where"],
    kinds.JOIN,
    kinds.LEFT,
    kinds.RIGHT,
    kinds.FULL,
    kinds.INNER,
    kinds.CROSS,
    kinds.COMMA,
}
_ALWAYS_AFTER = {kinds.UNION, kinds.EXCEPT, kinds.INTERSECT, kinds.SEMICOLON}


def _clause_end(tokens: list[Token], start: int, name: str) -> int:
    """The index of the first token that does not belong to the clause that begins at `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        kind = tokens[index].token_type
        if kind in CLOSING:
            depth -= 1
            if depth < 0:
                return index
        elif kind in OPENING:
            depth += 1
        elif (depth == 0 and index > start and (kind in _AFTER[name] or kind in _ALWAYS_AFTER)) or (
            depth == 0
            and kind is kinds.PARAMETER
            and index + 1 < len(tokens)
            and tokens[index + 1].text.lower() in CLAUSES
        ):
            return index
    return len(tokens)


def _if(expander: Expander, call: Call) -> Result:
    if not 2 <= len(call.args) <= 3:
        raise MacroError("a condition and one or two values are expected.")
    try:
        holds = bool(_condition(expander, call, call.args[0]))
    except Unknown:
        return expander.opaque(call)
    chosen = call.args[1] if holds else call.args[2] if len(call.args) == 3 else None
    return _spread(expander, call, chosen) if chosen else None


def _spread(expander: Expander, call: Call, tokens: list[Token]) -> Result:
    """An argument; NULL stays, nothing is None."""
    rope = expander.expand(call.text, tokens, call.scope).strip()
    return rope if rope else None


def _each(expander: Expander, call: Call) -> Result:
    function, items = _lambda_and_items(expander, call)
    found = [_applied(expander, function, item) for item in items]
    return [rope for rope in found if rope]


def _lambda_and_items(expander: Expander, call: Call) -> tuple[Lambda, list[Rope]]:
    function = expander.lambda_of(call, call.args[-1]) if len(call.args) > 1 else None
    if function is None:
        raise MacroError("a list and a function are expected: `@" + call.name.upper() + "([a, b], x -> ...)`.")
    return function, expander.items(call, call.args[:-1])


def _applied(expander: Expander, function: Lambda, item: Rope) -> Rope:
    values = expander.split(item) if len(function.names) > 1 else [item]
    return expander.apply(function, values)


def _reduce(expander: Expander, call: Call) -> Result:
    function, items = _lambda_and_items(expander, call)
    if not items:
        raise MacroError("there is nothing to reduce.")
    total = items[0]
    for item in items[1:]:
        total = expander.apply(function, [total, item])
    return total


def _filter(expander: Expander, call: Call) -> Result:
    function, items = _lambda_and_items(expander, call)
    kept = []
    for item in items:
        try:
            holds = bool(evaluate(_applied(expander, function, item).text, expander.dialect))
        except Unknown:
            raise MacroError("the condition has no value before run time.") from None
        if holds:
            kept.append(item)
    return kept


def _logic(word: str) -> Callable[[Expander, Call], Result]:
    def made(expander: Expander, call: Call) -> Result:
        parts = [
            _wrapped(rope, call.span, expander.dialect)
            for rope in expander.values(call)
            if rope and rope.text.upper() != "NULL"
        ]
        return join(f" {word} ", parts, call.span) if parts else Rope.made("TRUE", call.span)

    return made


def _wrapped(rope: Rope, span: Span, dialect: str) -> Rope:
    """In parentheses, where an AND or OR inside would otherwise bind to its neighbours."""
    depth = 0
    for token in known_tokens(rope.text, dialect):
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if depth == 0 and token.token_type in (kinds.AND, kinds.OR):
            return concat([Rope.made("(", span), rope, Rope.made(")", span)])
    return rope


def _eval(expander: Expander, call: Call) -> Result:
    if len(call.args) != 1:
        raise MacroError("one expression is expected.")
    try:
        return Rope.made(literal(_condition(expander, call, call.args[0])), call.span)
    except Unknown:
        return expander.opaque(call)


def _sql(expander: Expander, call: Call) -> Result:
    if not call.args:
        raise MacroError("a text is expected.")
    tokens = call.args[0]
    if len(tokens) == 1 and tokens[0].token_type is kinds.STRING:
        return Rope.made(expander.template(tokens[0].text, call.scope), call.span)
    rope = expander.expand(call.text, tokens, call.scope).strip()
    if rope.text.startswith("'"):
        return Rope.made(expander.template(raw(rope.text), call.scope), call.span)
    try:
        return Rope.made(literal(evaluate(rope.text, expander.dialect)), call.span)
    except Unknown:
        return rope


def _var(kind: str) -> Callable[[Expander, Call], Result]:
    def made(expander: Expander, call: Call) -> Result:
        if not call.args or len(call.args[0]) != 1 or call.args[0][0].token_type is not kinds.STRING:
            raise MacroError("the variable's name is expected as a string.")
        name = call.args[0][0].text.lower()
        sources = (
            (expander.context.blueprint,)
            if kind == "blueprint"
            else (expander.context.values, expander.context.variables)
        )
        for values in sources:
            if name in values:
                value = values[name]
                if isinstance(value, list | tuple):
                    return [Rope.made(literal(item), call.span) for item in value]
                return Rope.made(literal(value), call.span)
        if len(call.args) > 1:
            return expander.expand(call.text, call.args[1], call.scope).strip()
        return Rope.made("NULL", call.span)

    return made


def _pivot(expander: Expander, call: Call) -> Result:
    column = expander.argument(call, 0, "column")
    values = expander.items(call, [call.kwargs.get("values") or (call.args[1] if len(call.args) > 1 else [])])
    option = _options(expander, call, _PIVOT_OPTIONS, 2)
    found = []
    for value in values:
        test = concat([column, Rope.made(f" {raw(option['cmp'])} ", call.span), value])
        head = f"{raw(option['agg'])}({'DISTINCT ' if _true(option['distinct']) else ''}CASE WHEN "
        tail = f" THEN {option['then_value']} ELSE {option['else_value']} END)"
        rope = concat([Rope.made(head, call.span), test, Rope.made(tail, call.span)])
        if _true(option["alias"]):
            name = f"{raw(option['prefix'])}{raw(value.text)}{raw(option['suffix'])}"
            spelled = quote(name, expander.dialect) if _true(option["quote"]) else name
            rope += Rope.made(f" AS {spelled}", call.span)
        found.append(rope)
    return found


_PIVOT_OPTIONS = {
    "alias": "TRUE",
    "agg": "'SUM'",
    "cmp": "'='",
    "prefix": "''",
    "suffix": "''",
    "then_value": "1",
    "else_value": "0",
    "quote": "TRUE",
    "distinct": "FALSE",
}


def _options(expander: Expander, call: Call, defaults: dict[str, str], first: int) -> dict[str, str]:
    return {
        name: expander.argument(call, first + position, name, default).text
        for position, (name, default) in enumerate(defaults.items())
    }


def _true(text: str) -> bool:
    return text.upper() == "TRUE"


def _deduplicate(expander: Expander, call: Call) -> Result:
    relation = expander.argument(call, 0, "relation")
    keys = expander.items(call, [call.kwargs.get("partition_by") or (call.args[1] if len(call.args) > 1 else [])])
    orders = expander.items(call, [call.kwargs.get("order_by") or (call.args[2] if len(call.args) > 2 else [])])
    if not keys or not orders:
        raise MacroError("columns to partition by and an order are expected: `[a, b], ['c DESC']`.")
    order = ", ".join(raw(item.text) for item in orders)
    return concat(
        [
            Rope.made("SELECT * FROM ", call.span),
            relation,
            Rope.made(" QUALIFY ROW_NUMBER() OVER (PARTITION BY ", call.span),
            join(", ", keys, call.span),
            Rope.made(f" ORDER BY {order}) = 1", call.span),
        ]
    )


_DATE = re.compile(r"'\d{4}-\d{2}-\d{2}'")
_DATE_PARTS = ("day", "week", "month", "quarter", "year")


def _date_spine(expander: Expander, call: Call) -> Result:
    part = raw(expander.argument(call, 0, "datepart").text).lower()
    if part not in _DATE_PARTS:
        raise MacroError(f"one of {', '.join(_DATE_PARTS)} is expected, not `{part}`.")
    start, end = expander.argument(call, 1, "start_date").text, expander.argument(call, 2, "end_date").text
    if _DATE.fullmatch(start) and _DATE.fullmatch(end) and start > end:
        raise MacroError(f"{start} is after {end}.")
    low, high = (f"CAST({value} AS DATE)" if value[:1] == "'" else value for value in (start, end))
    step = "INTERVAL '3' MONTH" if part == "quarter" else f"INTERVAL '1' {part.upper()}"
    series = _date_series(expander.dialect, low, high, step)
    return Rope.made(f"SELECT date_{part} FROM {series} AS _exploded(date_{part})", call.span)


def _date_series(dialect: str, low: str, high: str, step: str) -> str:
    if dialect == "bigquery":
        return f"UNNEST(GENERATE_DATE_ARRAY({low}, {high}, {step}))"
    if dialect in ("spark", "databricks", "hive", "trino", "presto"):
        return f"UNNEST(SEQUENCE({low}, {high}, {step}))"
    if dialect in ("postgres", "redshift"):
        return f"GENERATE_SERIES({low}, {high}, {step})"
    return f"UNNEST(CAST(GENERATE_SERIES({low}, {high}, {step}) AS DATE[]))"


def _surrogate_key(expander: Expander, call: Call) -> Result:
    function = raw(expander.argument(call, len(call.args), "hash_function", "'MD5'").text)
    text = "STRING" if expander.dialect in ("bigquery", "spark", "databricks", "hive") else "TEXT"
    parts: list[Rope] = []
    for index, field in enumerate(expander.values(call)):
        separator = "" if index == 0 else ", '|', "
        parts += [
            Rope.made(f"{separator}COALESCE(CAST(", call.span),
            field,
            Rope.made(f" AS {text}), '_sqlmesh_surrogate_key_null_')", call.span),
        ]
    hashed = concat([Rope.made(f"{function}(CONCAT(", call.span), *parts, Rope.made("))", call.span)])
    if expander.dialect == "bigquery" and function.upper() == "MD5":
        return concat([Rope.made("TO_HEX(", call.span), hashed, Rope.made(")", call.span)])
    return hashed


def _safe(symbol: str) -> Callable[[Expander, Call], Result]:
    """`CASE WHEN a IS NULL AND b IS NULL THEN NULL ELSE COALESCE(a, 0) + COALESCE(b, 0) END`"""

    def made(expander: Expander, call: Call) -> Result:
        fields = expander.values(call)
        nothing = join(" AND ", [field + Rope.made(" IS NULL", call.span) for field in fields], call.span)
        values = [concat([Rope.made("COALESCE(", call.span), field, Rope.made(", 0)", call.span)]) for field in fields]
        return concat(
            [
                Rope.made("CASE WHEN ", call.span),
                nothing,
                Rope.made(" THEN NULL ELSE ", call.span),
                join(f" {symbol} ", values, call.span),
                Rope.made(" END", call.span),
            ]
        )

    return made


def _safe_div(expander: Expander, call: Call) -> Result:
    above, below = expander.argument(call, 0, "numerator"), expander.argument(call, 1, "denominator")
    return concat([above, Rope.made(" / NULLIF(", call.span), below, Rope.made(", 0)", call.span)])


def _haversine(expander: Expander, call: Call) -> Result:
    lat1, lon1, lat2, lon2 = (
        expander.argument(call, n, name).text for n, name in enumerate(("lat1", "lon1", "lat2", "lon2"))
    )
    unit = raw(expander.argument(call, 4, "unit", "'mi'").text)
    if unit not in ("mi", "km"):
        raise MacroError(f"'mi' or 'km' is expected, not '{unit}'.")
    factor = "1.0" if unit == "mi" else "1.60934"
    text = (
        f"7922 * ASIN(SQRT((POWER(SIN(RADIANS(({lat2} - {lat1}) / 2)), 2)) + (COS(RADIANS({lat1})) * COS(RADIANS({lat2})) "
        f"* POWER(SIN(RADIANS(({lon2} - {lon1}) / 2)), 2)))) * {factor}"
    )
    return Rope.made(text, call.span)


def _resolve_template(expander: Expander, call: Call) -> Result:
    template = expander.argument(call, 0, "template")
    mode = raw(expander.argument(call, 1, "mode", "'literal'").text).lower()
    model = expander.context.values.get("this_model") or expander.context.this_model
    if not model:
        return Rope.made(f"{OPAQUE_CALL}({literal(template.text)})", call.span)
    parts = [part for part, _ in split_name(str(model), expander.dialect)]
    catalog, schema, table = ([""] * 3 + parts)[-3:]
    text = (
        raw(template.text)
        .replace("@{catalog_name}", catalog)
        .replace("@{schema_name}", schema)
        .replace("@{table_name}", table)
    )
    return Rope.made(text if mode == "table" else literal(text), call.span)


def _def(_expander: Expander, call: Call) -> Result:
    raise (
        MacroError("definitions stand before the query, each with its own semicolon.")
        if call.args
        else MacroError("a name is expected.")
    )


FUNCTIONS: dict[str, Callable[[Expander, Call], Result]] = {
    "if": _if,
    "each": _each,
    "reduce": _reduce,
    "filter": _filter,
    "and": _logic("AND"),
    "or": _logic("OR"),
    "eval": _eval,
    "sql": _sql,
    "var": _var("variable"),
    "blueprint_var": _var("blueprint"),
    "star": star,
    "union": union,
    "pivot": _pivot,
    "deduplicate": _deduplicate,
    "date_spine": _date_spine,
    "generate_surrogate_key": _surrogate_key,
    "safe_add": _safe("+"),
    "safe_sub": _safe("-"),
    "safe_div": _safe_div,
    "haversine_distance": _haversine,
    "resolve_template": _resolve_template,
    "def": _def,
}
