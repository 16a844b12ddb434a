"""DuckDB 2.0.1: its functions, as its own catalogue describes them.  Generated: see tests/generate/duckdb_catalog.py."""

RETURNS = """
BIGINT: array_length bit_length century char_length character_length currval damerau_levenshtein date_diff date_sub datediff datesub day dayofmonth dayofweek dayofyear decade editdist3 epoch_ns epoch_us era hamming hour instr isodow isoyear len length length_grapheme levenshtein microsecond millennium millisecond minute mismatches month nanosecond nextval octet_length position quarter second setval strlen strpos timezone_hour timezone_minute week weekday weekofyear year yearweek
BIGINT[]: array_grade_up grade_up list_grade_up
BIT: bitstring set_bit
BLOB: bitstring_byte_comparable collate_aa collate_af collate_am collate_ar collate_ar_sa collate_as collate_az collate_bal collate_be collate_bg collate_blo collate_bn collate_bo collate_br collate_bs collate_ca collate_ceb collate_chr collate_cs collate_cu collate_cy collate_da collate_de collate_de_at collate_dsb collate_dz collate_ee collate_el collate_en collate_en_us collate_eo collate_es collate_et collate_fa collate_fa_af collate_ff collate_fi collate_fil collate_fo collate_fr collate_fr_ca collate_fy collate_ga collate_gl collate_gu collate_ha collate_haw collate_he collate_he_il collate_hi collate_hr collate_hsb collate_hu collate_hy collate_id collate_id_id collate_ig collate_is collate_it collate_ja collate_ka collate_kk collate_kl collate_km collate_kn collate_ko collate_kok collate_ku collate_ky collate_lb collate_lij collate_lkt collate_ln collate_lo collate_lt collate_lv collate_mk collate_ml collate_mn collate_mr collate_ms collate_mt collate_my collate_nb collate_nb_no collate_ne collate_nl collate_nn collate_no collate_noaccent collate_nso collate_om collate_or collate_pa collate_pa_in collate_pl collate_ps collate_pt collate_ro collate_ru collate_sa collate_se collate_sgs collate_si collate_sk collate_sl collate_smn collate_sq collate_sr collate_sr_ba collate_sr_me collate_sr_rs collate_ssy collate_st collate_sv collate_sw collate_ta collate_te collate_th collate_tk collate_tn collate_to collate_tr collate_ug collate_uk collate_ur collate_uz collate_vi collate_vo collate_wae collate_wo collate_xh collate_yi collate_yo collate_zh collate_zh_cn collate_zh_hk collate_zh_mo collate_zh_sg collate_zh_tw collate_zu create_sort_key encode from_base64 from_binary from_hex index_key st_asbinary st_aswkb unbin unhex variant_comparator
BOOLEAN: __between array_contains array_has array_has_all array_has_any can_cast_implicitly contains ends_with ilike_escape in_search_path is_histogram_other_bin isfinite isinf isnan json_contains json_valid like_escape list_contains list_has list_has_all list_has_any map_contains not_ilike_escape not_like_escape prefix regexp_full_match regexp_matches signbit st_intersects_extent starts_with struct_contains struct_has suffix variant_contains
DATE: current_date last_day make_date today
DOUBLE: acos acosh asin asinh atan atan2 atanh cbrt cos cosh cot degrees epoch even exp gamma jaccard jaro_similarity jaro_winkler_similarity julian lgamma ln log log10 log2 pi pow power radians random sin sinh sqrt tan tanh vertex_extract
GEOMETRY: st_geomfromgeojson st_geomfromwkb st_setcrs
HUGEINT: binom factorial
INTEGER: array_indexof array_position ascii bit_position get_bit list_indexof list_position ord struct_indexof struct_position unicode
INTERVAL: age normalized_interval to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_weeks to_years
JSON: array_to_json json_array json_deep_merge json_insert json_merge_patch json_merge_patch_diff json_object json_quote json_remove json_replace json_serialize_plan json_serialize_sql json_set json_strip_nulls json_structure row_to_json st_asgeojson to_json
TIME: current_localtime make_time
TIME WITH TIME ZONE: get_current_time
TIMESTAMP: current_localtimestamp make_timestamp make_timestamp_ms strptime try_strptime
TIMESTAMP WITH TIME ZONE: get_current_timestamp make_timestamptz now to_timestamp transaction_timestamp uuid_extract_timestamp
TIMESTAMP_NS: make_timestamp_ns
TINYINT: sign
UBIGINT: array_unique cardinality current_connection_id current_query_id current_transaction_id hash list_unique parse_formatted_bytes timetz_byte_comparable txid_current
UHUGEINT: md5_number
UINTEGER: uuid_extract_version
UUID: gen_random_uuid uuid uuidv4 uuidv7
VARCHAR: alias bar base64 bin chr concat_ws current_database current_query current_schema dayname decode enum_first enum_last format format_bytes hex hive_partition_component icu_collate_aa icu_collate_af icu_collate_am icu_collate_ar icu_collate_ar_sa icu_collate_as icu_collate_az icu_collate_bal icu_collate_be icu_collate_bg icu_collate_blo icu_collate_bn icu_collate_bo icu_collate_br icu_collate_bs icu_collate_ca icu_collate_ceb icu_collate_chr icu_collate_cs icu_collate_cu icu_collate_cy icu_collate_da icu_collate_de icu_collate_de_at icu_collate_dsb icu_collate_dz icu_collate_ee icu_collate_el icu_collate_en icu_collate_en_us icu_collate_eo icu_collate_es icu_collate_et icu_collate_fa icu_collate_fa_af icu_collate_ff icu_collate_fi icu_collate_fil icu_collate_fo icu_collate_fr icu_collate_fr_ca icu_collate_fy icu_collate_ga icu_collate_gl icu_collate_gu icu_collate_ha icu_collate_haw icu_collate_he icu_collate_he_il icu_collate_hi icu_collate_hr icu_collate_hsb icu_collate_hu icu_collate_hy icu_collate_id icu_collate_id_id icu_collate_ig icu_collate_is icu_collate_it icu_collate_ja icu_collate_ka icu_collate_kk icu_collate_kl icu_collate_km icu_collate_kn icu_collate_ko icu_collate_kok icu_collate_ku icu_collate_ky icu_collate_lb icu_collate_lij icu_collate_lkt icu_collate_ln icu_collate_lo icu_collate_lt icu_collate_lv icu_collate_mk icu_collate_ml icu_collate_mn icu_collate_mr icu_collate_ms icu_collate_mt icu_collate_my icu_collate_nb icu_collate_nb_no icu_collate_ne icu_collate_nl icu_collate_nn icu_collate_no icu_collate_noaccent icu_collate_nso icu_collate_om icu_collate_or icu_collate_pa icu_collate_pa_in icu_collate_pl icu_collate_ps icu_collate_pt icu_collate_ro icu_collate_ru icu_collate_sa icu_collate_se icu_collate_sgs icu_collate_si icu_collate_sk icu_collate_sl icu_collate_smn icu_collate_sq icu_collate_sr icu_collate_sr_ba icu_collate_sr_me icu_collate_sr_rs icu_collate_ssy icu_collate_st icu_collate_sv icu_collate_sw icu_collate_ta icu_collate_te icu_collate_th icu_collate_tk icu_collate_tn icu_collate_to icu_collate_tr icu_collate_ug icu_collate_uk icu_collate_ur icu_collate_uz icu_collate_vi icu_collate_vo icu_collate_wae icu_collate_wo icu_collate_xh icu_collate_yi icu_collate_yo icu_collate_zh icu_collate_zh_cn icu_collate_zh_hk icu_collate_zh_mo icu_collate_zh_sg icu_collate_zh_tw icu_collate_zu icu_sort_key json_deserialize_sql json_normalize json_pretty lcase left left_grapheme lower lpad ltrim md5 monthname nfc_normalize overlay parse_dirname parse_dirpath parse_filename path_join printf regexp_escape regexp_extract regexp_replace replace reverse right right_grapheme rpad rtrim sha1 sha256 st_astext st_aswkt st_crs strftime strip_accents substr substring substring_grapheme to_base to_base64 to_binary to_hex translate trim typeof ucase upper url_decode url_encode variant_typeof vector_type version
VARCHAR[]: current_schemas enum_range enum_range_boundary parse_path regexp_extract_all regexp_split_to_array split str_split str_split_regex string_split string_split_regex string_to_array struct_keys
"""
"""Scalar functions that return one type whatever they are given."""

MEASURED = """
BIGINT: days_in_month get_block_size list_approx_count_distinct list_count
BOOLEAN: has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege pg_collation_is_visible pg_conversion_is_visible pg_function_is_visible pg_has_role pg_is_other_temp_schema pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_table_is_visible pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible
DOUBLE: fdiv geomean geometric_mean list_avg list_entropy list_kurtosis list_kurtosis_pop list_mad list_median list_product list_sem list_skewness list_stddev_pop list_stddev_samp list_var_pop list_var_samp wavg weighted_avg
HUGEINT: list_sum
INTEGER: list_any_value list_bit_and list_bit_or list_bit_xor list_first list_last list_max list_min list_mode map_to_pg_oid map_type_id_to_pg_oid pg_my_temp_schema
JSON: json json_group_array json_group_object json_group_structure
PARQUET_VARIANT: variant_to_parquet_variant
TIMESTAMP WITH TIME ZONE: ago pg_conf_load_time pg_postmaster_start_time
UBIGINT: md5_number_lower md5_number_upper
VARCHAR: current_catalog current_role current_user format_pg_type format_type list_string_agg pg_get_constraintdef pg_get_viewdef pg_size_pretty pg_typeof regexp_split_to_table session_user user
"""
"""Functions of which the catalogue does not say the type, and which yield one type whatever they are given."""

OVERLOADS = """
abs: BIGINT>BIGINT ; DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; FLOAT>FLOAT ; HUGEINT>HUGEINT ; INTEGER>INTEGER ; SMALLINT>SMALLINT ; TINYINT>TINYINT ; UBIGINT>UBIGINT ; UHUGEINT>UHUGEINT ; UINTEGER>UINTEGER ; USMALLINT>USMALLINT ; UTINYINT>UTINYINT
apply: ANY[],LAMBDA>ANY[]
array_apply: ANY[],LAMBDA>ANY[]
array_cat: |ANY[]>ANY[]
array_concat: |ANY[]>ANY[]
array_cosine_distance: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_cosine_similarity: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_cross_product: DOUBLE[3],DOUBLE[3]>DOUBLE[3] ; FLOAT[3],FLOAT[3]>FLOAT[3]
array_distance: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_distinct: T[]>T[]
array_dot_product: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_extract: STRUCT,VARCHAR>ANY ; TUPLE,BIGINT>ANY ; T[],BIGINT>T ; VARCHAR,BIGINT>VARCHAR
array_filter: ANY[],LAMBDA>ANY[]
array_inner_product: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_intersect: T[],T[]>T[]
array_negative_dot_product: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_negative_inner_product: DOUBLE[ANY],DOUBLE[ANY]>DOUBLE ; FLOAT[ANY],FLOAT[ANY]>FLOAT
array_resize: ANY[],ANY>ANY[] ; ANY[],ANY,ANY>ANY[]
array_reverse_sort: ANY[]>ANY[] ; ANY[],VARCHAR>ANY[]
array_select: T[],BIGINT[]>T[]
array_sort: ANY[]>ANY[] ; ANY[],VARCHAR>ANY[] ; ANY[],VARCHAR,VARCHAR>ANY[]
array_transform: ANY[],LAMBDA>ANY[]
array_value: |ANY>ARRAY
array_where: T[],BOOLEAN[]>T[]
array_zip: |ANY>STRUCT[]
bit_count: BIGINT>TINYINT ; BIT>BIGINT ; HUGEINT>SMALLINT ; INTEGER>TINYINT ; SMALLINT>TINYINT ; TINYINT>TINYINT
ceil: DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; FLOAT>FLOAT
ceiling: DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; FLOAT>FLOAT
date_part: VARCHAR,DATE>DOUBLE ; VARCHAR,INTERVAL>DOUBLE ; VARCHAR,TIME>DOUBLE ; VARCHAR,TIME WITH TIME ZONE>DOUBLE ; VARCHAR,TIMESTAMP>DOUBLE ; VARCHAR,TIMESTAMP WITH TIME ZONE>DOUBLE ; VARCHAR,TIMESTAMPTZ_NS>DOUBLE ; VARCHAR,TIMESTAMP_NS>DOUBLE ; VARCHAR,TIME_NS>DOUBLE ; VARCHAR[],DATE>STRUCT ; VARCHAR[],INTERVAL>STRUCT ; VARCHAR[],TIME>STRUCT ; VARCHAR[],TIME WITH TIME ZONE>STRUCT ; VARCHAR[],TIMESTAMP>STRUCT ; VARCHAR[],TIMESTAMP WITH TIME ZONE>STRUCT ; VARCHAR[],TIMESTAMPTZ_NS>STRUCT ; VARCHAR[],TIMESTAMP_NS>STRUCT ; VARCHAR[],TIME_NS>STRUCT
date_trunc: VARCHAR,DATE>TIMESTAMP ; VARCHAR,INTERVAL>INTERVAL ; VARCHAR,TIMESTAMP>TIMESTAMP ; VARCHAR,TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; VARCHAR,TIMESTAMPTZ_NS>TIMESTAMP WITH TIME ZONE
datepart: VARCHAR,DATE>DOUBLE ; VARCHAR,INTERVAL>DOUBLE ; VARCHAR,TIME>DOUBLE ; VARCHAR,TIME WITH TIME ZONE>DOUBLE ; VARCHAR,TIMESTAMP>DOUBLE ; VARCHAR,TIMESTAMP WITH TIME ZONE>DOUBLE ; VARCHAR,TIMESTAMPTZ_NS>DOUBLE ; VARCHAR,TIMESTAMP_NS>DOUBLE ; VARCHAR,TIME_NS>DOUBLE ; VARCHAR[],DATE>STRUCT ; VARCHAR[],INTERVAL>STRUCT ; VARCHAR[],TIME>STRUCT ; VARCHAR[],TIME WITH TIME ZONE>STRUCT ; VARCHAR[],TIMESTAMP>STRUCT ; VARCHAR[],TIMESTAMP WITH TIME ZONE>STRUCT ; VARCHAR[],TIMESTAMPTZ_NS>STRUCT ; VARCHAR[],TIMESTAMP_NS>STRUCT ; VARCHAR[],TIME_NS>STRUCT
datetrunc: VARCHAR,DATE>TIMESTAMP ; VARCHAR,INTERVAL>INTERVAL ; VARCHAR,TIMESTAMP>TIMESTAMP ; VARCHAR,TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; VARCHAR,TIMESTAMPTZ_NS>TIMESTAMP WITH TIME ZONE
decimal_division: DECIMAL,DECIMAL>DECIMAL ; DECIMAL,DECIMAL,INTEGER>DECIMAL
divide: BIGINT,BIGINT>BIGINT ; DOUBLE,DOUBLE>DOUBLE ; FLOAT,FLOAT>FLOAT ; HUGEINT,HUGEINT>HUGEINT ; INTEGER,INTEGER>INTEGER ; SMALLINT,SMALLINT>SMALLINT ; TINYINT,TINYINT>TINYINT ; UBIGINT,UBIGINT>UBIGINT ; UHUGEINT,UHUGEINT>UHUGEINT ; UINTEGER,UINTEGER>UINTEGER ; USMALLINT,USMALLINT>USMALLINT ; UTINYINT,UTINYINT>UTINYINT
element_at: MAP(K, V),K>V[]
epoch_ms: BIGINT>TIMESTAMP ; DATE>BIGINT ; INTERVAL>BIGINT ; TIME>BIGINT ; TIME WITH TIME ZONE>BIGINT ; TIMESTAMP>BIGINT ; TIMESTAMP WITH TIME ZONE>BIGINT ; TIMESTAMP_NS>BIGINT ; TIME_NS>BIGINT
equi_width_bins: ANY,ANY,BIGINT,BOOLEAN>ANY[] ; BIGINT,BIGINT,BIGINT,BOOLEAN>ANY[] ; DOUBLE,DOUBLE,BIGINT,BOOLEAN>ANY[] ; TIMESTAMP,TIMESTAMP,BIGINT,BOOLEAN>ANY[]
error: VARCHAR>"NULL"
filter: ANY[],LAMBDA>ANY[]
flatten: T[][]>T[]
floor: DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; FLOAT>FLOAT
fmod: DOUBLE,DOUBLE>DOUBLE ; FLOAT,FLOAT>FLOAT
gcd: BIGINT,BIGINT>BIGINT ; HUGEINT,HUGEINT>HUGEINT
generate_series: BIGINT>BIGINT[] ; BIGINT,BIGINT>BIGINT[] ; BIGINT,BIGINT,BIGINT>BIGINT[] ; TIMESTAMP,TIMESTAMP,INTERVAL>TIMESTAMP[] ; TIMESTAMP WITH TIME ZONE,TIMESTAMP WITH TIME ZONE,INTERVAL>TIMESTAMP WITH TIME ZONE[]
get_type: ANY>TYPE
greatest_common_divisor: BIGINT,BIGINT>BIGINT ; HUGEINT,HUGEINT>HUGEINT
json_array_length: JSON>UBIGINT ; JSON,VARCHAR>UBIGINT ; JSON,VARCHAR[]>UBIGINT[] ; VARCHAR>UBIGINT ; VARCHAR,VARCHAR>UBIGINT ; VARCHAR,VARCHAR[]>UBIGINT[]
json_exists: JSON,VARCHAR>BOOLEAN ; JSON,VARCHAR[]>BOOLEAN[] ; VARCHAR,VARCHAR>BOOLEAN ; VARCHAR,VARCHAR[]>BOOLEAN[]
json_extract: JSON,BIGINT>JSON ; JSON,VARCHAR>JSON ; JSON,VARCHAR[]>JSON[] ; VARCHAR,BIGINT>JSON ; VARCHAR,VARCHAR>JSON ; VARCHAR,VARCHAR[]>JSON[]
json_extract_path: JSON,BIGINT>JSON ; JSON,VARCHAR>JSON ; JSON,VARCHAR[]>JSON[] ; VARCHAR,BIGINT>JSON ; VARCHAR,VARCHAR>JSON ; VARCHAR,VARCHAR[]>JSON[]
json_extract_path_text: JSON,BIGINT>VARCHAR ; JSON,VARCHAR>VARCHAR ; JSON,VARCHAR[]>VARCHAR[] ; VARCHAR,BIGINT>VARCHAR ; VARCHAR,VARCHAR>VARCHAR ; VARCHAR,VARCHAR[]>VARCHAR[]
json_extract_string: JSON,BIGINT>VARCHAR ; JSON,VARCHAR>VARCHAR ; JSON,VARCHAR[]>VARCHAR[] ; VARCHAR,BIGINT>VARCHAR ; VARCHAR,VARCHAR>VARCHAR ; VARCHAR,VARCHAR[]>VARCHAR[]
json_keys: JSON>VARCHAR[] ; JSON,VARCHAR>VARCHAR[] ; JSON,VARCHAR[]>VARCHAR[][] ; VARCHAR>VARCHAR[] ; VARCHAR,VARCHAR>VARCHAR[] ; VARCHAR,VARCHAR[]>VARCHAR[][]
json_type: JSON>VARCHAR ; JSON,VARCHAR>VARCHAR ; JSON,VARCHAR[]>VARCHAR[] ; VARCHAR>VARCHAR ; VARCHAR,VARCHAR>VARCHAR ; VARCHAR,VARCHAR[]>VARCHAR[]
json_value: JSON,BIGINT>VARCHAR ; JSON,VARCHAR>VARCHAR ; JSON,VARCHAR[]>VARCHAR[] ; VARCHAR,BIGINT>VARCHAR ; VARCHAR,VARCHAR>VARCHAR ; VARCHAR,VARCHAR[]>VARCHAR[]
lcm: BIGINT,BIGINT>BIGINT ; HUGEINT,HUGEINT>HUGEINT
least_common_multiple: BIGINT,BIGINT>BIGINT ; HUGEINT,HUGEINT>HUGEINT
list_apply: ANY[],LAMBDA>ANY[]
list_cat: |ANY[]>ANY[]
list_concat: |ANY[]>ANY[]
list_cosine_distance: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_cosine_similarity: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_distance: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_distinct: T[]>T[]
list_dot_product: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_element: T[],BIGINT>T ; VARCHAR,BIGINT>VARCHAR
list_extract: T[],BIGINT>T ; VARCHAR,BIGINT>VARCHAR
list_filter: ANY[],LAMBDA>ANY[]
list_inner_product: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_intersect: T[],T[]>T[]
list_negative_dot_product: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_negative_inner_product: DOUBLE[],DOUBLE[]>DOUBLE ; FLOAT[],FLOAT[]>FLOAT
list_pack: >"NULL"[] ; T|T>T[]
list_resize: ANY[],ANY>ANY[] ; ANY[],ANY,ANY>ANY[]
list_reverse_sort: ANY[]>ANY[] ; ANY[],VARCHAR>ANY[]
list_select: T[],BIGINT[]>T[]
list_sort: ANY[]>ANY[] ; ANY[],VARCHAR>ANY[] ; ANY[],VARCHAR,VARCHAR>ANY[]
list_transform: ANY[],LAMBDA>ANY[]
list_value: >"NULL"[] ; T|T>T[]
list_where: T[],BOOLEAN[]>T[]
list_zip: |ANY>STRUCT[]
make_type: VARCHAR|ANY>TYPE
map: >MAP("NULL", "NULL") ; K[],V[]>MAP(K, V)
map_concat: |ANY>LIST
map_entries: MAP(K, V)>STRUCT("key" K, "value" V)[]
map_extract: MAP(K, V),K>V[]
map_extract_value: MAP(K, V),K>V
map_from_entries: TUPLE(K, V)[]>MAP(K, V)
map_keys: MAP(K, V)>K[]
map_values: MAP(K, V)>V[]
mod: BIGINT,BIGINT>BIGINT ; DECIMAL,DECIMAL>DECIMAL ; DOUBLE,DOUBLE>DOUBLE ; FLOAT,FLOAT>FLOAT ; HUGEINT,HUGEINT>HUGEINT ; INTEGER,INTEGER>INTEGER ; SMALLINT,SMALLINT>SMALLINT ; TINYINT,TINYINT>TINYINT ; UBIGINT,UBIGINT>UBIGINT ; UHUGEINT,UHUGEINT>UHUGEINT ; UINTEGER,UINTEGER>UINTEGER ; USMALLINT,USMALLINT>USMALLINT ; UTINYINT,UTINYINT>UTINYINT
multiply: BIGINT,BIGINT>BIGINT ; BIGINT,INTERVAL>INTERVAL ; DECIMAL,DECIMAL>DECIMAL ; DOUBLE,DOUBLE>DOUBLE ; DOUBLE,INTERVAL>INTERVAL ; FLOAT,FLOAT>FLOAT ; HUGEINT,HUGEINT>HUGEINT ; INTEGER,INTEGER>INTEGER ; INTERVAL,BIGINT>INTERVAL ; INTERVAL,DOUBLE>INTERVAL ; SMALLINT,SMALLINT>SMALLINT ; TINYINT,TINYINT>TINYINT ; UBIGINT,UBIGINT>UBIGINT ; UHUGEINT,UHUGEINT>UHUGEINT ; UINTEGER,UINTEGER>UINTEGER ; USMALLINT,USMALLINT>USMALLINT ; UTINYINT,UTINYINT>UTINYINT
nextafter: DOUBLE,DOUBLE>DOUBLE ; FLOAT,FLOAT>FLOAT
range: BIGINT>BIGINT[] ; BIGINT,BIGINT>BIGINT[] ; BIGINT,BIGINT,BIGINT>BIGINT[] ; TIMESTAMP,TIMESTAMP,INTERVAL>TIMESTAMP[] ; TIMESTAMP WITH TIME ZONE,TIMESTAMP WITH TIME ZONE,INTERVAL>TIMESTAMP WITH TIME ZONE[]
repeat: BLOB,BIGINT>BLOB ; T[],BIGINT>T[] ; VARCHAR,BIGINT>VARCHAR
round: BIGINT>BIGINT ; BIGINT,INTEGER>BIGINT ; DECIMAL>DECIMAL ; DECIMAL,INTEGER>DECIMAL ; DOUBLE>DOUBLE ; DOUBLE,INTEGER>DOUBLE ; FLOAT>FLOAT ; FLOAT,INTEGER>FLOAT ; HUGEINT>HUGEINT ; HUGEINT,INTEGER>HUGEINT ; INTEGER>INTEGER ; INTEGER,INTEGER>INTEGER ; SMALLINT>SMALLINT ; SMALLINT,INTEGER>SMALLINT ; TINYINT>TINYINT ; TINYINT,INTEGER>TINYINT
round_even: BIGINT,INTEGER>BIGINT ; DECIMAL,INTEGER>DECIMAL ; DOUBLE,INTEGER>DOUBLE ; FLOAT,INTEGER>FLOAT ; HUGEINT,INTEGER>HUGEINT ; INTEGER,INTEGER>INTEGER ; SMALLINT,INTEGER>SMALLINT ; TINYINT,INTEGER>TINYINT
roundbankers: BIGINT,INTEGER>BIGINT ; DECIMAL,INTEGER>DECIMAL ; DOUBLE,INTEGER>DOUBLE ; FLOAT,INTEGER>FLOAT ; HUGEINT,INTEGER>HUGEINT ; INTEGER,INTEGER>INTEGER ; SMALLINT,INTEGER>SMALLINT ; TINYINT,INTEGER>TINYINT
row: |ANY>TUPLE
setseed: DOUBLE>"NULL"
sleep_ms: BIGINT>"NULL"
stats: ANY>VARIANT
struct_concat: |ANY>STRUCT
struct_insert: ANY|ANY>STRUCT
struct_pack: |ANY>STRUCT
struct_update: ANY|ANY>STRUCT
struct_values: STRUCT>TUPLE
subtract: BIGINT>BIGINT ; BIGINT,BIGINT>BIGINT ; BIGNUM>BIGNUM ; BIGNUM,BIGNUM>BIGNUM ; DATE,DATE>BIGINT ; DATE,INTEGER>DATE ; DATE,INTERVAL>TIMESTAMP ; DECIMAL>DECIMAL ; DECIMAL,DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; DOUBLE,DOUBLE>DOUBLE ; FLOAT>FLOAT ; FLOAT,FLOAT>FLOAT ; HUGEINT>HUGEINT ; HUGEINT,HUGEINT>HUGEINT ; INTEGER>INTEGER ; INTEGER,INTEGER>INTEGER ; INTERVAL>INTERVAL ; INTERVAL,INTERVAL>INTERVAL ; SMALLINT>SMALLINT ; SMALLINT,SMALLINT>SMALLINT ; TIME,INTERVAL>TIME ; TIME WITH TIME ZONE,INTERVAL>TIME WITH TIME ZONE ; TIMESTAMP,INTERVAL>TIMESTAMP ; TIMESTAMP,TIMESTAMP>INTERVAL ; TIMESTAMP_MS,INTERVAL>TIMESTAMP ; TIMESTAMP_NS,INTERVAL>TIMESTAMP_NS ; TIMESTAMP_S,INTERVAL>TIMESTAMP ; TINYINT>TINYINT ; TINYINT,TINYINT>TINYINT ; UBIGINT>UBIGINT ; UBIGINT,UBIGINT>UBIGINT ; UHUGEINT>UHUGEINT ; UHUGEINT,UHUGEINT>UHUGEINT ; UINTEGER>UINTEGER ; UINTEGER,UINTEGER>UINTEGER ; USMALLINT>USMALLINT ; USMALLINT,USMALLINT>USMALLINT ; UTINYINT>UTINYINT ; UTINYINT,UTINYINT>UTINYINT
switch: K,MAP(K, V)>V ; K,MAP(K, V),V>V ; MAP(K, V)>V ; MAP(K, V),V>V
time_bucket: INTERVAL,DATE>DATE ; INTERVAL,DATE,DATE>DATE ; INTERVAL,DATE,INTERVAL>DATE ; INTERVAL,TIME>TIME ; INTERVAL,TIME,INTERVAL>TIME ; INTERVAL,TIME,TIME>TIME ; INTERVAL,TIMESTAMP>TIMESTAMP ; INTERVAL,TIMESTAMP,INTERVAL>TIMESTAMP ; INTERVAL,TIMESTAMP,TIMESTAMP>TIMESTAMP ; INTERVAL,TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMP WITH TIME ZONE,INTERVAL>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMP WITH TIME ZONE,TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMP WITH TIME ZONE,VARCHAR>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMPTZ_NS>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMPTZ_NS,INTERVAL>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMPTZ_NS,TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; INTERVAL,TIMESTAMPTZ_NS,VARCHAR>TIMESTAMP WITH TIME ZONE
timezone: DATE>BIGINT ; INTERVAL>BIGINT ; INTERVAL,TIME WITH TIME ZONE>TIME WITH TIME ZONE ; TIME>BIGINT ; TIME WITH TIME ZONE>BIGINT ; TIMESTAMP>BIGINT ; TIMESTAMP WITH TIME ZONE>BIGINT ; TIMESTAMPTZ_NS>BIGINT ; TIMESTAMP_NS>BIGINT ; TIME_NS>BIGINT ; VARCHAR,DATE>TIMESTAMP WITH TIME ZONE ; VARCHAR,TIME WITH TIME ZONE>TIME WITH TIME ZONE ; VARCHAR,TIMESTAMP>TIMESTAMP WITH TIME ZONE ; VARCHAR,TIMESTAMP WITH TIME ZONE>TIMESTAMP ; VARCHAR,TIMESTAMPTZ_NS>TIMESTAMP_NS ; VARCHAR,TIMESTAMP_NS>TIMESTAMPTZ_NS
trunc: BIGINT>BIGINT ; BIGINT,INTEGER>BIGINT ; DECIMAL>DECIMAL ; DECIMAL,INTEGER>DECIMAL ; DOUBLE>DOUBLE ; DOUBLE,INTEGER>DOUBLE ; FLOAT>FLOAT ; FLOAT,INTEGER>FLOAT ; HUGEINT>HUGEINT ; HUGEINT,INTEGER>HUGEINT ; INTEGER>INTEGER ; INTEGER,INTEGER>INTEGER ; SMALLINT>SMALLINT ; SMALLINT,INTEGER>SMALLINT ; TINYINT>TINYINT ; TINYINT,INTEGER>TINYINT ; UBIGINT>UBIGINT ; UBIGINT,INTEGER>UBIGINT ; UHUGEINT>UHUGEINT ; UHUGEINT,INTEGER>UHUGEINT ; UINTEGER>UINTEGER ; UINTEGER,INTEGER>UINTEGER ; USMALLINT>USMALLINT ; USMALLINT,INTEGER>USMALLINT ; UTINYINT>UTINYINT ; UTINYINT,INTEGER>UTINYINT
union_value: |ANY>UNION
unpivot_list: |ANY>LIST
variant_array_length: VARIANT>UBIGINT ; VARIANT,VARCHAR>UBIGINT ; VARIANT,VARCHAR[]>UBIGINT[]
variant_bytes_to_variant: BLOB>VARIANT
variant_exists: VARIANT,VARCHAR>BOOLEAN ; VARIANT,VARCHAR[]>BOOLEAN[]
variant_extract: VARIANT,UINTEGER>VARIANT ; VARIANT,VARCHAR>VARIANT
variant_extract_string: VARIANT,VARCHAR>VARCHAR ; VARIANT,VARCHAR[]>VARCHAR[]
variant_keys: VARIANT>VARCHAR[] ; VARIANT,VARCHAR>VARCHAR[] ; VARIANT,VARCHAR[]>VARCHAR[][]
variant_normalize: VARIANT>VARIANT
variant_type: VARIANT>VARCHAR ; VARIANT,VARCHAR>VARCHAR ; VARIANT,VARCHAR[]>VARCHAR[]
xor: BIGINT,BIGINT>BIGINT ; BIT,BIT>BIT ; HUGEINT,HUGEINT>HUGEINT ; INTEGER,INTEGER>INTEGER ; SMALLINT,SMALLINT>SMALLINT ; TINYINT,TINYINT>TINYINT ; UBIGINT,UBIGINT>UBIGINT ; UHUGEINT,UHUGEINT>UHUGEINT ; UINTEGER,UINTEGER>UINTEGER ; USMALLINT,USMALLINT>USMALLINT ; UTINYINT,UTINYINT>UTINYINT
"""
"""Other scalar functions: `parameters|varargs>result`."""

AGGREGATE_RETURNS = """
BIGINT: approx_count_distinct count count_star
BIT: bitstring_agg
BOOLEAN: bool_and bool_or
DOUBLE: corr covar_pop covar_samp entropy favg fsum kahan_sum kurtosis kurtosis_pop product regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop stddev_samp sumkahan var_pop var_samp variance
HUGEINT: count_if countif
UINTEGER: regr_count
VARCHAR: group_concat listagg string_agg
"""

AGGREGATE_OVERLOADS = """
any_value: ANY>ANY ; DECIMAL>DECIMAL
approx_quantile: BIGINT,FLOAT>BIGINT ; BIGINT,FLOAT[]>BIGINT[] ; DATE,FLOAT>DATE ; DATE,FLOAT[]>DATE[] ; DECIMAL,FLOAT>DECIMAL ; DECIMAL,FLOAT[]>DECIMAL[] ; DOUBLE,FLOAT>DOUBLE ; DOUBLE,FLOAT[]>DOUBLE[] ; FLOAT,FLOAT[]>FLOAT[] ; HUGEINT,FLOAT>HUGEINT ; HUGEINT,FLOAT[]>HUGEINT[] ; INTEGER,FLOAT>INTEGER ; INTEGER,FLOAT[]>INTEGER[] ; SMALLINT,FLOAT>SMALLINT ; SMALLINT,FLOAT[]>SMALLINT[] ; TIME,FLOAT>TIME ; TIME,FLOAT[]>TIME[] ; TIME WITH TIME ZONE,FLOAT>TIME WITH TIME ZONE ; TIME WITH TIME ZONE,FLOAT[]>TIME WITH TIME ZONE[] ; TIMESTAMP,FLOAT>TIMESTAMP ; TIMESTAMP,FLOAT[]>TIMESTAMP[] ; TIMESTAMP WITH TIME ZONE,FLOAT>TIMESTAMP WITH TIME ZONE ; TIMESTAMP WITH TIME ZONE,FLOAT[]>TIMESTAMP WITH TIME ZONE[] ; TIMESTAMPTZ_NS,FLOAT>TIMESTAMPTZ_NS ; TIMESTAMP_NS,FLOAT>TIMESTAMP_NS ; TIME_NS,FLOAT>TIME_NS ; TINYINT,FLOAT[]>TINYINT[]
approx_top_k: ANY,BIGINT>ANY[]
arbitrary: ANY>ANY ; DECIMAL>DECIMAL
array_agg: T>T[]
avg: BIGINT>DOUBLE ; DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; HUGEINT>DOUBLE ; INTEGER>DOUBLE ; INTERVAL>INTERVAL ; SMALLINT>DOUBLE ; TIME>TIME ; TIME WITH TIME ZONE>TIME WITH TIME ZONE ; TIMESTAMP>TIMESTAMP ; TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; TIMESTAMPTZ_NS>TIMESTAMPTZ_NS ; TIMESTAMP_NS>TIMESTAMP_NS ; TIME_NS>TIME_NS
bit_and: BIGINT>BIGINT ; BIT>BIT ; HUGEINT>HUGEINT ; INTEGER>INTEGER ; SMALLINT>SMALLINT ; TINYINT>TINYINT ; UBIGINT>UBIGINT ; UHUGEINT>UHUGEINT ; UINTEGER>UINTEGER ; USMALLINT>USMALLINT ; UTINYINT>UTINYINT
bit_or: BIGINT>BIGINT ; BIT>BIT ; HUGEINT>HUGEINT ; INTEGER>INTEGER ; SMALLINT>SMALLINT ; TINYINT>TINYINT ; UBIGINT>UBIGINT ; UHUGEINT>UHUGEINT ; UINTEGER>UINTEGER ; USMALLINT>USMALLINT ; UTINYINT>UTINYINT
bit_xor: BIGINT>BIGINT ; BIT>BIT ; HUGEINT>HUGEINT ; INTEGER>INTEGER ; SMALLINT>SMALLINT ; TINYINT>TINYINT ; UBIGINT>UBIGINT ; UHUGEINT>UHUGEINT ; UINTEGER>UINTEGER ; USMALLINT>USMALLINT ; UTINYINT>UTINYINT
decimal_average: DECIMAL>DECIMAL
first: ANY>ANY ; DECIMAL>DECIMAL
histogram: ANY>MAP ; T,T[]>MAP
histogram_exact: T,T[]>MAP
last: ANY>ANY ; DECIMAL>DECIMAL
list: T>T[]
lttb: DOUBLE,DOUBLE,BIGINT>STRUCT(x DOUBLE, y DOUBLE)[] ; DOUBLE,FLOAT,BIGINT>STRUCT(x DOUBLE, y FLOAT)[] ; FLOAT,DOUBLE,BIGINT>STRUCT(x FLOAT, y DOUBLE)[] ; FLOAT,FLOAT,BIGINT>STRUCT(x FLOAT, y FLOAT)[] ; TIMESTAMP,DOUBLE,BIGINT>STRUCT(x TIMESTAMP, y DOUBLE)[] ; TIMESTAMP,FLOAT,BIGINT>STRUCT(x TIMESTAMP, y FLOAT)[] ; TIMESTAMP WITH TIME ZONE,DOUBLE,BIGINT>STRUCT(x TIMESTAMP WITH TIME ZONE, y DOUBLE)[] ; TIMESTAMP WITH TIME ZONE,FLOAT,BIGINT>STRUCT(x TIMESTAMP WITH TIME ZONE, y FLOAT)[] ; TIMESTAMPTZ_NS,DOUBLE,BIGINT>STRUCT(x TIMESTAMPTZ_NS, y DOUBLE)[] ; TIMESTAMPTZ_NS,FLOAT,BIGINT>STRUCT(x TIMESTAMPTZ_NS, y FLOAT)[] ; TIMESTAMP_MS,DOUBLE,BIGINT>STRUCT(x TIMESTAMP_MS, y DOUBLE)[] ; TIMESTAMP_MS,FLOAT,BIGINT>STRUCT(x TIMESTAMP_MS, y FLOAT)[] ; TIMESTAMP_NS,DOUBLE,BIGINT>STRUCT(x TIMESTAMP_NS, y DOUBLE)[] ; TIMESTAMP_NS,FLOAT,BIGINT>STRUCT(x TIMESTAMP_NS, y FLOAT)[] ; TIMESTAMP_S,DOUBLE,BIGINT>STRUCT(x TIMESTAMP_S, y DOUBLE)[] ; TIMESTAMP_S,FLOAT,BIGINT>STRUCT(x TIMESTAMP_S, y FLOAT)[]
mad: DATE>INTERVAL ; DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; FLOAT>FLOAT ; TIME>INTERVAL ; TIME WITH TIME ZONE>INTERVAL ; TIMESTAMP>INTERVAL ; TIMESTAMP WITH TIME ZONE>INTERVAL
max: ANY>ANY ; ANY,BIGINT>ANY[]
mean: BIGINT>DOUBLE ; DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; HUGEINT>DOUBLE ; INTEGER>DOUBLE ; INTERVAL>INTERVAL ; SMALLINT>DOUBLE ; TIME>TIME ; TIME WITH TIME ZONE>TIME WITH TIME ZONE ; TIMESTAMP>TIMESTAMP ; TIMESTAMP WITH TIME ZONE>TIMESTAMP WITH TIME ZONE ; TIMESTAMPTZ_NS>TIMESTAMPTZ_NS ; TIMESTAMP_NS>TIMESTAMP_NS ; TIME_NS>TIME_NS
min: ANY>ANY ; ANY,BIGINT>ANY[]
quantile_cont: BIGINT,DOUBLE>BIGINT ; BIGINT,DOUBLE[]>BIGINT ; DATE,DOUBLE>DATE ; DATE,DOUBLE[]>DATE ; DECIMAL,DOUBLE>DECIMAL ; DECIMAL,DOUBLE[]>DECIMAL ; DOUBLE,DOUBLE>DOUBLE ; DOUBLE,DOUBLE[]>DOUBLE ; FLOAT,DOUBLE>FLOAT ; FLOAT,DOUBLE[]>FLOAT ; HUGEINT,DOUBLE>HUGEINT ; HUGEINT,DOUBLE[]>HUGEINT ; INTEGER,DOUBLE>INTEGER ; INTEGER,DOUBLE[]>INTEGER ; SMALLINT,DOUBLE>SMALLINT ; SMALLINT,DOUBLE[]>SMALLINT ; TIME,DOUBLE>TIME ; TIME,DOUBLE[]>TIME ; TIME WITH TIME ZONE,DOUBLE>TIME WITH TIME ZONE ; TIME WITH TIME ZONE,DOUBLE[]>TIME WITH TIME ZONE ; TIMESTAMP,DOUBLE>TIMESTAMP ; TIMESTAMP,DOUBLE[]>TIMESTAMP ; TIMESTAMP WITH TIME ZONE,DOUBLE>TIMESTAMP WITH TIME ZONE ; TIMESTAMP WITH TIME ZONE,DOUBLE[]>TIMESTAMP WITH TIME ZONE ; TIMESTAMPTZ_NS,DOUBLE>TIMESTAMPTZ_NS ; TIMESTAMPTZ_NS,DOUBLE[]>TIMESTAMPTZ_NS ; TINYINT,DOUBLE>TINYINT ; TINYINT,DOUBLE[]>TINYINT
reservoir_quantile: BIGINT,DOUBLE,INTEGER>BIGINT ; BIGINT,DOUBLE[],INTEGER>BIGINT[] ; DECIMAL,DOUBLE,INTEGER>DECIMAL ; DECIMAL,DOUBLE[],INTEGER>DECIMAL[] ; DOUBLE,DOUBLE,INTEGER>DOUBLE ; DOUBLE,DOUBLE[],INTEGER>DOUBLE[] ; FLOAT,DOUBLE,INTEGER>FLOAT ; FLOAT,DOUBLE[],INTEGER>FLOAT[] ; HUGEINT,DOUBLE,INTEGER>HUGEINT ; HUGEINT,DOUBLE[],INTEGER>HUGEINT[] ; INTEGER,DOUBLE,INTEGER>INTEGER ; INTEGER,DOUBLE[],INTEGER>INTEGER[] ; SMALLINT,DOUBLE,INTEGER>SMALLINT ; SMALLINT,DOUBLE[],INTEGER>SMALLINT[] ; TINYINT,DOUBLE,INTEGER>TINYINT ; TINYINT,DOUBLE[],INTEGER>TINYINT[]
sum: BIGINT>HUGEINT ; BIGNUM>BIGNUM ; BOOLEAN>HUGEINT ; DECIMAL>DECIMAL ; DOUBLE>DOUBLE ; HUGEINT>HUGEINT ; INTEGER>HUGEINT ; SMALLINT>HUGEINT
sum_no_overflow: BIGINT>HUGEINT ; DECIMAL>DECIMAL ; INTEGER>HUGEINT
variant_group_object: VARCHAR,VARIANT>VARIANT
"""

ARITIES = """
0-: add array_cat array_concat array_to_json array_value array_zip json_array json_object json_quote list_cat list_concat list_pack list_value list_zip map_concat row row_to_json struct_concat struct_pack to_json union_value unpivot_list
0-0: count_star cume_dist current_connection_id current_date current_localtime current_localtimestamp current_query_id current_transaction_id dense_rank gen_random_uuid get_current_time get_current_timestamp now percent_rank pi random rank rank_dense row_number today transaction_timestamp txid_current uuid uuidv4 uuidv7
0-1: count
0-2: map
1-: cardinality concat create_sort_key format greatest hash least make_type path_join printf struct_insert struct_update write_log
1-1: __cast abs acos acosh alias any_value approx_count_distinct arbitrary array_agg array_distinct array_unique ascii asin asinh atan atanh avg base64 bin bit_and bit_count bit_length bit_or bit_xor bitstring_byte_comparable bool_and bool_or cbrt ceil ceiling century char_length character_length chr collate_aa collate_af collate_am collate_ar collate_ar_sa collate_as collate_az collate_bal collate_be collate_bg collate_blo collate_bn collate_bo collate_br collate_bs collate_ca collate_ceb collate_chr collate_cs collate_cu collate_cy collate_da collate_de collate_de_at collate_dsb collate_dz collate_ee collate_el collate_en collate_en_us collate_eo collate_es collate_et collate_fa collate_fa_af collate_ff collate_fi collate_fil collate_fo collate_fr collate_fr_ca collate_fy collate_ga collate_gl collate_gu collate_ha collate_haw collate_he collate_he_il collate_hi collate_hr collate_hsb collate_hu collate_hy collate_id collate_id_id collate_ig collate_is collate_it collate_ja collate_ka collate_kk collate_kl collate_km collate_kn collate_ko collate_kok collate_ku collate_ky collate_lb collate_lij collate_lkt collate_ln collate_lo collate_lt collate_lv collate_mk collate_ml collate_mn collate_mr collate_ms collate_mt collate_my collate_nb collate_nb_no collate_ne collate_nl collate_nn collate_no collate_noaccent collate_nso collate_om collate_or collate_pa collate_pa_in collate_pl collate_ps collate_pt collate_ro collate_ru collate_sa collate_se collate_sgs collate_si collate_sk collate_sl collate_smn collate_sq collate_sr collate_sr_ba collate_sr_me collate_sr_rs collate_ssy collate_st collate_sv collate_sw collate_ta collate_te collate_th collate_tk collate_tn collate_to collate_tr collate_ug collate_uk collate_ur collate_uz collate_vi collate_vo collate_wae collate_wo collate_xh collate_yi collate_yo collate_zh collate_zh_cn collate_zh_hk collate_zh_mo collate_zh_sg collate_zh_tw collate_zu cos cosh cot count_if countif current_setting currval day dayname dayofmonth dayofweek dayofyear decade decimal_average degrees encode entropy enum_code enum_first enum_last enum_range epoch epoch_ms epoch_ns epoch_us era error even exp factorial favg fill finalize first first_value flatten floor format_bytes from_base64 from_binary from_hex fsum gamma get_type getvariable hex hour icu_collate_aa icu_collate_af icu_collate_am icu_collate_ar icu_collate_ar_sa icu_collate_as icu_collate_az icu_collate_bal icu_collate_be icu_collate_bg icu_collate_blo icu_collate_bn icu_collate_bo icu_collate_br icu_collate_bs icu_collate_ca icu_collate_ceb icu_collate_chr icu_collate_cs icu_collate_cu icu_collate_cy icu_collate_da icu_collate_de icu_collate_de_at icu_collate_dsb icu_collate_dz icu_collate_ee icu_collate_el icu_collate_en icu_collate_en_us icu_collate_eo icu_collate_es icu_collate_et icu_collate_fa icu_collate_fa_af icu_collate_ff icu_collate_fi icu_collate_fil icu_collate_fo icu_collate_fr icu_collate_fr_ca icu_collate_fy icu_collate_ga icu_collate_gl icu_collate_gu icu_collate_ha icu_collate_haw icu_collate_he icu_collate_he_il icu_collate_hi icu_collate_hr icu_collate_hsb icu_collate_hu icu_collate_hy icu_collate_id icu_collate_id_id icu_collate_ig icu_collate_is icu_collate_it icu_collate_ja icu_collate_ka icu_collate_kk icu_collate_kl icu_collate_km icu_collate_kn icu_collate_ko icu_collate_kok icu_collate_ku icu_collate_ky icu_collate_lb icu_collate_lij icu_collate_lkt icu_collate_ln icu_collate_lo icu_collate_lt icu_collate_lv icu_collate_mk icu_collate_ml icu_collate_mn icu_collate_mr icu_collate_ms icu_collate_mt icu_collate_my icu_collate_nb icu_collate_nb_no icu_collate_ne icu_collate_nl icu_collate_nn icu_collate_no icu_collate_noaccent icu_collate_nso icu_collate_om icu_collate_or icu_collate_pa icu_collate_pa_in icu_collate_pl icu_collate_ps icu_collate_pt icu_collate_ro icu_collate_ru icu_collate_sa icu_collate_se icu_collate_sgs icu_collate_si icu_collate_sk icu_collate_sl icu_collate_smn icu_collate_sq icu_collate_sr icu_collate_sr_ba icu_collate_sr_me icu_collate_sr_rs icu_collate_ssy icu_collate_st icu_collate_sv icu_collate_sw icu_collate_ta icu_collate_te icu_collate_th icu_collate_tk icu_collate_tn icu_collate_to icu_collate_tr icu_collate_ug icu_collate_uk icu_collate_ur icu_collate_uz icu_collate_vi icu_collate_vo icu_collate_wae icu_collate_wo icu_collate_xh icu_collate_yi icu_collate_yo icu_collate_zh icu_collate_zh_cn icu_collate_zh_hk icu_collate_zh_mo icu_collate_zh_sg icu_collate_zh_tw icu_collate_zu is_histogram_other_bin isfinite isinf isnan isodow isoyear json_deserialize_sql json_normalize json_pretty json_strip_nulls json_structure json_valid julian kahan_sum kurtosis kurtosis_pop last last_day last_value lcase len length length_grapheme lgamma list list_distinct list_unique ln log10 log2 lower mad make_timestamp_ms make_timestamp_ns map_entries map_from_entries map_keys map_values md5 md5_number mean median microsecond millennium millisecond minute mode month monthname nanosecond nextval nfc_normalize normalized_interval ntile octet_length ord parse_formatted_bytes product quarter radians regexp_escape reverse second sem setseed sha1 sha256 sign signbit sin sinh skewness sleep_ms sqrt st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_crs st_geomfromgeojson st_geomfromwkb stats stddev stddev_pop stddev_samp strip_accents strlen struct_keys struct_values sum sum_no_overflow sumkahan tan tanh timetz_byte_comparable timezone_hour timezone_minute to_base64 to_binary to_centuries to_days to_decades to_hex to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years typeof ucase unbin unhex unicode union_tag upper url_decode url_encode uuid_extract_timestamp uuid_extract_version var_pop var_samp variance variant_bytes_to_variant variant_comparator variant_normalize variant_to_parquet_variant variant_typeof vector_type week weekday weekofyear year yearweek
1-2: age array_length array_reverse_sort combine_aggr decode group_concat json_array_length json_keys json_type list_reverse_sort listagg log ltrim max min parse_dirname parse_dirpath parse_path quantile quantile_disc round rtrim string_agg subtract timezone trim trunc variant_array_length variant_keys variant_type
1-3: array_grade_up array_sort bitstring_agg grade_up list_grade_up list_sort make_date parse_filename switch
1-6: make_timestamp
1-7: make_timestamptz
2-: aggregate array_aggr array_aggregate concat_ws constant_or_null index_key invoke json_deep_merge json_merge_patch list_aggr list_aggregate
2-2: apply approx_quantile approx_top_k arg_max_null arg_min_null array_apply array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance array_dot_product array_extract array_filter array_has array_has_all array_has_any array_indexof array_inner_product array_intersect array_negative_dot_product array_negative_inner_product array_position array_select array_transform array_where atan2 binom bit_position bitstring can_cast_implicitly cast_to_type combine contains corr covar_pop covar_samp damerau_levenshtein date_part date_trunc datepart datetrunc divide editdist3 element_at ends_with enum_range_boundary filter fmod from_json from_json_strict gcd get_bit greatest_common_divisor hamming histogram_exact hive_partition_component icu_sort_key in_search_path instr jaccard json_contains json_exists json_extract json_extract_path json_extract_path_text json_extract_string json_merge_patch_diff json_remove json_transform json_transform_strict json_value lcm least_common_multiple left left_grapheme levenshtein list_apply list_contains list_cosine_distance list_cosine_similarity list_distance list_dot_product list_element list_extract list_filter list_has list_has_all list_has_any list_indexof list_inner_product list_intersect list_negative_dot_product list_negative_inner_product list_position list_select list_transform list_where map_contains map_extract map_extract_value mismatches mod multiply nextafter nth_value parse_duckdb_log_message position pow power prefix quantile_cont regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy right right_grapheme round_even roundbankers split st_intersects_extent st_setcrs starts_with str_split strftime string_split string_to_array strpos strptime struct_contains struct_extract struct_extract_at struct_has struct_indexof struct_position suffix try_strptime union_extract variant_contains variant_exists variant_extract variant_extract_string variant_group_object vertex_extract xor
2-3: arg_max arg_max_nulls_last arg_min arg_min_nulls_last argmax argmin array_reduce array_resize decimal_division jaro_similarity jaro_winkler_similarity list_reduce list_resize max_by min_by reduce regexp_full_match regexp_matches regexp_split_to_array setval str_split_regex string_split_regex substr substring substring_grapheme time_bucket
2-4: regexp_extract regexp_extract_all
3-3: __between date_diff date_sub datediff datesub ilike_escape json_insert json_replace json_set lag lead like_escape lpad lttb make_time not_ilike_escape not_like_escape replace replace_type reservoir_quantile rpad set_bit to_base translate
3-4: array_slice bar list_slice overlay regexp_replace
3-5: to_aggregate_state
4-4: equi_width_bins remap_struct
5-5: json_serialize_sql
6-6: json_serialize_plan
"""
"""How many arguments functions take, from and to."""

TAKEN = """
Dtz: age/1 dayname/1 julian/1 last_day/1 monthname/1
Dtz,Dtz: age/2
DtzTv: epoch/1 epoch_ns/1 epoch_us/1 hour/1 microsecond/1 millisecond/1 minute/1 nanosecond/1 second/1 timezone/1 timezone_hour/1 timezone_minute/1
Dtzv: century/1 day/1 dayofmonth/1 dayofweek/1 dayofyear/1 decade/1 era/1 isodow/1 isoyear/1 millennium/1 month/1 quarter/1 week/1 weekday/1 weekofyear/1 year/1 yearweek/1
b: bool_and/1 bool_or/1 count_if/1 countif/1
d: decimal_average/1
i: bit_and/1 bit_count/1 bit_or/1 bit_xor/1 bitstring_agg/1 chr/1 factorial/1 format_bytes/1 generate_series/1 make_date/1 make_timestamp/1 make_timestamp_ms/1 make_timestamp_ns/1 make_timestamptz/1 range/1 sleep_ms/1 to_centuries/1 to_days/1 to_decades/1 to_hours/1 to_microseconds/1 to_millennia/1 to_minutes/1 to_months/1 to_quarters/1 to_weeks/1 to_years/1
i,i: binom/2 gcd/2 generate_series/2 greatest_common_divisor/2 lcm/2 least_common_multiple/2 range/2 xor/2
i,i,i: make_date/3 to_base/3
i,i,idf: make_time/3
iDtz,iDtz,iv: generate_series/3 range/3
iDtzTv: epoch_ms/1
id: sum_no_overflow/1
id,id: decimal_division/2
idf: abs/1 acos/1 acosh/1 asin/1 asinh/1 atan/1 atanh/1 cbrt/1 ceil/1 ceiling/1 cos/1 cosh/1 cot/1 degrees/1 even/1 exp/1 favg/1 floor/1 fsum/1 gamma/1 isnan/1 kahan_sum/1 kurtosis/1 kurtosis_pop/1 lgamma/1 ln/1 log/1 log10/1 log2/1 product/1 radians/1 round/1 sem/1 setseed/1 sign/1 signbit/1 sin/1 sinh/1 skewness/1 sqrt/1 stddev/1 stddev_pop/1 stddev_samp/1 sumkahan/1 tan/1 tanh/1 to_milliseconds/1 to_seconds/1 to_timestamp/1 trunc/1 var_pop/1 var_samp/1 variance/1
idf,i: round/2 round_even/2 roundbankers/2 trunc/2
idf,idf: atan2/2 corr/2 covar_pop/2 covar_samp/2 divide/2 fmod/2 log/2 mod/2 nextafter/2 pow/2 power/2 regr_avgx/2 regr_avgy/2 regr_count/2 regr_intercept/2 regr_r2/2 regr_slope/2 regr_sxx/2 regr_sxy/2 regr_syy/2
idf,idf,idf: bar/3
idfDtTv,idfDtv: subtract/2
idfDtz: isfinite/1 isinf/1
idfDtzT: mad/1
idfDtzTv: avg/1 mean/1
idfb: sum/1
idfbsDtzTvlmrxu,i: max/2 min/2
idfbsDtzTvlmrxu,idfbsDtzTvlmrxu,i: arg_max/3 arg_max_nulls_last/3 arg_min/3 arg_min_nulls_last/3 argmax/3 argmin/3 max_by/3 min_by/3
idfbsDtzTvlmrxu,is: json_extract/2 json_extract_path/2 json_extract_path_text/2 json_extract_string/2 json_value/2
idfbsDtzTvlmrxu,s: from_json/2 from_json_strict/2 json_array_length/2 json_exists/2 json_keys/2 json_remove/2 json_transform/2 json_transform_strict/2 json_type/2
idfbsDtzTvlmrxu,s,idfbsDtzTvlmrxu: json_insert/3 json_replace/3 json_set/3
idfv: subtract/1
idfv,idfv: multiply/2
ifs: bin/1 to_binary/1
ifsx: hex/1 to_hex/1
l: array_distinct/1 array_grade_up/1 array_length/1 array_reverse_sort/1 array_sort/1 array_unique/1 grade_up/1 list_distinct/1 list_grade_up/1 list_reverse_sort/1 list_sort/1 list_unique/1
l,l: array_cross_product/2 list_cosine_distance/2 list_cosine_similarity/2 list_distance/2 list_dot_product/2 list_inner_product/2 list_negative_dot_product/2 list_negative_inner_product/2
m: map_entries/1 map_keys/1 map_values/1
r: struct_keys/1 struct_values/1
s: ascii/1 bit_length/1 encode/1 error/1 from_base64/1 from_binary/1 from_hex/1 lcase/1 length_grapheme/1 lower/1 ltrim/1 nfc_normalize/1 ord/1 parse_dirname/1 parse_dirpath/1 parse_filename/1 parse_formatted_bytes/1 parse_path/1 regexp_escape/1 reverse/1 rtrim/1 strip_accents/1 strlen/1 trim/1 ucase/1 unbin/1 unhex/1 unicode/1 upper/1 url_decode/1 url_encode/1
s,DtzT,DtzT: date_diff/3 date_sub/3 datediff/3 datesub/3
s,DtzTv: date_part/2 datepart/2
s,Dtzv: date_trunc/2 datetrunc/2
s,b,s: parse_filename/3
s,bs: parse_filename/2
s,i: bitstring/2 left/2 left_grapheme/2 right/2 right_grapheme/2 setval/2 substr/2 substring/2 substring_grapheme/2
s,i,b: setval/3
s,i,i: substr/3 substring/3 substring_grapheme/3
s,i,s: lpad/3 rpad/3
s,idfbsDtzTvlmrxu: hive_partition_component/2
s,s: damerau_levenshtein/2 editdist3/2 ends_with/2 hamming/2 icu_sort_key/2 in_search_path/2 instr/2 jaccard/2 jaro_similarity/2 jaro_winkler_similarity/2 levenshtein/2 ltrim/2 mismatches/2 parse_dirname/2 parse_dirpath/2 parse_path/2 prefix/2 regexp_extract/2 regexp_extract_all/2 regexp_full_match/2 regexp_matches/2 regexp_split_to_array/2 rtrim/2 split/2 starts_with/2 str_split/2 str_split_regex/2 string_split/2 string_split_regex/2 string_to_array/2 strpos/2 suffix/2 trim/2
s,s,i: overlay/3 regexp_extract_all/3
s,s,idf: jaro_similarity/3 jaro_winkler_similarity/3
s,s,s: ilike_escape/3 like_escape/3 not_ilike_escape/3 not_like_escape/3 regexp_replace/3 replace/3 translate/3
sDtz,sDtz: strftime/2
sl: char_length/1 character_length/1 len/1 length/1
sl,i: list_element/2 list_extract/2
slmr,idfbs: contains/2
slr,i: array_extract/2
slx,i: repeat/2
slx,idfbsDtzTvmrxu,idfbsDtzTvmrxu: array_slice/3 list_slice/3
sv,Dtz: timezone/2
sx: md5/1 md5_number/1 sha1/1 sha256/1
u: uuid_extract_timestamp/1 uuid_extract_version/1
v: normalized_interval/1
v,DtzT: time_bucket/2
v,DtzT,sDtzTv: time_bucket/3
x: base64/1 decode/1 octet_length/1 st_geomfromwkb/1 to_base64/1 variant_bytes_to_variant/1
x,s: decode/2
"""
"""What kinds of types functions take with so many arguments, place by place, as it was tried out.  What takes anything is not here."""

OPERATORS = """
+ i=idfD d=idf f=idf D=iTv t=v z=v T=Dv v=DtzTv l=l
- i=idf d=idf f=idf D=iDtzv t=Dtzv z=Dtzv T=v v=v
* i=idfv d=idfv f=idfv v=idf
/ i=idf d=idf f=idf v=idf
// i=idf d=idf f=idf
% i=idf d=idf f=idf
|| i=idfbsDtzTvmrxu d=idfbsDtzTvmrxu f=idfbsDtzTvmrxu b=idfbsDtzTvmrxu s=idfbsDtzTvmrxu D=idfbsDtzTvmrxu t=idfbsDtzTvmrxu z=idfbsDtzTvmrxu T=idfbsDtzTvmrxu v=idfbsDtzTvmrxu l=l m=idfbsDtzTvmrxu r=idfbsDtzTvmrxu x=idfbsDtzTvmrxu u=idfbsDtzTvmrxu
& i=i
| i=i
<< i=i
>> i=i
LIKE s=s
ILIKE s=s
GLOB s=s
"""
"""The same of operators: on the right, by what stands on the left."""

AGGREGATES = """
any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last arg_min
arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and bool_or
combine_aggr corr count count_if count_star countif covar_pop covar_samp decimal_average entropy favg first fsum
group_concat histogram histogram_exact kahan_sum kurtosis kurtosis_pop last list listagg lttb mad max max_by mean
median min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept
regr_r2 regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg
sum sum_no_overflow sumkahan var_pop var_samp variance variant_group_object
"""

WINDOWS = """
cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
"""

SCALARS = """
__between __cast abs acos acosh add age aggregate alias apply array_aggr array_aggregate array_apply array_cat
array_concat array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance
array_distinct array_dot_product array_extract array_filter array_grade_up array_has array_has_all array_has_any
array_indexof array_inner_product array_intersect array_length array_negative_dot_product array_negative_inner_product
array_position array_reduce array_resize array_reverse_sort array_select array_slice array_sort array_to_json
array_transform array_unique array_value array_where array_zip ascii asin asinh atan atan2 atanh bar base64 bin binom
bit_count bit_length bit_position bitstring bitstring_byte_comparable can_cast_implicitly cardinality cast_to_type
cbrt ceil ceiling century char_length character_length chr collate_aa collate_af collate_am collate_ar collate_ar_sa
collate_as collate_az collate_bal collate_be collate_bg collate_blo collate_bn collate_bo collate_br collate_bs
collate_ca collate_ceb collate_chr collate_cs collate_cu collate_cy collate_da collate_de collate_de_at collate_dsb
collate_dz collate_ee collate_el collate_en collate_en_us collate_eo collate_es collate_et collate_fa collate_fa_af
collate_ff collate_fi collate_fil collate_fo collate_fr collate_fr_ca collate_fy collate_ga collate_gl collate_gu
collate_ha collate_haw collate_he collate_he_il collate_hi collate_hr collate_hsb collate_hu collate_hy collate_id
collate_id_id collate_ig collate_is collate_it collate_ja collate_ka collate_kk collate_kl collate_km collate_kn
collate_ko collate_kok collate_ku collate_ky collate_lb collate_lij collate_lkt collate_ln collate_lo collate_lt
collate_lv collate_mk collate_ml collate_mn collate_mr collate_ms collate_mt collate_my collate_nb collate_nb_no
collate_ne collate_nl collate_nn collate_no collate_noaccent collate_nso collate_om collate_or collate_pa
collate_pa_in collate_pl collate_ps collate_pt collate_ro collate_ru collate_sa collate_se collate_sgs collate_si
collate_sk collate_sl collate_smn collate_sq collate_sr collate_sr_ba collate_sr_me collate_sr_rs collate_ssy
collate_st collate_sv collate_sw collate_ta collate_te collate_th collate_tk collate_tn collate_to collate_tr
collate_ug collate_uk collate_ur collate_uz collate_vi collate_vo collate_wae collate_wo collate_xh collate_yi
collate_yo collate_zh collate_zh_cn collate_zh_hk collate_zh_mo collate_zh_sg collate_zh_tw collate_zu combine concat
concat_ws constant_or_null contains cos cosh cot create_sort_key current_connection_id current_database current_date
current_localtime current_localtimestamp current_query current_query_id current_schema current_schemas current_setting
current_transaction_id currval damerau_levenshtein date_diff date_part date_sub date_trunc datediff datepart datesub
datetrunc day dayname dayofmonth dayofweek dayofyear decade decimal_division decode degrees divide editdist3
element_at encode ends_with enum_code enum_first enum_last enum_range enum_range_boundary epoch epoch_ms epoch_ns
epoch_us equi_width_bins era error even exp factorial filter finalize flatten floor fmod format format_bytes
from_base64 from_binary from_hex from_json from_json_strict gamma gcd gen_random_uuid generate_series get_bit
get_current_time get_current_timestamp get_type getvariable grade_up greatest greatest_common_divisor hamming hash hex
hive_partition_component hour icu_collate_aa icu_collate_af icu_collate_am icu_collate_ar icu_collate_ar_sa
icu_collate_as icu_collate_az icu_collate_bal icu_collate_be icu_collate_bg icu_collate_blo icu_collate_bn
icu_collate_bo icu_collate_br icu_collate_bs icu_collate_ca icu_collate_ceb icu_collate_chr icu_collate_cs
icu_collate_cu icu_collate_cy icu_collate_da icu_collate_de icu_collate_de_at icu_collate_dsb icu_collate_dz
icu_collate_ee icu_collate_el icu_collate_en icu_collate_en_us icu_collate_eo icu_collate_es icu_collate_et
icu_collate_fa icu_collate_fa_af icu_collate_ff icu_collate_fi icu_collate_fil icu_collate_fo icu_collate_fr
icu_collate_fr_ca icu_collate_fy icu_collate_ga icu_collate_gl icu_collate_gu icu_collate_ha icu_collate_haw
icu_collate_he icu_collate_he_il icu_collate_hi icu_collate_hr icu_collate_hsb icu_collate_hu icu_collate_hy
icu_collate_id icu_collate_id_id icu_collate_ig icu_collate_is icu_collate_it icu_collate_ja icu_collate_ka
icu_collate_kk icu_collate_kl icu_collate_km icu_collate_kn icu_collate_ko icu_collate_kok icu_collate_ku
icu_collate_ky icu_collate_lb icu_collate_lij icu_collate_lkt icu_collate_ln icu_collate_lo icu_collate_lt
icu_collate_lv icu_collate_mk icu_collate_ml icu_collate_mn icu_collate_mr icu_collate_ms icu_collate_mt
icu_collate_my icu_collate_nb icu_collate_nb_no icu_collate_ne icu_collate_nl icu_collate_nn icu_collate_no
icu_collate_noaccent icu_collate_nso icu_collate_om icu_collate_or icu_collate_pa icu_collate_pa_in icu_collate_pl
icu_collate_ps icu_collate_pt icu_collate_ro icu_collate_ru icu_collate_sa icu_collate_se icu_collate_sgs
icu_collate_si icu_collate_sk icu_collate_sl icu_collate_smn icu_collate_sq icu_collate_sr icu_collate_sr_ba
icu_collate_sr_me icu_collate_sr_rs icu_collate_ssy icu_collate_st icu_collate_sv icu_collate_sw icu_collate_ta
icu_collate_te icu_collate_th icu_collate_tk icu_collate_tn icu_collate_to icu_collate_tr icu_collate_ug
icu_collate_uk icu_collate_ur icu_collate_uz icu_collate_vi icu_collate_vo icu_collate_wae icu_collate_wo
icu_collate_xh icu_collate_yi icu_collate_yo icu_collate_zh icu_collate_zh_cn icu_collate_zh_hk icu_collate_zh_mo
icu_collate_zh_sg icu_collate_zh_tw icu_collate_zu icu_sort_key ilike_escape in_search_path index_key instr invoke
is_histogram_other_bin isfinite isinf isnan isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json_array
json_array_length json_contains json_deep_merge json_deserialize_sql json_exists json_extract json_extract_path
json_extract_path_text json_extract_string json_insert json_keys json_merge_patch json_merge_patch_diff json_normalize
json_object json_pretty json_quote json_remove json_replace json_serialize_plan json_serialize_sql json_set
json_strip_nulls json_structure json_transform json_transform_strict json_type json_valid json_value julian last_day
lcase lcm least least_common_multiple left left_grapheme len length length_grapheme levenshtein lgamma like_escape
list_aggr list_aggregate list_apply list_cat list_concat list_contains list_cosine_distance list_cosine_similarity
list_distance list_distinct list_dot_product list_element list_extract list_filter list_grade_up list_has list_has_all
list_has_any list_indexof list_inner_product list_intersect list_negative_dot_product list_negative_inner_product
list_pack list_position list_reduce list_resize list_reverse_sort list_select list_slice list_sort list_transform
list_unique list_value list_where list_zip ln log log10 log2 lower lpad ltrim make_date make_time make_timestamp
make_timestamp_ms make_timestamp_ns make_timestamptz make_type map map_concat map_contains map_entries map_extract
map_extract_value map_from_entries map_keys map_values md5 md5_number microsecond millennium millisecond minute
mismatches mod month monthname multiply nanosecond nextafter nextval nfc_normalize normalized_interval
not_ilike_escape not_like_escape now octet_length ord overlay parse_dirname parse_dirpath parse_duckdb_log_message
parse_filename parse_formatted_bytes parse_path path_join pi position pow power prefix printf quarter radians random
range reduce regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace
regexp_split_to_array remap_struct repeat replace replace_type reverse right right_grapheme round round_even
roundbankers row row_to_json rpad rtrim second set_bit setseed setval sha1 sha256 sign signbit sin sinh sleep_ms split
sqrt st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_crs st_geomfromgeojson st_geomfromwkb
st_intersects_extent st_setcrs starts_with stats str_split str_split_regex strftime string_split string_split_regex
string_to_array strip_accents strlen strpos strptime struct_concat struct_contains struct_extract struct_extract_at
struct_has struct_indexof struct_insert struct_keys struct_pack struct_position struct_update struct_values substr
substring substring_grapheme subtract suffix switch tan tanh time_bucket timetz_byte_comparable timezone timezone_hour
timezone_minute to_aggregate_state to_base to_base64 to_binary to_centuries to_days to_decades to_hex to_hours to_json
to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks
to_years today transaction_timestamp translate trim trunc try_strptime txid_current typeof ucase unbin unhex unicode
union_extract union_tag union_value unpivot_list upper url_decode url_encode uuid uuid_extract_timestamp
uuid_extract_version uuidv4 uuidv7 variant_array_length variant_bytes_to_variant variant_comparator variant_contains
variant_exists variant_extract variant_extract_string variant_keys variant_normalize variant_to_parquet_variant
variant_type variant_typeof vector_type version vertex_extract week weekday weekofyear write_log xor year yearweek
"""

MACROS = """
ago array_append array_pop_back array_pop_front array_prepend array_push_back array_push_front array_reverse
array_to_string array_to_string_comma_default assert_true col_description current_catalog current_database
current_query current_role current_schema current_schemas current_user date_add days_in_month fdiv format_pg_type
format_type generate_subscripts geomean geometric_mean get_block_size has_any_column_privilege has_column_privilege
has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege
has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege if
inet_client_addr inet_client_port inet_server_addr inet_server_port json json_copy_strftime_if_date
json_copy_strftime_if_timestamp json_group_array json_group_object json_group_structure list_any_value list_append
list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_count
list_entropy list_first list_histogram list_kurtosis list_kurtosis_pop list_last list_mad list_max list_median
list_min list_mode list_prepend list_product list_reverse list_sem list_skewness list_stddev_pop list_stddev_samp
list_string_agg list_sum list_var_pop list_var_samp map_contains_entry map_contains_value map_to_pg_oid
map_type_id_to_pg_oid md5_number_lower md5_number_upper nullif obj_description pg_collation_is_visible
pg_conf_load_time pg_conversion_is_visible pg_function_is_visible pg_get_constraintdef pg_get_expr pg_get_viewdef
pg_has_role pg_is_other_temp_schema pg_my_temp_schema pg_opclass_is_visible pg_operator_is_visible
pg_opfamily_is_visible pg_postmaster_start_time pg_size_pretty pg_sleep pg_table_is_visible pg_ts_config_is_visible
pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible pg_typeof
regexp_split_to_table session_user shobj_description split_part user variant_group_array wavg weighted_avg
"""

TABLES = """
add_grammar_extension arrow_scan arrow_scan_dumb checkpoint create_external_resource deregister_external_resource
destroy_external_resource disable_logging disable_profiling duckdb_approx_database_count duckdb_available_metrics
duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems duckdb_databases
duckdb_dependencies duckdb_dialects duckdb_eviction_queues duckdb_extension_repositories duckdb_extensions
duckdb_external_file_cache duckdb_external_resource_types duckdb_external_resources duckdb_functions
duckdb_grammar_extensions duckdb_indexes duckdb_keywords duckdb_live_query_metrics duckdb_log_contexts duckdb_logs
duckdb_logs_parsed duckdb_memory duckdb_optimizers duckdb_prepared_statements duckdb_profiling_settings duckdb_schemas
duckdb_secret_type_parameters duckdb_secret_types duckdb_secrets duckdb_sequences duckdb_settings duckdb_table_sample
duckdb_tables duckdb_temporary_files duckdb_triggers duckdb_types duckdb_variables duckdb_views enable_logging
enable_profiling force_checkpoint generate_series glob histogram histogram_values icu_calendar_names json_each
json_execute_serialized_sql json_tree pandas_scan parquet_bloom_probe parquet_file_metadata parquet_full_metadata
parquet_kv_metadata parquet_metadata parquet_page_index parquet_scan parquet_schema pg_timezone_names
pragma_collations pragma_database_size pragma_metadata_info pragma_platform pragma_show pragma_storage_info
pragma_table_info pragma_user_agent pragma_version python_arrow_scan python_map_function query query_table range
read_blob read_csv read_csv_auto read_duckdb read_json read_json_auto read_json_objects read_json_objects_auto
read_ndjson read_ndjson_auto read_ndjson_objects read_parquet read_single_csv_file read_single_json_file
read_single_parquet_file read_text register_external_resource register_external_resource_type remove_grammar_extension
repeat repeat_row seq_scan sniff_csv summary test_all_types test_vector_types truncate_duckdb_logs unnest which_secret
"""

VOLATILE = """
assert_true current_connection_id current_query current_query_id current_transaction_id currval error gen_random_uuid
histogram_values json_group_object nextval pg_sleep random setseed setval sleep_ms stats uuid uuidv4 uuidv7
vector_type write_log
"""

STABLE = """
current_catalog current_database current_date current_localtime current_localtimestamp current_schema current_schemas
current_setting get_current_time get_current_timestamp getvariable in_search_path now today transaction_timestamp
txid_current
"""
"""Fixed within one query."""

CONFLATED = """
array_prepend current_date date_diff date_trunc datediff datetrunc json_extract json_extract_path
json_extract_path_text json_extract_string list_prepend today
"""
"""Functions that a syntax tree does not tell from another that is no alias: their written name is part of their meaning."""
