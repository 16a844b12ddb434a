"""Words of DuckDB's grammar, as data: what must be quoted, how types and intervals are spelled.

`KEYWORDS` is DuckDB 2.0's `duckdb_keywords()`; the oracle tests compare it, and which of them are reserved, with the installed version.
"""

from __future__ import annotations

_KEYWORDS = """
abort absolute access action add admin after aggregate all also alter always analyse analyze and anti any approx array
as asc asof assertion assignment asymmetric at attach attribute authorization backward before begin between bigint
binary bit boolean both by cache call called cascade cascaded case cast catalog centuries century chain char character
characteristics check checkpoint class close cluster coalesce collate collation column columns comment comments commit
committed compression concurrently configuration conflict connect connection constraint constraints content continue
conversion copy cost create cross csv cube current cursor cycle data database day days deallocate dec decade decades
decimal declare default defaults deferrable deferred definer delete delimiter delimiters depends desc describe destroy
detach dictionary disable discard disconnect distance distinct do document domain double drop each else enable
encoding encrypted end enum error escape event exact except exclude excluding exclusive execute exists explain export
export_state extension extensions external extract false family fetch filter first float following for force foreign
forward freeze from full function functions generated glob global grant granted group grouping grouping_id groups
handler having header hold hour hours identity if ignore ilike immediate immutable implicit import in include
including increment index indexes inherit inherits initially inline inner inout input insensitive insert install
instead int integer intersect interval into invoker is isnull isolation join json key label lambda language large last
lateral leading leakproof left level like limit listen load local location lock locked logged macro map mapping match
matched materialized maxvalue merge method microsecond microseconds millennia millennium millisecond milliseconds
minute minutes minvalue mode month months move name names national natural nchar nearest new next no none not nothing
notify notnull nowait null nullif nulls numeric object of off offset oids old on only operator option options or order
ordinality others out outer over overlaps overlay overriding owned owner parallel parser partial partition partitioned
passing password percent persistent pivot pivot_longer pivot_wider placing plans policy position positional pragma
preceding precision prepare prepared preserve primary prior privileges procedural procedure program publication
qualify quarter quarters quote range read real reassign recheck recursive ref references referencing refresh register
reindex relative release rename repeatable replace replica reset resource resources respect restart restrict returning
returns revoke right role rollback rollup row rows rule sample savepoint schema schemas scope scroll search second
seconds secret secure security select semi sequence sequences serializable server session set setof sets share show
similar similarity simple skip smallint snapshot some sorted source sql stable standalone start statement statistics
stdin stdout storage stored strict strip struct subscription substring summarize symmetric sysid system table tables
tablesample tablespace target temp template temporary text then ties time timestamp to trailing transaction transform
treat trigger trim true truncate trusted try_cast tuple type types unbounded uncommitted unencrypted union unique
unknown unlisten unlogged unpack unpivot until update use user using vacuum valid validate validator value values
varchar variable variadic varying verbose version view views virtual volatile week weeks when where whitespace window
with within without work wrapper write xml xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces
xmlparse xmlpi xmlroot xmlserialize xmltable year years yes zone
"""

KEYWORDS = frozenset(_KEYWORDS.split())

_RESERVED = """
all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate
collation column concurrently constraint create cross default deferrable desc describe distinct do else end except
false fetch for foreign freeze from full glob group having ilike in initially inner intersect into is isnull join
lambda lateral leading left like limit natural not notnull null offset on only or order outer overlaps pivot
pivot_longer pivot_wider placing positional primary qualify recursive references returning right select semi show
similar some summarize symmetric table tablesample then to trailing true union unique unpack unpivot using variadic
verbose when where window with
"""
RESERVED = frozenset(_RESERVED.split())
"""Those that cannot name a column, a table or a CTE without quotes; no engine is known that takes many of them."""

TYPE_NAMES = {
    "int": "INTEGER",
    "integer": "INTEGER",
    "smallint": "SMALLINT",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "float": "FLOAT",
    "decimal": "DECIMAL",
    "dec": "DECIMAL",
    "numeric": "DECIMAL",
    "boolean": "BOOLEAN",
    "bit": "BIT",
    "char": "VARCHAR",
    "character": "VARCHAR",
    "nchar": "VARCHAR",
    "varchar": "VARCHAR",
    "timestamp": "TIMESTAMP",
    "time": "TIME",
    "interval": "INTERVAL",
}
"""Types that the grammar itself knows: any other name is kept as it was written."""

_INTEGER = "(CAST(trunc(CAST({} AS DOUBLE)) AS INTEGER))"
_BIGINT = "(CAST(trunc(CAST({} AS DOUBLE)) AS BIGINT))"

INTERVAL_FUNCTIONS = {
    "year": f"to_years{_INTEGER}",
    "month": f"to_months{_INTEGER}",
    "day": f"to_days{_INTEGER}",
    "week": f"to_weeks{_INTEGER}",
    "quarter": f"to_quarters{_INTEGER}",
    "decade": f"to_decades{_INTEGER}",
    "century": f"to_centuries{_INTEGER}",
    "millennium": f"to_millennia{_INTEGER}",
    "hour": f"to_hours{_BIGINT}",
    "minute": f"to_minutes{_BIGINT}",
    "second": "to_seconds(CAST({} AS DOUBLE))",
    "millisecond": "to_milliseconds(CAST({} AS DOUBLE))",
    "microsecond": f"to_microseconds{_BIGINT}",
}
"""`INTERVAL 3 MONTH` is a call of these."""
