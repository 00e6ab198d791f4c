"""Writes the file of record.ts: a column for each shape, declared type and place, three rows. Standard input: {"file", "cells"}."""
import decimal
import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq

TIME = pa.time32('ms')
SHAPES = {
    'null': (pa.null(), [None] * 3),
    'null-int32': (pa.int32(), [None] * 3),
    'null-bytes': (pa.binary(), [None] * 3),
    'uint32': (pa.uint32(), [3_000_000_000, 1, None]),
    'uint64': (pa.uint64(), [2**63 + 5, 1, None]),
    'time-millis': (TIME, [1000, 2000, None]),
    'decimal-too-wide': (pa.decimal256(50, 2), [decimal.Decimal('1.50'), decimal.Decimal('2.50'), None]),
    'struct': (pa.struct([('t', TIME)]), [{'t': 1000}, {'t': 2000}, None]),
    'null-struct': (pa.struct([('t', pa.null())]), [{'t': None}, {'t': None}, None]),
    'null-list': (pa.list_(pa.null()), [[None], [], None]),
    'duplicate': (pa.int32(), [1, 2, None]),
}


def placed(place, kind, values):
    if place == 'element':
        return pa.list_(kind), [[values[0]], values[1:], []]
    if place == 'field':
        return pa.struct([('a', pa.int32()), ('n', kind)]), [{'a': 1, 'n': value} for value in values]
    if place == 'value':
        return pa.map_(pa.string(), kind), [[('k', value)] for value in values]
    return kind, values


told = json.load(sys.stdin)
fields, arrays = [pa.field('id', pa.int32())], [pa.array([0, 1, 2], pa.int32())]
for name, shape, place in told['cells']:
    kind, values = placed(place, *SHAPES[shape])
    names = [name, name.upper()] if shape == 'duplicate' else [name]
    for one in names:
        fields.append(pa.field(one, kind))
        arrays.append(pa.array(values, kind))
pq.write_table(pa.table(arrays, schema=pa.schema(fields)), told['file'])
