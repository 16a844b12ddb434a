"""Benchmarks: `make bench`.  Figures, never assertions on absolute times."""
