"""Audits: queries for rows that must not exist, run before views move."""
