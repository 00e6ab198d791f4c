"""Writes Parquet files as told on standard input: [{"file": ..., "columns": [[name, type, values], ...]}, ...].

Types are pyarrow's aliases (int32, string, double, timestamp[us], ...), "decimal(9,2)", "timestamp[us, UTC]", "fixed(4)", "json", or
{"list": type}, {"map": [key, value]}, {"struct": {name: type}}, {"required": type} for a column without nulls; a map is
written as an object. Text is read as a value of the type ("12.50", "2019-09-01", "2019-09-01 01:02:03.004"). The files
are what a pipeline would write: pyarrow's defaults, snappy; "options" are for pyarrow.parquet.write_table.
"""
import datetime
import decimal
import json
import os
import re
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def arrow(kind):
    if isinstance(kind, str):
        name, arguments = re.fullmatch(r'(\w+)(?:[(\[](.*)[)\]])?', kind).groups()
        if name == 'decimal':
            return pa.decimal128(*map(int, arguments.split(',')))
        if name == 'fixed':
            return pa.binary(int(arguments))
        if name == 'json':
            return pa.json_()
        if name == 'timestamp' and ',' in arguments:
            return pa.timestamp(*arguments.split(', '))
        return pa.type_for_alias(kind)
    (shape, inner), = kind.items()
    if shape == 'required':
        return arrow(inner)
    if shape == 'list':
        return pa.list_(arrow(inner))
    if shape == 'map':
        return pa.map_(*map(arrow, inner))
    return pa.struct([(name, arrow(field)) for name, field in inner.items()])


def cell(kind, value):
    if value is None:
        return None
    if isinstance(kind, dict):
        (shape, inner), = kind.items()
        if shape == 'required':
            return cell(inner, value)
        if shape == 'list':
            return [cell(inner, one) for one in value]
        if shape == 'map':
            return [(cell(inner[0], key), cell(inner[1], one)) for key, one in value.items()]
        return {name: cell(inner[name], one) for name, one in value.items()}
    return parsed(arrow(kind), value) if isinstance(value, str) else value


def parsed(kind, text):
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_floating(kind):
        return float(text)
    if pa.types.is_decimal(kind):
        return decimal.Decimal(text)
    if pa.types.is_date(kind):
        return datetime.date.fromisoformat(text)
    if pa.types.is_timestamp(kind):
        return datetime.datetime.fromisoformat(text)
    return text


def column(name, kind, values):
    required = isinstance(kind, dict) and 'required' in kind
    return pa.field(name, arrow(kind), nullable=not required), pa.array([cell(kind, one) for one in values], arrow(kind))


for spec in json.load(sys.stdin):
    fields, arrays = zip(*(column(*one) for one in spec['columns']))
    os.makedirs(os.path.dirname(spec['file']), exist_ok=True)
    pq.write_table(pa.table(list(arrays), schema=pa.schema(fields)), spec['file'], **spec.get('options', {}))
