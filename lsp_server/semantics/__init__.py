"""The meaning of one query, given the interfaces it reads: names resolved, types, lineage, relational form."""
