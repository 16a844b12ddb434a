"""Pairs of queries that others hold to be equivalent (the benchmark of SJTU-IPADS/SQLSolver), as a measure of precision.

python -m tests.oracles.equivalent_pairs [--missed 20]
"""
