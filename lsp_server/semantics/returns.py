"""Return types of DuckDB's functions: the catalogue's overloads, and the rules that its binder computes.

UNKNOWN wherever a rule is not certain; tests/oracles compares with DESCRIBE.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from lsp_server.semantics import catalog, ir, types
from lsp_server.semantics.nested_returns import NESTED, literals

UNKNOWN = ir.UNKNOWN
Args = tuple[ir.Expr, ...]
Rule = Callable[[Args], str]


def _table(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        kind, _, names = line.partition(": ")
        found.update(dict.fromkeys(names.split(), kind))
    return found


def _overloads(text: str) -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    found = {}
    for line in text.strip().splitlines():
        name, _, cells = line.partition(": ")
        found[name] = tuple(_overload(cell) for cell in cells.split(" ; "))
    return found


def _overload(cell: str) -> tuple[tuple[str, ...], str, str]:
    parameters, _, returns = cell.rpartition(">")
    fixed, _, varargs = parameters.partition("|")
    return tuple(types.split(fixed)), varargs, returns


MEASURED = _table(catalog.MEASURED)
CONSTANT = {**MEASURED, **_table(catalog.RETURNS)}
OVERLOADS = _overloads(catalog.OVERLOADS)
AGGREGATE_CONSTANT = {**MEASURED, **_table(catalog.AGGREGATE_RETURNS)}
AGGREGATE_OVERLOADS = _overloads(catalog.AGGREGATE_OVERLOADS)


# -- rules


def _first(args: Args) -> str:
    return args[0].type if args else UNKNOWN


def _by_path(kind: str) -> Rule:
    """What JSON yields for a path; for a list of paths a list."""
    return lambda args: f"{kind}[]" if len(args) > 1 and args[1].type.endswith("]") else kind


def _always(kind: str) -> Rule:
    return lambda args: kind


def _common(args: Args) -> str:
    from lsp_server.semantics.combining import common_of

    return common_of(list(args))


def _absolute(args: Args) -> str:
    kind = _first(args)
    return kind if types.is_numeric(kind) else UNKNOWN


def _whole(args: Args) -> str:
    """ceil, floor: a DECIMAL loses its scale."""
    kind = _first(args)
    size = types.decimal(kind)
    if size:
        return f"DECIMAL({size[0]},0)" if size[1] else kind
    if kind in types.INTEGERS or kind == "DOUBLE":
        return "DOUBLE"
    return "FLOAT" if kind == "FLOAT" else UNKNOWN


_ROUNDED = {
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER"), "BIGINT"),
    "UBIGINT": "HUGEINT",
    "UHUGEINT": "DOUBLE",
}


def _round(args: Args) -> str:
    """round(x, n): a DECIMAL keeps n digits of its scale when n is a literal."""
    kind = _first(args)
    size = types.decimal(kind)
    if size is None:
        return _ROUNDED.get(kind, kind if kind in ("FLOAT", "DOUBLE") or kind in types.INTEGERS else UNKNOWN)
    if len(args) == 1:
        return f"DECIMAL({size[0]},0)"
    digits = args[1]
    if not isinstance(digits, ir.Lit) or digits.type not in types.INTEGERS:
        return UNKNOWN
    return f"DECIMAL({size[0]},{max(0, min(int(digits.text), size[1]))})"


def _truncated(args: Args) -> str:
    """date_trunc(unit, x): a DATE becomes a TIMESTAMP."""
    kind = next((a.type for a in args if a.type not in ("VARCHAR", UNKNOWN)), UNKNOWN)
    return {"DATE": "TIMESTAMP", "TIMESTAMP": kind, "TIMESTAMP WITH TIME ZONE": kind, "INTERVAL": kind}.get(
        kind, UNKNOWN
    )


def _same_list(args: Args) -> str:
    kind = _first(args)
    return kind if kind.endswith("[]") else UNKNOWN


def _mapped(args: Args) -> str:
    return (
        types.list_of(args[1].type)
        if len(args) > 1 and isinstance(args[1], ir.Op) and args[1].name == "lambda"
        else UNKNOWN
    )


def _element(args: Args) -> str:
    return types.element(_first(args))


def _unnested(args: Args) -> str:
    return types.element(_first(args)) if len(args) == 1 else UNKNOWN


def _list_common(args: Args) -> str:
    return types.list_of(_common(args))


def _concat(args: Args) -> str:
    kinds = [a.type for a in args]
    if UNKNOWN in kinds:
        return UNKNOWN
    if kinds and all(k.endswith("[]") for k in kinds):
        return _common(args)
    return "VARCHAR" if not any(k.endswith("]") or k in ("BLOB", "BIT") for k in kinds) else UNKNOWN


def _map(args: Args) -> str:
    if not args:
        return 'MAP("NULL", "NULL")'
    if len(args) != 2:
        return UNKNOWN
    key, value = (types.element(a.type) for a in args)
    return UNKNOWN if UNKNOWN in (key, value) else f"MAP({key}, {value})"


def _map_part(part: int) -> Rule:
    def rule(args: Args) -> str:
        head, inner = types.parse(_first(args))
        return f"{inner[part][1]}[]" if head == "MAP" else UNKNOWN

    return rule


def _entries(args: Args) -> str:
    head, inner = types.parse(_first(args))
    return f'STRUCT("key" {inner[0][1]}, "value" {inner[1][1]})[]' if head == "MAP" else UNKNOWN


def _values(args: Args) -> str:
    head, inner = types.parse(_first(args))
    return types.tuple_of([kind for _, kind in inner]) if head == "STRUCT" else UNKNOWN


def _of_size(args: Args) -> str:
    kind = _common(args)
    return UNKNOWN if kind == UNKNOWN else f"{types.shown(kind)}[{len(args)}]"


def _same_or_text(args: Args) -> str:
    """Lists, texts and blobs yield what they are."""
    kind = _first(args)
    return kind if kind.endswith("[]") or kind in ("VARCHAR", "BLOB") else UNKNOWN


def _element_or_text(args: Args) -> str:
    return "VARCHAR" if _first(args) == "VARCHAR" else _element(args)


def _arithmetic(operation: Callable[[str, str], str]) -> Rule:
    return lambda args: operation(args[0].type, args[1].type) if len(args) == 2 else _absolute(args)


def _field(args: Args) -> str:
    key = args[1] if len(args) == 2 else None
    return types.field(_first(args), key.text) if isinstance(key, ir.Lit) else UNKNOWN


def _generated(args: Args) -> str:
    kinds = {a.type for a in args}
    if kinds <= types.INTEGERS:
        return "BIGINT[]"
    if kinds == {"TIMESTAMP WITH TIME ZONE", "INTERVAL"}:
        return "TIMESTAMP WITH TIME ZONE[]"
    stamped = kinds & {"DATE", "TIMESTAMP"}
    return "TIMESTAMP[]" if stamped and kinds <= {"DATE", "TIMESTAMP", "INTERVAL"} else UNKNOWN


def _date_plus(args: Args) -> str:
    if len(args) != 2:
        return UNKNOWN
    return types.add(args[0].type, args[1].type)


RULES: dict[str, Rule] = {
    **dict.fromkeys(("coalesce", "ifnull", "greatest", "least", "nvl"), _common),
    **dict.fromkeys(("abs",), _absolute),
    **dict.fromkeys(("ceil", "floor", "ceiling"), _whole),
    "trunc": lambda args: _first(args) if _first(args) in types.INTEGERS else _whole(args),
    **dict.fromkeys(("round",), _round),
    **dict.fromkeys(("nullif", "collate", "try"), _first),
    **dict.fromkeys(("timestamptrunc", "datetrunc", "date_trunc"), _truncated),
    **dict.fromkeys(("transform", "list_transform", "apply", "list_apply", "array_transform", "array_apply"), _mapped),
    **dict.fromkeys(
        ("filter", "list_filter", "array_filter", "arrayfilter", "list_sort", "sortarray", "arraysort", "list_distinct", "arraydistinct",
         "arrayreverse", "list_reverse", "list_reverse_sort", "arraycompact", "list_resize", "array_resize"),
        _same_list,
    ),
    **dict.fromkeys(("list_slice", "array_slice", "arrayslice", "array_pop_back", "array_pop_front", "repeat"), _same_or_text),
    **dict.fromkeys(("explode", "unnest"), _unnested),
    **dict.fromkeys(("list_extract", "list_element", "array_extract", "list_first", "list_last", "array_last", "arrayfirst", "arraylast"), _element_or_text),
    **dict.fromkeys(("list_value", "unpivot_list"), _list_common),
    **dict.fromkeys(("list_concat", "list_cat", "array_concat", "array_cat"), _concat),
    "array_value": _of_size,
    "map_entries": _entries,
    "struct_values": _values,
    "add": _arithmetic(types.add),
    "subtract": _arithmetic(lambda left, right: types.add(left, right, True)),
    "multiply": _arithmetic(types.multiply),
    "mod": _arithmetic(types.modulo),
    "concat": _concat,
    "map": _map,
    **dict.fromkeys(("mapkeys", "map_keys"), _map_part(0)),
    **dict.fromkeys(("mapvalues", "map_values"), _map_part(1)),
    **dict.fromkeys(("structextract", "struct_extract"), _field),
    **dict.fromkeys(("generateseries", "generate_series", "range"), _generated),
    **dict.fromkeys(("lag", "lead", "firstvalue", "lastvalue", "nthvalue", "fill"), _first),
    **dict.fromkeys(("dateadd", "date_add"), _date_plus),
    **dict.fromkeys(("rownumber", "rank", "denserank", "ntile"), _always("BIGINT")),
    **dict.fromkeys(("percentrank", "cumedist"), _always("DOUBLE")),
    "currentdate": _always("DATE"),
    "currenttimestamp": _always("TIMESTAMP WITH TIME ZONE"),
    "localtimestamp": _always("TIMESTAMP"),
    "localtime": _always("TIME"),
    **dict.fromkeys(("substring", "trim", "upper", "lower", "overlay"), _always("VARCHAR")),
    **dict.fromkeys(("jsonextractscalar", "jsonbextractscalar"), _by_path("VARCHAR")),
    "strposition": _always("BIGINT"),
    **dict.fromkeys(("splitpart", "arraytostring", "array_to_string"), _always("VARCHAR")),
    **dict.fromkeys(("jsonextract", "json_extract"), _by_path("JSON")),
    "date": _always("DATE"),
    "row": lambda args: types.tuple_of([a.type for a in args]) if args else "TUPLE",
    "currenttime": _always("TIME WITH TIME ZONE"),
    **dict.fromkeys(("sessionuser", "currentuser", "currentschema", "currentcatalog", "currentdatabase", "session_user"), _always("VARCHAR")),
    **dict.fromkeys(("arraycontainedby", "arraycontainsall", "arrayoverlaps", "startswith", "endswith", "regexpilike", "jsonbcontains",
                     "arraycontains"), _always("BOOLEAN")),
    **dict.fromkeys(("list_reduce", "array_reduce", "reduce"), lambda args: types.element(_first(args)) if len(args) == 2 and args[1].type == types.element(_first(args)) else UNKNOWN),
    **dict.fromkeys(("exists", "regexplike"), _always("BOOLEAN")),
    **dict.fromkeys(("grouping", "groupingid"), _always("BIGINT")),
}  # fmt: skip


_LIST_AGGREGATE = re.compile(r"(?:list|array)_(\w+)")


_AGGREGATES = frozenset(catalog.AGGREGATES.split()) - {"sort", "distinct", "unique", "filter"}


def _list_aggregate(name: str, args: Args) -> str:
    """`list_sum(l)`: the aggregate over the list's elements."""
    element = types.element(_first(args))
    if element == UNKNOWN:
        return UNKNOWN
    return aggregate_type(f"fn:{name}", name, (ir.Var("", element), *args[1:]), "")


def _named_aggregate(args: Args) -> str:
    """`list_aggregate(l, 'sum')`."""
    name = args[1] if len(args) > 1 else None
    return _list_aggregate(name.text.lower(), args[:1]) if isinstance(name, ir.Lit) else UNKNOWN


def _milliseconds(args: Args) -> str:
    """epoch_ms: a time to a number, a number to a time."""
    kind = _first(args)
    if kind in types.INTEGERS:
        return "TIMESTAMP"
    return "BIGINT" if kind.startswith("TIME") or kind in ("DATE", "INTERVAL") else UNKNOWN


RULES |= NESTED
RULES["epoch_ms"] = _milliseconds
RULES["generate_subscripts"] = _always("BIGINT")
RULES |= dict.fromkeys(("json_object", "jsonobject"), _always("JSON"))
RULES |= dict.fromkeys(("list_aggregate", "list_aggr", "array_aggregate", "array_aggr", "aggregate"), _named_aggregate)


def return_type(key: str, written: str, args: Args, extra: str) -> str:
    """The type of a scalar function's result."""
    bare = key.removeprefix("fn:")
    rule = RULES.get(written) or RULES.get(bare)
    if rule is not None:
        return rule(args)
    name = written or bare
    if (found := _LIST_AGGREGATE.fullmatch(name)) and found.group(1) in _AGGREGATES:
        return _list_aggregate(found.group(1), args)
    if key == "extract" or name in ("extract", "date_part", "datepart"):
        return _part_type(extra, args)
    if name in CONSTANT:
        return CONSTANT[name]
    kinds = tuple(a.type for a in args)
    return resolve(OVERLOADS, name, kinds) if name in OVERLOADS else UNKNOWN


_FRACTIONAL = ("epoch", "julian")


def _part_type(extra: str, args: Args) -> str:
    """extract(unit FROM x): whole numbers but for epoch and julian."""
    units = literals(args[0]) if args else None
    if units is not None:
        return types.struct(units, ["DOUBLE" if u.lower() in _FRACTIONAL else "BIGINT" for u in units])
    unit = extra.partition("=")[2].partition(";")[0].lower()
    if not unit and args and isinstance(args[0], ir.Lit):
        unit = args[0].text.lower()
    if not unit:
        return UNKNOWN
    return "DOUBLE" if unit in _FRACTIONAL else "BIGINT"


@lru_cache(4096)
def _matching(table_id: int, name: str, kinds: tuple[str, ...]) -> str:
    overloads = (OVERLOADS if table_id == 0 else AGGREGATE_OVERLOADS)[name]
    results = set()
    for parameters, varargs, returns in overloads:
        if len(parameters) != len(kinds) and not (varargs and len(kinds) >= len(parameters)):
            continue
        if parameters == kinds:
            return UNKNOWN if returns.replace("[]", "") in ("ANY", "DECIMAL") else returns
        bound: dict[str, str] = {}
        if all(_fits(p, k, bound) for p, k in zip(parameters, kinds, strict=False)):
            results.add(_filled(returns, bound))
    return results.pop() if len(results) == 1 else UNKNOWN


def resolve(table: object, name: str, kinds: tuple[str, ...]) -> str:
    """The result of the overload that the argument types pick: an exact one, or the only one that could be."""
    return _matching(0 if table is OVERLOADS else 1, name, kinds)


def _fits(parameter: str, kind: str, bound: dict[str, str]) -> bool:
    """Whether a parameter may take a type; type variables are bound.  Implicit casts count as possible, so that doubt stays doubt."""
    if parameter.endswith("[]"):
        return kind in (UNKNOWN, "NULL") or (kind.endswith("[]") and _fits(parameter[:-2], kind[:-2], bound))
    if parameter.endswith("[ANY]"):
        return types.element(kind) == parameter[:-5]
    if parameter in ("T", "K", "V"):
        return bound.setdefault(parameter, kind) == kind
    if parameter.startswith("MAP("):
        head, inner = types.parse(kind)
        if head != "MAP":
            return False
        bound["K"], bound["V"] = inner[0][1], inner[1][1]
        return True
    return True


def _filled(returns: str, bound: dict[str, str]) -> str:
    base = returns.replace("[]", "")
    if base in ("T", "K", "V"):
        kind = bound.get(base, UNKNOWN)
        return UNKNOWN if kind in (UNKNOWN, "NULL") else kind + returns[len(base) :]
    if returns == "MAP(K, V)":
        return f"MAP({bound['K']}, {bound['V']})" if len(bound) == 2 else UNKNOWN
    if (
        base in ("ANY", "STRUCT", "LIST", "MAP", "UNION", "ARRAY", "TUPLE", "INVALID", "DECIMAL", "VARIANT", '"NULL"')
        or "(" in base
    ):
        return UNKNOWN
    return returns


# -- aggregates


def _sum(args: Args) -> str:
    kind = _first(args)
    size = types.decimal(kind)
    if size:
        return f"DECIMAL(38,{size[1]})"
    if kind in types.INTEGERS or kind == "BOOLEAN":
        return "HUGEINT" if kind != "UHUGEINT" else "DOUBLE"
    return "DOUBLE" if kind in ("FLOAT", "DOUBLE") else UNKNOWN


def _average(args: Args) -> str:
    kind = _first(args)
    if types.is_numeric(kind):
        return "DOUBLE"
    return (
        kind
        if kind in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "TIME", "TIME WITH TIME ZONE")
        else UNKNOWN
    )


def _extreme(args: Args) -> str:
    return _first(args) if len(args) == 1 else types.list_of(_first(args))


def _by(args: Args) -> str:
    return _first(args) if len(args) == 2 else types.list_of(_first(args)) if len(args) == 3 else UNKNOWN


def _listed(args: Args) -> str:
    return types.list_of(_first(args))


def _middle(args: Args) -> str:
    """median, quantile_cont: interpolated; a list of fractions yields a list."""
    kind = _first(args)
    if kind in types.INTEGERS:
        single = "DOUBLE"
    elif kind == "DATE":
        single = "TIMESTAMP"
    else:
        single = kind if kind in ("DOUBLE", "FLOAT", "TIMESTAMP", "VARCHAR") or kind.startswith("DECIMAL") else UNKNOWN
    return types.list_of(single) if len(args) > 1 and args[1].type.endswith("]") else single


def _picked(args: Args) -> str:
    """quantile_disc: one of the values."""
    return types.list_of(_first(args)) if len(args) > 1 and args[1].type.endswith("]") else _first(args)


def _approximate(args: Args) -> str:
    """approx_quantile: a value of the column's own kind."""
    kind = _first(args)
    known = kind in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIME", "DOUBLE", "INTEGER", "BIGINT")
    return _picked(args) if known or kind.startswith("DECIMAL") else UNKNOWN


def _histogram(args: Args) -> str:
    kind = _first(args)
    return f"MAP({kind}, UBIGINT)" if kind != UNKNOWN and len(args) == 1 else UNKNOWN


AGGREGATE_RULES: dict[str, Rule] = {
    "count": _always("BIGINT"),
    "countif": _always("HUGEINT"),
    "count_if": _always("HUGEINT"),
    **dict.fromkeys(("sum", "sum_no_overflow"), _sum),
    **dict.fromkeys(("avg", "mean"), _average),
    **dict.fromkeys(("min", "max"), _extreme),
    **dict.fromkeys(("first", "last", "anyvalue", "any_value", "arbitrary", "mode", "firstvalue", "lastvalue", "nthvalue", "lag", "lead"), _first),
    **dict.fromkeys(("argmax", "argmin", "arg_max", "arg_min", "max_by", "min_by", "arg_max_null", "arg_min_null",
                     "arg_max_nulls_last", "arg_min_nulls_last"), _by),
    **dict.fromkeys(("arrayagg", "list", "array_agg"), _listed),
    **dict.fromkeys(("median", "quantile_cont", "percentilecont", "percentile_cont"), _middle),
    **dict.fromkeys(("quantile", "quantile_disc", "percentiledisc", "percentile_disc"), _picked),
    **dict.fromkeys(("groupconcat", "string_agg", "listagg", "stringagg"), _always("VARCHAR")),
    "histogram": _histogram,
    **dict.fromkeys(("approx_quantile", "approxquantile"), _approximate),
    **dict.fromkeys(("logicaland", "logicalor"), _always("BOOLEAN")),
    **dict.fromkeys(("rownumber", "rank", "denserank", "ntile"), _always("BIGINT")),
    **dict.fromkeys(("percentrank", "cumedist"), _always("DOUBLE")),
    **dict.fromkeys(("grouping", "groupingid"), _always("BIGINT")),
}  # fmt: skip


def aggregate_type(key: str, written: str, args: Args, extra: str, order: tuple[ir.SortKey, ...] = ()) -> str:
    """The type of an aggregate's result; WITHIN GROUP's sort key is what it is over."""
    if "within_group" in extra and order:
        args = (order[0].expr, *args)
    bare = key.removeprefix("fn:")
    rule = AGGREGATE_RULES.get(written) or AGGREGATE_RULES.get(bare)
    if rule is not None:
        return rule(args)
    name = written or bare
    if name in AGGREGATE_CONSTANT:
        return AGGREGATE_CONSTANT[name]
    if name not in AGGREGATE_OVERLOADS:
        return UNKNOWN
    return resolve(AGGREGATE_OVERLOADS, name, tuple(a.type for a in args))
