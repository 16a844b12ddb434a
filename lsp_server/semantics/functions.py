"""Functions: what they return, whether they are volatile, set-returning, aggregates, dependent on order.

A name is sqlglot's class key ("coalesce") or "fn:" and the name in the text; `written` is the name as the text has it, "" for special
syntax.  What DuckDB's catalogue says is in `catalog.py` (generated); the rules that its binder computes are in `returns.py`.

A function that neither the dialect's parser nor DuckDB's catalogue knows is somebody's own: nobody promised that it yields the same
twice, so it counts as volatile.  That keeps rewrites (which must not change how often it runs) away from it.
"""

from __future__ import annotations

import msgspec

from lsp_server.semantics import catalog, ir


class Behaviour(msgspec.Struct, frozen=True):
    """What evaluating a call twice may do."""

    volatile: bool = False
    stable: bool = False
    set_returning: bool = False


_PLAIN, _VOLATILE, _STABLE = Behaviour(), Behaviour(volatile=True), Behaviour(stable=True)
_SET = Behaviour(set_returning=True)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WINDOW_KEYS = _words(
    "lag lead rownumber firstvalue lastvalue nthvalue ntile rank denserank percentrank cumedist ratiotoreport conditionalchangeevent"
)
"""Class keys of functions that only make sense over a window."""

_VOLATILE_NAMES = _words(catalog.VOLATILE) | _words(
    """rand randn random uuid uuid_string gen_random_uuid generate_uuid newid newsequentialid nextval currval setval setseed randstr
    uniform normal zipf seq1 seq2 seq4 seq8 rand_canonical generateuuidv4 generaterandom random_bytes monotonically_increasing_id
    spark_partition_id input_file_name sleep pg_sleep rownumberinallblocks rowid clock_timestamp timeofday sysdate session_user
    statement_timestamp shuffle randcanonical rand64 rand32 fuzzbits randompriv gen_random_bytes newguid last_insert_id connection_id"""
)
_STABLE_NAMES = _words(catalog.STABLE) | _words(
    """currentdate currenttimestamp currenttime currentuser currentdatetime currentschema currentcatalog currentrole currentdatabase
    currenttimestampltz localtime localtimestamp sysdatetime systimestamp getdate getutcdate sysdatetimeoffset utc_date utc_time
    utc_timestamp utctimestamp utcdate utctime unix_timestamp now today curdate curtime current_user user database version
    current_role current_warehouse current_account session_parameter now64 yesterday current_timezone currenttimezone unixtimestamp
    unixdate sessionuser systemuser transaction_timestamp"""
)
_SET_NAMES = _words(
    """explode explodeouter explode_outer posexplode posexplodeouter posexplode_outer unnest inline inline_outer stack generateseries
    generate_series generatedatearray generatetimestamparray generate_subscripts flatten splittotable split_to_table strtok_split_to_table
    jsonb_array_elements jsonb_array_elements_text json_array_elements json_array_elements_text jsonb_each jsonb_each_text json_each
    json_each_text jsonb_object_keys json_object_keys jsonb_populate_recordset json_populate_recordset jsonb_to_recordset
    json_to_recordset jsonb_path_query regexp_split_to_table regexp_matches string_to_table arrayjoin json_tuple jsontuple openjson
    string_split xmltable json_table table generator range_bucket pragma_table_info explodinggenerateseries aienrich"""
)
_DUCKDB_SETS = _words("explode unnest generate_subscripts regexp_split_to_table")
"""In DuckDB only these yield rows in a projection (`generate_series` and `range` make lists there)."""

_ORDERED_KEYS = _words(
    """arrayagg arrayuniqueagg arrayconcatagg groupconcat stringagg listagg first last anyvalue argmax argmin jsonobjectagg jsonarrayagg
    jsonbobjectagg objectagg parameterizedagg combinedaggfunc combinedparameterizedagg mode fn:list fn:array_agg fn:string_agg
    fn:group_concat fn:listagg fn:first fn:last fn:arbitrary fn:any_value fn:arg_max fn:arg_min fn:argmax fn:argmin fn:max_by fn:min_by
    fn:arg_max_null fn:arg_min_null fn:arg_max_nulls_last fn:arg_min_nulls_last fn:mode fn:histogram fn:json_group_array
    fn:json_group_object fn:json_group_structure fn:reservoir_quantile fn:approx_quantile fn:approx_top_k approxquantile fn:variant_group_array fn:collect_list
    fn:collect_set fn:map_agg fn:multimap_agg fn:weighted_avg fn:wavg fn:grouparray fn:groupuniqarray fn:anylast fn:any fn:topk
    fn:sum fn:kurtosis fn:fsum fn:product"""
)
"""Aggregates whose result can depend on the order of their input.  (Sums of floating-point numbers do too, in the last digits; that is
not counted, since no engine promises it from run to run.)"""

AGGREGATE_NAMES = _words(catalog.AGGREGATES) | _words(
    """collect_list collect_set array_agg approx_count_distinct approx_distinct arbitrary bool_and bool_or every string_agg listagg
    group_concat json_agg jsonb_agg json_object_agg jsonb_object_agg xmlagg percentile percentile_cont percentile_disc approx_percentile
    stddev variance corr regr_slope max_by min_by count_if countif sumif avgif uniq uniqexact grouparray groupuniqarray anylast any
    argmin argmax quantile topk map_agg multimap_agg object_agg bitmap_agg hll bit_and_agg bit_or_agg checksum geometric_mean
    geomean json_group_array json_group_object json_group_structure variant_group_array weighted_avg wavg"""
)

_PURE_NAMES = _words(catalog.SCALARS) | _words(catalog.MACROS) | _words(catalog.AGGREGATES) | _words(catalog.TABLES)

_KNOWN = _PURE_NAMES | _VOLATILE_NAMES | _STABLE_NAMES | AGGREGATE_NAMES | _SET_NAMES


def behaviour(name: str, written: str, dialect: str) -> Behaviour:
    """Volatile, stable, set-returning?"""
    own = name.startswith("fn:")
    bare = name[3:] if own else name
    if bare in _VOLATILE_NAMES or written in _VOLATILE_NAMES:
        return _VOLATILE
    if bare in _STABLE_NAMES or written in _STABLE_NAMES:
        return _STABLE
    sets = _DUCKDB_SETS if dialect in ("duckdb", "") else _SET_NAMES
    if bare in sets or written in sets:
        return _SET
    return _VOLATILE if own and is_unknown(bare, dialect) else _PLAIN


def is_unknown(bare: str, dialect: str) -> bool:
    """A function of which nothing is known: a macro of the database, or one of an extension.  It may be an aggregate, or yield rows."""
    return bare not in _KNOWN and not (dialect not in ("duckdb", "") and bare in _OTHER_DIALECTS)


_OTHER_DIALECTS = _words(
    """nvl nvl2 decode iff zeroifnull nullifzero div0 try_to_number to_number to_char to_varchar try_cast safe_divide safe_cast
    dateadd datediff date_add date_sub date_diff timestampdiff timestampadd add_months months_between next_day last_day trunc datepart
    datename eomonth charindex patindex stuff replicate isnull len format convert parse_json get_path object_construct array_construct
    array_size strtok regexp_substr regexp_instr regexp_count regexp_like rlike instr locate substring_index concat_ws lpad rpad
    initcap md5 sha1 sha2 sha256 hash farm_fingerprint to_base64 from_base64 hex unhex crc32 greatest least width_bucket bitand bitor
    bitxor tochar todate tofloat64 toint32 toint64 tostring todatetime formatdatetime datediff dateadd multiif cityhash64 siphash64
    json_extract json_value json_query json_extract_path_text get_json_object from_json to_json struct named_struct map_from_arrays
    array_join element_at cardinality sequence transform filter array_distinct sort_array size collect date_format from_unixtime
    from_iso8601_timestamp at_timezone with_timezone url_extract_host regexp_extract_all split split_part translate soundex"""
)


def is_aggregate(name: str, dialect: str) -> bool:
    """Whether a function without a class of its own is an aggregate."""
    return name in AGGREGATE_NAMES and name not in _SCALARS_OF.get(dialect, ())


_SCALARS_OF = {"tsql": _words("checksum")}
"""Functions of a dialect that are aggregates in another one."""


def is_order_dependent(name: str) -> bool:
    """Whether an aggregate may yield something else when its input comes in another order."""
    return name in _ORDERED_KEYS


def distinguishing(written: str) -> bool:
    """Whether the name in the text says more than the tree does."""
    return written in _CONFLATED


_CONFLATED = _words(catalog.CONFLATED) - {"current_date", "today", "date_diff", "datediff", "date_trunc", "datetrunc"}


def own_name(name: str, extra: str) -> str:
    """What DuckDB calls a table function, and its column if it has but one."""
    if name == "generateseries" and "is_end_exclusive" in extra:
        return "range"
    return {"generateseries": "generate_series", "explode": "unnest"}.get(name, name.removeprefix("fn:"))


def table_columns(
    name: str, args: tuple[ir.Expr, ...], alias: str, extra: str, dialect: str
) -> list[tuple[str, str]] | None:
    """The columns of a table function; None when they depend on what is not in the text (a file, a catalog)."""
    from lsp_server.semantics import types

    if dialect not in ("duckdb", ""):
        return None
    bare = name.removeprefix("fn:")
    if bare in ("generateseries", "range", "generate_series"):
        kinds = {a.type for a in args}
        stamps = [k for k in kinds if k.startswith("TIMESTAMP") or k == "DATE"]
        kind = "BIGINT" if kinds <= types.INTEGERS else ir.UNKNOWN
        if stamps:
            kind = "TIMESTAMP WITH TIME ZONE" if "TIMESTAMP WITH TIME ZONE" in stamps else "TIMESTAMP"
        return [(alias or own_name(name, extra), kind)]
    if bare in ("unnest", "explode"):
        return [(alias or "unnest", types.element(args[0].type) if args else ir.UNKNOWN)]
    if bare in ("glob",):
        return [("file", "VARCHAR")]
    return None
