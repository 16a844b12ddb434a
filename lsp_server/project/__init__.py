"""From disk to inputs: configuration, discovery, watching, formats."""
