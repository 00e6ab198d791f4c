"""HDFS behind gateways and of other versions: HttpFS, router-based federation, newer NameNodes."""

ENTRIES = {}
