"""Pure: snapshots, environment states as values, differences, steps."""
