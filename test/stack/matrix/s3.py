"""Servers that speak S3."""

ENTRIES = {}
