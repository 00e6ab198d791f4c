"""Newer engines and other versions of DuckDB."""

ENTRIES = {}
