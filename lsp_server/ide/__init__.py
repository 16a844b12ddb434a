"""One file an editor feature: pure functions from (graph, file, offset) to plain values."""
