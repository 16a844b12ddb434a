"""Random edits, judged by DuckDB: does every promise of a category hold in the data?

`sql` writes queries, `traps` and `harmless` edit them, `workspaces` puts them between upstream and downstream models,
`oracle` runs both versions over many data sets, `verdicts` asks Headwater, `shrink` makes a failure small.
Only `verdicts` imports Headwater: the generator does not know how the classifier thinks.

    python -m tests.oracles.soundness --n 3000 --seed 1
"""
