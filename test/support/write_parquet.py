"""Writes Parquet files as told on standard input: [{"file": ..., "columns": [[name, type, values], ...]}, ...].

Types are pyarrow's aliases (int32, string, double, timestamp[us], ...), or {"list": type}, {"map": [key, value]},
{"struct": {name: type}}; a map is written as an object. The files are what a pipeline would write: pyarrow's
defaults, snappy.
"""
import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def arrow(kind):
    if isinstance(kind, str):
        return pa.type_for_alias(kind)
    (shape, inner), = kind.items()
    if shape == 'list':
        return pa.list_(arrow(inner))
    if shape == 'map':
        return pa.map_(*map(arrow, inner))
    return pa.struct([(name, arrow(field)) for name, field in inner.items()])


def cell(kind, value):
    return list(value.items()) if 'map' in kind and value is not None else value


for spec in json.load(sys.stdin):
    columns = {name: pa.array([cell(kind, value) for value in values], arrow(kind)) for name, kind, values in spec['columns']}
    os.makedirs(os.path.dirname(spec['file']), exist_ok=True)
    pq.write_table(pa.table(columns), spec['file'])
