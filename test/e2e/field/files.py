"""Writes the files of rows.ts, `FOLDER/ROW/0.parquet` for the first hour and `1.parquet` for the second: `python files.py FOLDER`.
On standard output, as JSON: by row and hour the columns with the values that pyarrow is given, as test/fixtures/kinds.py tells them.

Each file has a column `id`, unique in its row, and `u`, which the row is about, unless it says otherwise.
"""
import datetime
import decimal
import json
import pathlib
import struct
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(pathlib.Path(__file__).parents[2] / 'fixtures'))
from compact import BOOLEAN, BYTE_ARRAY, INT32, STRUCT, fields, leaf
from kinds import values_of
from recast import Reader, get, put, recast

FOLDER = pathlib.Path(sys.argv[1])
OLD = [datetime.datetime(1, 1, 1), datetime.datetime(1582, 10, 10, 12), datetime.datetime(2019, 9, 1)]
STATISTICS = dict(write_statistics=False)


def struct_of(**of):
    return pa.struct(list(of.items()))


def arrow(u=None, options=None, then=None, **more):
    """@param u the type and the values of the column @param more others @param then what is done to the file"""
    columns = {name: pa.array(values, kind) for name, (kind, values) in ([('u', u)] if u else []) + list(more.items())}

    def write(path, first):
        rows = len(next(iter(columns.values())))
        table = pa.table({'id': pa.array(range(first, first + rows), pa.int32()), **columns})
        pq.write_table(table, path, **(options or {}))
        if then:
            then(path)
        return table
    return write


def required(kind, values):
    def write(path, first):
        ids = pa.array(range(first, first + len(values)), pa.int32())
        schema = pa.schema([pa.field('id', pa.int32(), False), pa.field('u', kind, False)])
        table = pa.table([ids, pa.array(values, kind)], schema=schema)
        pq.write_table(table, path)
        return table
    return write


def by_duckdb(u, rows=2, copy=''):
    """@param u an expression of DuckDB's over x, the number of the row"""
    def write(path, first):
        duckdb.sql(f"copy (select ({first} + x)::integer as id, {u} as u from range({rows}) t(x)) to '{path}' (format parquet{copy})")
        return pq.read_table(path)
    return write


def in_words(u, rows=2):
    """Likewise, of values that are no dates of Python's."""
    def write(path, first):
        by_duckdb(u, rows)(path, first)
        texts = duckdb.sql(f"select id, u::varchar from read_parquet('{path}') order by id").fetchall()
        return pa.table({'id': pa.array([id for id, _ in texts], pa.int32()), 'u': [text for _, text in texts]})
    return write


def footer_edited(change):
    def edit(path):
        data = path.read_bytes()
        length = struct.unpack('<I', data[-8:-4])[0]
        metadata = fields(change(Reader(data[-8 - length:-8]).fields()))
        path.write_bytes(data[:-8 - length] + metadata + struct.pack('<I', len(metadata)) + b'PAR1')
    return edit


def written_by(name):
    """The file says that it is of this writer."""
    return footer_edited(lambda footer: put(footer, 6, name.encode()))


def with_lengths(path):
    """As parquet-go writes numbers and booleans."""
    recast(path, [leaf('id', INT32), leaf('u', INT32, length=32), leaf('b', BOOLEAN, length=1)])


def bare_bytes(path):
    recast(path, [leaf('id', INT32), leaf('u', BYTE_ARRAY)])
    written_by('hyparquet')(path)


INTS = (pa.int32(), [5, 6])
AS_INT96 = dict(use_deprecated_int96_timestamps=True)
DAYS = [time.date() for time in OLD]
TEXTS = (pa.list_(pa.string()), [['a'], None])
WIDE = (pa.decimal256(50, 10), [decimal.Decimal('1.5'), None])
NARROW = (pa.decimal128(38, 10), [decimal.Decimal('1.5'), None])
TWO_NAMES = arrow(INTS, U=(pa.int32(), [7, 8]))
NO_TYPE = (pa.null(), [None, None])


def either(name, bad, good):
    """What is left out, and a type: the one comes first, or the other."""
    return {f'{name}_first': [bad, good], f'{name}_last': [good, bad]}


def with_orders(*orders):
    """The orders of the bounds of each leaf: 1 by type, 2 IEEE 754."""
    return footer_edited(lambda footer: put(footer, 7, (STRUCT, [[(order, STRUCT, [])] for order in orders])))


def with_root(name):
    def change(footer):
        elements = get(footer, 2)[1]
        elements[0] = put(elements[0], 4, name)
        return footer
    return footer_edited(change)


def encoded(kind, values, encoding='BYTE_STREAM_SPLIT', leaf='u'):
    return arrow((kind, values), dict(use_dictionary=False, column_encoding={leaf: encoding}))


FLOATS = [0.5, None]
ROWS = {
    # How a file is packed: more in ../packing
    'codec_brotli': [arrow(INTS, dict(compression='brotli'))],
    'codec_lz4': [arrow(INTS, dict(compression='lz4'))],
    'codec_mixed': [arrow(INTS, dict(compression=dict(id='snappy', u='brotli')))],
    'split_int64': [encoded(pa.int64(), [5, None])],
    'split_double': [encoded(pa.float64(), FLOATS)],
    'split_in_list': [encoded(pa.list_(pa.float32()), [[0.5], None], leaf='u.list.element')],
    'delta_text': [encoded(pa.string(), ['a', None], 'DELTA_BYTE_ARRAY')],
    'order_in_map': [arrow((pa.map_(pa.string(), pa.float64()), [[('k', 0.5)], None]), then=with_orders(1, 1, 2))],
    'order_behind_map': [
        arrow((pa.map_(pa.string(), pa.int32()), [[('k', 5)], None]), then=with_orders(1, 1, 1, 2, 1), d=(pa.float64(), FLOATS),
              t=(pa.string(), ['a', None])),
    ],
    'root_empty': [arrow(INTS, then=with_root(b''))],
    'root_comma': [arrow(INTS, then=with_root(b'a,b'))],
    # Bloom filters
    'bloom_int': [by_duckdb('(x % 5)::integer', 50), by_duckdb('(x % 5)::bigint', 50)],
    'bloom_unsigned': [by_duckdb('(x % 5)::uinteger', 50)],
    'bloom_smallint': [by_duckdb('(x % 5)::usmallint', 50)],
    'bloom_tinyint': [by_duckdb('(x % 5)::tinyint', 50), by_duckdb('(x % 5)::bigint', 50)],
    'bloom_float': [by_duckdb('(x % 5 + 0.5)::float', 50), by_duckdb('(x % 5 + 0.5)::double', 50)],
    # Values
    'old_int96': [arrow((pa.timestamp('us'), OLD), AS_INT96)],
    'old_int64': [arrow((pa.timestamp('us'), OLD))],
    'old_days_in_list': [arrow((pa.list_(pa.date32()), [[DAYS[0]], [DAYS[1]], []]))],
    'old_days_as_keys': [arrow((pa.map_(pa.date32(), pa.int32()), [[(DAYS[0], 1)], [(DAYS[1], 2)], []]))],
    'infinity': [in_words("if(x = 0, 'infinity', '2019-09-01')::timestamp")],
    'infinite_day': [in_words("if(x = 0, 'infinity', '2019-09-01')::date")],
    # Names
    'late_path': [arrow(INTS), arrow(INTS, **{'$path': INTS})],
    'late_file_name': [arrow(INTS), arrow(INTS, Input__File__Name=INTS)],
    'late_file_size': [arrow(INTS), arrow(INTS, **{'$FILE_SIZE': INTS})],
    'late_row_id': [arrow(INTS), arrow(INTS, ROW__ID=INTS)],
    'late_value_name': [
        arrow((pa.map_(pa.string(), struct_of(ok=pa.int32())), [[('k', dict(ok=5))], None])),
        arrow((pa.map_(pa.string(), struct_of(ok=pa.int32(), **{'b c': pa.int32()})), [[('k', {'ok': 5, 'b c': 6})], None])),
    ],
    'digit_fields': [by_duckdb("{'1': 5::integer, '2': 'a'}")],
    'digit_in_list': [arrow((pa.list_(struct_of(**{'a': pa.int32(), '1b': pa.int32()})), [[{'a': 5, '1b': 6}], []]))],
    'members': [by_duckdb("if(x = 0, 5::integer::union(n integer, t varchar), 'a')")],
    'members_in_list': [by_duckdb("[if(x = 0, 5::integer::union(n integer, t varchar), 'a')]")],
    # Names that differ in case
    'case_declared': [arrow(v=INTS), arrow(V=INTS, v=(pa.int32(), [7, 8]))],
    'case_fields': [arrow((pa.struct([('ok', pa.int32()), ('A', pa.int32()), ('a', pa.int32())]), [dict(ok=5, A=6, a=7), None]))],
    'case_values': [
        arrow((pa.map_(pa.string(), pa.struct([('ok', pa.int32()), ('A', pa.int32()), ('a', pa.int32())])), [[('k', dict(ok=5, A=6, a=7))], None])),
    ],
    'case_unlike': [arrow(V=INTS, v=(struct_of(x=pa.int32()), [dict(x=1), None]))],
    'case_structs': [arrow(V=(struct_of(x=pa.int32()), [dict(x=1), None]), v=(struct_of(y=pa.int32()), [dict(y=1), None]))],
    # Nulls
    'null_group': [arrow((pa.int32(), [5, None]), dict(row_group_size=1))],
    # What was left out
    **either('wide_decimal', arrow(WIDE), arrow(NARROW)),
    **either('two_names', TWO_NAMES, arrow(INTS)),
    **either('null_elements', arrow((pa.list_(pa.null()), [[], [None]])), arrow(TEXTS)),
    **either('time_field', arrow((struct_of(a=pa.int32(), t=pa.time32('ms')), [dict(a=1, t=datetime.time(1)), None])),
             arrow((struct_of(a=pa.int32(), t=pa.int32()), [dict(a=1, t=2), None]))),
    **either('null_bytes', arrow(NO_TYPE), arrow((pa.binary(), [b'a', None]))),
    **either('duckdb_null', by_duckdb('null'), arrow((pa.string(), ['a', None]))),
    'duckdb_null_decimal': [by_duckdb('null'), arrow((pa.decimal128(9, 2), [decimal.Decimal('1.50'), None]))],
    'bare_null_int': [arrow((pa.string(), [None, None]), then=bare_bytes), arrow(INTS)],
    # Repetition
    'required_first': [required(pa.int32(), [5, 6]), arrow((pa.int32(), [5, None]))],
    'required_last': [arrow((pa.int32(), [5, None])), required(pa.int32(), [5, 6])],
    'required_element': [required(pa.list_(pa.field('element', pa.string(), False)), [['a'], []]), arrow(TEXTS)],
    'required_field': [
        required(pa.struct([pa.field('a', pa.int32(), False)]), [dict(a=5), dict(a=6)]), arrow((struct_of(a=pa.int32()), [dict(a=None), None])),
    ],
    # Types
    'uint32_max': [arrow((pa.uint32(), [4294967295, 1]), STATISTICS)],
    'uint32_in_list': [arrow((pa.list_(pa.uint32()), [[4294967295], [1]]), STATISTICS)],
    'nanos': [arrow((pa.timestamp('ns'), [OLD[2], None]))],
    'nanos_in_struct': [arrow((struct_of(t=pa.timestamp('ns')), [dict(t=OLD[2]), None]))],
    'time_micros': [arrow((pa.time64('us'), [datetime.time(1, 2, 3), None]))],
    'variant': [by_duckdb("{'a': x}::variant")],
    'stray_length': [arrow(INTS, b=(pa.bool_(), [True, None]), then=with_lengths)],
    'geometry': [by_duckdb("'POINT(1 2)'::geometry", 2, ", geoparquet_version 'V2'")],
    'geo_key': [by_duckdb("'POINT(1 2)'::geometry", 2, ", geoparquet_version 'V1'")],
    'int64_strict': [arrow(INTS), arrow((pa.int64(), [5, 7_000_000_000]))],
    # What lies beside (rows.ts)
    'empty_file': [arrow(INTS)],
    'temporary_file': [arrow(INTS)],
    'spark_sink': [arrow(INTS)],
}


def main():
    told = {}
    for row, hours in ROWS.items():
        (FOLDER / row).mkdir(parents=True)
        tables = [write(FOLDER / row / f'{hour}.parquet', 1 + 1000 * hour) for hour, write in enumerate(hours)]
        # Where names differ in case, the first.
        told[row] = [{name.lower(): values_of(table.column(name)) for name in reversed(table.column_names)} for table in tables]
    json.dump(told, sys.stdout)


main()
