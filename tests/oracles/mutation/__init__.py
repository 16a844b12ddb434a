"""Breaks the classifier on purpose, one rule at a time: docs/changes.md must notice each time.

python -m tests.oracles.mutation
"""
