"""DuckDB 2.0.1: its functions with parameters and descriptions, as its own catalogue has them.

Generated: see tests/generate/duckdb_signatures.py.  Imported only when somebody asks for a function.
"""

# fmt: off
SIGNATURES = """\
abs	scalar	(x NUMERIC) -> NUMERIC	Absolute value
acos	scalar	(x DOUBLE) -> DOUBLE	Computes the arccosine of x
acosh	scalar	(x DOUBLE) -> DOUBLE	Computes the inverse hyperbolic cos of x
add	scalar	(ANY[] ...) -> ANY[] | (x NUMERIC) -> NUMERIC | (left ANY, right ANY) -> ANY
add_grammar_extension	table	(col0 VARCHAR)
age	scalar	(timestamp TIMESTAMPTZ/TIMESTAMP) -> INTERVAL | (timestamp1 TIMESTAMPTZ/TIMESTAMP, timestamp2 TIMESTAMPTZ/TIMESTAMP) -> INTERVAL	Subtract arguments, resulting in the time difference between the two timestamps
aggregate	scalar	(list ANY[], function_name VARCHAR, ANY ...) -> ANY	Executes the aggregate function `function_name` on the elements of `list`.
ago	macro	(i)
alias	scalar	(expr ANY) -> VARCHAR	Returns the name of a given expression
any_value	aggregate	(arg ANY/DECIMAL) -> ANY/DECIMAL	Returns the first non-NULL value from arg. This function is affected by ordering.
apply	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Returns a list that is the result of applying the `lambda` function to each element of the input `list`. The return type is defined by the return type of the `lambda` function.
approx_count_distinct	aggregate	(any ANY) -> BIGINT	Computes the approximate count of distinct elements using HyperLogLog.
approx_quantile	aggregate	(x ANY, pos FLOAT[]/FLOAT) -> ANY	Computes the approximate quantile using T-Digest.
approx_top_k	aggregate	(val ANY, k BIGINT) -> ANY[]	Finds the k approximately most occurring values in the data set
arbitrary	aggregate	(arg ANY/DECIMAL) -> ANY/DECIMAL	Returns the first value (NULL or non-NULL) from arg. This function is affected by ordering.
arg_max	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the row with the maximum val. Calculates the non-NULL arg expression at that row.
arg_max_null	aggregate	(arg ANY, val ANY) -> ANY	Finds the row with the maximum val. Calculates the arg expression at that row.
arg_max_nulls_last	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the rows with N maximum vals, including nulls. Calculates the arg expression at that row.
arg_min	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the row with the minimum val. Calculates the non-NULL arg expression at that row.
arg_min_null	aggregate	(arg ANY, val ANY) -> ANY	Finds the row with the minimum val. Calculates the arg expression at that row.
arg_min_nulls_last	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the rows with N minimum vals, including nulls. Calculates the arg expression at that row.
argmax	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the row with the maximum val. Calculates the non-NULL arg expression at that row.
argmin	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the row with the minimum val. Calculates the non-NULL arg expression at that row.
array_agg	aggregate	(arg T) -> T[]	Returns a LIST containing all the values of a column.
array_aggr	scalar	(list ANY[], function_name VARCHAR, ANY ...) -> ANY	Executes the aggregate function `function_name` on the elements of `list`.
array_aggregate	scalar	(list ANY[], function_name VARCHAR, ANY ...) -> ANY	Executes the aggregate function `function_name` on the elements of `list`.
array_append	macro	(arr, el)
array_apply	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Returns a list that is the result of applying the `lambda` function to each element of the input `list`. The return type is defined by the return type of the `lambda` function.
array_cat	scalar	(ANY[] ...) -> ANY[]	Concatenates lists. `NULL` inputs are skipped. See also operator `||`.
array_concat	scalar	(ANY[] ...) -> ANY[]	Concatenates lists. `NULL` inputs are skipped. See also operator `||`.
array_contains	scalar	(list T[], element T) -> BOOLEAN	Returns true if the list contains the element.
array_cosine_distance	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the cosine distance between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_cosine_similarity	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the cosine similarity between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_cross_product	scalar	(array1 DOUBLE[3]/FLOAT[3], array2 DOUBLE[3]/FLOAT[3]) -> DOUBLE[3]/FLOAT[3]	Computes the cross product of two arrays of size 3. The array elements can not be `NULL`.
array_distance	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the distance between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_distinct	scalar	(list T[]) -> T[]	Removes all duplicates and `NULL` values from a list. Does not preserve the original order.
array_dot_product	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the inner product between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_extract	scalar	(list T[], index BIGINT) -> T | (string VARCHAR, index BIGINT) -> VARCHAR | (struct STRUCT, entry VARCHAR) -> ANY	Extracts a single character from a `string` using a (1-based) `index`.
array_filter	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Constructs a list from those elements of the input `list` for which the `lambda` function returns `true`. DuckDB must be able to cast the `lambda` function's return type to `BOOL`. The return type of `list_filter` is the same as the input list's.
array_grade_up	scalar	(list ANY[]) -> BIGINT[] | (list ANY[], sort_order VARCHAR) -> BIGINT[] | (list ANY[], sort_order VARCHAR, null_order VARCHAR) -> BIGINT[]	Works like list_sort, but the results are the indexes that correspond to the position in the original list instead of the actual values.
array_has	scalar	(list T[], element T) -> BOOLEAN	Returns true if the list contains the element.
array_has_all	scalar	(list1 T[], list2 T[]) -> BOOLEAN	Returns true if all elements of list2 are in list1. NULLs are ignored.
array_has_any	scalar	(list1 T[], list2 T[]) -> BOOLEAN	Returns true if the lists have any element in common. NULLs are ignored.
array_indexof	scalar	(list T[], element T) -> INTEGER	Returns the index of the `element` if the `list` contains the `element`. If the `element` is not found, it returns `NULL`.
array_inner_product	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the inner product between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_intersect	scalar	(list1 T[], list2 T[]) -> T[]	Returns a list containing the distinct elements that are present in both `list1` and `list2`.
array_length	scalar	(list ANY[]) -> BIGINT | (list ANY[], dimension BIGINT) -> BIGINT	Returns the length of the `list`.
array_negative_dot_product	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the negative inner product between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_negative_inner_product	scalar	(array1 DOUBLE[ANY]/FLOAT[ANY], array2 DOUBLE[ANY]/FLOAT[ANY]) -> DOUBLE/FLOAT	Computes the negative inner product between two arrays of the same size. The array elements can not be `NULL`. The arrays can have any size as long as the size is the same for both arguments.
array_pop_back	macro	(arr)
array_pop_front	macro	(arr)
array_position	scalar	(list T[], element T) -> INTEGER	Returns the index of the `element` if the `list` contains the `element`. If the `element` is not found, it returns `NULL`.
array_prepend	macro	(el, arr)
array_push_back	macro	(arr, e)
array_push_front	macro	(arr, e)
array_reduce	scalar	(list ANY[], lambda LAMBDA) -> ANY | (list ANY[], lambda LAMBDA, initial_value ANY) -> ANY	Reduces all elements of the input `list` into a single scalar value by executing the `lambda` function on a running result and the next list element. The `lambda` function has an optional `initial_value` argument.
array_resize	scalar	(list ANY[], size ANY) -> ANY[] | (list ANY[], size ANY, value ANY) -> ANY[]	Resizes the `list` to contain `size` elements. Initializes new elements with `value` or `NULL` if `value` is not set.
array_reverse	macro	(l)
array_reverse_sort	scalar	(list ANY[]) -> ANY[] | (list ANY[], null_order VARCHAR) -> ANY[]	Sorts the elements of the list in reverse order.
array_select	scalar	(value_list T[], index_list BIGINT[]) -> T[]	Returns a list based on the elements selected by the `index_list`.
array_slice	scalar	(list ANY, begin ANY, end ANY) -> ANY | (list ANY, begin ANY, end ANY, step BIGINT) -> ANY	Extracts a sublist or substring using slice conventions. Negative values are accepted.
array_sort	scalar	(list ANY[]) -> ANY[] | (list ANY[], sort_order VARCHAR) -> ANY[] | (list ANY[], sort_order VARCHAR, null_order VARCHAR) -> ANY[]	Sorts the elements of the list.
array_to_json	scalar	(ANY ...) -> JSON
array_to_string	macro	(arr, sep)
array_to_string_comma_default	macro	(arr, sep)
array_transform	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Returns a list that is the result of applying the `lambda` function to each element of the input `list`. The return type is defined by the return type of the `lambda` function.
array_unique	scalar	(list ANY[]) -> UBIGINT	Counts the unique elements of a `list`.
array_value	scalar	(ANY ...) -> ARRAY	Creates an `ARRAY` containing the argument values.
array_where	scalar	(value_list T[], mask_list BOOLEAN[]) -> T[]	Returns a list with the `BOOLEAN`s in `mask_list` applied as a mask to the `value_list`.
array_zip	scalar	(ANY ...) -> STRUCT[]	Zips n `LIST`s to a new `LIST` whose length will be that of the longest list. Its elements are structs of n elements from each list `list_1`, …, `list_n`, missing elements are replaced with `NULL`. If `truncate` is set, all lists are truncated to the smallest list length.
arrow_scan	table	()
arrow_scan_dumb	table	()
ascii	scalar	(string VARCHAR) -> INTEGER	Returns an integer that represents the Unicode code point of the first character of the `string`.
asin	scalar	(x DOUBLE) -> DOUBLE	Computes the arcsine of x
asinh	scalar	(x DOUBLE) -> DOUBLE	Computes the inverse hyperbolic sin of x
assert_true	macro	(condition) | (condition, message)
atan	scalar	(x DOUBLE) -> DOUBLE	Computes the arctangent of x
atan2	scalar	(y DOUBLE, x DOUBLE) -> DOUBLE	Computes the arctangent (y, x)
atanh	scalar	(x DOUBLE) -> DOUBLE	Computes the inverse hyperbolic tan of x
avg	aggregate	(x ANY) -> ANY	Calculates the average value for all tuples in x.
bar	scalar	(x DOUBLE, min DOUBLE, max DOUBLE) -> VARCHAR | (x DOUBLE, min DOUBLE, max DOUBLE, width DOUBLE) -> VARCHAR	Draws a band whose width is proportional to (`x - min`) and equal to `width` characters when `x` = `max`. `width` defaults to 80.
base64	scalar	(blob BLOB) -> VARCHAR	Converts a `blob` to a base64 encoded string.
bin	scalar	(string VARCHAR) -> VARCHAR | (value NUMERIC) -> VARCHAR	Converts the `value` to binary representation.
binom	scalar	(n INTEGER, k INTEGER) -> HUGEINT	Returns binom(n,k)
bit_and	aggregate	(arg NUMERIC/BIT) -> NUMERIC/BIT	Returns the bitwise AND of all bits in a given expression.
bit_count	scalar	(x NUMERIC/BIT) -> NUMERIC	Returns the number of bits that are set
bit_length	scalar	(bit BIT) -> BIGINT | (string VARCHAR) -> BIGINT	Returns the bit-length of the `bit` argument.
bit_or	aggregate	(arg NUMERIC/BIT) -> NUMERIC/BIT	Returns the bitwise OR of all bits in a given expression.
bit_position	scalar	(substring BIT, bitstring BIT) -> INTEGER	Returns first starting index of the specified substring within bits, or zero if it is not present. The first (leftmost) bit is indexed 1
bit_xor	aggregate	(arg NUMERIC/BIT) -> NUMERIC/BIT	Returns the bitwise XOR of all bits in a given expression.
bitstring	scalar	(bitstring BIT/VARCHAR, length INTEGER) -> BIT	Pads the bitstring until the specified length
bitstring_agg	aggregate	(arg NUMERIC) -> BIT | (arg NUMERIC, min NUMERIC, max NUMERIC) -> BIT	Returns a bitstring with bits set for each distinct value.
bitstring_byte_comparable	scalar	(bitstring BIT) -> BLOB	Converts a BIT to a binary comparable sort key
bool_and	aggregate	(arg BOOLEAN) -> BOOLEAN	Returns TRUE if every input value is TRUE, otherwise FALSE.
bool_or	aggregate	(arg BOOLEAN) -> BOOLEAN	Returns TRUE if any input value is TRUE, otherwise FALSE.
can_cast_implicitly	scalar	(source_type ANY, target_type ANY) -> BOOLEAN	Whether or not we can implicitly cast from the source type to the other type
cardinality	scalar	(map ANY, ANY ...) -> UBIGINT	Returns the size of the map (or the number of entries in the map)
cast_to_type	scalar	(param ANY, type ANY) -> ANY	Casts the first argument to the type of the second argument
cbrt	scalar	(x DOUBLE) -> DOUBLE	Returns the cube root of x
ceil	scalar	(x NUMERIC) -> NUMERIC	Rounds the number up
ceiling	scalar	(x NUMERIC) -> NUMERIC	Rounds the number up
century	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the century component from a date or timestamp
char_length	scalar	(bit BIT) -> BIGINT | (list ANY[]) -> BIGINT | (string VARCHAR) -> BIGINT	Returns the length of the `list`.
character_length	scalar	(bit BIT) -> BIGINT | (list ANY[]) -> BIGINT | (string VARCHAR) -> BIGINT	Returns the length of the `list`.
checkpoint	table	() | (database VARCHAR)
chr	scalar	(code_point INTEGER) -> VARCHAR	Returns a character which is corresponding the ASCII code value or Unicode code point.
col_description	macro	(table_oid, column_number)
combine	scalar	(state1 ANY, state2 ANY) -> ANY
combine_aggr	aggregate	(arg ANY) -> ANY | (arg ANY, multiplicities BIGINT) -> ANY	Combines exported aggregate states
concat	scalar	(value ANY, ANY ...) -> ANY	Concatenates multiple strings or lists. `NULL` inputs are skipped. See also operator `||`.
concat_ws	scalar	(separator VARCHAR, string ANY, ANY ...) -> VARCHAR	Concatenates many strings, separated by `separator`. `NULL` inputs are skipped.
constant_or_null	scalar	(arg1 ANY, arg2 ANY, ANY ...) -> ANY	If arg2 is NULL, return NULL. Otherwise, return arg1.
contains	scalar	(list T[], element T) -> BOOLEAN | (map MAP(K, V), key K) -> BOOLEAN | (string VARCHAR, search_string VARCHAR) -> BOOLEAN	Returns `true` if `search_string` is found within `string`.
corr	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the correlation coefficient for non-NULL pairs in a group.
cos	scalar	(x DOUBLE) -> DOUBLE	Computes the cos of x
cosh	scalar	(x DOUBLE) -> DOUBLE	Computes the hyperbolic cos of x
cot	scalar	(x DOUBLE) -> DOUBLE	Computes the cotangent of x
count	aggregate	() -> BIGINT | (arg ANY) -> BIGINT	Returns the number of non-NULL values in arg.
count_if	aggregate	(arg BOOLEAN) -> HUGEINT	Counts the total number of TRUE values for a boolean column
count_star	aggregate	() -> BIGINT
countif	aggregate	(arg BOOLEAN) -> HUGEINT	Counts the total number of TRUE values for a boolean column
covar_pop	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the population covariance of input values.
covar_samp	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the sample covariance for non-NULL pairs in a group.
create_external_resource	table	(type VARCHAR, params MAP(VARCHAR, VARCHAR), resource_name VARCHAR, handle ANY, teardown_on_failure BOOLEAN, timeout_seconds BIGINT, poll_interval_seconds BIGINT)
create_sort_key	scalar	(key1 ANY, ANY ...) -> BLOB	Constructs a binary-comparable sort key based on a set of input parameters and sort qualifiers
cume_dist	window	() -> DOUBLE	The number of partition rows preceding or peer with current row / total partition rows.
current_catalog	macro	()
current_connection_id	scalar	() -> UBIGINT	Get the current connection_id
current_database	macro	()
current_database	scalar	() -> VARCHAR	Returns the name of the currently active database
current_date	scalar	() -> DATE
current_localtime	scalar	() -> TIME
current_localtimestamp	scalar	() -> TIMESTAMP
current_query	macro	()
current_query	scalar	() -> VARCHAR	Returns the current query as a string
current_query_id	scalar	() -> UBIGINT	Get the current query_id
current_role	macro	()
current_schema	macro	()
current_schema	scalar	() -> VARCHAR	Returns the name of the currently active schema. Default is main
current_schemas	macro	(include_implicit)
current_schemas	scalar	(include_implicit BOOLEAN) -> VARCHAR[]	Returns list of schemas. Pass a parameter of True to include implicit schemas
current_setting	scalar	(setting_name VARCHAR) -> ANY	Returns the current value of the configuration setting
current_transaction_id	scalar	() -> UBIGINT	Get the current global transaction_id
current_user	macro	()
currval	scalar	(sequence_name VARCHAR) -> BIGINT	Return the current value of the sequence. Note that nextval must be called at least once prior to calling currval.
damerau_levenshtein	scalar	(s1 VARCHAR, s2 VARCHAR) -> BIGINT	Extension of Levenshtein distance to also include transposition of adjacent characters as an allowed edit operation. In other words, the minimum number of edit operations (insertions, deletions, substitutions or transpositions) required to change one string to another. Characters of different cases (e.g., `a` and `A`) are considered different.
date_add	macro	(date, interval)
date_diff	scalar	(part VARCHAR, startdate DATE/TIME/TIMESTAMPTZ/TIMESTAMP, enddate DATE/TIME/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	The number of partition boundaries between the timestamps
date_part	scalar	(part VARCHAR, ts ANY) -> DOUBLE | (part_list VARCHAR[], ts ANY) -> STRUCT	Get subfield (equivalent to extract)
date_sub	scalar	(part VARCHAR, startdate DATE/TIME/TIMESTAMPTZ/TIMESTAMP, enddate DATE/TIME/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	The number of complete partitions between the timestamps
date_trunc	scalar	(part VARCHAR, timestamp DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> TIMESTAMP/INTERVAL/TIMESTAMPTZ	Truncate to specified precision
datediff	scalar	(part VARCHAR, startdate DATE/TIME/TIMESTAMPTZ/TIMESTAMP, enddate DATE/TIME/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	The number of partition boundaries between the timestamps
datepart	scalar	(part VARCHAR, ts ANY) -> DOUBLE | (part_list VARCHAR[], ts ANY) -> STRUCT	Get subfield (equivalent to extract)
datesub	scalar	(part VARCHAR, startdate DATE/TIME/TIMESTAMPTZ/TIMESTAMP, enddate DATE/TIME/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	The number of complete partitions between the timestamps
datetrunc	scalar	(part VARCHAR, timestamp DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> TIMESTAMP/INTERVAL/TIMESTAMPTZ	Truncate to specified precision
day	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the day component from a date or timestamp
dayname	scalar	(ts DATE/TIMESTAMPTZ/TIMESTAMP) -> VARCHAR	The (English) name of the weekday
dayofmonth	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the dayofmonth component from a date or timestamp
dayofweek	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the dayofweek component from a date or timestamp
dayofyear	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the dayofyear component from a date or timestamp
days_in_month	macro	(date)
decade	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the decade component from a date or timestamp
decimal_average	aggregate	(arg DECIMAL) -> DECIMAL	Computes the average of a DECIMAL column using exact integer arithmetic with banker's rounding. Returns a DECIMAL with the same width and scale as the input.
decimal_division	scalar	(x DECIMAL, y DECIMAL) -> DECIMAL | (x DECIMAL, y DECIMAL, scale INTEGER) -> DECIMAL	Divides two DECIMAL values using exact integer arithmetic and round-half-to-even, returning a DECIMAL result with scale determined by SQL Server semantics (result_scale = max(6, s1 + p2 + 1)).
decode	scalar	(blob BLOB) -> VARCHAR | (blob BLOB, error_option VARCHAR) -> VARCHAR	Converts `blob` to `VARCHAR`. Invalid UTF-8 is handled based on the error behavior argument. Can be 'strict' (default, fail), 'replace' to replace invalid characters with '?', or 'ignore' to skip invalid characters.
degrees	scalar	(x DOUBLE) -> DOUBLE	Converts radians to degrees
dense_rank	window	() -> BIGINT	The rank of the current row without gaps
deregister_external_resource	table	(name VARCHAR)
destroy_external_resource	table	(deleter_function VARCHAR, payload ANY)
disable_logging	table	()
disable_profiling	table	()
divide	scalar	(left NUMERIC, right NUMERIC) -> NUMERIC
duckdb_approx_database_count	table	()
duckdb_available_metrics	table	()
duckdb_columns	table	()
duckdb_connection_count	table	()
duckdb_constraints	table	()
duckdb_coordinate_systems	table	()
duckdb_databases	table	()
duckdb_dependencies	table	()
duckdb_dialects	table	()
duckdb_eviction_queues	table	()
duckdb_extension_repositories	table	()
duckdb_extensions	table	()
duckdb_external_file_cache	table	()
duckdb_external_resource_types	table	()
duckdb_external_resources	table	(discover BOOLEAN, type VARCHAR)
duckdb_functions	table	()
duckdb_grammar_extensions	table	()
duckdb_indexes	table	()
duckdb_keywords	table	()
duckdb_live_query_metrics	table	()
duckdb_log_contexts	table	()
duckdb_logs	table	(denormalized_table BOOLEAN)
duckdb_logs_parsed	table	(log_type)
duckdb_memory	table	()
duckdb_optimizers	table	()
duckdb_prepared_statements	table	()
duckdb_profiling_settings	table	()
duckdb_schemas	table	()
duckdb_secret_type_parameters	table	()
duckdb_secret_types	table	()
duckdb_secrets	table	(redact BOOLEAN)
duckdb_sequences	table	()
duckdb_settings	table	(debug BOOLEAN, deprecated BOOLEAN, include_all BOOLEAN)
duckdb_table_sample	table	(table_name VARCHAR)
duckdb_tables	table	()
duckdb_temporary_files	table	()
duckdb_triggers	table	()
duckdb_types	table	()
duckdb_variables	table	()
duckdb_views	table	()
editdist3	scalar	(s1 VARCHAR, s2 VARCHAR) -> BIGINT	The minimum number of single-character edits (insertions, deletions or substitutions) required to change one string to the other. Characters of different cases (e.g., `a` and `A`) are considered different.
element_at	scalar	(map MAP(K, V), key K) -> V[]	Returns a list containing the value for a given key or an empty list if the key is not contained in the map. The type of the key provided in the second parameter must match the type of the map’s keys else an error is returned
enable_logging	table	(level VARCHAR, storage VARCHAR, storage_config ANY, storage_path VARCHAR, storage_normalize BOOLEAN, storage_buffer_size UBIGINT, ANY ...)
enable_profiling	table	(metrics VARCHAR[]/VARCHAR, format VARCHAR, coverage VARCHAR, save_location VARCHAR, mode VARCHAR)
encode	scalar	(string VARCHAR) -> BLOB	Converts the `string` to `BLOB`. Converts UTF-8 characters into literal encoding.
ends_with	scalar	(string VARCHAR, search_string VARCHAR) -> BOOLEAN	Returns `true` if `string` ends with `search_string`.
entropy	aggregate	(x ANY) -> DOUBLE	Returns the log-2 entropy of count input-values.
enum_code	scalar	(enum ANY) -> ANY	Returns the numeric value backing the given enum value
enum_first	scalar	(enum ANY) -> VARCHAR	Returns the first value of the input enum type
enum_last	scalar	(enum ANY) -> VARCHAR	Returns the last value of the input enum type
enum_range	scalar	(enum ANY) -> VARCHAR[]	Returns all values of the input enum type as an array
enum_range_boundary	scalar	(start ANY, end ANY) -> VARCHAR[]	Returns the range between the two given enum values as an array. The values must be of the same enum type. When the first parameter is NULL, the result starts with the first value of the enum type. When the second parameter is NULL, the result ends with the last value of the enum type
epoch	scalar	(temporal ANY) -> DOUBLE | (ts TIMESTAMPTZ) -> DOUBLE	Extract the epoch component from a temporal type
epoch_ms	scalar	(temporal ANY) -> TIMESTAMP/BIGINT	Extract the epoch component in milliseconds from a temporal type
epoch_ns	scalar	(temporal ANY) -> BIGINT	Extract the epoch component in nanoseconds from a temporal type
epoch_us	scalar	(temporal ANY) -> BIGINT	Extract the epoch component in microseconds from a temporal type
equi_width_bins	scalar	(min ANY/BIGINT/DOUBLE/TIMESTAMP, max ANY/BIGINT/DOUBLE/TIMESTAMP, bin_count BIGINT, nice_rounding BOOLEAN) -> ANY[]	Generates bin_count equi-width bins between the min and max. If enabled nice_rounding makes the numbers more readable/less jagged
era	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the era component from a date or timestamp
error	scalar	(message VARCHAR) -> "NULL"	Throws the given error message
even	scalar	(x DOUBLE) -> DOUBLE	Rounds x to next even number by rounding away from zero
exp	scalar	(x DOUBLE) -> DOUBLE	Computes e to the power of x
factorial	scalar	(x INTEGER) -> HUGEINT	Factorial of x. Computes the product of the current integer and all integers below it
favg	aggregate	(x DOUBLE) -> DOUBLE	Calculates the average using a more accurate floating point summation (Kahan Sum)
fdiv	macro	(x, y)
fill	window	(expr ANY) -> ANY	Fill in missing values using linear interpolation with ORDER BY as the X-axis.
filter	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Constructs a list from those elements of the input `list` for which the `lambda` function returns `true`. DuckDB must be able to cast the `lambda` function's return type to `BOOL`. The return type of `list_filter` is the same as the input list's.
finalize	scalar	(state ANY) -> INVALID
first	aggregate	(arg ANY/DECIMAL) -> ANY/DECIMAL	Returns the first value (NULL or non-NULL) from arg. This function is affected by ordering.
first_value	window	(expr ANY) -> ANY	The first value of expr in the frame. Can IGNORE or RESPECT NULLS.
flatten	scalar	(nested_list T[][]) -> T[]	Flattens a nested list by one level.
floor	scalar	(x NUMERIC) -> NUMERIC	Rounds the number down
fmod	scalar	(x DOUBLE/FLOAT, y DOUBLE/FLOAT) -> DOUBLE/FLOAT	Calculates the modulo value with the sign of y. Always returns a floating point number.
force_checkpoint	table	() | (database VARCHAR)
format	scalar	(format VARCHAR, ANY ...) -> VARCHAR	Formats a string using the fmt syntax.
format_bytes	scalar	(integer BIGINT) -> VARCHAR	Converts `integer` to a human-readable representation using units based on powers of 2 (KiB, MiB, GiB, etc.).
format_pg_type	macro	(logical_type, type_name)
format_type	macro	(type_oid, typemod)
from_base64	scalar	(string VARCHAR) -> BLOB	Converts a base64 encoded `string` to a character string (`BLOB`).
from_binary	scalar	(value VARCHAR) -> BLOB	Converts a `value` from binary representation to a blob.
from_hex	scalar	(value VARCHAR) -> BLOB	Converts a `value` from hexadecimal representation to a blob.
from_json	scalar	(json JSON/VARCHAR, structure VARCHAR) -> ANY
from_json_strict	scalar	(json JSON/VARCHAR, structure VARCHAR) -> ANY
fsum	aggregate	(arg DOUBLE) -> DOUBLE	Calculates the sum using a more accurate floating point summation (Kahan Sum).
gamma	scalar	(x DOUBLE) -> DOUBLE	Interpolation of (x-1) factorial (so decimal inputs are allowed)
gcd	scalar	(x BIGINT/HUGEINT, y BIGINT/HUGEINT) -> BIGINT/HUGEINT	Computes the greatest common divisor of x and y
gen_random_uuid	scalar	() -> UUID	Returns a random UUID v4 similar to this: eeccb8c5-9943-b2bb-bb5e-222f4e14b687
generate_series	scalar	(stop BIGINT) -> BIGINT[] | (start BIGINT, stop BIGINT) -> BIGINT[] | (start BIGINT/TIMESTAMPTZ/TIMESTAMP, stop BIGINT/TIMESTAMPTZ/TIMESTAMP, step BIGINT/INTERVAL) -> BIGINT[]/TIMESTAMP WITH TIME ZONE[]/TIMESTAMP[]	Creates a list of values between `start` and `stop` - the stop parameter is inclusive.
generate_series	table	(stop BIGINT) | (start BIGINT, stop BIGINT) | (start BIGINT/TIMESTAMPTZ/TIMESTAMP, stop BIGINT/TIMESTAMPTZ/TIMESTAMP, step BIGINT/INTERVAL)
generate_subscripts	macro	(arr, dim)
geomean	macro	(x)
geometric_mean	macro	(x)
get_bit	scalar	(bitstring BIT, index INTEGER) -> INTEGER	Extracts the nth bit from bitstring; the first (leftmost) bit is indexed 0
get_block_size	macro	(db_name)
get_current_time	scalar	() -> TIMETZ
get_current_timestamp	scalar	() -> TIMESTAMPTZ	Returns the current timestamp
get_type	scalar	(expression ANY) -> TYPE	Returns the type of the result of the expression
getvariable	scalar	(variable_name VARCHAR) -> ANY
glob	table	(pattern ANY[]/VARCHAR/VARIANT)
grade_up	scalar	(list ANY[]) -> BIGINT[] | (list ANY[], sort_order VARCHAR) -> BIGINT[] | (list ANY[], sort_order VARCHAR, null_order VARCHAR) -> BIGINT[]	Works like list_sort, but the results are the indexes that correspond to the position in the original list instead of the actual values.
greatest	scalar	(arg1 ANY, ANY ...) -> ANY	Returns the largest value. For strings lexicographical ordering is used. Note that lowercase characters are considered “larger” than uppercase characters and collations are not supported.
greatest_common_divisor	scalar	(x BIGINT/HUGEINT, y BIGINT/HUGEINT) -> BIGINT/HUGEINT	Computes the greatest common divisor of x and y
group_concat	aggregate	(str ANY) -> VARCHAR | (str ANY, arg VARCHAR) -> VARCHAR	Concatenates the column string values with an optional separator.
hamming	scalar	(s1 VARCHAR, s2 VARCHAR) -> BIGINT	The Hamming distance between to strings, i.e., the number of positions with different characters for two strings of equal length. Strings must be of equal length. Characters of different cases (e.g., `a` and `A`) are considered different.
has_any_column_privilege	macro	(table, privilege) | (user, table, privilege)
has_column_privilege	macro	(table, column, privilege) | (user, table, column, privilege)
has_database_privilege	macro	(database, privilege) | (user, database, privilege)
has_foreign_data_wrapper_privilege	macro	(fdw, privilege) | (user, fdw, privilege)
has_function_privilege	macro	(function, privilege) | (user, function, privilege)
has_language_privilege	macro	(language, privilege) | (user, language, privilege)
has_schema_privilege	macro	(schema, privilege) | (user, schema, privilege)
has_sequence_privilege	macro	(sequence, privilege) | (user, sequence, privilege)
has_server_privilege	macro	(server, privilege) | (user, server, privilege)
has_table_privilege	macro	(table, privilege) | (user, table, privilege)
has_tablespace_privilege	macro	(tablespace, privilege) | (user, tablespace, privilege)
hash	scalar	(value ANY, ANY ...) -> UBIGINT	Returns a `UBIGINT` with the hash of the `value`. Note that this is not a cryptographic hash.
hex	scalar	(blob BLOB) -> VARCHAR | (string VARCHAR) -> VARCHAR | (value NUMERIC) -> VARCHAR	Converts the `value` to `VARCHAR` using hexadecimal representation.
histogram	aggregate	(arg ANY) -> MAP | (arg T, bins T[]) -> MAP	Returns a LIST of STRUCTs with the fields bucket and count.
histogram	table	(source, col_name, bin_count, technique)
histogram_exact	aggregate	(arg T, bins T[]) -> MAP	Returns a LIST of STRUCTs with the fields bucket and count matching the buckets exactly.
histogram_values	table	(source, col_name, bin_count, technique)
hive_partition_component	scalar	(name VARCHAR, value ANY) -> VARCHAR	Returns the hive partition directory for a partition column and its value, e.g. name=value. The name and the value are escaped like url_encode does, a NULL value becomes __HIVE_DEFAULT_PARTITION__.
hour	scalar	(ts ANY) -> BIGINT	Extract the hour component from a date or timestamp
icu_calendar_names	table	()
icu_sort_key	scalar	(str VARCHAR, collator VARCHAR) -> VARCHAR
if	macro	(a, b, c)
ilike_escape	scalar	(string VARCHAR, like_specifier VARCHAR, escape_character VARCHAR) -> BOOLEAN	Returns `true` if the `string` matches the `like_specifier` (see Pattern Matching) using case-insensitive matching. `escape_character` is used to search for wildcard characters in the `string`.
in_search_path	scalar	(database_name VARCHAR, schema_name VARCHAR) -> BOOLEAN	Returns whether or not the database/schema are in the search path
index_key	scalar	(path STRUCT, name VARCHAR, ANY ...) -> BLOB	Generate index keys for a named index on a table (specified by a path struct with required 'table' and optional 'catalog'/'schema' fields) from key column arguments. Currently only supports ART indexes.
inet_client_addr	macro	()
inet_client_port	macro	()
inet_server_addr	macro	()
inet_server_port	macro	()
instr	scalar	(string VARCHAR, search_string VARCHAR) -> BIGINT	Returns location of first occurrence of `search_string` in `string`, counting from 1. Returns 0 if no match found.
invoke	scalar	(lambda LAMBDA, arg1 ANY, ANY ...) -> ANY	Invokes a lambda function with the given arguments
is_histogram_other_bin	scalar	(val ANY) -> BOOLEAN	Whether or not the provided value is the histogram "other" bin (used for values not belonging to any provided bin)
isfinite	scalar	(x ANY) -> BOOLEAN	Returns true if the floating point value is finite, false otherwise
isinf	scalar	(x ANY) -> BOOLEAN	Returns true if the floating point value is infinite, false otherwise
isnan	scalar	(x DOUBLE/FLOAT) -> BOOLEAN	Returns true if the floating point value is not a number, false otherwise
isodow	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the isodow component from a date or timestamp
isoyear	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the isoyear component from a date or timestamp
jaccard	scalar	(s1 VARCHAR, s2 VARCHAR) -> DOUBLE	The Jaccard similarity between two strings. Characters of different cases (e.g., `a` and `A`) are considered different. Returns a number between 0 and 1.
jaro_similarity	scalar	(s1 VARCHAR, s2 VARCHAR) -> DOUBLE | (s1 VARCHAR, s2 VARCHAR, score_cutoff DOUBLE) -> DOUBLE	The Jaro similarity between two strings. Characters of different cases (e.g., `a` and `A`) are considered different. Returns a number between 0 and 1. For similarity < `score_cutoff`, 0 is returned instead. `score_cutoff` defaults to 0.
jaro_winkler_similarity	scalar	(s1 VARCHAR, s2 VARCHAR) -> DOUBLE | (s1 VARCHAR, s2 VARCHAR, score_cutoff DOUBLE) -> DOUBLE	The Jaro-Winkler similarity between two strings. Characters of different cases (e.g., `a` and `A`) are considered different. Returns a number between 0 and 1. For similarity < `score_cutoff`, 0 is returned instead. `score_cutoff` defaults to 0.
json	macro	(x)
json_array	scalar	(ANY ...) -> JSON
json_array_length	scalar	(json JSON/VARCHAR) -> UBIGINT | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> UBIGINT[]/UBIGINT
json_contains	scalar	(haystack JSON/VARCHAR, needle JSON/VARCHAR) -> BOOLEAN
json_copy_strftime_if_date	macro	(x DATE/, format)
json_copy_strftime_if_timestamp	macro	(x /TIMESTAMPTZ/TIMESTAMP/TIMESTAMP_NS, format)
json_deep_merge	scalar	(json1 JSON, json2 JSON, JSON ...) -> JSON
json_deserialize_sql	scalar	(json JSON) -> VARCHAR
json_each	table	(json JSON/VARCHAR) | (json JSON/VARCHAR, path VARCHAR)
json_execute_serialized_sql	table	(serialized_sql VARCHAR)
json_exists	scalar	(json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> BOOLEAN[]/BOOLEAN
json_extract	scalar	(json JSON/VARCHAR, index BIGINT) -> JSON | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> JSON[]/JSON
json_extract_path	scalar	(json JSON/VARCHAR, index BIGINT) -> JSON | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> JSON[]/JSON
json_extract_path_text	scalar	(json JSON/VARCHAR, index BIGINT) -> VARCHAR | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> VARCHAR[]/VARCHAR
json_extract_string	scalar	(json JSON/VARCHAR, index BIGINT) -> VARCHAR | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> VARCHAR[]/VARCHAR
json_group_array	macro	(x)
json_group_object	macro	(n, v)
json_group_structure	macro	(x)
json_insert	scalar	(json JSON, path VARCHAR, value JSON) -> JSON
json_keys	scalar	(json JSON/VARCHAR) -> VARCHAR[] | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> VARCHAR[][]/VARCHAR[]
json_merge_patch	scalar	(json1 JSON, json2 JSON, JSON ...) -> JSON
json_merge_patch_diff	scalar	(old JSON, new JSON) -> JSON
json_normalize	scalar	(json JSON) -> VARCHAR
json_object	scalar	(ANY ...) -> JSON
json_pretty	scalar	(json JSON) -> VARCHAR
json_quote	scalar	(ANY ...) -> JSON
json_remove	scalar	(json JSON, path VARCHAR) -> JSON
json_replace	scalar	(json JSON, path VARCHAR, value JSON) -> JSON
json_serialize_plan	scalar	(sql VARCHAR, skip_null BOOLEAN, skip_empty BOOLEAN, skip_default BOOLEAN, format BOOLEAN, optimize BOOLEAN) -> JSON
json_serialize_sql	scalar	(sql VARCHAR, skip_null BOOLEAN, skip_empty BOOLEAN, skip_default BOOLEAN, format BOOLEAN) -> JSON
json_set	scalar	(json JSON, path VARCHAR, value JSON) -> JSON
json_strip_nulls	scalar	(json JSON) -> JSON
json_structure	scalar	(json JSON/VARCHAR) -> JSON
json_transform	scalar	(json JSON/VARCHAR, structure VARCHAR) -> ANY
json_transform_strict	scalar	(json JSON/VARCHAR, structure VARCHAR) -> ANY
json_tree	table	(json JSON/VARCHAR) | (json JSON/VARCHAR, path VARCHAR)
json_type	scalar	(json JSON/VARCHAR) -> VARCHAR | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> VARCHAR[]/VARCHAR
json_valid	scalar	(json JSON/VARCHAR) -> BOOLEAN
json_value	scalar	(json JSON/VARCHAR, index BIGINT) -> VARCHAR | (json JSON/VARCHAR, path VARCHAR[]/VARCHAR) -> VARCHAR[]/VARCHAR
julian	scalar	(ts DATE/TIMESTAMPTZ/TIMESTAMP) -> DOUBLE	Extract the Julian Day number from a date or timestamp
kahan_sum	aggregate	(arg DOUBLE) -> DOUBLE	Calculates the sum using a more accurate floating point summation (Kahan Sum).
kurtosis	aggregate	(x DOUBLE) -> DOUBLE	Returns the excess kurtosis (Fisher’s definition) of all input values, with a bias correction according to the sample size
kurtosis_pop	aggregate	(x DOUBLE) -> DOUBLE	Returns the excess kurtosis (Fisher’s definition) of all input values, without bias correction
lag	window	(col T, offset BIGINT, default ANY) -> T	The value of expr n rows after the current row, or the default. Can IGNORE or RESPECT NULLS.
last	aggregate	(arg ANY/DECIMAL) -> ANY/DECIMAL	Returns the last value of a column. This function is affected by ordering.
last_day	scalar	(ts DATE/TIMESTAMPTZ/TIMESTAMP) -> DATE	Returns the last day of the month
last_value	window	(expr ANY) -> ANY	The last value of expr in the frame. Can IGNORE or RESPECT NULLS.
lcase	scalar	(string VARCHAR) -> VARCHAR	Converts `string` to lower case.
lcm	scalar	(x BIGINT/HUGEINT, y BIGINT/HUGEINT) -> BIGINT/HUGEINT	Computes the least common multiple of x and y
lead	window	(col T, offset BIGINT, default ANY) -> T	The value of expr n rows after the current row, or the default. Can IGNORE or RESPECT NULLS.
least	scalar	(arg1 ANY, ANY ...) -> ANY	Returns the smallest value. For strings lexicographical ordering is used. Note that uppercase characters are considered “smaller” than lowercase characters, and collations are not supported.
least_common_multiple	scalar	(x BIGINT/HUGEINT, y BIGINT/HUGEINT) -> BIGINT/HUGEINT	Computes the least common multiple of x and y
left	scalar	(string VARCHAR, count BIGINT) -> VARCHAR	Extracts the left-most count characters.
left_grapheme	scalar	(string VARCHAR, count BIGINT) -> VARCHAR	Extracts the left-most count grapheme clusters.
len	scalar	(bit BIT) -> BIGINT | (list ANY[]) -> BIGINT | (string VARCHAR) -> BIGINT	Returns the length of the `list`.
length	scalar	(bit BIT) -> BIGINT | (list ANY[]) -> BIGINT | (string VARCHAR) -> BIGINT	Returns the length of the `list`.
length_grapheme	scalar	(string VARCHAR) -> BIGINT	Number of grapheme clusters in `string`.
levenshtein	scalar	(s1 VARCHAR, s2 VARCHAR) -> BIGINT	The minimum number of single-character edits (insertions, deletions or substitutions) required to change one string to the other. Characters of different cases (e.g., `a` and `A`) are considered different.
lgamma	scalar	(x DOUBLE) -> DOUBLE	Computes the log of the gamma function
like_escape	scalar	(string VARCHAR, like_specifier VARCHAR, escape_character VARCHAR) -> BOOLEAN	Returns `true` if the `string` matches the `like_specifier` (see Pattern Matching) using case-sensitive matching. `escape_character` is used to search for wildcard characters in the `string`.
list	aggregate	(arg T) -> T[]	Returns a LIST containing all the values of a column.
list_aggr	scalar	(list ANY[], function_name VARCHAR, ANY ...) -> ANY	Executes the aggregate function `function_name` on the elements of `list`.
list_aggregate	scalar	(list ANY[], function_name VARCHAR, ANY ...) -> ANY	Executes the aggregate function `function_name` on the elements of `list`.
list_any_value	macro	(l)
list_append	macro	(l, e)
list_apply	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Returns a list that is the result of applying the `lambda` function to each element of the input `list`. The return type is defined by the return type of the `lambda` function.
list_approx_count_distinct	macro	(l)
list_avg	macro	(l)
list_bit_and	macro	(l)
list_bit_or	macro	(l)
list_bit_xor	macro	(l)
list_bool_and	macro	(l)
list_bool_or	macro	(l)
list_cat	scalar	(ANY[] ...) -> ANY[]	Concatenates lists. `NULL` inputs are skipped. See also operator `||`.
list_concat	scalar	(ANY[] ...) -> ANY[]	Concatenates lists. `NULL` inputs are skipped. See also operator `||`.
list_contains	scalar	(list T[], element T) -> BOOLEAN	Returns true if the list contains the element.
list_cosine_distance	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Computes the cosine distance between two same-sized lists.
list_cosine_similarity	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Computes the cosine similarity between two same-sized lists.
list_count	macro	(l)
list_distance	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Calculates the Euclidean distance between two points with coordinates given in two inputs lists of equal length.
list_distinct	scalar	(list T[]) -> T[]	Removes all duplicates and `NULL` values from a list. Does not preserve the original order.
list_dot_product	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Computes the inner product between two same-sized lists.
list_element	scalar	(list T[], index BIGINT) -> T | (string VARCHAR, index BIGINT) -> VARCHAR	Extract the `index`th (1-based) value from the list.
list_entropy	macro	(l)
list_extract	scalar	(list T[], index BIGINT) -> T | (string VARCHAR, index BIGINT) -> VARCHAR	Extract the `index`th (1-based) value from the list.
list_filter	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Constructs a list from those elements of the input `list` for which the `lambda` function returns `true`. DuckDB must be able to cast the `lambda` function's return type to `BOOL`. The return type of `list_filter` is the same as the input list's.
list_first	macro	(l)
list_grade_up	scalar	(list ANY[]) -> BIGINT[] | (list ANY[], sort_order VARCHAR) -> BIGINT[] | (list ANY[], sort_order VARCHAR, null_order VARCHAR) -> BIGINT[]	Works like list_sort, but the results are the indexes that correspond to the position in the original list instead of the actual values.
list_has	scalar	(list T[], element T) -> BOOLEAN	Returns true if the list contains the element.
list_has_all	scalar	(list1 T[], list2 T[]) -> BOOLEAN	Returns true if all elements of list2 are in list1. NULLs are ignored.
list_has_any	scalar	(list1 T[], list2 T[]) -> BOOLEAN	Returns true if the lists have any element in common. NULLs are ignored.
list_histogram	macro	(l)
list_indexof	scalar	(list T[], element T) -> INTEGER	Returns the index of the `element` if the `list` contains the `element`. If the `element` is not found, it returns `NULL`.
list_inner_product	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Computes the inner product between two same-sized lists.
list_intersect	scalar	(list1 T[], list2 T[]) -> T[]	Returns a list containing the distinct elements that are present in both `list1` and `list2`.
list_kurtosis	macro	(l)
list_kurtosis_pop	macro	(l)
list_last	macro	(l)
list_mad	macro	(l)
list_max	macro	(l)
list_median	macro	(l)
list_min	macro	(l)
list_mode	macro	(l)
list_negative_dot_product	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Computes the negative inner product between two same-sized lists.
list_negative_inner_product	scalar	(list1 DOUBLE[]/FLOAT[], list2 DOUBLE[]/FLOAT[]) -> DOUBLE/FLOAT	Computes the negative inner product between two same-sized lists.
list_pack	scalar	() -> "NULL"[] | (value T, T ...) -> T[]	Creates a LIST containing the argument values.
list_position	scalar	(list T[], element T) -> INTEGER	Returns the index of the `element` if the `list` contains the `element`. If the `element` is not found, it returns `NULL`.
list_prepend	macro	(e, l)
list_product	macro	(l)
list_reduce	scalar	(list ANY[], lambda LAMBDA) -> ANY | (list ANY[], lambda LAMBDA, initial_value ANY) -> ANY	Reduces all elements of the input `list` into a single scalar value by executing the `lambda` function on a running result and the next list element. The `lambda` function has an optional `initial_value` argument.
list_resize	scalar	(list ANY[], size ANY) -> ANY[] | (list ANY[], size ANY, value ANY) -> ANY[]	Resizes the `list` to contain `size` elements. Initializes new elements with `value` or `NULL` if `value` is not set.
list_reverse	macro	(l)
list_reverse_sort	scalar	(list ANY[]) -> ANY[] | (list ANY[], null_order VARCHAR) -> ANY[]	Sorts the elements of the list in reverse order.
list_select	scalar	(value_list T[], index_list BIGINT[]) -> T[]	Returns a list based on the elements selected by the `index_list`.
list_sem	macro	(l)
list_skewness	macro	(l)
list_slice	scalar	(list ANY, begin ANY, end ANY) -> ANY | (list ANY, begin ANY, end ANY, step BIGINT) -> ANY	Extracts a sublist or substring using slice conventions. Negative values are accepted.
list_sort	scalar	(list ANY[]) -> ANY[] | (list ANY[], sort_order VARCHAR) -> ANY[] | (list ANY[], sort_order VARCHAR, null_order VARCHAR) -> ANY[]	Sorts the elements of the list.
list_stddev_pop	macro	(l)
list_stddev_samp	macro	(l)
list_string_agg	macro	(l)
list_sum	macro	(l)
list_transform	scalar	(list ANY[], lambda LAMBDA) -> ANY[]	Returns a list that is the result of applying the `lambda` function to each element of the input `list`. The return type is defined by the return type of the `lambda` function.
list_unique	scalar	(list ANY[]) -> UBIGINT	Counts the unique elements of a `list`.
list_value	scalar	() -> "NULL"[] | (value T, T ...) -> T[]	Creates a LIST containing the argument values.
list_var_pop	macro	(l)
list_var_samp	macro	(l)
list_where	scalar	(value_list T[], mask_list BOOLEAN[]) -> T[]	Returns a list with the `BOOLEAN`s in `mask_list` applied as a mask to the `value_list`.
list_zip	scalar	(ANY ...) -> STRUCT[]	Zips n `LIST`s to a new `LIST` whose length will be that of the longest list. Its elements are structs of n elements from each list `list_1`, …, `list_n`, missing elements are replaced with `NULL`. If `truncate` is set, all lists are truncated to the smallest list length.
listagg	aggregate	(str ANY) -> VARCHAR | (str ANY, arg VARCHAR) -> VARCHAR	Concatenates the column string values with an optional separator.
ln	scalar	(x DOUBLE) -> DOUBLE	Computes the natural logarithm of x
log	scalar	(x DOUBLE) -> DOUBLE | (b DOUBLE, x DOUBLE) -> DOUBLE	Computes the logarithm of x to base b. b may be omitted, in which case the default 10
log10	scalar	(x DOUBLE) -> DOUBLE	Computes the 10-log of x
log2	scalar	(x DOUBLE) -> DOUBLE	Computes the 2-log of x
lower	scalar	(string VARCHAR) -> VARCHAR	Converts `string` to lower case.
lpad	scalar	(string VARCHAR, count INTEGER, character VARCHAR) -> VARCHAR	Pads the `string` with the `character` on the left until it has `count` characters. Truncates the `string` on the right if it has more than `count` characters.
ltrim	scalar	(string VARCHAR) -> VARCHAR | (string VARCHAR, characters VARCHAR) -> VARCHAR	Removes any occurrences of any of the `characters` from the left side of the `string`. `characters` defaults to `space`.
lttb	aggregate	(x ANY, y DOUBLE/FLOAT, n BIGINT) -> ANY	Downsamples the (x, y) points to (at most) n representative points using the Largest Triangle Three Buckets algorithm. Returns a LIST of STRUCT(x, y); the points must be ordered by x (use lttb(x, y, n ORDER BY x)).
mad	aggregate	(x ANY) -> INTERVAL/NUMERIC	Returns the median absolute deviation for the values within x. NULL values are ignored. Temporal types return a positive INTERVAL.
make_date	scalar	(date-struct STRUCT("year" BIGINT, "month" BIGINT, "day" BIGINT)) -> DATE | (days INTEGER) -> DATE | (year BIGINT, month BIGINT, day BIGINT) -> DATE	The date for the given struct.
make_time	scalar	(hour BIGINT, minute BIGINT, seconds DOUBLE) -> TIME	The time for the given parts
make_timestamp	scalar	(micros BIGINT) -> TIMESTAMP | (year BIGINT, month BIGINT, day BIGINT, hour BIGINT, minute BIGINT, seconds DOUBLE) -> TIMESTAMP	The timestamp for the given parts
make_timestamp_ms	scalar	(nanos BIGINT) -> TIMESTAMP	The timestamp for the given microseconds since the epoch
make_timestamp_ns	scalar	(nanos BIGINT) -> TIMESTAMP_NS	The timestamp for the given nanoseconds since epoch
make_timestamptz	scalar	(micros BIGINT) -> TIMESTAMPTZ | (year BIGINT, month BIGINT, day BIGINT, hour BIGINT, minute BIGINT, seconds DOUBLE) -> TIMESTAMPTZ | (year BIGINT, month BIGINT, day BIGINT, hour BIGINT, minute BIGINT, seconds DOUBLE, timezone VARCHAR) -> TIMESTAMPTZ
make_type	scalar	(name VARCHAR, ANY ...) -> TYPE	Construct a type from its name and optional parameters
map	scalar	() -> MAP("NULL", "NULL") | (keys K[], values V[]) -> MAP(K, V)	Creates a map from a set of keys and values
map_concat	scalar	(ANY ...) -> LIST	Returns a map created from merging the input maps, on key collision the value is taken from the last map with that key
map_contains	scalar	(map MAP(K, V), key K) -> BOOLEAN	Checks if a map contains a given key.
map_contains_entry	macro	(map, key, value)
map_contains_value	macro	(map, value)
map_entries	scalar	(map MAP(K, V)) -> STRUCT("key" K, "value" V)[]	Returns the map entries as a list of keys/values
map_extract	scalar	(map MAP(K, V), key K) -> V[]	Returns a list containing the value for a given key or an empty list if the key is not contained in the map. The type of the key provided in the second parameter must match the type of the map’s keys else an error is returned
map_extract_value	scalar	(map MAP(K, V), key K) -> V	Returns the value for a given key or NULL if the key is not contained in the map. The type of the key provided in the second parameter must match the type of the map’s keys else an error is returned
map_from_entries	scalar	(map TUPLE(K, V)[]) -> MAP(K, V)	Returns a map created from the entries of the array
map_keys	scalar	(map MAP(K, V)) -> K[]	Returns the keys of a map as a list
map_to_pg_oid	macro	(type_name)
map_type_id_to_pg_oid	macro	(type_id)
map_values	scalar	(map MAP(K, V)) -> V[]	Returns the values of a map as a list
max	aggregate	(arg ANY) -> ANY | (arg ANY, n BIGINT) -> ANY[]	Returns the maximum value present in arg.
max_by	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the row with the maximum val. Calculates the non-NULL arg expression at that row.
md5	scalar	(blob BLOB) -> VARCHAR | (string VARCHAR) -> VARCHAR	Returns the MD5 hash of the `blob` as a `VARCHAR`.
md5_number	scalar	(blob BLOB) -> UHUGEINT | (string VARCHAR) -> UHUGEINT	Returns the MD5 hash of the `blob` as a `HUGEINT`.
md5_number_lower	macro	(param)
md5_number_upper	macro	(param)
mean	aggregate	(x ANY) -> ANY	Calculates the average value for all tuples in x.
median	aggregate	(x ANY) -> ANY	Returns the middle value of the set. NULL values are ignored. For even value counts, interpolate-able types (numeric, date/time) return the average of the two middle values. Non-interpolate-able types (everything else) return the lower of the two middle values.
microsecond	scalar	(ts ANY) -> BIGINT	Extract the microsecond component from a date or timestamp
millennium	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the millennium component from a date or timestamp
millisecond	scalar	(ts ANY) -> BIGINT	Extract the millisecond component from a date or timestamp
min	aggregate	(arg ANY) -> ANY | (arg ANY, n BIGINT) -> ANY[]	Returns the minimum value present in arg.
min_by	aggregate	(arg ANY, val ANY) -> ANY | (arg ANY, val ANY, N BIGINT) -> ANY[]	Finds the row with the minimum val. Calculates the non-NULL arg expression at that row.
minute	scalar	(ts ANY) -> BIGINT	Extract the minute component from a date or timestamp
mismatches	scalar	(s1 VARCHAR, s2 VARCHAR) -> BIGINT	The Hamming distance between to strings, i.e., the number of positions with different characters for two strings of equal length. Strings must be of equal length. Characters of different cases (e.g., `a` and `A`) are considered different.
mod	scalar	(left NUMERIC, right NUMERIC) -> NUMERIC
mode	aggregate	(x ANY) -> ANY	Returns the most frequent value for the values within x. NULL values are ignored.
month	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the month component from a date or timestamp
monthname	scalar	(ts DATE/TIMESTAMPTZ/TIMESTAMP) -> VARCHAR	The (English) name of the month
multiply	scalar	(left NUMERIC/INTERVAL, right NUMERIC/INTERVAL) -> NUMERIC/INTERVAL
nanosecond	scalar	(tsns ANY) -> BIGINT	Extract the nanosecond component from a date or timestamp
nextafter	scalar	(x DOUBLE/FLOAT, y DOUBLE/FLOAT) -> DOUBLE/FLOAT	Returns the next floating point value after x in the direction of y
nextval	scalar	(sequence_name VARCHAR) -> BIGINT	Return the following value of the sequence.
nfc_normalize	scalar	(string VARCHAR) -> VARCHAR	Converts `string` to Unicode NFC normalized string. Useful for comparisons and ordering if text data is mixed between NFC normalized and not.
normalized_interval	scalar	(interval INTERVAL) -> INTERVAL	Normalizes an INTERVAL to an equivalent interval
not_ilike_escape	scalar	(string VARCHAR, like_specifier VARCHAR, escape_character VARCHAR) -> BOOLEAN	Returns `false` if the `string` matches the `like_specifier` (see Pattern Matching) using case-insensitive matching. `escape_character` is used to search for wildcard characters in the `string`.
not_like_escape	scalar	(string VARCHAR, like_specifier VARCHAR, escape_character VARCHAR) -> BOOLEAN	Returns `false` if the `string` matches the `like_specifier` (see Pattern Matching) using case-sensitive matching. `escape_character` is used to search for wildcard characters in the `string`.
now	scalar	() -> TIMESTAMPTZ	Returns the current timestamp
nth_value	window	(expr ANY, n BIGINT) -> ANY	The nth value of expr in the frame. Can IGNORE or RESPECT NULLS.
ntile	window	(num_buckets BIGINT) -> BIGINT	The row bucket in a window partition for a given bucket count
nullif	macro	(a, b)
obj_description	macro	(object_oid, catalog_name)
octet_length	scalar	(bitstring BIT) -> BIGINT | (blob BLOB) -> BIGINT	Returns the number of bytes in the `bitstring`.
ord	scalar	(string VARCHAR) -> INTEGER	Returns an `INTEGER` representing the `unicode` codepoint of the first character in the `string`.
overlay	scalar	(string VARCHAR, replacement VARCHAR, start BIGINT) -> VARCHAR | (string VARCHAR, replacement VARCHAR, start BIGINT, count BIGINT) -> VARCHAR	Replaces a substring of `string` starting at character `start` with `replacement`. If `count` is not specified, it defaults to the length of `replacement`. Note that a `start` value of `1` refers to the first character of the `string`.
pandas_scan	table	()
parquet_bloom_probe	table	(path VARCHAR/VARIANT, column_name VARCHAR, value ANY) | (paths ANY[], column_name VARCHAR, value ANY)
parquet_file_metadata	table	(path VARCHAR/VARIANT) | (paths ANY[])
parquet_full_metadata	table	(path VARCHAR/VARIANT) | (paths ANY[])
parquet_kv_metadata	table	(path VARCHAR/VARIANT) | (paths ANY[])
parquet_metadata	table	(path VARCHAR/VARIANT) | (paths ANY[])
parquet_page_index	table	(path VARCHAR/VARIANT) | (paths ANY[])
parquet_scan	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, binary_as_string BOOLEAN, debug_use_openssl BOOLEAN, compression VARCHAR, explicit_cardinality UBIGINT, encryption_config ANY, parquet_version VARCHAR, can_have_nan BOOLEAN, prefetch_strategy VARCHAR, utf8_validation VARCHAR, int96_as VARCHAR, maximum_files_for_stats UBIGINT, bound_schema ANY) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, binary_as_string BOOLEAN, debug_use_openssl BOOLEAN, compression VARCHAR, explicit_cardinality UBIGINT, encryption_config ANY, parquet_version VARCHAR, can_have_nan BOOLEAN, prefetch_strategy VARCHAR, utf8_validation VARCHAR, int96_as VARCHAR, maximum_files_for_stats UBIGINT, bound_schema ANY)
parquet_schema	table	(path VARCHAR/VARIANT) | (paths ANY[])
parse_dirname	scalar	(path VARCHAR) -> VARCHAR | (path VARCHAR, separator VARCHAR) -> VARCHAR	Returns the top-level directory name from the given `path`. `separator` options: `system`, `both_slash` (default), `forward_slash`, `backslash`.
parse_dirpath	scalar	(path VARCHAR) -> VARCHAR | (path VARCHAR, separator VARCHAR) -> VARCHAR	Returns the head of the `path` (the pathname until the last slash) similarly to Python's `os.path.dirname`. `separator` options: `system`, `both_slash` (default), `forward_slash`, `backslash`.
parse_duckdb_log_message	scalar	(type VARCHAR, message VARCHAR) -> ANY	Parse the message into the expected logical type
parse_filename	scalar	(string VARCHAR) -> VARCHAR | (string VARCHAR, separator VARCHAR) -> VARCHAR | (string VARCHAR, trim_extension BOOLEAN) -> VARCHAR	Returns the last component of the `path` similarly to Python's `os.path.basename` function. If `trim_extension` is `true`, the file extension will be removed (defaults to `false`). `separator` options: `system`, `both_slash` (default), `forward_slash`, `backslash`.
parse_formatted_bytes	scalar	(string VARCHAR) -> UBIGINT	Parses a human-readable representation of a size in bytes into an integer.
parse_path	scalar	(path VARCHAR) -> VARCHAR[] | (path VARCHAR, separator VARCHAR) -> VARCHAR[]	Returns a list of the components (directories and filename) in the `path` similarly to Python's `pathlib.parts` function. `separator` options: `system`, `both_slash` (default), `forward_slash`, `backslash`.
path_join	scalar	(path VARCHAR, VARCHAR ...) -> VARCHAR	Joins path components using the platform separator, normalizing duplicate separators and dot segments. Absolute RHS components must be compatible (same scheme/parent) or raise an error.
percent_rank	window	() -> DOUBLE	The relative rank of the current row as a fraction
pg_collation_is_visible	macro	(collation_oid)
pg_conf_load_time	macro	()
pg_conversion_is_visible	macro	(conversion_oid)
pg_function_is_visible	macro	(function_oid)
pg_get_constraintdef	macro	(constraint_oid) | (constraint_oid, pretty_bool)
pg_get_expr	macro	(pg_node_tree, relation_oid)
pg_get_viewdef	macro	(oid)
pg_has_role	macro	(role, privilege) | (user, role, privilege)
pg_is_other_temp_schema	macro	(schema_id)
pg_my_temp_schema	macro	()
pg_opclass_is_visible	macro	(opclass_oid)
pg_operator_is_visible	macro	(operator_oid)
pg_opfamily_is_visible	macro	(opclass_oid)
pg_postmaster_start_time	macro	()
pg_size_pretty	macro	(bytes)
pg_sleep	macro	(seconds)
pg_table_is_visible	macro	(table_oid)
pg_timezone_names	table	()
pg_ts_config_is_visible	macro	(config_oid)
pg_ts_dict_is_visible	macro	(dict_oid)
pg_ts_parser_is_visible	macro	(parser_oid)
pg_ts_template_is_visible	macro	(template_oid)
pg_type_is_visible	macro	(type_oid)
pg_typeof	macro	(expression)
pi	scalar	() -> DOUBLE	Returns the value of pi
position	scalar	(string VARCHAR, search_string VARCHAR) -> BIGINT	Returns location of first occurrence of `search_string` in `string`, counting from 1. Returns 0 if no match found.
pow	scalar	(x DOUBLE, y DOUBLE) -> DOUBLE	Computes x to the power of y
power	scalar	(x DOUBLE, y DOUBLE) -> DOUBLE	Computes x to the power of y
prefix	scalar	(string VARCHAR, search_string VARCHAR) -> BOOLEAN	Returns `true` if `string` starts with `search_string`.
printf	scalar	(format VARCHAR, ANY ...) -> VARCHAR	Formats a `string` using printf syntax.
product	aggregate	(arg DOUBLE) -> DOUBLE	Calculates the product of all tuples in arg.
python_arrow_scan	table	()
python_map_function	table	(col0 TABLE)
quantile	aggregate	(x ANY) -> ANY | (x ANY, quantile DOUBLE[]/DOUBLE) -> ANY	Returns the exact quantile number between 0 and 1 . If pos is a LIST of FLOATs, then the result is a LIST of the corresponding exact quantiles.
quantile_cont	aggregate	(x ANY, quantile DOUBLE[]/DOUBLE) -> ANY	Returns the interpolated quantile number between 0 and 1 . If pos is a LIST of FLOATs, then the result is a LIST of the corresponding interpolated quantiles.
quantile_disc	aggregate	(x ANY) -> ANY | (x ANY, quantile DOUBLE[]/DOUBLE) -> ANY	Returns the exact quantile number between 0 and 1 . If pos is a LIST of FLOATs, then the result is a LIST of the corresponding exact quantiles.
quarter	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the quarter component from a date or timestamp
query	table	(query VARCHAR)
query_table	table	(table_name VARCHAR) | (table_names VARCHAR[]) | (table_name VARCHAR, by_name BOOLEAN)
radians	scalar	(x DOUBLE) -> DOUBLE	Converts degrees to radians
random	scalar	() -> DOUBLE	Returns a random number between 0 and 1
range	scalar	(stop BIGINT) -> BIGINT[] | (start BIGINT, stop BIGINT) -> BIGINT[] | (start BIGINT/TIMESTAMPTZ/TIMESTAMP, stop BIGINT/TIMESTAMPTZ/TIMESTAMP, step BIGINT/INTERVAL) -> BIGINT[]/TIMESTAMP WITH TIME ZONE[]/TIMESTAMP[]	Creates a list of values between `start` and `stop` - the stop parameter is exclusive.
range	table	(stop BIGINT) | (start BIGINT, stop BIGINT) | (start BIGINT/TIMESTAMPTZ/TIMESTAMP, stop BIGINT/TIMESTAMPTZ/TIMESTAMP, step BIGINT/INTERVAL)
rank	window	() -> BIGINT	The rank of the current row with gaps
rank_dense	window	() -> BIGINT	The rank of the current row without gaps
read_blob	table	(path VARCHAR/VARIANT, allow_empty BOOLEAN) | (paths ANY[], allow_empty BOOLEAN)
read_csv	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, sep VARCHAR, delim VARCHAR, separator VARCHAR, delimiter VARCHAR, null ANY, date_format VARCHAR, timestamp_format VARCHAR, quote VARCHAR, new_line VARCHAR, escape VARCHAR, nullstr ANY, columns ANY, auto_type_candidates ANY, header BOOLEAN, auto_detect BOOLEAN, sample_size BIGINT, all_varchar BOOLEAN, dateformat VARCHAR, timestampformat VARCHAR, normalize_names BOOLEAN, compression VARCHAR, skip BIGINT, max_line_size BIGINT, maximum_line_size BIGINT, ignore_errors BOOLEAN, store_rejects BOOLEAN, rejects_table VARCHAR, rejects_scan VARCHAR, rejects_limit BIGINT, rejects_line_size_limit BIGINT, force_not_null VARCHAR[], buffer_size BIGINT, decimal_separator VARCHAR, parallel BOOLEAN, null_padding BOOLEAN, allow_quoted_nulls BOOLEAN, column_types ANY, dtypes ANY, types ANY, names VARCHAR[], column_names VARCHAR[], comment VARCHAR, encoding VARCHAR, strict_mode BOOLEAN, thousands VARCHAR, files_to_sniff BIGINT) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, sep VARCHAR, delim VARCHAR, separator VARCHAR, delimiter VARCHAR, null ANY, date_format VARCHAR, timestamp_format VARCHAR, quote VARCHAR, new_line VARCHAR, escape VARCHAR, nullstr ANY, columns ANY, auto_type_candidates ANY, header BOOLEAN, auto_detect BOOLEAN, sample_size BIGINT, all_varchar BOOLEAN, dateformat VARCHAR, timestampformat VARCHAR, normalize_names BOOLEAN, compression VARCHAR, skip BIGINT, max_line_size BIGINT, maximum_line_size BIGINT, ignore_errors BOOLEAN, store_rejects BOOLEAN, rejects_table VARCHAR, rejects_scan VARCHAR, rejects_limit BIGINT, rejects_line_size_limit BIGINT, force_not_null VARCHAR[], buffer_size BIGINT, decimal_separator VARCHAR, parallel BOOLEAN, null_padding BOOLEAN, allow_quoted_nulls BOOLEAN, column_types ANY, dtypes ANY, types ANY, names VARCHAR[], column_names VARCHAR[], comment VARCHAR, encoding VARCHAR, strict_mode BOOLEAN, thousands VARCHAR, files_to_sniff BIGINT)
read_csv_auto	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, sep VARCHAR, delim VARCHAR, separator VARCHAR, delimiter VARCHAR, null ANY, date_format VARCHAR, timestamp_format VARCHAR, quote VARCHAR, new_line VARCHAR, escape VARCHAR, nullstr ANY, columns ANY, auto_type_candidates ANY, header BOOLEAN, auto_detect BOOLEAN, sample_size BIGINT, all_varchar BOOLEAN, dateformat VARCHAR, timestampformat VARCHAR, normalize_names BOOLEAN, compression VARCHAR, skip BIGINT, max_line_size BIGINT, maximum_line_size BIGINT, ignore_errors BOOLEAN, store_rejects BOOLEAN, rejects_table VARCHAR, rejects_scan VARCHAR, rejects_limit BIGINT, rejects_line_size_limit BIGINT, force_not_null VARCHAR[], buffer_size BIGINT, decimal_separator VARCHAR, parallel BOOLEAN, null_padding BOOLEAN, allow_quoted_nulls BOOLEAN, column_types ANY, dtypes ANY, types ANY, names VARCHAR[], column_names VARCHAR[], comment VARCHAR, encoding VARCHAR, strict_mode BOOLEAN, thousands VARCHAR, files_to_sniff BIGINT) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, sep VARCHAR, delim VARCHAR, separator VARCHAR, delimiter VARCHAR, null ANY, date_format VARCHAR, timestamp_format VARCHAR, quote VARCHAR, new_line VARCHAR, escape VARCHAR, nullstr ANY, columns ANY, auto_type_candidates ANY, header BOOLEAN, auto_detect BOOLEAN, sample_size BIGINT, all_varchar BOOLEAN, dateformat VARCHAR, timestampformat VARCHAR, normalize_names BOOLEAN, compression VARCHAR, skip BIGINT, max_line_size BIGINT, maximum_line_size BIGINT, ignore_errors BOOLEAN, store_rejects BOOLEAN, rejects_table VARCHAR, rejects_scan VARCHAR, rejects_limit BIGINT, rejects_line_size_limit BIGINT, force_not_null VARCHAR[], buffer_size BIGINT, decimal_separator VARCHAR, parallel BOOLEAN, null_padding BOOLEAN, allow_quoted_nulls BOOLEAN, column_types ANY, dtypes ANY, types ANY, names VARCHAR[], column_names VARCHAR[], comment VARCHAR, encoding VARCHAR, strict_mode BOOLEAN, thousands VARCHAR, files_to_sniff BIGINT)
read_duckdb	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, schema_name VARCHAR, table_name VARCHAR) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, schema_name VARCHAR, table_name VARCHAR)
read_json	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT)
read_json_auto	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT)
read_json_objects	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR)
read_json_objects_auto	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR)
read_ndjson	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT)
read_ndjson_auto	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT)
read_ndjson_objects	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR)
read_parquet	table	(path VARCHAR/VARIANT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, binary_as_string BOOLEAN, debug_use_openssl BOOLEAN, compression VARCHAR, explicit_cardinality UBIGINT, encryption_config ANY, parquet_version VARCHAR, can_have_nan BOOLEAN, prefetch_strategy VARCHAR, utf8_validation VARCHAR, int96_as VARCHAR, maximum_files_for_stats UBIGINT, bound_schema ANY) | (paths ANY[], filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, binary_as_string BOOLEAN, debug_use_openssl BOOLEAN, compression VARCHAR, explicit_cardinality UBIGINT, encryption_config ANY, parquet_version VARCHAR, can_have_nan BOOLEAN, prefetch_strategy VARCHAR, utf8_validation VARCHAR, int96_as VARCHAR, maximum_files_for_stats UBIGINT, bound_schema ANY)
read_single_csv_file	table	(file ANY, sep VARCHAR, delim VARCHAR, separator VARCHAR, delimiter VARCHAR, null ANY, date_format VARCHAR, timestamp_format VARCHAR, quote VARCHAR, new_line VARCHAR, escape VARCHAR, nullstr ANY, columns ANY, auto_type_candidates ANY, header BOOLEAN, auto_detect BOOLEAN, sample_size BIGINT, all_varchar BOOLEAN, dateformat VARCHAR, timestampformat VARCHAR, normalize_names BOOLEAN, compression VARCHAR, skip BIGINT, max_line_size BIGINT, maximum_line_size BIGINT, ignore_errors BOOLEAN, store_rejects BOOLEAN, rejects_table VARCHAR, rejects_scan VARCHAR, rejects_limit BIGINT, rejects_line_size_limit BIGINT, force_not_null VARCHAR[], buffer_size BIGINT, decimal_separator VARCHAR, parallel BOOLEAN, null_padding BOOLEAN, allow_quoted_nulls BOOLEAN, column_types ANY, dtypes ANY, types ANY, names VARCHAR[], column_names VARCHAR[], comment VARCHAR, encoding VARCHAR, strict_mode BOOLEAN, thousands VARCHAR, files_to_sniff BIGINT)
read_single_json_file	table	(file ANY, maximum_object_size UINTEGER, ignore_errors BOOLEAN, format VARCHAR, compression VARCHAR, columns ANY, auto_detect BOOLEAN, geojson BOOLEAN, sample_size BIGINT, dateformat VARCHAR, date_format VARCHAR, timestampformat VARCHAR, timestamp_format VARCHAR, records ANY, array BOOLEAN, maximum_sample_files BIGINT, case_insensitive_keys BOOLEAN, maximum_depth BIGINT, field_appearance_threshold DOUBLE, convert_strings_to_integers BOOLEAN, map_inference_threshold BIGINT)
read_single_parquet_file	table	(file ANY, binary_as_string BOOLEAN, debug_use_openssl BOOLEAN, compression VARCHAR, explicit_cardinality UBIGINT, encryption_config ANY, parquet_version VARCHAR, can_have_nan BOOLEAN, prefetch_strategy VARCHAR, utf8_validation VARCHAR, int96_as VARCHAR, maximum_files_for_stats UBIGINT)
read_text	table	(path VARCHAR/VARIANT, allow_empty BOOLEAN) | (paths ANY[], allow_empty BOOLEAN)
reduce	scalar	(list ANY[], lambda LAMBDA) -> ANY | (list ANY[], lambda LAMBDA, initial_value ANY) -> ANY	Reduces all elements of the input `list` into a single scalar value by executing the `lambda` function on a running result and the next list element. The `lambda` function has an optional `initial_value` argument.
regexp_escape	scalar	(string VARCHAR) -> VARCHAR	Escapes special patterns to turn `string` into a regular expression similarly to Python's `re.escape` function.
regexp_extract	scalar	(string VARCHAR, regex VARCHAR) -> VARCHAR | (string VARCHAR, regex VARCHAR, group INTEGER) -> VARCHAR | (string VARCHAR, regex VARCHAR, name_list VARCHAR[]) -> VARCHAR	If `string` contains the `regex` pattern, returns the capturing group specified by optional parameter `group`; otherwise, returns the empty string. The `group` must be a constant value. If no `group` is given, it defaults to 0. A set of optional regex `options` can be set.
regexp_extract_all	scalar	(string VARCHAR, regex VARCHAR) -> VARCHAR[] | (string VARCHAR, regex VARCHAR, group INTEGER) -> VARCHAR[] | (string VARCHAR, regex VARCHAR, name_list VARCHAR[]) -> VARCHAR[]	Finds non-overlapping occurrences of the `regex` in the `string` and returns the corresponding values of the capturing `group`. A set of optional regex `options` can be set.
regexp_full_match	scalar	(string VARCHAR, regex VARCHAR) -> BOOLEAN | (string VARCHAR, regex VARCHAR, options VARCHAR) -> BOOLEAN	Returns `true` if the entire `string` matches the `regex`. A set of optional regex `options` can be set.
regexp_matches	scalar	(string VARCHAR, regex VARCHAR) -> BOOLEAN | (string VARCHAR, regex VARCHAR, options VARCHAR) -> BOOLEAN	Returns `true` if `string` contains the `regex`, `false` otherwise. A set of optional regex `options` can be set.
regexp_replace	scalar	(string VARCHAR, regex VARCHAR, replacement VARCHAR) -> VARCHAR | (string VARCHAR, regex VARCHAR, replacement VARCHAR, options VARCHAR) -> VARCHAR	If `string` contains the `regex`, replaces the matching part with `replacement`. A set of optional regex `options` can be set.
regexp_split_to_array	scalar	(string VARCHAR, regex VARCHAR) -> VARCHAR[] | (string VARCHAR, regex VARCHAR, options VARCHAR) -> VARCHAR[]	Splits the `string` along the `regex`. A set of optional regex `options` can be set.
regexp_split_to_table	macro	(text, pattern)
register_external_resource	table	(type VARCHAR, name VARCHAR, handle MAP(VARCHAR, VARCHAR), uri VARCHAR, attached_db_type VARCHAR, deleter_function VARCHAR)
register_external_resource_type	table	(name VARCHAR, kind VARCHAR, create_function VARCHAR, status_function VARCHAR, destroy_function VARCHAR, resolve_function VARCHAR, list_function VARCHAR)
regr_avgx	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the average of the independent variable for non-NULL pairs in a group, where x is the independent variable and y is the dependent variable.
regr_avgy	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the average of the dependent variable for non-NULL pairs in a group, where x is the independent variable and y is the dependent variable.
regr_count	aggregate	(y DOUBLE, x DOUBLE) -> UINTEGER	Returns the number of non-NULL number pairs in a group.
regr_intercept	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the intercept of the univariate linear regression line for non-NULL pairs in a group.
regr_r2	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the coefficient of determination for non-NULL pairs in a group.
regr_slope	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the slope of the linear regression line for non-NULL pairs in a group.
regr_sxx	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE
regr_sxy	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE	Returns the population covariance of input values
regr_syy	aggregate	(y DOUBLE, x DOUBLE) -> DOUBLE
remap_struct	scalar	(input ANY, target_type ANY, mapping ANY, defaults ANY) -> ANY	Map a struct to another struct type, potentially re-ordering, renaming and casting members and filling in defaults for missing values
remove_grammar_extension	table	(col0 VARCHAR)
repeat	scalar	(blob BLOB, count BIGINT) -> BLOB | (list T[], count BIGINT) -> T[] | (string VARCHAR, count BIGINT) -> VARCHAR	Repeats the `blob` `count` number of times.
repeat	table	(value ANY, count BIGINT)
repeat_row	table	(num_rows BIGINT, ANY ...)
replace	scalar	(string VARCHAR, source VARCHAR, target VARCHAR) -> VARCHAR	Replaces any occurrences of the `source` with `target` in `string`.
replace_type	scalar	(param ANY, type1 ANY, type2 ANY) -> ANY	Casts all fields of type1 to type2
reservoir_quantile	aggregate	(x NUMERIC, quantile DOUBLE[]/DOUBLE, sample_size INTEGER) -> ANY	Gives the approximate quantile using reservoir sampling, the sample size is optional and uses 8192 as a default size.
reverse	scalar	(string VARCHAR) -> VARCHAR	Reverses the `string`.
right	scalar	(string VARCHAR, count BIGINT) -> VARCHAR	Extract the right-most `count` characters.
right_grapheme	scalar	(string VARCHAR, count BIGINT) -> VARCHAR	Extracts the right-most `count` grapheme clusters.
round	scalar	(x NUMERIC) -> NUMERIC | (x NUMERIC, precision INTEGER) -> NUMERIC	Rounds x to s decimal places
round_even	scalar	(x NUMERIC, precision INTEGER) -> NUMERIC	Rounds x to s decimal places, rounding halfway cases to the nearest even digit
roundbankers	scalar	(x NUMERIC, precision INTEGER) -> NUMERIC	Rounds x to s decimal places, rounding halfway cases to the nearest even digit
row	scalar	(ANY ...) -> TUPLE	Create an unnamed STRUCT (tuple) containing the argument values.
row_number	window	() -> BIGINT	The row number in a window partition
row_to_json	scalar	(ANY ...) -> JSON
rpad	scalar	(string VARCHAR, count INTEGER, character VARCHAR) -> VARCHAR	Pads the `string` with the `character` on the right until it has `count` characters. Truncates the `string` on the right if it has more than `count` characters.
rtrim	scalar	(string VARCHAR) -> VARCHAR | (string VARCHAR, characters VARCHAR) -> VARCHAR	Removes any occurrences of any of the `characters` from the right side of the `string`. `characters` defaults to `space`.
second	scalar	(ts ANY) -> BIGINT	Extract the second component from a date or timestamp
sem	aggregate	(x DOUBLE) -> DOUBLE	Returns the standard error of the mean
seq_scan	table	()
session_user	macro	()
set_bit	scalar	(bitstring BIT, index INTEGER, new_value INTEGER) -> BIT	Sets the nth bit in bitstring to newvalue; the first (leftmost) bit is indexed 0. Returns a new bitstring
setseed	scalar	(seed DOUBLE) -> "NULL"	Sets the seed to be used for the random function
setval	scalar	(sequence_name VARCHAR, value BIGINT) -> BIGINT | (sequence_name VARCHAR, value BIGINT, is_called BOOLEAN) -> BIGINT	Set the value of the sequence to the specified value. If is_called is true, the sequence is called. If is_called is false, the sequence is not called.
sha1	scalar	(blob BLOB) -> VARCHAR | (value VARCHAR) -> VARCHAR	Returns a `VARCHAR` with the SHA-1 hash of the `blob`.
sha256	scalar	(blob BLOB) -> VARCHAR | (value VARCHAR) -> VARCHAR	Returns a `VARCHAR` with the SHA-256 hash of the `blob`.
shobj_description	macro	(object_oid, catalog_name)
sign	scalar	(x NUMERIC) -> TINYINT	Returns the sign of x as -1, 0 or 1
signbit	scalar	(x DOUBLE/FLOAT) -> BOOLEAN	Returns whether the signbit is set or not
sin	scalar	(x DOUBLE) -> DOUBLE	Computes the sin of x
sinh	scalar	(x DOUBLE) -> DOUBLE	Computes the hyperbolic sin of x
skewness	aggregate	(x DOUBLE) -> DOUBLE	Returns the skewness of all input values.
sleep_ms	scalar	(milliseconds BIGINT) -> "NULL"	Sleeps for the specified number of milliseconds and returns NULL
sniff_csv	table	(path VARCHAR, sep VARCHAR, delim VARCHAR, separator VARCHAR, delimiter VARCHAR, null ANY, date_format VARCHAR, timestamp_format VARCHAR, quote VARCHAR, new_line VARCHAR, escape VARCHAR, nullstr ANY, columns ANY, auto_type_candidates ANY, header BOOLEAN, auto_detect BOOLEAN, sample_size BIGINT, all_varchar BOOLEAN, dateformat VARCHAR, timestampformat VARCHAR, normalize_names BOOLEAN, compression VARCHAR, skip BIGINT, max_line_size BIGINT, maximum_line_size BIGINT, ignore_errors BOOLEAN, store_rejects BOOLEAN, rejects_table VARCHAR, rejects_scan VARCHAR, rejects_limit BIGINT, rejects_line_size_limit BIGINT, force_not_null VARCHAR[], buffer_size BIGINT, decimal_separator VARCHAR, parallel BOOLEAN, null_padding BOOLEAN, allow_quoted_nulls BOOLEAN, column_types ANY, dtypes ANY, types ANY, names VARCHAR[], column_names VARCHAR[], comment VARCHAR, encoding VARCHAR, strict_mode BOOLEAN, thousands VARCHAR, files_to_sniff BIGINT, filename ANY, hive_partitioning BOOLEAN, union_by_name BOOLEAN, hive_types ANY, hive_types_autocast BOOLEAN, schema ANY, file_row_number BOOLEAN, column_statistics ANY, allow_empty BOOLEAN, force_match BOOLEAN)
split	scalar	(string VARCHAR, separator VARCHAR) -> VARCHAR[]	Splits the `string` along the `separator`.
split_part	macro	(string, delimiter, position)
sqrt	scalar	(x DOUBLE) -> DOUBLE	Returns the square root of x
st_asbinary	scalar	(geom GEOMETRY) -> BLOB	Returns the Well-Known Binary (WKB) representation of the geometry
st_asgeojson	scalar	(geom GEOMETRY) -> JSON
st_astext	scalar	(geom GEOMETRY) -> VARCHAR	Returns the Well-Known Text (WKT) representation of the geometry
st_aswkb	scalar	(geom GEOMETRY) -> BLOB	Returns the Well-Known Binary (WKB) representation of the geometry
st_aswkt	scalar	(geom GEOMETRY) -> VARCHAR	Returns the Well-Known Text (WKT) representation of the geometry
st_crs	scalar	(geom GEOMETRY) -> VARCHAR	Returns the Coordinate Reference System (CRS) identifier of the geometry
st_geomfromgeojson	scalar	(geojson JSON/VARCHAR) -> GEOMETRY
st_geomfromwkb	scalar	(wkb BLOB) -> GEOMETRY	Creates a geometry from Well-Known Binary (WKB) representation
st_intersects_extent	scalar	(geom1 GEOMETRY, geom2 GEOMETRY) -> BOOLEAN	Returns true if the geometries bounding boxes intersect
st_setcrs	scalar	(geom GEOMETRY, crs VARCHAR) -> GEOMETRY	Sets the Coordinate Reference System (CRS) identifier of the geometry
starts_with	scalar	(string VARCHAR, search_string VARCHAR) -> BOOLEAN	Returns `true` if `string` begins with `search_string`.
stats	scalar	(expression ANY) -> VARIANT	Returns a string with statistics about the expression. Expression can be a column, constant, or SQL expression
stddev	aggregate	(x DOUBLE) -> DOUBLE	Returns the sample standard deviation
stddev_pop	aggregate	(x DOUBLE) -> DOUBLE	Returns the population standard deviation.
stddev_samp	aggregate	(x DOUBLE) -> DOUBLE	Returns the sample standard deviation
str_split	scalar	(string VARCHAR, separator VARCHAR) -> VARCHAR[]	Splits the `string` along the `separator`.
str_split_regex	scalar	(string VARCHAR, regex VARCHAR) -> VARCHAR[] | (string VARCHAR, regex VARCHAR, options VARCHAR) -> VARCHAR[]	Splits the `string` along the `regex`. A set of optional regex `options` can be set.
strftime	scalar	(data DATE/TIMESTAMPTZ/TIMESTAMP/TIMESTAMP_NS, format VARCHAR) -> VARCHAR | (format VARCHAR, data DATE/TIMESTAMPTZ/TIMESTAMP/TIMESTAMP_NS) -> VARCHAR	Converts a `date` to a string according to the format string.
string_agg	aggregate	(str ANY) -> VARCHAR | (str ANY, arg VARCHAR) -> VARCHAR	Concatenates the column string values with an optional separator.
string_split	scalar	(string VARCHAR, separator VARCHAR) -> VARCHAR[]	Splits the `string` along the `separator`.
string_split_regex	scalar	(string VARCHAR, regex VARCHAR) -> VARCHAR[] | (string VARCHAR, regex VARCHAR, options VARCHAR) -> VARCHAR[]	Splits the `string` along the `regex`. A set of optional regex `options` can be set.
string_to_array	scalar	(string VARCHAR, separator VARCHAR) -> VARCHAR[]	Splits the `string` along the `separator`.
strip_accents	scalar	(string VARCHAR) -> VARCHAR	Strips accents from `string`.
strlen	scalar	(string VARCHAR) -> BIGINT	Number of bytes in `string`.
strpos	scalar	(string VARCHAR, search_string VARCHAR) -> BIGINT	Returns location of first occurrence of `search_string` in `string`, counting from 1. Returns 0 if no match found.
strptime	scalar	(text VARCHAR, format VARCHAR) -> TIMESTAMP | (text VARCHAR, format-list VARCHAR[]) -> TIMESTAMP	Converts the `string` text to timestamp applying the format strings in the list until one succeeds. Throws an error on failure. To return `NULL` on failure, use try_strptime.
struct_concat	scalar	(ANY ...) -> STRUCT	Merge the multiple STRUCTs into a single STRUCT.
struct_contains	scalar	(struct TUPLE, entry ANY) -> BOOLEAN	Check if an unnamed STRUCT contains the value.
struct_extract	scalar	(struct STRUCT, entry VARCHAR) -> ANY | (tuple TUPLE, index BIGINT) -> ANY	Extract the named entry from the STRUCT.
struct_extract_at	scalar	(struct STRUCT, index BIGINT) -> ANY	Extract the entry from the STRUCT by position (starts at 1!).
struct_has	scalar	(struct TUPLE, entry ANY) -> BOOLEAN	Check if an unnamed STRUCT contains the value.
struct_indexof	scalar	(struct TUPLE, entry ANY) -> INTEGER	Get the position of the entry in an unnamed STRUCT, starting at 1.
struct_insert	scalar	(struct ANY, ANY ...) -> STRUCT	Adds field(s)/value(s) to an existing STRUCT with the argument values. The entry name(s) will be the bound variable name(s)
struct_keys	scalar	(struct ANY) -> VARCHAR[]	Returns the field names of a STRUCT as a list
struct_pack	scalar	(ANY ...) -> STRUCT	Create a STRUCT containing the argument values. The entry name will be the bound variable name.
struct_position	scalar	(struct TUPLE, entry ANY) -> INTEGER	Get the position of the entry in an unnamed STRUCT, starting at 1.
struct_update	scalar	(struct ANY, ANY ...) -> STRUCT	Changes field(s)/value(s) to an existing STRUCT with the argument values. The entry name(s) will be the bound variable name(s)
struct_values	scalar	(struct STRUCT) -> TUPLE	Returns the field values of a STRUCT as an UnnamedStruct
substr	scalar	(string VARCHAR, start BIGINT) -> VARCHAR | (string VARCHAR, start BIGINT, length BIGINT) -> VARCHAR	Extracts substring starting from character `start` up to the end of the string. If optional argument `length` is set, extracts a substring of `length` characters instead. Note that a `start` value of `1` refers to the first character of the `string`.
substring	scalar	(string VARCHAR, start BIGINT) -> VARCHAR | (string VARCHAR, start BIGINT, length BIGINT) -> VARCHAR	Extracts substring starting from character `start` up to the end of the string. If optional argument `length` is set, extracts a substring of `length` characters instead. Note that a `start` value of `1` refers to the first character of the `string`.
substring_grapheme	scalar	(string VARCHAR, start BIGINT) -> VARCHAR | (string VARCHAR, start BIGINT, length BIGINT) -> VARCHAR	Extracts substring starting from grapheme clusters `start` up to the end of the string. If optional argument `length` is set, extracts a substring of `length` grapheme clusters instead. Note that a `start` value of `1` refers to the `first` character of the `string`.
subtract	scalar	(x NUMERIC/INTERVAL) -> NUMERIC/INTERVAL | (left ANY, right NUMERIC/DATE/INTERVAL/TIMESTAMP) -> ANY
suffix	scalar	(string VARCHAR, search_string VARCHAR) -> BOOLEAN	Returns `true` if `string` ends with `search_string`.
sum	aggregate	(arg NUMERIC/BOOLEAN) -> NUMERIC	Calculates the sum value for all tuples in arg.
sum_no_overflow	aggregate	(arg NUMERIC) -> HUGEINT/DECIMAL	Internal only. Calculates the sum value for all tuples in arg without overflow checks.
sumkahan	aggregate	(arg DOUBLE) -> DOUBLE	Calculates the sum using a more accurate floating point summation (Kahan Sum).
summary	table	(input TABLE)
switch	scalar	(map MAP(K, V)) -> V | (key K, map MAP(K, V)) -> V | (map MAP(K, V), value V) -> V	Creates a switch statement similar to CASE WHEN/THEN
tan	scalar	(x DOUBLE) -> DOUBLE	Computes the tan of x
tanh	scalar	(x DOUBLE) -> DOUBLE	Computes the hyperbolic tan of x
test_all_types	table	(use_large_enum BOOLEAN, use_large_bignum BOOLEAN)
test_vector_types	table	(column ANY, all_flat BOOLEAN, ANY ...)
time_bucket	scalar	(bucket_width INTERVAL, timestamp DATE/TIMESTAMPTZ/TIMESTAMP/TIME) -> DATE/TIMESTAMPTZ/TIMESTAMP/TIME | (bucket_width INTERVAL, timestamp DATE/TIME/TIMESTAMPTZ/TIMESTAMP, offset INTERVAL) -> DATE/TIME/TIMESTAMPTZ/TIMESTAMP | (bucket_width INTERVAL, timestamp DATE/TIME/TIMESTAMPTZ/TIMESTAMP, origin DATE/TIME/TIMESTAMPTZ/TIMESTAMP) -> DATE/TIME/TIMESTAMPTZ/TIMESTAMP	Truncate TIMESTAMPTZ by the specified interval bucket_width. Buckets are aligned relative to origin TIMESTAMPTZ. The origin defaults to 2000-01-03 00:00:00+00 for buckets that do not include a month or year interval, and to 2000-01-01 00:00:00+00 for month and year buckets
timetz_byte_comparable	scalar	(time_tz TIMETZ) -> UBIGINT	Converts a TIME WITH TIME ZONE to an integer sort key
timezone	scalar	(ts ANY) -> BIGINT | (offset INTERVAL, time_tz TIMETZ) -> TIMETZ | (timezone VARCHAR, date DATE) -> TIMESTAMPTZ	Extract the timezone component from a date or timestamp
timezone_hour	scalar	(ts ANY) -> BIGINT	Extract the timezone_hour component from a date or timestamp
timezone_minute	scalar	(ts ANY) -> BIGINT	Extract the timezone_minute component from a date or timestamp
to_aggregate_state	scalar	(data ANY, name VARCHAR, signature ANY[]) -> ANY | (data ANY, name VARCHAR, signature ANY[], constant_parameters ANY) -> ANY | (data ANY, name VARCHAR, signature ANY[], constant_parameters ANY, order_by ANY) -> ANY	Converts a value into the aggregate state of the aggregate function with the given name and signature. The type of the value must exactly match the state layout of the aggregate function. An optional fourth argument supplies constant parameter values (e.g. string_agg's separator) as a list with one entry per argument, using NULL for arguments that are not bound to a constant.
to_base	scalar	(number BIGINT, radix INTEGER, min_length INTEGER) -> VARCHAR	Converts `number` to a string in the given base `radix`, optionally padding with leading zeros to `min_length`.
to_base64	scalar	(blob BLOB) -> VARCHAR	Converts a `blob` to a base64 encoded string.
to_binary	scalar	(string VARCHAR) -> VARCHAR | (value NUMERIC) -> VARCHAR	Converts the `value` to binary representation.
to_centuries	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a century interval
to_days	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a day interval
to_decades	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a decade interval
to_hex	scalar	(blob BLOB) -> VARCHAR | (string VARCHAR) -> VARCHAR | (value NUMERIC) -> VARCHAR	Converts the `value` to `VARCHAR` using hexadecimal representation.
to_hours	scalar	(integer BIGINT) -> INTERVAL	Construct a hour interval
to_json	scalar	(ANY ...) -> JSON
to_microseconds	scalar	(integer BIGINT) -> INTERVAL	Construct a microsecond interval
to_millennia	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a millenium interval
to_milliseconds	scalar	(double DOUBLE) -> INTERVAL	Construct a millisecond interval
to_minutes	scalar	(integer BIGINT) -> INTERVAL	Construct a minute interval
to_months	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a month interval
to_quarters	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a quarter interval
to_seconds	scalar	(double DOUBLE) -> INTERVAL	Construct a second interval
to_timestamp	scalar	(sec DOUBLE) -> TIMESTAMPTZ	Converts secs since epoch to a timestamp with time zone
to_weeks	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a week interval
to_years	scalar	(integer BIGINT/INTEGER) -> INTERVAL	Construct a year interval
today	scalar	() -> DATE
transaction_timestamp	scalar	() -> TIMESTAMPTZ	Returns the current timestamp
translate	scalar	(string VARCHAR, from VARCHAR, to VARCHAR) -> VARCHAR	Replaces each character in `string` that matches a character in the `from` set with the corresponding character in the `to` set. If `from` is longer than `to`, occurrences of the extra characters in `from` are deleted.
trim	scalar	(string VARCHAR) -> VARCHAR | (string VARCHAR, characters VARCHAR) -> VARCHAR	Removes any occurrences of any of the `characters` from either side of the `string`. `characters` defaults to `space`.
trunc	scalar	(x NUMERIC) -> NUMERIC | (x NUMERIC, precision INTEGER) -> NUMERIC	Truncates the number
truncate_duckdb_logs	table	()
try_strptime	scalar	(text VARCHAR, format VARCHAR[]/VARCHAR) -> TIMESTAMP	Converts the `string` text to timestamp according to the format string. Returns `NULL` on failure.
txid_current	scalar	() -> UBIGINT	Returns the current transaction’s ID (a BIGINT). It will assign a new one if the current transaction does not have one already
typeof	scalar	(expression ANY) -> VARCHAR	Returns the name of the data type of the result of the expression
ucase	scalar	(string VARCHAR) -> VARCHAR	Converts `string` to upper case.
unbin	scalar	(value VARCHAR) -> BLOB	Converts a `value` from binary representation to a blob.
unhex	scalar	(value VARCHAR) -> BLOB	Converts a `value` from hexadecimal representation to a blob.
unicode	scalar	(string VARCHAR) -> INTEGER	Returns an `INTEGER` representing the `unicode` codepoint of the first character in the `string`.
union_extract	scalar	(union UNION, tag VARCHAR) -> ANY	Extract the value with the named tags from the union. NULL if the tag is not currently selected
union_tag	scalar	(union UNION) -> ANY	Retrieve the currently selected tag of the union as an ENUM
union_value	scalar	(ANY ...) -> UNION	Create a single member UNION containing the argument value. The tag of the value will be the bound variable name
unnest	table	(list ANY)
unpivot_list	scalar	(ANY ...) -> LIST	Identical to list_value, but generated as part of unpivot for better error messages.
upper	scalar	(string VARCHAR) -> VARCHAR	Converts `string` to upper case.
url_decode	scalar	(string VARCHAR) -> VARCHAR	Decodes a URL from a representation using Percent-Encoding.
url_encode	scalar	(string VARCHAR) -> VARCHAR	Encodes a URL to a representation using Percent-Encoding.
user	macro	()
uuid	scalar	() -> UUID	Returns a random UUID v4 similar to this: eeccb8c5-9943-b2bb-bb5e-222f4e14b687
uuid_extract_timestamp	scalar	(uuid UUID) -> TIMESTAMPTZ	Extract the timestamp for the given UUID v7.
uuid_extract_version	scalar	(uuid UUID) -> UINTEGER	Extract a version for the given UUID.
uuidv4	scalar	() -> UUID	Returns a random UUIDv4 similar to this: eeccb8c5-9943-b2bb-bb5e-222f4e14b687
uuidv7	scalar	() -> UUID	Returns a random UUID v7 similar to this: 019482e4-1441-7aad-8127-eec99573b0a0
var_pop	aggregate	(x DOUBLE) -> DOUBLE	Returns the population variance.
var_samp	aggregate	(x DOUBLE) -> DOUBLE	Returns the sample variance of all input values.
variance	aggregate	(x DOUBLE) -> DOUBLE	Returns the sample variance of all input values.
variant_array_length	scalar	(input_variant VARIANT) -> UBIGINT | (input_variant VARIANT, path VARCHAR[]/VARCHAR) -> UBIGINT[]/UBIGINT
variant_bytes_to_variant	scalar	(blob BLOB) -> VARIANT
variant_comparator	scalar	(input_variant VARIANT) -> BLOB	Returns a binary sort key that orders `input_variant` according to the logical ordering of VARIANT values (used internally for comparison and ordering).
variant_contains	scalar	(variant_haystack VARIANT, variant_needle VARIANT) -> BOOLEAN
variant_exists	scalar	(input_variant VARIANT, path VARCHAR[]/VARCHAR) -> BOOLEAN[]/BOOLEAN
variant_extract	scalar	(input_variant VARIANT, field VARCHAR) -> VARIANT | (input_variant VARIANT, index UINTEGER) -> VARIANT
variant_extract_string	scalar	(input_variant VARIANT, path VARCHAR[]/VARCHAR) -> VARCHAR[]/VARCHAR
variant_group_array	macro	(x)
variant_group_object	aggregate	(key VARCHAR, value VARIANT) -> VARIANT	Returns a VARIANT object containing all key, value pairs in the aggregation.
variant_keys	scalar	(input_variant VARIANT) -> VARCHAR[] | (input_variant VARIANT, path VARCHAR[]/VARCHAR) -> VARCHAR[][]/VARCHAR[]
variant_normalize	scalar	(input_variant VARIANT) -> VARIANT	Normalizes the `input_variant` to a canonical representation.
variant_to_parquet_variant	scalar	(variant VARIANT) -> ANY
variant_type	scalar	(input_variant VARIANT) -> VARCHAR | (input_variant VARIANT, path VARCHAR[]/VARCHAR) -> VARCHAR[]/VARCHAR
variant_typeof	scalar	(input_variant VARIANT) -> VARCHAR	Returns the internal type of the `input_variant`.
vector_type	scalar	(col ANY) -> VARCHAR	Returns the VectorType of a given column
version	scalar	() -> VARCHAR	Returns the currently active version of DuckDB in this format: v0.3.2
vertex_extract	scalar	(geom GEOMETRY, coordinate VARCHAR) -> DOUBLE	Extracts the specified coordinate (X, Y, Z, M) from a point geometry
wavg	macro	(value, weight)
week	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the week component from a date or timestamp
weekday	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the weekday component from a date or timestamp
weekofyear	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the weekofyear component from a date or timestamp
weighted_avg	macro	(value, weight)
which_secret	table	(path VARCHAR, type VARCHAR)
write_log	scalar	(string VARCHAR, ANY ...) -> ANY	Writes to the logger
xor	scalar	(left NUMERIC/BIT, right NUMERIC/BIT) -> NUMERIC/BIT	Bitwise XOR
year	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the year component from a date or timestamp
yearweek	scalar	(ts DATE/INTERVAL/TIMESTAMPTZ/TIMESTAMP) -> BIGINT	Extract the yearweek component from a date or timestamp
"""
