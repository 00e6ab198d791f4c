"""Writes Parquet files as told on standard input: [{"file": ..., "columns": [[name, type, values], ...]}, ...].

Types are pyarrow's aliases (int32, string, double, timestamp[us], ...). The files are what a pipeline would write:
pyarrow's defaults, snappy.
"""
import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

for spec in json.load(sys.stdin):
    columns = {name: pa.array(values, pa.type_for_alias(kind)) for name, kind, values in spec['columns']}
    os.makedirs(os.path.dirname(spec['file']), exist_ok=True)
    pq.write_table(pa.table(columns), spec['file'])
