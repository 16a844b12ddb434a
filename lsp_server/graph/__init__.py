"""The incremental database of models: inputs, memoised queries with early cut-off."""
