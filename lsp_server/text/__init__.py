"""Offsets, lines, UTF-8/16/32 positions, edits."""
