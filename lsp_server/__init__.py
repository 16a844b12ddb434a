"""Headwater: a language server for SQL models.  The map of this package is ARCHITECTURE.md."""

__version__ = "0.1.0"
