"""Makes a Parquet file for each way of packing: `python make.py FOLDER`. On standard output, as JSON: by file the columns that it has,
with Hive types and the values that pyarrow was given.

By pyarrow where it writes them; by an edited footer, or pages compressed anew, where no writer at hand does.
"""
import datetime
import decimal
import json
import os
import pathlib
import struct
import sys

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(pathlib.Path(__file__).parents[2] / 'fixtures'))
from compact import BINARY, BOOL_TRUE, I32, I64, LIST, STRUCT, fields
from recast import Reader, get

ROWS = 24
FOLDER = pathlib.Path(sys.argv[1])
EPOCH = datetime.datetime(2020, 1, 1)

# Hive type, Arrow type, the value of row i.
SCALARS = {
    'bool': ('boolean', pa.bool_(), lambda i: i % 3 == 0),
    'i8': ('tinyint', pa.int8(), lambda i: i),
    'i16': ('smallint', pa.int16(), lambda i: i * 300),
    'i32': ('int', pa.int32(), lambda i: i * 70_000),
    'i64': ('bigint', pa.int64(), lambda i: i * 5_000_000_000),
    'u8': ('smallint', pa.uint8(), lambda i: i + 200),
    'u32': ('bigint', pa.uint32(), lambda i: i),
    'f32': ('float', pa.float32(), lambda i: i + 0.5),
    'f64': ('double', pa.float64(), lambda i: i + 0.25),
    'text': ('string', pa.string(), lambda i: f'text {i}'),
    'bytes': ('binary', pa.binary(), lambda i: bytes([65 + i])),
    'fixed': ('binary', pa.binary(3), lambda i: bytes([65 + i] * 3)),
    'dec9': ('decimal(9,2)', pa.decimal128(9, 2), lambda i: decimal.Decimal(i) + decimal.Decimal('0.25')),
    'dec18': ('decimal(18,2)', pa.decimal128(18, 2), lambda i: decimal.Decimal(i) + decimal.Decimal('0.25')),
    'dec38': ('decimal(38,2)', pa.decimal128(38, 2), lambda i: decimal.Decimal(i) + decimal.Decimal('0.25')),
    'day': ('date', pa.date32(), lambda i: EPOCH.date() + datetime.timedelta(days=i)),
    'micros': ('timestamp', pa.timestamp('us'), lambda i: EPOCH + datetime.timedelta(hours=i)),
    'ints': ('array<int>', pa.list_(pa.int32()), lambda i: [i, i + 1]),
}
FILES = {}


def text(value):
    if value is None or isinstance(value, list):
        return value and [str(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.hex() if isinstance(value, bytes) else str(value)


def note(name, columns, rows=ROWS):
    FILES[name] = [{'name': 'id', 'type': 'int', 'values': [str(i) for i in range(rows)]}, *columns]


def scalars(names):
    arrays, columns = [pa.array(range(ROWS), pa.int32())], []
    for name in names:
        hive, arrow, value = SCALARS[name]
        values = [None if i % 5 == 3 else value(i) for i in range(ROWS)]
        arrays.append(pa.array(values, arrow))
        columns.append({'name': name, 'type': hive, 'values': [text(one) for one in values]})
    return pa.table(arrays, names=['id', *names]), columns


def write(name, names, **options):
    table, columns = scalars(names)
    options.setdefault('store_decimal_as_integer', True)
    pq.write_table(table, FOLDER / f'{name}.parquet', **options)
    note(name, columns)


ALL = list(SCALARS)
USUAL = ['i32', 'i64', 'f64', 'text', 'dec38']
FIXED = ['fixed', 'dec38']
NUMBERS = ['i8', 'i16', 'i32', 'i64', 'u8', 'u32', 'dec9', 'dec18', 'day', 'micros', 'ints']


def encoded(name, encoding, names, **options):
    of = {('ints.list.element' if one == 'ints' else one): encoding for one in names}
    write(name, names, use_dictionary=False, column_encoding=of, **options)


def codecs():
    for codec in ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4']:
        write(f'codec_{codec}', USUAL, compression=codec)
    for name, number, compress in [('lz4_hadoop', 5, hadoop(lz4)), ('lz4_block', 5, lz4), ('lz4_frame', 5, lz4_frame), ('lzo_hadoop', 3, hadoop(lzo)), ('codec_99', 99, lz4)]:
        recompress(f'codec_{name}', number, compress)


def encodings():
    for version in ['1.0', '2.0']:
        page = {'data_page_version': version}
        v = 'v' + version[0]
        write(f'dictionary_{v}', ALL, **page)
        write(f'plain_{v}', ALL, use_dictionary=False, **page)
        encoded(f'split_{v}', 'BYTE_STREAM_SPLIT', [*NUMBERS, 'f32', 'f64', *FIXED], **page)
        encoded(f'delta_packed_{v}', 'DELTA_BINARY_PACKED', NUMBERS, **page)
        encoded(f'delta_length_{v}', 'DELTA_LENGTH_BYTE_ARRAY', ['text', 'bytes'], **page)
        encoded(f'delta_bytes_{v}', 'DELTA_BYTE_ARRAY', ['text', 'bytes', *FIXED], **page)
        encoded(f'rle_bool_{v}', 'RLE', ['bool'], **page)
    write('fixed_decimals', ['dec9', 'dec18', 'dec38'], store_decimal_as_integer=False)
    write('paged', ALL, write_page_index=True, write_page_checksum=True)
    write('int96', ['micros'], use_deprecated_int96_timestamps=True)


# Pages, compressed by hand.

def lz4(data):
    return pa.Codec('lz4_raw').compress(data, asbytes=True)


def lz4_frame(data):
    return pa.Codec('lz4').compress(data, asbytes=True)


def lzo(data):
    """LZO1X, literals only."""
    head = bytes([len(data) + 17]) if len(data) <= 238 else literals(len(data))
    return head + data + b'\x11\0\0'


def literals(length):
    rest = length - 18
    return b'\0' + b'\0' * ((rest - 1) // 255) + bytes([(rest - 1) % 255 + 1])


def hadoop(compress):
    def framed(data):
        block = compress(data)
        return struct.pack('>II', len(data), len(block)) + block
    return framed


def recompress(name, number, compress):
    """One plain page a column, so that a page is what lies between its header and the next column."""
    table, columns = scalars(USUAL)
    path = FOLDER / f'{name}.parquet'
    pq.write_table(table, path, compression='none', use_dictionary=False, store_decimal_as_integer=True)
    data, footer = parts(path)
    out = bytearray(b'PAR1')
    for group in get(footer, 4)[1]:
        for chunk in get(group, 1)[1]:
            meta = get(chunk, 3)
            reader = Reader(data)
            reader.at = get(meta, 9)
            header = reader.fields()
            body = compress(data[reader.at:reader.at + get(header, 3)])
            start = len(out)
            out += fields(changed(header, 3, len(body))) + body
            for field, value in [(4, number), (7, len(out) - start), (9, start)]:
                meta[:] = changed(meta, field, value)
    save(path, bytes(out), footer)
    note(name, columns)


# Footers, edited.

def parts(path):
    data = path.read_bytes()
    length = struct.unpack('<I', data[-8:-4])[0]
    return data[:-8 - length], Reader(data[-8 - length:-8]).fields()


def save(path, data, footer):
    metadata = fields(footer)
    path.write_bytes(data + metadata + struct.pack('<I', len(metadata)) + b'PAR1')


def changed(items, number, value, wire=None):
    """With that field; without it where the value is None."""
    kept = [one for one in items if one[0] != number]
    known = next((w for n, w, _ in items if n == number), wire)
    return kept if value is None else sorted([*kept, (number, known, value)], key=lambda one: one[0])


def edited(name, change, names=('i64', 'text'), table=None, **options):
    made, columns = scalars(names) if table is None else table
    path = FOLDER / f'{name}.parquet'
    pq.write_table(made, path, **{'store_decimal_as_integer': True, **options})
    data, footer = parts(path)
    save(path, data, change(footer) or footer)
    note(name, columns)


def in_file(number, value=None, wire=None):
    return lambda footer: changed(footer, number, value, wire)


def in_element(at, number, value=None, wire=None):
    def change(footer):
        elements = get(footer, 2)[1]
        elements[at] = changed(elements[at], number, value, wire)
    return change


def in_group(number, value=None, wire=None):
    def change(footer):
        groups = get(footer, 4)[1]
        groups[:] = [changed(group, number, value, wire) for group in groups]
    return change


def in_chunk(number, value=None, wire=None):
    def change(footer):
        for group in get(footer, 4)[1]:
            chunks = get(group, 1)[1]
            chunks[:] = [changed(chunk, number, value, wire) for chunk in chunks]
    return change


def in_meta(number, value=None, wire=None, at=None):
    def change(footer):
        for group in get(footer, 4)[1]:
            for i, chunk in enumerate(get(group, 1)[1]):
                if at in (None, i):
                    meta = get(chunk, 3)
                    meta[:] = changed(meta, number, value, wire)
    return change


def orders(*ids):
    """The column orders, by leaf."""
    return in_file(7, (STRUCT, [[(one, STRUCT, [])] for one in ids]), LIST)


def order_files():
    edited('order_ieee', orders(1, 2, 2, 1, 1, 1), ['f32', 'f64', 'text', 'i64', 'ints'])
    edited('order_all_ieee', orders(*[2] * (len(ALL) + 1)), ALL)
    edited('order_int96', orders(1, 3), ['micros'], use_deprecated_int96_timestamps=True)
    edited('order_unknown', orders(1, 9, 1), ['f64', 'text'])
    edited('order_none_set', in_file(7, (STRUCT, [[], [], []]), LIST), ['f64', 'text'])
    edited('order_short', orders(1), ['f64', 'text'])
    edited('order_empty', orders(), ['f64', 'text'])
    edited('order_absent', in_file(7), ['f64', 'text'])
    edited('order_long', orders(1, 1, 1, 1, 1), ['f64', 'text'])
    for name, after in [('struct', ['text', 'f64', 'i64']), ('struct_last', [])]:
        ids = [{'x': i + 0.5, 'y': i + 0.25} for i in range(ROWS)]
        made, columns = scalars(after)
        kind = pa.struct([('x', pa.float64()), ('y', pa.float64())])
        made = made.add_column(1, 's', pa.array(ids, kind))
        s = {'name': 's', 'type': 'struct<x:double,y:double>', 'values': [{k: str(v) for k, v in one.items()} for one in ids]}
        by_leaf = [2 if SCALARS[one][0] == 'double' else 1 for one in after]
        edited(f'order_ieee_{name}', orders(1, 2, 2, *by_leaf), table=(made, [s, *columns]))
    lists = [[i + 0.5] for i in range(ROWS)]
    made, columns = scalars(['text', 'i64'])
    made = made.add_column(1, 'l', pa.array(lists, pa.list_(pa.float64())))
    l = {'name': 'l', 'type': 'array<double>', 'values': [[str(one[0])] for one in lists]}
    edited('order_ieee_list', orders(1, 2, 1, 1), table=(made, [l, *columns]))


def lacking():
    for name, number in [('version', 1), ('num_rows', 3), ('row_groups', 4), ('created_by', 6)]:
        edited(f'no_{name}', in_file(number))
    for name, number in [('columns', 1), ('total_byte_size', 2), ('num_rows', 3), ('file_offset', 5), ('total_compressed_size', 6)]:
        edited(f'no_group_{name}', in_group(number))
    edited('no_chunk_file_offset', in_chunk(2))
    for name, number in [('type', 1), ('encodings', 2), ('path', 3), ('codec', 4), ('num_values', 5), ('uncompressed_size', 6), ('compressed_size', 7), ('data_page_offset', 9), ('encoding_stats', 13)]:
        edited(f'no_meta_{name}', in_meta(number))
    edited('no_dictionary_offset', in_meta(11))
    edited('no_root_repetition', in_element(0, 3))
    edited('no_root_name', in_element(0, 4))
    edited('no_element_name', in_element(1, 4))
    edited('no_element_repetition', in_element(1, 3))
    edited('no_decimal_scale', in_element(1, 7), ['dec9'])
    edited('no_encodings_listed', in_meta(2, (I32, [])))
    unit, utc, number = (2, STRUCT, [(2, STRUCT, [])]), (1, BOOL_TRUE, True), [(1, 3, 64), (2, BOOL_TRUE, True)]
    for name, kind, field in [('bits', 10, number[1:]), ('signed', 10, number[:1]), ('bits_as_i32', 10, [(1, I32, 64), number[1]]), ('scale', 5, [(2, I32, 9)]),
                              ('precision', 5, [(1, I32, 2)]), ('utc', 8, [unit]), ('unit', 8, [utc]), ('clock_utc', 7, [unit]), ('clock_unit', 7, [utc])]:
        edited(f'no_annotation_{name}', in_element(1, 10, [(kind, STRUCT, field)], STRUCT))
    edited('no_key_key', in_file(5, (STRUCT, [[(2, BINARY, b'value')]]), LIST))
    edited('no_key_value', in_file(5, (STRUCT, [[(1, BINARY, b'key')]]), LIST))
    edited('no_column_key_value', in_meta(8, (STRUCT, [[(1, BINARY, b'key')]]), LIST))
    edited('no_column_key_key', in_meta(8, (STRUCT, [[(2, BINARY, b'value')]]), LIST))
    sorting = [('index', (1, I32, 0)), ('descending', (2, BOOL_TRUE, False)), ('nulls_first', (3, BOOL_TRUE, True))]
    pages = [('type', (1, I32, 0)), ('encoding', (2, I32, 0)), ('count', (3, I32, 1))]
    for name, field in sorting:
        edited(f'no_sorting_{name}', in_group(4, (STRUCT, [[one for _, one in sorting if one != field]]), LIST))
    for name, field in pages:
        edited(f'no_page_{name}', in_meta(13, (STRUCT, [[one for _, one in pages if one != field]]), LIST), use_dictionary=False)


def strange():
    for name, number in [('negative', -1), ('big', 99)]:
        edited(f'codec_number_{name}', in_meta(4, number))
        edited(f'encoding_number_{name}', in_meta(2, (I32, [number])))
        edited(f'encoding_too_{name}', in_meta(2, (I32, [0, number, 3, 8])))
        edited(f'encoding_stats_{name}', in_meta(13, (STRUCT, [[(1, I32, 0), (2, I32, number), (3, I32, 1)]])))
    beyond = 1_000_000
    plain = {'use_dictionary': False}
    edited('data_offset_beyond', in_meta(9, beyond), **plain)
    edited('data_offset_negative', in_meta(9, -5), **plain)
    edited('data_offset_zero', in_meta(9, 0), **plain)
    edited('data_offset_in_footer', lambda footer: in_meta(9, 3000)(footer), **plain)
    edited('data_offset_beyond_dictionary', in_meta(9, beyond))
    edited('size_beyond', in_meta(7, beyond), **plain)
    edited('size_zero', in_meta(7, 0), **plain)
    edited('size_negative', in_meta(7, -1), **plain)
    edited('uncompressed_negative', in_meta(6, -1), **plain)
    edited('uncompressed_beyond', in_meta(6, 2**40), **plain)
    edited('dictionary_offset_zero', in_meta(11, 0, I64), **plain)
    edited('dictionary_offset_zero_of_one', in_meta(11, 0, I64, at=1), **plain)
    edited('dictionary_offset_zero_dictionary', in_meta(11, 0, I64))
    edited('dictionary_offset_beyond', in_meta(11, beyond))
    edited('dictionary_offset_negative', in_meta(11, -1))
    edited('file_offset_beyond', in_chunk(2, beyond), **plain)
    edited('file_offset_negative', in_chunk(2, -1), **plain)
    edited('file_path', in_chunk(1, b'other.parquet', BINARY), **plain)
    edited('group_size_zero', in_group(2, 0))
    edited('group_size_negative', in_group(2, -1))
    edited('group_offset_beyond', in_group(5, beyond, I64))
    edited('index_beyond', in_chunk(4, beyond, I64))
    edited('column_index_beyond', lambda f: in_chunk(6, beyond, I64)(f) or in_chunk(7, 10, I32)(f))
    edited('bloom_beyond', in_meta(14, beyond, I64))
    edited('version_0', in_file(1, 0))
    edited('version_9', in_file(1, 9))
    edited('created_by_empty', in_file(6, b''))
    edited('created_by_odd', in_file(6, b'a writer of ours'))
    by = {'unnamed': b'hyparquet', 'unknown': None, 'old': b'parquet-mr version 1.7.0 (build 1)', 'mended': b'parquet-mr version 1.8.1 (build 1)', 'named': b'a writer version 1'}
    for writer, value in by.items():
        edited(f'delta_bytes_{writer}', in_file(6, value), use_dictionary=False, column_encoding={'text': 'DELTA_BYTE_ARRAY'})
    edited('root_empty', in_element(0, 4, b''))
    edited('root_space', in_element(0, 4, b'my root'))
    edited('root_dot', in_element(0, 4, b'my.root'))
    edited('root_semicolon', in_element(0, 4, b'my;root'))
    edited('root_brace', in_element(0, 4, b'my{root'))
    edited('root_equals', in_element(0, 4, b'a=b'))
    edited('root_paren', in_element(0, 4, b'a(b)'))
    edited('root_comma', in_element(0, 4, b'a,b'))
    edited('root_tab', in_element(0, 4, b'a\tb'))
    edited('root_umlaut', in_element(0, 4, 'ä-1$:"'.encode()))
    edited('root_optional', in_element(0, 3, 1, I32))
    edited('root_repeated', in_element(0, 3, 2, I32))
    edited('stray_length', in_element(2, 2, 8, I32))
    for name, keys in [('twice', [(b'k', b'1'), (b'k', b'2')]), ('same', [(b'k', b'1'), (b'k', b'1')]), ('empty', [(b'', b'')]), ('bytes', [(b'\xff', b'\xfe')])]:
        edited(f'key_{name}', in_file(5, (STRUCT, [[(1, BINARY, key), (2, BINARY, value)] for key, value in keys]), LIST))
    for name, element in [('empty', b''), ('space', b'a b'), ('dot', b'a.b'), ('digit', b'1')]:
        edited(f'element_{name}', renamed_element(element), ['ints', 'i64'])


def twins():
    """Two columns of one name but for its case, which no table has: whether the others are read."""
    for first, second in [('i32', 'i64'), ('i64', 'i32')]:
        twin(f'twins_{first}_{second}', scalars([first, second])[0].rename_columns(['id', 'V', 'v']))
    twin('twins_structs', structs(S=[('a', pa.int32())], s=[('b', pa.int32())]))
    twin('twins_same_structs', structs(S=[('a', pa.int32())], s=[('a', pa.int32())]))


def twin(name, table):
    pq.write_table(table, FOLDER / f'{name}.parquet')
    note(name, [])


def structs(**of):
    columns = {name: pa.array([{field: i for field, _ in fields} for i in range(ROWS)], pa.struct(fields)) for name, fields in of.items()}
    return pa.table({'id': pa.array(range(ROWS), pa.int32()), **columns})


def unset_bloom():
    """As @dsnp/parquetjs writes it: of the algorithm, the hash and the compression none is set."""
    name = 'bloom_unset'
    write(name, ['i64', 'text'])
    path = FOLDER / f'{name}.parquet'
    data, footer = parts(path)
    header = fields([(1, I32, 32), (2, STRUCT, []), (3, STRUCT, []), (4, STRUCT, [])])
    in_meta(14, len(data), I64)(footer)
    save(path, data + header + bytes([255] * 32), changed(footer, 6, b'@dsnp/parquetjs'))


BOUNDED = ['i8', 'i32', 'i64', 'f32', 'f64', 'text', 'dec9', 'dec38', 'day', 'micros']
PLAIN_BOUNDED = [one for one in BOUNDED if one not in ('text', 'dec38')]    # of a fixed width
NULLS, DISTINCT, OLD, NEW = 3, 4, (1, 2), (5, 6)    # parquet.thrift, Statistics: the deprecated maximum and minimum, and today's


def in_statistics(change, at=None):
    """@param change from a chunk's statistics, as a dictionary, and its number of values to what they become"""
    def edit(footer):
        for group in get(footer, 4)[1]:
            for i, chunk in enumerate(get(group, 1)[1]):
                if at in (None, i):
                    meta = get(chunk, 3)
                    was = get(meta, 12)
                    wires = {**dict.fromkeys([*OLD, *NEW], BINARY), NULLS: I64, DISTINCT: I64, **{n: wire for n, wire, _ in was}}
                    told = change({n: value for n, _, value in was}, get(meta, 5))
                    meta[:] = changed(meta, 12, [(n, wires[n], told[n]) for n in sorted(told)])
    return edit


def bounds(change, at=None):
    """@param change from a minimum and a maximum to what they become, old and new alike"""
    def told(of, _):
        least, most = change(of[NEW[1]], of[NEW[0]])
        return {**of, OLD[0]: most, OLD[1]: least, NEW[0]: most, NEW[1]: least}
    return in_statistics(told, at)


def statistics():
    """Footers that contradict themselves about a column's values, or about how many rows there are."""
    edited('bounds_crossed', bounds(lambda least, most: (most, least)), BOUNDED)
    edited('bounds_crossed_old', in_statistics(lambda of, _: {NULLS: of[NULLS], OLD[0]: of[NEW[1]], OLD[1]: of[NEW[0]]}), BOUNDED)
    edited('bounds_crossed_old_text', in_statistics(lambda of, _: {NULLS: of[NULLS], OLD[0]: of[NEW[1]], OLD[1]: of[NEW[0]]}, at=1), ['text'])
    for name in ['u32', 'dec9', 'dec38', 'day', 'micros', 'ints']:
        edited(f'bounds_crossed_{name}', bounds(lambda least, most: (most, least), at=1), [name])
        edited(f'bounds_of_nulls_{name}', in_statistics(lambda of, values: {**of, NULLS: values}, at=1), [name])
    edited('bounds_signed_u32', bounds(lambda *_: (struct.pack('<i', -1), struct.pack('<i', ROWS)), at=1), ['u32'])
    edited('bounds_crossed_new', in_statistics(lambda of, _: {NULLS: of[NULLS], NEW[0]: of[NEW[1]], NEW[1]: of[NEW[0]]}), BOUNDED)
    edited('bounds_short', bounds(lambda least, most: (least[:1], most[:1])), PLAIN_BOUNDED)
    edited('bounds_empty_of_nulls', in_statistics(lambda of, _: {**of, **dict.fromkeys([*OLD, *NEW], b'')}, at=1), table=nothing('i64'))
    edited('bounds_empty', bounds(lambda *_: (b'', b'')), PLAIN_BOUNDED)
    edited('bounds_long', bounds(lambda least, most: (least + bytes(4), most + bytes(4))), PLAIN_BOUNDED)
    edited('bounds_beyond_i8', bounds(lambda *_: (struct.pack('<i', -300), struct.pack('<i', 300)), at=1), ['i8'])
    edited('bounds_above_i8', bounds(lambda *_: (struct.pack('<i', 300), struct.pack('<i', 400)), at=1), ['i8'])
    edited('bounds_above_dec9', bounds(lambda *_: (struct.pack('<f', 25), struct.pack('<f', 2325)), at=1), ['dec9'])
    edited('bounds_of_nulls', in_statistics(lambda of, values: {**of, NULLS: values}), BOUNDED)
    edited('bounds_of_nulls_old', in_statistics(lambda of, values: {OLD[0]: of[NEW[0]], OLD[1]: of[NEW[1]], NULLS: values}), BOUNDED)
    edited('nulls_more', in_statistics(lambda of, values: {**of, NULLS: values + 5}), BOUNDED)
    edited('nulls_negative', in_statistics(lambda of, _: {**of, NULLS: -1}), BOUNDED)
    edited('distinct_more', in_statistics(lambda of, values: {**of, DISTINCT: values + 5}), BOUNDED)
    edited('distinct_negative', in_statistics(lambda of, _: {**of, DISTINCT: -1}), BOUNDED)
    edited('distinct_one', in_statistics(lambda of, _: {**of, DISTINCT: 1}), BOUNDED)
    for name, rows in [('fewer', ROWS - 1), ('more', ROWS + 1), ('none', 0), ('negative', -1)]:
        edited(f'file_rows_{name}', in_file(3, rows))
        edited(f'group_rows_{name}', in_group(3, rows))
    edited('nulls_of_required', in_statistics(lambda of, _: {**of, NULLS: 2}, at=0), table=required())


def nothing(name):
    made, columns = scalars([name])
    nulls = [None] * ROWS
    return made.set_column(1, name, pa.array(nulls, SCALARS[name][1])), [{**columns[0], 'values': nulls}]


def required():
    made, columns = scalars(['i64'])
    return made.cast(pa.schema([pa.field('id', pa.int32(), nullable=False), made.schema.field('i64')])), columns


def renamed_element(name):
    """Of the list `ints`: root, id, ints, list, element."""
    def change(footer):
        in_element(4, 4, name)(footer)
        for group in get(footer, 4)[1]:
            meta = get(get(group, 1)[1][1], 3)
            meta[:] = changed(meta, 3, (BINARY, [b'ints', b'list', name]))
    return change


def annotated():
    """Annotations that say two things, or what nobody knows. 6 is the converted type, 10 the logical one."""
    def both(at, converted, logical):
        def change(footer):
            in_element(at, 6, converted, I32)(footer)
            in_element(at, 10, logical, STRUCT)(footer)
        return change
    strings = {'UTF8': 0, 'ENUM': 4, 'JSON': 19, 'BSON': 20}
    logical = {'string': [(1, STRUCT, [])], 'enum': [(4, STRUCT, [])], 'json': [(12, STRUCT, [])], 'bson': [(13, STRUCT, [])], 'unknown': [(30, STRUCT, [])], 'date': [(6, STRUCT, [])], 'none': None}
    for c, l in [('ENUM', 'string'), ('UTF8', 'enum'), ('ENUM', 'enum'), ('UTF8', 'json'), ('JSON', 'string'), ('BSON', 'string'), ('UTF8', 'bson'), ('UTF8', 'unknown'), ('UTF8', 'date'), ('JSON', 'json'), ('ENUM', 'none'), ('ENUM', 'json')]:
        edited(f'text_{c.lower()}_{l}', both(2, strings[c], logical[l]), ['text'])
    numbers = {'INT_32': 17, 'DATE': 6, 'INT_8': 15, 'INT_16': 16, 'UINT_8': 11, 'unknown': 60, 'TIME_MILLIS': 7}
    def integer(bits, signed):
        return [(10, STRUCT, [(1, 3, bits), (2, BOOL_TRUE, signed)])]
    for c, l in [('INT_32', integer(8, True)), ('INT_8', integer(32, True)), ('INT_16', integer(8, True)), ('DATE', integer(32, True)), ('INT_32', [(6, STRUCT, [])]), ('UINT_8', integer(8, True)), ('INT_32', [(30, STRUCT, [])]), ('unknown', integer(32, True)), ('unknown', None)]:
        name = 'none' if l is None else {6: 'date', 30: 'unknown'}.get(l[0][0]) or f"int{l[0][2][0][2]}"
        edited(f'number_{c.lower()}_{name}', both(2, numbers[c], l), ['i16'])


FOLDER.mkdir(parents=True, exist_ok=True)
for make in [codecs, encodings, order_files, lacking, strange, annotated, twins, unset_bloom, statistics]:
    make()
json.dump(FILES, sys.stdout)
