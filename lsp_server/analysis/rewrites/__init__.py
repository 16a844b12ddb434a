"""The rewrites under which two texts have one fingerprint.

Each is a small function from the relational form to the relational form (or a predicate that lets a fingerprint leave
something out), named, with its reason and the condition under which it holds; every condition was found by a
counterexample on DuckDB, and docs/changes.md holds both as cases that run.  What is not here does not count as the same.
"""
