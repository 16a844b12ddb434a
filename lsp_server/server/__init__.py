"""The protocol layer: the only one that knows LSP types."""
