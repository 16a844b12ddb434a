"""Unit tests of models: given rows in, expected rows out, on an in-memory database."""
